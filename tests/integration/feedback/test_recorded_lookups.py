"""Lookups with a memory: logged like answers, and facts in turn, on a real database."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings, DeliveryKey
from bot.bootstrap.stages import Stages, open_stages
from bot.config import Config
from bot.corpus.files import Limits
from bot.errors import NotFound
from bot.feedback.question_log import LOOKUP, Asker, LookedUp
from tests.conftest import TESTS

HERE = Asker(1, 11, "somebody")
ELSEWHERE = Asker(2, 11, "somebody")
OTHER_CHANNEL = Asker(1, 12, "somebody")


@pytest.fixture
def built(own_cache: Path) -> BuiltKnowledge:
    """A knowledge base with catalogues; ``stages`` is over it."""
    assert own_cache.is_dir()
    return build_knowledge(KnowledgeSource(TESTS / "data" / "lookup", Limits(), AnswerSettings()))


def mit(stages: Stages) -> LookedUp:
    section = stages.knowledge.engine.corpus.section("catalogues/licenses#mit")
    assert section is not None
    return LookedUp("/license MIT License", "text", (section,))


async def test_a_lookup_is_stored_with_its_section_and_found_in_its_guild_only(stages: Stages) -> None:
    recorded = await stages.lookups.record(mit(stages), HERE, DeliveryKey(b"key", "1"), (11, 1))

    stored = await stages.question_log.find(recorded.answer_id, HERE.guild_id)
    assert (recorded.saved, recorded.votable) == (True, True)
    assert (stored.outcome, stored.question, stored.searched, stored.confidence) == (LOOKUP, "/license MIT License", None, None)
    assert [hit.section_id for hit in stored.hits] == ["catalogues/licenses#mit"] == [stored.section_id]
    with pytest.raises(NotFound):
        await stages.question_log.find(recorded.answer_id, ELSEWHERE.guild_id)


async def test_the_same_delivery_twice_is_one_lookup(stages: Stages) -> None:
    first = await stages.lookups.record(mit(stages), HERE, DeliveryKey(b"key", "1"), (11, 1))
    second = await stages.lookups.record(mit(stages), HERE, DeliveryKey(b"key", "1"), (11, 1))

    assert first == second
    assert await stages.question_log.times_shown(1, 11) == {"catalogues/licenses#mit": 1}


async def test_what_was_shown_is_counted_for_its_channel_and_guild_only(stages: Stages) -> None:
    for number, asker in enumerate((HERE, HERE, ELSEWHERE, OTHER_CHANNEL)):
        await stages.lookups.record(mit(stages), asker, DeliveryKey(b"key", str(number)), (11, 1))

    assert await stages.question_log.times_shown(1, 11) == {"catalogues/licenses#mit": 2}
    assert await stages.question_log.times_shown(2, 11) == {"catalogues/licenses#mit": 1}
    assert await stages.question_log.times_shown(2, 12) == {}


async def test_members_who_ask_for_facts_at_once_get_different_ones(stages: Stages) -> None:
    reply = await asyncio.gather(*(stages.lookups.tell_fact("basics", HERE, DeliveryKey(b"key", str(n)), (11, n)) for n in range(3)))

    assert len({fact.section.id for fact, _ in filter(None, reply)}) == 3


async def test_an_area_without_facts_tells_none(stages: Stages) -> None:
    assert await stages.lookups.tell_fact("nowhere", HERE, DeliveryKey(b"key", "1"), (11, 1)) is None


async def test_a_locked_database_costs_the_controls_but_not_the_lookup(
    migrated: Config, built: BuiltKnowledge, short_wait: None, caplog: pytest.LogCaptureFixture
) -> None:
    assert short_wait is None
    async with open_stages(migrated, built) as stages:
        with closing(sqlite3.connect(migrated.database.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            recorded = await stages.lookups.record(mit(stages), HERE, DeliveryKey(b"key", "1"), (11, 1))
            other.execute("ROLLBACK")

    assert (recorded.saved, recorded.votable) == (False, False)
    assert "could not be logged" in caplog.text
    assert "MIT" not in caplog.text


async def test_deleting_their_data_takes_the_text_of_a_members_lookups(stages: Stages) -> None:
    asker = Asker(1, 11, stages.hasher.hash(1, 99))
    recorded = await stages.lookups.record(mit(stages), asker, DeliveryKey(b"key", "1"), (11, 99))
    await stages.members.delete(99)

    stored = await stages.question_log.find(recorded.answer_id, 1)
    assert (stored.question, stored.member_hash) == (None, None)
    assert await stages.question_log.times_shown(1, 11) == {"catalogues/licenses#mit": 1}
