"""This process among those that serve the bot: it joins, takes shards that nobody has, hears the others, and hands over when it ends.

All of that is one task over one connection (``session``). Whoever has the lock of a shard serves it; the others wait for it, so that a
process that has nothing to do is a hot standby. A process that loses its connection keeps its shards and tries to lock them again; those
that wait leave it a moment for that, and where one was faster, the process ends and is started anew. Nobody compares clocks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.cluster.session import Announcement, ClusterSession, HeldLock, Lock
from bot.cluster.shards import SHARD_COUNT, ShardPlan, Shards
from bot.cluster.turns import free_at, seconds_until_free
from bot.errors import ConfigError, DatabaseRefused, StorageError
from bot.storage.columns import StoredRow
from bot.storage.database import Database, fact_in, put_fact
from bot.storage.dialect import upsert
from bot.storage.postgres import PostgresDatabase, require_driver, said
from bot.storage.tables import processes

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
"""Between two looks at who has what."""
_LONGEST_LOOK_SECONDS = 30.0
"""After which the connection counts as lost."""
_AGAIN_SECONDS = 0.5
"""Between two attempts to connect again."""
_GRACE_SECONDS = 2.0
"""Between taking a shard that was not handed over and serving it: who had it may still run, and notice meanwhile that it is lost."""
_OWNERS_FIRST_SECONDS = 3.0
"""How long a process that was cut off itself leaves the shards that it never had to those who had them."""
_SEEN_SECONDS = 10.0
_DEAD_SECONDS = 30.0
"""After which the row of a process that is gone is deleted."""
_HAND_OVER_SECONDS = 12.0
"""How long a process that ends waits until somebody has taken a shard, before it hands over the next."""
_MOST_PROCESSES = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """How a process is."""

    version: str
    fingerprint: str
    servers: int
    latency_ms: int | None


class Cluster:
    """The place of this process among the others."""

    def __init__(self, place: PostgresDatabase, database: Database, plan: ShardPlan, shards: Shards, name: str) -> None:
        self.shards = shards
        self.standing: Callable[[], Standing] = lambda: Standing("", "", 0, None)
        """Asked from time to time, for those who look at the processes."""
        self.hears: list[Callable[[Announcement], None]] = []
        """Called with whatever is announced."""
        self.cut_off: list[Callable[[bool], None]] = []
        """Called with True when announcements may be missed from now on, and with False when none is any more."""
        self.lost = asyncio.Event()
        """Set when another process has a shard that this one still serves."""
        self.number = -1
        """Of this process, while it is connected."""
        self._place, self._database, self._plan, self._name = place, database, plan, name
        self._built: str | None = None
        self._started_at = datetime.now(UTC)
        self._entered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._taken: asyncio.Queue[int] = asyncio.Queue()
        self._looked = asyncio.Event()
        """Set, and replaced, after each look."""
        self._due: dict[int, float] = {}
        self._served: set[int] = set()
        """The shards that this process has served, those that were lost included."""
        self._to_give_back: set[int] = set()
        self._draining = False
        self._seen: tuple[object, ...] = ()
        self._seen_at = 0.0
        self._is_cut_off = False
        self._claims_from = 0.0
        self._session = ""
        self._locks: tuple[HeldLock, ...] = ()
        self._dead_since: dict[int, float] = {}

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[None]:
        """Belong to the processes within the block.

        Raises:
            ConfigError: the number of shards is not known yet.
            DatabaseRefused: another number of shards is served, or the database cannot be used.
        """
        running = asyncio.create_task(self._run(), name="cluster")
        running.add_done_callback(self._ended)
        try:
            await asyncio.wait((running, self._entered), return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            yield
        finally:
            self._draining = not self.lost.is_set()
            running.cancel()
            await asyncio.wait((running,))

    def _ended(self, running: asyncio.Task[None]) -> None:
        """Without the task that keeps the locks, nothing may be served."""
        if not running.cancelled() and self._entered.done():
            _log.error("the place among the other processes is lost", exc_info=running.exception())
            self.lost.set()

    async def next_shard(self) -> int:
        """Wait for a shard that is this process's to serve from now on."""
        return await self._taken.get()

    async def first_shards(self) -> tuple[int, ...]:
        """Wait for shards to begin with: all that could be had at once."""
        found = [await self.next_shard()]
        while not self._taken.empty():
            found.append(self._taken.get_nowait())
        return tuple(sorted(found))

    async def looked(self) -> None:
        """Wait for the end of the next look at who has what."""
        await self._looked.wait()

    async def leading(self) -> None:
        """Wait until this process does what is done once for all servers."""
        while not self.shards.leads:
            await self.looked()

    @property
    def live(self) -> frozenset[int]:
        """The numbers of the processes that run, as of the last look."""
        return frozenset(one.number for one in self._locks if one.lock is Lock.PROCESS)

    async def report(self, built: str) -> None:
        """Let the others see what this process has built."""
        self._built = built
        await self._show()

    async def reported(self) -> dict[int, str]:
        """What each process that runs has built, as far as it has said so."""
        return {row.number: row.built for row in await self._rows() if row.number in self.live and row.built}

    async def serves(self, shard: int) -> None:
        """Wait until a shard is this process's to serve; for ever where it was left."""
        while shard not in self.shards.held:
            await self.looked()

    async def hand_over(self, disconnect: Callable[[int], Awaitable[None]], concurrency: int) -> None:
        """Leave the shards one after the other; where somebody waits for them, each only when it can identify there at once.

        Args:
            disconnect: ends the connection of a shard.
            concurrency: Discord's ``max_concurrency``.
        """
        self._draining = True
        if self.lost.is_set():  # others may serve them by now, so nothing is waited for
            self.shards.held.clear()
            for shard in sorted(self._served):
                await disconnect(shard)
            return
        try:
            somebody = any(row.room > 0 for row in await self._rows() if row.number in self.live - {self.number})
        except StorageError:
            somebody = False
        for shard in sorted(self.shards.held):
            if somebody:
                await asyncio.sleep(min(_HAND_OVER_SECONDS, await seconds_until_free(self._database, shard, concurrency) - _LOOK_SECONDS))
            self.shards.held.discard(shard)
            before = await free_at(self._database, shard, concurrency)
            await disconnect(shard)
            self._to_give_back.add(shard)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0 if self._is_cut_off else _HAND_OVER_SECONDS):
                    while shard in self._to_give_back or (somebody and shard not in self._of_others()):
                        await self.looked()
                    while somebody and await free_at(self._database, shard, concurrency) == before:  # whoever took it may still log in
                        await self.looked()
            _log.info("shard %d was handed over", shard)

    def _of_others(self) -> frozenset[int]:
        return frozenset(one.number for one in self._locks if one.lock is Lock.SHARD and one.session != self._session)

    async def _run(self) -> None:
        while True:
            try:
                async with ClusterSession.opened(self._place) as session:
                    await self._enter(session)
                    try:
                        while True:
                            async with asyncio.timeout(_LONGEST_LOOK_SECONDS):
                                await self._look(session)
                            await self._keep_rows()
                            for announcement in await session.hear(_LOOK_SECONDS):
                                self._pass_on(announcement)
                    finally:
                        if self._draining:
                            await self._forget_rows([self.number])  # so that the others see that it left in order
            except (require_driver().Error, OSError, StorageError) as error:
                if not self._entered.done():
                    if isinstance(error, StorageError):
                        raise
                    raise DatabaseRefused(f"The {self._place} cannot be used: {said(error)}.") from None
                self._was_cut_off(error)
                await asyncio.sleep(_AGAIN_SECONDS)

    def _was_cut_off(self, error: Exception) -> None:
        if not self._is_cut_off:
            _log.warning("the connection to the other processes was lost; what is held in memory is not used until it is back: %s", error)
            for call in self.cut_off:
                call(True)
        self._is_cut_off, self.shards.leads = True, False

    def _pass_on(self, announcement: Announcement) -> None:
        for call in self.hears:
            try:
                call(announcement)
            except Exception:  # noqa: BLE001 - the boundary: whoever hears must not end what keeps the locks
                _log.exception("what another process announced could not be followed: %s", announcement.topic)

    async def _enter(self, session: ClusterSession) -> None:
        """Take a number, and what this process had before; the first time, agree on how many shards there are."""
        self.number = -1
        for number in range(_MOST_PROCESSES):
            if await session.take(Lock.PROCESS, number):
                self.number = number
                break
        if not self._entered.done():
            await self._agree(session)
            self._entered.set_result(None)
        elif self._is_cut_off:
            await self._retake(session)
            self._is_cut_off, self._claims_from = False, time.monotonic() + _OWNERS_FIRST_SECONDS
            for call in self.cut_off:
                call(False)
            _log.info("connected to the other processes again")
        self._session, self._seen = session.name, ()

    async def _agree(self, session: ClusterSession) -> None:
        refused = None
        async with self._database.write() as connection:
            self._locks = await session.held()  # within the turn, so that of two that begin at once the second sees the first
            known = await fact_in(connection, SHARD_COUNT)
            count = self._plan.count or int(known or 0)
            if known is not None and int(known) != count and self.live - {self.number}:
                refused = f"The processes that run serve {known} shards, and this one was asked for {count}. Stop all of them first."
            elif count:
                await put_fact(connection, SHARD_COUNT, str(count))
        if refused is not None:
            raise DatabaseRefused(refused)
        if not count:
            unknown = (
                "how many shards the bot has is not known yet. Say it once, such as auto/2; Discord wants one for 2,500 servers at most."
            )
            raise ConfigError((f"sharding.shards: {unknown}",))
        self.shards.count = count

    async def _retake(self, session: ClusterSession) -> None:
        """Lock again what this process serves; where the server has not noticed yet that the connection before is gone, wait for that."""
        missing = set(self.shards.held) | set(self._due)
        while missing:
            missing -= {shard for shard in missing if await session.take(Lock.SHARD, shard)}
            others = {one.number for one in await session.held() if one.lock is Lock.SHARD and one.session != self._session}
            gone = {shard for shard in missing & others if shard in self.shards.held}
            if gone:
                _log.error("while this process was cut off, another one has taken the shards %s", sorted(gone))
                self.lost.set()
            for shard in missing & others:
                self.shards.held.discard(shard)
                self._due.pop(shard, None)
            missing -= others
            if missing:
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _look(self, session: ClusterSession) -> None:
        for shard in sorted(self._to_give_back):
            await session.give_back(Lock.SHARD, shard)
        self._to_give_back.clear()
        self._locks = await session.held()
        if not self._draining:
            if time.monotonic() >= self._claims_from:
                await self._claim(session)
            self._serve_due()
            if self.shards.held and not self.shards.leads:  # one that stands by does nothing for others
                self.shards.leads = await session.take(Lock.LEADER)
        self._looked.set()
        self._looked = asyncio.Event()

    async def _keep_rows(self) -> None:
        """Write down how this process is, and forget those that are gone; a database that is busy costs neither locks nor shards."""
        try:
            if self._standing() != self._seen or time.monotonic() - self._seen_at > _SEEN_SECONDS:
                await self._show()
            if self.shards.leads:
                await self._forget_dead()
        except StorageError as error:
            _log.warning("how this process is could not be written down; it is tried again: %s", error)

    async def _claim(self, session: ClusterSession) -> None:
        """Take free shards, as far as there is room."""
        room = self._plan.at_most - len(self.shards.held) - len(self._due)
        taken = {one.number for one in self._locks if one.lock is Lock.SHARD}
        free = [shard for shard in self._plan.wanted(self.shards.count) if shard not in taken and shard < self.shards.count]
        if room <= 0 or not free:
            return
        try:
            orderly = all(row.number in self.live for row in await self._rows())
        except StorageError:
            orderly = False
        for shard in free[:room]:
            if await session.take(Lock.SHARD, shard):
                self._due[shard] = time.monotonic() + (0.0 if orderly else _GRACE_SECONDS)
        self._locks = await session.held()

    def _serve_due(self) -> None:
        for shard in [shard for shard, due in self._due.items() if due <= time.monotonic()]:
            del self._due[shard]
            self.shards.held.add(shard)
            self._served.add(shard)
            self._taken.put_nowait(shard)

    def _standing(self) -> tuple[object, ...]:
        standing = self.standing()
        return standing.version, standing.fingerprint, standing.servers, self._room, self._built

    @property
    def _room(self) -> int:
        return 0 if self._draining else max(0, self._plan.at_most - len(self.shards.held) - len(self._due))

    async def _show(self) -> None:
        if self.number < 0:
            return
        standing, self._seen, self._seen_at = self.standing(), self._standing(), time.monotonic()
        values = {
            "name": self._name,
            "version": standing.version,
            "fingerprint": standing.fingerprint,
            "servers": standing.servers,
            "latency_ms": standing.latency_ms,
            "room": self._room,
            "built": self._built,
            "started_at": self._started_at,
            "seen_at": datetime.now(UTC),
        }
        async with self._database.write() as connection:
            await connection.execute(upsert(processes, {"number": self.number}, values))

    async def _forget_rows(self, numbers: list[int]) -> None:
        with contextlib.suppress(StorageError):
            async with self._database.write() as connection:
                await connection.execute(sa.delete(processes).where(processes.c.number.in_(numbers)))

    async def _forget_dead(self) -> None:
        """Delete the rows of processes that have been gone for a while."""
        gone = {row.number for row in await self._rows()} - self.live
        now = time.monotonic()
        self._dead_since = {number: self._dead_since.get(number, now) for number in gone}
        old = sorted(number for number, since in self._dead_since.items() if now - since > _DEAD_SECONDS)
        if old:
            await self._forget_rows(old)

    async def _rows(self) -> list[StoredRow]:
        async with self._database.read() as connection:
            return list(await connection.execute(sa.select(processes)))
