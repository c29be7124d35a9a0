"""What the harness asks of a search engine, and the score features that any engine has.

The features are those that tell a right first hit from a wrong one by scores alone; see ``docs/evaluation.md``. The product has features
of its own, which look into its arithmetic; MiniLM and the BM25 engines are given the best that can be had from outside.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from bot.corpus.document import Section
from bot.query.message import plain_words
from bot.retrieval.hit import Hit


class Engine(ABC):
    """A search engine over sections."""

    name: ClassVar[str]

    @classmethod
    def candidates(cls) -> Sequence[Engine]:
        """The settings to choose from by nDCG@10 on a dev half; engines that have none to choose return one."""
        return (cls(),)

    @abstractmethod
    def fit(self, sections: Sequence[Section]) -> Self:
        """Build the index."""

    def prepare(self, queries: Sequence[str]) -> None:  # noqa: B027 - most engines have nothing to prepare
        """Compute together what can be computed for many queries at once; never called where speed is measured."""

    @abstractmethod
    def search(self, query: str, k: int) -> Sequence[Hit]:
        """At most k hits, best first."""

    def measure(self, query: str, hits: Sequence[Hit]) -> tuple[float, ...]:
        """The features of a ranking with at least one hit."""
        return score_features(query, hits)

    @property
    def first_stage(self) -> Callable[[str], object] | None:
        """A search by the first stage alone, for engines that rank in two; None for the others."""
        return None

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write the index into an empty folder."""

    @abstractmethod
    def load(self, folder: Path) -> Self:
        """Use an index that was saved, by an engine of the same sections."""

    def close(self) -> None:  # noqa: B027 - most engines hold nothing open
        """Let go of files and temporary folders."""


def whole_text(section: Section) -> str:
    """Everything that a section can be found by."""
    return "\n".join((*section.heading_path, *section.aliases, *section.questions, section.text))


def score_features(query: str, hits: Sequence[Hit]) -> tuple[float, ...]:
    """First score, margin to the second, second, third and tenth as shares, z-score of the first among ten, and length."""
    scores = np.asarray([hit.score for hit in hits[:10]] + [0.0] * (10 - len(hits)), dtype=np.float64)
    first = scores[0] if abs(scores[0]) > 1e-9 else 1e-9
    spread = float(scores.std()) or 1e-9
    return (
        float(scores[0]),
        float(scores[0] - scores[1]),
        float(scores[1] / first),
        float(scores[2] / first),
        float(scores[9] / first),
        float((scores[0] - scores.mean()) / spread),
        math.log1p(len(plain_words(query))),
    )


def folder_bytes(folder: Path) -> int:
    """The size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
