"""The settings of a server, with defaults for a server that has decided nothing, and the days of its own clock.

Settings are read for every answer, so they are held in memory after the first look; where other processes may write too, they announce it,
and nothing is held while that might be missed. An outage of a
server (Discord calls it unavailable) changes nothing here; only being removed starts the clock of retention. A day is from midnight to
midnight on the guild's clock: 23 or 25 hours when the clock is changed, so that days put end to end leave nothing out and count nothing
twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import sqlalchemy as sa
from cachetools import LRUCache
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cluster.session import Topic, announce
from bot.cluster.shards import Shards
from bot.errors import InputError
from bot.observing import SILENT, Observer
from bot.storage.audit import AuditAction, write_audit
from bot.storage.columns import record_of
from bot.storage.database import Database
from bot.storage.dialect import upsert
from bot.storage.tables import DIRECT_MESSAGES, answers, cases, guild_settings

_FIRST = ("UTC", "Europe/London", "Europe/Paris", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Asia/Tokyo")
"""What is offered before anything is typed."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day on a guild's clock."""

    date: date
    begins: datetime
    """In UTC, the first moment that belongs to the day."""
    ends: datetime
    """In UTC, the first moment that belongs to the next day."""


def is_time_zone(name: str) -> bool:
    """Whether the time zone database of this computer has the name; abbreviations such as EST are none."""
    return name in _names()


def zone_named(typed: str) -> str | None:
    """The time zone that was typed, without regard to case and spaces; None where there is none of that name."""
    return _plain_names().get(_plain(typed))


def zones_like(typed: str, limit: int = 25) -> tuple[str, ...]:
    """Names that hold what was typed, those whose city begins with it first; some well-known ones before anything is typed."""
    wanted = _plain(typed)
    if not wanted:
        return _FIRST[:limit]
    found = [name for plain, name in _plain_names().items() if wanted in plain]
    return tuple(sorted(found, key=lambda name: (not _plain(name.rpartition("/")[2]).startswith(wanted), name))[:limit])


def day_begins(day: date, zone: str) -> datetime:
    """The moment, in UTC, at which a day begins on the clocks of a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def days_until(now: datetime, days: int, zone: str) -> tuple[Day, ...]:
    """The last days up to and with today, in order and without a gap.

    Args:
        now: any moment of the last day.
        days: how many, at least 1.
        zone: whose clock counts.
    """
    last = now.astimezone(ZoneInfo(zone)).date()
    return tuple(_days(last - timedelta(days=days - 1), days, zone))


def _days(first: date, days: int, zone: str) -> Iterator[Day]:
    begins = day_begins(first, zone)
    for number in range(days):
        day = first + timedelta(days=number)
        ends = day_begins(day + timedelta(days=1), zone)
        yield Day(day, begins, ends)
        begins = ends


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if not character.isspace() and character != "_")


@cache
def _plain_names() -> Mapping[str, str]:
    return {_plain(name): name for name in _names()}


@cache
def _names() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


MOST_ROLES = 25
MOST_CHANNELS = 25
LOWEST_THRESHOLD = 0.3
"""An answer that is less likely right than this helps nobody."""
HIGHEST_THRESHOLD = 0.99
LOWEST_FORUM_THRESHOLD = 0.5
"""Nobody asked the bot in a forum post, so it needs to be surer there."""
LONGEST_PLACES = 200
"""Characters of what is said about other places to ask."""
SHORTEST_RETENTION = 1
LONGEST_RETENTION = 3650


class SettingsRefused(InputError):
    """A setting has a value that it cannot have; the message names it and what is possible."""


class DigestRhythm(StrEnum):
    """How often moderators get a digest."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What a server has decided."""

    guild_id: int
    vote_controls: bool = True
    """Whether answers carry the buttons Helpful and Not helpful."""
    moderator_roles: frozenset[int] = frozenset()
    """Roles whose members moderate, beside everybody with Manage Messages."""
    review_channel_id: int | None = None
    """Where new cases are posted; None posts nothing."""
    digest: DigestRhythm = DigestRhythm.OFF
    digest_hour: int = 9
    """On the server's clock, from 0 to 23."""
    time_zone: str = "UTC"
    answer_channels: frozenset[int] = frozenset()
    """Where the bot may answer; empty means everywhere."""
    forum_channels: frozenset[int] = frozenset()
    """Forums in which a new post is answered by itself."""
    forum_threshold: float = 0.85
    """The probability of being right from which it does so."""
    answer_threshold: float | None = None
    """The probability from which a question is answered; None leaves it to the operator."""
    feedback_days: int | None = None
    """For how long texts of members are kept; None leaves it to the operator, whose limit holds anyway."""
    other_places: str = ""
    """Where else members can ask, in the administrator's words, on one line; "" says nothing."""

    def may_answer_in(self, *channel_ids: int) -> bool:
        """Whether the bot may answer in a channel; of a thread, pass the id of its parent too."""
        return not self.answer_channels or not self.answer_channels.isdisjoint(channel_ids)


_MOST_HELD = 10_000


def _nothing_held() -> LRUCache[int, GuildSettings]:
    return LRUCache(_MOST_HELD)


_DECIDED = tuple(one.name for one in fields(GuildSettings) if one.name != "guild_id")
_COLUMNS = tuple(guild_settings.c[name] for name in _DECIDED)


@dataclass
class Guilds:
    """Reads and changes the settings of servers."""

    database: Database
    observer: Observer = SILENT
    shards: Shards = field(default_factory=Shards)
    holding: bool = True
    """Whether what is held in memory may be used; another process may have changed it unheard."""
    _held: LRUCache[int, GuildSettings] = field(default_factory=_nothing_held, repr=False)

    async def settings(self, guild_id: int) -> GuildSettings:
        """What a server has decided so far."""
        held = self._held if self.holding else _nothing_held()
        self.observer.looked_up_settings(held=guild_id in held)
        if guild_id in held:
            return held[guild_id]
        async with self.database.read() as connection:
            stored = await _stored(connection, guild_id)
        return held.setdefault(guild_id, stored)  # a change that was made meanwhile is newer

    @property
    def held(self) -> int:
        """How many servers' settings are in memory."""
        return len(self._held)

    def forget_held(self) -> None:
        """Drop what is held in memory, after data of servers was deleted; a read that is under way fills only what was dropped."""
        self._held = _nothing_held()

    async def change(self, guild_id: int, actor_id: int, decide: Callable[[GuildSettings], GuildSettings]) -> GuildSettings:
        """Change settings and write down who did it; the settings are as returned then.

        Args:
            guild_id: the server.
            actor_id: Discord id of the administrator.
            decide: is given the settings of the moment and returns those wanted, usually by ``replace``.

        Raises:
            SettingsRefused: a value is not possible, or it is no server; nothing was changed.
            NotSaved: nothing was changed.
        """
        if guild_id == DIRECT_MESSAGES:
            raise SettingsRefused("Direct messages have no settings; use the command in a server that has added this bot.")
        now = datetime.now(UTC)
        async with self.database.write() as connection:
            before = await _stored(connection, guild_id)
            after = decide(before)
            check_settings(after)
            changed = [name for name in _DECIDED if getattr(before, name) != getattr(after, name)]
            if changed:
                values: dict[str, object] = {name: getattr(after, name) for name in changed}
                if "review_channel_id" in changed:
                    values |= {"review_paused_until": None}
                    await connection.execute(_keep_old_cases_out(guild_id))
                if "digest" in changed:
                    values |= {"digest_sent_at": now}
                await connection.execute(_upsert(guild_id, now, values))
            for name in changed:
                detail = f"{name}: {_shown(getattr(before, name))} → {_shown(getattr(after, name))}"
                await write_audit(connection, guild_id, actor_id, AuditAction.CHANGED_SETTING, now, detail=detail)
            await announce(connection, Topic.SETTINGS)
        self._held[guild_id] = after
        return after

    async def joined(self, guild_id: int) -> None:
        """Take note that the bot is in a server, which stops the clock of retention."""
        await self._note(guild_id, removed_at=None)

    async def removed(self, guild_id: int) -> None:
        """Take note that the bot was removed from a server; its data is deleted when the retention has passed."""
        await self._note(guild_id, removed_at=datetime.now(UTC))
        self._held.pop(guild_id, None)

    async def reconcile(self, present: frozenset[int], shard: int | None = None) -> None:
        """Take note of servers that removed the bot, or took it back, while it was not connected.

        Args:
            present: the servers that Discord says the bot is in, those with an outage included.
            shard: of which shard these are all; None where they are all there are. Of other shards' servers this says nothing.
        """
        known = sa.union(sa.select(answers.c.guild_id), sa.select(guild_settings.c.guild_id))
        gone = sa.select(guild_settings.c.guild_id).where(guild_settings.c.removed_at.is_not(None))
        async with self.database.read() as connection:
            stored = {row.guild_id for row in await connection.execute(known)} - {DIRECT_MESSAGES}
            removed = {row.guild_id for row in await connection.execute(gone)}
        if shard is not None:
            stored = {guild_id for guild_id in stored if self.shards.shard_of(guild_id) == shard}
        for guild_id in stored - present - removed:
            await self.removed(guild_id)
        for guild_id in removed & present:
            await self.joined(guild_id)

    async def _note(self, guild_id: int, *, removed_at: datetime | None) -> None:
        async with self.database.write() as connection:
            await connection.execute(_upsert(guild_id, datetime.now(UTC), {"removed_at": removed_at}))


def check_settings(settings: GuildSettings) -> None:
    """Make sure that every setting has a value that it can have.

    Raises:
        SettingsRefused: one has not.
    """
    if not 0 <= settings.digest_hour <= 23:
        raise SettingsRefused("digest hour: must be from 0 to 23.")
    if not is_time_zone(settings.time_zone):
        raise SettingsRefused(
            "time zone: there is no such zone. Give the name of one, such as Europe/Paris; the list helps while you type."
        )
    for name, ids, most in (
        ("moderator roles", settings.moderator_roles, MOST_ROLES),
        ("answer channels", settings.answer_channels, MOST_CHANNELS),
        ("forum channels", settings.forum_channels, MOST_CHANNELS),
    ):
        if len(ids) > most:
            raise SettingsRefused(f"{name}: at most {most} can be chosen.")
    if len(settings.other_places) > LONGEST_PLACES or not all(map(str.isprintable, settings.other_places)):
        raise SettingsRefused(f"other places to ask: at most {LONGEST_PLACES} characters, on one line.")
    _check_threshold("answer threshold", settings.answer_threshold, LOWEST_THRESHOLD)
    _check_threshold("forum threshold", settings.forum_threshold, LOWEST_FORUM_THRESHOLD)
    if settings.feedback_days is not None and not SHORTEST_RETENTION <= settings.feedback_days <= LONGEST_RETENTION:
        raise SettingsRefused(f"retention: must be from {SHORTEST_RETENTION} to {LONGEST_RETENTION} days.")


def _check_threshold(name: str, value: float | None, lowest: float) -> None:
    if value is not None and not lowest <= value <= HIGHEST_THRESHOLD:
        raise SettingsRefused(f"{name}: must be from {lowest:.0%} to {HIGHEST_THRESHOLD:.0%}.")


async def _stored(connection: AsyncConnection, guild_id: int) -> GuildSettings:
    row = (await connection.execute(sa.select(*_COLUMNS).where(guild_settings.c.guild_id == guild_id))).first()
    if row is None:
        return GuildSettings(guild_id)
    return record_of(GuildSettings, row, guild_id=guild_id, digest=DigestRhythm(row.digest))


def _keep_old_cases_out(guild_id: int) -> sa.Update:
    """Take all cases without a card for posted, so that a channel that was just chosen is not filled with what is there already."""
    without = (cases.c.guild_id == guild_id) & cases.c.card_message_id.is_(None)
    return sa.update(cases).where(without).values(card_version=cases.c.version)


def _upsert(guild_id: int, now: datetime, values: dict[str, object]) -> sa.Insert:
    return upsert(guild_settings, {"guild_id": guild_id}, {**values, "updated_at": now})


def _shown(value: object) -> str:
    """A value as the audit log shows it."""
    match value:
        case None:
            return "default"
        case frozenset():
            return ", ".join(map(str, sorted(value))) or "none"
        case bool():
            return "on" if value else "off"
        case "":
            return "none"
        case _:
            return str(value)
