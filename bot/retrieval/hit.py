"""What retrieval hands on: ranked hits, and the arithmetic behind one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from bot.corpus.document import Section


@dataclass(frozen=True, slots=True)
class Hit:
    """A section and how well it fits a query, from 0 to 1."""

    section_id: str
    score: float


@dataclass(frozen=True, slots=True)
class WordEvidence:
    """What one word of the question did for a section's score."""

    word: str
    """As the member typed it."""
    matched: str | None
    """The word of the knowledge base that it was taken for, when that differs; None where it is the same."""
    weight: float
    """Its share of the section's score; 0 where the section lacks the word."""
    information: float = 0.0
    """How telling the word is: its rarity in the knowledge base, from 0 to 1; 1 for a word it has never seen."""
    fields: tuple[str, ...] = ()
    """Where the section has it: "questions", "title", "text"."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a section has its score: the weights of the words and the other parts add up to it."""

    section_id: str
    score: float
    words: tuple[WordEvidence, ...]
    unknown: tuple[str, ...]
    """Words of the question that the knowledge base has never seen."""
    phrase_part: float
    """Share of the score from neighbouring words that stand together in the section too."""
    name_part: float
    """Share of the score from likeness to the section's title or another of its names, by telling words."""
    question_part: float
    """Share of the score from likeness to one of the section's own questions or its title."""
    closest_question: str | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Words that the knowledge base knows but this section lacks."""
        return tuple(word.word for word in self.words if word.weight == 0 and word.word not in self.unknown)


class Index(Protocol):
    """All that the stages after retrieval know of it; any ranking can take its place."""

    def fit(self, sections: Sequence[Section]) -> Self:
        """Build the index; deterministic for the same sections and parameters."""

    def search(self, query: str, k: int) -> list[Hit]:
        """Return at most k sections with a score above 0, best first, ties by section id."""

    def explain(self, query: str, section_id: str) -> Explanation:
        """Return the arithmetic behind a section's score for a query."""

    def closest_phrasings(self, query: str, section_ids: Sequence[str]) -> list[str | None]:
        """Return for each section which of its questions and names is most like the query; None where none is."""

    def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return for each text the share of a query's information that it holds (0 to 1)."""

    def get_params(self) -> dict[str, float]:
        """Return the settings on which the ranking depends, for the fingerprint."""
