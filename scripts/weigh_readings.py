"""Weighs what speaks for a reading of a question in a conversation (``bot/answering/readings.py``), on the golden dev half.

    python -m scripts.weigh_readings [FOLDER_OF_THE_KNOWLEDGE]

It prints the weights to be written there, and what ten folds of conversations promise at some thresholds. Learned from are:

1. The golden conversations: of each answer that a reading of the last turn gives, whether it shows an expected section.
2. Golden questions, asked after an answer to another one of any article, or of the same article; they must not be bent.
3. What must be declined, asked after an answer to something else: whatever answers it is wrong.

A conversation counts the same whether one reading or seven answer its last turn. The weights are a logistic regression's, so the whole
is a probability; its strength was chosen by the folds.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.answering import conversation, readings
from bot.answering.engine import AnswerEngine
from bot.answering.outcome import AskedQuestion
from bot.answering.readings import turn_of
from bot.bootstrap.knowledge import load_knowledge
from bot.config import Config, KnowledgeConfig
from bot.evaluation.golden import Golden, Split, load_golden
from bot.query.follow_up import Turn
from bot.query.message import clean_question, plain_words, searchable
from bot.query.scope import small_talk_reply

_STRENGTH = 0.3
_FOLDS = 10
_THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7)
_SAMPLE = 200
"""Questions of each kind that are asked after something else."""


class Kind(StrEnum):
    """Where an example comes from."""

    CONVERSATION = "golden conversations"
    FRESH = "questions after another one"
    NEAR = "questions after one of the same article"
    DECLINED = "to be declined, after another one"


_WEIGHTS = {Kind.CONVERSATION: 1.0, Kind.FRESH: 0.35, Kind.NEAR: 0.2, Kind.DECLINED: 0.6}
"""Most of what is said in a conversation goes on with it."""


@dataclass(frozen=True, slots=True)
class Example:
    """The answers that the readings of one question give."""

    kind: Kind
    evidence: tuple[tuple[float, ...], ...]
    right: tuple[bool, ...]


def conversations(engine: AnswerEngine, dev: Golden) -> Iterator[tuple[Kind, str, Turn | None, tuple[str, ...]]]:
    """Each question with the turn before it, and the sections that answer it."""
    for item in dev.follow_ups:
        previous: Turn | None = None
        for said in item.turns[:-1]:
            previous = turn_of(engine.answer(said, previous), previous)
        yield Kind.CONVERSATION, item.turns[-1], previous, item.expect
    before = [turn for question in dev.questions if (turn := turn_of(engine.answer(question.question))) is not None and turn.seen]
    step = max(1, len(dev.questions) // _SAMPLE)
    for place, question in enumerate(dev.questions[::step]):
        yield Kind.FRESH, question.question, before[(place * 7 + 3) % len(before)], question.expect
        article = question.expect[0].partition("#")[0]
        near = [turn for turn in before if turn.section_id.startswith(f"{article}#") and turn.question != searchable(question.question)]
        if near:
            yield Kind.NEAR, question.question, near[place % len(near)], question.expect
    for place, declined in enumerate(dev.declined):
        yield Kind.DECLINED, declined.question, before[(place * 5 + 1) % len(before)], ()


def examples(engine: AnswerEngine, dev: Golden) -> Iterator[Example]:
    """What the choice among readings has to decide."""
    for kind, question, previous, expected in conversations(engine, dev):
        text = clean_question(question)
        plain = AskedQuestion("", engine.fingerprint, text, searchable(text))
        if previous is None or small_talk_reply(text) is not None or not plain_words(plain.searched):
            continue
        plain = conversation.with_part(engine, plain)
        asked = conversation.read(engine, plain, previous, engine.judge(plain))
        answers = conversation.answers(asked)
        evidence = tuple(readings.evidence(asked, one) for one in answers)
        yield Example(kind, evidence, tuple(one.judged.first in expected for one in answers))


def fitted(found: Sequence[Example]) -> NDArray[np.float64]:
    """The start and the weights."""
    rows = np.asarray(list(chain.from_iterable(one.evidence for one in found)))
    right = np.asarray(list(chain.from_iterable(one.right for one in found)))
    counts = np.asarray([3 * _WEIGHTS[one.kind] / len(one.right) for one in found for _ in one.right])
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit((rows - mean) / spread, right, sample_weight=counts)
    weights = model.coef_[0] / spread
    return np.asarray([model.intercept_[0] - weights @ mean, *weights])


def promised(found: Sequence[Example]) -> Counter[tuple[Kind, float, bool]]:
    """How many answers are right and wrong at each threshold, each conversation judged by weights that did not see it."""
    folds = np.random.default_rng(0).integers(0, _FOLDS, len(found))
    counts: Counter[tuple[Kind, float, bool]] = Counter()
    for fold in range(_FOLDS):
        start, *weights = fitted([one for one, its in zip(found, folds, strict=True) if its != fold and one.right])
        for one in (one for one, its in zip(found, folds, strict=True) if its == fold and one.right):
            logits = start + np.asarray(one.evidence) @ np.asarray(weights)
            best = int(np.argmax(logits))
            counts.update((one.kind, least, one.right[best]) for least in _THRESHOLDS if logits[best] >= np.log(least / (1 - least)))
    return counts


def main(arguments: Sequence[str]) -> None:
    """Print what was found."""
    folder = Path(arguments[0]) if arguments else KnowledgeConfig().path
    config = Config()
    engine = load_knowledge(config.model_copy(update={"knowledge": config.knowledge.model_copy(update={"path": folder})})).engine
    dev = load_golden(folder).half(Split.DEV).named_as_in(engine.corpus)
    found = list(examples(engine, dev))
    print(readings.Weights(*(round(float(weight), 2) for weight in fitted([one for one in found if one.right]))))
    print("in use:", astuple(readings.WEIGHTS))
    counts = promised(found)
    for kind in Kind:
        of = sum(one.kind is kind for one in found)
        shown = (f"{least}: {counts[kind, least, True]} right, {counts[kind, least, False]} wrong" for least in _THRESHOLDS)
        print(f"{kind} ({of}): {'; '.join(shown)}")


if __name__ == "__main__":
    main(sys.argv[1:])
