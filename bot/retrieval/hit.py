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


def with_first(section_id: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Hits with a section as the first; one that was not found has the score 0."""
    own = next((hit for hit in hits if hit.section_id == section_id), Hit(section_id, 0.0))
    return (own, *(hit for hit in hits if hit.section_id != section_id))


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A question that people confirmed to be answered by a section."""

    section_id: str
    text: str


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
    """How much the word says: its rarity in the knowledge base, from 0 to 1; 1 for a word it has never seen."""
    fields: tuple[str, ...] = ()
    """Where the section has it: "title", "questions", "text"."""
    is_name: bool = False
    """Whether one of the section's names has it: then it says what is asked about, and nothing of what is asked."""


@dataclass(frozen=True, slots=True)
class SynonymEvidence:
    """What reading words of the question as their synonym added to a section's score."""

    typed: str
    read_as: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a section has its score: the weights of words and synonyms, and the parts, add up to it."""

    section_id: str
    score: float
    words: tuple[WordEvidence, ...] = ()
    unknown: tuple[str, ...] = ()
    """Words of the question that the knowledge base has never seen."""
    synonyms: tuple[SynonymEvidence, ...] = ()
    confirmed_part: float = 0.0
    """What a phrasing that moderators confirmed adds to the words."""
    message_part: float = 0.0
    """Share of the score from likeness to the messages that the section lists."""
    meaning_part: float = 0.0
    """Share of the score from likeness in meaning to what the section is asked, also in other words."""
    phrase_part: float = 0.0
    """Share of the score from neighbouring words that stand together in the section too."""
    name_part: float = 0.0
    """Share of the score from likeness to the section's title or another of its names, by content words."""
    question_part: float = 0.0
    """Share of the score from likeness to one of the section's own questions or its title."""
    letter_part: float = 0.0
    """Share of the score from groups of four letters that the section's words have too."""
    head_part: float = 0.0
    """Share of the score from what sets this section's questions apart from all others."""
    closest_question: str | None = None
    rest_likeness: float = 1.0
    """Likeness in meaning to what the section is asked, its names left out of both; 1 where what it is asked is as alike. No part of it."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Words that the knowledge base knows but this section lacks."""
        return tuple(word.word for word in self.words if word.weight == 0 and word.word not in self.unknown)

    @property
    def sum(self) -> float:
        """The score again, from its summands."""
        named = sum(word.weight for word in self.words) + sum(synonym.weight for synonym in self.synonyms) + self.confirmed_part
        named += self.message_part + self.meaning_part
        return named + self.phrase_part + self.name_part + self.question_part + self.letter_part + self.head_part


class Index(Protocol):
    """All that the stages after retrieval know of it; any ranking can take its place."""

    def fit(self, sections: Sequence[Section]) -> Self:
        """Build the index; deterministic for the same sections and parameters."""

    def with_phrasings(self, phrasings: Sequence[Phrasing]) -> Self:
        """The same index with these confirmed phrasings as further questions of their sections, in place of earlier ones."""

    def search(self, query: str, k: int) -> list[Hit]:
        """At most k sections with a score above 0, best first, ties by section id."""

    def explain(self, query: str, section_id: str) -> Explanation:
        """The arithmetic behind a section's score for a query."""

    def evidence(self, query: str, section_id: str) -> tuple[WordEvidence, ...]:
        """What each word of a query did for a section's score: an explanation's words, where the rest is not needed."""

    def closest_phrasings(self, query: str, section_ids: Sequence[str]) -> list[str | None]:
        """For each section which of its questions and names is most like the query; None where none is."""

    def repairs(self, text: str) -> dict[str, str]:
        """What each mistyped word of a text, folded, is taken for: one word, or two that were typed as one."""

    def listed(self, text: str) -> str | None:
        """The id of the only section that lists a text as it stands, or has it as its title."""

    def relevance(self, query: str, texts: Sequence[tuple[str, ...]]) -> list[float]:
        """For each text the share of a query's information that it holds (0 to 1); a text comes in pieces, and no word spans two.

        Texts are compared with each other: a word counts less, the more of them have it, since it does not tell them apart.
        """

    def word_information(self) -> dict[str, float]:
        """How much each term that the sections have can tell, by the term; more for rarer ones."""

    def forget_questions(self) -> None:
        """Drop what is held of the last questions so that the steps of one answer read it once."""

    def get_params(self) -> dict[str, float]:
        """The settings on which the ranking depends, for the fingerprint."""
