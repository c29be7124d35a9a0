"""``demo``: the real bot in a simulated Discord server, on a page in the browser. No token, no network.

The bot is the one that runs on Discord, with the real database in ``data/demo``; only Discord is simulated (simcord). Members, server and
channel have the same ids in every run, so votes of an earlier run are still theirs. What is simulated is forgotten at the end; what
the bot stored stays. The simulated clock stands still between actions, so expiry happens when the demo starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.bootstrap.knowledge import load_knowledge
from bot.bootstrap.stages import open_stages
from bot.client import FaqBot
from bot.config import Config, SyncCommands
from bot.errors import DatabaseRefused, InputError
from bot.log import start_logging

SERVER_ID = 1_400_000_000_000_000_001
_NAME = "osai-faq-bot"
_FIRST_QUESTION = "What is open-source AI?"
_SETTLE_SECONDS = 30.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DemoServer:
    """The simulated server, with the people in it."""

    env: simcord.Env
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    member: simcord.MemberActor
    second_member: simcord.MemberActor
    moderator: simcord.MemberActor


def run_demo(config: Config, *, port: int, folder: Path, open_browser: bool) -> None:
    """Serve the demo page until Ctrl-C.

    Raises:
        InputError: the port is taken.
        BotError: the knowledge or the demo's database cannot be used.
    """
    start_logging(config.log)
    logging.getLogger("simcord").setLevel(logging.ERROR)
    _require_free_port(port)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(_serve(demo_config(config, folder), port, open_browser=open_browser))
    except KeyboardInterrupt:
        pass
    except DatabaseRefused as error:
        raise DatabaseRefused(f"{error} For a second demo, name another folder: .venv/bin/python -m bot demo --data data/other") from error
    print("\nThe demo has ended. What was stored is in", folder)


def demo_config(config: Config, folder: Path) -> Config:
    """What the demo needs instead of what is configured: its own database, and commands sent at each start."""
    database = config.database.model_copy(update={"path": folder / "demo.sqlite3"})
    discord_config = config.discord.model_copy(update={"sync_commands": SyncCommands.ALWAYS})
    return config.model_copy(update={"database": database, "discord": discord_config})


@asynccontextmanager
async def demo_server(config: Config) -> AsyncIterator[DemoServer]:
    """Run the bot in a simulated server with three people."""
    built = load_knowledge(config)
    async with open_stages(config, built) as stages:
        client = FaqBot(stages)
        async with simcord.run(client, check_errors=False, settle_timeout=_SETTLE_SECONDS) as env:
            guild = env.create_guild("Open-source AI", id=SERVER_ID)
            channel = guild.create_text_channel("ask-the-bot")
            role = guild.create_role("Moderators", permissions=discord.Permissions(administrator=True))
            member = guild.add_member(env.create_user("member"))
            moderator = guild.add_member(env.create_user("moderator"), roles=[role])
            second = guild.add_member(env.create_user("second-member"))
            if client.user is not None:
                await client.user.edit(username=_NAME)
            _complete_mentions(env, client)
            _tell_the_time(env)
            client.owner_ids = {moderator.id}
            client.owner_id = None
            yield DemoServer(env, guild, channel, member, second, moderator)


def _complete_mentions(env: simcord.Env, client: FaqBot) -> None:
    """Turn a typed ``@osai-faq-bot`` into a mention, which Discord's own message box does and the simulated one does not."""
    user = client.user
    create = env.backend.create_message
    if user is None:
        return

    def create_with_mention(channel_id: int, author_id: int, content: str = "", **details: Any) -> Any:  # noqa: ANN401 - passed on as it comes
        return create(channel_id, author_id, content.replace(f"@{_NAME}", user.mention), **details)

    env.backend.create_message = create_with_mention  # type: ignore[method-assign, assignment]


def _tell_the_time(env: simcord.Env) -> None:
    """Let the simulated server's clock show today: it begins in January 2026 otherwise, and "3 minutes ago" reads as next year."""
    env.backend.clock._epoch = datetime.now(UTC) - timedelta(seconds=env.backend.clock.elapsed)


def _require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise InputError(f"Port {port} is taken by another program. Choose another one: make demo PORT={port + 1}") from error


async def _serve(config: Config, port: int, *, open_browser: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with demo_server(config) as server:
        await server.member.send(server.channel, f"{_mention(server)} {_FIRST_QUESTION}")
        viewers = (server.member, server.moderator, server.second_member)
        async with server.env.preview(server.channel, viewers=viewers, layout="channel", port=port) as preview:
            _announce(preview.url, config.database.path)
            if open_browser:
                await asyncio.to_thread(_open, preview.url)
            ended = asyncio.create_task(preview.wait_closed())
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait((ended, stopped), return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()


def _mention(server: DemoServer) -> str:
    user = server.env.bot.user
    return user.mention if user else ""


def _announce(url: str, database: Path) -> None:
    print(f"\nThe demo is running. Open this page in a browser on this computer:\n\n    {url}\n", flush=True)
    print("Type /ask, mention the bot, press its buttons; switch between member, moderator and second-member.", flush=True)
    print("Vote Not helpful as member, then switch to moderator and type /review queue.", flush=True)
    print(f"Feedback is stored in {database}. Ctrl-C ends the demo.", flush=True)


def _open(url: str) -> None:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return  # no browser here; the address is on the screen
    webbrowser.open(url)
