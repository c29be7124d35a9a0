"""Quality on the public data sets, clean and mistyped: the ranking, and what the same regression makes of each engine's scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from benchmarks.engines.engine import Engine
from bot.corpus.document import Section
from bot.evaluation.dataset import Dataset
from bot.evaluation.golden import Split
from bot.evaluation.measuring import Evaluation, mistype
from bot.evaluation.metrics import DEPTH, Estimate, ndcg
from bot.evaluation.ranking import Labelled, Thresholds, fit_probability, judge_queries
from bot.evaluation.summary import ranking, trust


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One engine on one data set, clean or mistyped, on the test half."""

    dataset: str
    engine: str
    mistyped: bool
    ndcg: float
    ndcg_low: float
    ndcg_high: float
    recall_at_1: float
    reciprocal_rank: float
    auroc: float
    coverage: float
    calibration_error: float


def measure_dataset(dataset: Dataset, engine: type[Engine], thresholds: Thresholds) -> Iterator[DatasetRow]:
    """Yield the rows of one engine on one data set: clean and mistyped."""
    dev, test = dataset.half(Split.DEV), dataset.half(Split.TEST)
    with closing(best_on_dev(engine, dataset.sections, dev)) as chosen:
        chosen.prepare([text for query in (*dev, *test) for text in (query.text, mistype(query.text))])
        probability = fit_probability(chosen, dev)
        if probability is None:
            return
        for mistyped in (False, True):
            evaluation = judge_queries(chosen, probability, test, thresholds, mistyped=mistyped)
            yield _row(dataset.name, chosen.name, evaluation, mistyped=mistyped)


def best_on_dev(engine: type[Engine], sections: Sequence[Section], dev: Sequence[Labelled]) -> Engine:
    """A fitted engine, with the settings that rank best on the dev half where it has some to choose from."""
    fitted = [candidate.fit(sections) for candidate in engine.candidates()]
    answered = [query for query in dev if query.relevant]
    best = fitted[0] if len(fitted) == 1 else max(fitted, key=lambda one: mean_ndcg(one, answered))
    for one in fitted:
        if one is not best:
            one.close()
    return best


def mean_ndcg(engine: Engine, queries: Sequence[Labelled]) -> float:
    """The mean nDCG@10."""
    engine.prepare([query.text for query in queries])
    return float(np.mean([ndcg([hit.section_id for hit in engine.search(query.text, DEPTH)], query.relevant) for query in queries]))


def _row(dataset: str, engine: str, evaluation: Evaluation, *, mistyped: bool) -> DatasetRow:
    found, trusted = ranking(evaluation.questions), trust((*evaluation.questions, *evaluation.declined))
    gain = found.ndcg or Estimate(0.0, 0.0, 0.0)
    return DatasetRow(
        dataset=dataset,
        engine=engine,
        mistyped=mistyped,
        ndcg=gain.value,
        ndcg_low=gain.low,
        ndcg_high=gain.high,
        recall_at_1=_value(found.recall_at_1),
        reciprocal_rank=_value(found.reciprocal_rank),
        auroc=_value(trusted.auroc),
        coverage=_value(trusted.coverage),
        calibration_error=_value(trusted.calibration_error),
    )


def _value(estimate: Estimate | None) -> float:
    return estimate.value if estimate else 0.0
