"""Which answers a change would change, and whether to the better: two engines compared over the same questions.

Answering takes milliseconds, so only what can change is asked (``Reach``): a question that a change provably cannot reach is passed over,
and what is predicted is then what happens. Confirmed phrasings reach the questions whose score for their sections they raise; a threshold
reaches the questions of which a number that it is compared with lies between the old one and the new. A changed text moves the weights of
all words a little, so for that every labelled question is asked (``gate``).
"""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.answering.conversation import LOOKED_AT
from bot.answering.engine import AnswerEngine
from bot.answering.outcome import AskedQuestion
from bot.evaluation.measuring import Verdict
from bot.preview.probes import OF_SERVERS, Asker, Origin, Probe, Standing
from bot.query.message import clean_question, normalized, searchable
from bot.retrieval.hit import Phrasing
from bot.retrieval.tfidf import TfidfIndex

_COST = {Verdict.RIGHT: 0, Verdict.PARTLY: 1, Verdict.SUGGESTED: 1, Verdict.MISSED: 2, Verdict.DECLINED: 2, Verdict.WRONG: 5}
"""What an outcome costs who asks: a list to choose from a click, no answer the question, and a wrong answer five times a click, which is
also what the threshold of answering assumes."""
_COST_OF_ANSWERED = {Verdict.DECLINED: 0, Verdict.SUGGESTED: 1, Verdict.MISSED: 1, Verdict.WRONG: 5}
"""The same of what must be declined."""


class Direction(StrEnum):
    """What a change means to who asks."""

    BETTER = "better"
    WORSE = "worse"
    OTHER = "other"
    """Another answer, of which nobody has said whether it is better."""


@dataclass(frozen=True, slots=True)
class Change:
    """A question that is answered otherwise."""

    probe: Probe
    before: Standing
    after: Standing

    @property
    def cost(self) -> int:
        """By how much more it costs who asks; below 0 where it is better, 0 where it is the same or nobody knows."""
        return _cost(self.probe, self.after) - _cost(self.probe, self.before)

    @property
    def direction(self) -> Direction:
        """Whether it is better or worse, by the label."""
        cost = self.cost
        return Direction.OTHER if not cost else Direction.WORSE if cost > 0 else Direction.BETTER

    @property
    def harms(self) -> bool:
        """Whether the question is answered wrongly from now on."""
        return self.after.verdict is Verdict.WRONG and self.before.verdict is not Verdict.WRONG


def _cost(probe: Probe, now: Standing) -> int:
    if probe.expect is None or now.verdict is None:
        return _COST[Verdict.WRONG] if probe.refused is not None and now.shown == probe.refused else 0
    return (_COST if probe.expect else _COST_OF_ANSWERED)[now.verdict]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change does to some questions."""

    looked_at: Counter[Origin]
    """All questions, by where they come from."""
    asked: int
    """Those of them that the change can reach."""
    changes: tuple[Change, ...]
    """In the order in which the questions were given."""
    left_out: int = 0
    """Questions for which there was no time."""

    @property
    def total(self) -> int:
        """How many questions were looked at."""
        return self.looked_at.total()

    def of(self, direction: Direction, *origins: Origin) -> tuple[Change, ...]:
        """The changes in a direction; of questions from somewhere, or of all."""
        return tuple(change for change in self.changes if change.direction is direction and (not origins or change.probe.origin in origins))

    def worst(self, most: int) -> tuple[Change, ...]:
        """The changes for the worse, the most costly first; what a server asked or kept goes before what was written for tests."""
        ordered = sorted(self.of(Direction.WORSE), key=lambda change: (-change.cost, change.probe.origin not in OF_SERVERS))
        return tuple(ordered[:most])


class Reach(Protocol):
    """Knows which questions a change cannot reach."""

    def reaches(self, probe: Probe) -> bool:
        """Whether a question may be answered otherwise; False only where that is impossible."""


def effects(before: AnswerEngine, after: AnswerEngine, probes: Iterable[Probe], reach: Reach, seconds: float = math.inf) -> Effects:
    """Ask what a change can reach of both engines, and keep what is answered otherwise; takes seconds, so it is for a thread.

    Args:
        before: the engine as it is.
        after: the engine as it will be.
        probes: the questions, the most important first.
        reach: what the change cannot reach.
        seconds: after which no further question is looked at.
    """
    old, new = Asker(before, after.corpus), Asker(after, after.corpus)
    looked_at: Counter[Origin] = Counter()
    asked, end = 0, time.perf_counter() + seconds
    changes: list[Change] = []
    waiting = deque(probes)
    while waiting and time.perf_counter() < end:
        probe = waiting.popleft()
        looked_at[probe.origin] += 1
        if not reach.reaches(probe):
            continue
        asked += 1
        then, now = old.standing(probe), new.standing(probe)
        if not then.looks_like(now) or then.verdict is not now.verdict:
            changes.append(Change(probe, then, now))
    return Effects(looked_at, asked, tuple(changes), len(waiting))


def asked_of(probe: Probe) -> AskedQuestion:
    """A question without a conversation, or as the server asked it, as engines take it."""
    if probe.replayed is not None:
        return probe.replayed
    question = clean_question(probe.turns[-1])
    return AskedQuestion("", "", question, searchable(question))


class PhrasingReach:
    """Which questions further confirmed phrasings of a server reach.

    One counts for its own section alone. Where that has the same score with it and without it, or is too far down for that to show, for
    everything that is searched for on the way to an answer, no ranking is another one; and where the question is not the phrasing itself,
    nothing else looks at it. What the turns of a conversation search for is not known beforehand, so they are asked.
    """

    def __init__(self, before: AnswerEngine, after: AnswerEngine, phrasings: Iterable[Phrasing]) -> None:
        """``phrasings`` are those that change, as they were and as they will be."""
        self._before, self._after = before, after
        changing = list(phrasings)
        self._texts = {normalized(phrasing.text) for phrasing in changing}
        current = {after.corpus.current(phrasing.section_id) for phrasing in changing}
        self._section_ids = sorted(section_id for section_id in current if after.corpus.section(section_id) is not None)

    def reaches(self, probe: Probe) -> bool:
        """Whether a question may be answered otherwise."""
        before, after = self._before.index, self._after.index
        if not self._section_ids:
            return False
        if len(probe.turns) > 1 or not isinstance(before, TfidfIndex) or not isinstance(after, TfidfIndex):
            return True
        asked = asked_of(probe)
        if not self._texts.isdisjoint((normalized(asked.question), normalized(asked.searched))):
            return True
        return any(before.search(text, LOOKED_AT) != after.search(text, LOOKED_AT) for text in self._moved(asked, before, after))

    def _moved(self, asked: AskedQuestion, before: TfidfIndex, after: TfidfIndex) -> Iterator[str]:
        """What is searched for in which one of the sections has another score."""
        for text in self._before.searched_for(asked):
            if not all(before.ranks_like(after, text, section_id) for section_id in self._section_ids):
                yield text


_HITS = 10
"""As many as an answer is made of."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The numbers of a question that thresholds are compared with, the same whatever the thresholds are."""

    confidence: float
    near: float
    """That one of the first sections is right."""


class ThresholdReach:
    """Which questions another answer threshold reaches: those where a number that is compared with it lies between old and new.

    These numbers are the confidence in the first hit, that in the first three, and for what a structure, a list or a moderator chose the
    share of such choices that was right. In a conversation more is compared, so its questions are asked.
    """

    def __init__(self, before: AnswerEngine, after: AnswerEngine, known: dict[Probe, Compared] | None = None) -> None:
        """``known`` are numbers of earlier previews with the same knowledge and phrasings; those of further questions are put there."""
        self._engines = before, after
        self._known = {} if known is None else known
        old, new = before.settings, after.settings
        self._answers = _Band.between(old.answer_threshold, new.answer_threshold)
        self._suggests = _Band.between(old.suggest_threshold, new.suggest_threshold)
        chosen = (one.answer_threshold if one.choice_threshold is None else one.choice_threshold for one in (old, new))
        self._chosen = _Band.between(*chosen)

    def reaches(self, probe: Probe) -> bool:
        """Whether a question may be answered otherwise."""
        if len(probe.turns) > 1 or (probe.replayed is not None and probe.replayed.context is not None):
            return True
        if not self._crosses(probe):
            return False
        # where a list names the section, that is enough for both thresholds
        return probe.replayed is not None or any(engine.settled(probe.text) is None for engine in self._engines)

    def _crosses(self, probe: Probe) -> bool:
        compared = self._compared(probe)
        if compared.confidence in self._answers:
            return True
        engine, _ = self._engines
        structured = engine.confidence.structured
        if structured in self._chosen or compared.confidence in self._chosen:
            asked = asked_of(probe)
            hits = engine.index.search(asked.searched, _HITS)
            choice = engine.choice_of(asked.searched, asked.question, hits)
            if choice is not None:
                is_first = bool(hits) and hits[0].section_id == choice.section.id
                return max(structured, compared.confidence if is_first else 0.0) in self._chosen
        return self._suggests.is_wide and compared.near in self._suggests

    def _compared(self, probe: Probe) -> Compared:
        known = self._known.get(probe)
        if known is not None:
            return known
        engine, searched = self._engines[0], asked_of(probe).searched
        hits = engine.index.search(searched, _HITS)
        explanation = engine.index.explain(searched, hits[0].section_id) if hits else None
        numbers = Compared(engine.confidence.of(searched, hits, explanation), engine.confidence.near(searched, hits, explanation))
        if probe.origin not in OF_SERVERS:  # what members asked is forgotten after each preview
            self._known[probe] = numbers
        return numbers


@dataclass(frozen=True, slots=True)
class _Band:
    """What is above one of two thresholds and below the other."""

    low: float
    high: float

    @classmethod
    def between(cls, one: float, other: float) -> _Band:
        return cls(min(one, other), max(one, other))

    @property
    def is_wide(self) -> bool:
        """Whether anything can lie in it."""
        return self.low < self.high

    def __contains__(self, value: float) -> bool:
        return self.low <= value < self.high
