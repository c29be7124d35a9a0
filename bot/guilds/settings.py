"""The settings of a server, with defaults for a server that has decided nothing.

Read for every answer, so they are held in memory after the first look; this process is the only writer. An outage of a
server (Discord calls it unavailable) changes nothing here; only being removed starts the clock of retention.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.storage.database import Database
from bot.storage.tables import DIRECT_MESSAGES, answers, guild_settings


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What a server has decided."""

    guild_id: int
    vote_controls: bool = True
    """Whether answers carry the buttons Helpful and Not helpful."""


@dataclass
class Guilds:
    """Reads and changes the settings of servers."""

    database: Database
    _held: dict[int, GuildSettings] = field(default_factory=dict, repr=False)

    async def settings(self, guild_id: int) -> GuildSettings:
        """Return a server's settings."""
        if guild_id not in self._held:
            query = sa.select(guild_settings.c.vote_controls).where(guild_settings.c.guild_id == guild_id)
            async with self.database.read() as connection:
                row = (await connection.execute(query)).first()
            self._held[guild_id] = GuildSettings(guild_id) if row is None else GuildSettings(guild_id, row.vote_controls)
        return self._held[guild_id]

    async def show_vote_controls(self, guild_id: int, shown: bool) -> GuildSettings:
        """Decide whether answers carry vote controls, and return the settings then."""
        await self._store(guild_id, vote_controls=shown)
        self._held[guild_id] = replace(await self.settings(guild_id), vote_controls=shown)
        return self._held[guild_id]

    async def joined(self, guild_id: int) -> None:
        """Take note that the bot is in a server, which stops the clock of retention."""
        await self._store(guild_id, removed_at=None)

    async def removed(self, guild_id: int) -> None:
        """Take note that the bot was removed from a server; its data is deleted when the retention has passed."""
        await self._store(guild_id, removed_at=datetime.now(UTC))
        self._held.pop(guild_id, None)

    async def reconcile(self, present: frozenset[int]) -> None:
        """Take note of servers that removed the bot, or took it back, while it was not connected.

        Args:
            present: the servers that Discord says the bot is in, those with an outage included.
        """
        known = sa.union(sa.select(answers.c.guild_id), sa.select(guild_settings.c.guild_id))
        gone = sa.select(guild_settings.c.guild_id).where(guild_settings.c.removed_at.is_not(None))
        async with self.database.read() as connection:
            stored = {row.guild_id for row in await connection.execute(known)} - {DIRECT_MESSAGES}
            removed = {row.guild_id for row in await connection.execute(gone)}
        for guild_id in stored - present - removed:
            await self.removed(guild_id)
        for guild_id in removed & present:
            await self.joined(guild_id)

    async def _store(self, guild_id: int, **values: bool | datetime | None) -> None:
        row = {**values, "updated_at": datetime.now(UTC)}
        statement = insert(guild_settings).values(guild_id=guild_id, **row)
        async with self.database.write() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["guild_id"], set_=row))
