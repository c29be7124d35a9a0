"""What is computed from rankings and probabilities, each as the field defines it, with its interval; nothing knows questions or sections.

Ranks count from 1; a rank of None is one beyond the list that was looked at. An interval says how far a figure would move had other
questions of the same kind been asked: the percentile bootstrap, always with the same draws (Efron and Tibshirani, "An Introduction to the
Bootstrap", 1993, chapter 13). The questions are drawn, not the sections: the interval says nothing about other knowledge. Where every
question had the same result, it has no width.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DEPTH = 10
"""Places of a ranking that are looked at."""
PRECISION = 0.95
"""Share of right answers at which coverage is reported."""

Probabilities = NDArray[np.float64]
Labels = NDArray[np.bool_]


def first_rank(ranked: Sequence[str], relevant: Collection[str]) -> int | None:
    """The rank of the first relevant id, or None where none is among those ranked."""
    return next((rank for rank, name in enumerate(ranked, start=1) if name in relevant), None)


def ndcg(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """The normalized discounted cumulative gain of the first ten, where an id is relevant or not.

    Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002.
    """
    if not relevant:
        return 0.0
    gained = sum(1 / math.log2(rank + 1) for rank, name in enumerate(ranked[:DEPTH], start=1) if name in relevant)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), DEPTH) + 1))


def auroc(probabilities: Probabilities, right: Labels) -> float | None:
    """How often a right answer is given a higher probability than a wrong one; ties count half.

    None where all are right or all are wrong. It is the Mann-Whitney statistic over the number of pairs.
    """
    positives = int(right.sum())
    negatives = len(right) - positives
    if not positives or not negatives:
        return None
    _, places, counts = np.unique(probabilities, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]  # mean ranks of ties; scipy's rankdata takes half a second to import
    return float((ranks[right].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def coverage_at_precision(probabilities: Probabilities, right: Labels, precision: float = PRECISION) -> float | None:
    """The largest share of all questions that a threshold can let through while the precision holds.

    Equal probabilities pass together, since no threshold can part them. None where nothing was asked.
    """
    if not len(right):
        return None
    order = np.argsort(-probabilities, kind="stable")
    passed = np.arange(1, len(right) + 1)
    holds = np.cumsum(right[order]) >= precision * passed - 1e-9
    ends = np.append(np.diff(probabilities[order]) != 0, True)
    reached = passed[holds & ends]
    return float(reached.max() / len(right)) if len(reached) else 0.0


RESAMPLES = 1000
_ENDS = (0.025, 0.975)
_SEED = 20261121
Draw = NDArray[np.int64]
Statistic = Callable[[Draw], float | None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def estimate(statistic: Statistic, count: int) -> Estimate | None:
    """A statistic of all questions with its interval, or None where it is not defined for them.

    Args:
        statistic: computes the figure for the questions of these numbers; a question may be drawn more than once.
        count: number of questions.
    """
    value = statistic(np.arange(count)) if count else None
    if value is None:
        return None
    chance = np.random.default_rng(_SEED)
    drawn = (statistic(chance.integers(0, count, count)) for _ in range(RESAMPLES))
    values = [one for one in drawn if one is not None]
    low, high = np.quantile(values or [value], _ENDS)
    return Estimate(value, float(low), float(high))


def estimate_mean(values: NDArray[np.float64]) -> Estimate | None:
    """The mean of one number for each question with its interval, or None where there is no question."""
    count = len(values)
    if not count:
        return None
    drawn = np.random.default_rng(_SEED).integers(0, count, (RESAMPLES, count))
    low, high = np.quantile(values[drawn].mean(axis=1), _ENDS)
    return Estimate(float(values.mean()), float(low), float(high))
