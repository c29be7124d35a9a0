"""What members say becomes cases: many signals about one answer or one question join one, and nothing is counted twice."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.bootstrap.stages import Review
from bot.cases.case import CaseKind, CaseState, DismissReason, Reason, Resolution
from bot.errors import NotSaved
from bot.feedback.votes import Helpful, NotHelpful, Votes
from bot.review.queue import QueueFilter
from bot.storage.database import Database
from bot.storage.tables import DIRECT_MESSAGES
from tests.integration.making import ANA, BEN, CLEO, OPEN_WEIGHTS, ask, done, member, moderator, open_case, vote_down
from tests.integration.rows import GUILD, OTHER_GUILD, record, rows, second_program, votes_of

ALL = QueueFilter(states=frozenset())


async def test_a_vote_against_an_answer_opens_a_case_with_all_a_moderator_needs(database: Database, review: Review) -> None:
    await vote_down(database, await ask(database), reason=Reason.OUTDATED)

    (case,) = (await review.queue.page(GUILD, QueueFilter())).cases
    assert (case.number, case.kind, case.state, case.signals) == (1, CaseKind.NOT_HELPFUL, CaseState.OPEN, 1)
    assert (case.question, case.section_id, case.area, case.reason) == ("What are open weights?", OPEN_WEIGHTS, "basics", Reason.OUTDATED)


async def test_a_helpful_vote_opens_none(database: Database, review: Review, votes: Votes) -> None:
    await votes.cast(await ask(database), GUILD, member(ANA), Helpful())

    assert (await review.queue.page(GUILD, ALL)).total == 0


async def test_votes_of_several_members_on_one_answer_are_one_case_with_a_counter(database: Database, review: Review) -> None:
    answer_id = await ask(database)
    for user_id, reason in ((ANA, Reason.WRONG), (BEN, Reason.UNCLEAR), (CLEO, Reason.UNCLEAR)):
        await vote_down(database, answer_id, user_id, reason=reason)

    (case,) = (await review.queue.page(GUILD, ALL)).cases
    assert (case.signals, case.reason) == (3, Reason.UNCLEAR)


async def test_who_waits_for_news_still_does_after_correcting_what_they_wrote(database: Database, review: Review, votes: Votes) -> None:
    answer_id = await ask(database)
    for comment, tell in (("no exmaple", ANA), ("no example", None)):
        await votes.cast(answer_id, GUILD, member(ANA), NotHelpful(Reason.UNCLEAR, comment), notify_user_id=tell)

    assert (await review.queue.page(GUILD, ALL)).total == 1
    assert rows(database.path, "SELECT notify_user_id FROM signals") == [(ANA,)]


async def test_a_case_knows_of_how_many_each_thing_that_a_list_says_of_it_is_true(database: Database, review: Review) -> None:
    answer_id = await ask(database)
    for user_id, reason, correction in (
        (ANA, Reason.WRONG, None),
        (BEN, Reason.UNCLEAR, "It should say so."),
        (CLEO, Reason.UNCLEAR, None),
    ):
        await vote_down(database, answer_id, user_id, reason=reason, correction=correction)
    (case,) = (await review.queue.page(GUILD, ALL)).cases
    assert (case.kind, case.standing, case.agreeing, case.corrections, case.suggested) == (CaseKind.CORRECTION, 3, 2, 1, 0)

    await votes_of(database).cast(answer_id, GUILD, member(CLEO), Helpful())

    (case,) = (await review.queue.page(GUILD, ALL)).cases
    assert (case.signals, case.standing, case.agreeing, case.corrections) == (3, 2, 1, 1)


async def test_the_same_question_typed_otherwise_joins_the_same_case(database: Database, review: Review) -> None:
    for user_id, question in ((ANA, "What are open weights?"), (BEN, "what are OPEN weights"), (CLEO, "What  are open weights!?")):
        await open_case(database, question, user_id)

    assert [case.signals for case in (await review.queue.page(GUILD, ALL)).cases] == [3]


async def test_another_question_opens_another_case(database: Database, review: Review) -> None:
    await open_case(database)
    await open_case(database, "What is copyleft?")

    assert [case.number for case in (await review.queue.page(GUILD, QueueFilter())).cases] == [1, 2]


async def test_the_same_question_in_another_server_is_another_case_and_numbers_begin_again(database: Database, review: Review) -> None:
    await open_case(database)
    await open_case(database, guild_id=OTHER_GUILD)

    for guild in (GUILD, OTHER_GUILD):
        assert [(case.number, case.signals) for case in (await review.queue.page(guild, ALL)).cases] == [(1, 1)]


async def test_nothing_becomes_a_case_in_direct_messages(database: Database, review: Review) -> None:
    await open_case(database, guild_id=DIRECT_MESSAGES)

    assert rows(database.path, "SELECT id FROM cases UNION ALL SELECT id FROM signals") == []
    assert rows(database.path, "SELECT count(*) FROM votes") == [(1,)]
    assert (await review.queue.page(DIRECT_MESSAGES, ALL)).total == 0


async def test_a_correction_makes_the_case_one_of_corrections(database: Database, review: Review) -> None:
    answer_id = await open_case(database)
    await vote_down(database, answer_id, BEN, correction="It is the other way round.")

    assert (await review.queue.find(GUILD, 1)).kind is CaseKind.CORRECTION


@pytest.mark.fault(24)
async def test_row_24_a_member_mashing_the_button_is_counted_once(database: Database, review: Review) -> None:
    answer_id = await ask(database)

    await asyncio.gather(*(vote_down(database, answer_id, reason=list(Reason)[turn % 5]) for turn in range(30)))

    assert (await review.queue.find(GUILD, 1)).signals == 1
    assert rows(database.path, "SELECT count(*) FROM signals") == [(1,)]


async def test_a_changed_vote_changes_its_signal(database: Database, review: Review) -> None:
    answer_id = await open_case(database)
    before = await review.queue.find(GUILD, 1)

    await vote_down(database, answer_id, reason=Reason.OFF_TOPIC, comment="another thing")

    after = await review.queue.find(GUILD, 1)
    assert (after.signals, after.reason) == (1, Reason.OFF_TOPIC)
    assert after.version > before.version
    assert (await review.queue.search(GUILD, "another thing")).total == 1


async def test_a_case_whose_only_vote_becomes_helpful_is_withdrawn(database: Database, review: Review, votes: Votes) -> None:
    answer_id = await open_case(database)

    await votes.cast(answer_id, GUILD, member(ANA), Helpful())

    case = await review.queue.find(GUILD, 1)
    assert (case.state, case.signals) == (CaseState.WITHDRAWN, 1)
    assert (await review.queue.page(GUILD, QueueFilter())).total == 0


async def test_a_case_goes_on_while_one_member_still_stands_behind_it(database: Database, review: Review, votes: Votes) -> None:
    answer_id = await open_case(database)
    await vote_down(database, answer_id, BEN, reason=Reason.INCOMPLETE)

    await votes.cast(answer_id, GUILD, member(ANA), Helpful())

    case = await review.queue.find(GUILD, 1)
    assert (case.state, case.reason, case.signals) == (CaseState.OPEN, Reason.INCOMPLETE, 2)


async def test_a_vote_after_the_case_was_closed_opens_another(database: Database, review: Review) -> None:
    answer_id = await open_case(database)
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, why="by the next reload"))

    await vote_down(database, answer_id, BEN)

    assert [(case.number, case.signals) for case in (await review.queue.page(GUILD, QueueFilter())).cases] == [(2, 1)]
    assert (await review.queue.find(GUILD, 1)).state is CaseState.RESOLVED


async def test_the_very_same_vote_again_does_not_open_a_closed_case_again(database: Database, review: Review) -> None:
    answer_id = await open_case(database)
    done(await review.decisions.dismiss(moderator(), 1, DismissReason.SPAM))

    await vote_down(database, answer_id)

    assert (await review.queue.page(GUILD, ALL)).total == 1


async def test_a_reopened_case_leaves_new_votes_to_the_newer_case_of_the_same_question(database: Database, review: Review) -> None:
    await open_case(database)
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, why="by the next reload"))
    await open_case(database, user_id=BEN)

    reopened = done(await review.decisions.reopen(moderator(), 1))
    await open_case(database, user_id=CLEO)

    assert reopened.state is CaseState.REOPENED
    assert [(case.number, case.signals) for case in (await review.queue.page(GUILD, QueueFilter())).cases] == [(1, 1), (2, 2)]


async def test_an_answer_without_text_joins_by_the_answer_itself(database: Database, review: Review) -> None:
    await record(database, "answer000001", question="...")
    for user_id in (ANA, BEN):
        await vote_down(database, "answer000001", user_id)

    assert (await review.queue.find(GUILD, 1)).signals == 2


@pytest.mark.fault(27)
async def test_row_27_feedback_on_a_section_that_is_gone_is_kept_with_its_id_and_the_text_that_was_shown(
    database: Database, review: Review
) -> None:
    answer_id = await open_case(database)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE answers SET section_id = 'gone#section'")
        await connection.exec_driver_sql("DELETE FROM signals")
        await connection.exec_driver_sql("DELETE FROM cases")

    await vote_down(database, answer_id, BEN)

    card = await review.cards.show(GUILD, 1)
    assert (card.summary.section_id, card.summary.area) == ("gone#section", None)
    assert card.answer is not None
    assert (card.answer.text or "").startswith("Open weights means")


async def test_100_members_at_once_are_all_counted_in_one_case(database: Database, review: Review) -> None:
    answer_ids = [await ask(database, user_id=5000 + number) for number in range(10)]

    await asyncio.gather(*(vote_down(database, answer_ids[number % 10], 5000 + number) for number in range(100)))

    assert [(case.number, case.signals) for case in (await review.queue.page(GUILD, ALL)).cases] == [(1, 100)]


@pytest.mark.fault(37)
@pytest.mark.usefixtures("short_wait")
async def test_row_37_a_vote_that_cannot_be_saved_leaves_no_case_behind(path: Path, empty_database: Path) -> None:
    shutil.copy2(empty_database, path)
    database = Database(path)
    try:
        answer_id = await ask(database)
        with second_program(path) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(NotSaved):
                await votes_of(database).cast(answer_id, GUILD, member(ANA), NotHelpful(Reason.WRONG))
    finally:
        await database.close()

    assert rows(path, "SELECT id FROM votes UNION ALL SELECT id FROM cases UNION ALL SELECT id FROM signals") == []
