"""What the review channel of a guild shows, and what it should show: the bookkeeping, without Discord.

A card is out of date when its case has a newer version than the one that was posted. So nothing needs to be announced: whoever changes
a case raises its version, and the next look finds it. A channel that refused a message is left alone for an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.review.case import CaseSummary, Place
from bot.review.reading import summary_of, summary_query
from bot.storage.database import Database
from bot.storage.review_tables import cases
from bot.storage.tables import guild_settings

_PAUSE = timedelta(hours=1)
_BETWEEN_REPORTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReviewChannel:
    """Knows which cards are where."""

    database: Database

    async def outdated(self, limit: int = 25, *, now: datetime | None = None) -> tuple[CaseSummary, ...]:
        """Return cases whose card is missing or shows an older state, in guilds that have a review channel and are not paused.

        Of a case without a card, one is due with its next change, if it is still active then; what was there when the channel was
        chosen waits for that too.
        """
        now = now or datetime.now(UTC)
        rested = guild_settings.c.review_paused_until.is_(None) | (guild_settings.c.review_paused_until <= now)
        channel = guild_settings.c.review_channel_id.is_not(None) & guild_settings.c.removed_at.is_(None) & rested
        query = (
            summary_query()
            .join(guild_settings, guild_settings.c.guild_id == cases.c.guild_id)
            .where(channel, cases.c.card_version < cases.c.version, cases.c.card_message_id.is_not(None) | cases.c.closed_at.is_(None))
            .order_by(cases.c.guild_id, cases.c.number)
            .limit(limit)
        )
        async with self.database.read() as connection:
            return tuple(summary_of(row) for row in await connection.execute(query))

    async def posted(self, guild_id: int, number: int, place: Place, version: int) -> None:
        """Take note of where a card is and which version of the case it shows.

        Raises:
            NotSaved: it is not noted.
        """
        values = {"card_channel_id": place.channel_id, "card_message_id": place.message_id, "card_version": version}
        await self._store_card(guild_id, number, values)

    async def lost(self, guild_id: int, number: int, version: int) -> None:
        """Take note that a card's message or channel is gone; an active case gets a new card with its next change.

        Raises:
            NotSaved: it is not noted.
        """
        await self._store_card(guild_id, number, {"card_channel_id": None, "card_message_id": None, "card_version": version})

    async def pause(self, guild_id: int, *, now: datetime | None = None) -> None:
        """Leave a guild's channel alone for an hour, because it refused a message.

        Raises:
            NotSaved: it is not noted.
        """
        until = (now or datetime.now(UTC)) + _PAUSE
        async with self.database.write() as connection:
            mine = guild_settings.c.guild_id == guild_id
            await connection.execute(sa.update(guild_settings).where(mine).values(review_paused_until=until))

    async def may_report_trouble(self, guild_id: int, *, now: datetime | None = None) -> bool:
        """Return whether an administrator may be told of trouble now: once in 24 hours; taken note of at once.

        Raises:
            NotSaved: it is not noted, so nobody should be told.
        """
        now = now or datetime.now(UTC)
        told = guild_settings.c.trouble_told_at
        due = (guild_settings.c.guild_id == guild_id) & (told.is_(None) | (told <= now - _BETWEEN_REPORTS))
        async with self.database.write() as connection:
            return (await connection.execute(sa.update(guild_settings).where(due).values(trouble_told_at=now))).rowcount == 1

    async def _store_card(self, guild_id: int, number: int, values: dict[str, int | None]) -> None:
        async with self.database.write() as connection:
            await _update(connection, guild_id, number, values)


async def _update(connection: AsyncConnection, guild_id: int, number: int, values: dict[str, int | None]) -> None:
    this = (cases.c.guild_id == guild_id) & (cases.c.number == number)
    await connection.execute(sa.update(cases).where(this).values(values))
