"""Sections to numbered words, field by field: the first step of fitting, and the one that reads every character."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer
from bot.retrieval.arrays import BORDER


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of all sections, one after the other."""

    vocabulary: list[str]
    """Terms, sorted."""
    surfaces: list[str]
    """Words as they stand; the first is the border."""
    columns: NDArray[np.int64]
    """Of each surface: its term; of the border one past the last."""
    tokens: NDArray[np.int64]
    starts: NDArray[np.int64]
    title_ends: NDArray[np.int64]
    question_ends: NDArray[np.int64]

    def frequencies(self, title_weight: float) -> sparse.csr_matrix:
        """Return how often each section has each term, a word of the title counted ``title_weight`` times."""
        return self._count(self.columns[self.tokens], title_weight, len(self.vocabulary) + 1)[:, :-1]

    def surfaces_of(self, count: int, title_weight: float = 3.0) -> sparse.csr_matrix:
        """Return how often each of ``count`` sections has each surface; the border's column is empty."""
        counted = self._count(self.tokens, title_weight, len(self.surfaces))
        keep = np.ones(len(self.surfaces))
        keep[BORDER] = 0
        kept: sparse.csr_matrix = (counted @ sparse.diags(keep)).tocsr()
        kept.eliminate_zeros()
        if kept.shape[0] != count:
            raise AssertionError("one row for each section")
        return kept

    def lengths(self) -> tuple[int, int]:
        """Return how many tokens all questions have, and how many all texts."""
        questions = int((self.question_ends - self.title_ends).sum())
        return questions, len(self.tokens) - int(self.question_ends.sum())

    def _count(self, columns: NDArray[np.int64], title_weight: float, width: int) -> sparse.csr_matrix:
        lengths = np.diff(self.starts)
        owners = np.repeat(np.arange(len(lengths)), lengths)
        places = np.arange(len(self.tokens)) - np.repeat(self.starts[:-1], lengths)
        weights = np.where(places < np.repeat(self.title_ends, lengths), title_weight, 1.0)
        counted = sparse.csr_matrix((weights, (owners, columns)), shape=(len(lengths), width))
        counted.sort_indices()
        return counted


def read_tokens(sections: Sequence[Section], analyzer: Analyzer) -> Tokens:
    """Return the words of sections, in their order."""
    numbers: dict[str, int] = {"": BORDER}
    terms: list[str] = [""]
    tokens: list[int] = []
    starts, title_ends, question_ends = [0], [], []

    def add(texts: Iterable[str]) -> None:
        for text in texts:
            for word in analyzer.words(text):
                number = numbers.get(word.surface)
                if number is None:
                    number = numbers[word.surface] = len(terms)
                    terms.append(word.term)
                tokens.append(number)
            tokens.append(BORDER)

    for section in sections:
        begin = starts[-1]
        add((*section.heading_path, *section.aliases))
        title_ends.append(len(tokens) - begin)
        add(section.questions)
        question_ends.append(len(tokens) - begin)
        add((section.text,))
        starts.append(len(tokens))
    vocabulary = sorted(set(terms[1:]))
    places = {term: column for column, term in enumerate(vocabulary)}
    columns = np.asarray([len(vocabulary), *(places[term] for term in terms[1:])], dtype=np.int64)
    return Tokens(vocabulary, list(numbers), columns, *map(_integers, (tokens, starts, title_ends, question_ends)))


def _integers(values: Sequence[int]) -> NDArray[np.int64]:
    return np.asarray(values, dtype=np.int64)
