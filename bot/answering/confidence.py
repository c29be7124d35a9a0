"""How sure the bot is: the probability that the first hit answers the question, and that one of the first three does.

Two logistic regressions over ten numbers about a ranking, none of them tied to one knowledge base. The weights are fitted on labelled
questions (``python -m bot calibrate``) and stored as numbers. A knowledge folder may bring its own in ``calibration.json``; otherwise those
that ship with the program are used, fitted on its own knowledge base. On other folders they rank answers well, and their percentages are
less exact.

For such a folder a threshold is found without labels: each stored question is asked with its own section left out, so that whatever comes
first is no answer to it. Nine tenths of these confidences lie below the threshold; below the one of the configuration it never falls. (The
own section's twin may answer as well, so the threshold errs on the side of declining.)
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from bot.corpus.document import Corpus
from bot.errors import KnowledgeError
from bot.query.message import plain_words, searchable
from bot.retrieval.analyzer import is_content
from bot.retrieval.hit import Explanation, Hit, Index

_SECOND, _THIRD, _LAST = 1, 2, 9
"""Ranks, from 0, of the hits that stand for the runner-up, the rivals and the rest."""
_LEAST_SCORE = 1e-6
_NAME_IN_FILES = {"content": "telling"}


@dataclass(frozen=True, slots=True)
class Features:
    """A ranking in numbers."""

    score: float
    """Logarithm of the first hit's score."""
    second: float
    """Score of the second hit as a share of the first."""
    margin: float
    """By how much the first hit's score is higher than the second's."""
    third: float
    """Score of the third hit as a share of the first: near 1 where several sections fit as well."""
    tenth: float
    """Score of the tenth hit as a share of the first: near 1 where nothing stands out."""
    length: float
    """Logarithm of the question's words; long questions score lower for the same fit."""
    content: float
    """How many of the question's content words the first hit has: one shared word is not evidence. Files call it ``telling``."""
    coverage: float
    """Share of the question's information that the first hit has words for."""
    likeness: float
    """Share of the score from likeness to one of the section's own questions or names."""
    unknown: float
    """Share of the question's words that the knowledge base has never seen."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """As ``calibration.json`` spells them; files of earlier versions stay usable, and the fingerprint of a folder the same."""
        return tuple(_NAME_IN_FILES.get(field.name, field.name) for field in fields(cls))

    def values(self) -> tuple[float, ...]:
        """In the order of ``names``, as the weights of the calibration are."""
        return astuple(self)


def measure(query: str, hits: Sequence[Hit], explanation: Explanation) -> Features:
    """The features of a ranking.

    Args:
        query: what was searched for.
        hits: what was found, at least one.
        explanation: the arithmetic behind the first hit.
    """
    asked = sum(word.information for word in explanation.words)
    return Features(
        score=math.log(hits[0].score + _LEAST_SCORE),
        second=_share(hits, _SECOND),
        margin=hits[0].score * (1 - _share(hits, _SECOND)),
        third=_share(hits, _THIRD),
        tenth=_share(hits, _LAST),
        length=math.log1p(len(plain_words(query))),
        content=sum(word.weight > 0 and is_content(word.word) for word in explanation.words),
        coverage=sum(word.information for word in explanation.words if word.weight > 0) / asked if asked else 0.0,
        likeness=explanation.question_part,
        unknown=len(explanation.unknown) / max(1, len(explanation.words)),
    )


def _share(hits: Sequence[Hit], rank: int) -> float:
    return hits[rank].score / hits[0].score if len(hits) > rank and hits[0].score else 0.0


FILE = "calibration.json"
_SHIPPED = Path(__file__).with_name(FILE)


class _Weight(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    mean: FiniteFloat
    scale: Annotated[FiniteFloat, Field(gt=0)]
    weight: FiniteFloat
    near: FiniteFloat | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fitted_for: str
    intercept: FiniteFloat
    near_intercept: FiniteFloat | None = None
    """None in a calibration of version 0.1, which knows one probability only."""
    structured: Annotated[FiniteFloat, Field(ge=0, le=1)]
    in_context: Annotated[FiniteFloat, Field(ge=0, le=1)]
    weights: dict[str, _Weight]


@dataclass(frozen=True, slots=True)
class Confidence:
    """A fitted logistic regression over ``Features``."""

    fitted_for: str
    """Fingerprint of the corpus that it was fitted on."""
    intercept: float
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    near_intercept: float
    near_weights: tuple[float, ...]
    """Of the second regression, over the same features: whether one of the first three hits answers."""
    structured: float
    """Share of the labelled questions with a structure whose chosen section was right, with one right and one wrong added (Laplace)."""
    in_context: float
    """The same share of labelled questions that were answered with a section that the conversation was about; it is the confidence of such
    answers, since their subject is in what is searched for and matches by itself."""

    def of(self, query: str, hits: Sequence[Hit], explanation: Explanation | None) -> float:
        """The probability, from 0 to 1, that the first hit, which is explained, answers the query; 0 without a hit."""
        return 0.0 if explanation is None else round(self.probability(measure(query, hits, explanation)), 4)

    def near(self, query: str, hits: Sequence[Hit], explanation: Explanation | None) -> float:
        """The probability, from 0 to 1, that one of the first three hits answers; 0 without a hit."""
        if explanation is None:
            return 0.0
        return round(self._logistic(measure(query, hits, explanation), self.near_intercept, self.near_weights), 4)

    def probability(self, features: Features) -> float:
        """The probability for a ranking that its first hit answers."""
        return self._logistic(features, self.intercept, self.weights)

    def _logistic(self, features: Features, intercept: float, weights: tuple[float, ...]) -> float:
        terms = zip(features.values(), self.means, self.scales, weights, strict=True)
        logit = intercept + sum(weight * (value - mean) / scale for value, mean, scale, weight in terms)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))

    def get_params(self) -> dict[str, float]:
        """The numbers on which answers depend, for the fingerprint."""
        names = Features.names()
        columns = {"mean": self.means, "scale": self.scales, "weight": self.weights, "near": self.near_weights}
        return {
            "intercept": self.intercept,
            "near_intercept": self.near_intercept,
            "structured": self.structured,
            "in_context": self.in_context,
        } | {f"{name}.{column}": value for column, values in columns.items() for name, value in zip(names, values, strict=True)}


def load_confidence(folder: Path) -> Confidence:
    """A folder's own calibration, or the one that ships with the program.

    Raises:
        KnowledgeError: the folder's calibration cannot be used.
    """
    own = folder / FILE
    path = own if own.is_file() else _SHIPPED
    try:
        file = _File.model_validate_json(path.read_bytes())
        values = [file.weights[name] for name in Features.names()]
    except (OSError, ValidationError, KeyError) as error:
        raise KnowledgeError(f"{path} is no usable calibration. Remove it, then make it again with `python -m bot calibrate`.") from error
    return Confidence(
        file.fitted_for,
        file.intercept,
        tuple(value.mean for value in values),
        tuple(value.scale for value in values),
        tuple(value.weight for value in values),
        file.intercept if file.near_intercept is None else file.near_intercept,
        tuple(value.weight if value.near is None else value.near for value in values),
        file.structured,
        file.in_context,
    )


def confidence_json(confidence: Confidence) -> str:
    """The text of ``calibration.json``, keys in a fixed order, so that a diff shows what was fitted otherwise."""
    fitted = (confidence.means, confidence.scales, confidence.weights, confidence.near_weights)
    columns = zip(Features.names(), *fitted, strict=True)
    weights = {name: {"mean": mean, "scale": scale, "weight": weight, "near": near} for name, mean, scale, weight, near in columns}
    content = {
        "fitted_for": confidence.fitted_for,
        "intercept": confidence.intercept,
        "near_intercept": confidence.near_intercept,
        "structured": confidence.structured,
        "in_context": confidence.in_context,
        "weights": weights,
    }
    return json.dumps(content, indent=2) + "\n"


_MOST_ASKED = 120
_LEAST_ASKED = 10
_SHARE = 90
_HIGHEST = 0.95
_HITS = 10


def label_free_threshold(corpus: Corpus, index: Index, confidence: Confidence) -> float | None:
    """The confidence below which nine of ten unanswerable questions fall, None where there are too few sections to tell."""
    asked = [(section.id, question) for section in corpus.sections for question in (section.questions or (section.title,))]
    sample = asked[:: max(1, len(asked) // _MOST_ASKED)]
    confidences = [_without(own, question, index, confidence) for own, question in sample]
    if len(confidences) < _LEAST_ASKED:
        return None
    return round(min(_HIGHEST, float(np.percentile(confidences, _SHARE))), 4)


def _without(section_id: str, question: str, index: Index, confidence: Confidence) -> float:
    query = searchable(question)
    rest = [hit for hit in index.search(query, _HITS + 1) if hit.section_id != section_id][:_HITS]
    return confidence.of(query, rest, index.explain(query, rest[0].section_id)) if rest else 0.0
