"""Likeness to what people write: how near a question is to the messages that sections list.

A section lists messages as people really write them (``Section.messages``): the story first, claims, other words. A single one that
shares the story says little; the mean of the eight nearest says what such messages are about. So likeness does not grow with their
number beyond eight, and a section with fewer counts those that are missing as 0. Sections without any have no part in it.

    likeness(section) = 1/8 * sum of the 8 largest cosines of the question and one message        in [0, 1]

A cosine is that of two sets of content words, each weighted by its information. Only a question's words are looked at: the cost is
that of their postings, and of one partial sort of the messages of all sections.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.arrays import IndexArrays, Integers, Singles, smallest
from bot.retrieval.terms import Query

NEAREST = 8
"""Messages whose mean likeness counts."""
MOST_OF_A_SECTION = 64
"""Messages of a section that are looked at; more make no difference worth their cost."""


class MessageLikeness:
    """Compares a question with the messages of all sections."""

    def __init__(self, arrays: IndexArrays) -> None:
        starts = arrays.message_starts.astype(np.intp)
        counts = np.minimum(np.diff(starts), MOST_OF_A_SECTION)
        self._count = len(counts)
        self._sections = np.flatnonzero(counts)
        widest = max(int(counts.max()), NEAREST)
        self._rows = np.full((len(self._sections), widest), len(arrays.message_lengths), dtype=np.intp)
        """Of each section that has messages: their numbers, filled up with that of a message that is like nothing."""
        for place, section in enumerate(self._sections.tolist()):
            self._rows[place, : counts[section]] = np.arange(starts[section], starts[section] + counts[section])
        self._lengths = np.append(arrays.message_lengths, np.float32(1))
        self._posting_starts = arrays.message_posting_starts
        self._postings = arrays.message_postings

    def of(self, query: Query) -> Singles:
        """The likeness of each section of the index."""
        likeness = np.zeros(self._count, dtype=np.float32)
        asked = [(term.column, term.information) for term in query.distinct if term.column is not None]
        length = float(np.sqrt(sum(information**2 for _, information in asked)))
        if not len(self._sections) or not length:
            return likeness
        shared = np.zeros(len(self._lengths), dtype=np.float32)
        for column, information in asked:
            begin, end = int(self._posting_starts[column]), int(self._posting_starts[column + 1])
            shared[self._postings[begin:end]] += np.float32(information**2)
        cosines = (shared / (self._lengths * np.float32(length)))[self._rows]
        likeness[self._sections] = np.partition(cosines, -NEAREST, axis=1)[:, -NEAREST:].sum(axis=1) / NEAREST
        return likeness


def fit_messages(
    columns: Sequence[Sequence[Sequence[int]]], information: NDArray[np.float64]
) -> tuple[Integers, Integers, Integers, Singles]:
    """Fit the arrays of ``IndexArrays`` that hold messages: where sections' messages start, where terms' postings start, postings, lengths.

    Args:
        columns: of each section, of each of its messages: the columns of its different terms.
        information: of each term.
    """
    rows = list(chain.from_iterable(columns))
    starts = np.cumsum([0, *map(len, columns)])
    lengths = np.asarray([np.sqrt(sum(information[column] ** 2 for column in row)) or 1.0 for row in rows], dtype=np.float32)
    terms = np.asarray(list(chain.from_iterable(rows)), dtype=np.intp)
    owners = np.repeat(np.arange(len(rows)), [*map(len, rows)]) if rows else np.zeros(0, dtype=np.intp)
    order = np.lexsort((owners, terms))
    posting_starts = np.concatenate(([0], np.cumsum(np.bincount(terms, minlength=len(information)))))
    return smallest(starts), smallest(posting_starts), smallest(owners[order]), lengths
