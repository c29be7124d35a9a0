"""What the integration tests share: an open database, the services over it as the bot wires them, and a short wait for locks."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import Review, Stages, open_stages
from bot.config import Config
from bot.feedback.votes import Votes
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.privacy.member_data import MemberRecords
from bot.storage.database import Database
from bot.storage.hashing import MemberHasher
from tests.conftest import PATIENCE_SECONDS
from tests.integration.rows import HASHER, review_of, votes_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of a test lies; nothing is there yet."""
    return tmp_path / "bot.sqlite3"


@pytest_asyncio.fixture
async def database(path: Path, empty_database: Path) -> AsyncIterator[Database]:
    """An open, empty database."""
    shutil.copy2(empty_database, path)
    database = Database(path)
    yield database
    await database.close()


@pytest.fixture
def hasher() -> MemberHasher:
    """A hasher with a fixed key."""
    return MemberHasher(bytes(range(32)))


@pytest_asyncio.fixture
async def stages(migrated: Config, built: BuiltKnowledge) -> AsyncIterator[Stages]:
    """All stages over a database of their own."""
    async with open_stages(migrated, built) as opened:
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
