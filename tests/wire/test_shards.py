"""Several processes of the shipped bot, each on some shards, over one PostgreSQL: each server has one of them at any time."""

from __future__ import annotations

import asyncio
import itertools
import random
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
import simcord

from bot.errors import ExitCode
from bot.storage.hashing import key_file
from bot.storage.postgres import session
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.postgres import ON_SERVER, Server, running_server
from tests.wire.conftest import ANSWER, QUESTION, Wire, seen
from tests.wire.process import BotProcess
from tests.wire.simulation import snowflake
from tests.wire.voting import Voters

SHARDS = 2
_AT_ONCE = 12


@pytest.fixture(scope="module")
def server(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Iterator[Server]:
    """A PostgreSQL server."""
    with running_server(made_once) as server:
        yield server


class Together:
    """Two servers on different shards, and processes that serve them from one folder."""

    def __init__(self, wire: Wire, server: Server, folder: Path) -> None:
        self.wire, self.server, self.folder = wire, server, folder
        self.guilds = [self.guild(shard) for shard in range(SHARDS)]
        self.started: list[BotProcess] = []
        self.knowledge = SMALL_KNOWLEDGE
        self.server_was_restarted = False

    def guild(self, shard: int, place: int = 0) -> tuple[simcord.ChannelHandle, simcord.MemberActor]:
        """Make a server of a shard, the first one or another, with a member."""
        env = self.wire.discord.env
        ids = (snowflake(milliseconds / 1000) for milliseconds in itertools.count())
        guild = env.create_guild(
            f"Shard {shard}", id=next(itertools.islice((one for one in ids if (one >> 22) % SHARDS == shard), place, None))
        )
        return guild.create_text_channel("general"), guild.add_member(env.create_user(f"member-{shard}-{place}"))

    async def process(self, shards: str, at_most: int | None = None) -> BotProcess:
        """Start a process; it may have to wait for shards."""
        bot = BotProcess(self.folder, self.wire.discord.address, self.wire.discord.changes, knowledge=self.knowledge)
        self.started.append(bot)
        changes = {"BOT_DATABASE_URL": self.server.url("shared"), "BOT_SHARDING_SHARDS": shards}
        await bot.start(changes={**changes, **({} if at_most is None else {"BOT_SHARDING_AT_MOST": str(at_most)})})
        return bot

    async def asks(self, shard: int) -> simcord.InteractionResult:
        """Ask in the server of a shard."""
        channel, member = self.guilds[shard]
        return self.wire._patient(await member.slash(channel, "ask", question=QUESTION))

    async def answered(self, shard: int) -> simcord.ResponseMessage:
        """Ask, and get the answer."""
        return await self.wire.answered(await self.asks(shard), ANSWER)

    def own_knowledge(self) -> Path:
        """A knowledge folder of which a test may change the files; for processes that are started afterwards."""
        self.knowledge = Path(shutil.copytree(SMALL_KNOWLEDGE, self.folder / "knowledge"))
        return self.knowledge

    async def serving(self) -> BotProcess:
        """Wait until one of the processes serves, and which."""

        def found() -> BotProcess | None:
            return next((bot for bot in self.started if bot.running and "ready: version" in bot.log), None)

        return await self.wire.discord.changes.until(found, "a process that serves")

    async def until_identified(self, times: int) -> None:
        """Wait until shards have identified so often; from then on, a shard hears what happens in its servers."""
        identified = self.wire.discord.gateway.identified
        await self.wire.discord.changes.until(lambda: len(identified) >= times, f"{times} times a shard identifies")

    def stored(self, query: str) -> list[tuple[object, ...]]:
        with session(self.server.database(self.folder / "bot.sqlite3", "shared")) as connection:
            return list(connection.execute(query).fetchall())


@pytest_asyncio.fixture(loop_scope="module")
async def together(wire: Wire, server: Server, tmp_path: Path) -> AsyncIterator[Together]:
    """Nothing runs yet, and the database is empty."""
    server.run("DROP DATABASE IF EXISTS shared WITH (FORCE)", "CREATE DATABASE shared")
    made = Together(wire, server, tmp_path)
    wire.discord.gateway.identified.clear()
    yield made
    for bot in made.started:
        await bot.kill()
    assert made.server_was_restarted or "Traceback" not in "".join(bot.log for bot in made.started)


async def test_a_process_with_some_of_the_shards_marks_no_server_of_others_as_gone(together: Together) -> None:
    first = await together.process("0/2")
    await first.ready()
    second = await together.process("1/2")
    await second.ready()
    for shard in range(SHARDS):
        await together.answered(shard)
    assert await second.stop() == ExitCode.OK

    again = await together.process("1/2")
    await again.ready()
    await together.answered(1)

    assert together.stored("SELECT count(*) FROM guild_settings WHERE removed_at IS NOT NULL") == [(0,)]
    assert len(together.stored("SELECT DISTINCT guild_id FROM answers")) == SHARDS


async def test_shards_identify_at_least_five_seconds_apart_in_whatever_process(together: Together) -> None:
    first, second = await together.process("0/2"), await together.process("1/2")
    await first.ready()
    await second.ready()

    identified = sorted(at for _, at in together.wire.discord.gateway.identified)

    assert sorted(shard for shard, _ in together.wire.discord.gateway.identified) == [0, 1]
    assert identified[1] - identified[0] >= 5


async def test_shards_are_handed_over_one_by_one_and_every_question_is_answered_once(together: Together) -> None:
    first = await together.process("auto/2")
    await first.ready()
    second = await together.process("auto/2")
    await second.logged("this process stands by")
    for shard in range(SHARDS):
        await together.answered(shard)

    ended = asyncio.create_task(first.stop())
    asked = []
    while not ended.done():
        asked += [await together.asks(shard) for shard in range(SHARDS)]
        await asyncio.wait((ended,), timeout=0.5)
    await together.until_identified(2 * SHARDS)

    assert ended.result() == ExitCode.OK
    for shard in range(SHARDS):
        await together.answered(shard)
    once = [one for one in asked if seen(one)]
    assert all(seen(one).count(ANSWER) == 1 for one in once)


async def test_shards_of_a_killed_process_are_taken_by_the_one_that_stands_by(together: Together) -> None:
    first = await together.process("auto/2")
    await first.ready()
    second = await together.process("auto/2")
    await second.logged("this process stands by")

    await first.kill()
    await together.until_identified(2 * SHARDS)

    for shard in range(SHARDS):
        await together.answered(shard)
    assert second.running


async def test_a_server_that_removed_the_bot_while_its_shard_was_not_connected_is_noticed_when_it_connects(together: Together) -> None:
    together.guilds.append(together.guild(1, place=1))
    bot = await together.process("auto/2")
    await bot.ready()
    for number in range(len(together.guilds)):
        await together.answered(number)
    discord, gone = together.wire.discord, set[int]()

    def noticed() -> bool:
        stored = together.stored("SELECT guild_id FROM guild_settings WHERE removed_at IS NOT NULL")
        return {guild_id for (guild_id,) in stored} == gone

    for times, (channel, _) in enumerate(together.guilds[1:], start=2):  # one of the shard's servers each time
        assert channel.guild is not None
        gone.add(channel.guild.id)
        del discord.backend.guilds[channel.guild.id]
        await discord.gateway.close(4007)
        await together.until_identified(times * SHARDS)
        await discord.changes.until(noticed, "the servers that are gone count as gone, and no others")
    await together.answered(0)
    assert noticed()


async def test_the_knowledge_is_reloaded_in_all_processes_or_in_none(together: Together) -> None:
    knowledge = together.own_knowledge()
    first, second = await together.process("0/2"), await together.process("1/2")
    await first.ready()
    await second.ready()

    (article, *_) = sorted(knowledge.rglob("*.md"))
    article.write_text(article.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    first.signal(signal.SIGHUP)
    for bot in (first, second):
        await bot.logged("knowledge reloaded with the other processes")

    article.with_name("worse.md").write_bytes(b"\0")
    second.signal(signal.SIGHUP)
    await second.logged("Nothing was reloaded, in none of the processes")
    assert [bot.log.count("knowledge reloaded with the other processes") for bot in (first, second)] == [1, 1]
    for shard in range(SHARDS):
        await together.answered(shard)


@pytest.mark.parametrize(("kills", "restarts"), [(4, 1), pytest.param(300, 20, marks=pytest.mark.soak)])
async def test_no_vote_that_was_confirmed_is_lost_when_processes_are_killed_and_the_server_restarted(
    wire: Wire, together: Together, server: Server, kills: int, restarts: int
) -> None:
    chance = random.Random(17)
    for _ in range(2):
        await together.process("auto/1")
    serves = await together.serving()
    voters = await Voters.of(wire)
    for number in range(kills):
        reached = voters.requests() + chance.randint(1, 2 * _AT_ONCE)
        voters.vote(_AT_ONCE)
        await wire.discord.changes.until(partial(voters.have_led_to, reached), "the votes are being answered")
        if number % (kills // restarts) == 1:
            await asyncio.to_thread(server.stop, "immediate")
            await asyncio.to_thread(server.start)
            together.server_was_restarted = True
        await serves.kill()
        await together.process("auto/1")
        serves = await together.serving()
    try:
        await wire.works()
    except AssertionError as error:
        error.add_note(serves.log[-4_000:])
        raise

    ON_SERVER[wire.bot.database] = server.database(wire.bot.database, "shared")
    shutil.copy2(together.folder / "bot.sqlite3.key", key_file(wire.bot.database))
    confirmed = voters.confirmed()
    assert confirmed - voters.stored(wire.bot.database) == set()
    assert 0 < len(confirmed) < voters.voted, "the kills fell before or after all votes, so they show nothing"
