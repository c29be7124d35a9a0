"""Waiting for something to become true, without sleeping: whatever changes the simulation or the bot's process wakes those who wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

_Found = TypeVar("_Found")

PATIENCE = 240.0
"""Seconds after which what should happen counts as not happening; generous, since machines are busy."""
_LOOK_AGAIN = 0.25
"""Seconds; some conditions are about files, which wake nobody."""


class Changes:
    """One place that is notified of every request, frame, line of the log and end of a process."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def notify(self) -> None:
        """Wake everybody who waits, so that they look again."""
        changed, self._next = self._next, asyncio.Event()
        changed.set()

    async def until(self, condition: Callable[[], _Found | None], what: str, seconds: float = PATIENCE) -> _Found:
        """Wait until ``condition`` gives something true, and give it back.

        Raises:
            AssertionError: it did not within ``seconds``; says ``what`` was waited for.
        """
        deadline = time.monotonic() + seconds
        while True:
            changed = self._next
            found = condition()
            if found:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not within {seconds:.0f} s: {what}")
            try:
                async with asyncio.timeout(min(left, _LOOK_AGAIN)):
                    await changed.wait()
            except TimeoutError:
                continue
