"""Which questions changed verdict between two evaluations, read from what ``evaluate --json`` printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import InputError
from bot.evaluation.measuring import Evaluation, Judged, Verdict


class _Lenient(BaseModel):
    """Keys that other versions print are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class EarlierItem(_Lenient):
    """One question of an earlier evaluation."""

    question: str
    verdict: Verdict
    id: str | None = None
    shown: str | None = None


class EarlierPart(_Lenient):
    """The questions of one kind."""

    items: tuple[EarlierItem, ...] = ()


class EarlierEvaluation(_Lenient):
    """What ``evaluate --json`` printed."""

    questions: EarlierPart
    declined: EarlierPart
    follow_ups: EarlierPart = Field(default_factory=EarlierPart)
    fingerprint: str = "unknown"
    split: str | None = "unknown"
    typos: bool | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """How an evaluation was made; only those made alike can be compared."""

    split: str | None
    """The half, or None for both."""
    typos: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose verdict is another one now."""

    part: str
    """"questions", "declined" or "follow_ups"."""
    question: str
    before: Verdict
    after: Verdict
    shown_before: str | None
    shown_after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between an earlier evaluation and this one."""

    name: str
    """What it is compared with."""
    changes: tuple[Change, ...]
    unchanged: int
    only_before: int
    """Questions that are asked no more."""
    only_after: int
    """Questions that are new."""


def read_earlier(text: str, name: str, conditions: Conditions) -> EarlierEvaluation:
    """Return an earlier evaluation.

    Raises:
        InputError: it is none, or it was made under other conditions.
    """
    try:
        earlier = EarlierEvaluation.model_validate_json(text)
    except ValidationError as error:
        raise InputError(f"{name} is not what `python -m bot evaluate --json` prints. Make it with `evaluate --json > FILE`.") from error
    was = Conditions(
        conditions.split if earlier.split == "unknown" else earlier.split, conditions.typos if earlier.typos is None else earlier.typos
    )
    if was != conditions:
        raise InputError(
            f"{name} was made with {_options(was)}, and this one is made with {_options(conditions)}. Use the same options for both."
        )
    return earlier


def compare(earlier: EarlierEvaluation, evaluation: Evaluation, name: str) -> Comparison:
    """Return what changed, in the order in which the questions are asked now."""
    changes: list[Change] = []
    unchanged = only_before = only_after = 0
    for part, items, judged in _parts(earlier, evaluation):
        before = {item.id or item.question: item for item in items}
        for now in judged:
            was = before.pop(now.id or now.question, None)
            if was is None:
                only_after += 1
            elif was.verdict is now.verdict:
                unchanged += 1
            else:
                changes.append(Change(part, now.question, was.verdict, now.verdict, was.shown, now.shown))
        only_before += len(before)
    return Comparison(name, tuple(changes), unchanged, only_before, only_after)


def _parts(earlier: EarlierEvaluation, evaluation: Evaluation) -> Iterator[tuple[str, tuple[EarlierItem, ...], tuple[Judged, ...]]]:
    yield "questions", earlier.questions.items, evaluation.questions
    yield "declined", earlier.declined.items, evaluation.declined
    yield "follow_ups", earlier.follow_ups.items, evaluation.follow_ups


def _options(conditions: Conditions) -> str:
    half = f"--split {conditions.split}" if conditions.split else "both halves"
    return f"{half} {'and --typos' if conditions.typos else 'and no --typos'}"
