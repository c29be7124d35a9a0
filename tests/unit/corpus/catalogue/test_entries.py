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


@pytest.mark.parametrize(
    "text", ["", "22", "2022-8", "2022-13", "2023-02-29", "2022-08-02 ", "2022-08-02T00:00", "0000", "２０２２", "2022-08-00-1"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PartialDate.parse(text)


@pytest.mark.parametrize("text", ["2022-00", "2022-00-15", "2022-08-00"])
def test_there_is_no_month_zero_and_no_day_zero(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PartialDate.parse(text)


def test_dates_are_ordered_with_the_less_exact_first() -> None:
    texts = ["2022-08-02", "2021-12-31", "2022", "2022-08"]

    assert [str(each) for each in sorted(map(PartialDate.parse, texts))] == ["December 31, 2021", "2022", "August 2022", "August 2, 2022"]


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_back(day: date) -> None:
    assert PartialDate.parse(day.isoformat()) == PartialDate(day.year, day.month, day.day)
