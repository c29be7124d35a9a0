"""What goes to the review channel of a guild without anybody asking: cards that are out of date, and the digest of a day or a week.

The bookkeeping, without Discord. A card is out of date when its case has a newer version than the one that was posted, so nothing needs to
be announced: whoever changes a case raises its version, and the next look finds it. A channel that refused a message is left alone for an
hour. Sending a digest is claimed by one conditional UPDATE, so it goes out once, also when two loops meet or the bot was away at the hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.case import CaseSummary, Place, summary_of, summary_query
from bot.cluster.shards import Shards
from bot.guilds.settings import DigestRhythm, Guilds, GuildSettings, days_until
from bot.review.phrasings import Phrasings
from bot.review.statistics import Report, report
from bot.storage.database import Database
from bot.storage.tables import cases, guild_settings

_DAYS = {DigestRhythm.DAILY: 1, DigestRhythm.WEEKLY: 7}


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest says."""

    rhythm: DigestRhythm
    report: Report
    """Of the days before today."""
    oldest_waiting_at: datetime | None
    """When the case that waits longest was opened; None where none waits."""
    without_words: int = 0
    """Confirmed phrasings that have lost their words and count for nothing until a moderator writes some."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Knows when a digest is due and what it says."""

    database: Database
    guilds: Guilds

    async def due(self, *, now: datetime | None = None) -> tuple[int, ...]:
        """The guilds, with a review channel, whose digest is due and was not sent."""
        now = now or datetime.now(UTC)
        wanted = (guild_settings.c.digest != DigestRhythm.OFF.value) & guild_settings.c.review_channel_id.is_not(None)
        query = sa.select(guild_settings.c.guild_id, guild_settings.c.digest_sent_at).where(
            wanted, self.guilds.shards.owned(guild_settings.c.guild_id), guild_settings.c.removed_at.is_(None)
        )
        async with self.database.read() as connection:
            rows = (await connection.execute(query.order_by(guild_settings.c.guild_id))).all()
        due = []
        for row in rows:
            settings = await self.guilds.settings(row.guild_id)
            if row.digest_sent_at is None or row.digest_sent_at < last_moment(settings, now):
                due.append(row.guild_id)
        return tuple(due)

    async def take(self, guild_id: int, *, now: datetime | None = None) -> Digest | None:
        """Take note that the digest is being sent, and compose it; None where it is not due.

        Raises:
            NotSaved: it is not noted, so it should not be sent.
        """
        now = now or datetime.now(UTC)
        settings = await self.guilds.settings(guild_id)
        if settings.digest is DigestRhythm.OFF:
            return None
        sent = guild_settings.c.digest_sent_at
        due = (guild_settings.c.guild_id == guild_id) & (sent.is_(None) | (sent < last_moment(settings, now)))
        async with self.database.write() as connection:
            if (await connection.execute(sa.update(guild_settings).where(due).values(digest_sent_at=now))).rowcount == 0:
                return None
        return await self.preview(guild_id, settings.digest, now=now)

    async def preview(self, guild_id: int, rhythm: DigestRhythm, *, now: datetime | None = None) -> Digest:
        """What a digest would say now; OFF is taken for a day."""
        settings = await self.guilds.settings(guild_id)
        period = days_until(now or datetime.now(UTC), _DAYS.get(rhythm, 1) + 1, settings.time_zone)[:-1]
        oldest = sa.select(sa.func.min(cases.c.opened_at)).where(cases.c.guild_id == guild_id, cases.c.closed_at.is_(None))
        async with self.database.read() as connection:
            numbers = await report(connection, guild_id, settings.time_zone, period)
            waiting: datetime | None = (await connection.execute(oldest)).scalar()
        return Digest(rhythm, numbers, waiting, await Phrasings(self.database).without_words(guild_id))


def last_moment(settings: GuildSettings, now: datetime) -> datetime:
    """When the digest was last due, in UTC, at the guild's hour; the weekly one is due on Mondays."""
    zone = ZoneInfo(settings.time_zone)
    day = now.astimezone(zone).date()
    if settings.digest is DigestRhythm.WEEKLY:
        day -= timedelta(days=day.weekday())
    moment = datetime.combine(day, time(settings.digest_hour), zone)
    if moment > now:
        step = 7 if settings.digest is DigestRhythm.WEEKLY else 1
        moment = datetime.combine(day - timedelta(days=step), time(settings.digest_hour), zone)
    return moment.astimezone(UTC)


_PAUSE = timedelta(hours=1)
_BETWEEN_REPORTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReviewChannel:
    """Knows which cards are where."""

    database: Database
    shards: Shards = field(default_factory=Shards)

    async def outdated(self, limit: int = 25, *, now: datetime | None = None) -> tuple[CaseSummary, ...]:
        """Cases whose card is missing or shows an older state, in guilds that have a review channel and are not paused.

        Of a case without a card, one is due with its next change, if it is still active then; what was there when the channel was
        chosen waits for that too.
        """
        now = now or datetime.now(UTC)
        rested = guild_settings.c.review_paused_until.is_(None) | (guild_settings.c.review_paused_until <= now)
        channel = guild_settings.c.review_channel_id.is_not(None) & guild_settings.c.removed_at.is_(None) & rested
        query = (
            summary_query()
            .join(guild_settings, guild_settings.c.guild_id == cases.c.guild_id)
            .where(
                channel,
                self.shards.owned(cases.c.guild_id),
                cases.c.card_version < cases.c.version,
                cases.c.card_message_id.is_not(None) | cases.c.closed_at.is_(None),
            )
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
        """Whether an administrator may hear of trouble now: once in 24 hours; taken note of at once.

        Raises:
            NotSaved: it is not noted, so nothing should be sent.
        """
        now = now or datetime.now(UTC)
        reported = guild_settings.c.trouble_told_at
        due = (guild_settings.c.guild_id == guild_id) & (reported.is_(None) | (reported <= now - _BETWEEN_REPORTS))
        async with self.database.write() as connection:
            return (await connection.execute(sa.update(guild_settings).where(due).values(trouble_told_at=now))).rowcount == 1

    async def _store_card(self, guild_id: int, number: int, values: dict[str, int | None]) -> None:
        async with self.database.write() as connection:
            await _update(connection, guild_id, number, values)


async def _update(connection: AsyncConnection, guild_id: int, number: int, values: dict[str, int | None]) -> None:
    this = (cases.c.guild_id == guild_id) & (cases.c.number == number)
    await connection.execute(sa.update(cases).where(this).values(values))
