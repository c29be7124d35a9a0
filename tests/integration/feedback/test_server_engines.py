"""The engine of a server: its own threshold and its own phrasings, at once, and in no other server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Answer, section_of
from bot.bootstrap.stages import Stages
from tests.integration.making import BEN, confirm, moderator, open_case
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD, second_program

ASKED = "xyzzy of the plugh"
MIT = "basics/licenses#mit-license"


def shown(engine: AnswerEngine, question: str = ASKED) -> str | None:
    section = section_of(engine.answer(question))
    return None if section is None else section.id


async def named(stages: Stages, text: str = ASKED) -> int:
    """Let a moderator say that the section about the MIT license answers a question; return the phrasing's id."""
    await open_case(stages.database, "What is copyleft?", BEN)
    return (await confirm(stages.review.phrasings, moderator(), 1, MIT, text)).phrasing_id


async def test_a_server_that_decided_nothing_has_the_engine_that_everybody_has(stages: Stages) -> None:
    assert await stages.answering.engines.engine(GUILD) is stages.knowledge.engine
    assert await stages.answering.engines.engine(0) is stages.knowledge.engine


async def test_a_phrasing_takes_effect_at_the_next_question_in_its_server_only(stages: Stages) -> None:
    engines = stages.answering.engines
    assert shown(await engines.engine(GUILD)) is None

    await named(stages)

    here, there, alone = [await engines.engine(guild) for guild in (GUILD, OTHER_GUILD, 0)]
    assert (shown(here), shown(there), shown(alone)) == (MIT, None, None)
    assert there is alone is stages.knowledge.engine
    assert here.fingerprint != there.fingerprint
    assert "moderators of this server" in (reading_of(here, ASKED) or "")


async def test_a_phrasing_that_was_taken_back_is_gone_at_the_next_question(stages: Stages) -> None:
    number = await named(stages)
    assert await stages.review.phrasings.withdraw(moderator(), number)

    assert await stages.answering.engines.engine(GUILD) is stages.knowledge.engine


async def test_a_phrasing_of_a_section_that_is_gone_changes_no_answer(stages: Stages) -> None:
    await named(stages)
    with second_program(stages.database.path) as connection:
        connection.execute("UPDATE phrasings SET section_id = 'gone#away'")

    assert shown(await stages.answering.engines.engine(GUILD)) is None


async def test_a_threshold_is_that_of_the_server_and_a_given_one_goes_before_it(stages: Stages) -> None:
    await stages.guilds.change(GUILD, MODERATOR, lambda now: replace(now, answer_threshold=0.9))

    here, other = await stages.answering.engines.engine(GUILD), await stages.answering.engines.engine(OTHER_GUILD)
    given = await stages.answering.engines.engine(GUILD, 0.2)

    assert (here.settings.answer_threshold, other.settings.answer_threshold) == (0.9, 0.75)
    assert (given.settings.answer_threshold, given.settings.suggest_threshold) == (0.2, 0.2)


async def test_the_same_settings_have_the_same_engine_and_a_reload_a_new_one(stages: Stages) -> None:
    await stages.guilds.change(GUILD, MODERATOR, lambda now: replace(now, answer_threshold=0.9))
    before = await stages.answering.engines.engine(GUILD)
    assert await stages.answering.engines.engine(GUILD) is before

    await stages.knowledge.reload()

    after = await stages.answering.engines.engine(GUILD)
    assert after is not before
    assert after.corpus is stages.knowledge.engine.corpus
    assert after.fingerprint == before.fingerprint


async def test_without_its_tables_a_server_is_answered_by_the_engine_that_everybody_has(
    stages: Stages, caplog: pytest.LogCaptureFixture
) -> None:
    with second_program(stages.database.path) as connection:
        connection.execute("ALTER TABLE phrasings RENAME TO elsewhere")

    engine = await stages.answering.engines.engine(GUILD)

    assert isinstance(engine.answer("What is copyleft?"), Answer)
    assert engine is stages.knowledge.engine
    assert f"the settings of server {GUILD} cannot be read" in caplog.text


def reading_of(engine: AnswerEngine, question: str) -> str | None:
    """Return how a question is read, None where the ranking decides."""
    choice = engine.choice_of(question)
    return None if choice is None else choice.reading
