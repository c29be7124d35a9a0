"""Gaps: what several members asked for in vain becomes one, under a key that stays, and goes with their data."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.answering.engine import AnswerEngine
from bot.bootstrap.stages import Review, open_review
from bot.cases.case import Reason
from bot.config import KeepQuestions, PrivacyConfig
from bot.errors import NotFound
from bot.feedback.votes import Helpful
from bot.gaps.gaps import Ending, Gap, Gaps
from bot.gaps.reading import GapKind
from bot.guilds.settings import Guilds
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.privacy.member_data import MemberRecords
from bot.privacy.retention import Retention
from bot.storage.database import Database
from tests.integration.making import ANA, BEN, CLEO, OPEN_WEIGHTS, ask, confirm, member, moderator, vote_down
from tests.integration.rows import GUILD, OTHER_GUILD, in_files, rows, second_program, signals_of, small_knowledge, votes_of

DAN = 1004
QUANTIZING = (
    "how do i quantize to gguf for ollama",
    "which quantize program writes gguf for ollama",
    "can ollama quantize gguf by itself",
    "where does ollama keep a gguf after quantize",
)
"""The small knowledge base has never seen these words."""
PIZZA = ("best pizza dough recipe", "what flour for pizza dough", "pizza dough without yeast")


async def ask_all(database: Database, questions: Sequence[str], users: Sequence[int], guild_id: int = GUILD) -> list[str]:
    return [await ask(database, question, user, guild_id) for question, user in zip(questions, users, strict=False)]


async def open_gaps(review: Review, guild_id: int = GUILD) -> tuple[Gap, ...]:
    await review.gaps.refresh(guild_id)
    return (await review.gaps.page(guild_id)).items


async def test_what_three_members_asked_in_vain_is_a_gap_named_in_words_they_share(database: Database, review: Review) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))
    await ask_all(database, PIZZA, (ANA, BEN, CLEO))

    gaps = await open_gaps(review)

    assert [gap.askers for gap in gaps] == [3, 3]
    assert {frozenset(gap.words) for gap in gaps} == {frozenset({"quantize", "gguf", "ollama"}), frozenset({"pizza", "dough"})}
    assert {gap.kind for gap in gaps} == {GapKind.OUT_OF_SCOPE}
    assert len({gap.key for gap in gaps}) == 2


async def test_below_the_number_of_members_nothing_is_shown_counted_or_stored(database: Database, review: Review) -> None:
    for _ in range(5):  # one who asks again and again is still one
        await ask_all(database, QUANTIZING, (ANA, BEN))
    moment = datetime.now(UTC)

    assert await open_gaps(review) == ()
    assert await review.gaps.counts(GUILD, moment - timedelta(days=1), moment + timedelta(days=1)) == (
        await review.gaps.counts(OTHER_GUILD, moment, moment)
    )
    assert rows(database.path, "SELECT * FROM gaps") == []
    assert rows(database.path, "SELECT * FROM gap_questions") == []


async def test_no_word_leaves_a_gap_that_fewer_members_used(database: Database, review: Review) -> None:
    secrets = ("on my zebra9000", "for aunt hildegard", "at acme corporation")
    await ask_all(database, [f"{question} {secret}" for question, secret in zip(QUANTIZING, secrets, strict=False)], (ANA, BEN, CLEO))

    (gap,) = await open_gaps(review)

    assert set(gap.words) == {"quantize", "gguf", "ollama"}
    stored = repr(rows(database.path, "SELECT * FROM gaps"))
    assert not any(word in stored for word in ("zebra9000", "hildegard", "acme"))


async def test_a_form_of_a_word_that_only_one_member_typed_is_not_shown(database: Database, review: Review) -> None:
    await ask_all(database, ("gguf ollama quantize", "gguf ollama quantizing", "gguf ollama quantized"), (ANA, BEN, CLEO))

    (gap,) = await open_gaps(review)

    assert set(gap.words) == {"gguf", "ollama"}


async def test_a_server_has_its_own_gaps_and_no_others(database: Database, review: Review) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))
    (gap,) = await open_gaps(review)

    assert await open_gaps(review, OTHER_GUILD) == ()
    with pytest.raises(NotFound):
        await review.gaps.view(OTHER_GUILD, gap.key)
    with pytest.raises(NotFound):
        await review.gaps.set_aside(moderator(guild_id=OTHER_GUILD), gap.key)


async def test_the_same_questions_in_any_order_make_the_same_groups(database: Database, review: Review) -> None:
    asked = [(question, user) for questions in (QUANTIZING, PIZZA) for question, user in zip(questions, (ANA, BEN, CLEO), strict=False)]
    for guild_id in (GUILD, OTHER_GUILD):
        for question, user in random.Random(guild_id).sample(asked, len(asked)):
            await ask(database, question, user, guild_id)

    one, other = [{gap.words for gap in await open_gaps(review, guild_id)} for guild_id in (GUILD, OTHER_GUILD)]

    assert one == other


async def test_a_key_stays_when_more_ask_when_it_is_grouped_again_and_after_a_restart(database: Database, review: Review) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))
    (first,) = await open_gaps(review)
    await ask(database, QUANTIZING[3], DAN)
    await ask_all(database, PIZZA, (ANA, BEN, CLEO))
    again = Database(database.place)
    gaps = open_review(again, small_knowledge(), Guilds(again), signals_of(), Tombstones(tombstone_file(again.path)), 3).gaps
    await gaps.refresh(GUILD)
    view = await gaps.view(GUILD, first.key)
    await again.close()

    assert view.gap.askers == 4
    assert view.gap.opened_at == first.opened_at


async def test_the_key_outlives_the_member_with_whose_question_it_began(database: Database, review: Review, members: MemberRecords) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO, DAN))
    (first,) = await open_gaps(review)
    await members.delete(ANA)

    (after,) = await open_gaps(review)

    assert after.key == first.key
    assert after.askers == 3


async def test_a_deletion_takes_the_share_and_below_the_number_the_gap_and_its_words(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))
    (gap,) = await open_gaps(review)
    await members.delete(ANA)

    assert (await review.gaps.page(GUILD)).items == ()
    with pytest.raises(NotFound):
        await review.gaps.view(GUILD, gap.key)
    await members.delete(BEN)
    assert rows(database.path, "SELECT words, support FROM gaps") == [(None, 1)]
    assert rows(database.path, "SELECT count(*) FROM gap_questions") == [(1,)]
    assert in_files(database.path, "ollama") != []
    await members.delete(CLEO)
    await database.forget_deleted_bytes(whole=True)
    assert in_files(database.path, "ollama") == []


async def test_a_member_who_only_voted_takes_the_share_that_stood_on_their_vote(
    database: Database, review: Review, members: MemberRecords
) -> None:
    for user in (ANA, BEN, CLEO):
        await vote_down(database, await ask(database, "What are open weights?", user), DAN, reason=Reason.UNCLEAR)
    assert len(await open_gaps(review)) == 1

    await members.delete(DAN)

    assert (await review.gaps.page(GUILD)).items == ()
    assert await open_gaps(review) == ()


@pytest.mark.parametrize("keep", list(KeepQuestions))
async def test_when_the_period_of_texts_is_over_nothing_of_a_gap_is_left_but_that_it_was(
    database: Database, review: Review, keep: KeepQuestions
) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))
    (gap,) = await open_gaps(review)
    retention = Retention(database, PrivacyConfig(keep_questions=keep), Tombstones(tombstone_file(database.path)))

    await retention.expire(datetime.now(UTC) + timedelta(hours=25))
    (kept,) = (await review.gaps.page(GUILD)).items
    await review.gaps.refresh(GUILD)
    (grouped,) = (await review.gaps.page(GUILD)).items
    await retention.expire(datetime.now(UTC) + timedelta(days=91))
    await database.forget_deleted_bytes(whole=True)

    assert kept == grouped == gap  # the words are such as three members share; the questions themselves are gone
    assert (await review.gaps.page(GUILD)).items == ()
    assert rows(database.path, "SELECT words FROM gaps") == [(None,)]
    assert rows(database.path, "SELECT * FROM gap_questions") == []
    assert in_files(database.path, "ollama") == []


async def test_who_asks_the_same_after_the_texts_have_expired_joins_the_gap_of_before(database: Database, review: Review) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))
    (gap,) = await open_gaps(review)
    await Retention(database, PrivacyConfig(), Tombstones(tombstone_file(database.path))).expire(datetime.now(UTC) + timedelta(hours=25))
    await ask(database, QUANTIZING[3], DAN)

    (after,) = await open_gaps(review)

    assert after.key == gap.key
    assert after.askers == 4


async def test_a_question_that_is_no_longer_in_vain_leaves_its_gap(database: Database, review: Review) -> None:
    asked = [await ask(database, "What are open weights?", user) for user in (ANA, BEN, CLEO)]
    for answer_id in asked:
        await vote_down(database, answer_id, ANA, reason=Reason.OUTDATED)
    (gap,) = await open_gaps(review)
    await votes_of(database).cast(asked[0], GUILD, member(ANA), Helpful())

    assert gap.kind is GapKind.OUTDATED
    assert gap.section_id == OPEN_WEIGHTS
    assert await open_gaps(review) == ()


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.WRONG, GapKind.OUTDATED),
        (Reason.OUTDATED, GapKind.OUTDATED),
        (Reason.INCOMPLETE, GapKind.MISSING_CONTENT),
        (Reason.UNCLEAR, GapKind.UNCLEAR),
        (Reason.OFF_TOPIC, GapKind.WRONG_SECTION),
    ],
)
async def test_the_reason_of_votes_says_what_kind_of_gap_it_is(database: Database, review: Review, reason: Reason, kind: GapKind) -> None:
    for user in (ANA, BEN, CLEO):
        await vote_down(database, await ask(database, "What are open weights?", user), user, reason=reason)

    (gap,) = await open_gaps(review)

    assert gap.kind is kind


async def test_a_section_that_members_picked_instead_is_named_once_enough_did(database: Database, review: Review) -> None:
    other = "basics/openness#closed-models"
    asked = [await ask(database, "What are open weights?", user) for user in (ANA, BEN, CLEO)]
    votes = votes_of(database)
    for answer_id, user in zip(asked[:2], (ANA, BEN), strict=True):
        await votes.judge(answer_id, GUILD, member(user), other)
    await vote_down(database, asked[2], CLEO, reason=Reason.OFF_TOPIC)
    (before,) = await open_gaps(review)
    await votes.judge(asked[2], GUILD, member(CLEO), other)
    (after,) = await open_gaps(review)

    assert before.kind is after.kind is GapKind.WRONG_SECTION
    assert before.section_id == OPEN_WEIGHTS
    assert before.picked_id is None
    assert after.picked_id == other


async def test_words_never_seen_and_words_that_the_nearest_section_lacks_are_told_apart(database: Database, review: Review) -> None:
    questions = ("copyleft weights zebrafish", "do copyleft weights zebrafish exist", "zebrafish weights under copyleft")
    for question, user in zip(questions, (ANA, BEN, CLEO), strict=True):
        await vote_down(database, await ask(database, question, user), user, reason=Reason.INCOMPLETE)
    (gap,) = await open_gaps(review)

    view = await review.gaps.view(GUILD, gap.key)

    assert view.unseen == ("zebrafish",)
    assert gap.section_id is not None
    assert view.lacking == (("weights",) if gap.section_id.endswith("copyleft") else ("copyleft",))
    assert view.case_numbers == (3, 2, 1)


async def test_a_moderator_sets_a_gap_aside_and_opens_it_again_and_the_log_says_so(database: Database, review: Review) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))
    (gap,) = await open_gaps(review)
    someone = moderator()

    done = [await review.gaps.set_aside(someone, gap.key) for _ in range(2)]
    closed = (await review.gaps.page(GUILD, closed=True)).items
    left = await open_gaps(review)
    opened = [await review.gaps.reopen(moderator(), gap.key) for _ in range(2)]

    assert done == opened == [True, False]
    assert left == ()
    assert [(one.key, one.ending, one.moderator_id) for one in closed] == [(gap.key, Ending.SET_ASIDE, someone.moderator_id)]
    assert rows(database.path, "SELECT action, detail FROM audit ORDER BY id") == [("set-gap-aside", gap.key), ("reopened-gap", gap.key)]
    assert [one.key for one in (await review.gaps.page(GUILD)).items] == [gap.key]


async def test_a_gap_that_was_set_aside_opens_again_when_as_many_members_ask_again(database: Database, review: Review) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))
    (gap,) = await open_gaps(review)
    await review.gaps.set_aside(moderator(), gap.key)
    await ask_all(database, QUANTIZING, (ANA, BEN))
    still = await open_gaps(review)
    await ask(database, QUANTIZING[2], CLEO)
    (again,) = await open_gaps(review)

    assert still == ()
    assert again.key == gap.key
    assert again.ending is None


async def test_a_gap_closes_by_itself_once_the_knowledge_answers_its_questions(database: Database, review: Review) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))
    (gap,) = await open_gaps(review)
    actor = moderator()
    for answer_id, question, user in zip(await ask_all(database, QUANTIZING, (ANA, BEN, CLEO)), QUANTIZING, (ANA, BEN, CLEO), strict=False):
        await review.questions.ask_moderator(answer_id, GUILD, member(user))
        number = rows(database.path, "SELECT max(number) FROM cases")[0][0]
        assert isinstance(number, int)
        await confirm(review.phrasings, actor, number, OPEN_WEIGHTS, question)
    await review.gaps.refresh(GUILD)
    moment = datetime.now(UTC)

    (closed,) = (await review.gaps.page(GUILD, closed=True)).items
    counts = await review.gaps.counts(GUILD, moment - timedelta(hours=1), moment + timedelta(hours=1))

    assert (closed.key, closed.ending) == (gap.key, Ending.ANSWERED)
    assert (await review.gaps.page(GUILD)).items == ()
    assert (counts.open, counts.opened, counts.answered) == (0, 1, 1)


async def test_while_the_knowledge_stays_as_it_is_no_gap_closes(database: Database, review: Review) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))

    keys = {gap.key for _ in range(3) for gap in await open_gaps(review)}

    assert len(keys) == 1


async def test_forged_keys_are_not_found(database: Database, review: Review) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO))
    await review.gaps.refresh(GUILD)

    for key in ("", "%", "' OR 1=1 --", "aaaaaaaaaaaa"):
        with pytest.raises(NotFound):
            await review.gaps.view(GUILD, key)


async def test_a_list_is_paged_by_position_with_most_members_first(database: Database, review: Review) -> None:
    await ask_all(database, PIZZA, (ANA, BEN, CLEO))
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO, DAN))
    await review.gaps.refresh(GUILD)

    first = await review.gaps.page(GUILD, size=1)
    assert first.later is not None
    second = await review.gaps.page(GUILD, first.later, size=1)

    assert [gap.askers for gap in (*first.items, *second.items)] == [4, 3]
    assert second.later is None


async def test_what_is_deleted_while_questions_are_grouped_does_not_come_back(
    database: Database, review: Review, members: MemberRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask_all(database, QUANTIZING, (ANA, BEN, CLEO, DAN))
    find = Gaps._find
    seen: list[int] = []

    def find_and_delete(self: Gaps, guild_id: int, engine: AnswerEngine) -> object:
        found = find(self, guild_id, engine)
        if not seen:
            seen.append(1)
            with second_program(database.path) as connection:  # as a deletion of another task would, in between
                connection.execute("UPDATE answers SET member_hash = NULL, question = NULL WHERE member_hash = ?", [member(ANA)])
        return found

    monkeypatch.setattr(Gaps, "_find", find_and_delete)

    (gap,) = await open_gaps(review)

    assert gap.askers == 3
    assert rows(database.path, "SELECT count(*) FROM gap_questions") == [(3,)]
