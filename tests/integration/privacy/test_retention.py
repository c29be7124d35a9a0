"""What expires by itself: questions by the configured mode, comments, and servers that removed the bot."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.cases.case import Reason
from bot.config import KeepQuestions, PrivacyConfig
from bot.feedback.votes import Helpful, NotHelpful
from bot.guilds.settings import Guilds
from bot.privacy.deletion import Tombstones, erase_some_of_guild, tombstone_file
from bot.privacy.member_data import MemberRecords
from bot.privacy.retention import Expired, Retention
from bot.storage.database import Database, store_fact
from bot.storage.hashing import MemberHasher
from bot.storage.opening import prepare_database
from bot.storage.tables import answers, guild_settings, votes
from tests.integration.rows import GUILD, OTHER_GUILD, in_files, record, rows, votes_of

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SHORTLY = timedelta(seconds=1)
QUESTIONS = "SELECT question, normalized_question, searched FROM answers ORDER BY id"
FULL = ("What are open weights?", "what are open weights", "What are open weights?")
EMPTY = (None, None, None)


async def asked(database: Database, answer_id: str, age: timedelta, member_hash: str = "asker") -> str:
    """Record an answer and set back when it was given."""
    await record(database, answer_id, member_hash)
    async with database.write() as connection:
        await connection.execute(sa.update(answers).where(answers.c.answer_id == answer_id).values(asked_at=NOW - age))
    return answer_id


def retention(database: Database, mode: KeepQuestions = KeepQuestions.WITH_FEEDBACK, **changes: float) -> Retention:
    return Retention(database, PrivacyConfig.model_validate({"keep_questions": mode, **changes}), Tombstones(tombstone_file(database.path)))


@pytest.mark.parametrize("mode", KeepQuestions)
async def test_every_mode_keeps_a_question_for_its_first_hours(database: Database, mode: KeepQuestions) -> None:
    await asked(database, "answer000001", 24 * HOUR - SHORTLY)

    assert await retention(database, mode).expire(NOW) == Expired(0, 0, 0)
    assert rows(database.path, QUESTIONS) == [FULL]


@pytest.mark.parametrize(
    ("mode", "kept"), [(KeepQuestions.NEVER, EMPTY), (KeepQuestions.WITH_FEEDBACK, EMPTY), (KeepQuestions.ALWAYS, FULL)]
)
async def test_a_question_without_feedback_outlives_its_hours_only_in_the_mode_always(
    database: Database, mode: KeepQuestions, kept: tuple[str | None, ...]
) -> None:
    await asked(database, "answer000001", 24 * HOUR + SHORTLY)

    expired = await retention(database, mode).expire(NOW)

    assert rows(database.path, QUESTIONS) == [kept]
    assert expired.questions == (kept == EMPTY)


@pytest.mark.parametrize(
    ("mode", "kept"), [(KeepQuestions.NEVER, EMPTY), (KeepQuestions.WITH_FEEDBACK, FULL), (KeepQuestions.ALWAYS, FULL)]
)
async def test_a_question_whose_asker_voted_outlives_its_hours_except_in_the_mode_never(
    database: Database, mode: KeepQuestions, kept: tuple[str | None, ...]
) -> None:
    await asked(database, "answer000001", 2 * DAY)
    await votes_of(database).cast("answer000001", GUILD, "asker", Helpful())

    await retention(database, mode).expire(NOW)

    assert rows(database.path, QUESTIONS) == [kept]


async def test_a_choice_among_suggestions_keeps_the_text_like_a_vote(database: Database) -> None:
    await asked(database, "answer000001", 2 * DAY)
    await votes_of(database).judge("answer000001", GUILD, "asker", "basics/licenses#copyleft")

    await retention(database).expire(NOW)

    assert rows(database.path, QUESTIONS) == [FULL]


async def test_the_vote_of_somebody_else_does_not_keep_the_askers_text(database: Database) -> None:
    await asked(database, "answer000001", 2 * DAY)
    await asked(database, "answer000002", 2 * DAY)
    await votes_of(database).cast("answer000001", GUILD, "somebody else", Helpful())
    await votes_of(database).judge("answer000001", GUILD, "somebody else", "basics/licenses#copyleft")
    await votes_of(database).cast("answer000002", GUILD, "asker", Helpful())

    expired = await retention(database).expire(NOW)

    assert expired.questions == 1
    assert rows(database.path, QUESTIONS) == [EMPTY, FULL]


@pytest.mark.parametrize("mode", KeepQuestions)
async def test_no_mode_keeps_a_question_longer_than_the_days_of_feedback(database: Database, mode: KeepQuestions) -> None:
    await asked(database, "answer000001", 90 * DAY + SHORTLY)
    await votes_of(database).cast("answer000001", GUILD, "asker", Helpful())

    assert (await retention(database, mode).expire(NOW)).questions == 1
    assert rows(database.path, QUESTIONS) == [EMPTY]


@pytest.mark.parametrize("mode", [KeepQuestions.WITH_FEEDBACK, KeepQuestions.ALWAYS])
async def test_a_question_is_kept_to_the_last_of_the_days_of_feedback(database: Database, mode: KeepQuestions) -> None:
    await asked(database, "answer000001", 90 * DAY - SHORTLY)
    await votes_of(database).cast("answer000001", GUILD, "asker", Helpful())

    await retention(database, mode).expire(NOW)

    assert rows(database.path, QUESTIONS) == [FULL]


async def test_hours_and_days_are_those_of_the_configuration(database: Database) -> None:
    await asked(database, "answer000001", 3 * HOUR)
    await asked(database, "answer000002", 1 * HOUR)

    expired = await retention(database, question_hours=2, feedback_days=1).expire(NOW)

    assert expired.questions == 1
    assert rows(database.path, QUESTIONS) == [EMPTY, FULL]


async def test_what_was_shown_outlives_the_question(database: Database) -> None:
    await asked(database, "answer000001", 100 * DAY)

    await retention(database).expire(NOW)

    assert rows(database.path, "SELECT answer_id, outcome, fingerprint FROM answers") == [("answer000001", "smalltalk", "fingerprint-0001")]


@pytest.mark.parametrize(("age", "kept"), [(90 * DAY - SHORTLY, ("no", "yes")), (90 * DAY + SHORTLY, (None, None))])
async def test_comments_expire_after_the_days_of_feedback_and_the_vote_stays(
    database: Database, age: timedelta, kept: tuple[str | None, str | None]
) -> None:
    await asked(database, "answer000001", DAY / 2)
    await votes_of(database).cast("answer000001", GUILD, "ana", NotHelpful(Reason.WRONG, "no", "yes"))
    async with database.write() as connection:
        await connection.execute(sa.update(votes).values(voted_at=NOW - age))

    expired = await retention(database).expire(NOW)

    assert expired.comments == (kept == (None, None))
    assert rows(database.path, "SELECT reason, comment, correction FROM votes") == [("wrong", *kept)]


async def removed(database: Database, guild_id: int, age: timedelta) -> None:
    await Guilds(database).removed(guild_id)
    async with database.write() as connection:
        mine = guild_settings.c.guild_id == guild_id
        await connection.execute(sa.update(guild_settings).where(mine).values(removed_at=NOW - age))


async def test_everything_of_a_server_that_removed_the_bot_goes_when_its_days_have_passed(database: Database) -> None:
    for number, guild in ((1, GUILD), (2, OTHER_GUILD)):
        name = await record(database, f"answer00000{number}", "asker", guild)
        await votes_of(database).cast(name, guild, "asker", Helpful())
        await votes_of(database).judge(name, guild, "asker", "basics/licenses#copyleft")
        async with database.write() as connection:
            await connection.exec_driver_sql("INSERT INTO hits VALUES ((SELECT max(id) FROM answers), 1, 'basics/licenses#copyleft', 0.5)")
    await removed(database, GUILD, 30 * DAY + SHORTLY)
    await removed(database, OTHER_GUILD, 30 * DAY - SHORTLY)

    expired = await retention(database).expire(NOW)

    assert expired == Expired(0, 0, 1)
    for table in ("answers", "votes", "judgements", "guild_settings"):
        assert rows(database.path, f"SELECT guild_id FROM {table}") == [(OTHER_GUILD,)]
    assert rows(database.path, "SELECT count(*) FROM hits") == [(1,)]


async def test_a_server_is_kept_to_the_last_moment_of_its_days(database: Database) -> None:
    await record(database, "answer000001")
    await removed(database, GUILD, 30 * DAY)

    assert await retention(database).expire(NOW) == Expired(0, 0, 0)


async def test_others_write_between_the_steps_of_an_expiry(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.privacy.retention._STEP", 1)
    monkeypatch.setattr("bot.privacy.deletion.PARAMETERS_AT_ONCE", 1)
    for number in range(6):
        await record(database, f"answer00000{number}", guild_id=GUILD if number % 2 else OTHER_GUILD)
    async with database.write() as connection:
        await connection.execute(sa.update(answers).values(asked_at=NOW - 100 * DAY))
    await removed(database, OTHER_GUILD, 31 * DAY)
    left: list[int] = []

    async def write_meanwhile() -> None:
        while not expiring.done():
            await store_fact(database, "meanwhile", str(len(left)))
            (counted,) = rows(database.path, "SELECT count(question) FROM answers")
            left.append(int(str(counted[0])))

    expiring = asyncio.create_task(retention(database).expire(NOW))
    await write_meanwhile()

    assert (await expiring) == Expired(6, 0, 1)
    assert len(set(left)) > 3
    assert rows(database.path, "SELECT guild_id, question FROM answers") == [(GUILD, None)] * 3


async def test_a_server_of_which_a_crash_left_half_is_deleted_by_the_next_pass(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.privacy.deletion.PARAMETERS_AT_ONCE", 1)
    for number in range(3):
        await record(database, f"answer00000{number}")
    await removed(database, GUILD, 31 * DAY)
    async with database.write() as connection:
        assert not await erase_some_of_guild(connection, GUILD)
    assert rows(database.path, "SELECT count(*) FROM answers") == [(2,)]

    assert (await retention(database).expire(NOW)).guilds == 1

    assert rows(database.path, "SELECT count(*) FROM answers") == [(0,)]
    assert rows(database.path, "SELECT count(*) FROM guild_settings") == [(0,)]


async def test_a_server_that_comes_back_while_it_is_deleted_keeps_the_rest(database: Database) -> None:
    await record(database, "answer000001")
    await Guilds(database).removed(GUILD)
    await Guilds(database).joined(GUILD)

    async with database.write() as connection:
        assert await erase_some_of_guild(connection, GUILD)

    assert rows(database.path, "SELECT count(*) FROM answers") == [(1,)]


async def test_a_server_that_came_back_in_time_keeps_its_data(database: Database) -> None:
    await record(database, "answer000001")
    await removed(database, GUILD, 31 * DAY)
    await Guilds(database).joined(GUILD)

    assert await retention(database).expire(NOW) == Expired(0, 0, 0)
    assert rows(database.path, "SELECT count(*) FROM answers") == [(1,)]


async def test_expired_text_leaves_no_byte_in_the_files_and_young_text_stays(database: Database) -> None:
    await asked(database, "answer000001", DAY / 2)
    await record(database, "answer000002", question="An expired question?")
    await votes_of(database).cast("answer000002", GUILD, "ana", NotHelpful(Reason.WRONG, "An expired comment", "An expired correction"))
    async with database.write() as connection:
        old = answers.c.answer_id == "answer000002"
        await connection.execute(sa.update(answers).where(old).values(asked_at=NOW - 100 * DAY))
        await connection.execute(sa.update(votes).values(voted_at=NOW - 100 * DAY))

    expired = await retention(database).expire(NOW)

    assert expired == Expired(1, 1, 0)
    gone = ("An expired question?", "an expired question", "An expired comment", "An expired correction")
    assert {text: in_files(database.path, text) for text in gone} == {text: [] for text in gone}
    assert in_files(database.path, "What are open weights?")


async def test_a_second_pass_finds_nothing_more(database: Database) -> None:
    await asked(database, "answer000001", 2 * DAY)

    first, second = [await retention(database).expire(NOW) for _ in range(2)]

    assert (bool(first), bool(second)) == (True, False)


@pytest.mark.usefixtures("short_wait")
async def test_bytes_that_a_reader_kept_in_the_log_are_gone_after_the_next_pass(path: Path, hasher: MemberHasher) -> None:
    prepare_database(path, must_exist=False)
    database = Database(path)
    try:
        await record(database, "answer000001", hasher.hash(GUILD, 5), question="What did the member ask?")
        async with database.read() as connection:
            await connection.execute(sa.select(answers.c.id))
            await MemberRecords(database, hasher, Tombstones(tombstone_file(database.path))).delete(5)

        await retention(database).expire()

        assert in_files(path, "What did the member ask?") == []
    finally:
        await database.close()
