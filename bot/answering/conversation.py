"""What each member was last told about in each channel, for as long as a conversation lasts.

Held in memory only, bounded and expiring; nothing of it is stored. Durations are monotonic, so a clock that jumps ends no conversation.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.answering.follow_up import Turn

_MOST_CONVERSATIONS = 10_000


@dataclass
class Conversations:
    """The last turn of each conversation, by a key of the front end's choosing."""

    seconds: float = 600.0
    clock: Callable[[], float] = time.perf_counter
    _turns: OrderedDict[tuple[int, ...], tuple[float, Turn]] = field(default_factory=OrderedDict, repr=False)

    def recall(self, *key: int) -> Turn | None:
        """Return the last turn under a key, or None when there was none or it is too long ago."""
        held = self._turns.get(key)
        if held is None:
            return None
        told_at, turn = held
        if self.clock() - told_at > self.seconds:
            del self._turns[key]
            return None
        return turn

    def remember(self, turn: Turn, *key: int) -> None:
        """Keep a turn as the last one under a key, forgetting what is over, and the oldest when there are too many."""
        now = self.clock()
        self._turns[key] = (now, turn)
        self._turns.move_to_end(key)
        while self._turns and (len(self._turns) > _MOST_CONVERSATIONS or now - next(iter(self._turns.values()))[0] > self.seconds):
            self._turns.popitem(last=False)

    def forget_member(self, member_id: int) -> None:
        """Drop every conversation of a member, whose id is the last part of its key."""
        for key in [key for key in self._turns if key[-1] == member_id]:
            del self._turns[key]
