"""Votes and choices: one row for each member and answer, whose last word counts, and none that anybody was promised is lost."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.cases.case import Reason
from bot.errors import NotFound, NotSaved
from bot.feedback.votes import Helpful, NotHelpful, VoteCount, Votes
from bot.storage.database import Database
from tests.integration.rows import FORGED_IDS, GUILD, HOSTILE_TEXTS, OTHER_GUILD, as_stored, record, rows, second_program, votes_of

VOTE = "SELECT helpful, reason, comment, correction FROM votes"


@pytest.fixture
async def votes(database: Database) -> Votes:
    """Votes on answer000001, which was recorded, in GUILD."""
    await record(database, "answer000001")
    return votes_of(database)


async def test_the_first_vote_is_distinguished_from_a_changed_one(votes: Votes) -> None:
    assert await votes.cast("answer000001", GUILD, "ana", Helpful()) is False
    assert await votes.cast("answer000001", GUILD, "ana", Helpful()) is True
    assert await votes.cast("answer000001", GUILD, "ben", Helpful()) is False


async def test_the_last_vote_of_a_member_wins_and_is_one_row(votes: Votes, database: Database) -> None:
    await votes.cast("answer000001", GUILD, "ana", Helpful())
    await votes.cast("answer000001", GUILD, "ana", NotHelpful(Reason.WRONG, "no", "yes"))

    assert rows(database.path, VOTE) == [(0, "wrong", "no", "yes")]
    assert await votes.count("answer000001", GUILD) == VoteCount(helpful=0, not_helpful=1)


async def test_a_change_to_helpful_takes_reason_comment_and_correction_away(votes: Votes, database: Database) -> None:
    await votes.cast("answer000001", GUILD, "ana", NotHelpful(Reason.WRONG, "no", "yes"))
    await votes.cast("answer000001", GUILD, "ana", Helpful())

    assert rows(database.path, VOTE) == [(1, None, None, None)]


async def test_a_vote_is_read_as_it_was_cast_and_is_gone_once_it_is_taken_back(votes: Votes, database: Database) -> None:
    said = NotHelpful(Reason.WRONG, "no", "yes")
    nothing = await votes.of("answer000001", GUILD, "ana")
    await votes.cast("answer000001", GUILD, "ana", said)
    await votes.cast("answer000001", GUILD, "ben", Helpful())
    read = [await votes.of("answer000001", GUILD, member) for member in ("ana", "ben", "cleo")]
    taken = [await votes.take_back("answer000001", GUILD, "ana") for _ in range(2)]

    assert nothing is None
    assert read == [said, Helpful(), None]
    assert taken == [True, False]
    assert await votes.count("answer000001", GUILD) == VoteCount(helpful=1, not_helpful=0)
    assert rows(database.path, "SELECT state FROM cases") == [("withdrawn",)]
    assert rows(database.path, "SELECT vote, member_hash FROM signals") == [(None, None)]


async def test_no_other_server_reads_or_takes_back_a_vote(votes: Votes, database: Database) -> None:
    await votes.cast("answer000001", GUILD, "ana", Helpful())
    for forbidden in (votes.of, votes.take_back):
        with pytest.raises(NotFound):
            await forbidden("answer000001", OTHER_GUILD, "ana")

    assert rows(database.path, VOTE) == [(1, None, None, None)]


async def test_an_empty_comment_is_stored_as_none(votes: Votes, database: Database) -> None:
    await votes.cast("answer000001", GUILD, "ana", NotHelpful(Reason.OFF_TOPIC, "", ""))

    assert rows(database.path, VOTE) == [(0, "off-topic", None, None)]


async def test_votes_are_counted_by_answer(votes: Votes, database: Database) -> None:
    await record(database, "answer000002")
    for member in ("ana", "ben"):
        await votes.cast("answer000001", GUILD, member, Helpful())
    await votes.cast("answer000001", GUILD, "cleo", NotHelpful(Reason.UNCLEAR))
    await votes.cast("answer000002", GUILD, "ana", NotHelpful(Reason.UNCLEAR))

    assert await votes.count("answer000001", GUILD) == VoteCount(helpful=2, not_helpful=1)
    assert await votes.count("answer000002", GUILD) == VoteCount(helpful=0, not_helpful=1)


async def test_votes_of_50_members_at_once_are_all_saved(votes: Votes) -> None:
    before = await asyncio.gather(*(votes.cast("answer000001", GUILD, f"member {number}", Helpful()) for number in range(50)))

    assert before == [False] * 50
    assert await votes.count("answer000001", GUILD) == VoteCount(helpful=50, not_helpful=0)


@pytest.mark.fault(24)
async def test_one_member_mashing_the_button_has_one_vote(votes: Votes, database: Database) -> None:
    choices = [Helpful() if number % 2 else NotHelpful(Reason.WRONG) for number in range(50)]

    before = await asyncio.gather(*(votes.cast("answer000001", GUILD, "ana", choice) for choice in choices))

    assert before.count(False) == 1
    assert rows(database.path, "SELECT count(*) FROM votes") == [(1,)]


async def test_another_server_can_neither_vote_nor_choose_nor_count(votes: Votes, database: Database) -> None:
    with pytest.raises(NotFound):
        await votes.cast("answer000001", OTHER_GUILD, "ana", Helpful())
    with pytest.raises(NotFound):
        await votes.judge("answer000001", OTHER_GUILD, "ana", "basics/openness#open-weights")
    with pytest.raises(NotFound):
        await votes.count("answer000001", OTHER_GUILD)

    assert rows(database.path, "SELECT id FROM votes UNION ALL SELECT id FROM judgements") == []


@pytest.mark.parametrize("forged", FORGED_IDS, ids=lambda forged: repr(forged[:20]))
async def test_a_forged_id_is_not_found_and_touches_no_row(votes: Votes, database: Database, forged: str) -> None:
    with pytest.raises(NotFound):
        await votes.cast(forged, GUILD, "ana", Helpful())
    with pytest.raises(NotFound):
        await votes.judge(forged, GUILD, "ana", "basics/openness#open-weights")

    assert rows(database.path, "SELECT id FROM votes UNION ALL SELECT id FROM judgements") == []


async def test_the_last_choice_of_a_member_wins_and_is_one_row(votes: Votes, database: Database) -> None:
    await votes.judge("answer000001", GUILD, "ana", "basics/openness#open-weights")
    await votes.judge("answer000001", GUILD, "ben", "basics/openness#open-weights")
    await votes.judge("answer000001", GUILD, "ana", "basics/licenses#copyleft")

    assert rows(database.path, "SELECT member_hash, section_id FROM judgements ORDER BY id") == [
        ("ana", "basics/licenses#copyleft"),
        ("ben", "basics/openness#open-weights"),
    ]


@pytest.mark.fault(56)
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
async def test_comments_and_corrections_are_stored_byte_for_byte(votes: Votes, database: Database, text: str) -> None:
    text = as_stored(database, text)
    await votes.cast("answer000001", GUILD, "ana", NotHelpful(Reason.WRONG, text, text))

    stored = rows(database.path, "SELECT CAST(comment AS BLOB), CAST(correction AS BLOB) FROM votes")
    assert stored == [(text.encode(), text.encode())]
    assert rows(database.path, "SELECT answer_id FROM answers") == [("answer000001",)]


@pytest.mark.fault(54)
async def test_a_comment_with_half_a_character_is_stored_with_a_replacement(votes: Votes, database: Database) -> None:
    await votes.cast("answer000001", GUILD, "ana", NotHelpful(Reason.WRONG, "cut \ud83e here"))

    ((comment,),) = rows(database.path, "SELECT comment FROM votes")
    assert str(comment).startswith("cut ")
    assert str(comment).endswith(" here")


@pytest.mark.usefixtures("short_wait")
async def test_a_vote_that_cannot_be_saved_is_said_and_the_earlier_one_stays(path: Path, empty_database: Path) -> None:
    shutil.copy2(empty_database, path)
    database = Database(path)
    votes = votes_of(database)
    try:
        await record(database, "answer000001")
        await votes.cast("answer000001", GUILD, "ana", Helpful())
        with second_program(path) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(NotSaved):
                await votes.cast("answer000001", GUILD, "ana", NotHelpful(Reason.WRONG))
            while_locked = await votes.count("answer000001", GUILD)

        assert while_locked == VoteCount(helpful=1, not_helpful=0)
        assert await votes.cast("answer000001", GUILD, "ana", NotHelpful(Reason.WRONG)) is True
        assert await votes.count("answer000001", GUILD) == VoteCount(helpful=0, not_helpful=1)
    finally:
        await database.close()
