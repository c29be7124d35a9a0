"""Claims against the truth: bins, the error they add up to, and the picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imread

from bot.evaluation.summary import calibration_error, reliability, reliability_plot

CLAIMS = np.asarray([0.05, 0.1, 0.15, 0.92, 1.0])
RIGHT = np.asarray([False, True, False, True, True])


def test_a_bin_has_its_mean_claim_and_the_share_that_was_right_and_empty_bins_are_left_out() -> None:
    bins = reliability(CLAIMS, RIGHT)

    assert [(one.low, one.high, one.count, one.right) for one in bins] == [(0.0, 0.1, 1, 0), (0.1, 0.2, 2, 0.5), (0.9, 1.0, 2, 1)]
    assert [one.claimed for one in bins] == pytest.approx([0.05, 0.125, 0.96])


def test_the_error_is_the_mean_gap_of_the_bins_by_their_answers() -> None:
    assert calibration_error(CLAIMS, RIGHT) == pytest.approx((0.05 + 2 * 0.375 + 2 * 0.04) / 5)
    assert calibration_error(np.asarray([1.0, 0.0]), np.asarray([True, False])) == 0
    assert calibration_error(np.asarray([1.0]), np.asarray([False])) == 1
    assert calibration_error(np.asarray([]), np.asarray([], dtype=np.bool_)) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_the_error_is_that_of_the_bins_and_no_answer_is_lost(claims: list[tuple[float, bool]]) -> None:
    probabilities, right = np.asarray([claim for claim, _ in claims]), np.asarray([found for _, found in claims], dtype=np.bool_)
    bins = reliability(probabilities, right)

    assert sum(one.count for one in bins) == len(claims)
    total = sum(one.count * abs(one.claimed - one.right) for one in bins)
    assert calibration_error(probabilities, right) == pytest.approx(total / len(claims), abs=1e-9)


def test_the_plot_is_a_picture_with_a_text_that_says_the_same() -> None:
    picture = reliability_plot(reliability(CLAIMS, RIGHT), "Confidence")

    assert imread(io.BytesIO(picture.png), format="png").shape[:2] == (600, 720)
    assert picture.alternative_text == "Confidence: claimed 5%, right 0% of 1; claimed 12%, right 50% of 2; claimed 96%, right 100% of 2"
    assert reliability_plot((), "Confidence").alternative_text == "Confidence: no answers"
