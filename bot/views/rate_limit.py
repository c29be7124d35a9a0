"""How often members and servers may ask, so that one of them cannot use up the bot for the others.

Two fixed windows of a minute (discord.py's own cooldowns), held in memory. Whoever is over the limit is told once a window
where that would be a message in a channel, and always where only they can see it.
"""

from __future__ import annotations

from dataclasses import dataclass

from discord.app_commands import Cooldown

from bot.config import LimitsConfig

_WINDOW = 60.0
_MOST_HELD = 20_000


@dataclass(frozen=True, slots=True)
class Refused:
    """The limit is reached."""

    seconds: float
    """Until the next question is taken."""
    first: bool
    """Whether this is the first refusal in this window."""

    @property
    def text(self) -> str:
        """What to tell the member."""
        return f"That is a lot in one minute. Please try again in {max(1, round(self.seconds))} seconds."


PRESSES_FOR_A_QUESTION = 5
"""Buttons and selects cost less than questions; this many of them count as one."""


class RateLimit:
    """Counts by member and by server: questions, or with a ``factor`` what is done more often."""

    def __init__(self, config: LimitsConfig, factor: int = 1) -> None:
        self._member = factor * config.member_per_minute
        self._guild = factor * config.guild_per_minute
        self._windows: dict[tuple[str, int], Cooldown] = {}
        self._told: dict[tuple[str, int], float] = {}

    def refuse(self, guild_id: int, member_id: int, now: float) -> Refused | None:
        """Count one; return a refusal when it is one too many.

        Args:
            guild_id: the server, or 0 in direct messages, which have the member's limit only.
            member_id: who asks.
            now: seconds on a monotonic clock.
        """
        keys = [(("member", member_id), self._member)]
        if guild_id:
            keys.append((("guild", guild_id), self._guild))
        for key, rate in keys:
            retry_after = self._window(key, rate, now).update_rate_limit(now)
            if retry_after is not None:
                first = self._told.get(key, -_WINDOW) + _WINDOW <= now
                self._told[key] = now if first else self._told[key]
                return Refused(retry_after, first)
        return None

    def _window(self, key: tuple[str, int], rate: int, now: float) -> Cooldown:
        if key not in self._windows and len(self._windows) >= _MOST_HELD:
            self._forget_idle(now)
        return self._windows.setdefault(key, Cooldown(rate, _WINDOW))

    def _forget_idle(self, now: float) -> None:
        self._windows = {key: window for key, window in self._windows.items() if window.get_tokens(now) < window.rate}
        self._told = {key: at for key, at in self._told.items() if at + _WINDOW > now}
