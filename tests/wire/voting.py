"""Many members who vote on one answer at once, and for whom of them the bot says, and has, that the vote is saved."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.storage.hashing import MemberHasher, key_file, load_key
from tests.integration.rows import rows
from tests.interactions.reading import controls
from tests.wire.conftest import Wire
from tests.wire.raw import press
from tests.wire.simulation import snowflake

SAVED = "your vote is saved"
DEFERRED = (5, 6)
"""The types of an answer that says only that another will come, or that the message will change."""


class Voters:
    """Members, each of whom votes once."""

    def __init__(self, wire: Wire, helpful: str) -> None:
        self._wire = wire
        self._helpful = helpful
        self._tokens: dict[str, int] = {}
        """By the token of the interaction, which member votes by it."""

    @classmethod
    async def of(cls, wire: Wire) -> Voters:
        """Voters on a question that is asked for it."""
        return cls(wire, controls(await wire.votable(wire.member))["Helpful"])

    def vote(self, members: int) -> None:
        """Let so many new members press the button at once."""
        for _ in range(members):
            member = snowflake()
            pressed = press(self._wire.discord, self._wire.channel, self._helpful, user_id=member)
            self._tokens[pressed.token] = member
            pressed.deliver(self._wire.discord)

    @property
    def voted(self) -> int:
        """How many have voted."""
        return len(self._tokens)

    def requests(self) -> int:
        """How many requests the bot has made about their votes."""
        return sum(len(self._wire.discord.raw.get(token, ())) for token in self._tokens)

    def have_led_to(self, requests: int) -> bool:
        """Whether the bot has made so many requests about their votes."""
        return self.requests() >= requests

    def all_answered(self) -> bool:
        """Whether everybody has heard that their vote is saved, or that it could not be, as on a busy machine."""
        raw = self._wire.discord.raw
        return all(any(one.body.get("type") not in DEFERRED for one in raw.get(token, ())) for token in self._tokens)

    def confirmed(self) -> set[int]:
        """Whose vote the bot has said to be saved."""
        raw = self._wire.discord.raw
        return {member for token, member in self._tokens.items() if any(SAVED in str(one.body) for one in raw.get(token, ()))}

    def stored(self, database: Path) -> set[int]:
        """Whose vote is in a database that was this bot's."""
        return stored_voters(self._wire, self._tokens.values(), database)


def stored_voters(wire: Wire, members: Iterable[int], database: Path) -> set[int]:
    """Whose vote is in a database that was this bot's."""
    key = load_key(key_file(wire.bot.database))
    assert key is not None
    hasher, guild = MemberHasher(key), wire.guild.id
    have = {name for (name,) in rows(database, "SELECT member_hash FROM votes")}
    return {member for member in members if hasher.hash(guild, member) in have}
