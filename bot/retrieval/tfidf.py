"""The index: TF-IDF over three fields of each section, with its arithmetic kept explainable.

    score = (words + NAME * name + QUESTION * question + PHRASE * phrase) / (1 + NAME + QUESTION + PHRASE)        in [0, 1]

``words`` is a saturated TF-IDF sum over the question's words, divided by the most that the question
could reach: about the share of its information that the section holds. ``name`` is what the
question shares with one of the section's names, by information (a weighted Jaccard index). ``question`` is the best cosine of character
n-grams to one of the section's own questions or names; ``phrase`` the share of the question's word pairs that stand together in it too.

Fitting is in ``fitting``; a query needs no scikit-learn, and reads inverted postings: its cost grows with the postings of its words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer, Word, is_telling
from bot.retrieval.arrays import FIELDS, Floats, IndexArrays
from bot.retrieval.hit import Explanation, Hit, WordEvidence
from bot.retrieval.ngrams import character_ngrams
from bot.retrieval.spelling import SpellingRepair

_UNKNOWN_WORD = 0.5
"""An unknown word counts as this share of the rarest word's weight in what a question could reach."""


@dataclass(frozen=True, slots=True)
class _QueryTerm:
    word: Word
    matched: str | None
    column: int | None
    weight: float


class TfidfIndex:
    """Ranks sections by TF-IDF.

    Args:
        title_weight: how often a word of the title counts; more favors sections about the word.
        name_part: weight of the likeness to a section's title or another of its names; 0 ignores names.
        question_part: weight of likeness to a section's own questions; 0 ignores their wording.
        phrase_part: weight of word pairs; 0 ignores word order.
        saturation: BM25's k1; larger lets repetition count for longer.
        length_penalty: BM25's b, from 0 (length is ignored) to 1.
        spelling: whether unknown words are repaired.
    """

    def __init__(
        self,
        *,
        title_weight: float = 3.0,
        name_part: float = 0.2,
        question_part: float = 0.22,
        phrase_part: float = 0.32,
        saturation: float = 1.5,
        length_penalty: float = 0.7,
        spelling: bool = True,
    ) -> None:
        self.title_weight = title_weight
        self.name_part = name_part
        self.question_part = question_part
        self.phrase_part = phrase_part
        self.saturation = saturation
        self.length_penalty = length_penalty
        self.spelling = spelling

    def get_params(self) -> dict[str, float]:
        """Return the settings on which the ranking depends."""
        return {
            "title_weight": self.title_weight,
            "name_part": self.name_part,
            "question_part": self.question_part,
            "phrase_part": self.phrase_part,
            "saturation": self.saturation,
            "length_penalty": self.length_penalty,
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
        self._columns = {term: column for column, term in enumerate(arrays.vocabulary)}
        self._numbers = {section_id: number for number, section_id in enumerate(arrays.ids)}
        self._ngrams = {ngram: column for column, ngram in enumerate(arrays.ngrams)}
        self._top = float(arrays.information.max())
        self._analyzer = Analyzer()
        surfaces = dict(zip(arrays.surfaces, arrays.surface_counts.tolist(), strict=True)) if self.spelling else {}
        self._speller = SpellingRepair(surfaces)
        return self

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """Return at most k sections with a score above 0, best first, ties by section id."""
        terms = self._query_terms(query)
        if not terms:
            return []
        words = self._word_scores(terms)
        total = words + self.phrase_part * self._phrase_scores(terms) + self.name_part * self._name_scores(terms)
        total += self.question_part * self._best_rows(self._cosines(terms))
        total = np.where(words > 0, total / self._scale, 0.0).round(9)
        best = np.lexsort((np.arange(len(total)), -total))[:k]
        return [Hit(self.arrays.ids[number], float(total[number])) for number in best if total[number] > 0]

    @property
    def _scale(self) -> float:
        return 1 + self.name_part + self.question_part + self.phrase_part

    def _query_terms(self, query: str) -> list[_QueryTerm]:
        words = self._analyzer.words(query)
        unknown = [word.surface for word in words if word.term not in self._columns]
        repairs = self._speller.repairs(unknown)
        terms: list[_QueryTerm] = []
        for word in words:
            repair = repairs.get(word.surface)
            term = word.term if repair is None else self._analyzer.stem(repair.surface)
            column = self._columns.get(term)
            if column is None and not is_telling(word.surface):
                continue
            weight = 1.0 if repair is None else repair.weight
            terms.append(_QueryTerm(word, None if repair is None else repair.surface, column, weight))
        return terms

    def _reachable(self, terms: list[_QueryTerm]) -> float:
        """Return the most that the words of a question could add up to."""
        return sum(
            _UNKNOWN_WORD * self._top if term.column is None else float(self.arrays.information[term.column]) for term in _distinct(terms)
        )

    def _word_scores(self, terms: list[_QueryTerm]) -> Floats:
        arrays = self.arrays
        scores = np.zeros(len(arrays.ids))
        for term in _distinct(terms):
            if term.column is not None:
                start, end = arrays.word_starts[term.column : term.column + 2]
                scores[arrays.word_sections[start:end]] += term.weight * arrays.word_weights[start:end]
        return scores / self._reachable(terms)

    def _phrase_scores(self, terms: list[_QueryTerm]) -> Floats:
        arrays = self.arrays
        scores = np.zeros(len(arrays.ids))
        pairs = list(pairwise(term.column for term in terms))
        for first, second in pairs:
            if first is not None and second is not None:
                pair = first * (len(arrays.vocabulary) + 1) + second
                start, end = np.searchsorted(arrays.pairs, (pair, pair + 1))
                scores[arrays.pair_sections[start:end]] += 1
        return scores / max(1, len(pairs))

    def _name_scores(self, terms: list[_QueryTerm]) -> Floats:
        """Return for each section how much the question and one of its names have in common: shared information to all."""
        arrays = self.arrays
        asked = [term for term in _distinct(terms) if is_telling(term.word.surface)]
        total = sum(self._information(term) for term in asked)
        shared = np.zeros(len(arrays.name_sections))
        for term in asked:
            if term.column is not None:
                start, end = arrays.name_starts[term.column : term.column + 2]
                shared[arrays.name_postings[start:end]] += term.weight * float(arrays.information[term.column])
        either = np.maximum(total + arrays.name_information - shared, 1e-9)
        scores = np.zeros(len(arrays.ids))
        np.maximum.at(scores, arrays.name_sections, shared / either)
        return scores

    def _cosines(self, terms: list[_QueryTerm]) -> Floats:
        """Return the cosine of the repaired question to every known phrasing, over character n-grams."""
        arrays = self.arrays
        cosines = np.zeros(len(arrays.row_texts))
        counts = Counter(character_ngrams(" ".join(term.matched or term.word.surface for term in terms)))
        weights = {
            column: (1 + math.log(count)) * float(arrays.ngram_information[column])
            for ngram, count in counts.items()
            if (column := self._ngrams.get(ngram)) is not None
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        for column, weight in weights.items():
            start, end = arrays.ngram_starts[column : column + 2]
            cosines[arrays.ngram_rows[start:end]] += weight / length * arrays.ngram_weights[start:end]
        return cosines

    def _best_rows(self, cosines: Floats) -> Floats:
        """Return the best cosine of each section."""
        best: Floats = np.maximum.reduceat(cosines, self.arrays.row_starts)
        return best

    def explain(self, query: str, section_id: str) -> Explanation:
        """Return the arithmetic behind a section's score for a query.

        Raises:
            KeyError: the index has no such section.
        """
        number = self._numbers[section_id]
        terms = self._query_terms(query)
        if not terms:
            return Explanation(section_id, 0.0, (), (), 0.0, 0.0, 0.0, None)
        reachable = self._reachable(terms) * self._scale
        words = tuple(self._evidence(term, number, reachable) for term in _distinct(terms))
        unknown = tuple(term.word.surface for term in _distinct(terms) if term.column is None)
        if not any(word.weight for word in words):
            return Explanation(section_id, 0.0, words, unknown, 0.0, 0.0, 0.0, None)
        phrase = self.phrase_part * float(self._phrase_scores(terms)[number]) / self._scale
        name = self.name_part * float(self._name_scores(terms)[number]) / self._scale
        cosines = self._cosines(terms)
        question = self.question_part * float(self._best_rows(cosines)[number]) / self._scale
        closest = self._closest(cosines, number) if question > 0 else None
        score = sum(word.weight for word in words) + phrase + name + question
        return Explanation(section_id, round(score, 9), words, unknown, phrase, name, question, closest)

    def closest_phrasings(self, query: str, section_ids: Sequence[str]) -> list[str | None]:
        """Return for each section which of its questions and names is most like the query; None where none is.

        Raises:
            KeyError: the index has no such section.
        """
        cosines = self._cosines(self._query_terms(query))
        return [self._closest(cosines, self._numbers[section_id]) for section_id in section_ids]

    def _closest(self, cosines: Floats, number: int) -> str | None:
        starts = self.arrays.row_starts
        start, end = int(starts[number]), int(starts[number + 1]) if number + 1 < len(starts) else len(cosines)
        best = start + int(np.argmax(cosines[start:end]))
        return self.arrays.row_texts[best] if cosines[best] > 0 else None

    def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return for each text the share of a query's information that it holds."""
        weights = {self._term_of(term): term.weight * self._information(term) for term in _distinct(self._query_terms(query))}
        total = sum(weights.values())
        if not total:
            return [0.0] * len(texts)
        return [sum(weights.get(term, 0.0) for term in set(self._analyzer.terms(text))) / total for text in texts]

    def _information(self, term: _QueryTerm) -> float:
        return self._top if term.column is None else float(self.arrays.information[term.column])

    def _term_of(self, term: _QueryTerm) -> str:
        return term.word.term if term.matched is None else self._analyzer.stem(term.matched)

    def _evidence(self, term: _QueryTerm, number: int, reachable: float) -> WordEvidence:
        if term.column is None:
            return WordEvidence(term.word.surface, None, 0.0, 1.0)
        arrays = self.arrays
        start, end = arrays.word_starts[term.column : term.column + 2]
        place = start + int(np.searchsorted(arrays.word_sections[start:end], number))
        rarity = self._information(term) / self._top
        if place == end or arrays.word_sections[place] != number:
            return WordEvidence(term.word.surface, term.matched, 0.0, rarity)
        fields = tuple(name for bit, name in enumerate(FIELDS) if arrays.word_fields[place] & (1 << bit))
        weight = term.weight * float(arrays.word_weights[place]) / reachable
        return WordEvidence(term.word.surface, term.matched, weight, rarity, fields)


def _distinct(terms: list[_QueryTerm]) -> list[_QueryTerm]:
    """Return one query term for each column and each unknown word, in order; a repeated word counts once."""
    kept: dict[int | str, _QueryTerm] = {}
    for term in terms:
        key = term.word.term if term.column is None else term.column
        if key not in kept or kept[key].weight < term.weight:
            kept[key] = term
    return list(kept.values())
