"""Events by time and subject: which of them are asked for, or why that cannot be.

Years and months are compared as what they are: an event known to the year only is part of every month of it.
"""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.corpus.catalogue.entries import EventKind, PartialDate, TimelineEvent
from bot.retrieval.analyzer import FUNCTION_WORDS, Analyzer, fold
from bot.texts import lookup as texts

_MONTHS = {fold(name): number for names in (month_name, month_abbr) for number, name in enumerate(names) if name}
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{1,4})(?:\s*[-/.]\s*(?P<month>[0-9]{1,2}))?(?:\s*[-/.]\s*[0-9]{1,2})?")
_MONTH_FIRST = re.compile(r"(?P<name>[^\W\d_]{3,9})\.?,?\s+(?P<year>[0-9]{1,4})|(?P<month>[0-9]{1,2})\s*[/.]\s*(?P<year2>[0-9]{4})")
_LONG_YEARS = 5


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time; None where it is open at that end. Months are 0 where only a year was named."""

    first: PartialDate | None = None
    last: PartialDate | None = None

    def __str__(self) -> str:
        return texts.in_period(str(self.first or ""), str(self.last or ""))

    def holds(self, date: PartialDate) -> bool:
        """Whether a date, however exactly it is known, can lie in the period."""
        begins = self.first is None or (date.year, date.month or 12) >= (self.first.year, self.first.month or 1)
        ends = self.last is None or (date.year, date.month or 1) <= (self.last.year, self.last.month or 12)
        return begins and ends


@dataclass(frozen=True, slots=True)
class Chosen:
    """The events that were asked for, the oldest first."""

    events: tuple[TimelineEvent, ...]
    period: Period
    about: str

    @property
    def title(self) -> str:
        """What was asked for, in words."""
        return texts.about_title(str(self.period) if self.period != Period() else "", self.about)

    @property
    def years(self) -> range:
        """The years from the first to the last event; empty where there is none."""
        return range(self.events[0].date.year, self.events[-1].date.year + 1) if self.events else range(0)

    @property
    def is_long(self) -> bool:
        """Whether the events spread over more than five years, so that a picture says more than a list."""
        return len(self.years) > _LONG_YEARS

    @property
    def counts(self) -> dict[int, int]:
        """How many events each year has, years without any included."""
        years = [event.date.year for event in self.events]
        return {year: years.count(year) for year in self.years}


@dataclass(frozen=True, slots=True)
class Impossible:
    """There can be no such events; ``text`` says what is possible."""

    text: str


def select_events(
    events: Iterable[TimelineEvent], *, year: str = "", start: str = "", end: str = "", about: str = ""
) -> Chosen | Impossible:  # fmt: skip
    """Years and months are read in the usual forms; what cannot be is answered with what is possible.

    Args:
        events: all there are, in any order.
        year: one year or month, as somebody typed it ("2018", "2018-03", "March 2018"); not together with ``start`` and ``end``.
        start: the first year or month.
        end: the last year or month.
        about: words that must all be in what an event says or is ("license" finds every event of that kind).
    """
    ordered = tuple(sorted(events, key=lambda event: (event.date, event.id)))
    if not ordered:
        return Impossible(texts.NO_TIMELINE)
    period = _period(year, start, end, ordered)
    if isinstance(period, Impossible):
        return period
    words = _terms(about)
    found = tuple(event for event in ordered if period.holds(event.date) and (not words or words <= _terms_of(event)))
    return Chosen(found, period, " ".join(about.split())) if found else _nothing(ordered, period, about, words)


def years_of(events: Iterable[TimelineEvent]) -> dict[int, int]:
    """How many events each year has that has any, the newest year first."""
    years = sorted((event.date.year for event in events), reverse=True)
    return {year: years.count(year) for year in dict.fromkeys(years)}


def subjects_of(events: Iterable[TimelineEvent]) -> tuple[str, ...]:
    """What ``about`` finds: the kinds of events, then those who did something, the most active first."""
    held = tuple(events)
    kinds = [kind.value for kind in EventKind if any(event.kind is kind for event in held)]
    named = (name.strip() for event in held for name in re.split(r"[,;()]| and ", event.who))
    names = [name for name in named if name and not name[0].islower()]  # "a Microsoft company" is no name
    return tuple(dict.fromkeys([*kinds, *sorted(dict.fromkeys(names), key=lambda name: (-names.count(name), name))]))


def parse_moment(text: str) -> PartialDate | None:
    """A year, perhaps with a month; None where a text names none.

    >>> parse_moment("March 2018")
    PartialDate(year=2018, month=3, day=0)
    """
    folded = fold(text).strip()
    match = _YEAR_FIRST.fullmatch(folded) or _MONTH_FIRST.fullmatch(folded)
    if match is None:
        return None
    groups = match.groupdict()
    year = int(groups.get("year") or groups.get("year2") or 0)
    name = groups.get("name")
    month = _MONTHS.get(name, 13) if name else int(groups.get("month") or 0)
    named_month = name is not None or groups.get("month") is not None
    if year == 0 or month > 12 or (named_month and month == 0):
        return None
    return PartialDate(year, month)


def _period(year: str, start: str, end: str, events: Sequence[TimelineEvent]) -> Period | Impossible:
    if year.strip() and (start.strip() or end.strip()):
        return Impossible(texts.YEAR_OR_STRETCH)
    moments: dict[str, PartialDate | None] = {}
    for name, text in (("year", year), ("from", start), ("to", end)):
        moment = parse_moment(text) if text.strip() else None
        if text.strip() and moment is None:
            return Impossible(texts.unreadable_date(text.strip()))
        moments[name] = moment
    period = Period(moments["year"] or moments["from"], moments["year"] or moments["to"])
    return _checked(period, events)


def _checked(period: Period, events: Sequence[TimelineEvent]) -> Period | Impossible:
    first, last = events[0].date, events[-1].date
    covered = texts.covered(_month(first), _month(last))
    if period.first and period.last and (period.first.year, period.first.month or 1) > (period.last.year, period.last.month or 12):
        swapped = Period(period.last, period.first)
        return Impossible(texts.swapped(str(period.first), str(period.last), str(swapped), covered))
    if period.first and period.first.year > last.year:
        return Impossible(texts.too_late(period.first.year, covered, last.year))
    if period.last and period.last.year < first.year:
        return Impossible(texts.too_early(period.last.year, covered, first.year))
    return period


def _nothing(events: Sequence[TimelineEvent], period: Period, about: str, words: frozenset[str]) -> Impossible:
    """Say where the nearest events are that would have been found."""
    subject = " ".join(about.split())
    fitting = [event for event in events if words <= _terms_of(event)] if words else list(events)
    if not fitting:
        kinds = ", ".join(kind.value for kind in EventKind if any(event.kind is kind for event in events))
        return Impossible(texts.nothing_about(subject, kinds))
    years = [event.date.year for event in fitting]
    goal = (period.first or period.last or PartialDate(years[0])).year
    nearest = sorted(set(years), key=lambda year: (abs(year - goal), year))[:3]
    return Impossible(texts.nothing_then(subject, str(period), texts.listed(sorted(nearest))))


def _month(date: PartialDate) -> str:
    return str(PartialDate(date.year, date.month))


_ANALYZER = Analyzer()


def _terms(text: str) -> frozenset[str]:
    return frozenset(word.term for word in _ANALYZER.words(text) if word.surface not in FUNCTION_WORDS)


@lru_cache(maxsize=20_000)
def _terms_of(event: TimelineEvent) -> frozenset[str]:
    return _terms(" ".join([event.kind, event.who, event.event, event.note or ""]))
