"""scikit-learn's ``TfidfVectorizer`` with its defaults: transform, sparse product, sort. What most tutorials build."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.engines.engine import Engine, whole_text
from bot.corpus.document import Section
from bot.retrieval.hit import Hit


class PlainTfidf(Engine):
    """Cosine over word TF-IDF."""

    name = "TfidfVectorizer"

    def fit(self, sections: Sequence[Section]) -> Self:
        """Build the index."""
        self._ids = [section.id for section in sections]
        self._vectorizer = TfidfVectorizer()
        self._matrix = self._vectorizer.fit_transform([whole_text(section) for section in sections])
        return self

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """At most k hits, best first."""
        scores = (self._matrix @ self._vectorizer.transform([query]).T).toarray().ravel()
        best = np.argsort(-scores, kind="stable")[:k]
        return [Hit(self._ids[number], float(scores[number])) for number in best if scores[number] > 0]

    def save(self, folder: Path) -> None:
        """Write the matrix and the vocabulary."""
        sparse.save_npz(folder / "matrix.npz", self._matrix, compressed=False)
        np.save(folder / "idf.npy", self._vectorizer.idf_)
        terms = self._vectorizer.get_feature_names_out().tolist()
        (folder / "strings.json").write_text(json.dumps({"terms": terms, "ids": self._ids}), encoding="utf-8")

    def load(self, folder: Path) -> Self:
        """Take the index from disk."""
        strings = json.loads((folder / "strings.json").read_text(encoding="utf-8"))
        self._ids = strings["ids"]
        self._matrix = sparse.load_npz(folder / "matrix.npz")
        self._vectorizer = TfidfVectorizer(vocabulary=strings["terms"])
        self._vectorizer.idf_ = np.load(folder / "idf.npy")
        return self
