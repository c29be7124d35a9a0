"""The product on a public data set: its own index over the set's documents, its own features, a confidence fitted on the dev half."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot.errors import InputError
from bot.evaluation.dataset import Dataset
from bot.evaluation.golden import Split
from bot.evaluation.measuring import Evaluation
from bot.evaluation.metrics import DEPTH
from bot.evaluation.mistyping import mistype
from bot.evaluation.ranking import IndexRanker, Thresholds, fit_probability, judge_queries
from bot.retrieval.tfidf import TfidfIndex


@dataclass(frozen=True, slots=True)
class RankedQuery:
    """A query and the ids that were found for it, best first."""

    id: str
    ranked: tuple[str, ...]


def evaluate_dataset(dataset: Dataset, split: Split, thresholds: Thresholds, *, mistyped: bool = False) -> Evaluation:
    """Judge one half, with a confidence that was fitted on the dev half, plain and mistyped.

    Raises:
        InputError: the dev half cannot be fitted on, or no document has a word.
    """
    ranker = _ranker(dataset)
    probability = fit_probability(ranker, dataset.half(Split.DEV))
    if probability is None:
        raise InputError(
            f"{dataset.name}: the confidence cannot be fitted, because the dev half has no right or no wrong first hit. "
            "Add dev queries of both kinds, or use --rank-only."
        )
    return judge_queries(ranker, probability, dataset.half(split), thresholds, mistyped=mistyped)


def rank_dataset(dataset: Dataset, split: Split | None, *, mistyped: bool = False) -> tuple[RankedQuery, ...]:
    """Return the ranking of each query of one half, or of both; nothing is fitted on labels.

    Raises:
        InputError: no document has a word.
    """
    ranker = _ranker(dataset)
    put = mistype if mistyped else str
    return tuple(
        RankedQuery(query.id, tuple(hit.section_id for hit in ranker.search(put(query.text), DEPTH))) for query in dataset.half(split)
    )


def write_rankings(ranked: tuple[RankedQuery, ...], path: Path) -> None:
    """Write rankings as JSON lines: ``{"id": "q0", "ranked": ["c0", "c7"]}``.

    Raises:
        InputError: the file cannot be written.
    """
    lines = (json.dumps({"id": query.id, "ranked": query.ranked}, ensure_ascii=False) for query in ranked)
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}). Give a file in a folder that is there.") from error


def _ranker(dataset: Dataset) -> IndexRanker:
    try:
        return IndexRanker(TfidfIndex().fit(dataset.sections))
    except ValueError as error:
        raise InputError(f"{dataset.name}: there is nothing to index: {error}.") from error
