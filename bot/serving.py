"""``run``: the bot on Discord, from the first check to the last commit.

Everything that can be wrong here is found before connecting: a crash loop that connects each time makes Discord reset the token.
SIGTERM and Ctrl-C let the handlers that are under way finish, disconnect and close the database; a second signal ends at once. SIGHUP
reloads the knowledge. What ends the connection for good has its own exit code; anything else asks the supervisor for a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal

import discord
from rich.console import Console

from bot.bootstrap.knowledge import load_knowledge
from bot.bootstrap.stages import Stages, open_stages
from bot.client import FaqBot
from bot.config import Config
from bot.corpus.problems import faults
from bot.errors import ConnectionRefused, ExitCode, KnowledgeError, TokenError
from bot.log import start_logging
from bot.monitoring import monitored, observer_for
from bot.storage.dialect import place_of

_log = logging.getLogger(__name__)

_DRAIN_SECONDS = 10.0
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
    """Check configuration, knowledge and database as a start would, and say so.

    Raises:
        BotError: whatever would stop a start, or a knowledge folder with faults.
    """
    start_logging(config.log)
    observer_for(config.monitoring)
    built = load_knowledge(config)

    async def open_and_close() -> None:
        async with open_stages(config, built, init=init):
            pass

    asyncio.run(open_and_close())
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
        async with open_stages(config, built, init=init, observer=observer) as stages:
            client = FaqBot(stages)
            async with monitored(config.monitoring, stages, client):
                return await _until_stopped(client, stages, token)

    return asyncio.run(serving())


async def _until_stopped(client: FaqBot, stages: Stages, token: str) -> ExitCode:
    stop = asyncio.Event()
    on_signals(stop, stages)
    async with client:
        running = asyncio.create_task(client.start(token), name="discord connection")
        stopping = asyncio.create_task(stop.wait(), name="stop signal")
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
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
        done = await stages.knowledge.reload()
    except KnowledgeError as error:
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
