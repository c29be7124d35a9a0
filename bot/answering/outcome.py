"""What the bot says to a question: a closed set of four outcomes, each with its id and fingerprint.

Every front end (Discord, terminal, JSON) renders these and nothing else. ``text`` is always the body
that a member is shown, without title and sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.corpus.document import Section
from bot.retrieval.hit import Hit


class OutcomeKind(StrEnum):
    """The names of the outcomes, as they are stored and printed."""

    ANSWER = "answer"
    SUGGESTIONS = "suggestions"
    ABSTENTION = "abstention"
    SMALLTALK = "smalltalk"


class ConfidenceLevel(StrEnum):
    """How sure the bot says it is, in words."""

    HIGH = "Confident"
    MEDIUM = "Fairly sure"
    LOW = "Not sure"


class AbstentionReason(StrEnum):
    """Why there is no answer."""

    NO_WORDS = "no words"
    NOTHING_CLOSE = "nothing close"
    NOT_POSSIBLE = "not possible"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an outcome answers, and under which name."""

    answer_id: str
    fingerprint: str
    question: str
    """The question as it was asked, cut and made storable."""
    searched: str
    """What was searched for: the question, or in a conversation the question with its subject."""
    context: str | None = None
    """Id of the section that the conversation was about, where that was taken into account."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One section answers the question."""

    asked: Asked
    section: Section
    text: str
    confidence: float
    hits: tuple[Hit, ...]
    related: tuple[Section, ...]
    picked: bool = False
    """Whether a member picked the section from suggestions."""
    emphasis: tuple[str, ...] = ()
    """Words of the text to set off: the few that the question is about."""
    reading: str | None = None
    """How a question with a structure was read, where that chose the section; None where the ranking did."""
    kind: OutcomeKind = OutcomeKind.ANSWER

    @property
    def level(self) -> ConfidenceLevel:
        """The confidence in words."""
        return confidence_level(self.confidence)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The bot is not sure; these sections are nearest."""

    asked: Asked
    text: str
    candidates: tuple[Section, ...]
    confidence: float
    hits: tuple[Hit, ...]
    kind: OutcomeKind = OutcomeKind.SUGGESTIONS


@dataclass(frozen=True, slots=True)
class Nearest:
    """A section that was near, but not near enough."""

    section: Section
    matched: tuple[str, ...]
    """Telling words of the question that it has."""
    missing: tuple[str, ...]
    """Those that it lacks."""

    @property
    def has_and_lacks(self) -> str:
        """Both in words."""
        parts = [("has", self.matched), ("lacks", self.missing)]
        return "; ".join(f"{verb} {', '.join(words)}" for verb, words in parts if words) or "has nothing that tells much"


@dataclass(frozen=True, slots=True)
class Abstention:
    """The knowledge base has no answer, and the bot says so."""

    asked: Asked
    text: str
    """What is said; the nearest sections and unseen words are told beside it."""
    reason: AbstentionReason
    confidence: float
    hits: tuple[Hit, ...]
    nearest: tuple[Nearest, ...] = ()
    unseen: tuple[str, ...] = ()
    """Words of the question that the knowledge base has never seen."""
    kind: OutcomeKind = OutcomeKind.ABSTENTION


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A greeting, thanks or a question about the bot itself."""

    asked: Asked
    text: str
    kind: OutcomeKind = OutcomeKind.SMALLTALK


Outcome = Answer | Suggestions | Abstention | SmallTalk

_HIGH = 0.85
_MEDIUM = 0.5


def confidence_level(confidence: float) -> ConfidenceLevel:
    """Return the words for a confidence from 0 to 1."""
    if confidence >= _HIGH:
        return ConfidenceLevel.HIGH
    return ConfidenceLevel.MEDIUM if confidence >= _MEDIUM else ConfidenceLevel.LOW


def hits_of(outcome: Outcome) -> tuple[Hit, ...]:
    """Return the hits behind an outcome; small talk has none."""
    match outcome:
        case SmallTalk():
            return ()
        case Answer(hits=hits) | Suggestions(hits=hits) | Abstention(hits=hits):
            return hits


def confidence_of(outcome: Outcome) -> float | None:
    """Return how sure the bot is of the nearest section; small talk makes no claim."""
    match outcome:
        case SmallTalk():
            return None
        case Answer(confidence=confidence) | Suggestions(confidence=confidence) | Abstention(confidence=confidence):
            return confidence


def section_of(outcome: Outcome) -> Section | None:
    """Return the section that an answer shows; the other outcomes show none."""
    return outcome.section if isinstance(outcome, Answer) else None
