"""How sure the bot is: the probability that the first hit answers the question, and that one of the first three does.

Two sets of small decision trees over some numbers about a ranking, none of them tied to one knowledge base. They are fitted on labelled
questions (``python -m bot calibrate``), so that nothing which speaks for an answer lowers its probability, and stored as numbers. A
knowledge folder may bring its own in ``calibration.json``; otherwise those that ship with the program are used, fitted on its own
knowledge base. On other folders they rank answers well, and their percentages are less exact.

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
from typing import Annotated, cast

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from bot.corpus.document import Corpus, digest
from bot.errors import KnowledgeError
from bot.query.message import plain_words, searchable
from bot.retrieval.analyzer import is_content
from bot.retrieval.hit import Explanation, Hit, Index

_SECOND, _THIRD, _LAST = 1, 2, 9
"""Ranks, from 0, of the hits that stand for the runner-up, the rivals and the rest."""
_LEAST_SCORE = 1e-6


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
    """How many of the question's content words the first hit has: one shared word is not evidence."""
    coverage: float
    """Share of the question's information that the first hit has words for."""
    likeness: float
    """Share of the score from likeness to one of the section's own questions or names."""
    unknown: float
    """Share of the question's words that the knowledge base has never seen."""
    rest: float
    """Likeness in meaning to what the first hit's section is asked, its names left out of both, by how alike that is (``meaning``)."""
    name: float
    """Part of the score from likeness to the section's names: a question may be about a thing, and ask nothing that its section says."""
    phrase: float
    """Part of the score from neighboring words that stand together in the section too."""
    asked: float
    """Share of the information of the content words beside the section's names that it has; 1 where there is none beside them."""
    missing: float
    """The largest information of such a word that the section lacks, 0 where it lacks none."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """As ``calibration.json`` spells them."""
        return tuple(field.name for field in fields(cls))

    def values(self) -> tuple[float, ...]:
        """In the order of ``names``."""
        return astuple(self)


def measure(query: str, hits: Sequence[Hit], explanation: Explanation) -> Features:
    """The features of a ranking.

    Args:
        query: what was searched for.
        hits: what was found, at least one.
        explanation: the arithmetic behind the first hit.
    """
    asked = sum(word.information for word in explanation.words)
    rest = [word for word in explanation.words if is_content(word.word) and not word.is_name]
    information = sum(word.information for word in rest)
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
        rest=explanation.rest_likeness,
        name=explanation.name_part,
        phrase=explanation.phrase_part,
        asked=sum(word.information for word in rest if word.weight > 0) / information if information else 1.0,
        missing=max((word.information for word in rest if word.weight == 0), default=0.0),
    )


def _known_feature(name: str) -> str:
    if name not in Features.names():
        raise ValueError(f"no feature {name}")
    return name


def _share(hits: Sequence[Hit], rank: int) -> float:
    return hits[rank].score / hits[0].score if len(hits) > rank and hits[0].score else 0.0


FILE = "calibration.json"
_SHIPPED = Path(__file__).with_name(FILE)


@dataclass(frozen=True, slots=True)
class Split:
    """A node of a tree: which way to go by one feature. Where there is no further split stands what to add, in logits."""

    feature: int
    """Its place among ``Features.names``."""
    border: float
    low: Split | float
    """Where the feature is at most the border."""
    high: Split | float


@dataclass(frozen=True, slots=True)
class Trees:
    """A fitted probability: a start and one number from each tree are added up to its logit."""

    start: float
    trees: tuple[Split | float, ...]

    def probability(self, features: Features) -> float:
        """From 0 to 1."""
        values = features.values()
        logit = self.start
        for tree in self.trees:
            node = tree
            while isinstance(node, Split):
                node = node.low if values[node.feature] <= node.border else node.high
            logit += node
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    feature: Annotated[str, AfterValidator(_known_feature)]
    border: FiniteFloat
    low: _Node | FiniteFloat
    high: _Node | FiniteFloat

    def split(self) -> Split:
        low, high = (node.split() if isinstance(node, _Node) else node for node in (self.low, self.high))
        return Split(Features.names().index(self.feature), self.border, low, high)


class _Trees(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    start: FiniteFloat
    trees: tuple[_Node | FiniteFloat, ...]

    def read(self) -> Trees:
        return Trees(self.start, tuple(node.split() if isinstance(node, _Node) else node for node in self.trees))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fitted_for: str
    structured: Annotated[FiniteFloat, Field(ge=0, le=1)]
    in_context: Annotated[FiniteFloat, Field(ge=0, le=1)]
    first: _Trees
    near: _Trees


@dataclass(frozen=True, slots=True)
class Confidence:
    """What was fitted on labelled questions."""

    fitted_for: str
    """Fingerprint of the corpus that it was fitted on."""
    first_answers: Trees
    """Whether the first hit answers."""
    near_answers: Trees
    """Whether one of the first three does."""
    structured: float
    """Share of the labelled questions with a structure whose chosen section was right, with one right and one wrong added (Laplace)."""
    in_context: float
    """The same share of labelled questions that were answered with a section that the conversation was about; it is the confidence of such
    answers, since their subject is in what is searched for and matches by itself."""

    def of(self, query: str, hits: Sequence[Hit], explanation: Explanation | None) -> float:
        """The probability, from 0 to 1, that the first hit, which is explained, answers the query; 0 without a hit."""
        return 0.0 if explanation is None else round(self.first_answers.probability(measure(query, hits, explanation)), 4)

    def near(self, query: str, hits: Sequence[Hit], explanation: Explanation | None) -> float:
        """The probability, from 0 to 1, that one of the first three hits answers; 0 without a hit."""
        return 0.0 if explanation is None else round(self.near_answers.probability(measure(query, hits, explanation)), 4)

    def get_params(self) -> dict[str, float | str]:
        """What answers depend on, for the fingerprint."""
        trees = {name: digest(json.dumps(_written(trees))) for name, trees in (("first", self.first_answers), ("near", self.near_answers))}
        return {"structured": self.structured, "in_context": self.in_context} | trees


def load_confidence(folder: Path) -> Confidence:
    """A folder's own calibration, or the one that ships with the program.

    Raises:
        KnowledgeError: the folder's calibration cannot be used, because it is damaged or of an earlier version.
    """
    own = folder / FILE
    path = own if own.is_file() else _SHIPPED
    try:
        file = _File.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise KnowledgeError(f"{path} is no usable calibration. Remove it, then make it again with `python -m bot calibrate`.") from error
    return Confidence(file.fitted_for, file.first.read(), file.near.read(), file.structured, file.in_context)


_Written = dict[str, "float | str | _Written | list[float | _Written]"]


def _written(trees: Trees) -> _Written:
    def node(of: Split | float) -> float | _Written:
        if not isinstance(of, Split):
            return of
        return {"feature": Features.names()[of.feature], "border": of.border, "low": node(of.low), "high": node(of.high)}

    return {"start": trees.start, "trees": [node(tree) for tree in trees.trees]}


def confidence_json(confidence: Confidence) -> str:
    """The text of ``calibration.json``, keys in a fixed order and one tree a line, so that a diff shows what was fitted otherwise."""
    head = {"fitted_for": confidence.fitted_for, "structured": confidence.structured, "in_context": confidence.in_context}
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    for name, trees, end in (("first", confidence.first_answers, ","), ("near", confidence.near_answers, "")):
        content = _written(trees)
        rows = ",\n".join(f"    {json.dumps(tree)}" for tree in cast("list[float | _Written]", content["trees"]))
        lines.append(f'  "{name}": {{"start": {json.dumps(trees.start)}, "trees": [\n{rows}\n  ]}}{end}')
    return "{\n" + "\n".join(lines) + "\n}\n"


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
