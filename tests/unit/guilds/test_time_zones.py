"""Days on a guild's clock: end to end, of 23, 24 or 25 hours, in every zone there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guilds.settings import day_begins, days_until, is_time_zone, zone_named, zones_like

ZONES = sorted(name for name in available_timezones() if is_time_zone(name))


@given(
    now=st.integers(631152000, 2051222400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    days=st.integers(1, 40),
    zone=st.sampled_from(ZONES),
)
def test_days_follow_each_other_without_gap_and_overlap_and_the_last_one_holds_now(now: datetime, days: int, zone: str) -> None:
    period = days_until(now, days, zone)

    assert len(period) == days
    assert all(earlier.ends == later.begins for earlier, later in pairwise(period))
    assert all(earlier.date + timedelta(days=1) == later.date for earlier, later in pairwise(period))
    assert period[-1].begins <= now < period[-1].ends


@pytest.mark.fault(60)
@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Paris", date(2026, 3, 29), 23),
        ("Europe/Paris", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Asia/Kolkata", date(2026, 3, 29), 24),
        ("UTC", date(2026, 3, 29), 24),
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(zone: str, day: date, hours: float) -> None:
    assert day_begins(day + timedelta(days=1), zone) - day_begins(day, zone) == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "utc ", "Europe", "Europe/", "../Europe/Paris", "Europe/Atlantis", "\0", "localtime"])
def test_what_is_no_time_zone_is_reported_from_one(name: str) -> None:
    assert not is_time_zone(name)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("paris", "Europe/Paris"),
        ("new y", "America/New_York"),
        ("  TOKYO", "Asia/Tokyo"),
        ("", "UTC"),
        ("america / new york", "America/New_York"),
    ],
)
def test_what_is_typed_finds_the_city(typed: str, first: str) -> None:
    assert zones_like(typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "name"),
    [("europe/paris", "Europe/Paris"), (" AMERICA/new york ", "America/New_York"), ("utc", "UTC"), ("Atlantis", None), ("Europe", None)],
)
def test_a_zone_is_named_without_regard_to_case_and_spaces(typed: str, name: str | None) -> None:
    assert zone_named(typed) == name


@given(st.text(max_size=30))
def test_whatever_is_typed_at_most_25_real_zones_are_offered(typed: str) -> None:
    offered = zones_like(typed)

    assert len(offered) <= 25
    assert all(map(is_time_zone, offered))
