"""bm25s, the fast BM25 in Python, with Snowball stems and no stop words taken out; k1 and b may be chosen on a dev half."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import bm25s
import Stemmer

from benchmarks.engines.engine import Engine, whole_text
from bot.corpus.document import Section
from bot.retrieval.hit import Hit


class Bm25s(Engine):
    """BM25 over stems, "lucene" variant.

    Args:
        k1: saturation.
        b: length penalty.
    """

    name = "bm25s"

    def __init__(self, k1: float = 1.5, b: float = 0.75) -> None:
        self.k1 = k1
        self.b = b
        self._stemmer = Stemmer.Stemmer("english")

    @classmethod
    def candidates(cls) -> Sequence[Engine]:
        """Values of k1 and b to choose from, so that the reference is the best BM25."""
        return [cls(k1, b) for k1 in (0.9, 1.2, 1.5, 2.0) for b in (0.4, 0.6, 0.75, 0.9)]

    def fit(self, sections: Sequence[Section]) -> Self:
        """Build the index."""
        self._ids = [section.id for section in sections]
        tokens = bm25s.tokenize([whole_text(section) for section in sections], stopwords=[], stemmer=self._stemmer, show_progress=False)
        self._index = bm25s.BM25(k1=self.k1, b=self.b)
        self._index.index(tokens, show_progress=False)
        return self

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """At most k hits, best first."""
        tokens = bm25s.tokenize(query, stopwords=[], stemmer=self._stemmer, return_ids=False, show_progress=False)
        found = self._index.retrieve(tokens, k=min(k, len(self._ids)), show_progress=False)
        pairs = zip(found.documents[0].tolist(), found.scores[0].tolist(), strict=True)
        return [Hit(self._ids[number], score) for number, score in pairs if score > 0]

    def save(self, folder: Path) -> None:
        """Write the index in its own form."""
        self._index.save(str(folder), show_progress=False)
        (folder / "ids.json").write_text(json.dumps(self._ids), encoding="utf-8")

    def load(self, folder: Path) -> Self:
        """Take the index from disk, memory-mapped."""
        self._index = bm25s.BM25.load(str(folder), mmap=True)
        self._ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
        return self
