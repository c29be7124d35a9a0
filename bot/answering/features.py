"""What tells a right first hit from a wrong one: eight numbers about a ranking, none tied to one knowledge base."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

from bot.answering.question import plain_words
from bot.retrieval.hit import Hit, Index

_LAST = 9
"""Rank, from 0, of the hit that stands for "the rest"."""


@dataclass(frozen=True, slots=True)
class Features:
    """A ranking in numbers."""

    score: float
    """Of the first hit, from 0 to 1."""
    second: float
    """Score of the second hit as a share of the first: near 1 where two sections contend."""
    tenth: float
    """Score of the tenth hit as a share of the first: near 1 where nothing stands out."""
    length: float
    """Logarithm of the question's words; long questions score lower for the same fit."""
    coverage: float
    """Share of the question's information that the first hit has words for."""
    words: float
    """Share of the score that comes from words."""
    phrases: float
    """Share of the score that comes from word pairs."""
    unknown: float
    """Share of the question's words that the knowledge base has never seen."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names in order."""
        return tuple(field.name for field in fields(cls))

    def values(self) -> tuple[float, ...]:
        """Return the numbers in order."""
        return astuple(self)


def measure(index: Index, query: str, hits: Sequence[Hit]) -> Features | None:
    """Return the features of a ranking, or None where nothing was found."""
    if not hits:
        return None
    best = hits[0]
    explanation = index.explain(query, best.section_id)
    count = max(1, len(plain_words(query)))
    return Features(
        score=best.score,
        second=_share(hits, 1),
        tenth=_share(hits, _LAST),
        length=math.log1p(count),
        coverage=index.coverage(query, best.section_id),
        words=sum(word.weight for word in explanation.words),
        phrases=explanation.phrase_part,
        unknown=min(1.0, len(explanation.unknown) / count),
    )


def _share(hits: Sequence[Hit], rank: int) -> float:
    return hits[rank].score / hits[0].score if rank < len(hits) and hits[0].score > 0 else 0.0
