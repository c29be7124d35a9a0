"""The two engines on one SQLite file, one that writes and one that reads, and the facts that an installation remembers about itself.

The write engine has a pool of exactly one connection, so the pool itself puts the writers in a queue, and what ``write`` has returned from
is on the disk. Sharing one connection between tasks was measured to lose acknowledged rows; this cannot. Readers never wait for the writer.
What is special about SQLite is in ``dialect``.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotSaved, StorageError
from bot.storage.dialect import cause, read_engine, thread_engine, upsert, write_engine
from bot.storage.tables import facts

_log = logging.getLogger(__name__)

_QUEUE_SECONDS = 10.0


class Database:
    """An open database; close it, or the process will not end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = write_engine(path, _QUEUE_SECONDS)
        self._reader = read_engine(path, _QUEUE_SECONDS)
        self._rewrite_due = True
        """Until it has been done once since the start: an earlier process may have been stopped before it could."""

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction that is committed when the block ends, and only then saved.

        Raises:
            NotSaved: the disk is full, the file is locked or gone; nothing of the block was stored.
        """
        try:
            async with self._writer.begin() as connection:
                yield connection
        except (sa.exc.DBAPIError, sa.exc.TimeoutError, OSError) as error:
            raise NotSaved(f"nothing was saved: {cause(error)}") from error

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a read-only connection with a view of the database that does not change within the block.

        Raises:
            StorageError: the database cannot be read.
        """
        try:
            async with self._reader.begin() as connection:
                yield connection
        except (sa.exc.DBAPIError, sa.exc.TimeoutError, OSError) as error:
            raise StorageError(f"the database cannot be read: {cause(error)}") from error

    async def forget_deleted_bytes(self, *, rewrite: bool = True) -> None:
        """Move everything into the main file and empty the write-ahead log, where deleted text would linger.

        Cells that SQLite has moved within a page leave copies that ``secure_delete`` does not reach, so the file is written anew.
        """
        self._rewrite_due = self._rewrite_due or rewrite
        try:
            async with self._writer.connect() as connection:
                raw = await connection.execution_options(isolation_level="AUTOCOMMIT")
                if self._rewrite_due:
                    await raw.exec_driver_sql("VACUUM")
                    self._rewrite_due = False
                busy = (await raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one()
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            raise StorageError(f"the log of the database cannot be emptied: {cause(error)}") from error
        if busy:
            _log.info("the database log could not be emptied while it was being read; the next pass will")

    async def close(self) -> None:
        """Close both engines."""
        await self._reader.dispose()
        await self._writer.dispose()


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
