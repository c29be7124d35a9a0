"""What can happen to a request to Discord instead of being served and answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

CALLBACK = "/interactions/*/callback"
FOLLOWUP = "/webhooks/*"
MESSAGES = "/channels/*/messages"


@dataclass(frozen=True, slots=True)
class Refused:
    """Not served; answered with an error as Discord writes them."""

    status: int
    code: int = 0
    text: str = "injected"
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Not served; answered with a page of HTML, as what stands in front of Discord does."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reset:
    """Not served; the connection is reset."""


@dataclass(frozen=True, slots=True)
class Truncated:
    """Not served; the answer says 200 and stops in the middle of its JSON."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Not served and not answered as long as the fault lasts; then the connection is reset."""

    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Lost:
    """Served, but something else comes back instead of the answer, so that the client cannot know."""

    instead: Instead = field(default_factory=lambda: Page(502))


@dataclass(frozen=True, slots=True)
class Held:
    """Served and answered as it should be, once it is released."""

    released: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Served; the answer says that nothing more is taken there for a while."""

    seconds: float


Instead = Refused | Page | Reset | Truncated
Outcome = Instead | Silent | Lost | Held | Exhausted


def too_many(seconds: float, *, everywhere: bool = False) -> Refused:
    """A rate limit as Discord says it: wait for ``seconds``, for this route or ``everywhere``."""
    headers = {"Via": "1.1 google", "Retry-After": str(seconds), "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": str(seconds)}
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    return Refused(429, 0, "You are being rate limited.", headers, {"retry_after": seconds, "global": everywhere})


def banned(seconds: int) -> Page:
    """What a banned address is answered with: no word of Discord itself, so no ``Via``."""
    return Page(429, {"Retry-After": str(seconds)})


@dataclass(slots=True)
class Fault:
    """An outcome for the next ``left`` requests that fit."""

    path: str
    """As a shell matches names: ``*`` stands for anything."""
    outcome: Outcome
    method: str = "*"
    left: int = 1
    hits: int = 0
    at: float = 0.0
    """By ``time.monotonic()``, when the last request met it."""

    def take(self, method: str, path: str) -> bool:
        """Whether a request meets this fault, which is then used up by one."""
        if self.left <= 0 or not fnmatchcase(method, self.method) or not fnmatchcase(path, self.path):
            return False
        self.left -= 1
        self.hits += 1
        self.at = time.monotonic()
        return True
