"""Reaching Discord: which failures may pass, what is tried twice, and a door that stays shut while this computer is banned.

discord.py repeats what Discord answers with 500, 502 or 504 itself, up to five times within 25 seconds; not 503 and 520 for messages, and
on Linux no connection that was reset. It waits for as long as a rate limit says. What it repeats or we try twice must be such that Discord
takes it once: an edit, a message with a nonce, an acknowledgement.

Too many refused requests get the address banned for a while by what stands in front of Discord. Each further request prolongs that, so
none is sent until it is over.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
import time
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import TypeVar

import aiohttp
import discord

from bot.observing import SILENT, Observer

_log = logging.getLogger(__name__)

_Result = TypeVar("_Result")

UNREACHABLE = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError, json.JSONDecodeError)
"""What sending can raise: discord.py lets connection resets and broken JSON through as they are."""
LONGEST_WAIT = 30.0
"""Seconds that a rate limit may ask for before what is sent is given up at once; discord.py takes no less."""

_DEADLINE_SECONDS = 20.0
"""After that an answer would come when nobody waits for it any more."""
_WAIT_SECONDS = (0.5, 1.5)
"""Before the second try: somewhere between, so that not all that failed together is tried together."""
_TRIES = 2
_TOO_MANY = 429
_SERVER_ERROR = 500
_LIMITS = ("user", "shared", "global")
"""Whose limits there are (Discord's ``X-RateLimit-Scope``)."""
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_SHORTEST_BAN, _LONGEST_BAN = 5.0, 3600.0
"""Seconds; where the answer does not say how long, each ban that follows another at once is taken to last twice as long."""


class AddressBanned(aiohttp.ClientError):
    """A request that was not sent, since it would prolong a ban."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Discord has banned this computer's address for {seconds:.0f} more seconds")
        self.seconds = seconds


def may_pass(error: Exception) -> bool:
    """Whether a failure to reach Discord may be over in a moment; a refusal is not."""
    return not isinstance(error, discord.HTTPException) or error.status >= _SERVER_ERROR or error.status == _TOO_MANY


async def tried_twice(request: Callable[[], Awaitable[_Result]]) -> _Result:
    """Send a request, and where that fails in a way that may pass, send it again after a moment, or when a short ban is over.

    Raises:
        UNREACHABLE: Discord refused it, or failed twice, or too slowly.
    """
    tries = 0
    async with asyncio.timeout(_DEADLINE_SECONDS):
        while True:
            wait = random.uniform(*_WAIT_SECONDS)  # noqa: S311 - a wait, no secret
            try:
                return await request()
            except AddressBanned as banned:
                wait += banned.seconds
            except discord.RateLimited:
                raise  # it asks for longer than anybody waits
            except UNREACHABLE as error:
                tries += 1
                if tries == _TRIES or not may_pass(error):
                    raise
            await asyncio.sleep(wait)


async def acknowledged_in_time(request: Callable[[], Awaitable[_Result]]) -> _Result:
    """Send an acknowledgement, for which Discord waits three seconds; a connection that broke is replaced at once.

    Raises:
        UNREACHABLE: as for ``tried_twice``.
    """
    async with asyncio.timeout(_DEADLINE_SECONDS):
        try:
            return await request()
        except UNREACHABLE as error:
            if isinstance(error, discord.DiscordException):
                raise  # discord.py has tried it again already, or Discord has refused it
        return await request()


class NoAnswerOfDiscord(aiohttp.ClientError):
    """A page that says 200 and does not come from Discord, as of a proxy; discord.py would take its text for data."""


class Door:
    """Shut from the first answer that says that this computer's address is banned, for as long as it says."""

    def __init__(self, observer: Observer = SILENT) -> None:
        self._observer = observer
        self._shut_until = 0.0
        self._next_ban = _SHORTEST_BAN

    def watched(self) -> aiohttp.TraceConfig:
        """What makes an HTTP client knock here first, and report what it was answered."""
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._knock)
        config.on_request_end.append(self._look)
        config.on_request_exception.append(self._miss)
        return config

    async def _knock(self, _session: aiohttp.ClientSession, _context: SimpleNamespace, _request: aiohttp.TraceRequestStartParams) -> None:
        left = self._shut_until - time.monotonic()
        if left > 0:
            raise AddressBanned(left)

    async def _miss(self, _session: aiohttp.ClientSession, _context: SimpleNamespace, failed: aiohttp.TraceRequestExceptionParams) -> None:
        if not isinstance(failed.exception, AddressBanned | NoAnswerOfDiscord | discord.RateLimited):  # not asked, or counted by ``_look``
            self._observer.requested(None)

    async def _look(self, _session: aiohttp.ClientSession, _context: SimpleNamespace, request: aiohttp.TraceRequestEndParams) -> None:
        headers = request.response.headers
        self._observer.requested(request.response.status, _limit_of(request.response))
        if request.response.ok and request.response.content_type == "text/html":
            raise NoAnswerOfDiscord(f"a page instead of an answer, with the status {request.response.status}")
        if request.response.status != _TOO_MANY:
            self._next_ban = _SHORTEST_BAN
            return
        asked = float(headers["Retry-After"]) if _NUMBER.fullmatch(headers.get("Retry-After", "")) else None
        if "Via" in headers:  # one of Discord's own limits, which have passed its proxy
            if asked is not None and asked > LONGEST_WAIT:
                raise discord.RateLimited(asked)  # for controls and forms discord.py would wait that long
            return
        seconds = min(self._next_ban if asked is None else asked, _LONGEST_BAN)
        self._next_ban = min(2 * self._next_ban, _LONGEST_BAN)
        self._shut_until = time.monotonic() + seconds
        _log.warning("Discord has banned this computer's address for a while; nothing is sent for %.0f seconds", seconds)


def _limit_of(response: aiohttp.ClientResponse) -> str | None:
    """Which limit an answer speaks of: one of Discord's own, or the ban of this address by what stands in front of it."""
    if response.status != _TOO_MANY:
        return None
    if "Via" not in response.headers:
        return "banned"
    scope = response.headers.get("X-RateLimit-Scope", "")
    return scope if scope in _LIMITS else "user"
