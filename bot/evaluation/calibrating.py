"""Fits the confidence on the dev half of the golden questions, typed well and mistyped, with what must be declined.

What is stored are ``Trees``, boosted decision trees in which nothing that speaks for an answer lowers its probability, and two shares.
The test half is never looked at. The fit is LogitBoost (Friedman, Hastie and Tibshirani, "Additive logistic regression", 2000, algorithm
3) with scikit-learn's regression trees, whose constraints keep each tree monotone, and so their sum. Without them the few labelled
questions taught odd exceptions; with a straight regression, questions of a few words were held to the standard of long messages
(docs/evaluation.md has the figures).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bot.answering.confidence import Confidence, Features, Trees, measure
from bot.answering.confidence import Split as Cut
from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Answer
from bot.answering.readings import turn_of
from bot.answering.showing import names_of
from bot.answering.structured import StructuredMatch
from bot.errors import KnowledgeError
from bot.evaluation.golden import Golden, Split
from bot.evaluation.measuring import Verdict, judge, mistype
from bot.query.follow_up import Turn, subject_of
from bot.query.message import clean_question, normalized, searchable
from bot.query.patterns import AskedAttribute, structure_of
from bot.query.scope import Scope, scope_of, small_talk_reply

Floats = NDArray[np.float64]

_TREES = 60
_DEPTH = 3
_STEP = 0.1
_LEAST_OF_A_LEAF = 20
"""Labelled questions; of fewer the share right is chance."""
_LEAST_CURVATURE = 0.02
"""Keeps a question that is certain already from dividing by nothing."""
_DIRECTIONS = {
    "score": 1,
    "second": -1,
    "margin": 1,
    "third": -1,
    "tenth": -1,
    "length": 0,
    "content": 1,
    "coverage": 1,
    "likeness": 1,
    "unknown": -1,
    "rest": 1,
    "name": 1,
    "phrase": 1,
    "asked": 1,
    "missing": -1,
}
"""Of each feature: 1 where more of it speaks for the first hit, -1 where it speaks against it, 0 where it may do either."""
_OUT_OF_SCOPE = 0.25
"""Share of what is asked that the knowledge cannot answer, as the fit assumes it: how many such messages somebody labelled says nothing
about how often they come."""
_OTHERS = 12
"""About how many entries are asked what was asked in vain of another one."""
_NEARLY_NOTHING = 1 / 3
"""Share of what is asked that such an entry may have words for."""
_SHARE_OF_OTHERS = 0.06
"""What these questions count beside all that somebody labelled."""
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
    others = [features.values() for question, _ in declined for features in _of_others(engine, question)]
    weights += [_SHARE_OF_OTHERS * sum(weights) / max(1, len(others))] * len(others)
    rows += others
    labels += [False] * len(others)
    near += [False] * len(others)
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


def _of_others(engine: AnswerEngine, question: str) -> Iterator[Features]:
    """The rankings of what a question asks in vain of an entry of a catalogue, asked of others that have hardly a word of it either.

    A known name beside what nobody wrote down ("X mascot") looks like a good fit, and those who label write longer messages than that.
    """
    text = f" {normalized(question)} "
    ranked = (engine.corpus.section(hit.section_id) for hit in engine.index.search(searchable(clean_question(question)), _HITS))
    entries = [section for section in ranked if section is not None and engine.corpus.is_catalogue(section)]
    named = next(((entry, name) for entry in entries for name in sorted(names_of(entry)) if f" {name} " in text), None)
    if named is None:
        return
    asked_of, name = named
    others = engine.corpus.neighbours(asked_of)
    for other in others[:: max(1, len(others) // _OTHERS)]:
        query = searchable(text.replace(f" {name} ", f" {subject_of(other.title)} ").strip())
        hits = engine.index.search(query, _HITS)
        first = engine.corpus.section(hits[0].section_id) if hits else None
        if first is not None and (first.id == other.id or engine.showing.are_twins(first, other)):
            features = measure(query, hits, engine.index.explain(query, first.id))
            if features.asked <= _NEARLY_NOTHING:
                yield features


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
    """The share of right answers, which say what they must, among those out of the section shown before, one right and one wrong added."""
    right = answered = 0
    for item in dev.follow_ups:
        previous: Turn | None = None
        *before, last = item.turns
        for turn in before:
            previous = turn_of(engine.answer(turn, previous), previous)
        outcome = engine.answer(last, previous)
        if isinstance(outcome, Answer) and outcome.reading is None and outcome.section.id == outcome.asked.context:
            answered += 1
            right += judge(last, item.style.value, outcome, item.expect, item.says).verdict is Verdict.RIGHT
    return round((right + 1) / (answered + 2), 4)


def boosted(rows: Floats, labels: NDArray[np.bool_], weights: Floats) -> Trees:
    """The trees that tell the labels.

    Args:
        rows: one for each labelled question, ``Features.values``.
        labels: whether it is true of the question; both kinds are there.
        weights: how much each question counts.
    """
    from sklearn.tree import DecisionTreeRegressor  # takes seconds, which --help and every other command would pay

    directions = [_DIRECTIONS[field.name] for field in fields(Features)]
    share = float((weights * labels).sum() / weights.sum())
    start = round(float(np.log(share / (1 - share))), 6)
    logits = np.full(len(labels), start)
    trees: list[Cut | float] = []
    for _ in range(_TREES):
        claimed = 1 / (1 + np.exp(-logits))
        curvature = np.maximum(claimed * (1 - claimed), _LEAST_CURVATURE)
        tree = DecisionTreeRegressor(max_depth=_DEPTH, min_samples_leaf=_LEAST_OF_A_LEAF, monotonic_cst=directions, random_state=0)
        tree.fit(rows, (labels - claimed) / curvature, sample_weight=weights * curvature)
        logits += _STEP * tree.predict(rows)
        parts = tree.tree_
        trees.append(_node(parts.feature, parts.threshold, parts.children_left, parts.children_right, parts.value[:, 0, 0], 0))
    return Trees(start, tuple(trees))


def _node(features: Floats, borders: Floats, lows: Floats, highs: Floats, values: Floats, place: int) -> Cut | float:
    if lows[place] < 0:
        return round(_STEP * float(values[place]), 6)
    low, high = (_node(features, borders, lows, highs, values, int(side[place])) for side in (lows, highs))
    return Cut(int(features[place]), round(float(borders[place]), 6), low, high)
