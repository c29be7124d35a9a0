"""The second stage: what words alone do not tell, for the best sections of the first.

Parts, each from 0 to 1: likeness in meaning (``meaning``); word pairs of the question that stand together in the section too; likeness
to one of its names, by the information of content words (a weighted Jaccard index); the best cosine of character n-grams to one of its
own questions or names, which two phrasings share even where a letter is wrong; and how much of the information of the question's
character 4-grams the section's words hold, which forgives endings. The cost depends on the words and phrasings of the sections looked
at, not on the size of the corpus.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.analyzer import fold, is_content
from bot.retrieval.arrays import IndexArrays, Integers, Singles, borders_of, gather, name_terms_of, places_of, sums
from bot.retrieval.meaning import MeaningLikeness, word_table
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
_POWERS = np.uint64(1) << np.arange(_BITS, dtype=np.uint64)
_MOST_OF_A_BYTE = 255
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
    meaning: Singles


@dataclass(frozen=True, slots=True)
class Cosines:
    """The cosine of a question to every row of some sections."""

    values: Singles
    borders: NDArray[np.intp]
    """Where each section's rows begin, one more at the end."""


@dataclass(frozen=True, slots=True)
class _Trigrams:
    columns: list[int]
    """Of those of the question that some row has."""
    information: Singles
    """Squared, of each 3-gram of the rows; 0 where the question lacks it."""
    length: np.float32


@dataclass(frozen=True, slots=True)
class _Letters:
    columns: list[int]
    information: Singles
    bits: list[NDArray[np.uint64]]
    """For each 64 groups: of each surface, one bit for each group that it has."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The question's pairs of neighboring terms that the corpus has."""

    asked: int
    """All pairs of the question, also those that cannot be found."""
    places: NDArray[np.int16]
    """Of each column: its number among the question's terms, -1 where it is none of them."""
    size: int
    codes: NDArray[np.int16]
    """Of each pair of numbers: its place among the wanted pairs, -1 where it is none of them."""
    counts: Singles
    """Of each wanted pair: how often the question has it."""


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What was found out about several sections, so that a closer look at one of them costs nothing again."""

    places: dict[int, int]
    """Of each section its place among the parts."""
    parts: Parts
    cosines: Cosines

    def of(self, number: int) -> tuple[Parts, Cosines] | None:
        """What was found out about one section; None where it was not among them."""
        place = self.places.get(number)
        if place is None:
            return None
        begin, end = self.cosines.borders[place : place + 2]
        parts = Parts(*(getattr(self.parts, part.name)[place : place + 1] for part in fields(Parts)))
        return parts, Cosines(self.cosines.values[begin:end], np.asarray([0, end - begin]))


class Asked:
    """A question with what the parts need of it: made when it is first needed, and the same for all sections that are looked at."""

    def __init__(self, query: Query, tables: Tables) -> None:
        self.query = query
        self._tables = tables
        self.looked_at: LookedAt | None = None
        """What a search looked at last."""

    @cached_property
    def meaning(self) -> Singles:
        """The numbers of its words, for likeness in meaning."""
        return word_table().of(term.read for term in self.query.terms)

    @cached_property
    def trigrams(self) -> _Trigrams:
        """For likeness to rows, and for the head."""
        arrays = self._tables.arrays
        known = self._tables.trigrams
        columns = [column for ngram in dict.fromkeys(trigrams(self.query.text)) if (column := known.get(ngram)) is not None]
        information = np.zeros(len(arrays.ngrams), dtype=np.float32)
        information[columns] = arrays.ngram_information[columns] ** 2
        return _Trigrams(columns, information, np.sqrt(information.sum()))

    @cached_property
    def content(self) -> tuple[float, Singles]:
        """The information of all content words, and of each term what it adds where a name has it."""
        asked = [term for term in self.query.distinct if is_content(term.surface)]
        shared = np.zeros(len(self._tables.arrays.vocabulary), dtype=np.float32)
        for term in asked:
            if term.column is not None:
                shared[term.column] = term.weight * term.information
        return sum(term.information for term in asked), shared

    @cached_property
    def letters(self) -> _Letters:
        """For the words of sections; one number of 64 bits for each surface holds which groups it has."""
        arrays, starts = self._tables.arrays, self._tables.letter_starts
        known = self._tables.letters
        groups = dict.fromkeys(group for term in self.query.terms for group in letter_groups(term.read))
        columns = [column for group in groups if (column := known.get(group)) is not None]
        bits = []
        for first in range(0, len(columns), _BITS):
            runs = [arrays.letter_surfaces[starts[column] : starts[column + 1]] for column in columns[first : first + _BITS]]
            of_surface = np.zeros(len(arrays.surfaces), dtype="<u8")
            np.add.at(of_surface, np.concatenate(runs), np.repeat(_POWERS[: len(runs)], [len(run) for run in runs]))
            bits.append(of_surface)
        return _Letters(columns, arrays.letter_information[columns], bits)

    @cached_property
    def pairs(self) -> _Pairs | None:
        """None where the corpus has no pair of the question's terms."""
        pairs = list(pairwise(term.column for term in self.query.terms))
        wanted = [(first, second) for first, second in pairs if first is not None and second is not None]
        if not wanted:
            return None
        numbers = {column: number for number, column in enumerate(dict.fromkeys(column for pair in wanted for column in pair))}
        size = len(numbers)
        places = np.full(len(self._tables.arrays.vocabulary) + 1, -1, dtype=np.int16)
        places[list(numbers)] = list(numbers.values())
        counted = Counter(numbers[first] * size + numbers[second] for first, second in wanted)
        codes = np.full(size * size, -1, dtype=np.int16)
        codes[list(counted)] = np.arange(len(counted))
        return _Pairs(len(pairs), places, size, codes, np.asarray(list(counted.values()), dtype=np.float32))


class Tables:
    """What is looked up in an index's arrays by text, and what is the same for all questions."""

    def __init__(self, arrays: IndexArrays) -> None:
        self.arrays = arrays
        self.trigrams = {ngram: column for column, ngram in enumerate(arrays.ngrams)}
        self.letters = {letters: column for column, letters in enumerate(arrays.letters)}
        self.letter_starts = arrays.letter_starts.tolist()


class Reranker:
    """Looks closely at a few sections."""

    def __init__(self, arrays: IndexArrays) -> None:
        self._arrays = arrays
        self._tables = Tables(arrays)
        self._meaning = MeaningLikeness(arrays)
        self._section_ngrams = arrays.row_ngram_starts[arrays.row_starts]
        self._section_names = arrays.name_term_starts[arrays.name_starts]
        self._name_sizes = _sizes(arrays.name_term_starts)
        self._row_sizes = _sizes(arrays.row_ngram_starts)
        self._information = arrays.information.astype(np.float32)

    def ask(self, query: Query) -> Asked:
        """The question, ready to be compared."""
        return Asked(query, self._tables)

    def one(self, asked: Asked, number: int) -> tuple[Parts, Cosines]:
        """The parts and cosines of one section, as the search that came before has them."""
        known = None if asked.looked_at is None else asked.looked_at.of(number)
        if known is not None:
            return known
        alone = np.asarray([number])
        cosines = self.cosines(asked, alone)
        return self._parts(asked, alone, cosines), cosines

    def parts(self, asked: Asked, numbers: NDArray[np.intp]) -> Parts:
        """The parts of each of some sections, at least one."""
        cosines = self.cosines(asked, numbers)
        parts = self._parts(asked, numbers, cosines)
        asked.looked_at = LookedAt({number: place for place, number in enumerate(numbers.tolist())}, parts, cosines)
        return parts

    def _parts(self, asked: Asked, numbers: NDArray[np.intp], cosines: Cosines) -> Parts:
        tokens, borders = gather(self._arrays.token_starts, self._arrays.tokens, numbers)
        return Parts(
            phrase=self._phrase(asked, tokens, borders),
            name=self._name(asked, numbers),
            question=np.maximum.reduceat(cosines.values, cosines.borders[:-1]),
            letters=self._letter(asked, tokens, borders, numbers),
            head=self._head(asked, numbers),
            meaning=self._meaning.of(asked.meaning, numbers) if self._meaning.has_rows else np.zeros(len(numbers), dtype=np.float32),
        )

    def cosines(self, asked: Asked, numbers: NDArray[np.intp]) -> Cosines:
        """The cosine to every row of some sections."""
        arrays = self._arrays
        rows, borders = places_of(arrays.row_starts, numbers)
        if not asked.trigrams.columns:
            return Cosines(np.zeros(len(rows), dtype=np.float32), borders)
        ngrams, _ = gather(self._section_ngrams, arrays.row_ngrams, numbers)  # a section's rows lie together
        held = sums(asked.trigrams.information.take(ngrams), borders_of(self._row_sizes[rows]))
        return Cosines(held / (asked.trigrams.length * arrays.row_lengths[rows]), borders)

    def rest_likeness(self, asked: Asked, number: int) -> float:
        """How near in meaning the question is to what a section is asked, its names left out of both (``MeaningLikeness.of_rest``)."""
        named = name_terms_of(self._arrays, number)
        rest = [term.read for term in asked.query.terms if term.column not in named]
        return self._meaning.of_rest(rest, number)

    def closest(self, asked: Asked, numbers: NDArray[np.intp]) -> list[str | None]:
        """The closest row of each of some sections, None where none is like the question."""
        return [text for text, _ in self.closest_with_cosine(self.cosines(asked, numbers), numbers)]

    def closest_with_cosine(self, cosines: Cosines, numbers: NDArray[np.intp]) -> list[tuple[str | None, float]]:
        """The closest row of each of some sections, and its cosine."""
        found: list[tuple[str | None, float]] = []
        for place, number in enumerate(numbers.tolist()):
            own = cosines.values[cosines.borders[place] : cosines.borders[place + 1]]
            best = int(np.argmax(own))
            text = self._arrays.row_texts[int(self._arrays.row_starts[number]) + best]
            found.append((text, float(own[best])) if own[best] > 0 else (None, 0.0))
        return found

    def _head(self, asked: Asked, numbers: NDArray[np.intp]) -> Singles:
        """How far on its own side of the linear head each section has the question: margin -1 is 0, margin 1 is 1."""
        arrays = self._arrays
        if not len(arrays.head_intercepts) or not asked.trigrams.columns:
            return np.zeros(len(numbers), dtype=np.float32)
        columns = asked.trigrams.columns
        information = arrays.ngram_information[columns]
        values = information / np.sqrt((information**2).sum())
        margins = arrays.head_weights[numbers][:, columns] @ values + arrays.head_intercepts[numbers]
        inside: Singles = np.clip((margins + 1) / 2, 0, 1).astype(np.float32)
        return inside

    def _phrase(self, asked: Asked, tokens: Integers, borders: NDArray[np.intp]) -> Singles:
        """The share of the question's word pairs that each section has. Every section ends with a border, so that no pair spans two."""
        pairs, count = asked.pairs, len(borders) - 1
        if pairs is None:
            return np.zeros(count, dtype=np.float32)
        terms = pairs.places.take(self._arrays.surface_columns.take(tokens))
        known = terms >= 0
        at = np.flatnonzero(known[:-1] & known[1:])
        codes = pairs.codes[terms[at].astype(np.intp) * pairs.size + terms[at + 1]]
        wanted = np.flatnonzero(codes >= 0)
        has = np.zeros((count, len(pairs.counts)), dtype=np.float32)
        has[np.searchsorted(borders, at[wanted], side="right") - 1, codes[wanted]] = 1
        share: Singles = (has * pairs.counts).sum(axis=1, dtype=np.float32) / pairs.asked
        return share

    def _name(self, asked: Asked, numbers: NDArray[np.intp]) -> Singles:
        """How much the question and the closest name of each section have in common: shared information to all."""
        arrays = self._arrays
        total, shared = asked.content
        names, borders = places_of(arrays.name_starts, numbers)
        terms, _ = gather(self._section_names, arrays.name_terms, numbers)  # a section's names lie together
        term_borders = borders_of(self._name_sizes[names])
        both = sums(shared.take(terms), term_borders)
        either = total + sums(self._information.take(terms), term_borders) - both
        likeness: Singles = np.maximum.reduceat(both / np.maximum(either, 1e-9), borders[:-1]).astype(np.float32)
        return likeness

    def _letter(self, asked: Asked, tokens: Integers, borders: NDArray[np.intp], numbers: NDArray[np.intp]) -> Singles:
        """How much of the information of the question's 4-grams the words of each section hold."""
        arrays, letters = self._arrays, asked.letters
        if not letters.columns:
            return np.zeros(len(numbers), dtype=np.float32)
        cuts = np.empty(2 * len(numbers) + 1, dtype=np.intp)  # of each section: its title, and the rest
        cuts[::2] = borders
        cuts[1::2] = borders[:-1] + arrays.title_ends[numbers]
        counts: Singles = np.concatenate([_counts(bits.take(tokens), cuts) for bits in letters.bits], axis=1)[:, : len(letters.columns)]
        shares: Singles = counts / (counts + arrays.letter_penalties[numbers][:, None])
        held: Singles = (shares @ letters.information) / max(float(letters.information.sum()), 1e-9)
        return held


def _counts(bits: NDArray[np.uint64], cuts: NDArray[np.intp]) -> Singles:
    """How often each section has each of 64 letter groups, a title's counted ``_TITLE_WEIGHT`` times.

    Bits are spread over the bytes of eight numbers, which are added as numbers: eight counts at once, as long as none passes a byte.

    Args:
        bits: of each word of the sections: one for each group that it has.
        cuts: where the title and the rest of each section begin, one more at the end.
    """
    kept = np.flatnonzero(bits.astype(bool))
    cut = np.searchsorted(kept, cuts)
    sizes = cut[1:] - cut[:-1]
    spread = np.zeros((len(kept) + 1, _BITS), dtype=np.uint8)  # the last row is for a section without any
    spread[:-1] = np.unpackbits(bits[kept].view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    if sizes.max() <= _MOST_OF_A_BYTE:
        counts: Singles = np.add.reduceat(spread.view(np.uint64), cut[:-1], axis=0).view(np.uint8).astype(np.float32)
    else:
        counts = np.add.reduceat(spread.astype(np.float32), cut[:-1], axis=0)
    counts[sizes == 0] = 0
    weighted: Singles = np.float32(_TITLE_WEIGHT) * counts[::2] + counts[1::2]
    return weighted


def _sizes(starts: Integers) -> NDArray[np.intp]:
    """Of runs that lie one after the other; for indexing, so as wide as a pointer."""
    wide = starts.astype(np.intp)
    return wide[1:] - wide[:-1]
