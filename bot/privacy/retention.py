"""What expires by itself: the text of questions, of comments, and the data of servers that removed the bot.

A question's text lives for ``question_hours`` so that a vote can refer to it, and until ``feedback_days`` where the asker
voted or chose (or always, or never: ``keep_questions``). What expires is overwritten, not only unlinked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.kinds import CaseKind, Resolution
from bot.cases.signals import about_answers, bring_up_to_date
from bot.config import KeepQuestions, PrivacyConfig
from bot.privacy.deletion import Deleted, Tombstones, erase_guilds
from bot.storage.database import Database
from bot.storage.tables import NO_QUESTION_TEXT, answers, case_notes, cases, community_notes, guild_settings, judgements, signals, votes


@dataclass(frozen=True, slots=True)
class Expired:
    """What one pass deleted."""

    questions: int
    comments: int
    guilds: int
    notes: int = 0
    """Texts of moderators on closed cases, and notes of members that were dismissed."""

    def __bool__(self) -> bool:
        return bool(self.questions or self.comments or self.guilds or self.notes)


@dataclass(frozen=True, slots=True)
class _Expiry:
    """For how long some servers keep texts."""

    guilds: Callable[[sa.Column[int]], sa.ColumnElement[bool]]
    """Whether a row's server is among them."""
    since: datetime
    """What is older expires."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Deletes what has been kept long enough."""

    database: Database
    config: PrivacyConfig
    tombstones: Tombstones

    async def expire(self, now: datetime | None = None) -> Expired:
        """Delete what has expired by ``now`` and return how much it was.

        Raises:
            NotSaved: nothing was deleted.
        """
        now = now or datetime.now(UTC)
        questions = comments = notes = 0
        async with self.database.write() as connection:
            for period in await self._periods(connection, now):
                questions += await self._expire_questions(connection, period, now)
                comments += await _expire_comments(connection, period, now)
                notes += await _expire_closed(connection, period, now)
            guilds = await self._expire_guilds(connection, now)
        expired = Expired(questions, comments, guilds, notes)
        # the log is emptied every time: an earlier deletion may have had to leave it while somebody was reading
        await self.database.forget_deleted_bytes(rewrite=bool(expired))
        return expired

    async def _periods(self, connection: AsyncConnection, now: datetime) -> list[_Expiry]:
        """The period of each server that keeps texts more shortly than the operator, and that of all others."""
        days = guild_settings.c.feedback_days
        query = sa.select(guild_settings.c.guild_id, days).where(days.is_not(None), days < self.config.feedback_days)
        own = {row.guild_id: row.feedback_days for row in await connection.execute(query)}
        rest = _Expiry(lambda column: column.not_in(list(own)), now - timedelta(days=self.config.feedback_days))
        return [rest, *(_Expiry(partial(_is, guild_id), now - timedelta(days=kept)) for guild_id, kept in own.items())]

    async def _expire_questions(self, connection: AsyncConnection, period: _Expiry, now: datetime) -> int:
        expired = period.guilds(answers.c.guild_id) & self._expired_questions(period.since, now)
        about = about_answers(sa.select(answers.c.id).where(expired))
        touched = [row.id for row in await connection.execute(sa.select(cases.c.id).where(about))]
        count = (await connection.execute(sa.update(answers).where(expired).values(NO_QUESTION_TEXT))).rowcount
        await bring_up_to_date(connection, touched, now)
        return count

    def _expired_questions(self, since: datetime, now: datetime) -> sa.ColumnElement[bool]:
        has_text = answers.c.question.is_not(None)
        young = answers.c.asked_at >= now - timedelta(hours=self.config.question_hours)
        recent = answers.c.asked_at >= since
        match self.config.keep_questions:
            case KeepQuestions.NEVER:
                return has_text & ~young & ~(recent & _was_sent_to_moderators())
            case KeepQuestions.ALWAYS:
                return has_text & ~recent & ~young
            case KeepQuestions.WITH_FEEDBACK:
                return has_text & ~young & ~(recent & (_asker_gave_feedback() | _was_sent_to_moderators()))

    async def _expire_guilds(self, connection: AsyncConnection, now: datetime) -> int:
        left = now - timedelta(days=self.config.removed_guild_days)
        gone = sa.select(guild_settings.c.guild_id).where(guild_settings.c.removed_at < left)
        guilds = [row.guild_id for row in await connection.execute(gone)]
        if guilds:
            await self.tombstones.add(connection, Deleted.GUILD, guilds, now)
            await erase_guilds(connection, guilds, now)
        return len(guilds)


async def _expire_comments(connection: AsyncConnection, period: _Expiry, now: datetime) -> int:
    has_text = votes.c.comment.is_not(None) | votes.c.correction.is_not(None)
    old = period.guilds(votes.c.guild_id) & (votes.c.voted_at < period.since) & has_text
    about = sa.select(signals.c.case).where(signals.c.vote.in_(sa.select(votes.c.id).where(old))).distinct()
    touched = [row.case for row in await connection.execute(about)]
    count = (await connection.execute(sa.update(votes).where(old).values(comment=None, correction=None))).rowcount
    await bring_up_to_date(connection, touched, now)
    return count


async def _expire_closed(connection: AsyncConnection, period: _Expiry, now: datetime) -> int:
    """Delete what was written about cases that were closed long ago, and ids of members who have waited too long to be told."""
    old = period.guilds(cases.c.guild_id) & (cases.c.closed_at < period.since)
    these = sa.select(cases.c.id).where(old)
    noted = case_notes.c.case.in_(these) & case_notes.c.text.is_not(None)
    hidden = sa.select(cases.c.id).where(old, cases.c.resolution.is_distinct_from(Resolution.APPROVED.value))
    told = old & cases.c.closing_text.is_not(None)
    waiting = period.guilds(signals.c.guild_id) & (signals.c.sent_at < period.since) & signals.c.notify_user_id.is_not(None)
    await connection.execute(sa.update(signals).where(waiting).values(notify_user_id=None))
    touched = [
        *(await connection.execute(sa.update(case_notes).where(noted).values(text=None).returning(case_notes.c.case))).scalars(),
        *(
            await connection.execute(sa.delete(community_notes).where(community_notes.c.case.in_(hidden)).returning(community_notes.c.case))
        ).scalars(),
        *(await connection.execute(sa.update(cases).where(told).values(closing_text=None).returning(cases.c.id))).scalars(),
    ]
    await bring_up_to_date(connection, touched, now)
    return len(touched)


def _is(guild_id: int, column: sa.Column[int]) -> sa.ColumnElement[bool]:
    return column == guild_id


def _asker_gave_feedback() -> sa.ColumnElement[bool]:
    """Whether the member who asked also voted or chose; others' votes do not prolong the asker's text."""
    return sa.or_(
        *(sa.exists().where(table.c.answer == answers.c.id, table.c.member_hash == answers.c.member_hash) for table in (votes, judgements))
    )


def _was_sent_to_moderators() -> sa.ColumnElement[bool]:
    """Whether the member who asked agreed that moderators read the question."""
    agreed = (signals.c.answer == answers.c.id) & (signals.c.member_hash == answers.c.member_hash)
    return sa.exists().where(agreed, signals.c.kind == CaseKind.DECLINED.value)
