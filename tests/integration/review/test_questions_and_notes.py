"""What members send by themselves: questions that were not answered, with their consent, and notes for a section."""

from __future__ import annotations

import asyncio

import pytest

from bot.bootstrap.stages import Review
from bot.cases.case import CaseKind, CaseState, DismissReason, Resolution
from bot.errors import InputError, NotFound
from bot.privacy.member_data import MemberRecords
from bot.review.community_notes import LONGEST_NOTE, MOST_WAITING, NewNote, NoteAdded, NoteProblem, NoteRefused
from bot.review.questions import NotSent, NotSentReason, Sent
from bot.review.queue import QueueFilter
from bot.storage.database import Database
from bot.storage.tables import DIRECT_MESSAGES
from tests.integration.making import (
    ANA,
    BEN,
    COPYLEFT,
    OPEN_WEIGHTS,
    UNKNOWN,
    ask,
    confirm,
    done,
    member,
    moderator,
    open_case,
    refused,
    reword,
)
from tests.integration.rows import GUILD, HOSTILE_TEXTS, OTHER_GUILD, as_stored, in_files, rows


def a_note(text: str = "Gemma 3 too.", user_id: int = ANA, interaction_id: int = 1, guild_id: int = GUILD, notify: bool = False) -> NewNote:
    return NewNote(guild_id, member(user_id, guild_id), OPEN_WEIGHTS, text, interaction_id, user_id if notify else None)


async def test_a_question_is_sent_with_the_consent_of_who_asked_it(database: Database, review: Review) -> None:
    answer_id = await ask(database, UNKNOWN)

    assert await review.questions.ask_moderator(answer_id, GUILD, member(ANA)) == Sent(1, repeated=False)

    case = await review.queue.find(GUILD, 1)
    assert (case.kind, case.question, case.signals) == (CaseKind.DECLINED, UNKNOWN, 1)


async def test_without_a_press_nothing_is_sent(database: Database, review: Review) -> None:
    await ask(database, UNKNOWN)

    assert (await review.queue.page(GUILD, QueueFilter(states=frozenset()))).total == 0


async def test_nobody_else_can_agree_for_the_asker(database: Database, review: Review) -> None:
    answer_id = await ask(database, UNKNOWN)

    assert await review.questions.ask_moderator(answer_id, GUILD, member(BEN)) == NotSent(NotSentReason.NOT_ASKER)
    with pytest.raises(NotFound):
        await review.questions.ask_moderator(answer_id, OTHER_GUILD, member(ANA))
    assert rows(database.path, "SELECT count(*) FROM cases") == [(0,)]


async def test_a_question_with_an_answer_is_not_sent(database: Database, review: Review) -> None:
    sent = await review.questions.ask_moderator(await ask(database), GUILD, member(ANA))

    assert sent == NotSent(NotSentReason.ANSWERED)


async def test_a_direct_message_has_no_moderators(database: Database, review: Review) -> None:
    answer_id = await ask(database, UNKNOWN, guild_id=DIRECT_MESSAGES)

    sent = await review.questions.ask_moderator(answer_id, DIRECT_MESSAGES, member(ANA, DIRECT_MESSAGES))

    assert sent == NotSent(NotSentReason.NO_MODERATORS)


async def test_pressing_many_times_at_once_sends_it_once(database: Database, review: Review) -> None:
    answer_id = await ask(database, UNKNOWN)

    sent = await asyncio.gather(*(review.questions.ask_moderator(answer_id, GUILD, member(ANA), ANA) for _ in range(10)))

    assert sorted(one.repeated for one in sent if isinstance(one, Sent)) == [False, *[True] * 9]
    assert (await review.queue.find(GUILD, 1)).signals == 1


@pytest.mark.parametrize("notify", [None, ANA])
async def test_a_question_that_moderators_have_closed_is_not_sent_again_by_the_same_press(
    database: Database, review: Review, notify: int | None
) -> None:
    answer_id = await ask(database, UNKNOWN)
    await review.questions.ask_moderator(answer_id, GUILD, member(ANA))
    done(await review.decisions.dismiss(moderator(), 1, DismissReason.SPAM))

    assert await review.questions.ask_moderator(answer_id, GUILD, member(ANA), notify) == Sent(1, repeated=True)
    assert rows(database.path, "SELECT count(*) FROM cases") == [(1,)]
    assert await review.notices.pending() == ()


async def test_who_wants_to_hear_can_say_so_by_a_second_press(database: Database, review: Review) -> None:
    answer_id = await ask(database, UNKNOWN)
    await review.questions.ask_moderator(answer_id, GUILD, member(ANA))

    assert await review.questions.ask_moderator(answer_id, GUILD, member(ANA), ANA) == Sent(1, repeated=True)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))
    assert [notice.user_id for notice in await review.notices.pending()] == [ANA]


async def test_the_same_question_of_two_members_is_one_case(database: Database, review: Review) -> None:
    for user_id in (ANA, BEN):
        await review.questions.ask_moderator(await ask(database, UNKNOWN, user_id), GUILD, member(user_id))

    assert (await review.queue.find(GUILD, 1)).signals == 2


async def test_a_question_whose_text_has_expired_is_typed_again(database: Database, review: Review) -> None:
    answer_id = await ask(database, UNKNOWN)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE answers SET question = NULL, normalized_question = NULL, searched = NULL")

    without = [await review.questions.ask_moderator(answer_id, GUILD, member(ANA), typed=typed) for typed in (None, "", " \u200b ")]
    sent = await review.questions.ask_moderator(answer_id, GUILD, member(ANA), typed="Who won, again?")

    assert without == [NotSent(NotSentReason.NO_TEXT)] * 3
    assert sent == Sent(1, repeated=False)
    assert (await review.queue.find(GUILD, 1)).question == "Who won, again?"


async def test_a_note_waits_is_approved_and_then_published(database: Database, review: Review) -> None:
    assert await review.notes.add(a_note("  Gemma 3 too.  ")) == NoteAdded(1, repeated=False)
    assert (await review.notes.published(GUILD)).total == 0
    assert (await review.queue.search(GUILD, "gemma")).total == 1

    done(await review.decisions.approve(moderator(), 1))

    (note,) = (await review.notes.published(GUILD, ("before#it", OPEN_WEIGHTS))).items
    assert (note.text, note.section_id, note.published, note.case_number) == ("Gemma 3 too.", OPEN_WEIGHTS, True, 1)
    assert (await review.notes.published(GUILD, ("other#section",))).total == 0
    assert (await review.notes.published(OTHER_GUILD)).total == 0
    assert (await review.cards.show(GUILD, 1)).note == note


@pytest.mark.fault(56)
@pytest.mark.parametrize("text", [text for text in HOSTILE_TEXTS if text.strip()])
async def test_row_56_a_note_is_stored_and_listed_byte_for_byte(database: Database, review: Review, text: str) -> None:
    text = as_stored(database, text)
    await review.notes.add(a_note(text))
    done(await review.decisions.approve(moderator(), 1))

    assert [note.text for note in (await review.notes.published(GUILD)).items] == [text.strip()]


async def test_a_note_can_be_approved_and_dismissed_but_not_resolved(database: Database, review: Review) -> None:
    await review.notes.add(a_note())

    assert refused(await review.decisions.resolve(moderator(), 1, Resolution.FIXED)) == "wrong-kind"
    assert done(await review.decisions.dismiss(moderator(), 1, DismissReason.OFF_TOPIC)).state is CaseState.DISMISSED
    assert (await review.notes.published(GUILD)).total == 0


async def test_reopening_takes_a_published_note_out_of_sight(database: Database, review: Review) -> None:
    await review.notes.add(a_note())
    done(await review.decisions.approve(moderator(), 1))

    done(await review.decisions.reopen(moderator(), 1))

    assert (await review.notes.published(GUILD)).total == 0
    (own,) = await review.notes.own(GUILD, member(ANA))
    assert own.published is False


@pytest.mark.fault(25)
async def test_row_25_a_note_delivered_twice_is_one_note(database: Database, review: Review) -> None:
    added = await asyncio.gather(*(review.notes.add(a_note(interaction_id=5)) for _ in range(5)))

    assert sorted(one.repeated for one in added if isinstance(one, NoteAdded)) == [False, *[True] * 4]
    assert rows(database.path, "SELECT count(*) FROM community_notes") == [(1,)]


async def test_notes_that_are_empty_too_long_and_too_many_are_refused(review: Review) -> None:
    assert await review.notes.add(a_note(" \n ")) == NoteRefused(NoteProblem.EMPTY)
    assert await review.notes.add(a_note("x" * (LONGEST_NOTE + 1))) == NoteRefused(NoteProblem.TOO_LONG)
    for number in range(MOST_WAITING):
        assert isinstance(await review.notes.add(a_note(interaction_id=10 + number)), NoteAdded)
    assert await review.notes.add(a_note(interaction_id=99)) == NoteRefused(NoteProblem.TOO_MANY_WAITING)
    assert isinstance(await review.notes.add(a_note(user_id=BEN, interaction_id=100)), NoteAdded)
    done(await review.decisions.approve(moderator(), 1))
    assert isinstance(await review.notes.add(a_note(interaction_id=101)), NoteAdded)


async def test_direct_messages_take_no_notes(review: Review) -> None:
    with pytest.raises(NotFound):
        await review.notes.add(a_note(guild_id=DIRECT_MESSAGES))


async def test_a_member_withdraws_their_own_note_only_and_no_byte_of_it_is_left(database: Database, review: Review) -> None:
    text = "a note of Ana that nobody else ever wrote"
    await review.notes.add(a_note(text))
    done(await review.decisions.approve(moderator(), 1))
    ((note_id,),) = rows(database.path, "SELECT id FROM community_notes")
    assert isinstance(note_id, int)

    assert await review.notes.withdraw(GUILD, note_id, member(BEN)) is False
    assert await review.notes.withdraw(OTHER_GUILD, note_id, member(ANA, OTHER_GUILD)) is False
    assert in_files(database.path, text) != []
    assert await review.notes.withdraw(GUILD, note_id, member(ANA)) is True

    assert in_files(database.path, text) == []
    assert (await review.notes.published(GUILD)).total == 0
    assert (await review.cards.show(GUILD, 1)).note is None


async def test_row_28_a_note_withdrawn_while_it_waits_takes_its_case_out_of_the_queue(database: Database, review: Review) -> None:
    await review.notes.add(a_note())
    ((note_id,),) = rows(database.path, "SELECT id FROM community_notes")
    assert isinstance(note_id, int)

    await review.notes.withdraw(GUILD, note_id, member(ANA))

    assert refused(await review.decisions.approve(moderator(), 1)) == "withdrawn"
    assert (await review.queue.page(GUILD, QueueFilter())).total == 0


async def test_who_wants_to_hear_is_answered_once_and_then_forgotten(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA), ANA)
    await review.questions.ask_moderator(await ask(database, UNKNOWN, BEN), GUILD, member(BEN))
    assert await review.notices.pending() == ()
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED, "Nobody knows."))

    (notice,) = await review.notices.pending(GUILD, 1)

    assert (notice.user_id, notice.case.resolution, notice.case.closing_text) == (ANA, Resolution.ANSWERED, "Nobody knows.")
    assert await review.notices.pending(OTHER_GUILD) == ()
    assert [await review.notices.settle(notice) for _ in range(2)] == [True, False]
    assert await review.notices.pending() == ()
    assert rows(database.path, "SELECT count(*) FROM signals WHERE notify_user_id IS NOT NULL") == [(0,)]


async def test_an_approved_note_is_a_reason_to_tell_its_author(database: Database, review: Review) -> None:
    await review.notes.add(a_note(notify=True))
    done(await review.decisions.approve(moderator(), 1, "Thank you!"))

    assert [notice.user_id for notice in await review.notices.pending(GUILD, 1)] == [ANA]


async def test_a_phrasing_is_confirmed_once_listed_by_server_and_withdrawn(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA))

    first = await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS)
    again = await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS)
    other = await confirm(review.phrasings, moderator(), 1, COPYLEFT, "which weights are open")

    assert first == again
    assert [(one.section_id, one.text, one.wording, one.case_number) for one in await review.phrasings.confirmed(GUILD)] == [
        (OPEN_WEIGHTS, UNKNOWN, None, 1), (COPYLEFT, UNKNOWN, "which weights are open", 1),
    ]  # fmt: skip
    assert await review.phrasings.confirmed(OTHER_GUILD) == ()
    assert await review.phrasings.withdraw(moderator(guild_id=OTHER_GUILD), other.phrasing_id) is False
    assert await review.phrasings.withdraw(moderator(), other.phrasing_id) is True
    assert await review.phrasings.confirmed() == (first,)
    assert [entry.action.value for entry in (await review.audit.page(GUILD)).items] == [
        "withdrew-phrasing", "confirmed-phrasing", "confirmed-phrasing",
    ]  # fmt: skip


async def test_a_moderators_own_words_are_put_beside_the_members_and_count_as_well(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA))

    first = await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS)
    worded = await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS, "which weights are open")
    kept = await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS)

    assert (worded.phrasing_id, worded.text, worded.wording) == (first.phrasing_id, UNKNOWN, "which weights are open")
    assert kept == worded
    assert len(await review.phrasings.confirmed()) == 1


async def test_a_wording_that_repeats_the_members_words_is_none(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA))

    confirmed = await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS, UNKNOWN.upper().rstrip("?"))

    assert (confirmed.text, confirmed.wording) == (UNKNOWN, None)
    for words in ("   ", "<@123456789012345678>", UNKNOWN):
        with pytest.raises(InputError, match="own words"):
            await reword(review.phrasings, moderator(), confirmed.phrasing_id, words)


async def test_a_follow_up_counts_in_a_moderators_words_only(database: Database, review: Review, members: MemberRecords) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA))
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE answers SET context_id = 'basics/openness#open-weights', question = 'and who won it?'")

    with pytest.raises(InputError, match="follow-up"):
        await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS)
    confirmed = await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS, "who won the final")

    assert (confirmed.text, confirmed.wording) == (None, "who won the final")
    assert (await members.of(ANA)).phrasings == ()


async def test_dismissing_a_case_takes_back_what_was_confirmed_on_it_and_on_no_other(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA))
    await open_case(database)
    await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS, "which weights are open")
    await confirm(review.phrasings, moderator(), 2, COPYLEFT)

    done(await review.decisions.dismiss(moderator(), 1, DismissReason.SPAM))

    assert [one.case_number for one in await review.phrasings.confirmed()] == [2]
    assert [(entry.action.value, entry.case_number, entry.detail) for entry in (await review.audit.page(GUILD)).items[:2]] == [
        ("withdrew-phrasing", 1, OPEN_WEIGHTS), ("dismissed", 1, "spam"),
    ]  # fmt: skip


async def test_a_phrasing_needs_words(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA))
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE answers SET question = NULL")

    for text in (None, "typed again by a moderator"):
        with pytest.raises(NotFound):
            await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS, text)
    assert await review.phrasings.confirmed() == ()


async def test_a_phrasing_belongs_to_the_answer_that_the_moderator_looked_at_also_when_another_stands_for_the_case(
    database: Database, review: Review, members: MemberRecords
) -> None:
    anas, bens = await ask(database, UNKNOWN), await ask(database, UNKNOWN, BEN)
    await review.questions.ask_moderator(anas, GUILD, member(ANA))
    await review.questions.ask_moderator(bens, GUILD, member(BEN))
    await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS, "who won it all", answer_id=bens)

    await members.delete(ANA)
    assert [(one.text, one.wording) for one in await review.phrasings.confirmed()] == [(UNKNOWN, "who won it all")]
    await members.delete(BEN)
    assert [(one.text, one.wording) for one in await review.phrasings.confirmed()] == [(None, "who won it all")]


async def test_a_phrasing_cannot_be_put_onto_an_answer_of_another_case_nor_server(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA))
    foreign = await ask(database, UNKNOWN, guild_id=OTHER_GUILD)
    for answer_id in (await ask(database), foreign, "a" * 12):
        with pytest.raises(NotFound):
            await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS, "some words", answer_id=answer_id)
    assert await review.phrasings.confirmed() == ()
