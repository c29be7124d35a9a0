"""The index: TF-IDF in two stages, with its arithmetic kept explainable.

    score = (words + PHRASE * phrase + NAME * name + QUESTION * question + LETTER * letters + HEAD * head)
            / (1 + PHRASE + NAME + QUESTION + LETTER + HEAD)                                            in [0, 1]

``words`` is a saturated TF-IDF sum over the question's words and their synonyms, divided by the most that the question could
reach: about the share of its information that the section holds. The first stage computes it for all sections, exactly, by inverted
postings (``postings``). The second stage computes the other parts for the best ``pool`` of them (``reranking``); ``head`` is there
only where a linear head was fitted (``head``). A query needs no scikit-learn, which only ``fitting`` uses.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer
from bot.retrieval.arrays import IndexArrays, Singles
from bot.retrieval.confirmed import Confirmation, ConfirmedPhrasings
from bot.retrieval.explaining import explain
from bot.retrieval.hit import Explanation, Hit, Phrasing
from bot.retrieval.postings import WordPostings, best
from bot.retrieval.query import Query, QueryReader
from bot.retrieval.reranking import Parts, Reranker


class TfidfIndex:
    """Ranks sections by TF-IDF.

    Args:
        title_weight: how often a word of the title counts; more favors sections about the word.
        phrase_part: weight of word pairs; 0 ignores word order.
        name_part: weight of the likeness to a section's title or another of its names; 0 ignores names.
        question_part: weight of likeness to a section's own questions; 0 ignores their wording.
        letter_part: weight of the character 4-grams of a section's words; 0 asks for whole words.
        head_part: weight of the linear head, where there is one.
        saturation: BM25's k1; larger lets repetition count for longer.
        length_penalty: BM25's b, from 0 (length is ignored) to 1.
        pool: sections that the second stage looks at.
        spelling: whether unknown words are repaired.
    """

    def __init__(
        self,
        *,
        title_weight: float = 3.0,
        phrase_part: float = 0.32,
        name_part: float = 0.1,
        question_part: float = 0.3,
        letter_part: float = 0.4,
        head_part: float = 0.6,
        saturation: float = 1.5,
        length_penalty: float = 0.7,
        pool: int = 30,
        spelling: bool = True,
    ) -> None:
        self.title_weight = title_weight
        self.phrase_part = phrase_part
        self.name_part = name_part
        self.question_part = question_part
        self.letter_part = letter_part
        self.head_part = head_part
        self.saturation = saturation
        self.length_penalty = length_penalty
        self.pool = pool
        self.spelling = spelling

    def get_params(self) -> dict[str, float]:
        """Return the settings on which the ranking depends."""
        return {
            "title_weight": self.title_weight,
            "phrase_part": self.phrase_part,
            "name_part": self.name_part,
            "question_part": self.question_part,
            "letter_part": self.letter_part,
            "head_part": self.head_part,
            "saturation": self.saturation,
            "length_penalty": self.length_penalty,
            "pool": float(self.pool),
            "spelling": float(self.spelling),
        }

    def fit(self, sections: Sequence[Section]) -> Self:
        """Build the index of these sections.

        Raises:
            ValueError: there is no section, or none has a word.
        """
        from bot.retrieval.fitting import fit_arrays  # scikit-learn takes most of a second to import

        arrays = fit_arrays(
            sections,
            Analyzer(),
            title_weight=self.title_weight,
            saturation=self.saturation,
            length_penalty=self.length_penalty,
        )
        return self.take(arrays)

    def take(self, arrays: IndexArrays) -> Self:
        """Use an index that was fitted before, with the same parameters."""
        self.arrays = arrays
        self._numbers = {section_id: number for number, section_id in enumerate(arrays.ids)}
        self.reader = QueryReader(arrays, spelling=self.spelling)
        self.postings = WordPostings(arrays)
        self.reranker = Reranker(arrays)
        self.confirmed = ConfirmedPhrasings((), arrays, self._numbers, self.reader)
        return self

    def with_phrasings(self, phrasings: Sequence[Phrasing]) -> Self:
        """Return the same index with these confirmed phrasings in place of earlier ones; the fitted data is shared."""
        other = copy.copy(self)
        other.confirmed = ConfirmedPhrasings(phrasings, self.arrays, self._numbers, self.reader)
        return other

    @property
    def scale(self) -> float:
        """What the parts are divided by, so that no score exceeds 1."""
        head = self.head_part if len(self.arrays.head_intercepts) else 0.0
        return 1 + self.phrase_part + self.name_part + self.question_part + self.letter_part + head

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """Return at most k sections with a score above 0, best first, ties by section id."""
        read = self.reader.read(query)
        if not read.terms:
            return []
        words = self.postings.scores(read)
        confirmed = self.confirmed.find(read)
        for confirmation in confirmed.values():
            words[confirmation.number] = max(words[confirmation.number], confirmation.share)
        pool = best(words, max(k, self.pool))
        if not len(pool):
            return []
        totals = self.totals(words[pool], self.parts(read, pool, confirmed)).round(6)
        order = np.lexsort((pool, -totals))[:k]
        return [Hit(self.arrays.ids[pool[place]], round(float(totals[place]), 6)) for place in order]

    def parts(self, query: Query, numbers: NDArray[np.intp], confirmed: dict[int, Confirmation]) -> Parts:
        """Return the parts of some sections' scores, with what confirmed phrasings say."""
        parts = self.reranker.parts(query, numbers)
        for place, number in enumerate(numbers.tolist()):
            if number in confirmed:
                parts.question[place] = max(parts.question[place], confirmed[number].cosine)
        return parts

    def totals(self, words: Singles, parts: Parts) -> Singles:
        """Return the scores that words and parts add up to."""
        weighted = self.phrase_part * parts.phrase + self.name_part * parts.name + self.question_part * parts.question
        total: Singles = (words + weighted + self.letter_part * parts.letters + self.head_part * parts.head) / self.scale
        return total

    def explain(self, query: str, section_id: str) -> Explanation:
        """Return the arithmetic behind a section's score for a query.

        Raises:
            KeyError: the index has no such section.
        """
        return explain(self, query, self._numbers[section_id])

    def closest_phrasings(self, query: str, section_ids: Sequence[str]) -> list[str | None]:
        """Return for each section which of its questions and names is most like the query; None where none is.

        Raises:
            KeyError: the index has no such section.
        """
        if not section_ids:
            return []
        numbers = np.asarray([self._numbers[section_id] for section_id in section_ids])
        return self.reranker.closest(self.reader.read(query), numbers)

    def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return for each text the share of a query's information that it holds."""
        asked = self.reader.read(query).distinct
        total = sum(term.information for term in asked)
        if not total:
            return [0.0] * len(texts)
        shares = []
        for text in texts:
            has = self.reader.columns_of(text)
            shares.append(sum(term.weight * term.information for term in asked if term.column in has) / total)
        return shares
