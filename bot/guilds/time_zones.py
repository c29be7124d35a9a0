"""Time zones by their IANA names: which there are, and where the days of a guild begin and end.

A day is from midnight to midnight on the guild's clock: 23 or 25 hours when the clock is changed, so that days put end
to end leave nothing out and count nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

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


def zones_like(typed: str, limit: int = 25) -> tuple[str, ...]:
    """Names that hold what was typed, those whose city begins with it first; some well-known ones before anything is typed."""
    wanted = typed.strip().replace(" ", "_").casefold()
    if not wanted:
        return _FIRST[:limit]
    found = [name for name in _names() if wanted in name.casefold()]
    return tuple(sorted(found, key=lambda name: (not name.rpartition("/")[2].casefold().startswith(wanted), name))[:limit])


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


@cache
def _names() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")
