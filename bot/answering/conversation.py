"""Conversations: what each member was last shown in each channel, and how that weighs in the ranking of a new question.

What was shown is held in memory only, bounded and expiring; nothing of it is stored. Durations are monotonic, so a clock that jumps ends no
conversation. The section shown, with those around it, goes before others of nearly the same score; ``readings`` decides whether a question
is read in that light.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import TTLCache

from bot.answering.excerpt import shown_passages
from bot.answering.outcome import (
    NOT_SURE,
    Abstention,
    Answer,
    AskedQuestion,
    Outcome,
    SmallTalk,
    Suggestions,
)
from bot.corpus.document import Corpus, Section
from bot.query.follow_up import Turn, content_words
from bot.query.message import searchable
from bot.retrieval.hit import Explanation, Hit, WordEvidence

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
_FULL = 3
"""Content words from which a follow-up must have half of them in the section that answers it."""


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
