"""``run``: the bot on Discord, from the first check to the last commit.

Everything that can be wrong here is found before connecting: a crash loop that connects each time makes Discord reset the token.
SIGTERM and Ctrl-C let the handlers that are under way finish, disconnect and close the database; a second signal ends at once. SIGHUP
reloads the knowledge. What ends the connection for good has its own exit code; anything else asks the supervisor for a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import assert_never

import discord
from rich.console import Console

import bot
from bot.bootstrap.knowledge import load_knowledge
from bot.bootstrap.stages import Stages, open_stages
from bot.client import FaqBot, ShardedFaqBot
from bot.cluster.membership import Cluster, Standing
from bot.cluster.session import Topic
from bot.cluster.shards import ShardPlan
from bot.config import Config
from bot.corpus.problems import faults
from bot.errors import BotError, ConfigError, ConnectionRefused, ExitCode, KnowledgeError, StorageError, TokenError
from bot.heartbeat import EVERY_SECONDS, beat
from bot.log import start_logging
from bot.monitoring import monitored, observer_for
from bot.storage.dialect import place_of
from bot.storage.hashing import key_file
from bot.storage.opening import prepare_database
from bot.storage.postgres import PostgresDatabase

_log = logging.getLogger(__name__)

_DRAIN_SECONDS = 10.0
_STANDS_BY_SECONDS = 3.0
"""After which a process without shards says so; those of a process that was killed it has by then."""
_HANDLER_TASKS = ("discord.py: on_", "discord-ui-", "CommandTree-", "discord-app-commands")
_REFUSED_CODES = {
    4010: "the shard is not valid",
    4011: "the bot is in too many servers for one connection",
    4012: "this version of Discord's interface is no longer served; update discord.py",
    4013: "an intent is not valid",
    4014: "a privileged intent is not allowed",
}
"""What closes a connection so that the next one would be closed as well (Discord's list of gateway close codes)."""
_BANNED = (403, 429)
"""What a login is answered with where the address is banned for a while; a slow answer is waited for by discord.py itself."""


def check_only(config: Config, console: Console, *, init: bool) -> None:
    """Check configuration, knowledge and database as a start would, and say so; as one of several processes, without taking a shard.

    Raises:
        BotError: whatever would stop a start, or a knowledge folder with faults.
    """
    start_logging(config.log)
    observer_for(config.monitoring)
    built = load_knowledge(config)

    async def open_and_close() -> None:
        async with open_stages(config, built, init=init):
            pass

    place = place_of(config.database)
    if plan_of(config) is None or not isinstance(place, PostgresDatabase):
        asyncio.run(open_and_close())
    else:  # others may be running
        prepare_database(place, must_exist=not init and key_file(place.path).exists(), together=True)
    broken = faults(built.problems)
    if broken:
        raise KnowledgeError("The knowledge has faults:\n" + "\n".join(f"- {problem}" for problem in broken))
    corpus = built.engine.corpus
    console.print(
        f"Configuration: good\nKnowledge: {len(corpus.sections)} sections in {len(corpus.articles)} articles, {built.engine.fingerprint}"
    )
    console.print(f"Database: {place_of(config.database)} is ready\nNothing was connected.")


def serve(config: Config, token: str, *, init: bool) -> ExitCode:
    """Run the bot until it is asked to stop; the code says whether a restart helps.

    Raises:
        BotError: a start is not possible.
    """
    start_logging(config.log)
    observer = observer_for(config.monitoring)
    built = load_knowledge(config)

    async def serving() -> ExitCode:
        async with open_stages(config, built, init=init, observer=observer, plan=plan_of(config)) as stages:
            stop = asyncio.Event()
            on_signals(stop, stages)
            if stages.cluster is not None:
                return await _serve_together(stages, stages.cluster, token, stop)
            client = FaqBot(stages)
            async with monitored(config.monitoring, stages, client):
                return await _until_stopped(client, token, stop)

    return asyncio.run(serving())


async def _until_stopped(client: FaqBot, token: str, stop: asyncio.Event, leave: Callable[[], Awaitable[None]] | None = None) -> ExitCode:
    """Run a client until it ends or is to stop, and then let what is under way end.

    Args:
        client: the bot.
        token: what it logs in with.
        stop: set when it is to stop.
        leave: what is done first then, while it still serves.

    Raises:
        BotError: the connection ended, and a restart would not help.
    """
    async with client:
        running = asyncio.create_task(client.start(token), name="discord connection")
        stopping = asyncio.create_task(stop.wait(), name="stop signal")
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if leave is not None and not running.done():
            await leave()
        stopped, client.stopping = not running.done(), True
        running.cancel()  # nothing new is taken, while what is under way can still be answered
        await _drain()
        await client.close()
        if not stopped:
            return ended(running.exception())
        with contextlib.suppress(asyncio.CancelledError):
            await running
        _log.info("stopped")
        return ExitCode.OK


def plan_of(config: Config) -> ShardPlan | None:
    """The shards that this process is asked to take; None where it serves alone.

    Raises:
        ConfigError: it is not written as it should be.
    """
    sharding = config.sharding
    if sharding.shards is None:
        if sharding.at_most is not None:
            raise ConfigError(("sharding.at_most: says of how many shards, and sharding.shards of which; set both, or neither.",))
        return None
    return ShardPlan.read(sharding.shards, sharding.at_most)


class _Member:
    """This process as probes see it: standing by without a client, or with one."""

    def __init__(self) -> None:
        self.client: ShardedFaqBot | None = None

    @property
    def connected(self) -> bool:
        """Whether the bot takes what happens on Discord."""
        return self.client is not None and self.client.connected

    @property
    def standing_by(self) -> bool:
        """Whether it waits for a shard that is free."""
        return self.client is None

    @property
    def latency(self) -> float:
        """Seconds that Discord took for the last heartbeat."""
        return math.nan if self.client is None else self.client.latency

    @property
    def servers(self) -> int:
        """How many servers this process takes care of."""
        return 0 if self.client is None else self.client.servers

    @property
    def under_way(self) -> int:
        """How much is worked on."""
        return 0 if self.client is None else self.client.under_way


async def _serve_together(stages: Stages, cluster: Cluster, token: str, stop: asyncio.Event) -> ExitCode:
    """Wait for shards, serve them and whatever comes to them, and hand them over at the end.

    Raises:
        BotError: the connection ended, and a restart would not help.
    """
    member = _Member()

    def standing() -> Standing:
        latency = round(1000 * member.latency) if math.isfinite(member.latency) else None
        return Standing(bot.__version__, stages.knowledge.engine.fingerprint, member.servers, latency)

    cluster.standing = standing
    async with monitored(stages.config.monitoring, stages, member):
        lost = asyncio.create_task(_stop_when_lost(cluster, stop), name="lost shards")
        first = await _first_shards(stages.config, cluster, stop)
        if first is None:
            _log.info("stopped, without having served a shard")
            return ExitCode.RESTART if cluster.lost.is_set() else ExitCode.OK
        _log.info("serving the shards %s of %d", ", ".join(map(str, first)), stages.shards.count)
        member.client = client = ShardedFaqBot(stages, cluster, first)
        if stages.following is not None:
            stages.following.on_change.append(partial(_follow, client))
        taking = asyncio.create_task(client.keep_taking(), name="further shards")
        taking.add_done_callback(partial(_lost_when_ended, cluster))

        async def leave() -> None:
            taking.cancel()
            await client.hand_over()

        try:
            code = await _until_stopped(client, token, stop, leave)
        finally:
            lost.cancel()
            taking.cancel()
        return ExitCode.RESTART if cluster.lost.is_set() else code


async def _first_shards(config: Config, cluster: Cluster, stop: asyncio.Event) -> tuple[int, ...] | None:
    """The shards to begin with, as soon as there are any; None where the process is to stop before."""
    waiting = asyncio.create_task(cluster.first_shards(), name="first shards")
    stopping = asyncio.create_task(stop.wait(), name="stop signal")
    pending, seconds = {waiting, stopping}, _STANDS_BY_SECONDS
    try:
        while True:
            done, _ = await asyncio.wait(pending, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if waiting in done:
                return waiting.result()
            if stopping in done:
                return None
            if seconds != EVERY_SECONDS:
                _log.info("this process stands by: others serve all shards that it may take")
            seconds = EVERY_SECONDS
            with contextlib.suppress(OSError):
                beat(config)
    finally:
        waiting.cancel()
        stopping.cancel()


def _lost_when_ended(cluster: Cluster, taking: asyncio.Task[None]) -> None:
    """Shards that nobody launches must not stay locked here."""
    if not taking.cancelled():
        _log.error("further shards can no longer be served", exc_info=taking.exception())
        cluster.lost.set()


async def _stop_when_lost(cluster: Cluster, stop: asyncio.Event) -> None:
    await cluster.lost.wait()
    stop.set()


def _follow(client: FaqBot, topic: Topic) -> None:
    """Let the client do what follows from what another process announced."""
    match topic:
        case Topic.DELETED:
            client.dispatch("cases_changed")
        case Topic.SERVE:
            client.dispatch("knowledge_changed")
        case Topic.SETTINGS | Topic.BUILD | Topic.DROP:
            pass
        case _:
            assert_never(topic)


def on_signals(stop: asyncio.Event, stages: Stages) -> set[asyncio.Task[None]]:
    """Let SIGINT and SIGTERM set ``stop``, and SIGHUP reload the knowledge; return the reloads that are under way."""
    loop = asyncio.get_running_loop()
    reloads: set[asyncio.Task[None]] = set()

    def end() -> None:
        stop.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)  # the next one has its default effect: end now

    def reload() -> None:
        task = asyncio.create_task(_reload(stages), name="knowledge reload")
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    with contextlib.suppress(NotImplementedError):  # Windows has no such signals; Ctrl-C raises there
        loop.add_signal_handler(signal.SIGINT, end)
        loop.add_signal_handler(signal.SIGTERM, end)
        loop.add_signal_handler(signal.SIGHUP, reload)
    return reloads


async def _reload(stages: Stages) -> None:
    try:
        done = await stages.reloading.reload()
    except (KnowledgeError, StorageError) as error:
        _log.error("%s", error)
    else:
        _log.info("knowledge reloaded: %d sections, fingerprint %s before, %s now", done.sections, done.before, done.after)


async def _drain() -> None:
    """Let handlers that are under way finish, and what they have begun, for a bounded time."""
    if _handlers():
        _log.info("stopping when %d handlers have finished; a second signal stops now", len(_handlers()))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while handlers := _handlers():
                await asyncio.wait(handlers)
    if unfinished := _handlers():
        _log.warning("%d handlers did not finish within %.0f seconds", len(unfinished), _DRAIN_SECONDS)


def _handlers() -> list[asyncio.Task[object]]:
    return [task for task in asyncio.all_tasks() if task.get_name().startswith(_HANDLER_TASKS)]


def ended(error: BaseException | None) -> ExitCode:
    """What the end of the connection means for whoever supervises this process.

    Raises:
        TokenError: the token is refused.
        ConnectionRefused: Discord would refuse the next connection as well.
    """
    if error is None:
        return ExitCode.OK
    raise_refusal(error)
    _log.error("the connection ended unexpectedly; a restart should help", exc_info=error)
    return ExitCode.RESTART


def raise_refusal(error: BaseException) -> None:
    """Raise what an error of a login or connection means; pass where the next attempt may go well.

    Raises:
        TokenError: the token is refused.
        ConnectionRefused: Discord would refuse the next connection as well.
    """
    match error:
        case BotError():
            raise error
        case discord.LoginFailure():
            raise TokenError("Discord refuses the token. Reset it on the page Bot of your application and set the new one.") from error
        case discord.PrivilegedIntentsRequired():
            raise ConnectionRefused(
                "Discord says that a privileged intent is missing, but this bot asks for none. Is the code changed?"
            ) from error
        case discord.ConnectionClosed(code=4004):
            raise TokenError("Discord ended the connection: the token is not valid. A restart would not help.") from error
        case discord.ConnectionClosed() if error.code in _REFUSED_CODES:
            raise ConnectionRefused(f"Discord ended the connection: {_REFUSED_CODES[error.code]}. A restart would not help.") from error
        case discord.HTTPException() if error.status in _BANNED:
            raise ConnectionRefused(
                f"Discord answers the login with {error.status}: this computer's address is banned for a while, often for too many "
                "attempts. Wait an hour before the next start; each attempt prolongs it."
            ) from error
