"""What the integration tests share: an open database, the services over it as the bot wires them, and a short wait for locks.

Whatever uses a database that is given here is run on both: SQLite and PostgreSQL. A test that is about the file of SQLite says so by the
mark ``only_sqlite``.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import Review, Stages, open_stages
from bot.config import Config, DatabaseConfig
from bot.feedback.votes import Votes
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.privacy.member_data import MemberRecords
from bot.storage.database import Database
from bot.storage.dialect import Place, path_of
from bot.storage.hashing import MemberHasher
from tests.conftest import PATIENCE_SECONDS
from tests.integration.postgres import ON_SERVER, Server, running_server, why_not
from tests.integration.rows import HASHER, review_of, votes_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of a test lies; nothing is there yet."""
    return tmp_path / "bot.sqlite3"


DIALECTS = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on both databases, unless it is about what only SQLite has; where no server is, ``storage/test_postgres.py`` says so."""
    if "dialect" in metafunc.fixturenames:
        about_files = metafunc.definition.get_closest_marker("only_sqlite") is not None
        metafunc.parametrize("dialect", DIALECTS[:1] if about_files or why_not() is not None else DIALECTS, scope="function")


@pytest.fixture(scope="session")
def server(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Iterator[Server]:
    """A PostgreSQL server of this process."""
    with running_server(made_once) as server:
        yield server


@pytest.fixture
def place(dialect: str, path: Path, empty_database: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """An empty database: a file, or what the server has."""
    if dialect == "sqlite":
        shutil.copy2(empty_database, path)
        yield path
        return
    server: Server = request.getfixturevalue("server")
    server.empty()
    ON_SERVER[path] = server.database(path)
    yield ON_SERVER[path]
    del ON_SERVER[path]


@pytest_asyncio.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    """An open, empty database."""
    database = Database(place)
    yield database
    await database.close()


@pytest.fixture
def hasher() -> MemberHasher:
    """A hasher with a fixed key."""
    return MemberHasher(bytes(range(32)))


@pytest.fixture
def placed(place: Place, config: Config) -> Config:
    """The configuration of the bot that uses ``place``."""
    url = None if isinstance(place, Path) else f"postgresql://{dict(place.address)['user']}@/bot?host={dict(place.address)['host']}"
    return config.model_copy(update={"database": DatabaseConfig(path=path_of(place), url=url)})


@pytest_asyncio.fixture
async def stages(placed: Config, built: BuiltKnowledge) -> AsyncIterator[Stages]:
    """All stages over a database of their own."""
    async with open_stages(placed, built) as opened:
        yield opened


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Inodes of what was written through to the disk, in order; it still is."""
    seen: list[int] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        seen.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


@pytest_asyncio.fixture
async def threads_end() -> AsyncIterator[None]:
    """Wait after a test for the threads of connections that could not be opened; aiosqlite leaves them to end by themselves."""
    yield
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, PATIENCE_SECONDS)


@pytest.fixture
def review(database: Database) -> Review:
    """The review under test."""
    return review_of(database)


@pytest.fixture
def votes(database: Database) -> Votes:
    """Votes on the same database."""
    return votes_of(database)


@pytest.fixture
def members(database: Database) -> MemberRecords:
    """Member data of the same database."""
    return MemberRecords(database, HASHER, Tombstones(tombstone_file(database.path)))
