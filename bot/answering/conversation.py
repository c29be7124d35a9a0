"""Conversations: what each member was last shown in each channel, and which reading of a new question answers, alone or with that.

What was shown is held in memory only, bounded and expiring; nothing of it is stored. Durations are monotonic, so a clock that jumps ends no
conversation. A question that can be answered alone, and does not lean by its words, is never bent by the turn before. One that leans, or
names nothing, is searched with the subject of that turn, and the section shown then, with those around it, goes before others of nearly the
same score. Where that hides what the subject alone leads to, or a sure answer around what was shown, those answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from cachetools import TTLCache

from bot.answering.excerpt import shown_passages
from bot.answering.outcome import (
    NOT_SURE,
    Abstention,
    AbstentionReason,
    Answer,
    AskedQuestion,
    ConfidenceLevel,
    Outcome,
    SmallTalk,
    Suggestions,
)
from bot.corpus.document import Corpus, Section
from bot.query.asking import asks
from bot.query.follow_up import (
    Leaning,
    Turn,
    before_pointer,
    content_words,
    corrected,
    leaning,
    of_another,
    with_subject,
    without_new_topic,
)
from bot.query.message import normalized, plain_words, searchable
from bot.query.patterns import DeclaredForms
from bot.retrieval.hit import Explanation, Hit, WordEvidence
from bot.texts import ask as texts

_MOST_CONVERSATIONS = 10_000


@dataclass
class Conversations:
    """The last turn of each conversation, by a key of the front end's choosing."""

    seconds: float = 600.0
    clock: Callable[[], float] = time.perf_counter

    def __post_init__(self) -> None:
        self._turns: TTLCache[tuple[int, ...], Turn] = TTLCache(_MOST_CONVERSATIONS, self.seconds, self.clock)

    def recall(self, *key: int) -> Turn | None:
        """The last turn under a key, or None when there was none or it is too long ago."""
        return self._turns.get(key)

    def remember(self, turn: Turn, *key: int) -> None:
        """Keep a turn as the last one under a key, forgetting what is over, and the one that was least in use when there are too many."""
        self._turns[key] = turn

    def forget_all(self) -> None:
        """Drop every conversation."""
        self._turns.clear()

    def forget_member(self, member_id: int) -> None:
        """Drop every conversation of a member, whose id is the last part of its key."""
        for key in [key for key in self._turns if key[-1] == member_id]:
            self._turns.pop(key, None)


_BOOSTS = {False: (0.25, 0.12), True: (0.12, 0.25)}
"""By how much the scores of the section shown before, and of those around it, count more: of an article, of a catalogue."""
CONTEXT_SHARE = 0.6
"""Of the answer threshold that is enough for a section that the conversation was about."""
LOOKED_AT = 30
_HALF = 0.5
_ENOUGH = 0.4
"""Share of a question's own words that the section shown before must have where the ranking alone, with the subject, is sure of it."""
_FULL = 3
"""Content words from which a question with a sure answer of its own needs nothing from before."""
_USUAL = 0.4
"""Information from which a word counts no more, unless the knowledge has never seen it."""
_LONGEST = 12
_SHORT = 8
"""Words of a question that may leave out what it is about."""


class Answering(Protocol):
    """What answers one reading of a question."""

    @property
    def forms(self) -> DeclaredForms:
        """The forms in which the knowledge's own attributes are asked for."""

    def outcome_of(self, asked: AskedQuestion) -> Outcome:
        """Depends on the text and its context only, so that a stored question can be asked again."""

    def explain(self, searched: str, section_id: str) -> Explanation | None:
        """None where the corpus no longer has the section."""

    def is_name(self, word: str) -> bool:
        """Whether a word, in small letters, is the name of something that the catalogues have."""

    def context(self, section_id: str) -> Context:
        """The context that a section makes; an empty one where the corpus no longer has it."""


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


def answer_in_conversation(engine: Answering, plain: AskedQuestion, previous: Turn) -> Outcome:
    """Decide which reading of a question answers; the outcome of that reading is returned as it is.

    A question that changes the topic, or corrects the one before, is read by its words. Any other is read alone, then with what the turn
    before was about.
    """
    said = without_new_topic(plain.question) or corrected(plain.question, previous)
    if said is not None:
        return engine.outcome_of(replace(plain, searched=searchable(said)))
    alone = engine.outcome_of(plain)
    if not plain_words(plain.searched) or _names_another(engine, plain, previous):
        return alone
    if normalized(plain.searched) == normalized(previous.question) and not previous.seen:
        return alone  # with the subject of suggestions that nobody picked, a question asked again would be evidence for itself
    if isinstance(alone, Answer):
        if alone.section.id == previous.section_id and previous.goes_on(plain.question):
            return engine.outcome_of(replace(plain, context=previous.section_id, seen=previous.seen))
        if _stands(engine, plain, previous, alone):
            return alone
    return _carried(engine, plain, previous) or _led(engine, plain, previous, alone)


def _carried(engine: Answering, plain: AskedQuestion, previous: Turn) -> Outcome | None:
    """What the question before brings when it is asked of what this one names; None where that is no reading, or leads nowhere else."""
    another = of_another(plain.question, previous, engine.is_name)
    outcome = None if another is None else engine.outcome_of(replace(plain, searched=another))
    match outcome:
        case Answer() if outcome.section.id != previous.section_id:
            return outcome
        case Suggestions():
            return outcome  # what the thing is that it names would answer another question
        case _:
            return None


def _led(engine: Answering, plain: AskedQuestion, previous: Turn, alone: Outcome) -> Outcome:
    """What the question brings with the subject of the turn before, where it leans on that; else what it brings alone."""
    subject = _with_subject(engine, plain, previous)
    together = engine.outcome_of(replace(subject, context=previous.section_id, seen=previous.seen) if previous.chosen else subject)
    shared = _shared(engine, together, alone, plain.searched)
    lean = leaning(plain.question, engine.forms)
    if lean is Leaning.STANDS and not isinstance(alone, Answer) and _names_nothing(engine, plain, previous):
        lean = Leaning.LEANS
    if lean is not Leaning.STANDS:
        return _leaning_on(engine, previous, (alone, together), subject, lean, shared)
    if isinstance(together, Answer):
        if _ENOUGH <= shared < _HALF and not isinstance(alone, Answer) and together.section.id == previous.section_id:
            return together if isinstance(engine.outcome_of(subject), Answer) else alone
        return together if shared >= _HALF else alone
    nothing = isinstance(alone, Abstention) and alone.reason is AbstentionReason.NOTHING_CLOSE
    short = len(plain_words(plain.searched)) <= _LONGEST and isinstance(alone, Suggestions)
    return together if isinstance(together, Suggestions) and (nothing or short) and shared >= _HALF else alone


def _leaning_on(
    engine: Answering, previous: Turn, readings: tuple[Outcome, Outcome], subject: AskedQuestion, lean: Leaning, shared: float
) -> Outcome:
    """Which reading answers a question whose words lean on the turn before.

    Args:
        engine: answers.
        previous: the turn before.
        readings: what the question brings alone, and with the subject in the light of the conversation.
        subject: the question with the subject.
        lean: how much it leans.
        shared: the share of its own words that the second of the readings has.
    """
    alone, together = readings
    points_elsewhere = lean is Leaning.MAY_LEAN and shared == 0  # "my laptop is too slow for that"
    goes_on = lean is not Leaning.LEANS and _reading(together) is None
    match alone:
        case Answer() if points_elsewhere:
            return alone
        case Answer() if goes_on and alone.section.id in engine.context(previous.section_id).near:
            return alone  # to what is around
        case Answer():
            return together if isinstance(together, Answer) else alone
        case Suggestions():
            named = None if isinstance(together, Answer) else engine.outcome_of(subject)
            if isinstance(named, Answer) and named.section.id == alone.candidates[0].section.id:
                return named  # both readings lead there, and what was shown before has less of it
            return alone if points_elsewhere and alone.confidence >= _HALF else together
        case _:
            return together


def _names_nothing(engine: Answering, plain: AskedQuestion, previous: Turn) -> bool:
    """Whether a short question says not what it is about: "can i refuse?", "who is one today?"; none of its words is rare or a name.

    What begins with "can you" is wanted of somebody, and not of what was shown.
    """
    own, words = content_words(plain.searched), plain_words(plain.searched)
    short = 0 < len(own) <= _FULL and len(words) <= _SHORT and "you" not in words[:2]
    explanation = engine.explain(plain.searched, previous.section_id) if short and asks(plain.question) else None
    if explanation is None:
        return False
    usual = all(word.information < _HALF and word.matched is None for word in explanation.words)
    return usual and not any(map(engine.is_name, own))


def _with_subject(engine: Answering, plain: AskedQuestion, previous: Turn) -> AskedQuestion:
    """The question with the subject of the turn before, and nothing else of the conversation."""
    return replace(plain, searched=with_subject(searchable(plain.question), previous, engine.forms))


def _reading(outcome: Outcome) -> str | None:
    return outcome.reading if isinstance(outcome, Answer) else None


def _shared(engine: Answering, together: Outcome, alone: Outcome, searched: str) -> float:
    """The share of a question's own content words that what is shown first has, 1 where it has none; the subject's do not count.

    One that is everywhere counts less ("AI"), and one that is nowhere in the knowledge more than the others.
    """
    own = set(content_words(searched))
    match together:
        case Answer():
            first = together.section.id
        case Suggestions():
            first = together.candidates[0].section.id
        case Abstention() | SmallTalk():
            return 0.0
    explanation = engine.explain(together.asked.searched, first)
    if len(own) < _FULL and isinstance(alone, Abstention):
        return _found(own, explanation)  # nothing else is meant
    words = [] if explanation is None else [word for word in explanation.words if word.word in own]
    found = sum(_says(word) for word in words if _has(word))
    return found / (sum(map(_says, words)) or 1.0) if own else 1.0


def _says(word: WordEvidence) -> float:
    return word.information if word.information < _USUAL or word.information == 1 else _USUAL


def _found(own: set[str], explanation: Explanation | None) -> float:
    found = set() if explanation is None else {word.word for word in explanation.words if _has(word)}
    return len(own & found) / len(own) if own else 1.0


def _has(word: WordEvidence) -> bool:
    return word.weight > 0 and word.matched is None


def is_led(asked: AskedQuestion) -> bool:
    """Whether a conversation put words into what was searched for."""
    return asked.searched != searchable(asked.question)


def is_far(asked: AskedQuestion, explanation: Explanation | None) -> bool:
    """Whether a section that answers a led question has too little of the question's own words to be the answer.

    Of a section that was shown as an answer one word of three is enough, and half of more; one that nobody said was meant must always have
    half of them.
    """
    own = set(content_words(asked.question)) & set(content_words(asked.searched))
    share = _found(own, explanation)
    if asked.context is None or len(own) > _FULL:
        return share < _HALF
    return share == 0 and len(own) == _FULL


def _stands(engine: Answering, plain: AskedQuestion, previous: Turn, alone: Answer) -> bool:
    """Whether an answer to a question that may lean needs nothing from before: it is sure, and has enough words of its own.

    A question that a section lists, or that moderators confirmed, is asked as it stands there; it needs a word less of its own. With a
    pronoun the subject must not make the section shown before a sure answer, too.
    """
    lean = leaning(plain.question, engine.forms)
    if lean is Leaning.STANDS:
        return True
    own = content_words(plain.searched)
    settled = alone.reading in (texts.LISTED, texts.CONFIRMED)
    least = {Leaning.MAY_LEAN: 0, Leaning.CONTINUES: _FULL, Leaning.LEANS: _FULL + 1}[lean]
    if not (settled or alone.level is ConfidenceLevel.HIGH) or len(own) + settled < least:
        return False
    if lean is not Leaning.LEANS or settled:
        return True
    subject = engine.outcome_of(_with_subject(engine, plain, previous))
    return not (isinstance(subject, Answer) and subject.section.id == previous.section_id)


def _names_another(engine: Answering, plain: AskedQuestion, previous: Turn) -> bool:
    """Whether a pronoun points at what the question itself names before it, of which the section shown before has no word."""
    named = [word for word in before_pointer(plain.searched) if engine.is_name(word)]
    explanation = engine.explain(" ".join(named), previous.section_id) if named else None
    return explanation is not None and all(word.weight == 0 for word in explanation.words)


_LIKELY = 0.15
"""Confidence from which the first of several suggestions may be the subject of what is asked next."""
_MEANT = 0.6
"""Confidence from which it was meant without saying so: what follows may be answered from it."""


def turn_of(outcome: Outcome, previous: Turn | None = None) -> Turn | None:
    """What a conversation remembers after an outcome: the section shown, or the nearest where it was likely enough to be meant.

    Args:
        outcome: the last one.
        previous: what the conversation remembered before; it stays where the outcome brings nothing, and what it has shown of the same
            section stays shown.
    """
    match outcome:
        case Answer():
            section = outcome.section
        case Suggestions() if outcome.opening == NOT_SURE and outcome.confidence >= _LIKELY:
            first = outcome.candidates[0].section
            return Turn(outcome.asked.searched, first.id, first.title, chosen=outcome.confidence >= _MEANT)
        case Suggestions() | Abstention() | SmallTalk():
            return previous
    before = previous.seen if previous is not None and previous.section_id == section.id else ()
    seen = sorted({*before, *shown_passages(section.passages, outcome.text)})
    return Turn(outcome.asked.searched, section.id, section.title, tuple(seen))
