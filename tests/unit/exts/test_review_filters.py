"""A moderator's choice of cases survives its way through a ``custom_id``."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.case import CaseKind, Reason
from bot.corpus.document import section_key
from bot.errors import InputError, NotFound
from bot.exts.review.filters import FILTER, FilterChoice, Status, from_match, parse_since

TODAY = date(2026, 11, 21)
keys = st.one_of(st.just(""), st.text(min_size=1).map(section_key))
choices = st.builds(
    FilterChoice,
    st.sampled_from(Status),
    st.none() | st.sampled_from(CaseKind),
    st.none() | st.sampled_from(Reason),
    keys,
    keys,
    st.none() | st.dates(min_value=date(2015, 1, 1), max_value=date(2999, 12, 31)),
    st.booleans(),
)


@given(choices)
def test_every_choice_comes_back_as_it_was_and_fits_into_an_id(choice: FilterChoice) -> None:
    match = re.fullmatch(FILTER, choice.encoded)

    assert match is not None
    assert from_match(match) == choice
    assert len(f"review:queue:{choice.encoded}:9999") <= 100


@given(st.text(max_size=60))
def test_whatever_is_forged_and_no_choice_is_not_found(text: str) -> None:
    match = re.fullmatch(FILTER, text)
    if match is not None:
        try:
            from_match(match)
        except NotFound:
            return
        assert text.isascii()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("7d", TODAY - timedelta(days=7)),
        (" 2 weeks ", TODAY - timedelta(weeks=2)),
        ("0", TODAY),
        ("1 day", TODAY - timedelta(days=1)),
        ("2026-11-01", date(2026, 11, 1)),
        ("9999w", date(2015, 1, 1)),
        ("2026", date(2026, 1, 1)),
        (" 2010 ", date(2015, 1, 1)),
        ("2026d", TODAY - timedelta(days=2026)),
        ("365", TODAY - timedelta(days=365)),
        ("9999-12-31", date(2999, 12, 31)),
    ],
)
def test_a_day_can_be_written_in_several_ways(typed: str, day: date) -> None:
    assert parse_since(typed, TODAY) == day


@pytest.mark.parametrize("typed", ["yesterday", "2026-13-01", "-3", "٣d", "99999d", "1.11.2026"])
def test_what_is_no_day_is_refused_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(InputError, match="Write it like 2026-11-01"):
        parse_since(typed, TODAY)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_day(typed: str) -> None:
    try:
        assert parse_since(typed, TODAY) is not None
    except InputError:
        return
