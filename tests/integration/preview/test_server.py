"""What is predicted of a server is what happens there; members' questions are asked with their votes, and those of others are not."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from bot.answering.knowledge import BuiltKnowledge
from bot.answering.outcome import DeliveryKey
from bot.bootstrap.stages import Stages, open_stages
from bot.cases.case import Actor, Reason
from bot.config import Config
from bot.errors import InputError, NotFound
from bot.evaluation.measuring import Verdict
from bot.feedback.question_log import Asker
from bot.feedback.votes import Helpful, NotHelpful
from bot.preview.effects import Direction, Effects
from bot.preview.probes import Asker as Prober
from bot.preview.probes import Origin, Probe, Standing
from bot.preview.server import MOST_WAITING
from bot.privacy.retention import DRAFT_HOURS
from bot.review.phrasings import Draft
from bot.storage.tables import answers
from tests.integration.making import ANA, BEN
from tests.integration.rows import CHANNEL, GUILD, MODERATOR, OTHER_GUILD, rows

COPYLEFT = "basics/licenses#copyleft"
ASKED = (
    "what about patents in apache?",
    "tell me of the zebra crossing",
    "which permissive license has a patent clause",
    "is copyleft demanding",
    "can i sell it",
    "how to install",
    "zebra crossing rules",
)
_conversations = count(1)
ACTOR = Actor(GUILD, MODERATOR)


@pytest.fixture
async def stages(migrated: Config, built: BuiltKnowledge) -> AsyncIterator[Stages]:
    """All stages over a database of their own, with time enough for every question however busy the machine is."""
    async with open_stages(migrated, built) as opened:
        opened.review.previews._seconds = math.inf
        yield opened


async def ask(stages: Stages, question: str, guild_id: int = GUILD, who: int = ANA) -> str:
    asker = Asker(guild_id, CHANNEL, stages.hasher.hash(guild_id, who))
    return (
        await stages.answering.ask(question, asker, DeliveryKey(b"key", f"{question} {who}"), (CHANNEL, next(_conversations)))
    ).answer_id


async def draft(stages: Stages, question: str, number: int = 1, wording: str | None = None) -> Draft:
    """Let Ben ask and vote against the answer, and a moderator be about to name a section."""
    answer_id = await ask(stages, question, who=BEN)
    await stages.votes.cast(answer_id, GUILD, stages.hasher.hash(GUILD, BEN), NotHelpful(Reason.WRONG))
    return await stages.review.phrasings.draft(ACTOR, number, COPYLEFT, wording, answer_id=answer_id)


async def what_happens(stages: Stages, probes: list[Probe]) -> list[Standing]:
    engine = await stages.answering.engines.engine(GUILD)
    prober = Prober(engine, engine.corpus)
    return [prober.standing(probe) for probe in probes]


async def assert_predicted(stages: Stages, found: Effects, probes: list[Probe], before: Sequence[Standing]) -> None:
    """Every question is answered as was predicted, also those of which nothing was."""
    then = {change.probe.text: change for change in found.changes}
    for probe, was, now in zip(probes, before, await what_happens(stages, probes), strict=True):
        predicted = then[probe.text].after if probe.text in then else was
        assert now.looks_like(predicted), probe.text
        assert probe.text not in then or was.looks_like(then[probe.text].before), probe.text


@pytest.mark.parametrize("wording", [None, "how strict is zebra licensing"], ids=["the member's words", "a moderator's words too"])
async def test_what_is_predicted_of_a_phrasing_is_what_happens(stages: Stages, wording: str | None) -> None:
    for question in ASKED:
        await ask(stages, question)
    drafted = await draft(stages, ASKED[1], wording=wording)
    probes = [Probe(Origin.MEMBERS, (question,)) for question in ASKED]
    before = await what_happens(stages, probes)

    found = await stages.review.previews.phrasing(drafted)
    unchanged = await what_happens(stages, probes)
    await stages.review.phrasings.accept(ACTOR, drafted.draft_id)

    assert unchanged == before
    assert ASKED[1] in {change.probe.text for change in found.of(Direction.BETTER)}, "a moderator has just said what is right"
    assert found.looked_at[Origin.MEMBERS] == len(ASKED) + (wording is not None)
    await assert_predicted(stages, found, probes, before)


async def test_what_is_predicted_of_other_words_is_what_happens(stages: Stages) -> None:
    for question in ASKED:
        await ask(stages, question)
    drafted = await draft(stages, ASKED[1], wording=ASKED[6])
    confirmed = await stages.review.phrasings.accept(ACTOR, drafted.draft_id)
    probes = [Probe(Origin.MEMBERS, (question,)) for question in ASKED]
    before = await what_happens(stages, probes)

    reworded = await stages.review.phrasings.draft_wording(ACTOR, confirmed.phrasing_id, ASKED[4])
    found = await stages.review.previews.phrasing(reworded)
    await stages.review.phrasings.accept(ACTOR, reworded.draft_id)

    assert {ASKED[4], ASKED[6]} <= {change.probe.text for change in found.changes}
    await assert_predicted(stages, found, probes, before)


async def test_what_is_confirmed_already_changes_nothing_a_second_time(stages: Stages) -> None:
    drafted = await draft(stages, ASKED[1])
    again = await stages.review.phrasings.draft(ACTOR, 1, COPYLEFT)
    await stages.review.phrasings.accept(ACTOR, drafted.draft_id)

    assert (await stages.review.previews.phrasing(again)).changes == ()
    await stages.review.phrasings.accept(ACTOR, again.draft_id)
    assert len(await stages.review.phrasings.confirmed(GUILD)) == 1


async def test_what_is_predicted_of_a_threshold_is_what_happens(stages: Stages) -> None:
    for question in ASKED:
        await ask(stages, question)
    probes = [Probe(Origin.MEMBERS, (question,)) for question in ASKED]
    before = await what_happens(stages, probes)

    found = await stages.review.previews.threshold(GUILD, 0.99)
    await stages.guilds.change(GUILD, MODERATOR, lambda now: replace(now, answer_threshold=0.99))

    assert found.changes
    await assert_predicted(stages, found, probes, before)


async def test_votes_label_what_members_asked(stages: Stages) -> None:
    answer_id = await ask(stages, ASKED[0])
    await stages.votes.cast(answer_id, GUILD, stages.hasher.hash(GUILD, ANA), Helpful())

    (change,) = [one for one in (await stages.review.previews.threshold(GUILD, 0.99)).changes if one.probe.origin is Origin.MEMBERS]

    assert (change.probe.text, change.before.verdict, change.direction) == (ASKED[0], Verdict.RIGHT, Direction.WORSE)


async def test_votes_of_another_server_on_the_same_words_do_not_count(stages: Stages) -> None:
    await ask(stages, ASKED[0])
    there = await ask(stages, ASKED[0], OTHER_GUILD, BEN)
    await stages.votes.cast(there, OTHER_GUILD, stages.hasher.hash(OTHER_GUILD, BEN), Helpful())

    (change,) = [one for one in (await stages.review.previews.threshold(GUILD, 0.99)).changes if one.probe.origin is Origin.MEMBERS]

    assert (change.probe.text, change.before.verdict) == (ASKED[0], None)


async def test_a_follow_up_is_another_question_than_the_same_words_alone_and_its_votes_label_neither(stages: Stages) -> None:
    answer_id = await ask(stages, ASKED[0])
    await stages.votes.cast(answer_id, GUILD, stages.hasher.hash(GUILD, ANA), Helpful())
    async with stages.database.write() as connection:
        await connection.execute(sa.update(answers).values(context_id=COPYLEFT))
    await ask(stages, ASKED[0], who=BEN)

    found = await stages.review.previews.threshold(GUILD, 0.99)

    assert found.looked_at[Origin.MEMBERS] == 2
    verdicts = {change.before.verdict for change in found.changes if change.probe.origin is Origin.MEMBERS}
    assert verdicts == {None}


async def test_a_preview_for_which_too_many_others_wait_is_refused_at_once(stages: Stages) -> None:
    previews = stages.review.previews
    previews._seconds = 0
    async with previews._turn():
        waiting = [asyncio.create_task(previews.threshold(GUILD, 0.99)) for _ in range(MOST_WAITING)]
        await asyncio.sleep(0)  # each of them gets as far as it can
        with pytest.raises(InputError, match="Several previews are under way"):
            await previews.threshold(GUILD, 0.99)

    assert len(await asyncio.gather(*waiting)) == MOST_WAITING
    assert (await previews.threshold(GUILD, 0.99)).left_out > 0


async def test_another_servers_questions_and_those_whose_text_is_gone_are_not_asked(stages: Stages) -> None:
    await ask(stages, ASKED[0], OTHER_GUILD, BEN)
    await ask(stages, ASKED[3])
    await stages.members.delete(ANA)

    found = await stages.review.previews.threshold(GUILD, 0.99)

    assert found.looked_at[Origin.MEMBERS] == 0
    assert found.total > 0


async def test_what_there_is_no_time_for_is_counted(stages: Stages) -> None:
    await ask(stages, ASKED[0])
    every = await stages.review.previews.threshold(GUILD, 0.99)
    stages.review.previews._seconds = 0
    none = await stages.review.previews.threshold(GUILD, 0.99)

    assert (every.left_out, none.total, none.changes) == (0, 0, ())
    assert none.left_out == every.total > 0


async def test_no_question_is_held_in_memory_after_a_preview(stages: Stages) -> None:
    await ask(stages, ASKED[0])
    await stages.review.previews.threshold(GUILD, 0.99)
    (apart,) = stages.review.previews._apart.values()

    assert apart.engine.index is not stages.knowledge.engine.index
    assert apart.engine.index._asked == {}  # type: ignore[attr-defined]


async def test_a_draft_holds_no_words_of_who_asked_and_goes_with_their_data(stages: Stages) -> None:
    drafted = await draft(stages, ASKED[1], wording="how strict is zebra licensing")
    stored = rows(stages.database.path, "SELECT wording FROM phrasing_drafts")
    await stages.members.delete(BEN)

    assert stored == [("how strict is zebra licensing",)]
    assert rows(stages.database.path, "SELECT 1 FROM phrasing_drafts") == []
    with pytest.raises(NotFound):
        await stages.review.phrasings.accept(ACTOR, drafted.draft_id)


async def test_a_moderator_sees_the_words_that_they_drafted(stages: Stages) -> None:
    await draft(stages, ASKED[1], wording="how strict is zebra licensing")

    assert [one.wording for one in (await stages.members.of(MODERATOR)).wordings] == ["how strict is zebra licensing"]


async def test_a_draft_waits_for_a_day_and_what_was_accepted_stays(stages: Stages) -> None:
    waiting, counting = await draft(stages, ASKED[1]), await draft(stages, ASKED[6], 2)
    await stages.review.phrasings.accept(ACTOR, counting.draft_id)
    now = datetime.now(UTC)
    await stages.retention.expire(now + timedelta(hours=DRAFT_HOURS - 1))
    still = rows(stages.database.path, "SELECT id FROM phrasing_drafts")
    await stages.retention.expire(now + timedelta(hours=DRAFT_HOURS + 1))

    assert still == [(waiting.draft_id,)]
    assert [one.text for one in await stages.review.phrasings.confirmed(GUILD)] == [ASKED[6]]
    with pytest.raises(NotFound):
        await stages.review.phrasings.accept(ACTOR, waiting.draft_id)


async def test_another_servers_draft_is_neither_accepted_nor_dropped(stages: Stages) -> None:
    drafted = await draft(stages, ASKED[1])
    await stages.review.phrasings.drop(OTHER_GUILD, drafted.draft_id)
    with pytest.raises(NotFound):
        await stages.review.phrasings.accept(Actor(OTHER_GUILD, MODERATOR), drafted.draft_id)
    await stages.review.phrasings.accept(ACTOR, drafted.draft_id)
    with pytest.raises(NotFound):
        await stages.review.phrasings.accept(ACTOR, drafted.draft_id)

    assert len(await stages.review.phrasings.confirmed()) == 1
