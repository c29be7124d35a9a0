"""How far a figure would move had other questions of the same kind been asked: the percentile bootstrap, always with the same draws.

Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13. The questions are drawn, not the sections: the
interval says nothing about other knowledge. Where every question had the same result, it has no width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    """Return a statistic of all questions with its interval, or None where it is not defined for them.

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
    """Return the mean of one number for each question with its interval, or None where there is no question."""
    count = len(values)
    if not count:
        return None
    drawn = np.random.default_rng(_SEED).integers(0, count, (RESAMPLES, count))
    low, high = np.quantile(values[drawn].mean(axis=1), _ENDS)
    return Estimate(float(values.mean()), float(low), float(high))
