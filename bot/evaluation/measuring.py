"""Asks the golden questions and counts: right, wrong, suggested, declined.

Right: the section shown is one of the expected. Suggested: not sure, and an expected section is among the candidates (otherwise it is
missed). What must be declined is falsely answered when a section is shown; a suggestion there is counted apart.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.answering.engine import AnswerEngine, turn_of
from bot.answering.follow_up import Turn
from bot.answering.outcome import Abstention, Answer, Outcome, SmallTalk, Suggestions, hits_of
from bot.evaluation.golden import DeclineKind, Golden, GoldenFollowUp
from bot.evaluation.mistyping import mistype


class Verdict(StrEnum):
    """What became of a question."""

    RIGHT = "right"
    WRONG = "wrong"
    SUGGESTED = "suggested"
    MISSED = "missed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Judged:
    """One question, its verdict, and where the expected section was ranked (from 1; None beyond ten)."""

    question: str
    group: str
    verdict: Verdict
    rank: int | None
    shown: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that was judged."""

    questions: tuple[Judged, ...]
    declined: tuple[Judged, ...]
    follow_ups: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, its count, and a 95 % Wilson interval (Wilson, 1927)."""

    hits: int
    total: int

    @property
    def share(self) -> float:
        """The share itself, 0 where nothing was counted."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of the interval."""
        if not self.total:
            return 0.0, 1.0
        z, n, p = 1.959964, self.total, self.share
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


def evaluate(engine: AnswerEngine, golden: Golden, *, mistyped: bool = False) -> Evaluation:
    """Ask every question, with typing errors if told, and judge the outcome."""
    put = mistype if mistyped else str
    return Evaluation(
        tuple(_judge(put(item.question), item.style.value, engine.answer(put(item.question)), item.expect) for item in golden.questions),
        tuple(_judge_declined(engine, put(item.question), item.kind) for item in golden.declined),
        tuple(_judge_follow_up(engine, item) for item in golden.follow_ups),
    )


def rate(judged: Iterable[Judged], verdict: Verdict) -> Rate:
    """Return how many have a verdict."""
    counts = Counter(item.verdict for item in judged)
    return Rate(counts[verdict], counts.total())


def recall_at(judged: Iterable[Judged], k: int) -> Rate:
    """Return how many have an expected section among the first k."""
    ranks = [item.rank for item in judged]
    return Rate(sum(rank is not None and rank <= k for rank in ranks), len(ranks))


def reciprocal_rank(judged: Iterable[Judged]) -> float:
    """Return the mean reciprocal rank within ten."""
    ranks = [item.rank for item in judged]
    return sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else 0.0


def _judge_follow_up(engine: AnswerEngine, item: GoldenFollowUp) -> Judged:
    previous: Turn | None = None
    *before, last = item.turns
    for turn in before:
        previous = turn_of(engine.answer(turn, previous)) or previous
    return _judge(" > ".join(item.turns), item.style.value, engine.answer(last, previous), item.expect)


def _judge(question: str, group: str, outcome: Outcome, expected: tuple[str, ...]) -> Judged:
    ranked = [hit.section_id for hit in hits_of(outcome)]
    rank = next((position for position, name in enumerate(ranked, start=1) if name in expected), None)
    match outcome:
        case Answer():
            verdict = Verdict.RIGHT if outcome.section.id in expected else Verdict.WRONG
            return Judged(question, group, verdict, rank, outcome.section.id, outcome.confidence)
        case Suggestions():
            verdict = Verdict.SUGGESTED if any(section.id in expected for section in outcome.candidates) else Verdict.MISSED
            return Judged(question, group, verdict, rank, None, outcome.confidence)
        case Abstention():
            return Judged(question, group, Verdict.DECLINED, rank, None, outcome.confidence)
        case SmallTalk():
            return Judged(question, group, Verdict.DECLINED, None, None, 0.0)


def _judge_declined(engine: AnswerEngine, question: str, kind: DeclineKind) -> Judged:
    outcome = engine.answer(question)
    match outcome:
        case Answer():
            return Judged(question, kind.value, Verdict.WRONG, None, outcome.section.id, outcome.confidence)
        case Suggestions():
            return Judged(question, kind.value, Verdict.SUGGESTED, None, outcome.candidates[0].id, outcome.confidence)
        case Abstention() | SmallTalk():
            return Judged(question, kind.value, Verdict.DECLINED, None, None, 0.0)
