"""Start the shipped bot as ``python -m bot`` does, with nothing changed but the address of Discord.

    python -m tests.wire.launch http://127.0.0.1:PORT run --config config.yaml

The address is no setting of the product: a bot that could be sent elsewhere would hand its token to whoever changes a file.
"""

from __future__ import annotations

import os
import runpy
import sys
from functools import partialmethod
from pathlib import Path

import aiohttp
import discord
import sqlalchemy as sa
from yarl import URL

from bot.storage import database, dialect
from tests.wire.recording import write_down

PATIENCE = "WIRE_PATIENCE"
"""Variable with the seconds that the client waits for an answer and for a heartbeat's echo; its own minutes are too long for a test."""

NOTES = "WIRE_NOTES"
"""Variable with the file into which everything that SQLite writes and syncs is noted."""
LOCKED = "WIRE_LOCKED"
"""Variable with the seconds that the bot waits for a locked database and for its turn; its own two are over soon on a busy machine."""
SYNCHRONOUS = "WIRE_SYNCHRONOUS"
"""Variable with how carefully SQLite writes, in place of the product's way; for a control that must lose something."""


def main() -> None:
    """Send every request of discord.py to the address given first, then run the bot with the remaining arguments."""
    address = URL(sys.argv[1])
    if address.host not in {"127.0.0.1", "discord.invalid"}:  # the latter: no such name, as without a network
        raise SystemExit("the simulated Discord is on this computer")
    discord.http.Route.BASE = str(address / "api/v10")
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = address.with_scheme("ws") / "gateway"
    if PATIENCE in os.environ:
        _be_impatient(float(os.environ[PATIENCE]))
    if NOTES in os.environ:
        write_down(Path(os.environ[NOTES]))
    if LOCKED in os.environ:
        dialect.BUSY_SECONDS = database.TURN_SECONDS = float(os.environ[LOCKED])
    if SYNCHRONOUS in os.environ:
        _write_carelessly(os.environ[SYNCHRONOUS])
    sys.argv = ["osai-faq-bot", *sys.argv[2:]]
    runpy.run_module("bot", run_name="__main__")


def _be_impatient(seconds: float) -> None:
    aiohttp.client.DEFAULT_TIMEOUT = aiohttp.ClientTimeout(total=seconds)  # type: ignore[misc]
    patient = discord.Client.__init__
    discord.Client.__init__ = partialmethod(patient, heartbeat_timeout=seconds)  # type: ignore[assignment,method-assign]


def _write_carelessly(way: str) -> None:
    configure = dialect._configure

    def careless(engine: sa.Engine, begin: str, *pragmas: str, foreign_keys: bool = True) -> None:
        changed = [f"synchronous = {way}" if pragma.startswith("synchronous") else pragma for pragma in pragmas]
        configure(engine, begin, *changed, foreign_keys=foreign_keys)

    dialect._configure = careless


if __name__ == "__main__":  # a reload builds the index in a process of its own, which imports this module
    main()
