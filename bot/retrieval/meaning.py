"""Likeness in meaning: how near a question is to what a section is asked, also in other words ("cheap" and "low-cost").

A table gives 128 numbers for each of some twenty-five thousand words, made once from a sentence encoder (``scripts/distill.py`` is the
recipe); no model runs here. The numbers of a text's different words are added up, and brought to length 1; function words have numbers
near 0.

    likeness(section) = 1/3 * sum of the 3 largest cosines of the question and one of its rows, those below 0 left out        in [0, 1]

The same is measured with the section's names left out of both, "whisper turkish" and "whisper finnish" without Whisper, as a share of how
alike the section's rows are then. It has no part in the score, and tells the confidence whether a thing is asked what it is usually asked.

Rows are a section's title, questions and messages. Only sections of the pool are looked at, so the cost is that of their rows. Words that
the table lacks count for nothing; a question or a row without a known word is like nothing.

It is there only for a corpus that it was measured to help: at least half of the sections list five questions or messages (a title alone
says too little of what its section answers), and the table knows at least half of the words in them, which it does not in other languages.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer, is_content
from bot.retrieval.arrays import IndexArrays, Integers, Singles, places_of, smallest

TABLE = Path(__file__).with_name("words")
_NEAREST = 3
_MOST_ROWS = 64
"""Rows of a section that are looked at."""
_LEAST_LISTED = 5
_LARGEST_BYTE = 127
_AT_ONCE = 16_384
"""Words whose numbers are in memory together: some megabytes."""
_ITSELF = 1.0
_UNKNOWN = 0.9
"""In place of a likeness that cannot be measured: with it the shipped confidence is on average as high as with the measured ones."""
_LEAST_USUAL = 0.05
_MOST_RELATIVE = 2.0


def rows_of(section: Section) -> tuple[str, ...]:
    """What a question is compared with, title first."""
    return (section.title, *section.questions, *section.messages)[:_MOST_ROWS]


class WordTable:
    """The numbers of words; its files are mapped, so that opening it costs what reading its words does."""

    def __init__(self, folder: Path) -> None:
        self._places = {word: place for place, word in enumerate((folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1])}
        self._numbers = np.load(folder / "numbers.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
        self._steps = np.load(folder / "steps.npy", allow_pickle=False).astype(np.float32)

    @property
    def words(self) -> Set[str]:
        """All that have numbers."""
        return self._places.keys()

    def of(self, words: Iterable[str]) -> Singles:
        """The sum over the different words that are known, of length 1; all 0 where none is.

        Args:
            words: folded, as ``Analyzer.words`` gives surfaces.
        """
        places = [place for word in dict.fromkeys(words) if (place := self._places.get(word)) is not None]
        total: Singles = self._steps[places] @ self._numbers[places].astype(np.float32)
        length = float(np.sqrt(total @ total))
        return total / np.float32(length) if length else total

    def of_each(self, texts: Sequence[Sequence[str]]) -> Singles:
        """One row for each text, as ``of`` gives: texts of equally many known words are added up in one call."""
        places = [[place for place in map(self._places.get, dict.fromkeys(words)) if place is not None] for words in texts]
        alike: dict[int, list[int]] = {}
        for number, found in enumerate(places):
            if found:
                alike.setdefault(len(found), []).append(number)
        totals = np.zeros((len(texts), self._numbers.shape[1]), dtype=np.float32)
        steps = ((own, max(1, _AT_ONCE // words)) for words, own in alike.items())
        for numbers in (own[start : start + step] for own, step in steps for start in range(0, len(own), step)):
            chosen = np.asarray([places[number] for number in numbers])
            totals[numbers] = (self._steps[chosen][:, None, :] @ self._numbers[chosen].astype(np.float32))[:, 0, :]
        lengths = np.sqrt(np.vecdot(totals, totals))
        lengths[lengths == 0] = 1
        totals /= lengths[:, None]
        return totals


@lru_cache(1)
def word_table() -> WordTable:
    """The one that ships with the program."""
    return WordTable(TABLE)


@lru_cache(1)
def table_digest() -> int:
    """A checksum that another table does not share, so that what was fitted or answered with one is not taken for the other's.

    Of the words and the steps, a tenth of the table: every run of the recipe that changes numbers changes steps.
    """
    return zlib.crc32((TABLE / "steps.npy").read_bytes(), zlib.crc32((TABLE / "words.txt").read_bytes()))


class MeaningLikeness:
    """Compares a question with the rows of some sections."""

    def __init__(self, arrays: IndexArrays) -> None:
        self._starts = arrays.meaning_starts
        self._rows = arrays.meaning_rows
        self._rests = arrays.meaning_rests
        self._usual = arrays.meaning_usual

    @property
    def has_rows(self) -> bool:
        """Whether there is anything to compare with; where not, no table needs to be read."""
        return len(self._rows) > 0

    def of(self, asked: Singles, numbers: NDArray[np.intp]) -> Singles:
        """The likeness of each of some sections, at least one, to the numbers of a question; the index has rows."""
        places, borders = places_of(self._starts, numbers)
        sizes = borders[1:] - borders[:-1]
        cosines = np.zeros((len(numbers), max(_NEAREST, int(sizes.max()))), dtype=np.float32)
        cosines[np.arange(cosines.shape[1]) < sizes[:, None]] = self._rows[places].astype(np.float32) @ (asked / np.float32(_LARGEST_BYTE))
        return _mean_of_nearest(cosines)

    def of_rest(self, asked: Sequence[str], number: int) -> float:
        """The likeness of one section to a question, its names left out of both: 1 where its rows are as alike, at most 2.

        It is 1 where nothing is left ("what is X"), which asks for the thing itself. An index without rows cannot tell, and says 0.9.
        """
        if not self.has_rows:
            return _UNKNOWN
        if not any(map(is_content, asked)):
            return _ITSELF
        begin, end = int(self._starts[number]), int(self._starts[number + 1])
        cosines = np.zeros((1, max(_NEAREST, end - begin)), dtype=np.float32)
        cosines[0, : end - begin] = self._rests[begin:end].astype(np.float32) @ (word_table().of(asked) / np.float32(_LARGEST_BYTE))
        likeness = float(_mean_of_nearest(cosines)[0])
        return min(likeness / max(float(self._usual[number]), _LEAST_USUAL), _MOST_RELATIVE)


def _mean_of_nearest(cosines: Singles) -> Singles:
    """Of each row of cosines, the mean of the three largest; there are as many or more, and those below 0 count as 0."""
    nearest: Singles = np.partition(np.clip(cosines, 0, 1), -_NEAREST, axis=1)[:, -_NEAREST:].mean(axis=1)
    return nearest


def fit_meaning(sections: Sequence[Section], analyzer: Analyzer) -> tuple[Integers, NDArray[np.int8], NDArray[np.int8], Singles]:
    """Where the rows of each section begin, one more at the end; the rows, numbers from -1 to 1 in steps of 1/127; their rests; how alike.

    There are none where it does not pay.
    """
    rows = [list(map(analyzer.words, rows_of(section))) for section in sections]
    surfaces = [[word.surface for word in row] for own in rows for row in own]
    words = set(chain.from_iterable(surfaces))
    if 2 * sum(len(own) > _LEAST_LISTED for own in rows) < len(rows) or 2 * len(words & word_table().words) < len(words):
        none = np.zeros((0, 0), dtype=np.int8)
        return smallest([0]), none, none, np.zeros(0, dtype=np.float32)
    kept: list[list[str]] = []
    for section, own in zip(sections, rows, strict=True):
        named = {word.term for name in (section.title, *section.aliases) for word in analyzer.words(name) if word.is_content}
        kept += [[word.surface for word in row if word.term not in named] for row in own]
    whole = word_table().of_each(surfaces)
    shorter = [number for number, (row, rest) in enumerate(zip(surfaces, kept, strict=True)) if len(rest) < len(row)]
    rests = whole.copy()
    rests[shorter] = word_table().of_each([kept[number] for number in shorter])
    starts = np.cumsum([0, *map(len, rows)])
    usual = [_alike(rests[begin:end]) for begin, end in pairwise(starts.tolist())]
    return smallest(starts), _in_bytes(whole), _in_bytes(rests), np.asarray(usual, dtype=np.float32)


def _in_bytes(numbers: Singles) -> NDArray[np.int8]:
    return np.round(numbers * _LARGEST_BYTE).astype(np.int8)


def _alike(rows: Singles) -> float:
    """The mean likeness of each row to the others; 0 where there are too few to tell."""
    if len(rows) <= _NEAREST:
        return 0.0
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, 0)
    return float(_mean_of_nearest(cosines).mean())
