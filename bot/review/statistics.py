"""How the bot and its moderators are doing: counted by the database, for days on the guild's own clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.outcome import OutcomeKind
from bot.feedback.case_kinds import CLOSED
from bot.feedback.reasons import Reason
from bot.guilds.settings import Guilds
from bot.guilds.time_zones import Day, days_until
from bot.review.report import DayCount, Proportion, ReasonCount, Report, SectionScore, WeekCount
from bot.storage.database import Database
from bot.storage.review_tables import cases
from bot.storage.tables import answers, votes

LONGEST_PERIOD = 366
"""Days."""
_WORST = 10
_MILLISECONDS_AN_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts."""

    database: Database
    guilds: Guilds

    async def of(self, guild_id: int, days: int = 30, *, now: datetime | None = None) -> Report:
        """Return the numbers of the last days, today included, on the guild's clock.

        Args:
            guild_id: whose numbers.
            days: how many, from 1 to 366; more are cut.
            now: the moment that today is taken from.
        """
        settings = await self.guilds.settings(guild_id)
        period = days_until(now or datetime.now(UTC), max(1, min(days, LONGEST_PERIOD)), settings.time_zone)
        async with self.database.read() as connection:
            return await report(connection, guild_id, settings.time_zone, period)


async def report(connection: AsyncConnection, guild_id: int, zone: str, period: Sequence[Day]) -> Report:
    """Return the numbers of some days in a row."""
    since, until = period[0].begins, period[-1].ends
    counted = await _questions(connection, guild_id, period)
    hours = await _hours_to_close(connection, guild_id, since, until)
    voted = await _votes(connection, guild_id, since, until)
    return Report(
        guild_id=guild_id,
        zone=zone,
        since=since,
        until=until,
        answered=sum(day.answered for day in counted),
        suggested=sum(day.suggested for day in counted),
        declined=sum(day.declined for day in counted),
        days=counted,
        weeks=_weeks(counted),
        helpful=voted.helpful,
        reasons=voted.reasons,
        worst=voted.worst,
        opened=await _count(connection, guild_id, cases.c.opened_at >= since, cases.c.opened_at < until),
        closed=hours.closed,
        waiting=await _count(connection, guild_id, cases.c.closed_at.is_(None)),
        median_hours=hours.median,
        p90_hours=hours.p90,
    )


async def _questions(connection: AsyncConnection, guild_id: int, period: Sequence[Day]) -> tuple[DayCount, ...]:
    """Count outcomes by day: each day is a range of its own, so a day of 23 or 25 hours is no special case."""
    limits = sa.values(
        sa.column("day", sa.Integer), sa.column("begins", answers.c.asked_at.type), sa.column("ends", answers.c.asked_at.type)
    )
    bounds = limits.data([(number, day.begins, day.ends) for number, day in enumerate(period)]).alias("limits").cte("days")
    within = (answers.c.guild_id == guild_id) & (answers.c.asked_at >= bounds.c.begins) & (answers.c.asked_at < bounds.c.ends)
    query = sa.select(bounds.c.day, answers.c.outcome, sa.func.count()).select_from(bounds.join(answers, within))
    found: dict[tuple[int, str], int] = {}
    for day, outcome, number in await connection.execute(query.group_by(bounds.c.day, answers.c.outcome)):
        found[day, outcome] = number
    kinds = (OutcomeKind.ANSWER, OutcomeKind.SUGGESTIONS, OutcomeKind.ABSTENTION)
    return tuple(DayCount(day.date, *(found.get((number, kind.value), 0) for kind in kinds)) for number, day in enumerate(period))


def _weeks(counted: Sequence[DayCount]) -> tuple[WeekCount, ...]:
    sums: dict[date, list[int]] = {}
    for day in counted:
        week = sums.setdefault(day.date - timedelta(days=day.date.weekday()), [0, 0, 0])
        for place, number in enumerate((day.answered, day.suggested, day.declined)):
            week[place] += number
    return tuple(WeekCount(monday, *week) for monday, week in sums.items())


@dataclass(frozen=True, slots=True)
class _Voted:
    helpful: Proportion
    reasons: tuple[ReasonCount, ...]
    worst: tuple[SectionScore, ...]


async def _votes(connection: AsyncConnection, guild_id: int, since: datetime, until: datetime) -> _Voted:
    """Count votes by section, verdict and reason in one pass over the index, and add them up here."""
    within = (votes.c.guild_id == guild_id) & (votes.c.voted_at >= since) & (votes.c.voted_at < until)
    columns = (votes.c.section_id, votes.c.helpful, votes.c.reason)
    helpful, against, reasons = Counter[str | None](), Counter[str | None](), Counter[str]()
    for section_id, was_helpful, reason, number in await connection.execute(
        sa.select(*columns, sa.func.count()).where(within).group_by(*columns)
    ):
        (helpful if was_helpful else against)[section_id] += number
        if reason is not None:
            reasons[reason] += number
    worst = sorted((-number, helpful[name], name) for name, number in against.items() if name is not None)[:_WORST]
    return _Voted(
        Proportion(helpful.total(), helpful.total() + against.total()),
        tuple(ReasonCount(Reason(reason), number) for reason, number in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        tuple(SectionScore(name, up, -down) for down, up, name in worst),
    )


async def _count(connection: AsyncConnection, guild_id: int, *conditions: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(cases).where(cases.c.guild_id == guild_id, *conditions)
    number: int = (await connection.execute(query)).scalar_one()
    return number


@dataclass(frozen=True, slots=True)
class _Hours:
    closed: int
    median: float | None
    p90: float | None


async def _hours_to_close(connection: AsyncConnection, guild_id: int, since: datetime, until: datetime) -> _Hours:
    """Rank the times from opening to closing in the database, and fetch the two that are asked for (nearest rank)."""
    decided = cases.c.state.in_(sorted(state.value for state in CLOSED))
    within = (cases.c.guild_id == guild_id) & decided & (cases.c.closed_at >= since) & (cases.c.closed_at < until)
    opened, closed = (sa.type_coerce(moment, sa.BigInteger) for moment in (cases.c.opened_at, cases.c.closed_at))
    took = sa.func.max(closed - opened, 0)  # a clock that was set back between them does not make it negative
    ranked = sa.select(took.label("took"), sa.func.row_number().over(order_by=took).label("rank"), sa.func.count().over().label("n")).where(
        within
    )
    one = ranked.subquery()
    query = sa.select(one.c.took, one.c.rank, one.c.n).where(one.c.rank.in_([(one.c.n + 1) // 2, (one.c.n * 9 + 9) // 10]))
    rows = {row.rank: row for row in await connection.execute(query)}
    if not rows:
        return _Hours(0, None, None)
    hours = {rank: row.took / _MILLISECONDS_AN_HOUR for rank, row in rows.items()}
    return _Hours(next(iter(rows.values())).n, hours[min(hours)], hours[max(hours)])
