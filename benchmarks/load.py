"""Many servers on several processes: what a machine takes, what a server costs, and how long a shard is silent at a deploy.

A simulated Discord (``tests.wire.crowd``) with thousands of servers, the shipped bot as processes that share its shards, and a real
PostgreSQL that writes through to the disk, all on one machine: the simulation and the database take their part of its processors, and the
page says how much. Members ask, look up, type and vote by fixed draws, at random moments, whatever the bot does; others write messages
that are none of its business, which a bot hears of as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bot.answering.knowledge import KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.bootstrap.stages import open_stages
from bot.cluster.shards import ShardPlan
from bot.config import Config
from bot.corpus.files import Limits
from bot.evaluation.golden import load_golden
from bot.guilds.settings import GuildSettings
from tests.integration.postgres import AS_INSTALLED, Server, make_cluster, started_server
from tests.interactions.reading import walk
from tests.wire.crowd import Community, Crowd, Exchange
from tests.wire.process import BotProcess

KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"
SERVERS, SHARDS = 10_000, 6
RATES = (20, 40, 60, 80, 100, 130, 160, 200)
"""Interactions a second that are tried, until one is not taken."""
SECONDS = 60.0
IN_TIME_SECONDS, P99_SECONDS = 3.0, 0.5
"""Within which all, and 99 of 100, must be acknowledged."""
MESSAGES = 50
"""A second, beside the interactions."""
_MESSAGES_HEARD, _CHAT_RATE = 5_000, 250.0
_WARM_UP_SECONDS = 10.0
_FINISH_SECONDS = 30.0
_SETTLE_SECONDS = 15.0
_MEMBERS = 50_000
_BUSY = "more to do than I can manage"
_ASKED, _TYPED, _LOOKED_UP = 0.4, 0.65, 0.8
"""Up to which draw somebody asks, types a name, looks one up; the rest votes on an answer."""
_TYPED_TEXTS = ("co", "open w", "mis", "lla", "apa", "gg", "quant", "fine t", "stable", "lic")
_TERMS = ("copyleft", "open weights", "quantization", "tokenizer", "embedding", "checkpoint")


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A minute at one rate."""

    processes: int
    rate: float
    """Interactions a second, as they were sent."""
    sent: int
    missed: int
    """Acknowledged later than Discord takes it, or not at all, or refused."""
    p50: float
    p99: float
    slowest: float
    """Seconds until the acknowledgment."""
    finished_p99: float
    """Seconds until it said what was asked for."""
    bot_cores: float
    """Processor seconds a second of all processes of the bot."""
    database_cores: float
    discord_cores: float
    """Of the simulation itself."""
    memory: int
    """Bytes of all processes of the bot."""

    @property
    def taken(self) -> bool:
        """Whether everything was acknowledged in time and nearly everything at once."""
        return self.missed == 0 and self.p99 <= P99_SECONDS


@dataclass(frozen=True, slots=True)
class ServerCost:
    """What servers cost a process that is asked nothing."""

    few: int
    many: int
    """Servers."""
    memory_few: int
    memory_many: int
    """Bytes of the process."""
    message: float
    """Processor seconds for a message that is none of the bot's business."""

    @property
    def bytes_each(self) -> float:
        """Bytes a server."""
        return (self.memory_many - self.memory_few) / (self.many - self.few)


@dataclass(frozen=True, slots=True)
class Deploy:
    """All processes are replaced, one after the other, while members go on."""

    processes: int
    rate: float
    seconds: float
    sent: int
    undelivered: int
    """What happened while a shard had no connection; Discord shows that the bot does not respond."""
    unanswered: int
    twice: int
    """Of those delivered."""
    silences: tuple[float, ...]
    """Of each shard, seconds without a connection, each time."""


@dataclass(frozen=True, slots=True)
class Load:
    """All that is measured here."""

    minutes: tuple[LoadRow, ...]
    cost: ServerCost
    deploy: Deploy
    obeyed_p50: float
    obeyed_p99: float
    """Seconds from a change of a setting in one process until another obeys it."""


class Members:
    """Who use the bot in all servers, from a fixed sequence of draws."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._chance = random.Random(17)
        self._questions = [one.question for one in load_golden(KNOWLEDGE).questions]
        self._open: list[tuple[Community, Exchange]] = []
        self._votable: list[tuple[Community, str]] = []

    async def go_on(self, rate: float, seconds: float, *, messages: float = MESSAGES) -> list[Exchange]:
        """Let so many interactions a second come for so long."""
        sent: list[Exchange] = []
        start = due = written = time.monotonic()
        while (due := due + self._chance.expovariate(rate)) < start + seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            while written < due:
                self._crowd.message(self._chance.choice(self._crowd.communities), self._member())
                written += self._chance.expovariate(messages)
            sent.append(self._act())
        return sent

    async def chat(self, messages: int) -> None:
        """Let so many messages come, and the last ones be heard."""
        start = time.monotonic()
        for number in range(messages):
            await asyncio.sleep(max(0.0, start + number / _CHAT_RATE - time.monotonic()))
            self._crowd.message(self._chance.choice(self._crowd.communities), self._member())
        await asyncio.sleep(1)

    def _member(self) -> int:
        return 10_000_000 + self._chance.randrange(_MEMBERS)

    def _act(self) -> Exchange:
        community, draw = self._chance.choice(self._crowd.communities), self._chance.random()
        if draw < _ASKED:
            made = self._crowd.command(community, "ask", self._member(), question=self._chance.choice(self._questions))
            self._open.append((community, made))
            return made
        if draw < _TYPED:
            return self._crowd.command(community, "glossary", self._member(), typing=True, term=self._chance.choice(_TYPED_TEXTS))
        if draw < _LOOKED_UP or not (votable := self._an_answer()):
            return self._crowd.command(community, "glossary", self._member(), term=self._chance.choice(_TERMS))
        return self._crowd.press(*votable, self._member())

    def _an_answer(self) -> tuple[Community, str] | None:
        """An answer that somebody got, each for one vote."""
        for community, exchange in self._open:
            found = [node for body in exchange.said for node in _components(body) if str(node.get("label", "")).startswith("Helpful")]
            self._votable += [(community, str(found[0]["custom_id"]))] if found else []
        self._open = [one for one in self._open if one[1].finished is None]
        return self._votable.pop() if self._votable else None


def _components(body: object) -> Iterator[dict[str, object]]:
    inner = body.get("data", body) if isinstance(body, dict) else body
    yield from (dict(node) for node in walk(inner))


class Service:
    """The bot as processes that share one folder, one database and the shards of a crowd."""

    def __init__(self, crowd: Crowd, server: Server, folder: Path, knowledge: Path) -> None:
        self._crowd, self._server, self._folder, self._knowledge = crowd, server, folder, knowledge
        self.running: list[BotProcess] = []

    async def start(self, at_most: int) -> BotProcess:
        """Start one more process."""
        bot = BotProcess(self._folder, self._crowd.address, self._crowd.changes, knowledge=self._knowledge)
        changes = {
            "BOT_DATABASE_URL": self._server.url("load"),
            "BOT_SHARDING_SHARDS": f"auto/{self._crowd.shards}",
            "BOT_SHARDING_AT_MOST": str(at_most),
        }
        await bot.start(changes=changes)
        self.running.append(bot)
        return bot

    async def serving(self) -> None:
        """Wait until each shard has a connection and each process that has some is ready."""
        shards = range(self._crowd.shards)
        await self._crowd.changes.until(lambda: all(map(self._crowd.has, shards)), "all shards are connected", 600)
        for bot in self.running:
            await bot.ready()

    async def stop(self) -> None:
        """Stop all processes."""
        await asyncio.gather(*(bot.stop() for bot in self.running))
        self.running.clear()

    def processor_seconds(self) -> float:
        """Of all processes, and of those that they have started."""
        return sum(map(_processor_seconds, (bot.pid for bot in self.running)))

    def memory(self) -> int:
        """Bytes of all processes."""
        return sum(_memory(bot.pid) for bot in self.running)


@asynccontextmanager
async def service(crowd: Crowd, server: Server, knowledge: Path = KNOWLEDGE) -> AsyncIterator[Service]:
    """The bot with an empty database; nothing runs yet."""
    server.run("DROP DATABASE IF EXISTS load WITH (FORCE)", "CREATE DATABASE load")
    with tempfile.TemporaryDirectory() as folder:
        made = Service(crowd, server, Path(folder), knowledge)
        try:
            yield made
        finally:
            for bot in made.running:
                await bot.kill()


async def minute(crowd: Crowd, members: Members, running: Service, server: Server, rate: float) -> LoadRow:
    """Let members go on for a minute, after some seconds to get used to the rate."""
    await members.go_on(rate, _WARM_UP_SECONDS)
    before = _times(running, server)
    start = time.monotonic()
    sent = await members.go_on(rate, SECONDS)
    seconds = time.monotonic() - start
    bot, database, discord = (now - then for now, then in zip(_times(running, server), before, strict=True))
    with contextlib.suppress(AssertionError):  # what is not finished by then counts as missed
        await crowd.changes.until(lambda: all(one.finished for one in sent), "all is answered", _FINISH_SECONDS)
    waits = sorted(one.acknowledged - one.sent if one.acknowledged else float("inf") for one in sent)
    done = sorted(one.finished - one.sent if one.finished else float("inf") for one in sent)
    refused = sum(_BUSY in str(one.said) for one in sent)
    row = LoadRow(
        len(running.running), len(sent) / seconds, len(sent), sum(wait > IN_TIME_SECONDS for wait in waits) + refused,
        statistics.median(waits), waits[len(waits) * 99 // 100], waits[-1], done[len(done) * 99 // 100],
        bot / seconds, database / seconds, discord / seconds, running.memory(),
    )  # fmt: skip
    crowd.exchanges.clear()
    _say(row)
    return row


def _times(running: Service, server: Server) -> tuple[float, float, float]:
    own = os.times()
    return running.processor_seconds(), sum(map(_processor_seconds, _descendants(server.pid))), own.user + own.system


async def minutes(server: Server, processes: int, rates: Sequence[float] = RATES) -> list[LoadRow]:
    """Ask for more and more of so many processes, until they do not take it."""
    rows: list[LoadRow] = []
    crowd = Crowd(SERVERS, SHARDS, concurrency=SHARDS)
    async with crowd.serving(), service(crowd, server) as running:
        for _ in range(processes):
            await running.start(-(-SHARDS // processes))
        await running.serving()
        await asyncio.sleep(_SETTLE_SECONDS)
        members = Members(crowd)
        for rate in rates:
            rows.append(await minute(crowd, members, running, server, rate))
            if not rows[-1].taken:
                break
            await asyncio.sleep(2)
        assert not crowd.unknown, crowd.unknown
        await running.stop()
    return rows


async def cost(server: Server, few: int = 100, many: int = SERVERS) -> ServerCost:
    """The memory of one process with few and with many servers, some seconds after it is ready, and what hearing of messages takes."""
    memory = []
    spent = 0.0
    for servers in (few, many):
        crowd = Crowd(servers, SHARDS, concurrency=SHARDS)
        async with crowd.serving(), service(crowd, server) as running:
            await running.start(SHARDS)
            await running.serving()
            await asyncio.sleep(_SETTLE_SECONDS)
            memory.append(running.memory())
            spent = -running.processor_seconds()
            await Members(crowd).chat(_MESSAGES_HEARD)
            spent += running.processor_seconds()
            await running.stop()
    return ServerCost(few, many, memory[0], memory[1], spent / _MESSAGES_HEARD)


async def deploy(
    server: Server, processes: int = 3, rate: float = 10.0, servers: int = SERVERS, shards: int = SHARDS, knowledge: Path = KNOWLEDGE
) -> Deploy:
    """Replace each process by a new one while members go on: the new one stands by, then the old one is asked to stop."""
    crowd = Crowd(servers, shards)
    at_most = shards // processes
    async with crowd.serving(), service(crowd, server, knowledge) as running:
        for _ in range(processes):
            await running.start(at_most)
        await running.serving()
        await asyncio.sleep(_SETTLE_SECONDS)
        members = Members(crowd)
        crowd.silences.clear()
        start = time.monotonic()
        going = asyncio.create_task(_until_replaced(members, rate, done := asyncio.Event()))
        for old in list(running.running):
            new = await running.start(at_most)
            await new.logged("this process stands by")
            assert await old.stop() == 0
            running.running.remove(old)
            await running.serving()
        done.set()
        sent = await going
        seconds = time.monotonic() - start
        delivered = [one for one in sent if one.delivered]
        with contextlib.suppress(AssertionError):  # those that never are answered are counted below
            await crowd.changes.until(lambda: all(one.finished is not None for one in delivered), "all is answered")
        await asyncio.sleep(_SETTLE_SECONDS)  # what is answered twice is seen
        await running.stop()
    return Deploy(
        processes, len(sent) / seconds, seconds, len(sent), len(sent) - len(delivered), sum(one.finished is None for one in delivered),
        sum(one.callbacks > 1 for one in delivered), tuple(crowd.silences),
    )  # fmt: skip


async def _until_replaced(members: Members, rate: float, done: asyncio.Event) -> list[Exchange]:
    sent: list[Exchange] = []
    while not done.is_set():
        sent += await members.go_on(rate, 1.0)
    return sent


async def obeyed(server: Server, changes: int = 300) -> list[float]:
    """Seconds from each of many changes of a setting in one process until another obeys it, the saving included; in order of length."""
    server.run("DROP DATABASE IF EXISTS load WITH (FORCE)", "CREATE DATABASE load")
    built = build_knowledge(KnowledgeSource(KNOWLEDGE, Limits(), AnswerSettings()))
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bot.sqlite3"
        config = Config.model_validate({"knowledge": {"path": KNOWLEDGE}, "database": {"path": path, "url": server.url("load")}})
        async with AsyncExitStack() as stack:
            here, there = [await stack.enter_async_context(open_stages(config, built, plan=ShardPlan.read("auto/2", 1))) for _ in range(2)]
            heard = asyncio.Event()
            assert there.following is not None
            there.following.on_change.append(lambda _: heard.set())
            for number in range(changes):
                heard.clear()
                asked = time.monotonic()
                await here.guilds.change(1 << 22, 1, partial(_switched, to=bool(number % 2)))
                await heard.wait()
                waits.append(time.monotonic() - asked)
    return sorted(waits)


def _switched(now: GuildSettings, to: bool) -> GuildSettings:
    return replace(now, vote_controls=to)


def measure_load(rates: Sequence[float] = RATES) -> Load:
    """Measure everything; takes about half an hour."""
    with tempfile.TemporaryDirectory() as folder:
        make_cluster(cluster := Path(folder) / "cluster")
        with started_server(cluster, AS_INSTALLED) as server:
            waits = asyncio.run(obeyed(server))
            each = asyncio.run(cost(server))
            rows = [row for processes in (1, 2, 3) for row in asyncio.run(minutes(server, processes, rates))]
            replaced = asyncio.run(deploy(server))
    return Load(tuple(rows), each, replaced, statistics.median(waits), waits[len(waits) * 99 // 100])


def _descendants(pid: int) -> list[int]:
    """A process and those that it has started, and those that they have."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(one for child in children for one in _descendants(int(child)))]


def _processor_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except FileNotFoundError:  # it has ended meanwhile
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    found = re.search(r"^Pss:\s+([0-9]+) kB$", Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"), re.MULTILINE)
    assert found is not None
    return 1024 * int(found[1])


def _say(row: LoadRow) -> None:
    print(
        f"  {row.processes} processes, {row.rate:.0f}/s: {row.sent} sent, {row.missed} missed, acknowledged {1000 * row.p50:.0f} / "
        f"{1000 * row.p99:.0f} / {1000 * row.slowest:.0f} ms, done {1000 * row.finished_p99:.0f} ms; processors: bot {row.bot_cores:.2f}, "
        f"database {row.database_cores:.2f}, simulation {row.discord_cores:.2f}; {row.memory >> 20} MB",
        file=sys.stderr,
        flush=True,
    )
