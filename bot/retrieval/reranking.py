"""The second stage: what words alone do not tell, for the best sections of the first.

Four parts, each from 0 to 1: word pairs of the question that stand together in the section too; likeness to one of its names, by the
information of content words (a weighted Jaccard index); the best cosine of character n-grams to one of its own questions or names,
which two phrasings share even where a letter is wrong; and how much of the information of the question's character 4-grams the
section's words hold, which forgives endings. The cost depends on the words and phrasings of the sections looked at, not on the size of
the corpus.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.analyzer import fold, is_content
from bot.retrieval.arrays import IndexArrays, Integers, Singles, gather, sums
from bot.retrieval.terms import Query

_PHRASING = 3
_LETTERS = 4
_KEPT_WORDS = 50_000


def trigrams(text: str) -> list[str]:
    """The 3-grams of each word of a text, with a space at either end of the word."""
    return list(chain.from_iterable(map(_of_word, fold(text).split())))


@lru_cache(maxsize=_KEPT_WORDS)
def letter_groups(word: str) -> tuple[str, ...]:
    """The different 4-grams of a folded word, with a space at either end; of a shorter one the whole."""
    return tuple(dict.fromkeys(_cut(word, _LETTERS)))


@lru_cache(maxsize=_KEPT_WORDS)
def _of_word(word: str) -> tuple[str, ...]:
    return tuple(_cut(word, _PHRASING))


def _cut(word: str, size: int) -> list[str]:
    padded = f" {word} "
    return [padded[start : start + size] for start in range(max(1, len(padded) - size + 1))]


_BITS = 64
_TITLE_WEIGHT = 3
"""How often the 4-grams of a title count."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the score for some sections, in their order."""

    phrase: Singles
    name: Singles
    question: Singles
    letters: Singles
    head: Singles


class Reranker:
    """Looks closely at a few sections."""

    def __init__(self, arrays: IndexArrays) -> None:
        self._arrays = arrays
        self._border = len(arrays.vocabulary)
        self._ngrams = {ngram: column for column, ngram in enumerate(arrays.ngrams)}
        self._section_ngrams = arrays.row_ngram_starts[arrays.row_starts]
        self._section_names = arrays.name_term_starts[arrays.name_starts]
        self._name_sizes = _sizes(arrays.name_term_starts)
        self._row_sizes = _sizes(arrays.row_ngram_starts)
        self._letters = {letters: column for column, letters in enumerate(arrays.letters)}

    def parts(self, query: Query, numbers: NDArray[np.intp]) -> Parts:
        """The parts of each of some sections."""
        tokens, borders = gather(self._arrays.token_starts, self._arrays.tokens, numbers)
        owners = np.repeat(np.arange(len(numbers)), np.diff(borders))
        cosines, rows = self.cosines(query, numbers)
        return Parts(
            phrase=self._phrase(query, tokens, owners, len(numbers)),
            name=self._name(query, numbers),
            question=np.maximum.reduceat(cosines, rows[:-1]),
            letters=self._letter(query, tokens, borders, numbers),
            head=self._head(query, numbers),
        )

    def cosines(self, query: Query, numbers: NDArray[np.intp]) -> tuple[Singles, NDArray[np.intp]]:
        """The cosine of the question to every row of some sections, and where each section's rows begin, one more at the end."""
        arrays = self._arrays
        starts = arrays.row_starts
        lengths, borders = gather(starts, arrays.row_lengths, numbers)
        columns = self._columns(query)
        if not columns:
            return np.zeros(len(lengths), dtype=np.float32), borders
        information = np.zeros(len(arrays.ngrams), dtype=np.float32)
        information[columns] = arrays.ngram_information[columns] ** 2
        ngrams, _ = gather(self._section_ngrams, arrays.row_ngrams, numbers)  # a section's rows lie together
        counts, _ = gather(starts, self._row_sizes, numbers)
        row_borders = np.concatenate(([0], np.cumsum(counts)))
        cosines: Singles = sums(information[ngrams], row_borders) / (np.sqrt(information.sum()) * lengths)
        return cosines, borders

    def closest(self, query: Query, numbers: NDArray[np.intp]) -> list[str | None]:
        """The closest row of each of some sections, None where none is like the question."""
        return [text for text, _ in self.closest_with_cosine(query, numbers)]

    def closest_with_cosine(self, query: Query, numbers: NDArray[np.intp]) -> list[tuple[str | None, float]]:
        """The closest row of each of some sections, and its cosine."""
        cosines, borders = self.cosines(query, numbers)
        found: list[tuple[str | None, float]] = []
        for place, number in enumerate(numbers.tolist()):
            own = cosines[borders[place] : borders[place + 1]]
            best = int(np.argmax(own))
            text = self._arrays.row_texts[int(self._arrays.row_starts[number]) + best]
            found.append((text, float(own[best])) if own[best] > 0 else (None, 0.0))
        return found

    def _columns(self, query: Query) -> list[int]:
        """The question's n-grams that some row has."""
        ngrams = dict.fromkeys(trigrams(query.text))
        return [column for ngram in ngrams if (column := self._ngrams.get(ngram)) is not None]

    def _head(self, query: Query, numbers: NDArray[np.intp]) -> Singles:
        """How far on its own side of the linear head each section has the question: margin -1 is 0, margin 1 is 1."""
        arrays = self._arrays
        columns = self._columns(query)
        if not len(arrays.head_intercepts) or not columns:
            return np.zeros(len(numbers), dtype=np.float32)
        information = arrays.ngram_information[columns]
        values = information / np.sqrt((information**2).sum())
        margins = arrays.head_weights[numbers][:, columns] @ values + arrays.head_intercepts[numbers]
        inside: Singles = np.clip((margins + 1) / 2, 0, 1).astype(np.float32)
        return inside

    def _phrase(self, query: Query, tokens: Integers, owners: NDArray[np.intp], count: int) -> Singles:
        """The share of the question's word pairs that each section has."""
        pairs = list(pairwise(term.column for term in query.terms))
        wanted = [(first, second) for first, second in pairs if first is not None and second is not None]
        if not wanted:
            return np.zeros(count, dtype=np.float32)
        numbers = {column: number for number, column in enumerate(dict.fromkeys(column for pair in wanted for column in pair))}
        places = np.full(self._border + 1, -1, dtype=np.int16)
        places[list(numbers)] = list(numbers.values())
        terms = places[self._arrays.surface_columns[tokens]]
        at = np.flatnonzero((terms[:-1] >= 0) & (terms[1:] >= 0) & (owners[:-1] == owners[1:]))
        size = len(numbers)
        has = np.zeros((count, size * size), dtype=bool)
        has[owners[at], terms[at].astype(np.intp) * size + terms[at + 1]] = True
        codes = [numbers[first] * size + numbers[second] for first, second in wanted]
        share: Singles = has[:, codes].sum(axis=1, dtype=np.float32) / len(pairs)
        return share

    def _name(self, query: Query, numbers: NDArray[np.intp]) -> Singles:
        """How much the question and the closest name of each section have in common: shared information to all."""
        arrays = self._arrays
        asked = [term for term in query.distinct if is_content(term.surface)]
        total = sum(term.information for term in asked)
        shared = np.zeros(self._border, dtype=np.float32)
        for term in asked:
            if term.column is not None:
                shared[term.column] = term.weight * term.information
        sizes, borders = gather(arrays.name_starts, self._name_sizes, numbers)
        terms, _ = gather(self._section_names, arrays.name_terms, numbers)  # a section's names lie together
        term_borders = np.concatenate(([0], np.cumsum(sizes)))
        both = sums(shared[terms], term_borders)
        either = total + sums(arrays.information[terms].astype(np.float32), term_borders) - both
        likeness: Singles = np.maximum.reduceat(both / np.maximum(either, 1e-9), borders[:-1]).astype(np.float32)
        return likeness

    def _letter(self, query: Query, tokens: Integers, borders: NDArray[np.intp], numbers: NDArray[np.intp]) -> Singles:
        """How much of the information of the question's 4-grams the words of each section hold."""
        arrays = self._arrays
        groups = dict.fromkeys(group for term in query.terms for group in letter_groups(term.read))
        columns = [column for group in groups if (column := self._letters.get(group)) is not None]
        if not columns:
            return np.zeros(len(numbers), dtype=np.float32)
        weights = np.ones(len(tokens), dtype=np.float32)
        for begin, length in zip(borders.tolist(), arrays.title_ends[numbers].tolist(), strict=False):
            weights[begin : begin + length] = _TITLE_WEIGHT
        parts = [self._counts(columns[first : first + _BITS], tokens, weights, borders) for first in range(0, len(columns), _BITS)]
        counts = np.concatenate(parts, axis=1)
        information = arrays.letter_information[columns]
        held = (counts / (counts + arrays.letter_penalties[numbers][:, None])) @ information
        share: Singles = held / max(float(information.sum()), 1e-9)
        return share

    def _counts(self, columns: list[int], tokens: Integers, weights: Singles, borders: NDArray[np.intp]) -> Singles:
        """How often each section has each of at most 64 letter groups, one bit of a word's number for each group."""
        arrays = self._arrays
        bits = np.zeros(len(arrays.surfaces), dtype="<u8")
        for place, column in enumerate(columns):
            bits[arrays.letter_surfaces[arrays.letter_starts[column] : arrays.letter_starts[column + 1]]] |= np.uint64(1 << place)
        found = bits[tokens]
        kept = np.flatnonzero(found)
        groups = np.unpackbits(found[kept].view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")[:, : len(columns)]
        weighted = np.zeros((len(kept) + 1, len(columns)), dtype=np.float32)  # the last row is for a section without any
        np.multiply(groups, weights[kept][:, None], out=weighted[:-1])
        cuts = np.searchsorted(kept, borders)
        sums_of: Singles = np.add.reduceat(weighted, cuts[:-1], axis=0)
        sums_of[cuts[1:] == cuts[:-1]] = 0
        return sums_of


def _sizes(starts: Integers) -> NDArray[np.intp]:
    """Of runs that lie one after the other; for indexing, so as wide as a pointer."""
    wide = starts.astype(np.intp)
    return wide[1:] - wide[:-1]
