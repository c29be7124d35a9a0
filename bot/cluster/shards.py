"""The shards of a bot: which a process is asked to serve, which it has, and what follows from that for a server.

Discord sends what happens in a server to one shard, ``(guild_id >> 22) % count``, and direct messages to shard 0. So whatever belongs to a
server (its review channel, its digest, the members who wait for news) has exactly one process that takes care of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import sqlalchemy as sa

from bot.errors import ConfigError

MOST_SHARDS = 4096
SHARD_COUNT = "shard-count"
"""The fact that says how many shards the bot has."""
_SHIFT = 22
"""Bits of an id below those that say which shard it belongs to."""
_PART = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")
_EXAMPLES = "write it as 0-3/16 (these of 16), auto/16 (those of 16 that are free), or auto (as many as last time)"


@dataclass
class Shards:
    """What this process serves now."""

    count: int = 1
    """Of the whole bot."""
    held: set[int] = field(default_factory=lambda: {0})
    leads: bool = True
    """Whether this process does what is done once for all servers."""

    def owns(self, guild_id: int) -> bool:
        """Whether what happens in a server, or in direct messages (0), is this process's to follow."""
        return self.shard_of(guild_id) in self.held

    def shard_of(self, guild_id: int) -> int:
        """To which shard Discord sends what happens in a server."""
        return (guild_id >> _SHIFT) % self.count

    def owned(self, column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        """The same as a condition on a column with ids of servers."""
        if len(self.held) == self.count:
            return sa.true()
        return (column // (1 << _SHIFT) % self.count).in_(sorted(self.held))


@dataclass(frozen=True, slots=True)
class ShardPlan:
    """Which shards a process should take."""

    ids: frozenset[int] | None
    """None where it takes whichever are free."""
    count: int | None
    """None where the database says how many there are."""
    at_most: int
    """How many of them it takes."""

    @classmethod
    def read(cls, text: str, at_most: int | None = None) -> ShardPlan:
        """What a command line or a configuration asks for.

        Raises:
            ConfigError: it is not written as it should be, or does not fit together.
        """
        listed, _, whole = text.replace(" ", "").partition("/")
        if (whole and not whole.isdecimal()) or (listed != "auto" and not whole):
            raise _refused(f"{text!r} is not understood; {_EXAMPLES}")
        count = int(whole) if whole else None
        if count is not None and not 1 <= count <= MOST_SHARDS:
            raise _refused(f"{text!r}: a bot has from 1 to {MOST_SHARDS} shards")
        if listed == "auto":
            return cls(None, count, at_most or MOST_SHARDS)
        ids: set[int] = set()
        for part in listed.split(","):
            found = _PART.fullmatch(part)
            if found is None:
                raise _refused(f"{text!r} is not understood; {_EXAMPLES}")
            first, last = int(found[1]), int(found[2] or found[1])
            if last < first or (count is not None and last >= count):
                raise _refused(f"{text!r}: of {count} shards, the first is 0 and the last {(count or 1) - 1}")
            ids.update(range(first, last + 1))
        return cls(frozenset(ids), count, at_most or len(ids))

    def wanted(self, count: int) -> tuple[int, ...]:
        """The shards that it would take, of so many, in the order in which it tries."""
        return tuple(range(count)) if self.ids is None else tuple(sorted(self.ids))


def _refused(problem: str) -> ConfigError:
    return ConfigError((f"sharding.shards: {problem}.",))
