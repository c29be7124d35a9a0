"""Processes that share a bot, each with its own connection to a real PostgreSQL: who gets which shard, and what follows from an end."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.cluster.membership import Cluster, Standing
from bot.cluster.session import Announcement, Topic, announce, status
from bot.cluster.shards import ShardPlan, Shards
from bot.cluster.turns import take_turn
from bot.errors import ConfigError, DatabaseRefused
from bot.storage.database import Database, store_fact
from bot.storage.postgres import PostgresDatabase, Serving
from bot.storage.tables import processes
from tests.conftest import PATIENCE_SECONDS
from tests.integration.postgres import TEMPLATE, Server


@pytest.fixture
def place(server: Server, tmp_path: Path) -> PostgresDatabase:
    """An empty database of today's schema."""
    server.make("bot", TEMPLATE)
    return server.database(tmp_path / "bot.sqlite3")


class Process:
    """What a process of the bot has of the cluster."""

    def __init__(self, place: PostgresDatabase, plan: str, at_most: int | None = None) -> None:
        self.shards = Shards(1, set(), leads=False)
        self.database = Database(place, serving=Serving.TOGETHER)
        self.cluster = Cluster(place, self.database, ShardPlan.read(plan, at_most), self.shards, f"process with {plan}")
        self.cluster.standing = lambda: Standing("1", "green", len(self.shards.held), 40)
        self.heard: list[Announcement] = []
        self.cut_off: list[bool] = []
        self.cluster.hears.append(self.heard.append)
        self.cluster.cut_off.append(self.cut_off.append)
        self.left: list[int] = []
        self._stack = AsyncExitStack()

    async def join(self) -> Process:
        await self._stack.enter_async_context(self.cluster.joined())
        await self.cluster.looked()  # so that it has had its turn before the next one joins
        return self

    async def end(self) -> None:
        """As with SIGTERM."""
        await self.cluster.hand_over(self._leave, 1)
        await self.vanish()

    async def vanish(self) -> None:
        """As with kill -9, for the others."""
        await self._stack.aclose()
        await self.database.close()

    async def _leave(self, shard: int) -> None:
        self.left.append(shard)


@asynccontextmanager
async def running(*processes: Process) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for one in processes:
            stack.push_async_callback(one.vanish)
            await one.join()
        yield


async def until(process: Process, condition: Callable[[], bool]) -> None:
    """Wait for something that is so after one of the looks of a process."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await process.cluster.looked()


async def test_each_shard_has_one_process_and_one_of_them_leads(place: PostgresDatabase) -> None:
    first, second = Process(place, "auto/5", 3), Process(place, "auto", 3)
    async with running(first, second):
        await until(second, lambda: len(first.shards.held | second.shards.held) == 5)

        assert first.shards.held == {0, 1, 2}
        assert second.shards.held == {3, 4}
        assert first.shards.count == second.shards.count == 5
        assert [first.shards.leads, second.shards.leads] == [True, False]


async def test_a_process_whose_shards_are_taken_waits_and_takes_them_when_they_are_handed_over(place: PostgresDatabase) -> None:
    first, second = Process(place, "0-2/3"), Process(place, "0-2/3")
    async with running(first, second):
        assert await first.cluster.first_shards() == (0, 1, 2)
        await until(second, lambda: len(second.cluster.live) == 2)
        assert second.shards.held == set()

        await first.end()
        await until(second, lambda: second.shards.held == {0, 1, 2})

    assert first.left == [0, 1, 2]
    assert first.shards.held == set()


async def test_shards_of_a_process_that_was_killed_are_taken_and_the_lead_with_them(place: PostgresDatabase) -> None:
    first, second = Process(place, "auto/2"), Process(place, "auto/2")
    async with running(first, second):
        await first.cluster.first_shards()
        await first.vanish()

        assert await second.cluster.first_shards() == (0, 1)
        await until(second, lambda: second.shards.leads)


async def test_a_process_that_stands_by_does_not_lead(place: PostgresDatabase, server: Server) -> None:
    first, second = Process(place, "auto/2"), Process(place, "auto/2")
    async with running(first, second):
        await until(first, lambda: first.shards.leads)
        for _ in range(2):
            await asyncio.to_thread(server.stop, "immediate")
            await asyncio.to_thread(server.start)
            await until(second, lambda: first.cut_off == second.cut_off and not first.cut_off[-1])
            await until(first, lambda: first.shards.leads)
            first.cut_off.clear()
            second.cut_off.clear()

        assert not second.shards.leads


async def test_another_number_of_shards_is_refused_while_a_process_runs_and_kept_when_none_does(place: PostgresDatabase) -> None:
    first = Process(place, "auto/4")
    async with running(first):
        other = Process(place, "auto/8")
        with pytest.raises(DatabaseRefused, match="serve 4 shards, and this one was asked for 8"):
            await other.join()
        await other.vanish()

    later = Process(place, "auto/8")
    async with running(later):
        await until(later, lambda: len(later.shards.held) == 8)


async def test_how_many_shards_there_are_must_be_said_once(place: PostgresDatabase) -> None:
    first = Process(place, "auto")
    with pytest.raises(ConfigError, match=r"is not known yet\. Say it once, such as auto/2"):
        await first.join()
    await first.vanish()


async def test_what_one_announces_all_hear_once_it_is_saved_and_never_when_it_is_not(place: PostgresDatabase) -> None:
    first, second = Process(place, "auto/1"), Process(place, "auto/1")
    async with running(first, second):
        with contextlib.suppress(ZeroDivisionError):
            async with first.database.write() as connection:
                await announce(connection, Topic.SETTINGS, "never")
                raise ZeroDivisionError
        async with first.database.write() as connection:
            await announce(connection, Topic.DELETED)
            await announce(connection, Topic.BUILD, "abc")

        await until(second, lambda: len(first.heard) == len(second.heard) == 2)
        assert first.heard == second.heard == [Announcement(Topic.DELETED, ""), Announcement(Topic.BUILD, "abc")]


async def test_a_restart_of_the_server_moves_no_shard_and_nothing_held_is_used_until_it_is_back(
    place: PostgresDatabase, server: Server
) -> None:
    first, second = Process(place, "auto/3"), Process(place, "auto/3")
    async with running(first, second):
        await until(second, lambda: first.shards.held == {0, 1, 2})
        await asyncio.to_thread(server.stop, "immediate")
        await until(second, lambda: first.cut_off == second.cut_off == [True])
        await asyncio.to_thread(server.start)
        await until(second, lambda: first.cut_off == second.cut_off == [True, False])
        await until(second, lambda: first.shards.leads or second.shards.leads)

        assert first.shards.held == {0, 1, 2}
        assert second.shards.held == set()
        assert not first.cluster.lost.is_set()


async def test_a_process_that_was_cut_off_and_whose_shard_another_one_has_says_that_it_is_lost(
    place: PostgresDatabase, server: Server
) -> None:
    first, second = Process(place, "auto/2"), Process(place, "auto/2")
    async with running(first, second):
        await until(second, lambda: first.shards.held == {0, 1})
        first.cluster._place = server.database(place.path, "nowhere")  # it does not come back
        session = first.cluster._session.partition(" ")[0]
        server.run(f"SELECT pg_terminate_backend({session})")
        await until(second, lambda: second.shards.held == {0, 1})

        first.cluster._place = place
        await first.cluster.lost.wait()
        assert first.shards.held == set()


async def test_a_process_that_ends_while_the_server_is_down_waits_for_nobody(place: PostgresDatabase, server: Server) -> None:
    first, second = Process(place, "auto/3"), Process(place, "auto/3")
    async with running(first, second):
        await until(second, lambda: first.shards.held == {0, 1, 2})
        await asyncio.to_thread(server.stop, "immediate")
        try:
            await first.end()
        finally:
            await asyncio.to_thread(server.start)

    assert first.left == [0, 1, 2]


async def test_a_process_whose_place_is_lost_by_a_fault_of_its_own_serves_no_longer(place: PostgresDatabase) -> None:
    first = Process(place, "auto/1")
    async with running(first):
        await until(first, lambda: first.shards.held == {0})

        def broken() -> Standing:
            raise ZeroDivisionError

        first.cluster.standing = broken
        async with asyncio.timeout(PATIENCE_SECONDS):
            await first.cluster.lost.wait()
        await first.end()

    assert (first.left, first.shards.held) == ([0], set())


async def test_shards_of_one_bucket_take_turns_whatever_process_they_are_in(place: PostgresDatabase) -> None:
    first, second = Process(place, "auto/4"), Process(place, "auto/4")
    async with running(first, second):
        waits = await asyncio.gather(
            *(take_turn(one.database, shard, 2) for shard, one in ((0, first), (1, second), (2, second), (3, first), (4, first)))
        )
        even, odd = sorted((waits[0], waits[2], waits[4])), sorted((waits[1], waits[3]))

        assert (await asyncio.to_thread(status, place)).identified == 5
        assert all(later - sooner > 5 for bucket in (even, odd) for sooner, later in itertools.pairwise(bucket))
        assert even[0] < 5 > odd[0]


async def test_status_shows_who_runs_and_no_row_of_one_that_is_gone(place: PostgresDatabase) -> None:
    first, second = Process(place, "auto/3", 2), Process(place, "auto/3", 2)
    async with running(first, second):
        await until(second, lambda: [len(first.shards.held), len(second.shards.held)] == [2, 1])
        await store_fact(first.database, "nothing", "in particular")
        async with first.database.write() as connection:
            gone = {"number": 77, "name": "gone", "version": "1", "fingerprint": "", "servers": 1, "room": 9}
            await connection.execute(sa.insert(processes).values(**gone, started_at=datetime.now(UTC), seen_at=datetime.now(UTC)))

        await second.cluster.looked()
        await second.cluster.looked()  # what it is was written down after the look before
        found = await asyncio.to_thread(status, place)

        assert [(one.number, one.shards, one.leads) for one in found.processes] == [(0, (0, 1), True), (1, (2,), False)]
        assert found.free == ()
        assert found.count == 3
        await second.vanish()
        await until(first, lambda: len(first.cluster.live) == 1)
        assert (await asyncio.to_thread(status, place)).free == (2,)
