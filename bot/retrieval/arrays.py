"""A fitted index as plain data: arrays and lists of strings. What a query reads, what a cache stores, what a process hands over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FIELDS = ("questions", "title", "text")
"""The fields of a section, in the order of their bits in ``IndexArrays.word_fields``."""


@dataclass(frozen=True, slots=True)
class IndexArrays:
    """Inverted postings of words, word pairs and character n-grams."""

    ids: tuple[str, ...]
    """Section ids, sorted; a section's number is its place here."""
    vocabulary: tuple[str, ...]
    """Terms; a term's column is its place here."""
    information: Floats
    """Of each term: its inverse document frequency to the power that weights use."""
    word_starts: Integers
    """Where each term's postings begin; one more at the end."""
    word_sections: Integers
    word_weights: Floats
    word_fields: NDArray[np.uint8]
    """Of each posting: the fields that have the word, one bit each."""
    pairs: Integers
    """Neighbouring terms as one number each, sorted: first column * (number of terms + 1) + second column."""
    pair_sections: Integers
    name_starts: Integers
    """Where the postings of each term begin among the names of sections (titles and aliases)."""
    name_postings: Integers
    """Numbers of names."""
    name_sections: Integers
    """Of each name: its section."""
    name_information: Floats
    """Of each name: the information of its telling words together."""
    row_texts: tuple[str, ...]
    """Questions, titles and aliases, section by section."""
    row_starts: Integers
    """Number of each section's first row."""
    ngrams: tuple[str, ...]
    ngram_information: Floats
    ngram_starts: Integers
    ngram_rows: Integers
    ngram_weights: Floats
    surfaces: tuple[str, ...]
    """Words as they stand in the corpus, for the repair of spelling."""
    surface_counts: Integers
