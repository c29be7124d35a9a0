"""What members send to moderators is theirs: shown to them, gone at their word, also from cases that moderators are looking at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.bootstrap.stages import Review
from bot.cases.case import CaseState, DismissReason, Resolution
from bot.config import KeepQuestions, PrivacyConfig
from bot.errors import NotFound
from bot.feedback.votes import VoteCount
from bot.guilds.settings import Guilds
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.privacy.member_data import MemberData, MemberRecords
from bot.privacy.retention import Expired, Retention
from bot.review.community_notes import NewNote
from bot.review.queue import QueueFilter
from bot.storage.database import Database
from bot.storage.tables import answers
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
    vote_down,
)
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD, in_files, rows

DAY = timedelta(days=1)
WRITTEN = ("a remark among moderators", "a message to members", "a reason for moderators", "a rejected note")
ANAS_WORDS = ("anas comment", "anas correction", "anas note on a section", "ulaanbaatar", "Ulaanbaatar")


async def all_that_ana_can_send(database: Database, review: Review) -> str:
    """Ana votes with a comment, sends a question, and writes a note; Ben votes on the same answer. Return the answer's id."""
    answer_id = await ask(database)
    await vote_down(database, answer_id, ANA, comment="anas comment", correction="anas correction", notify=True)
    await vote_down(database, answer_id, BEN, comment="bens comment")
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA), ANA)
    await review.notes.add(NewNote(GUILD, member(ANA), OPEN_WEIGHTS, "anas note on a section", 1, ANA))
    await confirm(review.phrasings, moderator(), 2, OPEN_WEIGHTS)
    return answer_id


async def test_a_member_sees_what_they_sent_and_what_became_of_it(database: Database, review: Review, members: MemberRecords) -> None:
    await all_that_ana_can_send(database, review)
    done(await review.decisions.resolve(moderator(), 2, Resolution.ANSWERED))

    data = await members.of(ANA)

    assert [(sent.case_number, sent.kind, sent.state, sent.resolution, sent.wants_to_hear) for sent in data.signals] == [
        (1, "correction", "open", None, True), (2, "declined", "resolved", "answered", True), (3, "note", "open", None, True),
    ]  # fmt: skip
    assert [(note.section_id, note.text) for note in data.notes] == [(OPEN_WEIGHTS, "anas note on a section")]
    assert [(one.section_id, one.text) for one in data.phrasings] == [(OPEN_WEIGHTS, UNKNOWN)]
    assert "bens" not in repr(data)
    assert (await members.of(BEN)).rows == 1


async def test_what_a_moderator_worded_stays_with_the_server_without_the_member_who_asked(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await all_that_ana_can_send(database, review)
    await confirm(review.phrasings, moderator(), 2, COPYLEFT, "the xylophone final of that city")
    data = await members.of(ANA)
    before = (await review.queue.find(GUILD, 2)).version

    deleted = await members.delete(ANA)

    assert [one.text for one in data.phrasings] == [UNKNOWN, UNKNOWN]
    assert deleted == data.rows
    assert [(one.section_id, one.text, one.wording) for one in await review.phrasings.confirmed()] == [
        (COPYLEFT, None, "the xylophone final of that city")
    ]
    assert rows(database.path, "SELECT count(*) FROM phrasings WHERE answer IS NOT NULL OR text IS NOT NULL") == [(0,)]
    assert in_files(database.path, "Ulaanbaatar") == []
    assert (await members.of(ANA)).phrasings == ()
    assert (await review.queue.find(GUILD, 2)).version > before


async def test_a_rule_that_lost_its_words_counts_for_nothing_is_announced_once_and_comes_back_in_a_moderators(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await Guilds(database).change(GUILD, MODERATOR, lambda now: replace(now, review_channel_id=7))
    await all_that_ana_can_send(database, review)
    assert await review.phrasings.to_announce() == ()

    await members.delete(ANA)

    (lost,) = await review.phrasings.to_announce()
    assert (lost.words, lost.section_id, await review.phrasings.without_words(GUILD)) == (None, OPEN_WEIGHTS, 1)
    assert await review.phrasings.confirmed() == ()
    assert [await review.phrasings.settle(lost.phrasing_id) for _ in range(2)] == [True, False]
    assert await review.phrasings.to_announce() == ()
    with pytest.raises(NotFound):
        await reword(review.phrasings, moderator(guild_id=OTHER_GUILD), lost.phrasing_id, "who won the match")
    worded = await reword(review.phrasings, moderator(), lost.phrasing_id, "who won the match")
    assert await review.phrasings.confirmed() == (worded,)
    assert await review.phrasings.without_words(GUILD) == 0


async def test_a_rule_without_words_expires_and_one_with_a_wording_does_not(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await all_that_ana_can_send(database, review)
    await confirm(review.phrasings, moderator(), 2, COPYLEFT, "the xylophone final of that city")
    await members.delete(ANA)

    left = []
    for days in (89, 91):
        await retention(database).expire(datetime.now(UTC) + days * DAY)
        left.append([one.section_id for one in (await review.phrasings.page(GUILD)).items])

    assert left == [[COPYLEFT, OPEN_WEIGHTS], [COPYLEFT]]


async def test_a_moderator_sees_what_they_worded_and_it_stays_when_they_delete_their_data(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await all_that_ana_can_send(database, review)
    await reword(review.phrasings, moderator(), 1, "who won the match")

    assert [(one.section_id, one.wording) for one in (await members.of(MODERATOR)).wordings] == [(OPEN_WEIGHTS, "who won the match")]
    assert await members.delete(MODERATOR) == 0
    assert [one.wording for one in await review.phrasings.confirmed()] == ["who won the match"]


async def in_conversation(database: Database, *questions: str) -> list[str]:
    """Let Ana ask several questions, each of which is understood by the one before it, and return the answers' ids."""
    found = [await ask(database, question) for question in questions]
    async with database.write() as connection:
        for answer_id in found[1:]:
            await connection.execute(sa.update(answers).where(answers.c.answer_id == answer_id).values(context_id=OPEN_WEIGHTS))
    return found


async def test_a_card_shows_the_conversation_around_its_question_and_nothing_else_that_the_member_asked(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await ask(database, "What does copyleft demand?")
    _, second, _ = await in_conversation(database, "What are open weights?", "weights of which models?", "open weights since when?")
    await ask(database, "What does the MIT license allow?")
    await ask(database, "What are open weights, please?", BEN)
    await vote_down(database, second)

    shown = (await review.cards.show(GUILD, 1)).conversation
    await members.delete(ANA)
    after = (await review.cards.show(GUILD, 1)).conversation

    assert [turn.question for turn in shown.before] == ["What are open weights?"]
    assert [turn.question for turn in shown.after] == ["open weights since when?"]
    assert after.before == after.after == ()


async def test_a_card_is_out_of_date_once_a_question_of_its_conversation_has_expired(database: Database, review: Review) -> None:
    _, second = await in_conversation(database, "What are open weights?", "weights of which models?")
    await vote_down(database, second)
    before = (await review.queue.find(GUILD, 1)).version

    await retention(database).expire(datetime.now(UTC) + 2 * DAY)

    card = await review.cards.show(GUILD, 1)
    assert [turn.question for turn in card.conversation.before] == [None]
    assert card.summary.question == "weights of which models?"
    assert card.summary.version > before


@pytest.mark.fault(30)
async def test_row_30_deletion_leaves_counts_and_neither_author_nor_a_byte_of_text(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await all_that_ana_can_send(database, review)
    done(await review.decisions.resolve(moderator(), 2, Resolution.ANSWERED))
    done(await review.decisions.approve(moderator(), 3))
    stored = [*ANAS_WORDS, member(ANA)]
    assert all(in_files(database.path, text) for text in stored)
    data = await members.of(ANA)

    deleted = await members.delete(ANA)

    assert deleted == data.rows
    assert {text: in_files(database.path, text) for text in stored} == {text: [] for text in stored}
    assert rows(database.path, "SELECT count(*) FROM signals WHERE notify_user_id IS NOT NULL") == [(0,)]
    assert rows(database.path, "SELECT number, signals FROM cases ORDER BY number") == [(1, 2), (2, 1), (3, 1)]
    assert await members.of(ANA) == MemberData()
    assert in_files(database.path, "bens comment") != []
    assert await review.phrasings.confirmed() == ()


@pytest.mark.fault(28)
async def test_row_28_a_case_that_is_open_in_review_says_withdrawn_once_its_only_member_has_left(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await open_case(database)
    done(await review.decisions.claim(moderator(), 1))

    await members.delete(ANA)

    card = await review.cards.show(GUILD, 1)
    assert (card.summary.state, card.summary.question, card.votes) == (CaseState.WITHDRAWN, None, VoteCount(0, 0))
    assert [(said.withdrawn, said.comment) for said in card.said] == [(True, None)]
    assert refused(await review.decisions.resolve(moderator(), 1, Resolution.FIXED)) == "withdrawn"


async def test_a_case_with_other_members_goes_on_without_the_one_who_left(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await all_that_ana_can_send(database, review)

    await members.delete(ANA)

    card = await review.cards.show(GUILD, 1)
    assert (card.summary.state.value, card.summary.kind.value, card.summary.signals, card.summary.question) == (
        "open",
        "not-helpful",
        2,
        None,
    )
    assert [said.comment for said in card.said] == ["bens comment", None]
    assert [case.number for case in (await review.queue.search(GUILD, "bens")).cases] == [1]
    assert (await review.queue.search(GUILD, "anas")).total == 0
    assert (await review.queue.search(GUILD, "what are")).total == 0


async def test_the_question_of_another_member_in_the_same_words_stays(database: Database, review: Review, members: MemberRecords) -> None:
    await open_case(database, "What are open weights?", BEN)
    await open_case(database, "what are open weights", ANA)
    assert (await review.queue.find(GUILD, 1)).question == "what are open weights"

    await members.delete(ANA)

    assert (await review.queue.find(GUILD, 1)).question == "What are open weights?"
    assert (await review.queue.search(GUILD, "weights")).total == 1


async def test_a_deleted_question_is_not_known_again_by_its_key(database: Database, review: Review, members: MemberRecords) -> None:
    await open_case(database)
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, why="by the next reload"))

    await members.delete(ANA)

    assert rows(database.path, "SELECT question_key FROM cases") == [(None,)]


async def test_a_moderators_notes_are_theirs_and_the_audit_log_is_not(database: Database, review: Review, members: MemberRecords) -> None:
    await open_case(database)
    await review.decisions.note(moderator(), 1, "a private remark of the moderator")

    data = await members.of(MODERATOR)
    deleted = await members.delete(MODERATOR)

    assert [(note.case_number, note.text) for note in data.moderation] == [(1, "a private remark of the moderator")]
    assert [(action.action, action.case_number) for action in data.actions] == [("noted", 1)]
    assert deleted == data.rows == 1
    assert in_files(database.path, "a private remark of the moderator") == []
    assert [note.text for note in (await review.cards.show(GUILD, 1)).notes] == [None]
    assert (await review.audit.page(GUILD)).total == 1


async def test_deleting_in_one_server_too_many_does_not_touch_another_member(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await open_case(database, user_id=BEN)
    await open_case(database, user_id=BEN, guild_id=OTHER_GUILD)
    before = rows(database.path, "SELECT * FROM cases")

    assert await members.delete(ANA) == 0

    assert rows(database.path, "SELECT * FROM cases") == before
    assert not tombstone_file(database.path).exists()


def retention(database: Database, mode: KeepQuestions = KeepQuestions.WITH_FEEDBACK) -> Retention:
    return Retention(database, PrivacyConfig(keep_questions=mode), Tombstones(tombstone_file(database.path)))


async def test_a_question_that_was_sent_to_moderators_is_kept_for_them_and_then_expires(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA))
    now = datetime.now(UTC)

    assert await retention(database, KeepQuestions.NEVER).expire(now + 2 * DAY) == Expired(0, 0, 0)
    assert (await review.queue.find(GUILD, 1)).question == UNKNOWN
    assert await retention(database).expire(now + 91 * DAY) == Expired(1, 0, 0)

    assert (await review.queue.find(GUILD, 1)).question is None
    assert (await review.queue.search(GUILD, "football")).total == 0
    assert in_files(database.path, "Ulaanbaatar") == []


async def test_expired_comments_are_gone_from_cards_and_from_the_search(database: Database, review: Review) -> None:
    await vote_down(database, await ask(database), comment="a comment that expires")

    await retention(database).expire(datetime.now(UTC) + 91 * DAY)

    card = await review.cards.show(GUILD, 1)
    assert (card.said[0].comment, card.summary.state) == (None, CaseState.OPEN)
    assert (await review.queue.search(GUILD, "expires")).total == 0
    assert in_files(database.path, "a comment that expires") == []


async def test_what_was_written_about_closed_cases_expires_and_published_notes_stay(database: Database, review: Review) -> None:
    await open_case(database)
    await review.decisions.note(moderator(), 1, "a remark among moderators")
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, "a message to members", "a reason for moderators"))
    for number, text in enumerate(("a rejected note", "a published note"), start=1):
        await review.notes.add(NewNote(GUILD, member(BEN), OPEN_WEIGHTS, text, number))
    done(await review.decisions.dismiss(moderator(), 2, DismissReason.OTHER))
    done(await review.decisions.approve(moderator(), 3))

    expired = await retention(database).expire(datetime.now(UTC) + 91 * DAY)

    assert expired.notes == 4
    proof = (await review.cards.show(GUILD, 1)).proof
    assert proof is not None
    assert proof.why is None
    assert [in_files(database.path, text) for text in WRITTEN] == [[]] * 4
    assert [note.text for note in (await review.notes.published(GUILD)).items] == ["a published note"]


@pytest.mark.parametrize(("days", "gone"), [(30, True), (1000, False)])
async def test_a_server_may_keep_texts_more_shortly_than_the_operator_but_not_longer(
    database: Database, review: Review, days: int, gone: bool
) -> None:
    await Guilds(database).change(GUILD, MODERATOR, lambda now: replace(now, feedback_days=days))
    for guild in (GUILD, OTHER_GUILD):
        await vote_down(database, await ask(database, guild_id=guild), comment=f"comment in {guild}", guild_id=guild)

    await retention(database).expire(datetime.now(UTC) + 31 * DAY)

    assert (in_files(database.path, f"comment in {GUILD}") == []) is gone
    assert in_files(database.path, f"comment in {OTHER_GUILD}") != []
    await retention(database).expire(datetime.now(UTC) + 91 * DAY)
    assert in_files(database.path, "comment in") == []


@pytest.mark.fault(31)
async def test_row_31_a_removed_server_takes_its_cases_and_its_audit_log_with_it_and_nothing_else(
    database: Database, review: Review
) -> None:
    for guild in (GUILD, OTHER_GUILD):
        await open_case(database, guild_id=guild)
        done(await review.decisions.claim(moderator(guild_id=guild), 1))
    await Guilds(database).removed(GUILD)

    await retention(database).expire(datetime.now(UTC) + 31 * DAY)

    assert (await review.queue.page(GUILD, QueueFilter(states=frozenset()))).total == 0
    assert (await review.queue.page(OTHER_GUILD, QueueFilter())).total == 1
    assert rows(database.path, "SELECT DISTINCT guild_id FROM audit UNION SELECT guild_id FROM signals") == [(OTHER_GUILD,)]


async def test_the_id_of_a_member_whom_nobody_could_tell_anything_is_forgotten_in_the_end(database: Database, review: Review) -> None:
    await vote_down(database, await ask(database), notify=True)
    now = datetime.now(UTC)

    kept = []
    for days in (89, 91):
        await retention(database).expire(now + days * DAY)
        kept.append(rows(database.path, "SELECT count(*) FROM signals WHERE notify_user_id IS NOT NULL"))

    assert kept == [[(1,)], [(0,)]]
    assert (await review.queue.find(GUILD, 1)).state is CaseState.OPEN
