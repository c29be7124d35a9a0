"""The numbers of a period as plain values: what statistics count, charts draw and terminals print.

A rate comes with the number it was taken from and its 95 % Wilson interval, so that ten votes are not mistaken for a trend; in words, the
interval is told from five votes on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

from bot.feedback.reasons import Reason

_Z = 1.959964
"""Of a 95 % interval."""
_FEWEST_FOR_AN_INTERVAL = 5
"""Votes; with fewer the interval is nearly everything and says nothing."""


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
        """The share in words, with what it was taken from; from five on also between what it lies with 95 % probability."""
        if not self.total:
            return "no votes yet"
        text = f"{_percent(self.share)} of {self.total} {'vote' if self.total == 1 else 'votes'}"
        if self.total < _FEWEST_FOR_AN_INTERVAL:
            return text
        low, high = self.interval
        return f"{text} (95 % interval {_percent(low)} to {_percent(high)})"

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
