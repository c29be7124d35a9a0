"""Which processes serve the bot, as an operator asks: by the locks that they have, since a row in a table could be of one that is gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.cluster.membership import SHARD_COUNT
from bot.cluster.session import HeldLock, Lock, held_in
from bot.cluster.turns import COUNTED
from bot.storage.database import read_in_thread
from bot.storage.postgres import PostgresDatabase
from bot.storage.tables import facts, processes


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
    """The processes that run, by the locks that they have."""
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
        StorageError: it cannot be read.
    """
    locks = held_in(place)
    with read_in_thread(place) as connection:
        return state_of(connection, locks)
