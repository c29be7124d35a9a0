"""The two engines on one database, one that writes and one that reads, and the facts that an installation remembers about itself.

The write engine has a pool of exactly one connection, so the pool itself puts the writers in a queue, and what ``write`` has returned from
is on the disk. Sharing one connection between tasks was measured to lose acknowledged rows; this cannot. Readers never wait for the writer.
(Of several processes on PostgreSQL each has some, and locks put them in a queue.)
What is special about SQLite is in ``dialect``, and what is about PostgreSQL in ``postgres``.
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

from bot.errors import DatabaseRefused, NotSaved, StorageError
from bot.observing import SILENT, Access, Observer
from bot.storage import dialect
from bot.storage.dialect import Place, cause, path_of, upsert
from bot.storage.postgres import TURN_OF, PostgresDatabase, Serving, Vacuum
from bot.storage.scrubbing import Scrubber
from bot.storage.tables import facts, metadata

_log = logging.getLogger(__name__)

TURN_SECONDS = 2.0
"""How long a write waits for those before it; then it is given up, so that a flood of writes is answered and not queued without end."""
_READ_SECONDS = 10.0
_PATIENCE_SECONDS = 0.5
"""For which a deletion waits until its bytes are gone; in a large file that goes on by itself."""


class Database:
    """An open database; close it, or the process will not end."""

    def __init__(self, place: Place, observer: Observer = SILENT, serving: Serving = Serving.NOT) -> None:
        """Open a database that was prepared.

        Args:
            place: where it is.
            observer: hears how long reading and writing took.
            serving: what it is opened for; ``claim`` makes sure that it may be.
        """
        self.place = place
        self.path = path_of(place)
        """What lies beside the database is named after it; the file itself, where it is SQLite's."""
        self._observer = observer
        self._file = _identity(place)
        self._writer = dialect.write_engine(place, TURN_SECONDS, serving)
        self._reader = dialect.read_engine(place, _READ_SECONDS)
        self._scrubber = (
            Vacuum(place, tuple(table.name for table in metadata.sorted_tables)) if isinstance(place, PostgresDatabase) else Scrubber(place)
        )
        self._scrubbing: asyncio.Task[StorageError | None] | None = None
        self._wanted = False
        self._pages_due = True
        """Until it has been done once since the start: an earlier process may have been stopped before it could."""

    async def claim(self) -> None:
        """Make sure that nobody serves from a database on a server who may not, as long as this one is open.

        Raises:
            DatabaseRefused: somebody does, or the server cannot be reached.
        """
        if isinstance(self.place, PostgresDatabase):
            try:
                async with self._writer.connect():
                    pass
            except sa.exc.DBAPIError as error:
                raise DatabaseRefused(f"The {self.place} cannot be used: {cause(error)}.") from None

    @asynccontextmanager
    async def write(self, guild_id: int | None = None) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction that is committed when the block ends, and only then saved.

        Args:
            guild_id: the server that the block is about, where it neither reads nor changes what belongs to others or to all; several
                processes then write about different servers at once. 0 is direct messages.

        Raises:
            NotSaved: the disk is full, the file is locked, renamed or gone, the server is not reached, or too many writes wait; nothing
                of the block was stored. Where a connection breaks within the commit itself, nobody can say.
        """
        began, saved = time.perf_counter(), False
        try:
            self._require_file()
            writer = self._writer if guild_id is None else self._writer.execution_options(**{TURN_OF: guild_id})
            async with writer.begin() as connection:
                yield connection
            self._require_file()
            saved = True
        except sa.exc.TimeoutError as error:
            raise NotSaved(f"nothing was saved: {TURN_SECONDS:.0f} seconds were not enough for the writes before this one") from error
        except (sa.exc.DBAPIError, OSError) as error:
            raise NotSaved(f"nothing was saved: {cause(error)}") from _shown(error)
        except DatabaseRefused as error:  # the server was restarted, and another bot was faster
            raise NotSaved(f"nothing was saved: {error}") from error
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
            raise StorageError(f"the database cannot be read: {cause(error)}") from _shown(error)
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

        A server overwrites nothing; there it is no longer part of any table or index, and its space is used again.

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
            except (sqlite3.Error, OSError, StorageError) as error:
                self._pages_due = self._pages_due or pages
                _log.error("what was deleted could not be cleared away; the next pass tries again: %s", error)
                return StorageError(f"what was deleted could not be cleared away: {error}")
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
        if isinstance(self.place, Path) and (self._file is None or _identity(self.place) != self._file):
            raise NotSaved(f"nothing was saved: {self.path} was renamed, deleted or replaced. Put it back, or restart the bot.")


def _shown(error: Exception) -> Exception | None:
    """What a traceback may show of an error; a server quotes values, which may be a member's text."""
    return None if dialect.speaks_of_values(error) else error


def _identity(place: Place) -> tuple[int, int] | None:
    """What a file is known by, whatever its name; None where there is none."""
    if not isinstance(place, Path):
        return None
    try:
        found = place.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


async def recall_fact(database: Database, name: str) -> str | None:
    """None where it was never stored."""
    async with database.read() as connection:
        return await fact_in(connection, name)


async def fact_in(connection: AsyncConnection, name: str) -> str | None:
    """The same within a transaction."""
    value: str | None = (await connection.execute(sa.select(facts.c.value).where(facts.c.name == name))).scalar()
    return value


async def store_fact(database: Database, name: str, value: str) -> None:
    """Store a fact in place of an earlier one."""
    async with database.write() as connection:
        await put_fact(connection, name, value)


async def put_fact(connection: AsyncConnection, name: str, value: str) -> None:
    """The same within a transaction."""
    await connection.execute(upsert(facts, {"name": name}, {"value": value}))


@contextmanager
def read_in_thread(place: Place) -> Iterator[sa.Connection]:
    """Give a read-only connection with a view of the database that does not change within the block.

    Raises:
        StorageError: the database cannot be read.
    """
    engine = dialect.thread_engine(place)
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.DBAPIError as error:
        raise StorageError(f"the database cannot be read: {cause(error)}") from _shown(error)
    finally:
        engine.dispose()
