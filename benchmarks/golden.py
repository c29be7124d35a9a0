"""Quality on the test half of the golden questions, every engine under the same outcome rules, clean and mistyped.

Each engine has a regression of its own over its own score features, fitted on the dev half as the product's is, and answers and suggests
from the same probabilities on; small talk is recognized for all. Follow-ups are the product's alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from benchmarks.datasets import best_on_dev
from benchmarks.engines.engine import Engine
from bot.answering.engine import AnswerEngine
from bot.evaluation.golden import FollowUpStyle, Golden, Split
from bot.evaluation.measuring import Evaluation, Judged, Verdict, evaluate, mistype
from bot.evaluation.metrics import Estimate
from bot.evaluation.ranking import Labelled, Thresholds, fit_probability, judge_queries
from bot.evaluation.summary import Summary, Trust, summarize
from bot.query.message import clean_question, searchable
from bot.query.scope import small_talk_reply


@dataclass(frozen=True, slots=True)
class GoldenRow:
    """One engine on the golden questions, clean or mistyped, on the test half; shares from 0 to 1."""

    engine: str
    mistyped: bool
    questions: int
    must_decline: int
    right: float
    right_low: float
    right_high: float
    wrong: float
    suggested: float
    false_answers: float
    follow_ups: int | None
    follow_ups_right: float | None
    """Both kinds together; None for engines without conversation."""
    leaning_right: float | None
    fresh_right: float | None
    recall_at_1: float
    recall_at_3: float
    reciprocal_rank: float
    ndcg: float
    auroc: float
    coverage: float
    calibration_error: float


def measure_product(engine: AnswerEngine, golden: Golden) -> Iterator[tuple[GoldenRow, Trust]]:
    """Yield the rows of the product as a whole, and how far its confidence can be trusted."""
    half = golden.half(Split.TEST)
    for mistyped in (False, True):
        evaluation = evaluate(engine, half, mistyped=mistyped)
        summary = summarize(evaluation)
        yield _row("ours", summary, evaluation.follow_ups, mistyped=mistyped), summary.trust


def measure_rival(engine: type[Engine], product: AnswerEngine, golden: Golden, thresholds: Thresholds) -> Iterator[GoldenRow]:
    """Yield the rows of another engine over the same sections."""
    dev, test = labelled(golden.half(Split.DEV)), labelled(golden.half(Split.TEST))
    chatted = tuple(Judged(query.text, "small talk", Verdict.DECLINED, None, None, None) for query in test if _is_small_talk(query))
    dev, test = [[query for query in half if not _is_small_talk(query)] for half in (dev, test)]
    with closing(best_on_dev(engine, product.corpus.sections, dev)) as chosen:
        chosen.prepare([text for query in (*dev, *test) for text in (query.text, mistype(query.text))])
        probability = fit_probability(chosen, dev)
        if probability is None:
            return
        for mistyped in (False, True):
            found = judge_queries(chosen, probability, test, thresholds, mistyped=mistyped)
            yield _row(chosen.name, summarize(Evaluation(found.questions, (*found.declined, *chatted), ())), (), mistyped=mistyped)


def labelled(golden: Golden) -> list[Labelled]:
    """The golden questions and what must be declined as queries, cleaned as the product cleans them."""
    pairs = [*((item.question, item.expect) for item in golden.questions), *((item.question, ()) for item in golden.declined)]
    return [Labelled(text, searchable(clean_question(text)), expect) for text, expect in pairs]


def _is_small_talk(query: Labelled) -> bool:
    return not query.relevant and small_talk_reply(clean_question(query.id)) is not None


def _row(engine: str, summary: Summary, follow_ups: Sequence[Judged], *, mistyped: bool) -> GoldenRow:
    questions, ranking, trust = summary.questions, summary.ranking, summary.trust
    right = questions.right or Estimate(0.0, 0.0, 0.0)
    return GoldenRow(
        engine=engine,
        mistyped=mistyped,
        questions=questions.count,
        must_decline=summary.declined.count,
        right=right.value,
        right_low=right.low,
        right_high=right.high,
        wrong=_value(questions.wrong),
        suggested=_value(questions.suggested),
        false_answers=_value(summary.declined.wrong),
        follow_ups=len(follow_ups) or None,
        follow_ups_right=_right(follow_ups),
        leaning_right=_right([item for item in follow_ups if item.group == FollowUpStyle.FOLLOW_UP]),
        fresh_right=_right([item for item in follow_ups if item.group == FollowUpStyle.FRESH]),
        recall_at_1=_value(ranking.recall_at_1),
        recall_at_3=_value(ranking.recall_at_3),
        reciprocal_rank=_value(ranking.reciprocal_rank),
        ndcg=_value(ranking.ndcg),
        auroc=_value(trust.auroc),
        coverage=_value(trust.coverage),
        calibration_error=_value(trust.calibration_error),
    )


def _right(judged: Sequence[Judged]) -> float | None:
    return float(np.mean([item.verdict is Verdict.RIGHT for item in judged])) if judged else None


def _value(estimate: Estimate | None) -> float:
    return estimate.value if estimate else 0.0
