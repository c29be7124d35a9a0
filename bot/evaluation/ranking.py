"""A ranking, a probability, two thresholds: the rules by which any search engine is judged as the product is.

What the product does on top (small talk, follow-ups, exact years) is not here; ``measuring`` asks the whole engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bot.answering.confidence import measure
from bot.evaluation.measuring import Evaluation, Judged, Verdict, mistype
from bot.evaluation.metrics import DEPTH, first_rank, ndcg
from bot.query.message import clean_question, searchable
from bot.retrieval.hit import Hit, Index

_REGULARIZATION = 0.5


class Ranker(Protocol):
    """A search engine, and what can be read from its hits about how good they are."""

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """Best first, at most k."""

    def measure(self, query: str, hits: Sequence[Hit]) -> tuple[float, ...]:
        """The features of a ranking with at least one hit."""


class IndexRanker:
    """The product's own index with the product's own features."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """Best first, at most k."""
        return self._index.search(_searched(query), k)

    def measure(self, query: str, hits: Sequence[Hit]) -> tuple[float, ...]:
        """The features that the product's confidence is computed from."""
        searched = _searched(query)
        return measure(searched, hits, self._index.explain(searched, hits[0].section_id)).values()


@dataclass(frozen=True, slots=True)
class Labelled:
    """A query and the ids that are right; without any it is out of scope."""

    id: str
    text: str
    relevant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability on an engine answers, and suggests; and how many sections it suggests."""

    answer: float
    suggest: float
    suggestions: int


@dataclass(frozen=True, slots=True)
class Probability:
    """A logistic regression over features, brought to one scale: the probability that the first hit is right."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def of(self, features: Sequence[float]) -> float:
        """The probability for a ranking, from 0 to 1."""
        scaled = (np.asarray(features) - self.means) / self.scales
        return float(1 / (1 + np.exp(-np.clip(self.intercept + scaled @ np.asarray(self.weights), -60, 60))))


def fit_probability(ranker: Ranker, dev: Sequence[Labelled]) -> Probability | None:
    """Fit the confidence of an engine on labelled queries, plain and mistyped; None where they are all right or all wrong."""
    rows: list[tuple[float, ...]] = []
    labels: list[bool] = []
    for query in dev:
        for text in dict.fromkeys((query.text, mistype(query.text))):
            hits = ranker.search(text, DEPTH)
            if hits:
                rows.append(ranker.measure(text, hits))
                labels.append(hits[0].section_id in query.relevant)
    if len(set(labels)) < 2:
        return None
    from sklearn.linear_model import LogisticRegression  # takes seconds, which --help and every other command would pay

    values = np.asarray(rows, dtype=np.float64)
    means, scales = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    model = LogisticRegression(C=_REGULARIZATION, max_iter=1000).fit((values - means) / scales, labels)
    return Probability(tuple(means.tolist()), tuple(scales.tolist()), tuple(model.coef_[0].tolist()), float(model.intercept_[0]))


def judge_queries(
    ranker: Ranker, probability: Probability, queries: Sequence[Labelled], thresholds: Thresholds, *, mistyped: bool = False
) -> Evaluation:
    """Search for every query, with typing errors if asked for, and judge what would have been shown."""
    put = mistype if mistyped else str
    judged = [(query, _judge(ranker, probability, query, put(query.text), thresholds)) for query in queries]
    return Evaluation(
        tuple(verdict for query, verdict in judged if query.relevant),
        tuple(verdict for query, verdict in judged if not query.relevant),
        (),
    )


def _judge(ranker: Ranker, probability: Probability, query: Labelled, text: str, thresholds: Thresholds) -> Judged:
    hits = ranker.search(text, DEPTH)
    ranked = [hit.section_id for hit in hits]
    confidence = probability.of(ranker.measure(text, hits)) if hits else 0.0
    return Judged(
        question=text,
        group="in scope" if query.relevant else "out of scope",
        verdict=_verdict(ranked, confidence, query.relevant, thresholds),
        rank=first_rank(ranked, query.relevant),
        shown=ranked[0] if ranked and confidence >= thresholds.answer else None,
        confidence=round(confidence, 4),
        ndcg=ndcg(ranked, query.relevant),
        id=query.id,
    )


def _verdict(ranked: Sequence[str], confidence: float, relevant: Sequence[str], thresholds: Thresholds) -> Verdict:
    if not ranked or confidence < min(thresholds.suggest, thresholds.answer):
        return Verdict.DECLINED
    if confidence >= thresholds.answer:
        return Verdict.RIGHT if ranked[0] in relevant else Verdict.WRONG
    if not relevant:
        return Verdict.SUGGESTED
    return Verdict.SUGGESTED if any(name in relevant for name in ranked[: thresholds.suggestions]) else Verdict.MISSED


def _searched(query: str) -> str:
    return searchable(clean_question(query))
