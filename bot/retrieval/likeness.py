"""How alike a question is to each known phrasing, by cosine of character n-grams.

Characters see what words cannot: a typing error or another ending changes a few n-grams, not all of them. scikit-learn
fits the n-gram weights; a query is counted here by hand, which takes a tenth of the time of ``transform``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval.analyzer import fold

_SHORTEST = 2
_LONGEST = 4


class QuestionLikeness:
    """TF-IDF over character 2- to 4-grams within words, as scikit-learn's ``char_wb`` makes them."""

    def fit(self, texts: Sequence[str]) -> Self:
        """Learn the n-grams of the known phrasings."""
        vectorizer = TfidfVectorizer(analyzer=character_ngrams, sublinear_tf=True)
        try:
            self._rows = sparse.csr_matrix(vectorizer.fit_transform(texts))
        except ValueError:  # not one of the texts has a letter
            self._rows = sparse.csr_matrix((len(texts), 1))
            self._columns: dict[str, int] = {}
            return self
        self._columns = {ngram: int(column) for ngram, column in vectorizer.vocabulary_.items()}
        self._idf: NDArray[np.float64] = np.asarray(vectorizer.idf_)
        return self

    def cosines(self, query: str) -> NDArray[np.float64]:
        """Return the cosine of the query to every text, from 0 to 1."""
        weights = {
            column: (1 + math.log(count)) * float(self._idf[column])
            for ngram, count in Counter(character_ngrams(query)).items()
            if (column := self._columns.get(ngram)) is not None
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        if not length:
            return np.zeros(self._rows.shape[0])
        vector = np.zeros(self._rows.shape[1])
        vector[list(weights)] = np.fromiter(weights.values(), dtype=np.float64) / length
        product: NDArray[np.float64] = self._rows @ vector
        return product


def character_ngrams(text: str) -> list[str]:
    """Return the 2- to 4-grams of each word of a text, with a space at either end of the word."""
    ngrams: list[str] = []
    for word in fold(text).split():
        padded = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            ngrams.extend(padded[start : start + size] for start in range(max(1, len(padded) - size + 1)))
    return ngrams
