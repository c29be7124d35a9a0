"""The card of a case: the answer as it was shown, today's beside it, what members said, and what is like it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.bootstrap.stages import Review
from bot.cases.case import CaseKind, Reason, Resolution
from bot.errors import NotFound
from bot.feedback.votes import Helpful, VoteCount, Votes
from bot.guilds.settings import Guilds
from bot.review.cards import ChangeKind, DiffLine, NextStep, diff_of, next_step
from bot.review.community_notes import NewNote
from bot.review.statistics import ReasonCount
from bot.storage.audit import AuditAction
from bot.storage.database import Database
from bot.storage.tables import DIRECT_MESSAGES
from tests.integration.making import ANA, BEN, CLEO, OPEN_WEIGHTS, UNKNOWN, ask, confirm, done, member, moderator, open_case, vote_down
from tests.integration.rows import CHANNEL, GUILD, MODERATOR, OTHER_GUILD, OTHER_MODERATOR, rows


async def test_a_card_tells_all_that_was_said_and_by_how_many(database: Database, review: Review, votes: Votes) -> None:
    answer_id = await ask(database, message_id=4711)
    await vote_down(database, answer_id, ANA, comment="No example")
    await vote_down(database, answer_id, BEN, correction="Llama 4 is one", notify=True)
    await votes.cast(answer_id, GUILD, member(CLEO), Helpful())

    card = await review.cards.show(GUILD, 1)

    assert card.votes == VoteCount(helpful=1, not_helpful=2)
    assert card.reasons == (ReasonCount(Reason.WRONG, 2),)
    assert [(said.kind, said.comment, said.correction, said.wants_to_hear) for said in card.said] == [
        (CaseKind.CORRECTION, None, "Llama 4 is one", True),
        (CaseKind.NOT_HELPFUL, "No example", None, False),
    ]
    assert card.answer is not None
    assert (card.answer.place.channel_id, card.answer.place.message_id) == (CHANNEL, 4711)
    assert card.answer.stored.hits[0].section_id == OPEN_WEIGHTS
    assert card.note is None


async def test_the_answer_as_shown_is_that_of_today_while_nothing_has_changed(database: Database, review: Review) -> None:
    await open_case(database)

    answer = (await review.cards.show(GUILD, 1)).answer

    assert answer is not None
    assert (answer.text or "").startswith("Open weights means that the trained parameters")
    assert answer.today == answer.text
    assert answer.diff == ()


async def test_what_has_changed_since_is_shown_line_by_line(database: Database, review: Review) -> None:
    await open_case(database)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE shown_texts SET text = 'Open weights means nothing.'")

    answer = (await review.cards.show(GUILD, 1)).answer

    assert answer is not None
    assert (answer.text, answer.diff[0]) == ("Open weights means nothing.", DiffLine(ChangeKind.REMOVED, "Open weights means nothing."))
    assert {line.change for line in answer.diff[1:]} == {ChangeKind.ADDED}


def test_a_diff_put_together_gives_both_texts() -> None:
    then, today = "one\ntwo\nthree", "one\n2\nthree\nfour"

    lines = diff_of(then, today)

    assert "\n".join(line.text for line in lines if line.change is not ChangeKind.ADDED) == then
    assert "\n".join(line.text for line in lines if line.change is not ChangeKind.REMOVED) == today


async def test_an_answer_from_before_the_review_has_a_card_without_its_text(database: Database, review: Review) -> None:
    await open_case(database)
    async with database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM shown_texts")

    answer = (await review.cards.show(GUILD, 1)).answer

    assert answer is not None
    assert (answer.text, answer.diff) == (None, ())


async def test_similar_cases_share_section_and_words_and_are_of_the_same_server(database: Database, review: Review) -> None:
    await open_case(database, "What are open weights?")
    await open_case(database, "open weights meaning")
    await open_case(database, "What does the MIT license allow?")
    await open_case(database, "What does the MIT license not allow?")
    await open_case(database, "What are open weights, please?", guild_id=OTHER_GUILD)

    similar = {number: [one.number for one in (await review.cards.show(GUILD, number)).similar] for number in (1, 3)}

    assert similar == {1: [2], 3: [4]}


async def test_history_and_notes_are_the_newest_first(database: Database, review: Review) -> None:
    await open_case(database)
    await review.decisions.note(moderator(), 1, "first")
    await review.decisions.note(moderator(), 1, "second")
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, why="by the next reload"))

    card = await review.cards.show(GUILD, 1)

    assert [note.text for note in card.notes] == ["second", "first"]
    assert [entry.action for entry in card.history] == [AuditAction.RESOLVED, AuditAction.NOTED, AuditAction.NOTED]


async def test_review_this_answer_opens_a_case_in_the_moderators_name_once(database: Database, review: Review) -> None:
    await ask(database, message_id=4711)

    cards = [await review.cards.open_for_message(moderator(), 4711) for _ in range(2)]

    assert [(card.summary.number, card.summary.kind, card.summary.signals) for card in cards] == [(1, CaseKind.REVIEW, 0)] * 2
    assert cards[0].summary.question == "What are open weights?"
    assert [(entry.action, entry.actor_id) for entry in cards[1].history] == [(AuditAction.OPENED, MODERATOR)]
    assert (await review.queue.search(GUILD, "open weights")).total == 1


async def test_a_vote_joins_the_case_that_a_moderator_opened(database: Database, review: Review) -> None:
    answer_id = await ask(database, message_id=4711)
    await review.cards.open_for_message(moderator(), 4711)

    await vote_down(database, answer_id)

    case = await review.queue.find(GUILD, 1)
    assert (case.kind, case.signals) == (CaseKind.NOT_HELPFUL, 1)


async def test_review_this_answer_leads_to_the_case_that_is_there_also_a_closed_one(database: Database, review: Review) -> None:
    answer_id = await ask(database, message_id=4711)
    await vote_down(database, answer_id)
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, why="by the next reload"))

    assert (await review.cards.open_for_message(moderator(), 4711)).summary.number == 1
    assert rows(database.path, "SELECT count(*) FROM cases") == [(1,)]


@pytest.mark.parametrize(("guild_id", "message_id"), [(GUILD, 4712), (OTHER_GUILD, 4711), (DIRECT_MESSAGES, 4711)])
async def test_a_message_that_shows_no_answer_of_this_server_is_not_found(
    database: Database, review: Review, guild_id: int, message_id: int
) -> None:
    await ask(database, message_id=4711)

    with pytest.raises(NotFound):
        await review.cards.open_for_message(moderator(guild_id=guild_id), message_id)
    assert rows(database.path, "SELECT count(*) FROM cases") == [(0,)]


async def test_direct_messages_have_no_cases_to_open(database: Database, review: Review) -> None:
    answer_id = await ask(database, guild_id=DIRECT_MESSAGES)

    with pytest.raises(NotFound):
        await review.cards.open_for(moderator(guild_id=DIRECT_MESSAGES), answer_id)


async def test_todays_answer_is_the_one_that_the_server_gets_by_its_own_phrasings(database: Database, review: Review) -> None:
    await open_case(database, UNKNOWN)
    await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS)

    answer = (await review.cards.show(GUILD, 1)).answer

    assert answer is not None
    assert (answer.today or "").startswith("Open weights means that the trained parameters")
    assert answer.diff


async def test_todays_answer_is_the_one_that_the_server_gets_by_its_own_threshold(database: Database, review: Review) -> None:
    await open_case(database, "what can i do with the trained parameters of a model")
    await Guilds(database).change(GUILD, MODERATOR, lambda now: replace(now, answer_threshold=0.99))

    answer = (await review.cards.show(GUILD, 1)).answer

    assert answer is not None
    assert answer.today != answer.text
    assert answer.diff


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        (Reason.WRONG, NextStep.CHECK_SOURCES),
        (Reason.OUTDATED, NextStep.CHECK_SOURCES),
        (Reason.INCOMPLETE, NextStep.IMPROVE_TEXT),
        (Reason.UNCLEAR, NextStep.IMPROVE_TEXT),
        (Reason.OFF_TOPIC, NextStep.NAME_SECTION),
    ],
)
async def test_the_reason_that_members_gave_decides_which_step_is_recommended(
    database: Database, review: Review, reason: Reason, step: NextStep
) -> None:
    await vote_down(database, await ask(database), reason=reason)

    assert next_step(await review.cards.show(GUILD, 1)) is step


async def test_what_changed_since_comes_first_and_a_case_of_somebody_else_is_theirs(database: Database, review: Review) -> None:
    await open_case(database)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE shown_texts SET text = 'Open weights means nothing.'")
    changed = next_step(await review.cards.show(GUILD, 1))
    await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS)
    confirmed = next_step(await review.cards.show(GUILD, 1))
    done(await review.decisions.claim(moderator(), 1))
    card = await review.cards.show(GUILD, 1)
    theirs, mine, in_a_channel = (next_step(card, reader) for reader in (OTHER_MODERATOR, MODERATOR, None))
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, why="by the next reload"))

    assert (changed, confirmed) == (NextStep.CHECK_CHANGE, NextStep.CHECK_CONFIRMED)
    assert (theirs, mine, in_a_channel) == (NextStep.THEIRS, NextStep.CHECK_CONFIRMED, NextStep.CHECK_CONFIRMED)
    assert next_step(await review.cards.show(GUILD, 1)) is NextStep.NOTHING


async def test_a_question_without_an_answer_needs_a_section_and_a_note_a_reader(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA))
    await review.notes.add(NewNote(GUILD, member(ANA), OPEN_WEIGHTS, "a note", 1))
    await vote_down(database, await ask(database), correction="better words")

    steps = [next_step(await review.cards.show(GUILD, number)) for number in (1, 2, 3)]
    assert steps[0] in (NextStep.NEW_SECTION, NextStep.NAME_SECTION)
    assert steps[1:] == [NextStep.READ_NOTE, NextStep.CHECK_CORRECTION]
