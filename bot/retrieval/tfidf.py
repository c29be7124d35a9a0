"""The index: TF-IDF over three fields of each section, with its arithmetic kept explainable.

    score = (words + QUESTION * question + PHRASE * phrase) / (1 + QUESTION + PHRASE)        in [0, 1]

``words`` is a saturated TF-IDF sum over the question's words, divided by the most that the question
could reach: about the share of its information that the section holds. A word's frequency counts
double in the title and its headings, and long sections count less (BM25's form: Robertson and Zaragoza,
"The Probabilistic Relevance Framework", 2009, section 3.4). ``question`` is the best cosine of character n-grams to
one of the section's own questions or its heading; ``phrase`` the share of the question's word pairs that stand together in it too.

scikit-learn fits vocabulary, inverse document frequencies and the n-gram model. Weights are set once for all corpora.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer, Word
from bot.retrieval.hit import Explanation, Hit, WordEvidence
from bot.retrieval.likeness import QuestionLikeness
from bot.retrieval.spelling import SpellingRepair

_IDF_POWER = 1.25
_LEAST_IDF = 1e-3
"""Keeps a word that every section has from weighing nothing at all."""
_UNKNOWN_WORD = 0.5
"""An unknown word counts as this share of the rarest word's weight in what a question could reach."""
_LENGTH_PRIOR = 50
"""Words added to every length, so that very short sections are not overrated."""


@dataclass(frozen=True, slots=True)
class _QueryTerm:
    word: Word
    matched: str | None
    column: int | None
    weight: float


class TfidfIndex:
    """Ranks sections by TF-IDF.

    Args:
        title_weight: how often a word of the heading path counts; more favors sections about the word.
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
        question_part: float = 0.3,
        phrase_part: float = 0.32,
        saturation: float = 1.5,
        length_penalty: float = 0.7,
        spelling: bool = True,
    ) -> None:
        self.title_weight = title_weight
        self.question_part = question_part
        self.phrase_part = phrase_part
        self.saturation = saturation
        self.length_penalty = length_penalty
        self.spelling = spelling

    def get_params(self) -> dict[str, float]:
        """Return the settings on which the ranking depends."""
        return {
            "title_weight": self.title_weight,
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
        ordered = sorted(sections, key=lambda section: section.id)
        self._ids = [section.id for section in ordered]
        self._positions = {section_id: position for position, section_id in enumerate(self._ids)}
        self._analyzer = Analyzer()
        fields = {
            "questions": [self._analyzer.words("\n".join(section.questions)) for section in ordered],
            "title": [self._analyzer.words("\n".join((*section.heading_path, *section.aliases))) for section in ordered],
            "text": [self._analyzer.words(section.text) for section in ordered],
        }
        self._fit_words(fields)
        self._fit_phrases(fields)
        self._fit_questions(ordered)
        surfaces = Counter(word.surface for field in fields.values() for words in field for word in words)
        self._speller = SpellingRepair(surfaces if self.spelling else {})
        return self

    def _fit_words(self, fields: dict[str, list[list[Word]]]) -> None:
        terms = {name: [[word.term for word in words] for words in texts] for name, texts in fields.items()}
        together = [list(chain.from_iterable(parts)) for parts in zip(*terms.values(), strict=True)]
        if not any(together):
            raise ValueError("no section has a word")
        vectorizer = TfidfVectorizer(analyzer=_as_given, norm=None).fit(together)
        self._vocabulary: dict[str, int] = {term: int(column) for term, column in vectorizer.vocabulary_.items()}
        self._idf: NDArray[np.float64] = (np.asarray(vectorizer.idf_) - 1.0 + _LEAST_IDF) ** _IDF_POWER
        self._top_idf = float(self._idf.max())
        self._counts = {name: self._count(texts) for name, texts in terms.items()}
        self._weights = self._weigh()

    def _count(self, texts: list[list[str]]) -> sparse.csr_matrix:
        """Return how often each section has each term in one field."""
        counted = [Counter(terms) for terms in texts]
        columns = [self._vocabulary[term] for counts in counted for term in counts]
        values = [number for counts in counted for number in counts.values()]
        starts = np.cumsum([0, *(len(counts) for counts in counted)])
        return sparse.csr_matrix((np.asarray(values, dtype=np.float64), columns, starts), shape=(len(texts), len(self._vocabulary)))

    def _weigh(self) -> sparse.csc_matrix:
        """Return the weight of each term in each section: saturated frequency times inverse document frequency."""
        frequency = sparse.csr_matrix(self.title_weight * self._counts["title"] + self._counts["questions"] + self._counts["text"])
        lengths = np.asarray(frequency.sum(axis=1)).ravel() + _LENGTH_PRIOR
        penalty = self.saturation * (1 - self.length_penalty + self.length_penalty * lengths / lengths.mean())
        rows = np.repeat(np.arange(frequency.shape[0]), np.diff(frequency.indptr))
        frequency.data = frequency.data / (frequency.data + penalty[rows]) * self._idf[frequency.indices]
        return sparse.csc_matrix(frequency)

    def _fit_phrases(self, fields: dict[str, list[list[Word]]]) -> None:
        """Keep every pair of neighbouring terms as one number, sorted, each with the section that has it."""
        gap = len(self._vocabulary)  # stands between fields, so that no pair spans two of them
        terms: list[int] = []
        owners: list[int] = []
        for texts in fields.values():
            for position, words in enumerate(texts):
                terms.extend(self._vocabulary[word.term] for word in words)
                terms.append(gap)
                owners.extend([position] * (len(words) + 1))
        firsts, seconds = np.asarray(terms[:-1]), np.asarray(terms[1:])
        pairs = np.stack([firsts * (gap + 1) + seconds, np.asarray(owners[:-1])], axis=1)
        pairs = np.unique(pairs[(firsts != gap) & (seconds != gap)], axis=0)
        self._pairs, self._pair_sections = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])

    def _fit_questions(self, sections: list[Section]) -> None:
        rows = [
            (position, row) for position, section in enumerate(sections) for row in (*section.questions, section.title, *section.aliases)
        ]
        self._row_texts = [text for _, text in rows]
        self._row_starts = np.flatnonzero(np.diff([position for position, _ in rows], prepend=-1))
        self._likeness = QuestionLikeness().fit(self._row_texts)

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """Return at most k sections with a score above 0, best first, ties by section id."""
        terms = self._query_terms(query)
        if not terms:
            return []
        words = self._word_scores(terms)
        total = words + self.phrase_part * self._phrase_scores(terms) + self.question_part * self._row_cosines(terms)[0]
        total = np.where(words > 0, total / self._scale, 0.0).round(9)
        best = np.lexsort((np.arange(len(total)), -total))[:k]
        return [Hit(self._ids[position], float(total[position])) for position in best if total[position] > 0]

    @property
    def _scale(self) -> float:
        return 1 + self.question_part + self.phrase_part

    def _query_terms(self, query: str) -> list[_QueryTerm]:
        words = self._analyzer.words(query)
        unknown = [word.surface for word in words if word.term not in self._vocabulary]
        repairs = self._speller.repairs(unknown)
        terms: list[_QueryTerm] = []
        for word in words:
            repair = repairs.get(word.surface)
            term = word.term if repair is None else self._analyzer.stem(repair.surface)
            column = self._vocabulary.get(term)
            weight = 1.0 if repair is None else repair.weight
            terms.append(_QueryTerm(word, None if repair is None else repair.surface, column, weight))
        return terms

    def _reachable(self, terms: list[_QueryTerm]) -> float:
        """Return the most that the words of a question could add up to."""
        distinct = {term.word.term: term for term in terms}.values()
        return sum(self._idf[term.column] if term.column is not None else _UNKNOWN_WORD * self._top_idf for term in distinct)

    def _word_scores(self, terms: list[_QueryTerm]) -> NDArray[np.float64]:
        scores = np.zeros(len(self._ids))
        for column, weight in _columns(terms).items():
            start, end = self._weights.indptr[column], self._weights.indptr[column + 1]
            scores[self._weights.indices[start:end]] += weight * self._weights.data[start:end]
        return scores / self._reachable(terms)

    def _phrase_scores(self, terms: list[_QueryTerm]) -> NDArray[np.float64]:
        scores = np.zeros(len(self._ids))
        pairs = list(pairwise(term.column for term in terms))
        for first, second in pairs:
            if first is None or second is None:
                continue
            pair = first * (len(self._vocabulary) + 1) + second
            start, end = np.searchsorted(self._pairs, (pair, pair + 1))
            scores[self._pair_sections[start:end]] += 1
        return scores / max(1, len(pairs))

    def _row_cosines(self, terms: list[_QueryTerm]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the best row cosine of each section, and the cosine of every row."""
        cosines = self._likeness.cosines(" ".join(term.matched or term.word.surface for term in terms))
        return np.maximum.reduceat(cosines, self._row_starts), cosines

    def explain(self, query: str, section_id: str) -> Explanation:
        """Return the arithmetic behind a section's score for a query.

        Raises:
            KeyError: the index has no such section.
        """
        position = self._positions[section_id]
        terms = self._query_terms(query)
        if not terms:
            return Explanation(section_id, 0.0, (), (), 0.0, 0.0, None)
        reachable = self._reachable(terms) * self._scale
        words = tuple(self._evidence(term, position, reachable) for term in _distinct(terms))
        phrase = self.phrase_part * float(self._phrase_scores(terms)[position]) / self._scale
        best, cosines = self._row_cosines(terms)
        question = self.question_part * float(best[position]) / self._scale
        start = self._row_starts[position]
        end = self._row_starts[position + 1] if position + 1 < len(self._ids) else len(cosines)
        closest = self._row_texts[start + int(np.argmax(cosines[start:end]))] if question > 0 else None
        score = sum(word.weight for word in words) + phrase + question
        unknown = tuple(term.word.surface for term in _distinct(terms) if term.column is None)
        return Explanation(section_id, round(score, 9), words, unknown, phrase, question, closest)

    def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return for each text the share of a query's information that it holds."""
        weights = {self._term_of(term): term.weight * self._information(term) for term in _distinct(self._query_terms(query))}
        total = sum(weights.values())
        if not total:
            return [0.0] * len(texts)
        return [sum(weights.get(term, 0.0) for term in set(self._analyzer.terms(text))) / total for text in texts]

    def _information(self, term: _QueryTerm) -> float:
        return self._top_idf if term.column is None else float(self._idf[term.column])

    def _term_of(self, term: _QueryTerm) -> str:
        return term.word.term if term.matched is None else self._analyzer.stem(term.matched)

    def _evidence(self, term: _QueryTerm, position: int, reachable: float) -> WordEvidence:
        if term.column is None:
            return WordEvidence(term.word.surface, None, 0.0, 1.0)
        weight = term.weight * float(self._weights[position, term.column]) / reachable
        fields = tuple(name for name, counts in self._counts.items() if counts[position, term.column])
        return WordEvidence(term.word.surface, term.matched, weight, self._information(term) / self._top_idf, fields)


def _as_given(terms: list[str]) -> list[str]:
    return terms


def _distinct(terms: list[_QueryTerm]) -> list[_QueryTerm]:
    """Return one query term for each column and each unknown word, in order; a repeated word counts once."""
    kept: dict[int | str, _QueryTerm] = {}
    for term in terms:
        key = term.word.term if term.column is None else term.column
        if key not in kept or kept[key].weight < term.weight:
            kept[key] = term
    return list(kept.values())


def _columns(terms: list[_QueryTerm]) -> dict[int, float]:
    return {term.column: term.weight for term in _distinct(terms) if term.column is not None}
