"""What tells a right first hit from a wrong one: eight numbers about a ranking, none tied to one knowledge base."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

from bot.answering.question import plain_words
from bot.retrieval.hit import Explanation, Hit

_LAST = 9
"""Rank, from 0, of the hit that stands for "the rest"."""


_TELLING = 0.35
"""Rarity from which a word says what a question is about."""


@dataclass(frozen=True, slots=True)
class Features:
    """A ranking in numbers."""

    score: float
    """Of the first hit, from 0 to 1."""
    tenth: float
    """Score of the tenth hit as a share of the first: near 1 where nothing stands out."""
    length: float
    """Logarithm of the question's words; long questions score lower for the same fit."""
    coverage: float
    """Share of the question's information that the first hit has words for."""
    information: float
    """Sum of the rarities of the words that it has: one shared word is not evidence."""
    telling: float
    """How many of those words are rare enough to say what the question is about."""
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
    found = [word.information for word in explanation.words if word.weight > 0]
    asked = sum(word.information for word in explanation.words)
    count = max(1, len(explanation.words))
    return Features(
        score=hits[0].score,
        tenth=hits[_LAST].score / hits[0].score if len(hits) > _LAST else 0.0,
        length=math.log1p(len(plain_words(query))),
        coverage=sum(found) / asked if asked else 0.0,
        information=sum(found),
        telling=sum(rarity > _TELLING for rarity in found),
        likeness=explanation.question_part,
        unknown=len(explanation.unknown) / count,
    )
