"""Sections to a fitted index: the slow half of the index, and the only one that needs scikit-learn.

scikit-learn fits vocabulary, inverse document frequencies and the n-gram model; the weights are then stored as inverted postings.
A word's weight in a section is its information times its saturated frequency (BM25's form: Robertson and Zaragoza,
"The Probabilistic Relevance Framework", 2009, section 3.4), where a word in the title counts ``title_weight`` times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer, Word, is_telling
from bot.retrieval.arrays import FIELDS, IndexArrays, Integers
from bot.retrieval.ngrams import character_ngrams

_IDF_POWER = 1.25
_LEAST_IDF = 1e-3
"""Keeps a word that every section has from weighing nothing at all."""
_LENGTH_PRIOR = 50
"""Words added to every length, so that very short sections are not overrated."""

_Fields = Mapping[str, Sequence[Sequence[Word]]]


def fit_arrays(
    sections: Sequence[Section], analyzer: Analyzer, *, title_weight: float, saturation: float, length_penalty: float
) -> IndexArrays:
    """Return the index of these sections.

    Raises:
        ValueError: there is no section, or none has a word.
    """
    ordered = sorted(sections, key=lambda section: section.id)
    fields = _words_of_fields(ordered, analyzer)
    words = _fit_words(fields, title_weight, saturation, length_penalty)
    pairs, pair_sections = _pairs(fields, words.vocabulary)
    names = _fit_names(ordered, analyzer, words.vocabulary, words.information)
    rows = [(number, row) for number, section in enumerate(ordered) for row in (*section.questions, section.title, *section.aliases)]
    grams, gram_weights, gram_information = _fit_ngrams([text for _, text in rows])
    surfaces = sorted(Counter(word.surface for field in fields.values() for spoken in field for word in spoken).items())
    return IndexArrays(
        ids=tuple(section.id for section in ordered),
        vocabulary=tuple(sorted(words.vocabulary, key=words.vocabulary.__getitem__)),
        information=words.information,
        word_starts=words.weights.indptr.astype(np.int64),
        word_sections=words.weights.indices.astype(np.int64),
        word_weights=words.weights.data,
        word_fields=words.fields,
        pairs=pairs,
        pair_sections=pair_sections,
        name_starts=names[0],
        name_postings=names[1],
        name_sections=names[2],
        name_information=names[3],
        row_texts=tuple(text for _, text in rows),
        row_starts=np.flatnonzero(np.diff([number for number, _ in rows], prepend=-1)).astype(np.int64),
        ngrams=grams,
        ngram_information=gram_information,
        ngram_starts=gram_weights.indptr.astype(np.int64),
        ngram_rows=gram_weights.indices.astype(np.int64),
        ngram_weights=gram_weights.data,
        surfaces=tuple(surface for surface, _ in surfaces),
        surface_counts=np.asarray([count for _, count in surfaces], dtype=np.int64),
    )


def _words_of_fields(sections: Sequence[Section], analyzer: Analyzer) -> _Fields:
    """Return the words of each section, by field."""
    texts = {
        "questions": ["\n".join(section.questions) for section in sections],
        "title": ["\n".join((*section.heading_path, *section.aliases)) for section in sections],
        "text": [section.text for section in sections],
    }
    return {name: [analyzer.words(text) for text in texts[name]] for name in FIELDS}


@dataclass(frozen=True, slots=True)
class _Words:
    """What is fitted on single words."""

    vocabulary: dict[str, int]
    information: np.ndarray
    weights: sparse.csc_matrix
    fields: np.ndarray


def _fit_words(fields: _Fields, title_weight: float, saturation: float, length_penalty: float) -> _Words:
    terms = {name: [[word.term for word in words] for words in field] for name, field in fields.items()}
    together = [list(chain.from_iterable(parts)) for parts in zip(*terms.values(), strict=True)]
    if not any(together):
        raise ValueError("no section has a word")
    vectorizer = TfidfVectorizer(analyzer=_as_given, norm=None).fit(together)
    vocabulary = {str(term): int(column) for term, column in vectorizer.vocabulary_.items()}
    information = (np.asarray(vectorizer.idf_, dtype=np.float64) - 1.0 + _LEAST_IDF) ** _IDF_POWER
    counts = {name: _count(field, vocabulary) for name, field in terms.items()}
    frequency = sparse.csr_matrix(title_weight * counts["title"] + counts["questions"] + counts["text"])
    weights = _weigh(frequency, information, saturation, length_penalty)
    return _Words(vocabulary, information, weights, _fields_of(counts, weights))


def _as_given(terms: list[str]) -> list[str]:
    return terms


def _count(texts: Sequence[Sequence[str]], vocabulary: Mapping[str, int]) -> sparse.csr_matrix:
    """Return how often each section has each term in one field."""
    counted = [Counter(terms) for terms in texts]
    columns = [vocabulary[term] for counts in counted for term in counts]
    values = [number for counts in counted for number in counts.values()]
    starts = np.cumsum([0, *(len(counts) for counts in counted)])
    return sparse.csr_matrix((np.asarray(values, dtype=np.float64), columns, starts), shape=(len(texts), len(vocabulary)))


def _weigh(frequency: sparse.csr_matrix, information: np.ndarray, saturation: float, length_penalty: float) -> sparse.csc_matrix:
    """Return the weight of each term in each section, by term."""
    lengths = np.asarray(frequency.sum(axis=1)).ravel() + _LENGTH_PRIOR
    penalty = saturation * (1 - length_penalty + length_penalty * lengths / lengths.mean())
    rows = np.repeat(np.arange(frequency.shape[0]), np.diff(frequency.indptr))
    frequency.data = frequency.data / (frequency.data + penalty[rows]) * information[frequency.indices]
    weights = sparse.csc_matrix(frequency)
    weights.sort_indices()
    return weights


def _fields_of(counts: Mapping[str, sparse.csr_matrix], weights: sparse.csc_matrix) -> np.ndarray:
    """Return for each posting which fields have the word."""
    bits = sum(((counts[name] > 0).astype(np.uint8) * (1 << bit)) for bit, name in enumerate(FIELDS))
    by_term = sparse.csc_matrix(bits)
    by_term.sort_indices()
    if by_term.nnz != weights.nnz:
        raise AssertionError("every posting has a field")
    return np.asarray(by_term.data, dtype=np.uint8)


def _pairs(fields: _Fields, vocabulary: Mapping[str, int]) -> tuple[Integers, Integers]:
    """Return every pair of neighbouring terms as a number, sorted, and the section that has it."""
    gap = len(vocabulary)  # stands between texts, so that no pair spans two of them
    terms: list[int] = []
    owners: list[int] = []
    for texts in fields.values():
        for number, words in enumerate(texts):
            terms.extend(vocabulary[word.term] for word in words)
            terms.append(gap)
            owners.extend([number] * (len(words) + 1))
    firsts, seconds = np.asarray(terms[:-1], dtype=np.int64), np.asarray(terms[1:], dtype=np.int64)
    pairs = np.stack([firsts * (gap + 1) + seconds, np.asarray(owners[:-1], dtype=np.int64)], axis=1)
    pairs = np.unique(pairs[(firsts != gap) & (seconds != gap)], axis=0)
    return np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])


def _fit_names(
    sections: Sequence[Section], analyzer: Analyzer, vocabulary: Mapping[str, int], information: np.ndarray
) -> tuple[Integers, Integers, Integers, np.ndarray]:
    """Return the postings of terms in the names of sections, and of each name its section and information."""
    names = [(number, name) for number, section in enumerate(sections) for name in (section.title, *section.aliases)]
    told = [sorted({vocabulary[word.term] for word in analyzer.words(name) if is_telling(word.surface)}) for _, name in names]
    columns = [column for terms in told for column in terms]
    numbers = [number for number, terms in enumerate(told) for _ in terms]
    order = np.lexsort((numbers, columns)) if columns else np.zeros(0, dtype=np.int64)
    starts = np.searchsorted(np.asarray(columns, dtype=np.int64)[order], np.arange(len(vocabulary) + 1))
    return (
        starts.astype(np.int64),
        np.asarray(numbers, dtype=np.int64)[order],
        np.asarray([number for number, _ in names], dtype=np.int64),
        np.asarray([sum(information[column] for column in terms) for terms in told], dtype=np.float64),
    )


def _fit_ngrams(texts: Sequence[str]) -> tuple[tuple[str, ...], sparse.csc_matrix, np.ndarray]:
    """Return the n-grams of the known phrasings, their normalized weights by n-gram, and their information."""
    vectorizer = TfidfVectorizer(analyzer=character_ngrams, sublinear_tf=True)
    try:
        rows = vectorizer.fit_transform(texts)
    except ValueError:  # not one of the texts has a letter
        return (), sparse.csc_matrix((len(texts), 0)), np.zeros(0)
    vocabulary = vectorizer.vocabulary_
    weights = sparse.csc_matrix(rows)
    weights.sort_indices()
    return tuple(sorted(vocabulary, key=vocabulary.__getitem__)), weights, np.asarray(vectorizer.idf_, dtype=np.float64)
