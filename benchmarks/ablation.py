"""What each part of the ranking gives: the mean nDCG@10 without it, on the dev halves, where the parts were chosen.

Each variant is the product's index with one parameter changed; nothing is fitted again but where the parameter is one of fitting.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from benchmarks.golden import labelled
from bot.answering.engine import AnswerEngine
from bot.corpus.document import Section
from bot.evaluation.dataset import load_dataset
from bot.evaluation.golden import Golden, Split
from bot.evaluation.measuring import mistype
from bot.evaluation.metrics import DEPTH, ndcg
from bot.evaluation.ranking import Labelled
from bot.retrieval.arrays import IndexArrays
from bot.retrieval.tfidf import TfidfIndex

_MOST_QUERIES = 300
VARIANTS: Mapping[str, Mapping[str, float | int | bool]] = {
    "all parts": {},
    "without spelling repair": {"spelling": False},
    "without letters": {"letter_part": 0.0},
    "without question likeness": {"question_part": 0.0},
    "without names": {"name_part": 0.0},
    "without word pairs": {"phrase_part": 0.0},
    "without the head": {"head_part": 0.0},
    "without synonyms": {},
    "a pool of 20": {"pool": 20},
    "a pool of 100": {"pool": 100},
    "first stage only": {"letter_part": 0.0, "question_part": 0.0, "name_part": 0.0, "phrase_part": 0.0, "head_part": 0.0},
}


@dataclass(frozen=True, slots=True)
class AblationRow:
    """One variant, averaged over data sets."""

    variant: str
    clean: float
    mistyped: float
    time: float
    """Of a search, as a share of that with all parts."""


def measure_ablation(corpora: Sequence[tuple[Sequence[Section], Sequence[Labelled]]]) -> Iterator[AblationRow]:
    """Yield a row for each variant.

    Args:
        corpora: sections and dev questions of each data set.
    """
    fitted = [(TfidfIndex().fit(sections).arrays, _some([query for query in queries if query.relevant])) for sections, queries in corpora]
    whole = None
    for name, parameters in VARIANTS.items():
        scores, seconds = [], 0.0
        for arrays, queries in fitted:
            index = TfidfIndex(**parameters).take(_without_synonyms(arrays) if name == "without synonyms" else arrays)  # type: ignore[arg-type]
            start = time.perf_counter()
            scores.append([_mean(index, queries, mistyped=mistyped) for mistyped in (False, True)])
            seconds += time.perf_counter() - start
        whole = whole or seconds
        clean, mistyped = np.mean(scores, axis=0)
        yield AblationRow(name, float(clean), float(mistyped), seconds / whole)


def _some(queries: Sequence[Labelled]) -> Sequence[Labelled]:
    return queries[:: max(1, len(queries) // _MOST_QUERIES)][:_MOST_QUERIES]


def _mean(index: TfidfIndex, queries: Sequence[Labelled], *, mistyped: bool) -> float:
    put = mistype if mistyped else str
    ranked = [([hit.section_id for hit in index.search(put(query.text), DEPTH)], query.relevant) for query in queries]
    return float(np.mean([ndcg(ids, relevant) for ids, relevant in ranked]))


def _without_synonyms(arrays: IndexArrays) -> IndexArrays:
    values = {field.name: getattr(arrays, field.name) for field in fields(arrays)}
    return replace(IndexArrays(**values), synonyms=())


def dev_halves(product: AnswerEngine, golden: Golden, datasets: Path) -> list[tuple[Sequence[Section], Sequence[Labelled]]]:
    """The dev halves of the golden questions and of the public data sets, where these are."""
    corpora: list[tuple[Sequence[Section], Sequence[Labelled]]] = [(product.corpus.sections, labelled(golden.half(Split.DEV)))]
    for folder in sorted(path for path in datasets.iterdir() if path.is_dir()) if datasets.is_dir() else ():
        dataset = load_dataset(folder)
        corpora.append((dataset.sections, dataset.half(Split.DEV)))
    return corpora
