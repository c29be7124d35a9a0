"""The product's own index, as the bot uses it; the only file here that changes when the product's interface does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from benchmarks.engines.engine import Engine
from bot.corpus.document import Section
from bot.evaluation.metrics import DEPTH
from bot.evaluation.ranking import IndexRanker
from bot.retrieval.arrays import load_arrays, save_arrays
from bot.retrieval.hit import Hit
from bot.retrieval.postings import best
from bot.retrieval.tfidf import TfidfIndex


class Ours(Engine):
    """The whole search: all stages."""

    name = "ours"

    def __init__(self) -> None:
        self._index = TfidfIndex()
        self._ranker = IndexRanker(self._index)

    def fit(self, sections: Sequence[Section]) -> Self:
        """Build the index."""
        self._index.fit(sections)
        return self

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """At most k hits, best first."""
        return self._ranker.search(query, k)

    def measure(self, query: str, hits: Sequence[Hit]) -> tuple[float, ...]:
        """The product's own features."""
        return self._ranker.measure(query, hits)

    def save(self, folder: Path) -> None:
        """Write the index as the cache does."""
        save_arrays(self._index.arrays, folder)

    def load(self, folder: Path) -> Self:
        """Take the index from disk as the cache does."""
        self._index.take(load_arrays(folder))
        return self

    @property
    def first_stage(self) -> Callable[[str], object]:
        """The words of all sections and the best ten by them."""
        index = self._index
        return lambda query: best(index.postings.scores(index.reader.read(query)), DEPTH)
