"""The two engines on one SQLite file, one that writes and one that reads, and the facts that an installation remembers about itself.

The write engine has a pool of exactly one connection, so the pool itself puts the writers in a queue, and what ``write`` has returned from
is on the disk. Sharing one connection between tasks was measured to lose acknowledged rows; this cannot. Readers never wait for the writer.
What is special about SQLite is in ``dialect``.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotSaved, StorageError
from bot.observing import SILENT, Access, Observer
from bot.storage.dialect import cause, read_engine, thread_engine, upsert, write_engine
from bot.storage.scrubbing import Scrubber
from bot.storage.tables import facts

_log = logging.getLogger(__name__)

TURN_SECONDS = 2.0
"""How long a write waits for those before it; then it is given up, so that a flood of writes is answered and not queued without end."""
_READ_SECONDS = 10.0
_PATIENCE_SECONDS = 0.5
"""For which a deletion waits until its bytes are gone; in a large file that goes on by itself."""


class Database:
    """An open database; close it, or the process will not end."""

    def __init__(self, path: Path, observer: Observer = SILENT) -> None:
        self.path = path
        self._observer = observer
        self._file = _identity(path)
        self._writer = write_engine(path, TURN_SECONDS)
        self._reader = read_engine(path, _READ_SECONDS)
        self._scrubber = Scrubber(path)
        self._scrubbing: asyncio.Task[StorageError | None] | None = None
        self._wanted = False
        self._pages_due = True
        """Until it has been done once since the start: an earlier process may have been stopped before it could."""

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction that is committed when the block ends, and only then saved.

        Raises:
            NotSaved: the disk is full, the file is locked, renamed or gone, or too many writes wait; nothing of the block was stored.
        """
        began, saved = time.perf_counter(), False
        try:
            self._require_file()
            async with self._writer.begin() as connection:
                yield connection
            self._require_file()
            saved = True
        except sa.exc.TimeoutError as error:
            raise NotSaved(f"nothing was saved: {TURN_SECONDS:.0f} seconds were not enough for the writes before this one") from error
        except (sa.exc.DBAPIError, OSError) as error:
            raise NotSaved(f"nothing was saved: {cause(error)}") from error
        finally:
            seconds = time.perf_counter() - began
            self._observer.accessed(Access.WRITE, seconds, saved=saved)
            _log.debug("%s within %.1f ms", "saved" if saved else "not saved", 1000 * seconds)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a read-only connection with a view of the database that does not change within the block.

        Raises:
            StorageError: the database cannot be read.
        """
        began, done = time.perf_counter(), False
        try:
            async with self._reader.begin() as connection:
                yield connection
            done = True
        except (sa.exc.DBAPIError, sa.exc.TimeoutError, OSError) as error:
            raise StorageError(f"the database cannot be read: {cause(error)}") from error
        finally:
            self._observer.accessed(Access.READ, time.perf_counter() - began, saved=done)

    async def answers(self, seconds: float) -> bool:
        """Whether the database can be read within some seconds, and lies where it should, so that it would be written as well."""
        try:
            self._require_file()
            async with asyncio.timeout(seconds):
                await recall_fact(self, "")
        except (StorageError, TimeoutError):
            return False
        return True

    async def forget_deleted_bytes(self, *, rewrite: bool = True, whole: bool = False) -> None:
        """Overwrite what was deleted, in the file and in the write-ahead log, while everybody goes on reading and writing.

        Args:
            rewrite: whether something was deleted; else only the log is emptied, and the file cleaned where that is still due.
            whole: wait until it is done; otherwise for half a second, and it goes on by itself.

        Raises:
            StorageError: it could not be done; the next call does it.
        """
        self._pages_due = self._pages_due or rewrite
        self._wanted = True
        if self._scrubbing is None or self._scrubbing.done():
            self._scrubbing = asyncio.create_task(self._scrub(), name="forget deleted bytes")
        await asyncio.wait((self._scrubbing,), timeout=None if whole else _PATIENCE_SECONDS)
        if self._scrubbing.done():
            failure = self._scrubbing.result()
            if failure is not None:
                raise failure

    async def _scrub(self) -> StorageError | None:
        while self._wanted:
            pages, self._wanted, self._pages_due = self._pages_due, False, False
            try:
                done = await asyncio.to_thread(self._scrubber.run, pages=pages)
            except (sqlite3.Error, OSError) as error:
                self._pages_due = self._pages_due or pages
                _log.error("deleted bytes could not be overwritten; the next pass tries again: %s", error)
                return StorageError(f"the log of the database cannot be emptied: {error}")
            if not done:
                self._pages_due = self._pages_due or pages
                _log.info("deleted bytes could not be overwritten while the database was being read; the next pass will")
        return None

    async def close(self) -> None:
        """Close both engines."""
        self._scrubber.stop()
        if self._scrubbing is not None:
            await asyncio.wait((self._scrubbing,))
        await self._reader.dispose()
        await self._writer.dispose()
        self._scrubber.close()

    def _require_file(self) -> None:
        """Make sure that what is written goes into the file that lies at the path, and not into one that was renamed or deleted.

        Raises:
            NotSaved: it would not.
        """
        if self._file is None or _identity(self.path) != self._file:
            raise NotSaved(f"nothing was saved: {self.path} was renamed, deleted or replaced. Put it back, or restart the bot.")


def _identity(path: Path) -> tuple[int, int] | None:
    """What a file is known by, whatever its name; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


async def recall_fact(database: Database, name: str) -> str | None:
    """None where it was never stored."""
    async with database.read() as connection:
        value: str | None = (await connection.execute(sa.select(facts.c.value).where(facts.c.name == name))).scalar()
        return value


async def store_fact(database: Database, name: str, value: str) -> None:
    """Store a fact in place of an earlier one."""
    async with database.write() as connection:
        await connection.execute(upsert(facts, {"name": name}, {"value": value}))


@contextmanager
def read_in_thread(path: Path) -> Iterator[sa.Connection]:
    """Give a read-only connection with a view of the database that does not change within the block.

    Raises:
        StorageError: the database cannot be read.
    """
    engine = thread_engine(path)
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.DBAPIError as error:
        raise StorageError(f"the database cannot be read: {cause(error)}") from error
    finally:
        engine.dispose()
