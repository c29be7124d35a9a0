"""Figures of rankings and probabilities, against values worked out by hand and properties that must always hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.metrics import auroc, coverage_at_precision, first_rank, ndcg

CLAIMS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


def split(claims: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray([claim for claim, _ in claims], dtype=np.float64), np.asarray([right for _, right in claims], dtype=np.bool_)


def test_the_first_rank_counts_from_one_and_is_none_beyond_the_list() -> None:
    assert first_rank(["a", "b", "c"], {"c", "b"}) == 2
    assert first_rank(["a"], {"b"}) is None
    assert first_rank([], {"b"}) is None


@pytest.mark.parametrize(
    ("ranked", "relevant", "gain"),
    [
        ("ab", "a", 1.0),
        ("ba", "a", 1 / math.log2(3)),
        ("abc", "ac", (1 + 1 / 2) / (1 + 1 / math.log2(3))),
        ("xyz", "a", 0.0),
        ("", "a", 0.0),
        ("a", "", 0.0),
        ("0123456789a", "a", 0.0),
        ("abcdefghij", "abcdefghijkl", 1.0),
    ],
)
def test_ndcg_is_the_discounted_gain_over_the_best_possible(ranked: str, relevant: str, gain: float) -> None:
    assert ndcg(list(ranked), list(relevant)) == pytest.approx(gain)


@given(st.permutations(list("abcdefgh")), st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_ndcg_is_between_zero_and_one_and_best_with_all_relevant_first(ranked: list[str], relevant: set[str]) -> None:
    ordered = sorted(ranked, key=lambda name: name not in relevant)

    assert 0 <= ndcg(ranked, relevant) <= ndcg(ordered, relevant) == pytest.approx(1)


def test_auroc_is_the_share_of_pairs_in_order_with_ties_by_half() -> None:
    assert auroc(*split([(0.9, True), (0.8, False), (0.7, True), (0.1, False)])) == 0.75
    assert auroc(*split([(0.5, True), (0.5, False)])) == 0.5
    assert auroc(*split([(0.2, False), (0.3, True)])) == 1


def test_auroc_is_undefined_for_one_kind_alone() -> None:
    assert auroc(*split([(0.9, True), (0.8, True)])) is None
    assert auroc(*split([(0.9, False)])) is None
    assert auroc(*split([])) is None


@given(CLAIMS)
def test_auroc_is_turned_round_when_right_and_wrong_change_places(claims: list[tuple[float, bool]]) -> None:
    probabilities, right = split(claims)
    turned = auroc(probabilities, ~right)

    assert auroc(probabilities, right) == (None if turned is None else pytest.approx(1 - turned))


def test_coverage_is_the_largest_share_that_keeps_the_precision() -> None:
    nineteen = [(0.9, True)] * 19
    assert coverage_at_precision(*split([*nineteen, (0.8, False)])) == 1
    assert coverage_at_precision(*split([*nineteen, (0.8, False), (0.7, False)])) == pytest.approx(20 / 21)
    assert coverage_at_precision(*split([(0.9, False), (0.8, True)])) == 0
    assert coverage_at_precision(*split([(0.9, True), (0.5, False), (0.4, True)]), precision=0.6) == 1
    assert coverage_at_precision(*split([])) is None


def test_equal_probabilities_pass_a_threshold_together() -> None:
    assert coverage_at_precision(*split([(0.9, True), (0.9, False)])) == 0
    assert coverage_at_precision(*split([(0.9, True), (0.8, True), (0.8, False)])) == pytest.approx(1 / 3)


@given(CLAIMS)
def test_asking_for_less_precision_never_covers_less(claims: list[tuple[float, bool]]) -> None:
    covered = [coverage_at_precision(*split(claims), precision=precision) or 0 for precision in (1.0, 0.95, 0.5, 0.0)]

    assert covered == sorted(covered)
    assert covered[-1] == 1
