"""Members hear how a case ended at most once, whatever is killed, and who could not be reached is counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap.stages import Review
from bot.cases.case import DismissReason, NoticeState, Resolution
from bot.config import PrivacyConfig
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.privacy.member_data import MemberRecords
from bot.privacy.retention import Retention
from bot.review.questions import Heard
from bot.storage.database import Database
from bot.storage.opening import prepare_database
from tests.integration.making import ANA, BEN, CLEO, COPYLEFT, UNKNOWN, ask, confirm, done, member, moderator, open_case, vote_down
from tests.integration.processes import PATIENCE, started
from tests.integration.rows import GUILD, OTHER_GUILD, rows


async def heard(review: Review) -> Heard:
    return (await review.cards.show(GUILD, 1)).heard


async def three_behind_a_case(database: Database) -> None:
    """Ana, Ben and Cleo vote against one answer; Ana and Ben want to hear."""
    answer_id = await ask(database)
    for user_id in (ANA, BEN, CLEO):
        await vote_down(database, answer_id, user_id, notify=user_id != CLEO)


async def test_all_who_chose_to_hear_are_told_what_changed_and_nobody_else(database: Database, review: Review) -> None:
    for user_id in (ANA, BEN, CLEO):
        answer_id = await ask(database, UNKNOWN, user_id)
        await review.questions.ask_moderator(answer_id, GUILD, member(user_id), None if user_id == CLEO else user_id)
    await confirm(review.phrasings, moderator(), 1, COPYLEFT)
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED))

    pending = await review.notices.pending(GUILD)

    assert [one.user_id for one in pending] == [ANA, BEN]
    for one in pending:
        assert one.proof is not None
        assert one.proof.after is not None
        assert (one.proof.before.outcome, one.proof.after.section_id, one.proof.text is not None) == ("abstention", COPYLEFT, True)
    assert await review.notices.pending(OTHER_GUILD) == ()


async def test_a_message_is_unknown_once_it_is_claimed_and_what_became_of_it_is_noted(database: Database, review: Review) -> None:
    await three_behind_a_case(database)
    assert await heard(review) == Heard(waiting=2)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))
    first, second = await review.notices.pending()

    assert await review.notices.settle(first)
    assert await heard(review) == Heard(waiting=1, unknown=1)
    await review.notices.note(first, NoticeState.SENT)
    assert await review.notices.settle(second)
    await review.notices.note(second, NoticeState.REFUSED)
    await review.notices.note(second, NoticeState.SENT)

    assert await heard(review) == Heard(sent=1, refused=1)
    assert await review.notices.pending() == ()
    assert rows(database.path, "SELECT count(*) FROM signals WHERE notify_user_id IS NOT NULL") == [(0,)]


async def test_a_card_is_drawn_again_once_it_is_known_who_was_told(database: Database, review: Review) -> None:
    await three_behind_a_case(database)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))
    before = (await review.queue.find(GUILD, 1)).version
    (one, _) = await review.notices.pending()

    await review.notices.settle(one)
    await review.notices.note(one, NoticeState.SENT)

    assert (await review.queue.find(GUILD, 1)).version > before


async def test_of_many_who_claim_a_message_together_one_sends_it(database: Database, review: Review) -> None:
    await three_behind_a_case(database)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))
    (one, _) = await review.notices.pending()

    assert sum(await asyncio.gather(*(review.notices.settle(one) for _ in range(10)))) == 1


async def test_a_case_that_was_opened_again_before_the_message_left_sends_none_until_it_is_closed(
    database: Database, review: Review
) -> None:
    await three_behind_a_case(database)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))
    (one, _) = await review.notices.pending()
    done(await review.decisions.reopen(moderator(), 1))

    assert await review.notices.settle(one) is False
    assert await heard(review) == Heard(waiting=2)


async def test_news_of_a_decision_that_was_withdrawn_is_not_sent_after_another_one(database: Database, review: Review) -> None:
    await three_behind_a_case(database)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))
    (withdrawn, _) = await review.notices.pending()
    done(await review.decisions.reopen(moderator(), 1))
    done(await review.decisions.dismiss(moderator(), 1, DismissReason.DUPLICATE))

    assert await review.notices.settle(withdrawn) is False
    (news, _) = await review.notices.pending()
    assert news.case.dismissal is DismissReason.DUPLICATE
    assert await review.notices.settle(news)


async def test_a_member_who_is_behind_a_case_with_two_answers_hears_once_and_counts_once(database: Database, review: Review) -> None:
    for _ in range(2):
        await vote_down(database, await ask(database), ANA, notify=True)
    assert await heard(review) == Heard(waiting=1)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))

    claimed = [await review.notices.settle(one) for one in await review.notices.pending()]

    assert claimed == [True, False]
    assert await heard(review) == Heard(unknown=1)


async def test_who_waited_longer_than_texts_are_kept_is_counted_as_not_told(database: Database, review: Review) -> None:
    await three_behind_a_case(database)
    retention = Retention(database, PrivacyConfig(), Tombstones(tombstone_file(database.path)))

    await retention.expire(datetime.now(UTC) + timedelta(days=91))

    assert await heard(review) == Heard(expired=2)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))
    assert await review.notices.pending() == ()


async def test_who_waits_with_two_answers_and_is_not_told_counts_once_whichever_expires_first(database: Database, review: Review) -> None:
    retention = Retention(database, PrivacyConfig(), Tombstones(tombstone_file(database.path)))
    for number in (1, 2):
        await open_case(database, "What is copyleft?" if number == 1 else "What are open weights?")
    for question in ("What is copyleft?", "What are open weights?"):
        for _ in range(2):
            await vote_down(database, await ask(database, question, BEN), BEN, notify=True)
    early, late = 'SELECT min(id) FROM signals WHERE notify_user_id > 0 AND "case" = 1', "SELECT max(id) FROM signals"
    async with database.write() as connection:
        await connection.exec_driver_sql(f"UPDATE signals SET sent_at = sent_at - 8640000000 WHERE id IN (({early}), ({late}))")
    counted = []
    for days in (0, 91):
        await retention.expire(datetime.now(UTC) + timedelta(days=days))
        counted.append([(await review.cards.show(GUILD, number)).heard for number in (1, 2)])

    assert counted == [[Heard(waiting=1), Heard(waiting=1)], [Heard(expired=1), Heard(expired=1)]]
    assert rows(database.path, "SELECT count(*) FROM signals WHERE notify_user_id IS NOT NULL") == [(0,)]


async def test_who_deletes_their_data_hears_nothing_and_who_was_told_stays_a_number(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await three_behind_a_case(database)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))
    (first, _) = await review.notices.pending()
    await review.notices.settle(first)
    await review.notices.note(first, NoticeState.SENT)

    for user_id in (ANA, BEN):
        await members.delete(user_id)

    assert await review.notices.pending() == ()
    assert await heard(review) == Heard(sent=1)
    assert rows(database.path, "SELECT count(*) FROM signals WHERE notice IS NOT NULL AND member_hash IS NOT NULL") == [(0,)]


SEND_AND_DIE = """
import asyncio, os, random, signal, sys, time
from pathlib import Path
from bot.cases.case import NoticeState
from bot.review.questions import Notices
from bot.storage.database import Database

async def send(path: Path, arrived: int) -> None:
    notices = Notices(Database(path))
    while True:
        for one in await notices.pending():
            if await notices.settle(one):
                os.write(arrived, f"{one.user_id}\\n".encode())
                await notices.note(one, NoticeState.SENT)

def live_and_die(path: Path, messages: int, seconds: float) -> bytes:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(send(path, writing))
        finally:
            os._exit(1)
    os.close(writing)
    sent = b""
    while sent.count(b"\\n") < messages:
        sent += os.read(reading, 65536)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    while more := os.read(reading, 65536):
        sent += more
    return sent

chance = random.Random(34)
for _ in range(int(sys.argv[2])):
    sys.stdout.buffer.write(live_and_die(Path(sys.argv[1]), chance.randint(1, 6), chance.uniform(0, float(sys.argv[3]))))
"""
"""A process without threads, which forks a sender for each life and kills it at a drawn moment; prints who was sent a message."""
_MESSAGES_IN_A_LIFE = 12
"""At the most, about; those who wait must not run out."""
_LONGEST = 0.005
"""Seconds from the last message that was read to the kill, at most; sending one takes about as long."""


@pytest.mark.fault(34)
@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.soak)])
async def test_row_34_nobody_hears_twice_however_often_the_bot_is_killed_and_who_may_not_have_heard_is_counted(
    path: Path, kills: int
) -> None:
    members = kills * _MESSAGES_IN_A_LIFE
    await _closed_case_with(path, members)

    with started("-c", SEND_AND_DIE, str(path), str(kills), str(_LONGEST), cwd=path.parent) as killing:
        printed, complained = killing.communicate(timeout=10 * PATIENCE)

    assert (killing.returncode, complained) == (0, b"")
    heard = Counter(int(line) for line in printed.splitlines())
    prepare_database(path, must_exist=True)
    known = {str(row[0]): int(str(row[1])) for row in rows(path, "SELECT coalesce(notice, 'waiting'), count(*) FROM signals GROUP BY 1")}
    waiting = {row[0] for row in rows(path, "SELECT notify_user_id FROM signals WHERE notify_user_id IS NOT NULL")}
    unknown, sent = known.get("unknown", 0), known["sent"]
    assert max(heard.values()) == 1, "somebody heard twice"
    assert waiting.isdisjoint(heard)
    assert sum(known.values()) == members
    assert sent <= len(heard) <= sent + unknown
    assert unknown <= kills
    assert kills < 100 or unknown > 0, "no kill fell between claim and note, so this shows nothing"


async def _closed_case_with(path: Path, members: int) -> None:
    """One resolved case behind which so many members wait."""
    prepare_database(path, must_exist=False)
    database = Database(path)
    await open_case(database)
    async with database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM signals")
        await connection.exec_driver_sql(
            "INSERT INTO signals (guild_id, \"case\", kind, member_hash, notify_user_id, sent_at) VALUES (?, 1, 'not-helpful', ?, ?, 0)",
            [(GUILD, f"member {number}", 10_000 + number) for number in range(members)],
        )
        await connection.exec_driver_sql("UPDATE cases SET state = 'resolved', resolution = 'answered', closed_at = 1")
    await database.close()
