"""The first stage: every section that has a word of the question, by the inverted postings of its words; exact.

A query costs one addition for each posting of its words. Words that a large share of the sections has are stored as one weight for each
section, which is faster to add than a long list of places. Nothing is approximated but the stored weights, whose steps are 1/255.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.arrays import LARGEST_WEIGHT, IndexArrays, Singles
from bot.retrieval.terms import EXPANSION_WEIGHT, Query, Reading

_BLOCK = 128
_FEW = 4096
"""Sections up to which sorting them all is fastest."""


class WordPostings:
    """The weights of words in sections."""

    def __init__(self, arrays: IndexArrays) -> None:
        self._arrays = arrays
        self._count = len(arrays.ids)
        self._starts = arrays.word_starts.tolist()
        self._factors = (arrays.information / LARGEST_WEIGHT).tolist()
        self._common = {int(column): row for row, column in enumerate(arrays.common)}

    def scores(self, query: Query) -> Singles:
        """For each section how much of the question's information its words and their synonyms hold, from 0 to 1."""
        scores = np.zeros(self._count, dtype=np.float32)
        for term in query.distinct:
            if term.column is not None:
                self._add(scores, term.column, term.weight)
        for readings in _by_form(query):
            scores += np.maximum.reduce([self._gained(reading) for reading in readings])
        scores /= max(query.reachable, 1e-9)
        return scores

    def weight(self, column: int, number: int) -> float:
        """The weight of a term in a section, 0 where the section lacks it."""
        factor: float = self._factors[column]
        row = self._common.get(column)
        if row is not None:
            return factor * int(self._arrays.common_weights[row, number])
        start, end = self._starts[column], self._starts[column + 1]
        sections = self._arrays.word_sections  # compared with a number of its own type, so that none of it is copied
        place = start + int(sections[start:end].searchsorted(sections.dtype.type(number)))
        has = place < end and self._arrays.word_sections[place] == number
        return factor * int(self._arrays.word_weights[place]) if has else 0.0

    def gains(self, query: Query, number: int) -> list[tuple[Reading, float]]:
        """What reading forms as their synonyms adds for one section; of several readings of a form the best one counts."""
        return [
            max(((reading, self._gain(reading, number)) for reading in readings), key=lambda pair: pair[1]) for readings in _by_form(query)
        ]

    def _gain(self, reading: Reading, number: int) -> float:
        meant = min(EXPANSION_WEIGHT * sum(self.weight(column, number) for column in reading.columns), reading.most)
        return max(0.0, meant - sum(self.weight(column, number) for column in reading.form))

    def _gained(self, reading: Reading) -> Singles:
        typed, meant = np.zeros(self._count, dtype=np.float32), np.zeros(self._count, dtype=np.float32)
        for column in reading.form:
            self._add(typed, column, 1.0)
        for column in reading.columns:
            self._add(meant, column, EXPANSION_WEIGHT)
        gained: Singles = np.maximum(np.minimum(meant, np.float32(reading.most)) - typed, np.float32(0))
        return gained

    def _add(self, scores: Singles, column: int, weight: float) -> None:
        factor = np.float32(weight * self._factors[column])
        row = self._common.get(column)
        if row is not None:
            scores += factor * self._arrays.common_weights[row]
            return
        start, end = self._starts[column], self._starts[column + 1]
        scores[self._arrays.word_sections[start:end]] += factor * self._arrays.word_weights[start:end]


def _by_form(query: Query) -> list[list[Reading]]:
    forms: dict[tuple[int, ...], list[Reading]] = {}
    for reading in query.readings:
        forms.setdefault(reading.form, []).append(reading)
    return list(forms.values())


def best(scores: Singles, k: int) -> NDArray[np.intp]:
    """The numbers of the k highest scores above 0, best first, equal ones in their order; exact.

    The k-th highest maximum of blocks of scores is a lower bound of the k-th highest score, so only what reaches it is sorted.
    """
    found = np.flatnonzero(scores >= _bound(scores, k)) if len(scores) > _FEW else np.flatnonzero(scores > 0)
    found = found[scores[found] > 0]
    return found[np.lexsort((found, -scores[found]))][:k]


def _bound(scores: Singles, k: int) -> np.float32:
    blocks = len(scores) // _BLOCK
    maxima = scores[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
    if blocks <= k:
        return np.float32(0)
    return np.float32(-np.partition(-maxima, k - 1)[k - 1])
