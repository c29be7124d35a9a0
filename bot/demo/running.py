"""``demo``: runs the simulated server and its page until Ctrl-C, and says where they are.

The bot is the one that runs on Discord, with a real database in ``data/demo``; only Discord is simulated. No token, no network.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import webbrowser
from contextvars import Context
from pathlib import Path

from bot.config import Config, SyncCommands
from bot.demo.page import DemoPage, local_time_zone
from bot.demo.world import demo_server
from bot.errors import DatabaseRefused, InputError
from bot.log import start_logging


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
    database = config.database.model_copy(update={"path": folder / "demo.sqlite3", "url": None})
    discord_config = config.discord.model_copy(update={"sync_commands": SyncCommands.ALWAYS})
    return config.model_copy(update={"database": database, "discord": discord_config})


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
    async with demo_server(config) as server, DemoPage(server, port, local_time_zone()) as page:
        _announce(page.url, config.database.path)
        if open_browser:
            await asyncio.to_thread(_open, page.url)
        clock = asyncio.create_task(page.keep_time(), context=Context())  # outside of the simulated time that it moves
        ended = asyncio.create_task(page.wait_closed())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait((ended, stopped, clock), return_when=asyncio.FIRST_COMPLETED)
        async with server.turn:  # what is under way is finished
            for task in (ended, stopped, clock):
                task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await clock


def _announce(url: str, database: Path) -> None:
    print(f"\nThe demo is running. Open this page in a browser on this computer:\n\n    {url}\n", flush=True)
    print("The first message there says what to try. Choose above as whom you look at it, and whether in the server or in", flush=True)
    print(f"direct messages. Everything is kept in {database.parent}. Ctrl-C ends the demo.", flush=True)


def _open(url: str) -> None:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return  # no browser here; the address is on the screen
    webbrowser.open(url)
