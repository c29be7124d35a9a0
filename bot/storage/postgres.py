"""A PostgreSQL database as one process of the bot uses it: its address, its connections, who may write, and its errors in words of ours.

One connection writes, and with it goes a lock of its session: whoever writes for a running bot has it, and it ends with the connection,
however that ends. So a second bot is refused, and one that was cut off writes nothing until it has the lock again; processes of one bot,
of which each serves a part (``bot.cluster``), share it, and have several such connections. Every transaction that writes takes its turn by
a second lock before it reads anything, as SQLite's ``BEGIN IMMEDIATE`` does: what was read in it still holds when it is committed, whatever
else writes, so that no number is given twice and no vote is lost. One that says that it is about a single server waits only for those
about the same server, and for those that do not say so. Reading waits for nobody.

Nothing deleted is overwritten here: ``Vacuum`` gives the space back, to be used again. The driver is an extra; it is asked for only where
an address is configured.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import DatabaseRefused, StorageError

if TYPE_CHECKING:
    import psycopg

ServerConnection: TypeAlias = "psycopg.AsyncConnection[tuple[Any, ...]]"
OLDEST_VERSION = 15
LOCKS = 0x6F736169
"""What the bot's locks are known by among others in the same database: "osai"."""
_SERVING, _WRITING = 1, 2
_GUILDS = LOCKS + 1
"""By a number of each server, the turns of those who write about it alone."""
TURN_OF = "turn_of"
"""The execution option with the server that a transaction is about; without it, it is about all of them."""
_WRITERS = 4
"""Connections of a process of several. Each write waits a dozen times for the event loop, which may have something else to do each time;
with one connection that was the end of what a process could take, long before the processor was busy."""
_CLAIM_SECONDS = 2
"""How long a bot waits for the lock, since a server notices a moment late that a connection has ended."""
_FOUND_DEAD = {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""How soon this side notices that the server's computer is gone; seconds, the last one milliseconds."""
_READERS = 4
_SETTINGS = {
    "client_min_messages": "warning",
    "jit": "off",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Of every session. They let the server notice within a minute that the bot's computer is gone, also where it has just sent something
there, and free its locks."""
_READING = {"default_transaction_read_only": "on", "default_transaction_isolation": r"repeatable\ read"}


class Serving(Enum):
    """Whether a program serves from a database, and beside whom."""

    NOT = "not"
    """It looks at it, or writes for a moment; a running bot does not mind."""
    TOGETHER = "together"
    """It serves a part of the servers, beside other processes that do the same."""
    ALONE = "alone"
    """It serves, or changes everything, with nobody else beside it."""


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    """Where a database is, and what lies beside it on this computer."""

    path: Path
    """The file that an SQLite database would be: key, sign of life, lock and list of deletions are named after it."""
    address: tuple[tuple[str, str], ...]
    """What leads there, by the names that libpq has for it; no password."""
    password_file: Path | None = None

    @classmethod
    def at(cls, url: str, path: Path, password_file: Path | None = None) -> PostgresDatabase:
        """The database of an address that the configuration has checked."""
        parts = urlsplit(url)
        named = (
            ("host", unquote(parts.hostname or "")),
            ("port", str(parts.port or "")),
            ("user", unquote(parts.username or "")),
            ("dbname", unquote(parts.path.strip("/"))),
            *parse_qsl(parts.query),
        )
        return cls(path, tuple((name, value) for name, value in named if value), password_file)

    def __str__(self) -> str:
        known = dict(self.address)
        return f"PostgreSQL database {known['dbname']} on {known.get('host', 'this computer')}"

    @property
    def environment(self) -> dict[str, str]:
        """What the programs of PostgreSQL need to know of it, so that nothing of it stands on a command line."""
        names = {"dbname": "PGDATABASE"}
        held = {names.get(name, f"PG{name.upper()}"): value for name, value in self.address}
        password = self._password()
        return held if password is None else {**held, "PGPASSWORD": password}

    def parameters(self, settings: dict[str, str]) -> dict[str, Any]:
        """What a connection is opened with; the password is read each time, since it may be another one by now.

        Raises:
            DatabaseRefused: the file with the password cannot be read.
        """
        options = " ".join(f"-c {name}={value}" for name, value in {**_SETTINGS, **settings}.items())
        name = f"osai-faq-bot {socket.gethostname()[:32]} pid {os.getpid()}"
        found: dict[str, Any] = {**_FOUND_DEAD, **dict(self.address), "options": options, "application_name": name}
        password = self._password()
        return found if password is None else {**found, "password": password}

    def _password(self) -> str | None:
        if self.password_file is None:
            return None
        try:
            return self.password_file.read_text(encoding="utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise DatabaseRefused(f"database.password_file: {self.password_file} cannot be read. Check path and permissions.") from error


def write_engine(place: PostgresDatabase, wait_seconds: float, serving: Serving) -> AsyncEngine:
    """The engine of those who write; a commit is on the server's disk.

    Args:
        place: the database.
        wait_seconds: how long a writer waits for its turn, here or on the server.
        serving: what this program wants the database for.
    """
    settings = {"synchronous_commit": "on", "lock_timeout": str(max(1, round(1000 * wait_seconds)))}
    writers = _WRITERS if serving is Serving.TOGETHER else 1
    engine = _async_engine(place, settings, pool_size=writers, wait_seconds=wait_seconds, serving=serving)

    sa.event.listen(engine.sync_engine, "begin", _take_turn)
    return engine


def _take_turn(connection: sa.Connection) -> None:
    guild_id: int | None = connection.get_execution_options().get(TURN_OF)
    if guild_id is None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCKS}, {_WRITING})")
    else:  # two servers with one number take turns needlessly, which is rare and does no harm
        own = (guild_id >> 22) & 0x7FFFFFFF
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({LOCKS}, {_WRITING}), pg_advisory_xact_lock({_GUILDS}, {own})")


def read_engine(place: PostgresDatabase, wait_seconds: float) -> AsyncEngine:
    """The engine of the readers: each block sees one state of the database and cannot change it."""
    return _async_engine(place, _READING, pool_size=_READERS, wait_seconds=wait_seconds, serving=Serving.NOT)


def thread_engine(place: PostgresDatabase, *, writes: bool = False) -> sa.Engine:
    """An engine for a thread, or for what is done outside of serving; it reads one state of the database, or changes it."""
    settings = {} if writes else _READING

    def connect() -> Any:  # noqa: ANN401 - a connection of the driver, which need not be installed
        return _opened(place, settings)

    require_driver()
    engine = sa.create_engine("postgresql+psycopg://", creator=connect, poolclass=sa.NullPool, hide_parameters=True)
    if writes:  # also where tables are made, since two processes may be started at once
        sa.event.listen(engine, "begin", _take_turn)
    return engine


@contextmanager
def session(place: PostgresDatabase, *, alone: bool = False) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Give a connection in which every statement stands for itself; with ``alone`` no bot serves as long as it lasts.

    Raises:
        DatabaseRefused: the database cannot be reached or used, or a bot is running; the message says what to do.
    """
    driver = require_driver()
    try:
        with _opened(place, {}) as connection:
            connection.autocommit = True
            if alone:
                _claim(connection)
            yield connection
    except driver.Error as error:
        raise DatabaseRefused(f"The {place} cannot be used: {said(error)}.") from None


def _async_engine(
    place: PostgresDatabase, settings: dict[str, str], *, pool_size: int, wait_seconds: float, serving: Serving
) -> AsyncEngine:
    require_driver()

    async def connect() -> Any:  # noqa: ANN401 - a connection of the driver, which need not be installed
        connection = await connected(place, settings, serving)
        await connection.set_autocommit(False)
        return connection

    return create_async_engine(
        "postgresql+psycopg_async://",
        async_creator=connect,
        poolclass=sa.AsyncAdaptedQueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=wait_seconds,
        pool_pre_ping=True,  # a server that was restarted is noticed before a transaction begins, and not by it
        hide_parameters=True,
    )


async def connected(place: PostgresDatabase, settings: dict[str, str], serving: Serving = Serving.NOT) -> ServerConnection:
    """A connection in which every statement stands for itself; close it.

    Raises:
        DatabaseRefused: somebody else serves from the database, or a pooler stands before it.
        psycopg.Error: it cannot be reached.
    """
    connection: ServerConnection
    connection = await require_driver().AsyncConnection.connect(**place.parameters(settings), autocommit=True)
    try:
        _store_any_text(connection)
        if serving is not Serving.NOT:
            await _claim_async(connection, serving)
    except BaseException:
        await connection.close()
        raise
    return connection


def _opened(place: PostgresDatabase, settings: dict[str, str]) -> psycopg.Connection[tuple[Any, ...]]:
    connection: psycopg.Connection[tuple[Any, ...]] = require_driver().connect(**place.parameters(settings))
    _store_any_text(connection)
    return connection


_LOCKING = {Serving.ALONE: "pg_advisory_lock", Serving.TOGETHER: "pg_advisory_lock_shared"}


def _take(serving: Serving) -> tuple[str, ...]:
    statement = f"SELECT {_LOCKING[serving]}({LOCKS}, {_SERVING})"
    return f"SET lock_timeout = '{_CLAIM_SECONDS}s'", statement, "RESET lock_timeout"


_HOLDER = f"""
    SELECT coalesce(max(application_name), 'unknown') FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND classid = {LOCKS} AND objid = {_SERVING}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - numbers of ours


async def _claim_async(connection: ServerConnection, serving: Serving) -> None:
    try:
        for statement in _take(serving):
            await connection.execute(statement)
        found = await (await connection.execute("SELECT pg_backend_pid()")).fetchone()
    except require_driver().errors.LockNotAvailable:
        raise _taken(await (await connection.execute(_HOLDER)).fetchone()) from None
    _require_own_session(found, connection.info.backend_pid)


def _claim(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    try:
        for statement in _take(Serving.ALONE):
            connection.execute(statement)
        found = connection.execute("SELECT pg_backend_pid()").fetchone()
    except require_driver().errors.LockNotAvailable:
        raise _taken(connection.execute(_HOLDER).fetchone()) from None
    _require_own_session(found, connection.info.backend_pid)


def _taken(holder: tuple[Any, ...] | None) -> DatabaseRefused:
    name = "unknown" if holder is None else holder[0]
    return DatabaseRefused(f"Another bot process ({name}) uses this database. Stop it first, or give this one another database.url.")


def _require_own_session(found: tuple[Any, ...] | None, pid: int) -> None:
    """Make sure that the connection leads to the server itself: behind a pooler, a lock may belong to somebody else's session.

    Raises:
        DatabaseRefused: it does not.
    """
    if found is None or found[0] != pid:
        raise DatabaseRefused(
            "Between the bot and PostgreSQL stands a connection pooler, such as PgBouncer, so the lock that keeps a second bot away "
            "would not hold. Let database.url lead to PostgreSQL itself."
        )


def require_driver() -> Any:  # noqa: ANN401 - a module that need not be installed
    """The driver.

    Raises:
        DatabaseRefused: it is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise DatabaseRefused(
            "database.url is set, and the driver for PostgreSQL is not installed. Install it with: pip install 'osai-faq-bot[postgres]'"
        ) from error
    return psycopg


def _store_any_text(connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> None:
    """Let U+FFFD take the place of U+0000, the one character that this server's texts cannot hold; so nobody's text makes a write fail."""
    from psycopg.types.string import StrDumperUnknown

    def dump(self: StrDumperUnknown, text: str) -> Any:  # noqa: ANN401 - bytes, whatever the driver calls them
        return StrDumperUnknown.dump(self, storable_here(text))

    connection.adapters.register_dumper(str, type("AnyText", (StrDumperUnknown,), {"dump": dump}))


def storable_here(text: str) -> str:
    """A text as PostgreSQL gives it back."""
    return text.replace("\0", "\ufffd")


_REMEDIES = (
    (r"password|28P01", "the server does not take the user or the password; name a file with the password in database.password_file"),
    (r"3D000|database .* does not exist", "the server has no such database; create it: CREATE DATABASE name ENCODING 'UTF8'"),
    (
        r"role .* does not exist|28000|pg_hba",
        "the server does not let this user in from here; check the user in database.url and pg_hba.conf",
    ),
    (r"starting up|shutting down|57P0|recovery mode|terminating connection", "the server is starting or stopping; try again in a moment"),
    (r"53300|too many (?:clients|connections)|remaining connection slots", "the server has no connection left; raise max_connections"),
    (r"53100|No space left", "the server's disk is full"),
    (r"25006|read-only transaction", "the server takes no writes; it may be a standby"),
    (r"42501|permission denied", "the user may not do that; let it own the database: ALTER DATABASE name OWNER TO user"),
    (r"55P03", "other writes took too long"),
    (
        r"refused|could not translate|resolve|timeout|timed out|No such file|not known|unreachable|No route",
        "the server cannot be reached; check that it runs, and host and port in database.url",
    ),
    (r"closed the connection|connection is (?:lost|closed)|consuming input|sending query|08\w{3}", "the connection to the server was lost"),
)


def said(error: BaseException) -> str:
    """What went wrong and what to do, in words of ours; never a value of a statement, which may be a member's text.

    The server's own texts are shown only where they are not about values, since it quotes these. What it says at a login holds none.
    """
    state: str | None = getattr(error, "sqlstate", None)
    primary: str | None = getattr(getattr(error, "diag", None), "message_primary", None)
    given = f"{state or ''} {primary or ('' if state else error)}"
    for pattern, words in _REMEDIES:
        if re.search(pattern, given):
            return words
    if state is not None and state.startswith(("22", "23")):
        return f"a value does not fit ({state})"
    return " ".join((primary or str(error)).split())[:200] or type(error).__name__


def number_on(connection: sa.Connection, table: str) -> None:
    """Let new rows of a table be numbered from the highest number on, after rows came with theirs."""
    connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} HAVING max(id) IS NOT NULL")  # noqa: S608 - a name of ours


class Vacuum:
    """Gives the space of deleted rows back, in tables and indexes; blocks, so it runs in a thread, and only one at a time.

    The server writes new rows over it, and overwrites nothing by itself; what its log and its backups hold is not reached.
    """

    def __init__(self, place: PostgresDatabase, tables: tuple[str, ...]) -> None:
        self._place = place
        self._statement = f"VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF) {', '.join(tables)}"
        self._running: psycopg.Connection[tuple[Any, ...]] | None = None
        self._stopped = False

    def run(self, *, pages: bool) -> bool:
        """Do it where ``pages`` says that something was deleted; whether it was done to its end.

        Raises:
            StorageError: the server did not do it.
        """
        if not pages:
            return True
        try:
            with session(self._place) as connection:
                self._running = connection
                if not self._stopped:
                    connection.execute(self._statement)
        except DatabaseRefused as error:
            if not self._stopped:
                raise StorageError(str(error)) from None
        finally:
            self._running = None
        return not self._stopped

    def stop(self) -> None:
        """Let a run that is under way end."""
        self._stopped = True
        running = self._running
        if running is not None:
            running.cancel()

    def close(self) -> None:
        """Nothing is held open."""
