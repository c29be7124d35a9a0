"""Asks the golden questions, as written or with typing errors as people make them, and judges each outcome.

Right: the section shown is one of the expected, and the text shown says what it must (``says``); without that it is partly right.
Wrong: another section. Suggested: not sure, and an expected section is among the three in sight, otherwise it is missed. Within one click:
right, or an expected section that says what it must is in sight. What must be declined is falsely answered when a section is shown; a
suggestion there is counted apart. A typing error is always the same for the same text.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Abstention, Answer, ConfidenceLevel, Outcome, SmallTalk, Suggestions, confidence_of, hits_of, section_of
from bot.answering.readings import turn_of
from bot.evaluation.golden import Golden, GoldenFollowUp
from bot.evaluation.metrics import first_rank, ndcg
from bot.query.follow_up import Turn

_SHORTEST = 4
_LETTERS = "aeiounrst"


def mistype(text: str) -> str:
    """The text with one or two typing errors in its longer words; texts without such words stay as they are."""
    seed = hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest()
    chance = random.Random(seed)  # noqa: S311 - reproducible errors, no secret
    words = text.split()
    long_words = [position for position, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
    for position in chance.sample(long_words, min(len(long_words), chance.choice((1, 2)))):
        words[position] = _with_error(words[position], chance)
    return " ".join(words)


def _with_error(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    match chance.choice(("drop", "swap", "insert", "replace")):
        case "drop":
            return word[:place] + word[place + 1 :]
        case "swap" if place + 1 < len(word):
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        case "insert":
            return word[:place] + chance.choice(_LETTERS) + word[place:]
        case _:
            return word[:place] + chance.choice(_LETTERS) + word[place + 1 :]


class Verdict(StrEnum):
    """What became of a question."""

    RIGHT = "right"
    PARTLY = "partly"
    """The right section, but not what it must say."""
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
    confidence: float | None
    """None for small talk, which makes no claim."""
    ndcg: float = 0.0
    """nDCG@10 of the ranking."""
    area: str = ""
    """Folder of the first expected section."""
    id: str | None = None
    """Where a data set names its queries."""
    within_one_click: bool = False
    sure: bool = False
    """Whether an answer was called sure."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that was judged."""

    questions: tuple[Judged, ...]
    declined: tuple[Judged, ...]
    follow_ups: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share and its count; its interval is in ``summary``."""

    hits: int
    total: int

    @property
    def share(self) -> float:
        """The share itself, 0 where nothing was counted."""
        return self.hits / self.total if self.total else 0.0


def evaluate(engine: AnswerEngine, golden: Golden, *, mistyped: bool = False) -> Evaluation:
    """Ask every question, with typing errors if asked for, and judge the outcome."""
    put = mistype if mistyped else str
    golden = golden.named_as_in(engine.corpus)
    return Evaluation(
        tuple(
            judge(put(item.question), item.style.value, engine.answer(put(item.question)), item.expect, item.says)
            for item in golden.questions
        ),
        tuple(judge(put(item.question), item.kind.value, engine.answer(put(item.question)), ()) for item in golden.declined),
        tuple(_judge_follow_up(engine, item, put) for item in golden.follow_ups),
    )


def rate(judged: Iterable[Judged], verdict: Verdict) -> Rate:
    """How many have a verdict, of how many that were asked."""
    counts = Counter(item.verdict for item in judged)
    return Rate(counts[verdict], counts.total())


def recall_at(judged: Iterable[Judged], k: int) -> Rate:
    """How many have an expected section among the first k."""
    ranks = [item.rank for item in judged]
    return Rate(sum(rank is not None and rank <= k for rank in ranks), len(ranks))


def reciprocal_rank(judged: Iterable[Judged]) -> float:
    """The mean reciprocal rank within ten."""
    ranks = [item.rank for item in judged]
    return sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else 0.0


def _judge_follow_up(engine: AnswerEngine, item: GoldenFollowUp, put: Callable[[str], str]) -> Judged:
    """Judge the last turn, which alone is mistyped: the turns before only set the scene.

    A turn to which the knowledge has nothing is right where it is declined.
    """
    previous: Turn | None = None
    *before, last = item.turns
    for turn in before:
        previous = turn_of(engine.answer(turn, previous), previous)
    judged = judge(" > ".join((*before, put(last))), item.style.value, engine.answer(put(last), previous), item.expect, item.says)
    rightly_declined = not item.expect and judged.verdict is Verdict.DECLINED
    return replace(judged, verdict=Verdict.RIGHT) if rightly_declined else judged


def judge(question: str, group: str, outcome: Outcome, expected: tuple[str, ...], says: tuple[str, ...] = ()) -> Judged:
    """Judge what a question came to by the sections that answer it; none is for what must be declined."""
    ranked = [hit.section_id for hit in hits_of(outcome)]
    return Judged(
        question,
        group,
        _verdict(outcome, expected, says),
        first_rank(ranked, expected),
        shown.id if (shown := section_of(outcome)) else None,
        confidence_of(outcome),
        ndcg(ranked, expected),
        expected[0].split("/")[0] if expected and "/" in expected[0] else "",
        within_one_click=any(section in expected and _says(text, says) for section, text in _in_sight(outcome)),
        sure=isinstance(outcome, Answer) and outcome.level is ConfidenceLevel.HIGH,
    )


def _in_sight(outcome: Outcome) -> list[tuple[str, str]]:
    """The sections that are read at once or by one click, with the text that is then read."""
    match outcome:
        case Answer():
            return [(outcome.section.id, outcome.text), *((one.section.id, one.text) for one in outcome.alternatives)]
        case Suggestions():
            return [(one.section.id, one.text) for one in outcome.candidates]
        case Abstention() | SmallTalk():
            return []


def _says(text: str, patterns: tuple[str, ...]) -> bool:
    on_one_line = " ".join(text.split())
    return all(re.search(pattern, on_one_line, re.IGNORECASE) for pattern in patterns)


def _verdict(outcome: Outcome, expected: tuple[str, ...], says: tuple[str, ...]) -> Verdict:
    match outcome:
        case Answer() if outcome.section.id in expected:
            return Verdict.RIGHT if _says(outcome.text, says) else Verdict.PARTLY
        case Answer():
            return Verdict.WRONG
        case Suggestions():
            found = not expected or any(one.section.id in expected for one in outcome.candidates)
            return Verdict.SUGGESTED if found else Verdict.MISSED
        case Abstention() | SmallTalk():
            return Verdict.DECLINED
