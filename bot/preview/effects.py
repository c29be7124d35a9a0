"""Which answers a change would change, and whether to the better: two engines compared over the same questions.

Answering takes milliseconds, so only what can change is asked (``Reach``): a question that a change provably cannot reach is passed over,
and what is predicted is then what happens. A changed text moves the weights of all words a little, so for that every labelled question
is asked (``gate``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.answering.engine import AnswerEngine
from bot.evaluation.measuring import Verdict
from bot.preview.probes import Asker, Origin, Probe, Standing

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
        return 0
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

    @property
    def total(self) -> int:
        """How many questions were looked at."""
        return self.looked_at.total()

    def of(self, direction: Direction, *origins: Origin) -> tuple[Change, ...]:
        """The changes in a direction; of questions from somewhere, or of all."""
        return tuple(change for change in self.changes if change.direction is direction and (not origins or change.probe.origin in origins))

    def worst(self, most: int) -> tuple[Change, ...]:
        """The changes for the worse, the most costly first."""
        return tuple(sorted(self.of(Direction.WORSE), key=lambda change: -change.cost)[:most])


class Reach(Protocol):
    """Knows which questions a change cannot reach."""

    def reaches(self, probe: Probe) -> bool:
        """Whether a question may be answered otherwise; False only where that is impossible."""


def effects(before: AnswerEngine, after: AnswerEngine, probes: Iterable[Probe], reach: Reach) -> Effects:
    """Ask what a change can reach of both engines, and keep what is answered otherwise; takes seconds, so it is for a thread."""
    old, new = Asker(before, after.corpus), Asker(after, after.corpus)
    looked_at: Counter[Origin] = Counter()
    asked = 0
    changes: list[Change] = []
    for probe in probes:
        looked_at[probe.origin] += 1
        if not reach.reaches(probe):
            continue
        asked += 1
        then, now = old.standing(probe), new.standing(probe)
        if not then.looks_like(now) or then.verdict is not now.verdict:
            changes.append(Change(probe, then, now))
    return Effects(looked_at, asked, tuple(changes))
