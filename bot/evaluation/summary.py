"""The figures of an evaluation, each with its interval: outcomes, ranking, and how far the confidence can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.evaluation.bootstrap import Draw, Estimate, estimate, estimate_mean
from bot.evaluation.measuring import Evaluation, Judged, Verdict
from bot.evaluation.metrics import Labels, Probabilities, auroc, coverage_at_precision
from bot.evaluation.reliability import ReliabilityBin, calibration_error, reliability


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of some questions, as shares; None where none was asked."""

    count: int
    right: Estimate | None
    wrong: Estimate | None
    suggested: Estimate | None
    missed: Estimate | None
    declined: Estimate | None


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

    return Outcomes(
        len(judged), share(Verdict.RIGHT), share(Verdict.WRONG), share(Verdict.SUGGESTED), share(Verdict.MISSED), share(Verdict.DECLINED)
    )


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
