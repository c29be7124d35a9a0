"""Fits the confidence on the dev half of the golden questions, typed well and mistyped, with what must be declined.

What is stored are small decision trees (``boosting``), and two shares. The test half is never looked at.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from bot.answering.confidence import Confidence, Features, measure
from bot.answering.conversation import turn_of
from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Answer
from bot.answering.structured import StructuredMatch
from bot.errors import KnowledgeError
from bot.evaluation.boosting import boosted
from bot.evaluation.golden import Golden, Split
from bot.evaluation.measuring import mistype
from bot.query.follow_up import Turn
from bot.query.message import clean_question, searchable
from bot.query.patterns import AskedAttribute, structure_of
from bot.query.scope import Scope, scope_of
from bot.query.small_talk import small_talk_reply

_OUT_OF_SCOPE = 0.25
"""Share of what is asked that the knowledge cannot answer, as the fit assumes it: how many such messages somebody labelled says nothing
about how often they come."""
_HITS = 10
_NEAR = 3
"""Hits of which one must answer for suggestions to be worth reading."""
_LEAST = 40
"""Labelled questions, right and wrong, below which a fit would be noise."""


def calibrate(engine: AnswerEngine, golden: Golden) -> Confidence:
    """A confidence fitted for the engine's corpus.

    Raises:
        KnowledgeError: there are too few golden questions of either kind.
    """
    dev = golden.half(Split.DEV).named_as_in(engine.corpus)
    labelled = [(item.question, item.expect) for item in dev.questions]
    declined = [(item.question, ()) for item in dev.declined if _is_judged(clean_question(item.question))]
    share = _OUT_OF_SCOPE / (1 - _OUT_OF_SCOPE) * len(labelled) / max(1, len(declined))
    rows: list[tuple[float, ...]] = []
    labels: list[bool] = []
    near: list[bool] = []
    weights: list[float] = []
    for question, expected in [*labelled, *declined]:
        for text in dict.fromkeys((question, mistype(question))):
            judged = _judge(engine, text, expected)
            if judged is not None:
                rows.append(judged[0].values())
                labels.append(judged[1] == 0)
                near.append(judged[1] is not None and judged[1] < _NEAR)
                weights.append(1.0 if expected else share)
    if min(sum(labels), len(labels) - sum(labels)) < _LEAST:
        raise KnowledgeError(f"There are too few golden questions to fit on: {len(labels)}, of which {sum(labels)} find a right section.")
    values, shares = np.asarray(rows), np.asarray(weights)
    first, nearest = (boosted(values, np.asarray(right), shares) for right in (labels, near))
    fitted = Confidence(engine.corpus.fingerprint, first, nearest, _structured(engine), in_context=1.0)
    return replace(fitted, in_context=_in_context(engine.with_confidence(fitted), dev))


def _is_judged(question: str) -> bool:
    """Whether the confidence decides over a message that must be declined: small talk and logs are recognized by their form."""
    return small_talk_reply(question) is None and scope_of(question) is Scope.QUESTION


def _judge(engine: AnswerEngine, question: str, expected: tuple[str, ...]) -> tuple[Features, int | None] | None:
    """The features of a ranking, and where its first expected section is, from 0; None where nothing is found."""
    query = searchable(clean_question(question))
    hits = engine.index.search(query, _HITS)
    if not hits:
        return None
    features = measure(query, hits, engine.index.explain(query, hits[0].section_id))
    return features, next((rank for rank, hit in enumerate(hits) if hit.section_id in expected), None)


def _structured(engine: AnswerEngine) -> float:
    """The share of right choices among the listed questions that ask for an attribute, with one right and one wrong added.

    The section that lists a question is taken as the right one, which undercounts where two sections answer alike. The
    golden questions have too few of this form to measure it by.
    """
    right = chosen = 0
    for section in filter(engine.corpus.is_catalogue, engine.corpus.sections):  # an article's own question is answered by it anyway
        for query in map(searchable, section.questions):
            if not isinstance(structure_of(query), AskedAttribute):
                continue
            choice = engine.understanding.choose(query, partial(engine.index.search, query, _HITS))
            if isinstance(choice, StructuredMatch):
                chosen += 1
                right += choice.section.id == section.id or engine.showing.are_twins(choice.section, section)
    return round((right + 1) / (chosen + 2), 4)


def _in_context(engine: AnswerEngine, dev: Golden) -> float:
    """The share of right answers among those given in the light of a conversation, with one right and one wrong added."""
    right = answered = 0
    for item in dev.follow_ups:
        previous: Turn | None = None
        *before, last = item.turns
        for turn in before:
            previous = turn_of(engine.answer(turn, previous), previous)
        outcome = engine.answer(last, previous)
        if isinstance(outcome, Answer) and outcome.asked.context is not None:
            answered += 1
            right += outcome.section.id in item.expect
    return round((right + 1) / (answered + 2), 4)
