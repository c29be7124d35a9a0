"""Fits ``Trees``: boosted decision trees in which nothing that speaks for an answer lowers its probability.

LogitBoost (Friedman, Hastie and Tibshirani, "Additive logistic regression", 2000, algorithm 3) with scikit-learn's regression trees, whose
constraints keep each tree monotone, and so their sum. Without them the few labelled questions taught odd exceptions; with a straight
regression, questions of a few words were held to the standard of long messages (docs/evaluation.md has the figures).
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from bot.answering.confidence import Features, Split, Trees

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
}
"""Of each feature: 1 where more of it speaks for the first hit, -1 where it speaks against it, 0 where it may do either."""


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
    trees: list[Split | float] = []
    for _ in range(_TREES):
        claimed = 1 / (1 + np.exp(-logits))
        curvature = np.maximum(claimed * (1 - claimed), _LEAST_CURVATURE)
        tree = DecisionTreeRegressor(max_depth=_DEPTH, min_samples_leaf=_LEAST_OF_A_LEAF, monotonic_cst=directions, random_state=0)
        tree.fit(rows, (labels - claimed) / curvature, sample_weight=weights * curvature)
        logits += _STEP * tree.predict(rows)
        parts = tree.tree_
        trees.append(_node(parts.feature, parts.threshold, parts.children_left, parts.children_right, parts.value[:, 0, 0], 0))
    return Trees(start, tuple(trees))


def _node(features: Floats, borders: Floats, lows: Floats, highs: Floats, values: Floats, place: int) -> Split | float:
    if lows[place] < 0:
        return round(_STEP * float(values[place]), 6)
    low, high = (_node(features, borders, lows, highs, values, int(side[place])) for side in (lows, highs))
    return Split(int(features[place]), round(float(borders[place]), 6), low, high)
