"""What expires by itself: the text of questions, of comments, their part in gaps, and the data of servers that removed the bot.

A question's text lives for ``question_hours`` so that a vote can refer to it, and until ``feedback_days`` where the asker
voted or chose (or always, or never: ``keep_questions``). What expires is overwritten, not only unlinked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.case import CaseKind, NoticeState, Resolution
from bot.cases.conversation import shown_beside
from bot.cases.signals import about_answers, bring_up_to_date
from bot.config import KeepQuestions, PrivacyConfig
from bot.privacy.deletion import Deleted, Tombstones, erase_some_of_guild, take_out_of_gaps
from bot.storage import tables
from bot.storage.database import Database, read_in_thread
from bot.storage.dialect import Place
from bot.storage.tables import (
    NO_QUESTION_TEXT,
    answers,
    case_notes,
    cases,
    community_notes,
    guild_settings,
    judgements,
    phrasings,
    proofs,
    proposals,
    signals,
    votes,
)

DRAFT_HOURS = 24
"""For how long a phrasing waits to be confirmed."""
_STEP = 100
"""Rows changed in one transaction, with the cases that show them, while others wait to write."""


@dataclass(frozen=True, slots=True)
class Expired:
    """What one pass deleted."""

    questions: int
    comments: int
    guilds: int
    notes: int = 0
    """Texts of moderators on closed cases, corrections that were settled, and notes of members that were dismissed."""

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
        """Delete what has expired by ``now``, in steps between which others write; counts say how much it was.

        Raises:
            NotSaved: a step failed; what the steps before it deleted is gone, and the next pass does the rest.
        """
        now = now or datetime.now(UTC)
        questions = comments = notes = guilds = 0
        for period in await self._periods(now):
            questions += await self._expire_questions(period, now)
            comments += await self._in_steps(sa.select(votes.c.id).where(_old_comments(period)), partial(_expire_comments, now=now))
            notes += await self._in_steps(sa.select(cases.c.id).where(_closed_long_ago(period)), partial(_expire_closed, now=now))
            await self._in_steps(sa.select(signals.c.id).where(_waiting_too_long(period)), _expire_waiting)
            await self._in_steps(sa.select(phrasings.c.id).where(_wordless_too_long(period)), _expire_wordless)
            await self._in_steps(_old_shares(period), _expire_shares)
            settled = period.guilds(proposals.c.guild_id) & (proposals.c.settled_at < period.since)
            notes += await self._in_steps(sa.select(proposals.c.id).where(settled), _expire_settled)
        waited = tables.phrasing_drafts.c.drafted_at < now - timedelta(hours=DRAFT_HOURS)
        await self._in_steps(sa.select(tables.phrasing_drafts.c.id).where(waited), _expire_drafts)
        for guild_id in await self._left_long_ago(now):
            await self._erase_guild(guild_id, now)
            guilds += 1
        expired = Expired(questions, comments, guilds, notes)
        # the log is emptied every time: an earlier deletion may have had to leave it while somebody was reading
        await self.database.forget_deleted_bytes(rewrite=bool(expired))
        return expired

    async def _in_steps(self, found: sa.Select[int], step: Callable[[AsyncConnection, Sequence[int]], Awaitable[int]]) -> int:
        """Look rows up in a thread, since there may be millions, and change some at a time.

        Args:
            found: the rows; a step looks again at whatever of it may have changed meanwhile.
            step: changes the rows of some ids and counts them.
        """
        ids = await asyncio.to_thread(_looked_up, self.database.place, found)
        changed = 0
        for start in range(0, len(ids), _STEP):
            async with self.database.write() as connection:
                changed += await step(connection, ids[start : start + _STEP])
        return changed

    async def _periods(self, now: datetime) -> list[_Expiry]:
        """The period of each server that keeps texts more shortly than the operator, and that of all others."""
        days = guild_settings.c.feedback_days
        query = sa.select(guild_settings.c.guild_id, days).where(days.is_not(None), days < self.config.feedback_days)
        async with self.database.read() as connection:
            own = {row.guild_id: row.feedback_days for row in await connection.execute(query)}
        rest = _Expiry(lambda column: column.not_in(list(own)), now - timedelta(days=self.config.feedback_days))
        return [rest, *(_Expiry(partial(_is, guild_id), now - timedelta(days=kept)) for guild_id, kept in own.items())]

    async def _expire_questions(self, period: _Expiry, now: datetime) -> int:
        expired = self._expired_questions(period.since, now)

        async def step(connection: AsyncConnection, ids: Sequence[int]) -> int:
            these = answers.c.id.in_(ids) & expired  # looked at again: somebody may have voted meanwhile
            about = about_answers(sa.select(answers.c.id).where(these))
            touched = [row.id for row in await connection.execute(sa.select(cases.c.id).where(about))]
            touched += (await connection.execute(shown_beside(sa.select(answers.c.id).where(these)))).scalars()
            count = (await connection.execute(sa.update(answers).where(these).values(NO_QUESTION_TEXT))).rowcount
            await bring_up_to_date(connection, touched, now)
            return count

        return await self._in_steps(sa.select(answers.c.id).where(period.guilds(answers.c.guild_id) & expired), step)

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

    async def _left_long_ago(self, now: datetime) -> list[int]:
        left = now - timedelta(days=self.config.removed_guild_days)
        query = sa.select(guild_settings.c.guild_id).where(guild_settings.c.removed_at < left)
        async with self.database.read() as connection:
            return list((await connection.execute(query)).scalars())

    async def _erase_guild(self, guild_id: int, now: datetime) -> None:
        """Delete a server some rows at a time; until the last of them is gone it counts as removed, so a crash between is made up for."""
        async with self.database.write() as connection:
            await self.tombstones.add(connection, Deleted.GUILD, [guild_id], now)
        finished = False
        while not finished:
            async with self.database.write() as connection:
                finished = await erase_some_of_guild(connection, guild_id)


def _looked_up(place: Place, found: sa.Select[int]) -> list[int]:
    with read_in_thread(place) as connection:
        return list(connection.execute(found).scalars())


def _old_comments(period: _Expiry) -> sa.ColumnElement[bool]:
    has_text = votes.c.comment.is_not(None) | votes.c.correction.is_not(None)
    return period.guilds(votes.c.guild_id) & (votes.c.voted_at < period.since) & has_text


async def _expire_comments(connection: AsyncConnection, ids: Sequence[int], *, now: datetime) -> int:
    about = sa.select(signals.c.case).where(signals.c.vote.in_(ids)).distinct()
    touched = [row.case for row in await connection.execute(about)]
    count = (await connection.execute(sa.update(votes).where(votes.c.id.in_(ids)).values(comment=None, correction=None))).rowcount
    await bring_up_to_date(connection, touched, now)
    return count


def _closed_long_ago(period: _Expiry) -> sa.ColumnElement[bool]:
    """Whether a case was closed long ago and still has what was written about it, or a note that was not approved."""
    noted = sa.exists().where(case_notes.c.case == cases.c.id, case_notes.c.text.is_not(None))
    hidden = cases.c.resolution.is_distinct_from(Resolution.APPROVED.value) & sa.exists().where(community_notes.c.case == cases.c.id)
    reasoned = sa.exists().where(proofs.c.case == cases.c.id, proofs.c.why.is_not(None))
    written = cases.c.closing_text.is_not(None) | noted | hidden | reasoned
    return period.guilds(cases.c.guild_id) & (cases.c.closed_at < period.since) & written


async def _expire_closed(connection: AsyncConnection, ids: Sequence[int], *, now: datetime) -> int:
    """Delete what was written about cases that were closed long ago, unless one was opened again meanwhile."""
    these = cases.c.id.in_(ids) & cases.c.closed_at.is_not(None)
    closed = sa.select(cases.c.id).where(these)
    hidden = closed.where(cases.c.resolution.is_distinct_from(Resolution.APPROVED.value))
    noted = sa.update(case_notes).where(case_notes.c.case.in_(closed), case_notes.c.text.is_not(None)).values(text=None)
    gone = sa.delete(community_notes).where(community_notes.c.case.in_(hidden)).returning(community_notes.c.case)
    reasons = sa.update(proofs).where(proofs.c.case.in_(closed), proofs.c.why.is_not(None)).values(why=None).returning(proofs.c.case)
    ended = sa.update(cases).where(these, cases.c.closing_text.is_not(None)).values(closing_text=None).returning(cases.c.id)
    touched = [
        row
        for statement in (noted.returning(case_notes.c.case), gone, reasons, ended)
        for row in (await connection.execute(statement)).scalars()
    ]
    await bring_up_to_date(connection, touched, now)
    return len(touched)


def _waiting_too_long(period: _Expiry) -> sa.ColumnElement[bool]:
    """Whether a member has waited too long for a reply."""
    return period.guilds(signals.c.guild_id) & (signals.c.sent_at < period.since) & signals.c.notify_user_id.is_not(None)


async def _expire_waiting(connection: AsyncConnection, ids: Sequence[int]) -> int:
    """Forget who waited; of several answers with which a member waits behind a case the last one says so, since it is one member."""
    still = signals.c.id.in_(ids) & signals.c.notify_user_id.is_not(None)  # looked at again: it may have been sent meanwhile
    other = signals.alias()
    theirs = (other.c.case == signals.c.case) & (other.c.notify_user_id == signals.c.notify_user_id)
    waits_on = sa.exists().where(theirs, (other.c.id > signals.c.id) | other.c.id.not_in(ids))
    await connection.execute(sa.update(signals).where(still, ~waits_on).values(notice=NoticeState.EXPIRED.value))
    return (await connection.execute(sa.update(signals).where(still).values(notify_user_id=None))).rowcount


def _wordless_too_long(period: _Expiry) -> sa.ColumnElement[bool]:
    """Whether a rule lost its words long ago and no moderator has written any since."""
    wordless = phrasings.c.text.is_(None) & phrasings.c.wording.is_(None)
    return period.guilds(phrasings.c.guild_id) & (phrasings.c.words_gone_at < period.since) & wordless


async def _expire_wordless(connection: AsyncConnection, ids: Sequence[int]) -> int:
    still = phrasings.c.id.in_(ids) & phrasings.c.wording.is_(None)
    return (await connection.execute(sa.delete(phrasings).where(still))).rowcount


def _old_shares(period: _Expiry) -> sa.Select[int]:
    """Questions that were part of a gap for as long as texts are kept."""
    joined = tables.gap_questions.join(answers, tables.gap_questions.c.answer == answers.c.id)
    old = period.guilds(tables.gap_questions.c.guild_id) & (answers.c.asked_at < period.since)
    return sa.select(tables.gap_questions.c.answer).select_from(joined).where(old)


async def _expire_shares(connection: AsyncConnection, rows: Sequence[int]) -> int:
    await take_out_of_gaps(connection, rows)
    return len(rows)


async def _expire_settled(connection: AsyncConnection, ids: Sequence[int]) -> int:
    return (await connection.execute(sa.delete(proposals).where(proposals.c.id.in_(ids)))).rowcount


async def _expire_drafts(connection: AsyncConnection, ids: Sequence[int]) -> int:
    return (await connection.execute(sa.delete(tables.phrasing_drafts).where(tables.phrasing_drafts.c.id.in_(ids)))).rowcount


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
