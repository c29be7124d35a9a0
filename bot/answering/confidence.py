"""How sure the bot may be that the best section answers the question, without labels.

    confidence = (share of imitated unanswerable questions that score lower) x (share of the question covered)

An unanswerable question is imitated by asking one of the knowledge base's own questions with its own
section left out: what comes first then is the best of the wrong answers. The coverage is the share of the
question's information, by the rarity of its words, that the section has a word for, so that one shared word is not evidence.

This is a heuristic with a meaning, not a calibrated probability. It needs no labelled questions, so it works for any folder.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from bot.corpus.document import Section
from bot.retrieval.hit import Hit, Index

SAMPLE = 150
"""Imitated questions; enough for a percentile, few enough to keep loading fast."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """The scores that wrong answers reach in this knowledge base, in ascending order."""

    wrong_scores: tuple[float, ...]

    @classmethod
    def learn(cls, index: Index, sections: Sequence[Section]) -> Confidence:
        """Imitate unanswerable questions; deterministic, and bounded whatever the size of the corpus."""
        asked = [(question, section.id) for section in sections for question in (section.questions or (section.title,))]
        step = max(1, len(asked) // SAMPLE)
        scores = [_best_elsewhere(index, question, owner) for question, owner in asked[::step]]
        return cls(tuple(sorted(scores)))

    def of(self, index: Index, query: str, hits: Sequence[Hit]) -> float:
        """Return the confidence, from 0 to 1, that the first hit answers the query."""
        if not hits:
            return 0.0
        below = bisect_left(self.wrong_scores, hits[0].score)
        percentile = below / len(self.wrong_scores) if self.wrong_scores else 0.0
        return round(percentile * index.coverage(query, hits[0].section_id), 4)


def _best_elsewhere(index: Index, question: str, owner: str) -> float:
    return next((hit.score for hit in index.search(question, 2) if hit.section_id != owner), 0.0)
