"""The knowledge in service: built from a folder, and swapped for another while serving."""

from __future__ import annotations

import asyncio
import multiprocessing
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from bot.answering.knowledge import Knowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import Answer, AnswerSettings
from bot.corpus.files import Limits
from bot.corpus.problems import Severity
from bot.errors import KnowledgeError
from tests.unit.making import write_folder

ARTICLE = "# Fruit\n\n## Apples\n\nApples are red.\n\n## Bananas\n\nBananas are yellow."


def source(folder: Path) -> KnowledgeSource:
    return KnowledgeSource(folder, Limits(), AnswerSettings(), cached=False)


def serving(folder: Path) -> Knowledge:
    return Knowledge(build_knowledge(source(folder)))


@pytest.fixture(scope="module")
def forking() -> ForkServerContext:
    """Processes that are forked from one which has loaded what a build needs; loading it takes two seconds of each."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bot.answering.knowledge", "bot.corpus.loading", "bot.retrieval.fitting"])
    return context


@pytest.fixture
def forked(forking: ForkServerContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reloads build in such a process; the first test of a reload has a fresh one, as the bot has."""
    monkeypatch.setattr(multiprocessing, "get_context", lambda _method: forking)


def test_building_the_same_folder_twice_gives_the_same_fingerprint(tmp_path: Path) -> None:
    write_folder(tmp_path, {"fruit.md": ARTICLE})

    first, second = build_knowledge(source(tmp_path)), build_knowledge(source(tmp_path))

    assert first.engine.fingerprint == second.engine.fingerprint
    assert first.engine.answer("what colour are apples") == second.engine.answer("what colour are apples")
    assert first.problems == ()


@pytest.mark.fault(45)
def test_a_folder_without_a_word_cannot_be_built(tmp_path: Path) -> None:
    write_folder(tmp_path, {"….md": "!!! ???"})

    with pytest.raises(KnowledgeError, match="nothing to index"):
        build_knowledge(source(tmp_path))


DOCS = {
    "README.md": "# Rocket\n\nRocket is a tool that launches jobs.\n\n## Installation\n\nRun it:\n\n```sh\npip install rocket\n```\n",
    "docs/config.md": "---\nlayout: page\ntitle: Configuration\ntags: [x]\n---\n\n## Environment variables\n\n"
    "Set `ROCKET_HOME` to change the folder where jobs are kept.\n",
    "docs/faq.md": "Questions\n=========\n\nIs it free?\n-----------\n\nYes, Rocket costs nothing.\n\n"
    "Who made it?\n------------\n\nVolunteers in Norway.\n",
}


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("how do i install rocket", "readme#installation"),
        ("environment variables", "docs/config#environment-variables"),
        ("is it free?", "docs/faq#is-it-free"),
        ("who made it?", "docs/faq#who-made-it"),
    ],
)
def test_a_folder_of_docs_that_nobody_prepared_answers(tmp_path: Path, question: str, section_id: str) -> None:
    built = build_knowledge(source(write_folder(tmp_path, DOCS)))

    outcome = built.engine.answer(question)

    assert built.problems == ()
    assert isinstance(outcome, Answer)
    assert outcome.section.id == section_id
    assert outcome.text in outcome.section.text


async def test_a_reload_puts_the_changed_folder_into_service(tmp_path: Path) -> None:
    knowledge = serving(write_folder(tmp_path, {"fruit.md": ARTICLE}))
    before = knowledge.engine
    write_folder(tmp_path, {"fruit.md": ARTICLE + "\n\n## Cherries\n\nCherries are dark and sweet."})

    reload = await knowledge.reload()

    assert reload.changed
    assert (reload.before, reload.after, reload.sections) == (before.fingerprint, knowledge.engine.fingerprint, 3)
    assert knowledge.engine is not before
    answer = knowledge.engine.answer("cherries")
    assert isinstance(answer, Answer)
    assert answer.section.id == "fruit#cherries"


@pytest.mark.usefixtures("forked")
async def test_a_reload_of_an_unchanged_folder_says_so(tmp_path: Path) -> None:
    knowledge = serving(write_folder(tmp_path, {"fruit.md": ARTICLE}))

    reload = await knowledge.reload()

    assert not reload.changed
    assert knowledge.engine.fingerprint == reload.before


@pytest.mark.fault(44)
@pytest.mark.usefixtures("forked")
async def test_a_folder_with_a_fault_leaves_the_old_knowledge_serving(tmp_path: Path) -> None:
    knowledge = serving(write_folder(tmp_path, {"fruit.md": ARTICLE}))
    before = knowledge.engine
    write_folder(tmp_path, {"fruit.md": ARTICLE.replace("red", "green"), "bad.md": b"caf\xe9", "worse.md": b"\0"})

    with pytest.raises(KnowledgeError, match=r"(?s)the old one goes on serving.*bad\.md:1.*worse\.md:1"):
        await knowledge.reload()

    assert knowledge.engine is before
    assert knowledge.problems == ()


@pytest.mark.fault(45)
@pytest.mark.usefixtures("forked")
async def test_an_emptied_folder_leaves_the_old_knowledge_serving(tmp_path: Path) -> None:
    knowledge = serving(write_folder(tmp_path, {"fruit.md": ARTICLE}))
    before = knowledge.engine
    (tmp_path / "fruit.md").unlink()

    with pytest.raises(KnowledgeError, match="nothing to answer from"):
        await knowledge.reload()

    assert knowledge.engine is before


@pytest.mark.usefixtures("forked")
async def test_a_warning_does_not_stop_a_reload_and_is_kept(tmp_path: Path) -> None:
    knowledge = serving(write_folder(tmp_path, {"fruit.md": ARTICLE}))
    write_folder(tmp_path, {"fruit.md": ARTICLE.replace("red", "green").encode("utf-16")})

    reload = await knowledge.reload()

    assert reload.changed
    assert [problem.severity for problem in reload.problems] == [Severity.WARNING]
    assert knowledge.problems == reload.problems


@pytest.mark.fault(49)
@pytest.mark.usefixtures("forked")
async def test_a_second_reload_is_refused_while_one_is_under_way_and_questions_are_answered(tmp_path: Path) -> None:
    knowledge = serving(write_folder(tmp_path, {"fruit.md": ARTICLE}))
    before = knowledge.engine
    first = asyncio.create_task(knowledge.reload())
    await asyncio.sleep(0)

    with pytest.raises(KnowledgeError, match="under way already"):
        await knowledge.reload()

    assert knowledge.engine is before
    assert isinstance(knowledge.engine.answer("apples"), Answer)
    await first
    assert not (await knowledge.reload()).changed


@pytest.mark.usefixtures("forked")
async def test_an_engine_with_another_threshold_answers_by_it_from_the_knowledge_in_service(tmp_path: Path) -> None:
    knowledge = serving(write_folder(tmp_path, {"fruit.md": ARTICLE}))
    before = knowledge.engine_for(0.1)

    assert knowledge.engine_for(None) is knowledge.engine_for(knowledge.engine.settings.answer_threshold) is knowledge.engine
    assert (before.settings.answer_threshold, before.settings.suggest_threshold) == (0.1, 0.1)
    assert before is knowledge.engine_for(0.1)
    assert before.index is knowledge.engine.index
    assert before.fingerprint != knowledge.engine.fingerprint
    write_folder(tmp_path, {"more.md": "# More\n\n## Cherries\n\nCherries are small."})
    await knowledge.reload()
    assert knowledge.engine_for(0.1).index is knowledge.engine.index is not before.index
