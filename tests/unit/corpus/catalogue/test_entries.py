"""Dates that are never shown as more exact than they are known."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.catalogue.entries import PartialDate


@pytest.mark.parametrize(
    ("text", "shown"), [("2022", "2022"), ("2022-08", "August 2022"), ("2022-08-02", "August 2, 2022"), ("2024-02-29", "February 29, 2024")]
)
def test_a_date_is_shown_as_exactly_as_it_is_known(text: str, shown: str) -> None:
    assert str(PartialDate.parse(text)) == shown


@pytest.mark.parametrize("text", ["", "22", "2022-8", "2022-08-02 ", "2022-08-02T00:00", "２０２２", "2022-08-00-1"])
def test_what_has_no_form_of_a_date_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="must be YYYY, YYYY-MM or YYYY-MM-DD"):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("2022-13", "month"), ("2023-02-29", "day"), ("0000", "year"), ("2022-00", "month"), ("2022-00-15", "month"), ("2022-08-00", "day")],
)
def test_a_day_that_there_is_not_is_refused_and_there_is_no_month_zero_and_no_day_zero(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=f"^{wrong} .*(?:must be in|out of range)"):
        PartialDate.parse(text)


def test_dates_are_ordered_with_the_less_exact_first() -> None:
    texts = ["2022-08-02", "2021-12-31", "2022", "2022-08"]

    assert [str(each) for each in sorted(map(PartialDate.parse, texts))] == ["December 31, 2021", "2022", "August 2022", "August 2, 2022"]


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_back(day: date) -> None:
    assert PartialDate.parse(day.isoformat()) == PartialDate(day.year, day.month, day.day)
