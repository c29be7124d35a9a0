"""What processes of one bot know of each other at once: who holds which lock in the database, and what is announced there.

Both belong to one connection of a process and end with it, however that ends; nothing needs to be cleaned up after a crash, and no clock is
compared. What is announced in a transaction that writes is heard by all when it is committed, and never when it is not. A connection that
was lost may have missed something, so whoever opens the next one must drop what it holds in memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cluster.shards import SHARD_COUNT
from bot.cluster.turns import COUNTED
from bot.storage.database import read_in_thread
from bot.storage.postgres import LOCKS, PostgresDatabase, connected, session
from bot.storage.tables import facts, processes

if TYPE_CHECKING:
    from bot.storage.postgres import ServerConnection

_CHANNEL = "osai_faq_bot"


class Topic(StrEnum):
    """What an announcement is about."""

    SETTINGS = "settings"
    """Of some server; whoever holds some must read them again."""
    DELETED = "deleted"
    """Words of a member, which may be in memory elsewhere."""
    BUILD = "build"
    """The knowledge should be built anew; the text names the reload."""
    SERVE = "serve"
    """What was built for a reload should be put into service."""
    DROP = "drop"
    """It should not."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one process lets the others know."""

    topic: Topic
    text: str


async def announce(connection: AsyncConnection, topic: Topic, text: str = "") -> None:
    """Let all processes know something, this one included, once the transaction is committed; with SQLite there are no others."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_notify(_CHANNEL, f"{topic.value} {text}")))


class Lock(IntEnum):
    """What is locked; each kind from its first number on. Below these are the locks of ``bot.storage.postgres``."""

    LEADER = 10
    PROCESS = 1_000
    SHARD = 100_000


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A lock that some process has."""

    lock: Lock
    number: int
    """Of the shard or process; 0 for the leader."""
    session: str
    """What the database calls the connection that has it; the same for all locks of one process."""


_SESSION = "concat(pid, ' since ', backend_start)"
"""The number of a process of the server may come back once it has ended, so a connection is known by its beginning, too."""
_HELD = f"""
    SELECT objid::int, {_SESSION} FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND classid = {LOCKS} AND objid >= {Lock.LEADER.value}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - numbers and names of ours
_OWN = f"SELECT {_SESSION} FROM pg_stat_activity WHERE pid = pg_backend_pid()"  # noqa: S608 - as above
_SETTINGS = {"statement_timeout": "5000"}


class ClusterSession:
    """The connection of this process; only one task at a time may use it."""

    def __init__(self, connection: ServerConnection, name: str) -> None:
        self._connection = connection
        self.name = name
        """What the database calls it (``HeldLock.session``)."""

    @classmethod
    @asynccontextmanager
    async def opened(cls, place: PostgresDatabase) -> AsyncIterator[ClusterSession]:
        """Open one, and listen; its locks end with the block.

        Raises:
            DatabaseRefused: the database cannot be used.
            psycopg.Error: it cannot be reached, now or later within the block.
        """
        connection = await connected(place, _SETTINGS)
        try:
            await connection.execute(f"LISTEN {_CHANNEL}")
            found = await (await connection.execute(_OWN)).fetchone()
            yield cls(connection, "" if found is None else str(found[0]))
        finally:
            await connection.close()

    async def take(self, lock: Lock, number: int = 0) -> bool:
        """Take a lock that nobody has; False where somebody has it. Taking it twice is giving it back twice."""
        found = await (await self._connection.execute(f"SELECT pg_try_advisory_lock({LOCKS}, {lock.value + number})")).fetchone()
        return found is not None and bool(found[0])

    async def give_back(self, lock: Lock, number: int = 0) -> None:
        """Give a lock back."""
        await self._connection.execute(f"SELECT pg_advisory_unlock({LOCKS}, {lock.value + number})")

    async def held(self) -> tuple[HeldLock, ...]:
        """All locks that processes of this bot have."""
        return _read(await (await self._connection.execute(_HELD)).fetchall())

    async def hear(self, seconds: float) -> tuple[Announcement, ...]:
        """What was announced since the last time; waits so long for something."""
        heard = []
        async for one in self._connection.notifies(timeout=seconds, stop_after=1):
            topic, _, text = one.payload.partition(" ")
            if topic in set(Topic):  # a newer version may announce more
                heard.append(Announcement(Topic(topic), text))
        return tuple(heard)


@dataclass(frozen=True, slots=True)
class ProcessState:
    """A process as ``bot status`` shows it."""

    number: int
    name: str
    shards: tuple[int, ...]
    leads: bool
    version: str
    fingerprint: str
    servers: int
    latency_ms: int | None
    room: int
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ClusterState:
    """All processes, and the shards that nobody serves."""

    processes: tuple[ProcessState, ...]
    free: tuple[int, ...]
    count: int | None
    """How many shards the bot has; None where no process ever served some of several."""
    identified: int = 0
    """How often shards have identified today, in UTC; Discord takes 1,000 a day, and more of larger bots."""


def state_of(connection: sa.Connection, locks: Iterable[HeldLock]) -> ClusterState:
    """The processes that run: by the locks that they have, since a row of the table could be of one that is gone."""
    held = list(locks)
    sessions = {one.number: one.session for one in held if one.lock is Lock.PROCESS}
    found = []
    for row in connection.execute(sa.select(processes).order_by(processes.c.number)):
        if row.number in sessions:
            own = [one for one in held if one.session == sessions[row.number]]
            mine = tuple(sorted(one.number for one in own if one.lock is Lock.SHARD))
            leads = any(one.lock is Lock.LEADER for one in own)
            values = (row.version, row.fingerprint, row.servers, row.latency_ms, row.room, row.started_at, row.seen_at)
            found.append(ProcessState(row.number, row.name, mine, leads, *values))
    known = connection.execute(sa.select(facts.c.value).where(facts.c.name == SHARD_COUNT)).scalar()
    count = None if known is None else int(known)
    taken = {one.number for one in held if one.lock is Lock.SHARD}
    today = f"{COUNTED}{datetime.now(UTC).date()}"
    identified = int(connection.execute(sa.select(facts.c.value).where(facts.c.name == today)).scalar() or 0)
    return ClusterState(tuple(found), tuple(shard for shard in range(count or 0) if shard not in taken), count, identified)


def status(place: PostgresDatabase) -> ClusterState:
    """The processes that serve from a database now.

    Raises:
        DatabaseRefused: the database cannot be used.
        StorageError: it cannot be read.
    """
    locks = _held_in(place)
    with read_in_thread(place) as connection:
        return state_of(connection, locks)


def _held_in(place: PostgresDatabase) -> tuple[HeldLock, ...]:
    """As ``ClusterSession.held``, for a terminal."""
    with session(place) as connection:
        return _read(connection.execute(_HELD).fetchall())


def _read(rows: list[tuple[Any, ...]]) -> tuple[HeldLock, ...]:
    kinds = sorted(Lock, reverse=True)
    found = []
    for key, owner in rows:
        lock = next(kind for kind in kinds if key >= kind.value)
        found.append(HeldLock(lock, int(key) - lock.value, str(owner)))
    return tuple(found)
