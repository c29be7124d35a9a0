"""``replay``: a stored answer beside today's, and whether the knowledge or the settings made the difference."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings, DeliveryKey, section_of
from bot.bootstrap.knowledge import load_knowledge
from bot.bootstrap.stages import Stages, open_stages
from bot.config import Config
from bot.corpus.files import Limits
from bot.errors import DatabaseRefused, InputError
from bot.feedback.question_log import Asker
from bot.feedback.replaying import replay
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.making import BEN, confirm, moderator, open_case
from tests.integration.processes import python
from tests.integration.rows import CHANNEL, GUILD, MODERATOR, OTHER_GUILD, second_program

COPYLEFT = "basics/licenses#copyleft"


async def ask(stages: Stages, question: str = "What is copyleft?", guild: int = GUILD, name: str = "1") -> str:
    """Ask in a server and return the answer's id."""
    recorded = await stages.answering.ask(question, Asker(guild, CHANNEL, "asker"), DeliveryKey(b"key", name), (guild, CHANNEL))
    assert recorded.saved
    return recorded.outcome.asked.answer_id


def changed(folder: Path) -> BuiltKnowledge:
    """Build the small knowledge base with another sentence about copyleft."""
    shutil.copytree(SMALL_KNOWLEDGE, folder)
    article = folder / "basics" / "licenses.md"
    text = article.read_text(encoding="utf-8")
    article.write_text(text.replace("The GPL is the best-known copyleft license.", "The GPL is one."), encoding="utf-8")
    return build_knowledge(KnowledgeSource(folder, Limits(), AnswerSettings(), cached=False))


@pytest.mark.parametrize(
    "question", ["What is copyleft?", "who publishes it?", "who won the cup?"], ids=["answer", "suggestions", "declined"]
)
async def test_with_the_same_knowledge_and_settings_the_answer_is_the_same(stages: Stages, built: BuiltKnowledge, question: str) -> None:
    found = await replay(stages.database.place, built, await ask(stages, question))

    assert found.same is True
    assert (found.knowledge_changed, found.settings_changed, found.difference) == (False, False, ())


async def test_changed_knowledge_is_said_with_the_lines_that_differ(stages: Stages, tmp_path: Path) -> None:
    found = await replay(stages.database.place, changed(tmp_path / "changed"), await ask(stages))

    assert found.same is False
    assert (found.knowledge_changed, found.settings_changed) == (True, False)
    assert any(line.startswith("-") and "best-known" in line for line in found.difference)
    assert any(line.startswith("+") and "The GPL is one." in line for line in found.difference)


async def test_changed_settings_are_said_and_not_taken_for_changed_knowledge(stages: Stages, built: BuiltKnowledge) -> None:
    answer = await ask(stages)
    settings = replace(built.source.settings, excerpt_characters=80)

    found = await replay(stages.database.place, build_knowledge(replace(built.source, settings=settings)), answer)

    assert (found.knowledge_changed, found.settings_changed) == (False, True)
    assert found.same is False


async def test_it_is_replayed_by_the_threshold_of_its_own_server(stages: Stages, built: BuiltKnowledge) -> None:
    here, there = (
        await ask(stages, "does copyleft keep changed versions under the same license"),
        await ask(stages, "does copyleft keep changed versions under the same license", OTHER_GUILD, "2"),
    )
    await stages.guilds.change(GUILD, MODERATOR, lambda now: replace(now, answer_threshold=0.99))

    stricter = await replay(stages.database.place, built, here)
    other = await replay(stages.database.place, built, there)

    assert (stricter.settings_changed, stricter.same) == (True, False)
    assert stricter.today is not None
    assert stricter.today.kind.value == "suggestions"
    assert (other.settings_changed, other.same) == (False, True)


async def test_it_is_replayed_with_the_phrasings_of_its_own_server(stages: Stages, built: BuiltKnowledge) -> None:
    here, there = await ask(stages, "xyzzy of the plugh"), await ask(stages, "xyzzy of the plugh", OTHER_GUILD, "2")
    await open_case(stages.database, "What is copyleft?", BEN)
    await confirm(stages.review.phrasings, moderator(), 1, COPYLEFT, "xyzzy of the plugh")

    taught = await replay(stages.database.place, built, here)
    other = await replay(stages.database.place, built, there)

    assert taught.today is not None
    section = section_of(taught.today)
    assert section is not None
    assert (section.id, taught.settings_changed, taught.same) == (COPYLEFT, True, False)
    assert (other.settings_changed, other.same) == (False, True)


async def test_a_follow_up_is_replayed_in_its_context(stages: Stages, built: BuiltKnowledge) -> None:
    await ask(stages)
    answer = await ask(stages, "and why is it?", name="2")

    found = await replay(stages.database.place, built, answer)

    assert found.stored.context_id == COPYLEFT
    assert found.today is not None
    assert found.today.asked.context == COPYLEFT
    assert found.same is True


async def test_an_answer_whose_question_was_deleted_cannot_be_replayed(stages: Stages, built: BuiltKnowledge) -> None:
    answer = await ask(stages)
    with second_program(stages.database.path) as connection:
        connection.execute("UPDATE answers SET question = NULL, normalized_question = NULL, searched = NULL")

    found = await replay(stages.database.place, built, answer)

    assert (found.today, found.same, found.difference) == (None, None, ())
    assert (found.knowledge_changed, found.settings_changed) == (False, False)


async def test_small_talk_was_not_searched_and_is_not_replayed(stages: Stages, built: BuiltKnowledge) -> None:
    assert (await replay(stages.database.place, built, await ask(stages, "hello"))).same is None


@pytest.mark.parametrize("name", ["aaaaaaaaaaaa", "", "x'; DROP TABLE answers; --"])
async def test_an_unknown_id_is_refused_with_where_to_find_one(stages: Stages, built: BuiltKnowledge, name: str) -> None:
    with pytest.raises(InputError, match=r"has no answer .*Why this answer"):
        await replay(stages.database.place, built, name)


async def test_without_a_database_there_is_nothing_to_replay(built: BuiltKnowledge, tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused):
        await replay(tmp_path / "nowhere.sqlite3", built, "aaaaaaaaaaaa")


def bot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    changes = {"BOT_DATABASE_PATH": str(folder / "bot.sqlite3"), "BOT_KNOWLEDGE_PATH": str(SMALL_KNOWLEDGE), "COLUMNS": "200"}
    return python("-m", "bot", "replay", *arguments, cwd=folder, changes=changes)


async def test_the_command_prints_both_sides_and_what_changed(config: Config, tmp_path: Path) -> None:
    async with open_stages(config, load_knowledge(config)) as stages:  # with the settings of an operator who sets none
        answer = await ask(stages)

    printed, as_json, unknown = bot(tmp_path, answer.upper()), bot(tmp_path, answer, "--json"), bot(tmp_path, "aaaaaaaaaaaa")

    assert printed.returncode == 0, printed.stderr
    assert "Today's answer is the same; neither knowledge nor settings changed since." in printed.stdout
    value = json.loads(as_json.stdout)
    assert (value["answer_id"], value["same"], value["searched"]) == (answer, True, "What is copyleft?")
    assert value["then"]["section"] == value["today"]["section"] == COPYLEFT
    assert value["then"] == value["today"]
    assert unknown.returncode == 2
    assert "has no answer 'aaaaaaaaaaaa'" in unknown.stderr
    assert "Traceback" not in unknown.stderr
