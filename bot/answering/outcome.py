"""What the bot says to a message: a closed set of four outcomes, each with its id and the fingerprint of what it was made with.

Every front end (Discord, terminal, JSON) renders these and nothing else. ``text`` is always the body that a member is shown, without title
and sources. What the bot says of its own, to suggestions and abstentions, is here; all else that it shows is the knowledge base's text.

An id is a keyed hash of what was answered and to which delivery. The same delivery of the same question has the same id, which makes
answering idempotent; on Discord the key is the installation's secret, so no id can be made up. In the terminal there is nothing to
protect, the key is empty, and the same question prints the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from functools import cached_property

from bot.answering.confidence import Confidence
from bot.corpus.document import Corpus, Section, digest
from bot.corpus.store import catalogues_digest
from bot.query.asking import Asking, take_apart
from bot.query.message import plain_words, searchable
from bot.query.scope import Scope
from bot.retrieval.analyzer import is_content
from bot.retrieval.hit import Explanation, Hit, Index, Phrasing, WordEvidence
from bot.texts import ask as texts

ANSWER_ID_LENGTH = 12
ANSWER_ID_PATTERN = "[a-z2-7]{12}"


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """What decides between the outcomes, and how much is shown; keys of ``answering`` in the configuration."""

    answer_threshold: float = 0.75
    suggest_threshold: float = 0.2
    excerpt_characters: int = 500
    suggestions: int = 3
    choice_threshold: float | None = None
    """From which confidence on what a question's structure or its moderators chose is the answer; None: the answer threshold. It is set
    where the answer threshold was measured, since what is measured is the ranking alone."""


@dataclass(frozen=True, slots=True)
class DeliveryKey:
    """Where and when a question was asked, as far as it decides the answer's id."""

    key: bytes = b""
    name: str = ""
    """The id of the interaction or message, so that the same delivery twice is one answer."""


def answer_id(key: bytes, *parts: str) -> str:
    """The id of one delivery, described by its parts (fingerprint, question, the turn before, interaction or message id)."""
    message = b"\0".join(part.encode("utf-8", "surrogatepass") for part in parts)
    mac = hmac.new(key, message, hashlib.sha256).digest()
    return base64.b32encode(mac).decode("ascii").lower()[:ANSWER_ID_LENGTH]


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
    LOG = "a log or an error message"
    OTHER_LANGUAGE = "another language"


BEYOND = {
    Scope.LOG: AbstentionReason.LOG,
    Scope.OTHER_LANGUAGE: AbstentionReason.OTHER_LANGUAGE,
    Scope.NO_WORDS: AbstentionReason.NO_WORDS,
}
"""Why what is no question for any knowledge base is declined."""


@dataclass(frozen=True)  # without slots, for what is found once
class AskedQuestion:
    """What an outcome answers, and under which name."""

    answer_id: str
    fingerprint: str
    question: str
    """The question as it was asked, cut and made storable."""
    searched: str
    """What was searched for: the question, or in a conversation the question with its subject."""
    context: str | None = None
    """Id of the section that the conversation was about, where that was taken into account."""
    seen: tuple[int, ...] = ()
    """Which of that section's passages the conversation has shown, by number; they are not what is asked for next."""
    thing: str = ""
    """The only project that the question names, by its name: what is asked next may be asked of it."""

    @cached_property
    def apart(self) -> Asking:
        """What is searched for, taken apart; nothing where a conversation put it together."""
        return take_apart(self.searched) if self.context is None else Asking((), ())

    @cached_property
    def is_led(self) -> bool:
        """Whether a conversation put words into what is searched for."""
        return not set(plain_words(self.searched)) <= set(plain_words(searchable(self.question)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A section that may answer, with what is read of it without a click and what a click shows."""

    section: Section
    score: float
    sentence: str
    """The passage of it that fits the question best."""
    text: str
    """The excerpt that answers best."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One section answers the question."""

    asked: AskedQuestion
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
    version: str | None = None
    """The one version of the section's thing that it is about; what is asked next is asked of that."""
    alternatives: tuple[Candidate, ...] = ()
    """At most two that came close, or that answer a second question; an answer beside which one stands is never called sure."""
    kind: OutcomeKind = OutcomeKind.ANSWER

    @property
    def level(self) -> ConfidenceLevel:
        """The confidence in words; what goes on from an answer is never called sure, since one in six of those was measured wrong."""
        level = confidence_level(self.confidence, by_form=self.reading is not None)
        close = bool(self.alternatives) or (self.asked.context is not None and self.reading is None)
        return ConfidenceLevel.MEDIUM if close and level is ConfidenceLevel.HIGH else level


NOT_SURE = texts.NOT_SURE


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The bot is not sure; these sections are nearest."""

    asked: AskedQuestion
    text: str
    candidates: tuple[Candidate, ...]
    """At most three, the nearest first; of two sections about one thing one."""
    confidence: float
    hits: tuple[Hit, ...]
    more: tuple[Candidate, ...] = ()
    """At most two that come next, behind a click."""
    opening: str = NOT_SURE
    """The sentence that is said first."""
    kind: OutcomeKind = OutcomeKind.SUGGESTIONS


@dataclass(frozen=True, slots=True)
class Nearest:
    """A section that was near, but not near enough."""

    section: Section
    matched: tuple[str, ...]
    """Content words of the question that it has."""
    missing: tuple[str, ...]
    """Those that it lacks."""

    @property
    def is_close(self) -> bool:
        """Whether it has more of what was asked than it lacks, so that a member may find it worth a look."""
        return len(self.matched) > max(1, len(self.missing))

    @property
    def has_and_lacks(self) -> str:
        """Both in words."""
        parts = [("has", self.matched), ("lacks", self.missing)]
        return "; ".join(f"{verb} {', '.join(words)}" for verb, words in parts if words) or "has nothing that tells much"


@dataclass(frozen=True, slots=True)
class Abstention:
    """The knowledge base has no answer, and the bot says so."""

    asked: AskedQuestion
    text: str
    """What is said; the nearest sections and unseen words stand beside it."""
    reason: AbstentionReason
    confidence: float
    hits: tuple[Hit, ...]
    nearest: tuple[Nearest, ...] = ()
    unseen: tuple[str, ...] = ()
    """Words of the question that the knowledge base has never seen."""
    kind: OutcomeKind = OutcomeKind.ABSTENTION

    @property
    def closest(self) -> tuple[Section, ...]:
        """Those of the nearest sections that are close at all."""
        return tuple(item.section for item in self.nearest if item.is_close)


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A greeting, thanks or a question about the bot itself."""

    asked: AskedQuestion
    text: str
    kind: OutcomeKind = OutcomeKind.SMALLTALK


Outcome = Answer | Suggestions | Abstention | SmallTalk

_HIGH = 0.9
"""From here on 95 of a hundred answers are right, in ten folds of the dev half, if a quarter of what is asked has no answer."""
_HIGH_BY_FORM = 0.85
"""The same for what the form of a question chose, a list or a moderator, whose confidence is one measured share for all."""
_MEDIUM = 0.5


def confidence_level(confidence: float, *, by_form: bool = False) -> ConfidenceLevel:
    """The words for a confidence from 0 to 1; ``by_form``: whether it is that of a choice and not of the ranking."""
    if confidence >= (_HIGH_BY_FORM if by_form else _HIGH):
        return ConfidenceLevel.HIGH
    return ConfidenceLevel.MEDIUM if confidence >= _MEDIUM else ConfidenceLevel.LOW


def hits_of(outcome: Outcome) -> tuple[Hit, ...]:
    """The hits behind an outcome; small talk has none."""
    match outcome:
        case SmallTalk():
            return ()
        case Answer(hits=hits) | Suggestions(hits=hits) | Abstention(hits=hits):
            return hits


def confidence_of(outcome: Outcome) -> float | None:
    """How sure the bot is of the nearest section; small talk makes no claim."""
    match outcome:
        case SmallTalk():
            return None
        case Answer(confidence=confidence) | Suggestions(confidence=confidence) | Abstention(confidence=confidence):
            return confidence


def section_of(outcome: Outcome) -> Section | None:
    """The section that an answer shows; the other outcomes show none."""
    return outcome.section if isinstance(outcome, Answer) else None


_CONFIRMED = "a phrasing that moderators confirmed"


def all_shown(section: Section) -> str:
    """What is said where a conversation has shown all that a section says."""
    return texts.all_shown(section.title)


def suggestions_text(opening: str, candidates: Sequence[Candidate]) -> str:
    """Suggestions as text: each with its title, its article and the sentence that fits best."""
    named = (f"{one.section.title} ({one.section.heading_path[0]})\n{one.sentence}" for one in candidates)
    return "\n\n".join([opening, *named])


def abstention_text(reason: AbstentionReason) -> str:
    """What is said where there is no answer. No word of the question is in it, since it is stored longer than the question."""
    match reason:
        case AbstentionReason.NO_WORDS:
            return texts.NO_WORDS
        case AbstentionReason.OTHER_LANGUAGE:
            return texts.OTHER_LANGUAGE
        case AbstentionReason.LOG:
            return texts.LOG
        case AbstentionReason.NOTHING_CLOSE | AbstentionReason.NOT_POSSIBLE:
            return texts.DONT_KNOW


def parts_of(explanation: Explanation) -> list[tuple[str, str, float]]:
    """The parts of a score beside its words and synonyms: what each is called, a detail, and what it gave."""
    parts = [
        (_CONFIRMED, "", explanation.confirmed_part),
        ("messages that people write about it", "", explanation.message_part),
        ("likeness in meaning to what people ask about it", "", explanation.meaning_part),
        ("word pairs in the same order", "", explanation.phrase_part),
        ("its name", "", explanation.name_part),
        ("likeness to", explanation.closest_question or _CONFIRMED, explanation.question_part),
        ("groups of four letters", "", explanation.letter_part),
        ("what sets its questions apart", "", explanation.head_part),
    ]
    always = ("word pairs in the same order", "its name", "likeness to", "groups of four letters")
    return [part for part in parts if part[2] > 0 or part[0] in always]


_MOST_WORDS = 6


def nearest(section: Section, words: Sequence[WordEvidence]) -> Nearest:
    """What a section has of a question and what it lacks, counted in content words; function words say nothing."""
    content = [word for word in words if is_content(word.word)]
    matched = tuple(word.word if word.matched is None else f"{word.matched} for “{word.word}”" for word in content if word.weight > 0)
    missing = tuple(word.word for word in content if word.weight == 0)
    return Nearest(section, matched[:_MOST_WORDS], missing[:_MOST_WORDS])


def unseen(explanation: Explanation | None) -> tuple[str, ...]:
    """The words of a question that the knowledge base has never seen."""
    return () if explanation is None else explanation.unknown[:_MOST_WORDS]


def nearest_lines(found: Sequence[Nearest], never_seen: Sequence[str]) -> list[str]:
    """What an abstention adds to its text: the nearest sections with what they have and lack, and unseen words."""
    lines = [f"• {item.section.title} ({item.has_and_lacks})" for item in found]
    if lines:
        lines.insert(0, "The nearest that I have:")
    if never_seen:
        lines.append(f"Words that my knowledge base has never seen: {', '.join(never_seen)}.")
    return lines


def fingerprint_of(
    corpus: Corpus, index: Index, confidence: Confidence, engine: Mapping[str, object], phrasings: Sequence[Phrasing]
) -> str:
    """The digest of everything that decides an answer: its first half is the knowledge's, the second that of the settings."""
    knowledge = {"corpus": corpus.fingerprint, "catalogues": catalogues_digest(corpus)}
    decisions = {
        **engine,
        "index": {"name": type(index).__name__, **index.get_params()},
        "confidence": confidence.get_params(),
        "phrasings": [astuple(phrasing) for phrasing in phrasings],
    }
    halves = (digest(json.dumps(parts, sort_keys=True)) for parts in (knowledge, decisions))
    return "".join(half[: len(half) // 2] for half in halves)


def knowledge_differs(one: str, other: str) -> bool:
    """Whether two fingerprints are of different states of the knowledge."""
    return one[: len(one) // 2] != other[: len(other) // 2]


def settings_differ(one: str, other: str) -> bool:
    """Whether two fingerprints are of different settings, confirmed phrasings or programs."""
    return one[len(one) // 2 :] != other[len(other) // 2 :]
