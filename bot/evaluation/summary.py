"""Whether a confidence of 80 % means right in 80 of 100: bins of equal width, the error they add up to, and the plot of them.

The figures of an evaluation, each with its interval: outcomes, ranking, and how far the confidence can be trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.charts import Picture, draw
from bot.evaluation.measuring import Evaluation, Judged, Verdict
from bot.evaluation.metrics import Draw, Estimate, Labels, Probabilities, auroc, coverage_at_precision, estimate, estimate_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 10
_ANSWERED = (Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG)


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


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of some questions, as shares; None where none was asked."""

    count: int
    right: Estimate | None
    partly: Estimate | None
    wrong: Estimate | None
    suggested: Estimate | None
    missed: Estimate | None
    declined: Estimate | None
    within_one_click: Estimate | None
    right_of_answers: Estimate | None
    """Of what was answered at all, the share that shows an expected section."""
    right_of_sure: Estimate | None
    """The same of what was called sure."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What would become of the questions if the bot answered from another confidence on."""

    threshold: float
    answered: float
    right: float
    """Share whose first section is an expected one."""
    wrong: float
    falsely_answered: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Where the expected sections were ranked, whatever the confidence."""

    recall_at_1: Estimate | None
    recall_at_3: Estimate | None
    reciprocal_rank: Estimate | None
    """MRR@10."""
    ndcg: Estimate | None
    """nDCG@10."""


@dataclass(frozen=True, slots=True)
class Trust:
    """How well the confidence tells right from wrong, over questions and what must be declined, without small talk."""

    count: int
    auroc: Estimate | None
    coverage: Estimate | None
    """Share of questions that can be answered with 95 % precision."""
    calibration_error: Estimate | None
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of an evaluation."""

    questions: Outcomes
    declined: Outcomes
    follow_ups: Outcomes
    ranking: Ranking
    trust: Trust


def summarize(evaluation: Evaluation) -> Summary:
    """Return the figures; the same for the same evaluation, to the last digit."""
    return Summary(
        outcomes(evaluation.questions),
        outcomes(evaluation.declined),
        outcomes(evaluation.follow_ups),
        ranking(evaluation.questions),
        trust((*evaluation.questions, *evaluation.declined)),
    )


def outcomes(judged: Sequence[Judged]) -> Outcomes:
    """Return how often each verdict was given."""

    def share(verdict: Verdict) -> Estimate | None:
        return _mean(judged, lambda item: float(item.verdict is verdict))

    answered = [item for item in judged if item.verdict in _ANSWERED]
    return Outcomes(
        count=len(judged),
        right=share(Verdict.RIGHT),
        partly=share(Verdict.PARTLY),
        wrong=share(Verdict.WRONG),
        suggested=share(Verdict.SUGGESTED),
        missed=share(Verdict.MISSED),
        declined=share(Verdict.DECLINED),
        within_one_click=_mean(judged, lambda item: float(item.within_one_click)),
        right_of_answers=_mean(answered, lambda item: float(item.verdict is not Verdict.WRONG)),
        right_of_sure=_mean([item for item in answered if item.sure], lambda item: float(item.verdict is not Verdict.WRONG)),
    )


def curve(questions: Sequence[Judged], declined: Sequence[Judged]) -> tuple[CurvePoint, ...]:
    """Right against wrong for thresholds from .5 to .95, by the confidence in the first section; structure and listed texts left aside."""

    def share(items: Sequence[Judged], holds: Callable[[Judged], bool]) -> float:
        return sum(map(holds, items)) / len(items) if items else 0.0

    def at(threshold: float) -> CurvePoint:
        def over(item: Judged) -> bool:
            return (item.confidence or 0.0) >= threshold

        return CurvePoint(
            threshold,
            share(questions, over),
            share(questions, lambda item: over(item) and item.rank == 1),
            share(questions, lambda item: over(item) and item.rank != 1),
            share(declined, over),
        )

    return tuple(at(step / 20) for step in range(10, 20))


def ranking(judged: Sequence[Judged]) -> Ranking:
    """Return how well the expected sections were ranked."""
    return Ranking(
        _mean(judged, lambda item: float(item.rank is not None and item.rank <= 1)),
        _mean(judged, lambda item: float(item.rank is not None and item.rank <= 3)),
        _mean(judged, lambda item: 1 / item.rank if item.rank else 0.0),
        _mean(judged, lambda item: item.ndcg),
    )


def trust(judged: Iterable[Judged]) -> Trust:
    """Return how well the confidence told whether the first section was an expected one."""
    claims = [(item.confidence, item.rank == 1) for item in judged if item.confidence is not None]
    probabilities = np.asarray([confidence for confidence, _ in claims], dtype=np.float64)
    right = np.asarray([found for _, found in claims], dtype=np.bool_)

    def of(metric: Callable[[Probabilities, Labels], float | None]) -> Estimate | None:
        def statistic(drawn: Draw) -> float | None:
            return metric(probabilities[drawn], right[drawn])

        return estimate(statistic, len(claims))

    return Trust(len(claims), of(auroc), of(coverage_at_precision), of(calibration_error), reliability(probabilities, right))


def _mean(judged: Sequence[Judged], value: Callable[[Judged], float]) -> Estimate | None:
    return estimate_mean(np.asarray([value(item) for item in judged], dtype=np.float64))
