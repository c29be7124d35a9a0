"""What keeps one member, or all of them together, from using up the bot: how often something may be done, how much at once, and once only.

Held in memory, so that it costs nothing where it matters most. Who may do what is in ``interaction``.
"""

from __future__ import annotations

import time
from collections import OrderedDict

from discord.app_commands import Cooldown

from bot.config import LimitsConfig
from bot.errors import InputError
from bot.texts import kit as texts

PRESSES_FOR_A_QUESTION = 5
"""Buttons and selects cost less than questions; this many of them count as one."""
MOST_UNDER_WAY = 32
"""Interactions and messages that are worked on at once. Each keeps the processor for about a hundredth of a second, so even where the bot
gets a quarter of one, the last hears from it within three seconds; and it waits for Discord less than half a second, so that with so
many the processor has something to do."""
_COUNTED_SECONDS = 10.0
"""What is under way for longer waits for somebody else, Discord for example, and keeps nobody from the processor."""

_WINDOW_SECONDS = 60.0
_MOST_HELD = 20_000


class Busy(InputError):
    """Too much is under way for anything more to be done in time; nothing was begun."""

    def __init__(self) -> None:
        super().__init__(texts.BUSY)


class Workload:
    """What is under way.

    What is begun is finished, so what cannot be is refused before that: a queue without an end would answer everybody too late.
    """

    def __init__(self, most: int = MOST_UNDER_WAY) -> None:
        self._most = most
        self._under_way: OrderedDict[int, float] = OrderedDict()
        """When each began, the oldest first."""

    @property
    def full(self) -> bool:
        """Whether nothing more is begun."""
        return self.under_way >= self._most

    @property
    def under_way(self) -> int:
        """How much is under way that keeps the processor busy."""
        oldest = time.monotonic() - _COUNTED_SECONDS
        while self._under_way and next(iter(self._under_way.values())) < oldest:
            self._under_way.popitem(last=False)
        return len(self._under_way)

    def begin(self, key: int) -> None:
        """Count an interaction or a message, by its id, as under way until ``end``.

        Raises:
            Busy: too much is.
        """
        if self.full:
            raise Busy
        self._under_way[key] = time.monotonic()

    def end(self, key: int) -> None:
        """Count it no more; nothing where it was not begun."""
        self._under_way.pop(key, None)


class TooOften(InputError):
    """A limit is reached; the message says when the next one is taken."""

    def __init__(self, seconds: float, *, first: bool) -> None:
        super().__init__(texts.too_often(seconds))
        self.first = first
        """Whether this is the first refusal in this window; in a channel that everybody reads only that one is said."""


class RateLimit:
    """How often members and servers may ask, so that one of them cannot use up the bot for the others.

    Fixed windows of a minute (discord.py's own cooldowns), by member and by server, held in memory. With a ``factor`` it counts what is
    done more often than asking.
    """

    def __init__(self, config: LimitsConfig, factor: int = 1) -> None:
        self._member = factor * config.member_per_minute
        self._guild = factor * config.guild_per_minute
        self._windows: dict[tuple[str, int], Cooldown] = {}
        self._refused: dict[tuple[str, int], float] = {}

    def count(self, guild_id: int, member_id: int) -> None:
        """Count one; in direct messages (server 0) for the member alone.

        Raises:
            TooOften: it is one too many.
        """
        now = time.perf_counter()
        keys = [(("member", member_id), self._member)]
        if guild_id:
            keys.append((("guild", guild_id), self._guild))
        for key, rate in keys:
            retry_after = self._window(key, rate, now).update_rate_limit(now)
            if retry_after is not None:
                first = self._refused.get(key, -_WINDOW_SECONDS) + _WINDOW_SECONDS <= now
                self._refused[key] = now if first else self._refused[key]
                raise TooOften(retry_after, first=first)

    def _window(self, key: tuple[str, int], rate: int, now: float) -> Cooldown:
        if key not in self._windows and len(self._windows) >= _MOST_HELD:
            self._forget_idle(now)
        return self._windows.setdefault(key, Cooldown(rate, _WINDOW_SECONDS))

    def _forget_idle(self, now: float) -> None:
        self._windows = {key: window for key, window in self._windows.items() if window.get_tokens(now) < window.rate}
        self._refused = {key: at for key, at in self._refused.items() if at + _WINDOW_SECONDS > now}


class Deliveries:
    """The interactions that were received lately; a second delivery of one is known for what it is."""

    def __init__(self) -> None:
        self._received: OrderedDict[int, None] = OrderedDict()

    def is_first(self, interaction_id: int) -> bool:
        """Take note of a delivery; whether it is the first of its interaction."""
        if interaction_id in self._received:
            return False
        self._received[interaction_id] = None
        if len(self._received) > _MOST_HELD:
            self._received.popitem(last=False)
        return True
