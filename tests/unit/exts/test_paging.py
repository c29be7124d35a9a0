"""What is longer than a message, in pages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.exts.kit.panel import page_at, pages_of_lines, slices

LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=40), max_size=30)


@given(LINES, st.integers(1, 50))
def test_pages_are_short_enough_and_lose_nothing(lines: list[str], characters: int) -> None:
    pages = pages_of_lines(lines, characters)

    assert all(len(page) <= characters for page in pages)
    assert "".join(pages).replace("\n", "") == "".join(lines)


@given(LINES)
def test_a_line_that_fits_is_never_divided(lines: list[str]) -> None:
    found = [line for page in pages_of_lines(lines, 60) for line in page.split("\n") if line]

    assert found == [line for line in lines if line]


def test_no_lines_are_one_empty_page() -> None:
    assert pages_of_lines([]) == ("",)


@given(st.lists(st.integers(), min_size=1), st.integers(-5, 50))
def test_a_page_beyond_the_end_is_the_last_one(pages: list[int], number: int) -> None:
    page, place = page_at(pages, number)

    assert page == pages[place]
    assert place == min(max(number, 0), len(pages) - 1)


@given(st.lists(st.integers()), st.integers(1, 9))
def test_slices_hold_everything_in_order(items: list[int], size: int) -> None:
    found = slices(items, size)

    assert [item for page in found for item in page] == items
    assert found
    assert all(len(page) <= size for page in found)
