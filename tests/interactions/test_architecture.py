"""docs/architecture.md says what happens on a click: each list is compared with what the running bot calls."""

from __future__ import annotations

import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType

import pytest

import bot
from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.config import Config, DatabaseConfig, KnowledgeConfig
from bot.corpus.files import Limits
from tests.conftest import TESTS
from tests.interactions.conftest import Server
from tests.interactions.reviewing import ask, card, one_case

KNOWLEDGE = TESTS / "data" / "lookup"
PACKAGE = Path(bot.__file__).parent
PAGE = (TESTS.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
QUESTION = "what is open weights"
MOST_FILES = {"A vote: Helpful": 8, "A decision: Claim": 10, "A lookup: `/license`": 7}


@pytest.fixture(scope="module")
def built(own_cache: Path) -> BuiltKnowledge:
    """Knowledge with catalogues, for the lookup."""
    assert own_cache.is_dir()
    return build_knowledge(KnowledgeSource(KNOWLEDGE, Limits(), AnswerSettings()))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration whose database is in a temporary folder."""
    return Config(knowledge=KnowledgeConfig(path=KNOWLEDGE), database=DatabaseConfig(path=tmp_path / "bot.sqlite3"))


def journey(title: str) -> tuple[list[str], list[str]]:
    """The ``file: function`` of a journey in order, and the files and folders (with a slash at the end) that it leaves out."""
    found = re.search(rf"### {re.escape(title)}\n\n```\n(.*?)```\n\nBeside: (.*?)\n\n", PAGE, re.DOTALL)
    assert found is not None, f"docs/architecture.md has no journey {title!r}"
    calls: list[str] = []
    for step in found[1].replace("\n", " ").strip().split(" → "):
        file, functions = step.split(": ")
        calls.extend(f"{file}: {function}" for function in functions.split(", "))
    return calls, re.findall(r"`([a-z_/]+(?:\.py|/))`", found[2])


async def calls_of(server: Server, click: Callable[[], Awaitable[object]]) -> list[str]:
    """Each function of the bot that a click calls, as ``file: function``, in the order of first calls."""
    called: dict[str, None] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(str(PACKAGE)):
            file = Path(frame.f_code.co_filename).relative_to(PACKAGE).as_posix()
            called.setdefault(f"{file}: {frame.f_code.co_qualname}")

    sys.setprofile(note)
    try:
        await click()
        await server.env.settle()
    finally:
        sys.setprofile(None)
    return list(called)


def compare(title: str, called: list[str]) -> None:
    """Fail where the page lists what is not called, another order, or leaves out a file that it does not name."""
    listed, beside = journey(title)
    missing = [call for call in listed if call not in called]
    assert not missing, f"{title}: the page lists what is not called"
    assert listed == [call for call in called if call in listed], f"{title}: the page has another order"
    files = {call.split(": ")[0] for call in called}
    own = {call.split(": ")[0] for call in listed}
    rest = files - own
    unnamed = {file for file in rest if not any(file == name or (name.endswith("/") and file.startswith(name)) for name in beside)}
    assert not unnamed, f"{title}: files that the page does not name"
    needless = {name for name in beside if not any(file.startswith(name) for file in rest)}
    assert not needless, f"{title}: the page leaves out what is not called"
    assert len(own) <= MOST_FILES.get(title, len(own))


async def test_a_question_takes_the_way_that_the_page_shows(server: Server) -> None:
    compare("A question: `/ask`", await calls_of(server, lambda: ask(server, question=QUESTION)))


async def test_a_vote_takes_the_way_that_the_page_shows(server: Server) -> None:
    answer = await ask(server, question=QUESTION)
    compare("A vote: Helpful", await calls_of(server, lambda: server.member.click(answer, label="Helpful")))


async def test_a_claim_takes_the_way_that_the_page_shows(server: Server) -> None:
    await one_case(server, QUESTION)
    opened = await card(server)
    compare("A decision: Claim", await calls_of(server, lambda: server.moderator.click(opened, label="Claim")))


async def test_a_lookup_takes_the_way_that_the_page_shows(server: Server) -> None:
    compare("A lookup: `/license`", await calls_of(server, lambda: server.member.slash(server.channel, "license", name="mit")))


def test_every_folder_is_on_the_page_and_everything_on_the_page_is_there() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == set(re.findall(r"^\| `([a-z]+)/` \|", PAGE, re.MULTILINE))
    named = set(re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.py)?)`", PAGE))
    outside = ("knowledge/", "benchmarks/", "scripts/", "tests/")
    features = [PACKAGE, PACKAGE / "exts", PACKAGE / "corpus", TESTS.parent]
    missing = {name for name in named if not name.startswith(outside) and not any((folder / name).exists() for folder in features)}
    assert not missing


def test_every_name_of_the_code_on_the_page_is_in_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    named = set(re.findall(r"`([A-Za-z_]*[A-Z_][A-Za-z_]*(?:\.[a-z_]+)?)`", PAGE))
    assert {name for name in named if not all(re.search(rf"\b{part}\b", code) for part in name.split("."))} == set()
    assert len(named) > 15
