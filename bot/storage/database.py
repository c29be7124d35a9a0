"""The two engines on one SQLite file: one that writes, one that reads.

The write engine has a pool of exactly one connection, so the pool itself puts the writers in a queue; every
transaction begins with BEGIN IMMEDIATE and is durable when ``write`` returns (WAL, synchronous=FULL). Sharing one connection
between tasks was measured to lose acknowledged rows; this cannot. Readers never wait for the writer.

Small facts that the installation remembers about itself.

A read-only connection for work that runs in a thread of its own, where the event loop's engines do not reach.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import NotSaved, StorageError
from bot.storage.tables import facts

_log = logging.getLogger(__name__)

BUSY_SECONDS = 2.0
"""How long a write waits for another program (a backup, a shell) before it gives up."""
_QUEUE_SECONDS = 10.0
_READERS = 4


class Database:
    """An open database; close it, or the process will not end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = _engine(path, "BEGIN IMMEDIATE", readers=0)
        self._reader = _engine(path, "BEGIN", readers=_READERS)
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
            raise NotSaved(f"nothing was saved: {_cause(error)}") from error

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
            raise StorageError(f"the database cannot be read: {_cause(error)}") from error

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
            raise StorageError(f"the log of the database cannot be emptied: {_cause(error)}") from error
        if busy:
            _log.info("the database log could not be emptied while it was being read; the next pass will")

    async def close(self) -> None:
        """Close both engines."""
        await self._reader.dispose()
        await self._writer.dispose()


def _cause(error: Exception) -> str:
    return str(error.orig) if isinstance(error, sa.exc.DBAPIError) else str(error)


def _engine(path: Path, begin: str, *, readers: int) -> AsyncEngine:
    """Return an engine whose transactions begin as told; without readers it is the single writer."""
    # quoted twice: once for SQLite's address of the file, once for SQLAlchemy's address around it
    target = f"sqlite+aiosqlite:///file:{quote(quote(str(path)))}?mode={'ro' if readers else 'rw'}&uri=true"
    engine = create_async_engine(
        target,
        pool_size=readers or 1,
        max_overflow=0,
        pool_timeout=_QUEUE_SECONDS,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS},
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        if not readers:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(begin)

    return engine


async def recall_fact(database: Database, name: str) -> str | None:
    """None where it was never stored."""
    async with database.read() as connection:
        value: str | None = (await connection.execute(sa.select(facts.c.value).where(facts.c.name == name))).scalar()
        return value


async def store_fact(database: Database, name: str, value: str) -> None:
    """Store a fact in place of an earlier one."""
    statement = insert(facts).values(name=name, value=value)
    async with database.write() as connection:
        await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


@contextmanager
def read_in_thread(path: Path) -> Iterator[sa.Connection]:
    """Give a read-only connection with a view of the database that does not change within the block.

    Raises:
        StorageError: the database cannot be read.
    """
    target = f"sqlite:///file:{quote(quote(str(path)))}?mode=ro&uri=true"
    engine = sa.create_engine(target, poolclass=sa.NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    except sa.exc.DBAPIError as error:
        raise StorageError(f"the database cannot be read: {error.orig}") from error
    finally:
        engine.dispose()
