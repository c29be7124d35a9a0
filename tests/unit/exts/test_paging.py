"""What is longer than a message, in pages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.exts.kit.panel import page_at, slices


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
