"""A reading of a question in a conversation, and how probable it is that its answer is right.

A reading is a text to search for, with or without the section shown before as its context. What speaks for its answer is weighed by a
logistic regression; ``conversation`` makes the readings and decides which one is given. What the conversation remembers of an outcome, to
which the next readings refer, is made here, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from enum import Enum, auto

from bot.answering.excerpt import shown_passages
from bot.answering.outcome import NOT_SURE, Abstention, Answer, AskedQuestion, Outcome, OutcomeKind, SmallTalk, Suggestions, hits_of
from bot.corpus.document import Corpus, Section
from bot.query.follow_up import Turn, points, telling_words
from bot.query.message import content_words
from bot.retrieval.hit import Explanation, Hit, WordEvidence

_BOOSTS = {False: (0.25, 0.12), True: (0.12, 0.25)}
"""By how much the scores of the section shown before, and of those around it, count more: of an article, of a catalogue."""


@dataclass(frozen=True, slots=True)
class Context:
    """The section that a conversation was about, and the sections around it."""

    own: str
    near: frozenset[str]
    is_entry: bool = False
    """Whether it is a catalogue entry, which has been shown whole: then what is around it tells more."""

    def __contains__(self, section_id: object) -> bool:
        return section_id == self.own or section_id in self.near

    def weighed(self, hits: list[Hit]) -> tuple[Hit, ...]:
        """Hits with the scores that they have in this conversation, best first."""
        scored = [Hit(hit.section_id, round(hit.score * (1 + self._boost(hit.section_id)), 6)) for hit in hits]
        return tuple(sorted(scored, key=lambda hit: -hit.score))

    def _boost(self, section_id: str) -> float:
        own, near = _BOOSTS[self.is_entry]
        if section_id == self.own:
            return own
        return near if section_id in self.near else 0.0


def context_of(section: Section | None, corpus: Corpus) -> Context:
    """The context that a section makes: what it points at, what points at it, and the rest of its article."""
    if section is None:
        return Context("", frozenset())
    near = {*section.related, *(other.id for other in corpus.sections if section.id in other.related)}
    if not corpus.is_catalogue(section):
        near.update(other.id for other in corpus.neighbours(section))
    return Context(section.id, frozenset(near - {section.id}), corpus.is_catalogue(section))


@dataclass(frozen=True, slots=True)
class Judged:
    """What one reading comes to, before it is put into words: of several readings only one is shown."""

    asked: AskedQuestion
    kind: OutcomeKind
    show: Callable[[], Outcome]
    first: str | None = None
    """The section that an answer shows, or that is ranked first; None where nothing is found."""
    probability: float = 0.0
    """That the first of the ranking answers, by the ranking or the form that chose it: a conversation's own confidence is one for all."""
    form: str | None = None
    """How a question with a structure was read, where that chose the section of an answer."""
    suggest: Callable[[], Outcome] | None = None
    """Shows the section of an answer, and what is nearest beside it, as suggestions."""
    is_all: bool = False
    """Whether all that the section says was shown, so that there are only suggestions."""


class Said(Enum):
    """What the text of a section has of what is asked beside its subject."""

    WORDS = auto()
    FACT = auto()
    """No word, but the kind of fact that is wanted: a date, a name."""
    NOTHING = auto()
    NOTHING_ASKED = auto()
    """There is no word beside the subject: "why?"."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a section has of what a follow-up asks beside its subject."""

    near: float
    """How near its nearest passage is in meaning, from 0 to 1."""
    said: Said


class Words(Enum):
    """Whose words a reading searches for."""

    OWN = auto()
    LED = auto()
    """The question's, with words of the conversation."""
    ANOTHER = auto()
    """Those of the question before, asked of another thing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading, and what it comes to."""

    judged: Judged
    words: Words
    found: float
    """The share of the question's own words that its section has, where that section or some words are the conversation's; else 0."""
    nearness: float
    """How near its section is in meaning to what is asked."""
    is_silent: bool = False
    """Whether its section has nothing of what is asked, or of the things and places that the question itself names."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in a conversation, in all its readings."""

    plain: AskedQuestion
    previous: Turn
    context: Context
    lean: float
    """From 0, it stands alone, to 1, it means nothing without the turn before."""
    readings: tuple[Reading, ...]
    """In the order in which they show more of one section that several lead to; the question alone is among them."""
    alone: Judged


@dataclass(frozen=True, slots=True)
class Weights:
    """What speaks for a reading, in logits."""

    start: float
    probability: float
    """For each logit of the probability of its ranking."""
    agreement: float
    """For the share of the readings that lead to the same section."""
    meaning: float
    """For how near the section is in meaning to what was asked."""
    alone: float
    """For each logit of the probability of the question alone, where that leads to the same section."""
    found: float
    """For the share of the question's own words that the section shown before has, if it is that section."""
    unasked: float
    """For words of the conversation in a question that does not lean on it."""
    stays: float
    """For the section shown before, if the question does not lean on it."""
    leaves: float
    """For any other section, without a word of the conversation, if the question leans on it."""


WEIGHTS = Weights(-0.17, 0.2, 2.35, 1.36, 0.15, 1.43, -0.7, -0.64, -2.19)
"""A logistic regression on the dev half of the golden conversations; of golden dev questions asked after another one, which must not be
bent; and of what must be declined, asked after something else. ``scripts/weigh_readings.py`` is the recipe. (Fitted again with what came
later, thirty conversations and then fifty, it gave about as many right and wrong answers.)"""
_LOWEST = 0.001
_NOWHERE = -5.0
"""In place of the logit of a question alone that leads elsewhere."""


def probability(asked: Asked, reading: Reading) -> float:
    """That the answer of a reading is right, from 0 to 1."""
    start, *weights = astuple(WEIGHTS)
    logit = start + sum(weight * value for weight, value in zip(weights, evidence(asked, reading), strict=True))
    return 1 / (1 + math.exp(-logit))


def evidence(asked: Asked, reading: Reading) -> tuple[float, ...]:
    """What speaks for the answer of a reading, in the order of the weights."""
    first, led, lean = reading.judged.first, reading.words is not Words.OWN, asked.lean
    own = first == asked.previous.section_id
    return (
        _logit(reading.judged.probability),
        sum(one.judged.first == first for one in asked.readings) / len(asked.readings),
        reading.nearness,
        _logit(asked.alone.probability) if asked.alone.first == first else _NOWHERE,
        reading.found if own else 0.0,
        (1 - lean) * led,
        (1 - lean) * own,
        lean * (not led) * (not own),
    )


def _logit(share: float) -> float:
    held = min(max(share, _LOWEST), 1 - _LOWEST)
    return math.log(held / (1 - held))


_HALF = 0.5
FULL = 3
"""Content words from which a question says what it is about, and a follow-up must have half of them in the section that answers it."""


def _found(own: set[str], explanation: Explanation) -> float:
    found = {word.word for word in explanation.words if _has(word)}
    return len(own & found) / len(own) if own else 1.0


def _has(word: WordEvidence) -> bool:
    return word.weight > 0 and word.matched is None


def is_far(asked: AskedQuestion, explanation: Explanation | None) -> bool:
    """Whether a section that answers a led question has too little of the question's own words to be the answer.

    Of a section that was shown as an answer one word of three is enough, and half of more; one that nobody said was meant must always have
    half of them. What is composed of entries was not found by words.
    """
    if explanation is None:
        return False
    own = set(content_words(asked.question)) & set(content_words(asked.searched))
    share = _found(own, explanation)
    if asked.context is None or len(own) > FULL:
        return share < _HALF
    return share == 0 and len(own) == FULL


_LIKELY = 0.15
"""Confidence from which the first of several suggestions may be the subject of what is asked next."""
_MEANT = 0.6
"""Confidence from which it was meant without saying so: what follows may be answered from it."""
_PROJECTS, _COMPOSED = "catalogues/projects#", "+"
"""What the id of a project begins with, and what that of two compared has."""


def turn_of(outcome: Outcome, previous: Turn | None = None) -> Turn | None:
    """What a conversation remembers after an outcome: the section shown, or the nearest where it was likely enough to be meant.

    Args:
        outcome: the last one.
        previous: what the conversation remembered before; it stays where the outcome brings nothing, and what it has shown of the same
            section stays shown.
    """
    thing = outcome.asked.thing or (previous.thing if previous is not None and _goes_on(outcome, previous) else "")
    match outcome:
        case Answer():
            section = outcome.section
        case Suggestions():
            return replace(_offered(outcome, previous), thing=thing)
        case SmallTalk():
            return previous
        case Abstention():  # of what was asked in vain nothing is held but what it named
            nothing = Turn("", "", "", chosen=False, shown=False, thing=thing) if thing else None
            return nothing if previous is None else previous if previous.thing == thing else replace(previous, thing=thing)
    if section.id.startswith(_PROJECTS) and _COMPOSED not in section.id:
        thing = section.title
    before = previous.seen if previous is not None and previous.section_id == section.id else ()
    seen = sorted({*before, *shown_passages(section.passages, outcome.text)})
    asks_on = previous is not None and not telling_words(outcome.asked.question)  # "why tho": the question is still the one before
    question = previous.question if previous is not None and asks_on else outcome.asked.searched
    return Turn(question, section.id, outcome.version or section.title, tuple(seen), thing=thing)


def _goes_on(outcome: Outcome, previous: Turn) -> bool:
    """Whether a question is still about what was named before: it points there, or leads to what was shown."""
    found = hits_of(outcome)
    first = outcome.section.id if isinstance(outcome, Answer) else found[0].section_id if found else ""
    return points(outcome.asked.question) or (first == previous.section_id and (outcome.asked.is_led or outcome.asked.context is not None))


def _offered(outcome: Suggestions, previous: Turn | None) -> Turn:
    """What is remembered of suggestions: what was spoken of before where it is among them, or else the nearest if it is likely enough."""
    offered = tuple(one.section.id for one in outcome.candidates)
    likely = outcome.opening == NOT_SURE and outcome.confidence >= _LIKELY
    if previous is not None and (not likely or previous.section_id in offered):
        return replace(previous, offered=offered)
    if not likely:
        return Turn(outcome.asked.searched, "", "", chosen=False, shown=False, offered=offered)
    first = outcome.candidates[0].section
    return Turn(outcome.asked.searched, first.id, first.title, chosen=outcome.confidence >= _MEANT, shown=False, offered=offered)
