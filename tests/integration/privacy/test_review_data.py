"""What members send to moderators is theirs: shown to them, gone at their word, also from cases that moderators are looking at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.bootstrap.stages import Review
from bot.cases.case import CaseState, DismissReason, Resolution
from bot.config import KeepQuestions, PrivacyConfig
from bot.feedback.votes import VoteCount
from bot.guilds.settings import Guilds
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.privacy.member_data import MemberData, MemberRecords
from bot.privacy.retention import Expired, Retention
from bot.review.community_notes import NewNote
from bot.review.queue import QueueFilter
from bot.storage.database import Database
from tests.integration.making import ANA, BEN, OPEN_WEIGHTS, UNKNOWN, ask, done, member, moderator, open_case, refused, vote_down
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD, in_files, rows

DAY = timedelta(days=1)
ANAS_WORDS = ("anas comment", "anas correction", "anas note on a section", "ulaanbaatar", "Ulaanbaatar")


async def all_that_ana_can_send(database: Database, review: Review) -> str:
    """Ana votes with a comment, sends a question, and writes a note; Ben votes on the same answer. Return the answer's id."""
    answer_id = await ask(database)
    await vote_down(database, answer_id, ANA, comment="anas comment", correction="anas correction", notify=True)
    await vote_down(database, answer_id, BEN, comment="bens comment")
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA), ANA)
    await review.notes.add(NewNote(GUILD, member(ANA), OPEN_WEIGHTS, "anas note on a section", 1, ANA))
    await review.phrasings.confirm(moderator(), 2, OPEN_WEIGHTS)
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


async def test_a_phrasing_that_a_moderator_reworded_is_shown_to_the_member_who_asked_and_goes_with_their_data(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await all_that_ana_can_send(database, review)
    await review.phrasings.confirm(moderator(), 2, OPEN_WEIGHTS, "the xylophone final of that city")
    data = await members.of(ANA)

    deleted = await members.delete(ANA)

    assert [one.text for one in data.phrasings] == [UNKNOWN, "the xylophone final of that city"]
    assert deleted == data.rows
    assert await review.phrasings.confirmed() == ()
    assert in_files(database.path, "xylophone") == []


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
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED))

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
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, "a message to members"))
    for number, text in enumerate(("a rejected note", "a published note"), start=1):
        await review.notes.add(NewNote(GUILD, member(BEN), OPEN_WEIGHTS, text, number))
    done(await review.decisions.dismiss(moderator(), 2, DismissReason.OTHER))
    done(await review.decisions.approve(moderator(), 3))

    expired = await retention(database).expire(datetime.now(UTC) + 91 * DAY)

    assert expired.notes == 3
    assert [in_files(database.path, text) for text in ("a remark among moderators", "a message to members", "a rejected note")] == [[]] * 3
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
