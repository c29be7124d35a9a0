"""``evaluate --json``: every figure and every judged question as one object, from which later versions can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from bot.cli.app import to_json
from bot.evaluation.comparing import Conditions, EvaluationDiff
from bot.evaluation.measuring import Evaluation, Judged, Verdict, rate
from bot.evaluation.metrics import Estimate
from bot.evaluation.summary import Outcomes, Summary, outcomes, ranking, summarize

_DIGITS = 4


def evaluation_json(evaluation: Evaluation, fingerprint: str, conditions: Conditions, comparison: EvaluationDiff | None = None) -> str:
    """All counts, all figures with their intervals, and every judged question, so that a later run can be compared with this one."""
    summary = summarize(evaluation)
    value: dict[str, object] = {
        "fingerprint": fingerprint,
        **asdict(conditions),
        "figures": _figures(summary),
        "reliability": [_rounded(asdict(one)) for one in summary.trust.bins],
        "questions": _part(evaluation.questions) | _ranks(evaluation.questions),
        "declined": _part(evaluation.declined),
        "follow_ups": _part(evaluation.follow_ups) | _ranks(evaluation.follow_ups),
    }
    if comparison is not None:
        value["compared"] = asdict(comparison)
    return to_json(value, indent=2)


def _figures(summary: Summary) -> dict[str, object]:
    return {
        "questions": _outcomes(summary.questions),
        "declined": _outcomes(summary.declined),
        "follow_ups": _outcomes(summary.follow_ups),
        "recall_at_1": _estimate(summary.ranking.recall_at_1),
        "recall_at_3": _estimate(summary.ranking.recall_at_3),
        "mrr_at_10": _estimate(summary.ranking.reciprocal_rank),
        "ndcg_at_10": _estimate(summary.ranking.ndcg),
        "auroc": _estimate(summary.trust.auroc),
        "coverage_at_95_precision": _estimate(summary.trust.coverage),
        "calibration_error": _estimate(summary.trust.calibration_error),
    }


def _outcomes(found: Outcomes) -> dict[str, object]:
    more = ("within_one_click", "right_of_answers", "right_of_sure")
    return {"n": found.count} | {name: _estimate(getattr(found, name)) for name in (*(verdict.value for verdict in Verdict), *more)}


def _estimate(estimate: Estimate | None) -> dict[str, object] | None:
    return None if estimate is None else _rounded(asdict(estimate))


def _rounded(values: dict[str, object]) -> dict[str, object]:
    return {name: round(value, _DIGITS) if isinstance(value, float) else value for name, value in values.items()}


def _part(judged: Sequence[Judged]) -> dict[str, object]:
    groups = {name: [item for item in judged if item.group == name] for name in dict.fromkeys(item.group for item in judged)}
    return {
        "n": len(judged),
        **_counts(judged),
        "by_group": {name: _outcomes(outcomes(items)) for name, items in groups.items()},
        "items": [_item(item) for item in judged],
    }


def _counts(judged: Sequence[Judged]) -> dict[str, object]:
    return {verdict.value: rate(judged, verdict).hits for verdict in Verdict}


def _ranks(judged: Sequence[Judged]) -> dict[str, object]:
    areas = {name: [item for item in judged if item.area == name] for name in dict.fromkeys(item.area for item in judged)}
    found = ranking(judged)
    return {
        "recall_at_1": _value(found.recall_at_1),
        "recall_at_3": _value(found.recall_at_3),
        "mrr_at_10": _value(found.reciprocal_rank),
        "ndcg_at_10": _value(found.ndcg),
        "by_area": {name: _outcomes(outcomes(items)) for name, items in areas.items()},
    }


def _value(estimate: Estimate | None) -> float:
    return round(estimate.value, _DIGITS) if estimate else 0.0


def _item(item: Judged) -> dict[str, object]:
    return {
        **({} if item.id is None else {"id": item.id}),
        "question": item.question,
        "group": item.group,
        "area": item.area,
        "verdict": item.verdict.value,
        "rank": item.rank,
        "ndcg": round(item.ndcg, _DIGITS),
        "shown": item.shown,
        "confidence": item.confidence,
    }
