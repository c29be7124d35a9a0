"""The digest: what moderators are told of a day or a week, at the hour that their guild chose.

Sending is claimed by one conditional UPDATE, so a digest goes out once, also when two loops meet or the bot was away at the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.guilds.settings import DigestRhythm, Guilds, GuildSettings
from bot.guilds.time_zones import days_until
from bot.review.report import Report
from bot.review.statistics import report
from bot.storage.database import Database
from bot.storage.review_tables import cases
from bot.storage.tables import guild_settings

_DAYS = {DigestRhythm.DAILY: 1, DigestRhythm.WEEKLY: 7}


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest says."""

    rhythm: DigestRhythm
    report: Report
    """Of the days before today."""
    oldest_waiting_at: datetime | None
    """When the case that waits longest was opened; None where none waits."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Knows when a digest is due and what it says."""

    database: Database
    guilds: Guilds

    async def due(self, *, now: datetime | None = None) -> tuple[int, ...]:
        """Return the guilds, with a review channel, whose digest is due and was not sent."""
        now = now or datetime.now(UTC)
        wanted = (guild_settings.c.digest != DigestRhythm.OFF.value) & guild_settings.c.review_channel_id.is_not(None)
        query = sa.select(guild_settings.c.guild_id, guild_settings.c.digest_sent_at).where(wanted, guild_settings.c.removed_at.is_(None))
        async with self.database.read() as connection:
            rows = (await connection.execute(query.order_by(guild_settings.c.guild_id))).all()
        due = []
        for row in rows:
            settings = await self.guilds.settings(row.guild_id)
            if row.digest_sent_at is None or row.digest_sent_at < last_moment(settings, now):
                due.append(row.guild_id)
        return tuple(due)

    async def take(self, guild_id: int, *, now: datetime | None = None) -> Digest | None:
        """Take note that the digest is being sent and return what it says; None where it is not due.

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
        """Return what a digest would say now; OFF is taken for a day."""
        settings = await self.guilds.settings(guild_id)
        period = days_until(now or datetime.now(UTC), _DAYS.get(rhythm, 1) + 1, settings.time_zone)[:-1]
        oldest = sa.select(sa.func.min(cases.c.opened_at)).where(cases.c.guild_id == guild_id, cases.c.closed_at.is_(None))
        async with self.database.read() as connection:
            numbers = await report(connection, guild_id, settings.time_zone, period)
            waiting: datetime | None = (await connection.execute(oldest)).scalar()
        return Digest(rhythm, numbers, waiting)


def last_moment(settings: GuildSettings, now: datetime) -> datetime:
    """Return when the digest was last due, at the guild's hour; the weekly one is due on Mondays."""
    zone = ZoneInfo(settings.time_zone)
    day = now.astimezone(zone).date()
    if settings.digest is DigestRhythm.WEEKLY:
        day -= timedelta(days=day.weekday())
    moment = datetime.combine(day, time(settings.digest_hour), zone)
    if moment > now:
        step = 7 if settings.digest is DigestRhythm.WEEKLY else 1
        moment = datetime.combine(day - timedelta(days=step), time(settings.digest_hour), zone)
    return moment.astimezone(UTC)
