"""Questions that are kept as tests: from resolved cases only, in moderators' words only, of one server, and whatever the member deletes."""

from __future__ import annotations

import pytest

from bot.bootstrap.stages import Review
from bot.cases.case import Resolution
from bot.errors import InputError, NotFound
from bot.evaluation.measuring import Verdict
from bot.preview.probes import Origin
from bot.privacy.member_data import MemberRecords
from bot.storage.database import Database
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
    other_moderator,
    vote_down,
)
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD, OTHER_MODERATOR, in_files, rows

WORDING = "who won that football final"


async def resolved(database: Database, review: Review, *, wording: str | None = None) -> None:
    """Resolve a case about a question of Ana that nothing answers, on which a moderator confirmed a section."""
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA), ANA)
    await confirm(review.phrasings, moderator(), 1, COPYLEFT, wording)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))


async def test_what_a_moderator_worded_is_kept_with_its_section_and_written_down_once(database: Database, review: Review) -> None:
    await resolved(database, review, wording=WORDING)

    first, again = [await review.kept.keep_worded(moderator(), 1) for _ in range(2)]

    assert [(one.question, one.section_id, one.case_number, one.moderator_id) for one in first] == [(WORDING, COPYLEFT, 1, MODERATOR)]
    assert again == first
    assert await review.kept.of_guild(GUILD) == first
    assert rows(database.path, "SELECT case_number, detail FROM audit WHERE action = 'kept-question'") == [(1, COPYLEFT)]


async def test_of_the_same_words_the_newest_section_is_kept_for_who_wrote_them_however_often_that_is_done(
    database: Database, review: Review
) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA), ANA)
    await confirm(review.phrasings, moderator(), 1, COPYLEFT, WORDING)
    await confirm(review.phrasings, other_moderator(), 1, OPEN_WEIGHTS, WORDING.upper())
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))

    first, again = [await review.kept.keep_worded(moderator(), 1) for _ in range(2)]

    assert [(one.question, one.section_id, one.moderator_id) for one in first] == [(WORDING.upper(), OPEN_WEIGHTS, OTHER_MODERATOR)]
    assert again == first == await review.kept.of_guild(GUILD)
    assert rows(database.path, "SELECT actor_id, detail FROM audit WHERE action = 'kept-question'") == [(MODERATOR, OPEN_WEIGHTS)]


async def test_the_members_words_are_never_kept_and_are_gone_when_they_delete_them(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await resolved(database, review)
    assert await review.kept.keep_worded(moderator(), 1) == ()
    for theirs in (UNKNOWN, UNKNOWN.upper().rstrip("?"), " ?! "):
        with pytest.raises(InputError):
            await review.kept.keep(moderator(), 1, theirs, COPYLEFT)
    kept = await review.kept.keep(moderator(), 1, WORDING, None)

    await members.delete(ANA)

    assert await review.kept.of_guild(GUILD) == (kept,)
    assert in_files(database.path, "Ulaanbaatar") == []
    assert WORDING not in repr(await members.of(ANA))


async def test_what_another_member_of_the_case_asked_is_not_a_moderators_wording_either(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA), ANA)
    await vote_down(database, await ask(database, UNKNOWN.lower(), BEN), BEN)
    done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))

    with pytest.raises(InputError):
        await review.kept.keep(moderator(), 1, UNKNOWN.lower(), None)


async def test_only_a_resolved_case_of_the_server_is_kept(database: Database, review: Review) -> None:
    await open_case(database)

    assert await review.kept.keep_worded(moderator(), 1) == ()
    with pytest.raises(InputError, match="not resolved"):
        await review.kept.keep(moderator(), 1, WORDING, None)
    for actor, number in ((moderator(), 7), (moderator(guild_id=OTHER_GUILD), 1)):
        with pytest.raises(NotFound):
            await review.kept.keep(actor, number, WORDING, None)


async def test_a_case_waits_for_words_until_it_has_some_or_its_text_is_gone(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await resolved(database, review)
    waits = [await review.kept.waits_for_words(GUILD, 1)]
    kept = await review.kept.keep(moderator(), 1, WORDING, None)
    waits.append(await review.kept.waits_for_words(GUILD, 1))
    await review.kept.remove(moderator(), kept.kept_id)
    waits.append(await review.kept.waits_for_words(GUILD, 1))
    await members.delete(ANA)
    waits.append(await review.kept.waits_for_words(GUILD, 1))

    assert waits == [True, False, True, False]


async def test_the_same_words_are_one_question_with_the_section_that_was_named_last(database: Database, review: Review) -> None:
    await resolved(database, review)
    await review.kept.keep(moderator(), 1, WORDING, COPYLEFT)
    await review.kept.keep(moderator(), 1, WORDING, None)

    assert [one.section_id for one in await review.kept.of_guild(GUILD)] == [None]


async def test_a_question_is_removed_in_its_server_only_and_that_is_written_down(database: Database, review: Review) -> None:
    await resolved(database, review)
    kept = await review.kept.keep(moderator(), 1, WORDING, COPYLEFT)

    removed = [await review.kept.remove(actor, kept.kept_id) for actor in (moderator(guild_id=OTHER_GUILD), moderator(), moderator())]

    assert removed == [False, True, False]
    assert (await review.kept.page(GUILD)).items == ()
    assert rows(database.path, "SELECT case_number, detail FROM audit WHERE action = 'removed-question'") == [(1, COPYLEFT)]


async def test_a_moderator_sees_what_they_kept_and_it_stays_when_they_delete_their_data(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await resolved(database, review)
    kept = await review.kept.keep(moderator(), 1, WORDING, None)

    assert [(one.wording, one.section_id) for one in (await members.of(MODERATOR)).wordings] == [(WORDING, None)]
    await members.delete(MODERATOR)
    assert await review.kept.of_guild(GUILD) == (kept,)


async def test_a_preview_asks_what_the_server_keeps_and_judges_it_by_that(database: Database, review: Review) -> None:
    await resolved(database, review)
    await review.kept.keep(moderator(), 1, "which license is permissive and grants patents", "basics/licenses#apache-license")

    found = await review.previews.threshold(GUILD, 0.99)
    elsewhere = await review.previews.threshold(OTHER_GUILD, 0.99)

    (change,) = [one for one in found.changes if one.probe.origin is Origin.KEPT]
    assert (change.before.verdict, change.after.verdict) == (Verdict.RIGHT, Verdict.SUGGESTED)
    assert found.worst(1) == (change,)
    assert elsewhere.looked_at[Origin.KEPT] == 0


async def test_a_preview_judges_the_same_words_by_what_was_kept_last(database: Database, review: Review) -> None:
    question = "which license is permissive and grants patents"
    await resolved(database, review)
    await review.kept.keep(moderator(), 1, question, COPYLEFT)
    await review.kept.keep(moderator(), 1, question.upper(), "basics/licenses#apache-license")

    found = await review.previews.threshold(GUILD, 0.99)

    (change,) = [one for one in found.changes if one.probe.origin is Origin.KEPT]
    assert (found.looked_at[Origin.KEPT], change.before.verdict) == (1, Verdict.RIGHT)
