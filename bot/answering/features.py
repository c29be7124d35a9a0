"""What tells a right first hit from a wrong one: ten numbers about a ranking, none tied to one knowledge base."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

from bot.answering.question import plain_words
from bot.retrieval.analyzer import is_telling
from bot.retrieval.hit import Explanation, Hit

_SECOND, _THIRD, _LAST = 1, 2, 9
"""Ranks, from 0, of the hits that stand for the runner-up, the rivals and the rest."""
_LEAST_SCORE = 1e-6


@dataclass(frozen=True, slots=True)
class Features:
    """A ranking in numbers."""

    score: float
    """Logarithm of the first hit's score."""
    second: float
    """Score of the second hit as a share of the first."""
    margin: float
    """By how much the first hit's score is higher than the second's."""
    third: float
    """Score of the third hit as a share of the first: near 1 where several sections fit as well."""
    tenth: float
    """Score of the tenth hit as a share of the first: near 1 where nothing stands out."""
    length: float
    """Logarithm of the question's words; long questions score lower for the same fit."""
    telling: float
    """How many of the question's telling words the first hit has: one shared word is not evidence."""
    coverage: float
    """Share of the question's information that the first hit has words for."""
    likeness: float
    """Share of the score from likeness to one of the section's own questions or names."""
    unknown: float
    """Share of the question's words that the knowledge base has never seen."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names in order."""
        return tuple(field.name for field in fields(cls))

    def values(self) -> tuple[float, ...]:
        """Return the numbers in order."""
        return astuple(self)


def measure(query: str, hits: Sequence[Hit], explanation: Explanation) -> Features:
    """Return the features of a ranking.

    Args:
        query: what was searched for.
        hits: what was found, at least one.
        explanation: the arithmetic behind the first hit.
    """
    asked = sum(word.information for word in explanation.words)
    return Features(
        score=math.log(hits[0].score + _LEAST_SCORE),
        second=_share(hits, _SECOND),
        margin=hits[0].score * (1 - _share(hits, _SECOND)),
        third=_share(hits, _THIRD),
        tenth=_share(hits, _LAST),
        length=math.log1p(len(plain_words(query))),
        telling=sum(word.weight > 0 and is_telling(word.word) for word in explanation.words),
        coverage=sum(word.information for word in explanation.words if word.weight > 0) / asked if asked else 0.0,
        likeness=explanation.question_part,
        unknown=len(explanation.unknown) / max(1, len(explanation.words)),
    )


def _share(hits: Sequence[Hit], rank: int) -> float:
    return hits[rank].score / hits[0].score if len(hits) > rank and hits[0].score else 0.0
