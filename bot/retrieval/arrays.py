"""A fitted index as plain arrays and strings, in memory and on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T", bound=np.generic)
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Integers = NDArray[np.integer]
"""Of the smallest unsigned type that holds the largest number, so that a large index stays small."""

FIELDS = ("title", "questions", "text")
"""The fields of a section, in the order in which its tokens are stored. Aliases belong to the title."""
BORDER = 0
"""The token that stands between two texts, so that no pair of words spans them."""
LARGEST_WEIGHT = 255
"""A stored weight is a share of the word's information, in steps of 1/255."""


@dataclass(frozen=True, slots=True)
class IndexArrays:
    """Inverted postings of words, and for each section its words in order, its names and its phrasings."""

    ids: tuple[str, ...]
    """Section ids, sorted; a section's number is its place here."""
    vocabulary: tuple[str, ...]
    """Terms, sorted; a term's column is its place here."""
    information: Floats
    """Of each term: its inverse document frequency to the power that weights use."""
    word_starts: Integers
    """Where each term's postings begin; one more at the end. Terms of ``common`` have none."""
    word_sections: Integers
    word_weights: Bytes
    common: Integers
    """Columns of the terms that a large share of the sections has."""
    common_weights: Bytes
    """Their weights: one row for each, one column for each section."""

    surfaces: tuple[str, ...]
    """Words as they stand in the corpus, after the border."""
    surface_columns: Integers
    """Of each surface: its term's column; that of the border is one past the last."""
    surface_counts: Integers
    token_starts: Integers
    """Where each section's tokens begin; one more at the end."""
    tokens: Integers
    """Surfaces in order: title, questions, text, with borders between texts."""
    title_ends: Integers
    """Of each section: how many of its tokens belong to the title."""
    question_ends: Integers
    """Of each section: how many belong to title and questions together."""

    letters: tuple[str, ...]
    """The character 4-grams of all words."""
    letter_information: Singles
    letter_starts: Integers
    letter_surfaces: Integers
    """Of each 4-gram: the words that have it."""
    letter_penalties: Singles
    """Of each section: how often it must have a 4-gram for half of the weight; longer sections need more."""

    name_starts: Integers
    """Number of each section's first name (its title, then its aliases); one more at the end."""
    name_term_starts: Integers
    name_terms: Integers
    """Of each name: its content terms."""

    row_texts: tuple[str, ...]
    """Questions, titles and aliases, section by section."""
    row_starts: Integers
    """Number of each section's first row; one more at the end."""
    ngrams: tuple[str, ...]
    """The character 3-grams of the rows."""
    ngram_information: Singles
    row_ngram_starts: Integers
    """Where the n-grams of each row begin; one more at the end."""
    row_ngrams: Integers
    row_lengths: Singles
    """Euclidean length of each row's n-gram information."""

    message_starts: Integers
    """Number of each section's first message (see ``messages``); one more at the end."""
    message_posting_starts: Integers
    """Where the messages that have each term begin; one more at the end."""
    message_postings: Integers
    message_lengths: Singles
    """Euclidean length of each message's information."""

    meaning_starts: Integers
    """Number of each section's first row of ``meaning``; one more at the end."""
    meaning_rows: NDArray[np.int8]
    """The numbers of each row (see ``meaning``), in steps of 1/127."""
    meaning_rests: NDArray[np.int8]
    """The same without the words of the section's names."""
    meaning_usual: Singles
    """Of each section: how alike its rests are, as likeness is measured."""

    listed_keys: Integers
    """Of every question, message and title that one section alone has: a digest of its terms, sorted."""
    listed_sections: Integers

    synonyms: tuple[str, ...]
    """Forms and what each may be read as, one tab-separated line each (see ``terms``)."""
    head_weights: Singles
    """Of the linear head (see ``fitting``): one row for each section, one column for each n-gram; without rows where there is none."""
    head_intercepts: Singles


def smallest(values: NDArray[np.integer] | list[int]) -> Integers:
    """Numbers from 0 in the smallest unsigned type that holds them."""
    array = np.asarray(values)
    return array.astype(np.min_scalar_type(int(array.max()) if array.size else 0))


def gather(starts: Integers, values: NDArray[_T], numbers: NDArray[np.intp]) -> tuple[NDArray[_T], NDArray[np.intp]]:
    """The values of several numbered runs one after the other, and where each run begins among them, one more at the end."""
    begins, ends = starts[numbers].tolist(), starts[numbers + 1].tolist()
    runs = [values[begin:end] for begin, end in zip(begins, ends, strict=True)]
    return np.concatenate(runs), borders_of([len(run) for run in runs])


def name_terms_of(arrays: IndexArrays, number: int) -> frozenset[int]:
    """The content terms of all names of a section."""
    begin, end = (int(arrays.name_term_starts[int(arrays.name_starts[place])]) for place in (number, number + 1))
    return frozenset(arrays.name_terms[begin:end].tolist())


def places_of(starts: Integers, numbers: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """As ``gather``, but the places of the values: for several arrays with the same runs."""
    begins = starts[numbers].astype(np.intp)
    sizes = starts[numbers + 1] - begins
    borders = borders_of(sizes)
    return np.arange(borders[-1]) + np.repeat(begins - borders[:-1], sizes), borders


def borders_of(sizes: NDArray[np.intp] | list[int]) -> NDArray[np.intp]:
    """Where runs of these sizes begin that lie one after the other, one more at the end."""
    borders = np.zeros(len(sizes) + 1, dtype=np.intp)
    np.cumsum(sizes, out=borders[1:])
    return borders


_ZERO = np.zeros(1, dtype=np.float32)


def sums(values: Singles, borders: NDArray[np.intp]) -> Singles:
    """The sum of each run between borders; an empty run has 0."""
    padded = np.concatenate((values, _ZERO))  # an empty run at the end begins after the last value
    totals: Singles = np.add.reduceat(padded, borders[:-1])
    totals[borders[1:] == borders[:-1]] = 0
    return totals


_STRINGS = ("ids", "vocabulary", "surfaces", "letters", "row_texts", "ngrams", "synonyms")
_STRINGS_FILE = "strings.json"


def save_arrays(arrays: IndexArrays, folder: Path) -> None:
    """Write an index into an existing folder."""
    strings = {name: getattr(arrays, name) for name in _STRINGS}
    (folder / _STRINGS_FILE).write_text(json.dumps(strings, ensure_ascii=True), encoding="ascii")
    for field in fields(arrays):
        if field.name not in _STRINGS:
            np.save(folder / f"{field.name}.npy", getattr(arrays, field.name), allow_pickle=False)


def load_arrays(folder: Path) -> IndexArrays:
    """Memory-mapped, so that opening costs nothing and processes share the pages.

    Raises:
        OSError, ValueError, KeyError, TypeError, EOFError: something is missing or damaged.
    """
    strings = json.loads((folder / _STRINGS_FILE).read_text(encoding="ascii"))
    values: dict[str, Any] = {name: tuple(strings[name]) for name in _STRINGS}
    arrays: dict[str, Any] = {
        field.name: np.load(folder / f"{field.name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)  # a memmap is slow to slice
        for field in fields(IndexArrays)
        if field.name not in _STRINGS
    }
    return IndexArrays(**values, **arrays)
