"""What databases do in their own way, in one place: statements, partial indexes, triggers, connections and how their transactions begin.

Every other package writes SQLAlchemy's common language and takes from here what differs, so that its statements are one text for both.
SQLite is here whole; connections to PostgreSQL are in ``postgres``. Which of them is meant says the ``Place``.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles

from bot.config import DatabaseConfig
from bot.storage import postgres
from bot.storage.postgres import PostgresDatabase, Serving

Place = Path | PostgresDatabase
"""Where a database is: the file of SQLite, or an address of PostgreSQL."""


def place_of(config: DatabaseConfig) -> Place:
    """The database that is configured."""
    return config.path if config.url is None else PostgresDatabase.at(config.url, config.path, config.password_file)


def path_of(place: Place) -> Path:
    """What key, lock, sign of life and list of deletions of a database are named after, and lie beside."""
    return place if isinstance(place, Path) else place.path


BUSY_SECONDS = 2.0
"""How long a statement waits for another program (a backup, a shell) before it gives up."""
_READERS = 4

SHRINKABLE = "auto_vacuum = INCREMENTAL"
"""Lets a database give back pages in small steps; takes effect where it is created, or written whole by VACUUM."""
PARAMETERS_AT_ONCE = 500
"""Values put into one statement; SQLite allows 32,766."""


def upsert(
    table: sa.Table, key: Mapping[str, object], values: Mapping[str, object], only_new: Mapping[str, object] | None = None
) -> sa.Insert:
    """Insert a row, or change the one that has the same key.

    Args:
        table: the table.
        key: the columns of a primary key or unique constraint, all of them.
        values: what the row has afterwards in either case.
        only_new: what else a new row has; an old one keeps its own.
    """
    statement = postgresql.insert(table).values({**key, **values, **(only_new or {})})
    return statement.on_conflict_do_update(index_elements=list(key), set_=dict(values))


def insert_once(table: sa.Table, values: Mapping[str, object]) -> sa.Insert:
    """Insert a row unless one with the same key is there; ``returning`` gives nothing then."""
    return postgresql.insert(table).values(dict(values)).on_conflict_do_nothing()


class _Named(sa.sql.functions.FunctionElement[Any]):
    """A function that each database calls otherwise."""

    inherit_cache = True
    sqlite: str
    postgresql: str


class _FoundAt(_Named):
    """From 1, where a text begins in another; 0 where it does not occur."""

    type = sa.Integer()
    inherit_cache = True
    sqlite = "instr"
    postgresql = "strpos"


class _Greatest(_Named):
    """The greatest of several whole numbers."""

    type = sa.BigInteger()
    inherit_cache = True
    sqlite = "max"
    postgresql = "greatest"


class _Elements(_Named):
    """The texts of a list in JSON, as rows with the column ``value``."""

    inherit_cache = True
    sqlite = "json_each"
    postgresql = "json_array_elements_text"


@compiles(_Named)
def _called(element: _Named, compiler: sa.sql.compiler.SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - the compiler's own
    name = element.sqlite if compiler.dialect.name == "sqlite" else element.postgresql
    return f"{name}({compiler.process(element.clause_expr.element, **options)})"


@compiles(_Elements, "postgresql")
def _elements(element: _Elements, compiler: sa.sql.compiler.SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - the compiler's own
    return f"{element.postgresql}(CAST({compiler.process(element.clause_expr.element, **options)} AS json))"


def contains(column: sa.Column[str], text: str) -> sa.ColumnElement[bool]:
    """Whether a column holds a text as it is: no sign of it is a wildcard."""
    return _FoundAt(column, text) > 0


def one_of(column: sa.ColumnElement[str], values: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether a column holds one of any number of values; they are one parameter, so no limit on parameters counts."""
    listed = sa.literal(json.dumps(list(values)), sa.Text())
    return column.in_(sa.select(_Elements(listed).table_valued("value").c.value))


def at_least(value: sa.ColumnElement[int], lowest: int) -> sa.ColumnElement[int]:
    """The value of a row, or ``lowest`` where it is less."""
    greatest: sa.ColumnElement[int] = _Greatest(value, sa.literal(lowest, value.type))
    return greatest


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index over the rows that fulfil a condition, and over no others."""
    return sa.Index(name, *columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


_ABORT = "SELECT RAISE(ABORT, 'the audit log is append-only')"
_RAISE = "RAISE EXCEPTION 'the audit log is append-only'"
_IS_REMOVED = "SELECT 1 FROM guild_settings WHERE guild_id = OLD.guild_id AND removed_at IS NOT NULL"
_IS_THERE = "SELECT 1 FROM audit WHERE id = NEW.id"
_APPEND_ONLY = {
    "sqlite": (
        f"CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN {_ABORT}; END",
        f"CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit WHEN NOT EXISTS ({_IS_REMOVED}) BEGIN {_ABORT}; END",
        f"CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS ({_IS_THERE}) BEGIN {_ABORT}; END",
    ),
    "postgresql": (
        f"CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {_RAISE}; END $$",
        "CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT EXISTS ({_IS_REMOVED}) THEN {_RAISE}; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit()",
        "CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION keep_audit()",
        "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()",
    ),
}


def append_only(dialect: str) -> tuple[str, ...]:
    """The statements that let the audit log only grow, except for servers that removed the bot."""
    return _APPEND_ONLY[dialect]


def write_engine(place: Place, wait_seconds: float, serving: Serving) -> AsyncEngine:
    """The engine of the one writer: its pool of a single connection puts the writers in a queue, and a commit is on the disk.

    Args:
        place: the database, which must be there.
        wait_seconds: how long a writer waits for its turn before ``sa.exc.TimeoutError``.
        serving: what this program wants the database for; with SQLite, locks on files keep others away.
    """
    if isinstance(place, PostgresDatabase):
        return postgres.write_engine(place, wait_seconds, serving)
    engine = _async_engine(place, "rw", pool_size=1, wait_seconds=wait_seconds)
    _configure(engine.sync_engine, "BEGIN IMMEDIATE", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")
    return engine


def read_engine(place: Place, wait_seconds: float) -> AsyncEngine:
    """The engine of the readers: each block sees one state of the database and cannot change it."""
    if isinstance(place, PostgresDatabase):
        return postgres.read_engine(place, wait_seconds)
    engine = _async_engine(place, "ro", pool_size=_READERS, wait_seconds=wait_seconds)
    _configure(engine.sync_engine, "BEGIN")
    return engine


def thread_engine(place: Place) -> sa.Engine:
    """A read-only engine for a thread of its own, where the event loop's engines do not reach."""
    if isinstance(place, PostgresDatabase):
        return postgres.thread_engine(place)
    engine = sa.create_engine(
        "sqlite://", creator=partial(open_plain, place, "ro", any_thread=True), poolclass=sa.NullPool, hide_parameters=True
    )
    _configure(engine, "BEGIN")
    return engine


def migration_engine(place: Place) -> sa.Engine:
    """The engine that creates and migrates: all in one transaction; with SQLite foreign keys are off, as altering tables needs it."""
    if isinstance(place, PostgresDatabase):
        return postgres.thread_engine(place, writes=True)
    path = place
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), poolclass=sa.NullPool)
    new = path.stat().st_size == 0
    pragmas = (*((SHRINKABLE,) if new else ()), "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")
    _configure(engine, "BEGIN IMMEDIATE", *pragmas, foreign_keys=False)
    return engine


def open_plain(path: Path, mode: str, wait_seconds: float = BUSY_SECONDS, *, any_thread: bool = False) -> sqlite3.Connection:
    """A connection without SQLAlchemy, in autocommit; on its own for what happens outside of serving: checks, copies, backups.

    Args:
        path: the database.
        mode: "ro" or "rw"; neither creates a file.
        wait_seconds: how long a statement waits for another program.
        any_thread: whether threads may take turns with it.
    """
    address = f"file:{quote(str(path))}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=wait_seconds, isolation_level=None, check_same_thread=not any_thread)


def companions(path: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database while it is open."""
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))


def cause(error: Exception) -> str:
    """What the database said, without the statement and its values, which may be a member's text."""
    if not isinstance(error, sa.exc.DBAPIError):
        return str(error)
    return str(error.orig) if isinstance(error.orig, sqlite3.Error) else postgres.said(error.orig or error)


def speaks_of_values(error: Exception) -> bool:
    """Whether the text of an error may quote values of a statement, so that no traceback may show it."""
    return isinstance(error, sa.exc.DBAPIError) and not isinstance(error.orig, sqlite3.Error)


class _Connection(aiosqlite.Connection):
    """A connection whose thread is told to end only once.

    Where a task is cancelled while SQLAlchemy closes its connection, both the closing and the cancellation stop the thread. Of aiosqlite's
    own connection the second one waits for an answer of a thread that has ended, so that the process would never end.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True
        self._stopping: tuple[asyncio.Future[Any] | None] | None = None

    def stop(self) -> asyncio.Future[Any] | None:
        """End the thread; whoever asks again gets the end that was begun first."""
        if self._stopping is None:
            self._stopping = (super().stop(),)
        return self._stopping[0]


def _async_engine(path: Path, mode: str, *, pool_size: int, wait_seconds: float) -> AsyncEngine:
    async def connect() -> aiosqlite.Connection:
        return await _Connection(partial(open_plain, path, mode, any_thread=True))

    return create_async_engine(
        "sqlite+aiosqlite://",
        async_creator=connect,
        poolclass=sa.AsyncAdaptedQueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=wait_seconds,
        hide_parameters=True,
    )


def _configure(engine: sa.Engine, begin: str, *pragmas: str, foreign_keys: bool = True) -> None:
    """Let connections begin their transactions as said; Python's driver would begin them late, and not for every statement."""

    @sa.event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        wanted: Sequence[str] = (*(("foreign_keys = ON",) if foreign_keys else ()), *pragmas)
        for pragma in wanted:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin_transaction(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(begin)
