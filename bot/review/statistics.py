"""The numbers of a period, for days on the guild's own clock: counted by the database, as plain values, and drawn as a chart.

A rate comes with the number it was taken from and its 95 % Wilson interval, so that ten votes are not mistaken for a trend; below five
votes there is no rate, since the interval would be nearly everything.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.outcome import OutcomeKind
from bot.cases.case import CLOSED, Reason
from bot.charts import CARD_WIDTH, Picture, draw_on_card, legend
from bot.guilds.settings import Day, Guilds, days_until
from bot.storage.database import Database
from bot.storage.dialect import at_least
from bot.storage.tables import answers, cases, votes
from bot.texts import review as texts

_Z = 1.959964
"""Of a 95 % interval."""
FEWEST_FOR_A_SHARE = 5
"""Votes; with fewer the interval is nearly everything, and a share says nothing."""


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often a reason was given."""

    reason: Reason
    members: int


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share with what it was taken from."""

    hits: int
    total: int

    @property
    def share(self) -> float:
        """The share itself, 0 where nothing was counted."""
        return self.hits / self.total if self.total else 0.0

    @property
    def described(self) -> str:
        """The share in words, with what it was taken from and between what it lies with 95 % probability; below five the mere count."""
        if self.total < FEWEST_FOR_A_SHARE:
            return texts.few_votes(self.hits, self.total)
        low, high = self.interval
        return texts.share_of_votes(_percent(self.share), self.total, _percent(low), _percent(high))

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of the 95 % Wilson interval; (0, 1) where nothing was counted."""
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.share
        middle = (p + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
        half = _Z * math.sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n)) / (1 + _Z * _Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


@dataclass(frozen=True, slots=True)
class DayCount:
    """The questions of a day on the guild's clock."""

    date: date
    answered: int
    suggested: int
    declined: int

    @property
    def questions(self) -> int:
        """All of them; small talk is none."""
        return self.answered + self.suggested + self.declined


@dataclass(frozen=True, slots=True)
class WeekCount:
    """The questions of a week from Monday on; the first and the last may be cut by the period."""

    monday: date
    answered: int
    suggested: int
    declined: int


@dataclass(frozen=True, slots=True)
class SectionScore:
    """The votes on the answers that showed a section."""

    section_id: str
    helpful: int
    not_helpful: int


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of a period."""

    guild_id: int
    zone: str
    since: datetime
    """In UTC, the first moment counted."""
    until: datetime
    """In UTC, the first moment not counted."""
    answered: int
    suggested: int
    declined: int
    days: tuple[DayCount, ...]
    weeks: tuple[WeekCount, ...]
    helpful: Proportion
    reasons: tuple[ReasonCount, ...]
    """The most frequent first."""
    worst: tuple[SectionScore, ...]
    """Sections with the most "not helpful", at most 10."""
    opened: int
    """Cases opened in the period."""
    closed: int
    """Cases resolved or dismissed in it."""
    waiting: int
    """Cases that nobody has closed, now."""
    median_hours: float | None
    """From opening to closing, of the cases closed in the period; None where there are none."""
    p90_hours: float | None


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
        """Count the last days, today included, on the guild's clock.

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
    """Count some days in a row, in one view of the database."""
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
    took = at_least(closed - opened, 0)  # a clock that was set back between them does not make it negative
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


if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_DAYS = 45
"""Shown day by day; longer periods week by week."""
_MOST_LABELS = 5
_CHART_HEIGHT = 2.2
"""Inches."""
_COLORS = ("#2a9d8f", "#e9c46a", "#b5524a")
"""Distinct also in grey and with the common color blindnesses."""


def report_chart(report: Report) -> Picture:
    """Day by day up to 45 days, week by week beyond; slow, so call it in a thread from the event loop."""
    weekly = len(report.days) > _MOST_DAYS
    bars: Sequence[DayCount | WeekCount] = report.weeks if weekly else report.days
    dates = [bar.monday if isinstance(bar, WeekCount) else bar.date for bar in bars]
    unit = "week from Monday" if weekly else "day"

    def plot(axes: Axes) -> None:
        _stack(axes, bars, dates)
        axes.set_xlabel(texts.chart_axis(unit))

    return draw_on_card(plot, _text(report, bars, dates, unit), (CARD_WIDTH, _CHART_HEIGHT))


def _stack(axes: Axes, bars: Sequence[DayCount | WeekCount], dates: Sequence[date]) -> None:
    from matplotlib.ticker import MaxNLocator

    places = range(len(bars))
    floor = [0] * len(bars)
    series = ([bar.answered for bar in bars], [bar.suggested for bar in bars], [bar.declined for bar in bars])
    for name, heights, color in zip(texts.CHART_SERIES, series, _COLORS, strict=True):
        axes.bar(places, heights, 0.8, bottom=floor, color=color, label=name)
        floor = [low + height for low, height in zip(floor, heights, strict=True)]
    labeled = range(0, len(bars), -(-len(bars) // _MOST_LABELS))
    axes.set_xticks(list(labeled), [f"{dates[place]:%b} {dates[place].day}" for place in labeled])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    axes.set_xlim(-0.7, len(bars) - 0.3)
    axes.set_ylim(0, max([1, *floor]) * 1.05)
    legend(axes, 3)


def _text(report: Report, bars: Sequence[DayCount | WeekCount], dates: Sequence[date], unit: str) -> str:
    total = report.answered + report.suggested + report.declined
    head = texts.chart_text(
        total, unit, str(report.days[0].date), str(report.days[-1].date), (report.answered, report.suggested, report.declined)
    )
    if not total:
        return head
    sums = [bar.answered + bar.suggested + bar.declined for bar in bars]
    most = max(range(len(bars)), key=lambda place: sums[place])
    return f"{head} {texts.chart_peak(unit, str(dates[most]), sums[most])}"
