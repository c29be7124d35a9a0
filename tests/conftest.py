"""What all tests share: a small knowledge base, built once, and a configuration that lives in a temporary folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering.engine import AnswerEngine, AnswerSettings
from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.config import Config, DatabaseConfig, KnowledgeConfig, SyncCommands
from bot.corpus.files import Limits

TESTS = Path(__file__).parent
SMALL_KNOWLEDGE = TESTS / "data" / "knowledge"
REPOSITORY = TESTS.parent
SHARED = REPOSITORY.parent / "shared"


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Cached indexes go to a folder of this test run, also those of child processes."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    yield folder
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture(scope="session")
def built(own_cache: Path) -> BuiltKnowledge:
    """The small knowledge base, built as the bot builds it."""
    assert own_cache.is_dir()
    return build_knowledge(KnowledgeSource(SMALL_KNOWLEDGE, Limits(), AnswerSettings()))


@pytest.fixture
def engine(built: BuiltKnowledge) -> AnswerEngine:
    """An engine over the small knowledge base."""
    return built.engine


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration whose database is in a temporary folder."""
    return Config(
        knowledge=KnowledgeConfig(path=SMALL_KNOWLEDGE),
        database=DatabaseConfig(path=tmp_path / "bot.sqlite3"),
        discord=Config().discord.model_copy(update={"sync_commands": SyncCommands.CHANGED}),
    )
