"""The settings of a server, with defaults for a server that has decided nothing.

Read for every answer, so they are held in memory after the first look; this process is the only writer. An outage of a
server (Discord calls it unavailable) changes nothing here; only being removed starts the clock of retention.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import InputError
from bot.guilds.time_zones import is_time_zone
from bot.storage.audit import AuditAction, write_audit
from bot.storage.database import Database
from bot.storage.tables import DIRECT_MESSAGES, answers, cases, guild_settings

MOST_ROLES = 25
MOST_CHANNELS = 25
LOWEST_THRESHOLD = 0.3
"""An answer that is less likely right than this helps nobody."""
HIGHEST_THRESHOLD = 0.99
LOWEST_FORUM_THRESHOLD = 0.5
"""Nobody asked the bot in a forum post, so it needs to be surer there."""
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

    def may_answer_in(self, *channel_ids: int) -> bool:
        """Return whether the bot may answer in a channel; of a thread, pass the id of its parent too."""
        return not self.answer_channels or not self.answer_channels.isdisjoint(channel_ids)


_DECIDED = tuple(one.name for one in fields(GuildSettings) if one.name != "guild_id")
_COLUMNS = tuple(guild_settings.c[name] for name in _DECIDED)


@dataclass
class Guilds:
    """Reads and changes the settings of servers."""

    database: Database
    _held: dict[int, GuildSettings] = field(default_factory=dict, repr=False)

    async def settings(self, guild_id: int) -> GuildSettings:
        """Return a server's settings."""
        known = self._held
        if guild_id not in known:
            async with self.database.read() as connection:
                stored = await _stored(connection, guild_id)
            known.setdefault(guild_id, stored)  # a change that was made meanwhile is newer
        return known[guild_id]

    def forget_held(self) -> None:
        """Drop what is held in memory, after data of servers was deleted; a read that is under way fills only what was dropped."""
        self._held = {}

    async def change(self, guild_id: int, actor_id: int, decide: Callable[[GuildSettings], GuildSettings]) -> GuildSettings:
        """Change settings, write down who did it, and return the settings then.

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
        self._held[guild_id] = after
        return after

    async def joined(self, guild_id: int) -> None:
        """Take note that the bot is in a server, which stops the clock of retention."""
        await self._note(guild_id, removed_at=None)

    async def removed(self, guild_id: int) -> None:
        """Take note that the bot was removed from a server; its data is deleted when the retention has passed."""
        await self._note(guild_id, removed_at=datetime.now(UTC))
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
    return GuildSettings(
        guild_id=guild_id,
        vote_controls=row.vote_controls,
        moderator_roles=row.moderator_roles,
        review_channel_id=row.review_channel_id,
        digest=DigestRhythm(row.digest),
        digest_hour=row.digest_hour,
        time_zone=row.time_zone,
        answer_channels=row.answer_channels,
        forum_channels=row.forum_channels,
        forum_threshold=row.forum_threshold,
        answer_threshold=row.answer_threshold,
        feedback_days=row.feedback_days,
    )


def _keep_old_cases_out(guild_id: int) -> sa.Update:
    """Take all cases without a card for posted, so that a channel that was just chosen is not filled with what is there already."""
    without = (cases.c.guild_id == guild_id) & cases.c.card_message_id.is_(None)
    return sa.update(cases).where(without).values(card_version=cases.c.version)


def _upsert(guild_id: int, now: datetime, values: dict[str, object]) -> sa.Insert:
    row = {**values, "updated_at": now}
    return insert(guild_settings).values(guild_id=guild_id, **row).on_conflict_do_update(index_elements=["guild_id"], set_=row)


def _shown(value: object) -> str:
    """A value as the audit log shows it."""
    match value:
        case None:
            return "default"
        case frozenset():
            return ", ".join(map(str, sorted(value))) or "none"
        case bool():
            return "on" if value else "off"
        case _:
            return str(value)
