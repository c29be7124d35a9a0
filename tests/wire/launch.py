"""Start the shipped bot as ``python -m bot`` does, with nothing changed but the address of Discord.

    python -m tests.wire.launch http://127.0.0.1:PORT run --config config.yaml

The address is no setting of the product: a bot that could be sent elsewhere would hand its token to whoever changes a file.
"""

from __future__ import annotations

import os
import runpy
import sys
from functools import partialmethod

import aiohttp
import discord
from yarl import URL

PATIENCE = "WIRE_PATIENCE"
"""Variable with the seconds that the client waits for an answer and for a heartbeat's echo; its own minutes are too long for a test."""


def main() -> None:
    """Send every request of discord.py to the address given first, then run the bot with the remaining arguments."""
    address = URL(sys.argv[1])
    if address.host not in {"127.0.0.1", "discord.invalid"}:  # the latter: no such name, as without a network
        raise SystemExit("the simulated Discord is on this computer")
    discord.http.Route.BASE = str(address / "api/v10")
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = address.with_scheme("ws") / "gateway"
    if PATIENCE in os.environ:
        _be_impatient(float(os.environ[PATIENCE]))
    sys.argv = ["osai-faq-bot", *sys.argv[2:]]
    runpy.run_module("bot", run_name="__main__")


def _be_impatient(seconds: float) -> None:
    aiohttp.client.DEFAULT_TIMEOUT = aiohttp.ClientTimeout(total=seconds)  # type: ignore[misc]
    patient = discord.Client.__init__
    discord.Client.__init__ = partialmethod(patient, heartbeat_timeout=seconds)  # type: ignore[assignment,method-assign]


if __name__ == "__main__":  # a reload builds the index in a process of its own, which imports this module
    main()
