"""Intervals: the same each time, around the figure, and as wide as they should be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.metrics import Estimate, estimate, estimate_mean


def test_the_same_questions_have_the_same_interval() -> None:
    values = np.asarray([0.0, 1.0, 1.0, 0.0, 1.0])

    assert estimate_mean(values) == estimate_mean(values)
    assert estimate(lambda drawn: float(values[drawn].max()), 5) == estimate(lambda drawn: float(values[drawn].max()), 5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_an_interval_lies_within_what_was_seen(values: list[float]) -> None:
    found = estimate_mean(np.asarray(values))

    assert found is not None
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9


def test_the_interval_of_a_share_is_about_as_wide_as_theory_says() -> None:
    found = estimate_mean(np.asarray([1.0] * 160 + [0.0] * 40))

    assert found is not None
    assert found.value == 0.8
    half = 1.96 * math.sqrt(0.8 * 0.2 / 200)
    assert (found.low, found.high) == pytest.approx((0.8 - half, 0.8 + half), abs=0.01)


def test_without_spread_there_is_no_width_and_without_questions_no_figure() -> None:
    assert estimate_mean(np.asarray([1.0, 1.0])) == Estimate(1.0, 1.0, 1.0)
    assert estimate_mean(np.asarray([])) is None
    assert estimate(lambda drawn: float(len(drawn)), 0) is None


def test_draws_for_which_a_figure_is_not_defined_are_passed_over() -> None:
    values = np.asarray([0.0, 1.0])

    def spread(drawn: np.ndarray) -> float | None:
        chosen = values[drawn]
        return None if chosen.min() == chosen.max() else float(chosen.mean())

    assert estimate(spread, 2) == Estimate(0.5, 0.5, 0.5)
    assert estimate(lambda _: None, 2) is None
