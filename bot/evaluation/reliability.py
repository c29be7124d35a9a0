"""Whether a confidence of 80 % means right in 80 of 100: bins of equal width, the error they add up to, and the plot of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.charts.picture import Picture, draw
from bot.evaluation.metrics import Labels, Probabilities

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 10


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The answers whose probability lies between two borders; bins without an answer are left out."""

    low: float
    high: float
    count: int
    claimed: float
    """Mean probability."""
    right: float
    """Share that was right."""


def reliability(probabilities: Probabilities, right: Labels) -> tuple[ReliabilityBin, ...]:
    """Return the bins that have an answer, lowest first; a border belongs to the bin above it, and 1 to the last."""
    places = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
    return tuple(
        ReliabilityBin(
            place / BINS,
            (place + 1) / BINS,
            int(inside.sum()),
            float(probabilities[inside].mean()),
            float(right[inside].mean()),
        )
        for place in range(BINS)
        if (inside := places == place).any()
    )


def calibration_error(probabilities: Probabilities, right: Labels) -> float | None:
    """Return the expected calibration error: the mean distance of claim and truth over the bins, weighted by their answers.

    None where nothing was asked. Source: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities", 2015.
    """
    if not len(right):
        return None
    places = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(places, weights=probabilities - right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(right))


def reliability_plot(bins: Sequence[ReliabilityBin], title: str) -> Picture:
    """Return the reliability diagram: what was claimed against what was right, with the number of answers in each bin."""

    def plot(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1, label="perfect")
        axes.plot([one.claimed for one in bins], [one.right for one in bins], marker="o", color="#5865f2", label="measured")
        for one in bins:
            axes.annotate(str(one.count), (one.claimed, one.right), xytext=(0, 8), textcoords="offset points", ha="center", fontsize=8)
        axes.set(xlim=(0, 1), ylim=(0, 1.08), xlabel="probability claimed", ylabel="share that was right", title=title)
        axes.legend(loc="upper left", frameon=False)

    told = "; ".join(f"claimed {one.claimed:.0%}, right {one.right:.0%} of {one.count}" for one in bins)
    return draw(plot, f"{title}: {told or 'no answers'}", inches=(6.0, 5.0))
