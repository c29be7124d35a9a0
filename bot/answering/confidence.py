"""How sure the bot is: the probability that the first hit answers the question, by logistic regression.

The weights are fitted on labelled questions (``python -m bot calibrate``) and stored as numbers. A knowledge folder may
bring its own in ``calibration.json``; otherwise those that ship with the program are used, fitted on its own
knowledge base. On other folders they rank answers well, and their percentages are less exact.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from bot.answering.features import Features, measure
from bot.errors import KnowledgeError
from bot.retrieval.hit import Explanation, Hit

FILE = "calibration.json"
_SHIPPED = Path(__file__).with_name(FILE)


class _Weight(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    mean: FiniteFloat
    scale: Annotated[FiniteFloat, Field(gt=0)]
    weight: FiniteFloat


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fitted_for: str
    intercept: FiniteFloat
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
    structured: float
    """Share of the labelled questions with a structure whose chosen section was right, with one right and one wrong added (Laplace)."""
    in_context: float
    """The same share of labelled questions that were answered with a section that the conversation was about; it is the confidence of such
    answers, since their subject is in what is searched for and matches by itself."""

    def of(self, query: str, hits: Sequence[Hit], explanation: Explanation | None) -> float:
        """Return the probability, from 0 to 1, that the first hit, which is explained, answers the query; 0 without a hit."""
        return 0.0 if explanation is None else round(self.probability(measure(query, hits, explanation)), 4)

    def probability(self, features: Features) -> float:
        """Return the probability for a ranking."""
        terms = zip(features.values(), self.means, self.scales, self.weights, strict=True)
        logit = self.intercept + sum(weight * (value - mean) / scale for value, mean, scale, weight in terms)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))

    def get_params(self) -> dict[str, float]:
        """Return the numbers on which answers depend, for the fingerprint."""
        names = Features.names()
        columns = {"mean": self.means, "scale": self.scales, "weight": self.weights}
        return {"intercept": self.intercept, "structured": self.structured, "in_context": self.in_context} | {
            f"{name}.{column}": value for column, values in columns.items() for name, value in zip(names, values, strict=True)
        }


def load_confidence(folder: Path) -> Confidence:
    """Return a folder's own calibration, or the one that ships with the program.

    Raises:
        KnowledgeError: the folder's calibration cannot be used.
    """
    own = folder / FILE
    path = own if own.is_file() else _SHIPPED
    try:
        file = _File.model_validate_json(path.read_bytes())
        values = [file.weights[name] for name in Features.names()]
    except (OSError, ValidationError, KeyError) as error:
        raise KnowledgeError(f"{path} is no usable calibration. Remove it, then make it anew with `python -m bot calibrate`.") from error
    return Confidence(
        file.fitted_for,
        file.intercept,
        tuple(value.mean for value in values),
        tuple(value.scale for value in values),
        tuple(value.weight for value in values),
        file.structured,
        file.in_context,
    )


def confidence_json(confidence: Confidence) -> str:
    """Return a calibration as the text of its file."""
    columns = zip(Features.names(), confidence.means, confidence.scales, confidence.weights, strict=True)
    weights = {name: {"mean": mean, "scale": scale, "weight": weight} for name, mean, scale, weight in columns}
    content = {
        "fitted_for": confidence.fitted_for,
        "intercept": confidence.intercept,
        "structured": confidence.structured,
        "in_context": confidence.in_context,
        "weights": weights,
    }
    return json.dumps(content, indent=2) + "\n"
