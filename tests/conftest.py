"""What all tests share: a small knowledge base, an empty database and a cache, each made once, and a configuration in a temporary folder.

Several processes may run the tests at once (``-n auto``). What is costly is then made by whichever comes first, under a lock, and copied
by the others, so that none sees what another has changed.
"""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine.interfaces import CompiledCacheType
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.answering.cache import cache_folder
from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.bootstrap.knowledge import knowledge_source
from bot.config import AnsweringConfig, Config, DatabaseConfig, KnowledgeConfig, SyncCommands
from bot.corpus.files import Limits
from bot.storage import dialect, postgres
from bot.storage.opening import prepare_database

TESTS = Path(__file__).parent
SMALL_KNOWLEDGE = TESTS / "data" / "knowledge"
REPOSITORY = TESTS.parent
SHARED = REPOSITORY.parent / "shared"
PATIENCE_SECONDS = 240.0
"""What is waited for at most, for nothing is asserted about time: however busy a machine is, it comes before."""
_WAITS = (
    "bot.exts.kit.reach._DEADLINE_SECONDS",
    "bot.storage.database.TURN_SECONDS",
    "bot.storage.database._PATIENCE_SECONDS",
    "bot.storage.database._READ_SECONDS",
    "bot.storage.dialect.BUSY_SECONDS",
)
_FAR_FUTURE = 4_000_000_000
"""Newer than any entry of a cache, which keeps its newest ones."""

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the code
settings.load_profile("house")


def pytest_xdist_auto_num_workers() -> int:
    """For ``-n auto``: half as many again as there are processors, since a third of the time a test waits for a process or a socket."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


def pytest_configure() -> None:
    """Python looks for garbage more rarely: imports and tests make a lot and leave little, and looking took a tenth of the time."""
    gc.set_threshold(50_000)


def pytest_collection_finish() -> None:
    """What was imported by now stays, and need not be looked through again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Gives a file or folder by its name, which the first process of this test run has made."""
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, maker: Callable[[Path], None]) -> Path:
        target = common / name
        with (common / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not target.exists():
                draft = common / f"{name}.draft"
                maker(draft)
                draft.rename(target)
        return target

    return make


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, made_once: Callable[[str, Callable[[Path], None]], Path]) -> Iterator[Path]:
    """Cached indexes go to a folder of this process, also those of its child processes.

    Where several processes run the tests, each begins with the knowledge that ships and with the small one.
    """
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        if "PYTEST_XDIST_WORKER" in os.environ:
            shutil.copytree(made_once("built-knowledge", lambda draft: _build_into(draft, patch)), folder, dirs_exist_ok=True)
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


def _build_into(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("XDG_CACHE_HOME", str(folder))
    build_knowledge(knowledge_source(KnowledgeConfig(path=REPOSITORY / "knowledge"), AnsweringConfig()))
    for small in (SMALL_KNOWLEDGE, TESTS / "data" / "lookup"):
        build_knowledge(KnowledgeSource(small, Limits(), AnswerSettings()))
    for entry in cache_folder().iterdir():
        os.utime(entry, (_FAR_FUTURE, _FAR_FUTURE))


@pytest.fixture(scope="session")
def built(own_cache: Path) -> BuiltKnowledge:
    """The small knowledge base, built as the bot builds it."""
    assert own_cache.is_dir()
    return build_knowledge(KnowledgeSource(SMALL_KNOWLEDGE, Limits(), AnswerSettings()))


@pytest.fixture(scope="session")
def empty_database(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A database of today's schema in which nothing is; to be copied, since making one costs more than most tests."""
    return made_once("empty.sqlite3", lambda draft: prepare_database(draft, must_exist=False))


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """The engines of all tests share what SQLAlchemy has compiled; each would compile every statement again, a fifth of the time of a test.

    What was compiled is kept for a dialect, which is one object for each engine, so those of one kind count as equal here.
    """
    configure = dialect._configure
    shared: dict[str, CompiledCacheType | None] = {}

    def share(engine: sa.Engine, name: str) -> None:
        shared.setdefault(name, engine._compiled_cache)
        engine._compiled_cache = shared[name]

    def configure_sharing(engine: sa.Engine, *arguments: str, foreign_keys: bool = True) -> None:
        if type(engine.dialect) is SQLiteDialect_aiosqlite:
            share(engine, "sqlite")
        configure(engine, *arguments, foreign_keys=foreign_keys)

    def create_sharing(*arguments: Any, **options: Any) -> AsyncEngine:
        engine = create_async_engine(*arguments, **options)
        share(engine.sync_engine, "postgresql")
        return engine

    with pytest.MonkeyPatch.context() as monkey:
        for kind in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
            monkey.setattr(kind, "__eq__", lambda self, other: type(self) is type(other))
            monkey.setattr(kind, "__hash__", lambda self: hash(type(self)))
        monkey.setattr(dialect, "_configure", configure_sharing)
        monkey.setattr(postgres, "create_async_engine", create_sharing)
        yield


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot waits however busy the machine is: for its turn, a lock, a deletion, Discord. The tests of such a wait shorten it again."""
    for wait in _WAITS:
        monkeypatch.setattr(wait, PATIENCE_SECONDS)


@pytest.fixture
def short_wait(patient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases that are opened from now on give up on a locked file soon."""
    assert patient is None
    monkeypatch.setattr("bot.storage.dialect.BUSY_SECONDS", 0.05)


@pytest.fixture
def interrupts() -> Iterator[None]:
    """Child processes hear of SIGINT, also where this one was started in the background of a shell and ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


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


@pytest.fixture
def migrated(config: Config, empty_database: Path) -> Config:
    """The same configuration with its database in place, as after a start in which nothing happened."""
    shutil.copy2(empty_database, config.database.path)
    return config
