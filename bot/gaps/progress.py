"""Did it help? Week by week what members got, how helpful that was, what was done, and whether the bot keeps what its confidence says.

A confidence says in how many of a hundred cases an answer is right; votes say in how many it helped. The two are laid side by side, and
from the same votes follows from which confidence on nine of ten found an answer helpful: a figure to propose as the threshold of a server,
which an administrator accepts or leaves. It is judged from answers that were given, so it says nothing of a threshold below those.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.outcome import OutcomeKind
from bot.cases.case import CaseKind, Resolution
from bot.charts import CARD_WIDTH, LETTERS, Picture, draw_on_card, legend
from bot.feedback.recording import ServerEngines
from bot.gaps.gaps import visible_gaps
from bot.guilds.settings import HIGHEST_THRESHOLD, LOWEST_THRESHOLD, Day, Guilds, days_until
from bot.review.statistics import FEWEST_FOR_A_SHARE, LONGEST_PERIOD, Proportion
from bot.storage.database import Database
from bot.storage.tables import answers, cases, judgements, signals, votes
from bot.texts import gaps as texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WANTED = 0.9
"""The share of voters that should find an answer helpful."""
FEWEST_VOTES = 20
"""From which a threshold is proposed; with fewer, one vote would move it by much."""
_MOST_VOTES = 50_000
_EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday on, on the guild's clock; the first and the last may be cut by the period."""

    monday: date
    right_away: int
    """Questions that were answered at once."""
    after_suggestions: int
    """Questions for which a member picked a suggestion."""
    not_taken: int
    """Questions for which nobody did."""
    declined: int
    asked_moderator: int
    """Of the questions before, those that were passed on to the moderators; counted when they were."""
    helpful: Proportion
    gaps_opened: int
    gaps_closed: int
    fixed: int
    """Cases resolved as fixed."""
    median_hours: float | None
    """From opening to closing, of these; None where there are none."""

    @property
    def questions(self) -> int:
        """All of them; what was passed on to moderators is among them."""
        return self.right_away + self.after_suggestions + self.not_taken + self.declined

    @property
    def happened(self) -> bool:
        """Whether anything did."""
        return bool(self.questions or self.asked_moderator or self.helpful.total or self.gaps_opened or self.gaps_closed or self.fixed)


@dataclass(frozen=True, slots=True)
class Kept:
    """What answers of about one confidence said, and what members said."""

    low: float
    high: float
    said: float
    """The mean confidence."""
    helpful: Proportion

    @property
    def enough(self) -> bool:
        """Whether so many voted that the two can be compared."""
        return self.helpful.total >= FEWEST_FOR_A_SHARE

    @property
    def verdict(self) -> int:
        """1 where members found more answers helpful than was said, -1 where fewer; 0 where the interval holds it, or too few voted."""
        if not self.enough:
            return 0
        low, high = self.helpful.interval
        return (self.said < low) - (self.said > high)


@dataclass(frozen=True, slots=True)
class Proposal:
    """From which confidence on enough voters found an answer helpful."""

    threshold: float
    """In whole percent, from 0 to 1."""
    helpful: Proportion
    """The votes on answers of at least that confidence."""
    dropped: int
    """Votes on answers of less, which would have been suggestions."""


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """The weeks of a period."""

    guild_id: int
    zone: str
    weeks: tuple[Week, ...]
    kept: tuple[Kept, ...]
    """By ascending confidence; those without votes are left out."""
    threshold: float
    """From which the server is answered now."""
    proposal: Proposal | None
    """None where there are too few votes, or no threshold reaches the wanted share."""
    votes: int
    """On answers that have a confidence."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts."""

    database: Database
    guilds: Guilds
    engines: ServerEngines
    least: int
    """Members behind a gap that is counted."""

    async def of(self, guild_id: int, days: int = 56, *, now: datetime | None = None) -> ProgressReport:
        """Count the last days, today included, week by week on the guild's clock.

        Args:
            guild_id: whose numbers.
            days: how many, from 1 to 366; more are cut.
            now: the moment that today is taken from.
        """
        zone = (await self.guilds.settings(guild_id)).time_zone
        period = days_until(now or datetime.now(UTC), max(1, min(days, LONGEST_PERIOD)), zone)
        weeks = [_span(list(some)) for _, some in groupby(period, lambda day: day.date - timedelta(days=day.date.weekday()))]
        async with self.database.read() as connection:
            counted = await _weeks(connection, guild_id, weeks, self.least)
            judged = await _judged(connection, guild_id, period[0].begins, period[-1].ends)
        threshold = (await self.engines.engine(guild_id)).settings.answer_threshold
        return ProgressReport(guild_id, zone, counted, kept_by(judged), threshold, propose(judged), len(judged))


_Judged = Sequence[tuple[float, bool]]
"""Confidences, and whether the voter found the answer helpful."""


def kept_by(judged: _Judged) -> tuple[Kept, ...]:
    """Lay confidences and votes side by side, in steps of ten percent from one half on."""
    found = []
    for low, high in pairwise(_EDGES):
        mine = [(said, good) for said, good in judged if low <= said < high or (said == high == 1.0)]
        if mine:
            helpful = Proportion(sum(good for _, good in mine), len(mine))
            found.append(Kept(low, high, sum(said for said, _ in mine) / len(mine), helpful))
    return tuple(found)


def propose(judged: _Judged) -> Proposal | None:
    """The lowest threshold, in whole percent, from which on enough voters found the answers helpful; None where none can be named."""
    ordered = sorted(judged, reverse=True)
    best: Proposal | None = None
    helpful = 0
    for number, (said, good) in enumerate(ordered, start=1):
        helpful += good
        percent = int(100 * said + 1e-9)
        last = number == len(ordered) or int(100 * ordered[number][0] + 1e-9) < percent
        if last and number >= FEWEST_VOTES and helpful >= WANTED * number:
            threshold = min(max(percent / 100, LOWEST_THRESHOLD), HIGHEST_THRESHOLD)
            best = Proposal(threshold, Proportion(helpful, number), len(ordered) - number)
    return best


def _span(days: Sequence[Day]) -> tuple[date, datetime, datetime]:
    first = days[0]
    return first.date - timedelta(days=first.date.weekday()), first.begins, days[-1].ends


async def _judged(connection: AsyncConnection, guild_id: int, since: datetime, until: datetime) -> _Judged:
    given = (answers.c.outcome == OutcomeKind.ANSWER.value) & answers.c.picked.is_not(True) & answers.c.confidence.is_not(None)
    within = (votes.c.guild_id == guild_id) & (votes.c.voted_at >= since) & (votes.c.voted_at < until)
    joined = votes.join(answers, votes.c.answer == answers.c.id)
    query = sa.select(answers.c.confidence, votes.c.helpful).select_from(joined).where(within, given)
    return [(float(said), bool(good)) for said, good in await connection.execute(query.order_by(votes.c.id.desc()).limit(_MOST_VOTES))]


_Span = tuple[date, datetime, datetime]


async def _weeks(connection: AsyncConnection, guild_id: int, spans: Sequence[_Span], least: int) -> tuple[Week, ...]:
    asked = await _questions(connection, guild_id, spans)
    passed_on = await _count(connection, spans, signals, signals.c.sent_at, guild_id, signals.c.kind == CaseKind.DECLINED.value)
    good = await _count(connection, spans, votes, votes.c.voted_at, guild_id, votes.c.helpful)
    bad = await _count(connection, spans, votes, votes.c.voted_at, guild_id, ~votes.c.helpful)
    found = [(row.opened_at, row.closed_at) for row in await connection.execute(visible_gaps(guild_id, least))]
    opened, closed = _by_week(spans, (one for one, _ in found)), _by_week(spans, (one for _, one in found if one is not None))
    hours = await _hours(connection, guild_id, spans)
    return tuple(
        Week(
            monday=monday,
            right_away=asked[place, _GOT[0]],
            after_suggestions=asked[place, _GOT[1]],
            not_taken=asked[place, _GOT[2]],
            declined=asked[place, _GOT[3]],
            asked_moderator=passed_on[place],
            helpful=Proportion(good[place], good[place] + bad[place]),
            gaps_opened=opened[place],
            gaps_closed=closed[place],
            fixed=len(hours[place]),
            median_hours=statistics.median(hours[place]) if hours[place] else None,
        )
        for place, (monday, _, _) in enumerate(spans)
    )


_GOT = ("right away", "after suggestions", "not taken", "declined")


async def _questions(connection: AsyncConnection, guild_id: int, spans: Sequence[_Span]) -> Counter[tuple[int, str]]:
    """What members got, by week; the answer that a pick from suggestions leads to is no question of its own."""
    judged = sa.exists().where(judgements.c.answer == answers.c.id)
    got = sa.case(
        (answers.c.outcome == OutcomeKind.ANSWER.value, _GOT[0]),
        (answers.c.outcome == OutcomeKind.ABSTENTION.value, _GOT[3]),
        (judged, _GOT[1]),
        else_=_GOT[2],
    )
    kinds = [OutcomeKind.ANSWER.value, OutcomeKind.SUGGESTIONS.value, OutcomeKind.ABSTENTION.value]
    mine = (answers.c.guild_id == guild_id) & answers.c.outcome.in_(kinds) & answers.c.picked.is_not(True)
    limits = _limits(spans)
    within = mine & (answers.c.asked_at >= limits.c.begins) & (answers.c.asked_at < limits.c.ends)
    query = sa.select(limits.c.week, got, sa.func.count()).select_from(limits.join(answers, within)).group_by(limits.c.week, got)
    return Counter({(week, kind): number for week, kind, number in await connection.execute(query)})


def _limits(spans: Sequence[_Span]) -> sa.CTE:
    moment = answers.c.asked_at.type
    limits = sa.values(sa.column("week", sa.Integer), sa.column("begins", moment), sa.column("ends", moment))
    return limits.data([(place, begins, ends) for place, (_, begins, ends) in enumerate(spans)]).alias("limits").cte("weeks")


async def _count(
    connection: AsyncConnection,
    spans: Sequence[_Span],
    table: sa.Table,
    moment: sa.Column[datetime],
    guild_id: int,
    condition: sa.ColumnElement[bool],
) -> Counter[int]:
    limits = _limits(spans)
    within = (table.c.guild_id == guild_id) & (moment >= limits.c.begins) & (moment < limits.c.ends) & condition
    query = sa.select(limits.c.week, sa.func.count()).select_from(limits.join(table, within)).group_by(limits.c.week)
    return Counter({row[0]: row[1] for row in await connection.execute(query)})


async def _hours(connection: AsyncConnection, guild_id: int, spans: Sequence[_Span]) -> list[list[float]]:
    """How long the cases took that were resolved as fixed, by the week in which they were."""
    fixed = (cases.c.guild_id == guild_id) & (cases.c.resolution == Resolution.FIXED.value) & (cases.c.closed_at >= spans[0][1])
    hours: list[list[float]] = [[] for _ in spans]
    for row in await connection.execute(sa.select(cases.c.opened_at, cases.c.closed_at).where(fixed)):
        for place, (_, begins, ends) in enumerate(spans):
            if begins <= row.closed_at < ends:
                hours[place].append(max(0.0, (row.closed_at - row.opened_at).total_seconds() / 3600))
    return hours


def _by_week(spans: Sequence[_Span], moments: Iterable[datetime]) -> Counter[int]:
    return Counter(place for moment in moments for place, (_, begins, ends) in enumerate(spans) if begins <= moment < ends)


_COLORS = ("#2E6F9E", "#F2A65A", "#DBDEE1")
"""Bars, what was said, intervals: distinct also in grey and with the common color blindnesses."""
_CHART_HEIGHT = 2.4
"""Inches."""


def kept_chart(kept: Sequence[Kept]) -> Picture:
    """What was said against what members found, with the 95 % interval; slow, so call it in a thread from the event loop.

    Args:
        kept: those with too few votes are left out of the picture, not of its text; at least one has enough.
    """
    drawn = [one for one in kept if one.enough]

    def plot(axes: Axes) -> None:
        places = range(len(drawn))
        shares = [100 * one.helpful.share for one in drawn]
        ends = [one.helpful.interval for one in drawn]
        below = [max(0.0, share - 100 * low) for share, (low, _) in zip(shares, ends, strict=True)]
        above = [max(0.0, 100 * high - share) for share, (_, high) in zip(shares, ends, strict=True)]
        axes.bar(places, shares, 0.6, color=_COLORS[0], label=texts.CHART_FOUND, yerr=[below, above], capsize=4, ecolor=_COLORS[2])
        axes.plot(places, [100 * one.said for one in drawn], "D", color=_COLORS[1], label=texts.CHART_SAID)
        for place, one in enumerate(drawn):
            axes.text(place, 2, f"{one.helpful.hits}/{one.helpful.total}", ha="center", va="bottom", color="white", size=LETTERS)
        axes.set_xticks(list(places), [f"{100 * one.low:.0f}–{100 * one.high:.0f}" for one in drawn])
        axes.set_xlim(-0.6, max(2, len(drawn)) - 0.4)
        axes.set_ylim(0, 104)
        axes.set_yticks(range(0, 101, 50))
        axes.set_xlabel(texts.CHART_AXIS)
        legend(axes, 2)

    told = "; ".join(kept_line(one) for one in reversed(kept))
    return draw_on_card(plot, f"{finding(kept)} {told}.", (CARD_WIDTH, _CHART_HEIGHT))


def kept_line(one: Kept) -> str:
    """One step in words: "said 93 %, 46 of 52 helpful"."""
    return texts.kept(round(100 * one.said), one.helpful.hits, one.helpful.total, enough=one.enough)


def finding(kept: Sequence[Kept]) -> str:
    """What the votes say about the confidence, in a sentence; where nothing, that they are too few."""
    if not any(one.enough for one in kept):
        return texts.too_few_to_compare(FEWEST_FOR_A_SHARE)
    over = [texts.step(one.low, one.high) for one in kept if one.verdict < 0]
    under = [texts.step(one.low, one.high) for one in kept if one.verdict > 0]
    return texts.finding(over, under)
