"""Sections to a fitted index: the slow half of the index, and the only one that needs scikit-learn.

Every character is read once, into numbered words, field by field. scikit-learn then fits inverse document frequencies, the n-gram model and
the linear head; the weights are stored as inverted postings. A word's weight in a section is its information times its saturated frequency
(BM25's form: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3.4), where a word in the title counts
``title_weight`` times.

The head is one linear separator for each section (a support vector machine over TF-IDF of character n-grams: Cortes and Vapnik, 1995). It
learns which words tell sections apart that are asked about in like words. It pays only where questions are what a corpus is made of; where
sections have texts it was measured to lose, so it is fitted only where at least half of the sections list five questions and all questions
together are at least twice as long as all texts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer
from bot.retrieval.arrays import BORDER, LARGEST_WEIGHT, IndexArrays, Integers, Singles, smallest
from bot.retrieval.meaning import fit_meaning
from bot.retrieval.messages import fit_messages
from bot.retrieval.reranking import letter_groups, trigrams
from bot.retrieval.terms import find_synonyms, listed_key


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
    messages: list[list[list[int]]]
    """Of each section, of each of its messages: the columns of its different content words."""

    def frequencies(self, title_weight: float) -> sparse.csr_matrix:
        """How often each section has each term, a word of the title counted ``title_weight`` times."""
        return self._count(self.columns[self.tokens], title_weight, len(self.vocabulary) + 1)[:, :-1]

    def in_messages(self) -> sparse.csr_matrix:
        """1 where a section's messages have a term."""
        rows = [sorted(set(chain.from_iterable(own))) for own in self.messages]
        owners = np.repeat(np.arange(len(rows)), [*map(len, rows)])
        columns = np.asarray(list(chain.from_iterable(rows)), dtype=np.intp)
        return sparse.csr_matrix((np.ones(len(columns)), (owners, columns)), shape=(len(rows), len(self.vocabulary)))

    def surfaces_of(self, count: int, title_weight: float = 3.0) -> sparse.csr_matrix:
        """How often each of ``count`` sections has each surface; the border's column is empty."""
        counted = self._count(self.tokens, title_weight, len(self.surfaces))
        keep = np.ones(len(self.surfaces))
        keep[BORDER] = 0
        kept: sparse.csr_matrix = (counted @ sparse.diags(keep)).tocsr()
        kept.eliminate_zeros()
        if kept.shape[0] != count:
            raise AssertionError("one row for each section")
        return kept

    def lengths(self) -> tuple[int, int]:
        """How many tokens all questions have, and how many all texts."""
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
    """Reads every character once; whatever is fitted later works on the numbers it gives."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a word that is new gets the next number
    numbers[""] = BORDER
    tokens: list[int] = []
    starts, title_ends, question_ends = [0], [], []

    def add(texts: Iterable[str]) -> None:
        for text in texts:
            tokens.extend([numbers[word.surface] for word in analyzer.words(text)])
            tokens.append(BORDER)

    for section in sections:
        begin = starts[-1]
        add((*section.heading_path, *section.aliases))
        title_ends.append(len(tokens) - begin)
        add(section.questions)
        question_ends.append(len(tokens) - begin)
        add((section.text,))
        starts.append(len(tokens))
    surfaces = list(numbers)
    terms = list(map(analyzer.stem, surfaces[1:]))
    written = [[_content(message, analyzer) for message in section.messages] for section in sections]
    spread = Counter(chain.from_iterable(set(chain.from_iterable(own)) for own in written))
    vocabulary = sorted({*terms, *(term for term, count in spread.items() if count >= _LEAST_SPREAD)})
    places = {term: column for column, term in enumerate(vocabulary)}
    columns = np.asarray([len(vocabulary), *map(places.__getitem__, terms)], dtype=np.int64)
    messages = [[[places[term] for term in message if term in places] for message in own] for own in written]
    counted = [_integers(values) for values in (tokens, starts, title_ends, question_ends)]
    return Tokens(vocabulary, surfaces, columns, counted[0], counted[1], counted[2], counted[3], messages)


def _content(message: str, analyzer: Analyzer) -> list[str]:
    """The terms of the content words of a message, each once."""
    return list(dict.fromkeys([word.term for word in analyzer.words(message) if word.is_content]))


def _integers(values: Sequence[int]) -> NDArray[np.int64]:
    return np.asarray(values, dtype=np.int64)


_LEAST_SPREAD = 3
"""Sections whose messages must have a word that no text has for it to be known: fewer may share a typing error."""
_LEAST_QUESTIONS = 5
_LONGER_THAN_TEXT = 2


def head_pays(question_counts: Sequence[int], question_tokens: int, text_tokens: int) -> bool:
    """Whether a corpus is one that the head is good for."""
    enough = sum(count >= _LEAST_QUESTIONS for count in question_counts)
    return 2 * enough >= len(question_counts) > 1 and question_tokens >= _LONGER_THAN_TEXT * text_tokens


def fit_head(rows: sparse.csr_matrix, owners: NDArray[np.intp], count: int) -> tuple[Singles, Singles]:
    """The weights (section x n-gram) and intercepts of the separators.

    Args:
        rows: TF-IDF of the known phrasings, one row each, of length 1.
        owners: the section of each row; every section has one.
        count: sections, more than one.
    """
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=1.0, random_state=0).fit(rows, owners)
    if count == 2:  # scikit-learn then fits one separator, for the second class
        weights, intercepts = np.vstack([-machine.coef_, machine.coef_]), np.concatenate([-machine.intercept_, machine.intercept_])
    else:
        weights, intercepts = machine.coef_, machine.intercept_
    return weights.astype(np.float32), intercepts.astype(np.float32)


_IDF_POWER = 1.25
_LEAST_IDF = 1e-3
"""Keeps a word that every section has from weighing nothing at all."""
_LENGTH_PRIOR = 50
"""Words added to every length, so that very short sections are not overrated."""
_COMMON_SHARE = 10
"""A word that every tenth section has is common: it is stored as one weight for each section."""
_LETTER_SATURATION = 2.0
_LETTER_LENGTH_PENALTY = 0.8
_LETTERS_A_WORD = 5


def fit_arrays(
    sections: Sequence[Section], analyzer: Analyzer, *, title_weight: float, saturation: float, length_penalty: float
) -> IndexArrays:
    """The index of these sections.

    Raises:
        ValueError: there is no section, or none has a word.
    """
    ordered = sorted(sections, key=lambda section: section.id)
    tokens = read_tokens(ordered, analyzer)
    if not tokens.vocabulary:
        raise ValueError("no section has a word")
    words = _fit_words(tokens, title_weight, saturation, length_penalty)
    letters = _fit_letters(tokens, len(ordered))
    names = _fit_names(ordered, analyzer, tokens.vocabulary)
    rows = _fit_rows(ordered, tokens)
    messages = fit_messages(tokens.messages, words.information)
    meaning = fit_meaning(ordered, analyzer)
    listed = _fit_listed(ordered, analyzer)
    return IndexArrays(
        ids=tuple(section.id for section in ordered),
        vocabulary=tuple(tokens.vocabulary),
        information=words.information,
        word_starts=words.starts,
        word_sections=words.sections,
        word_weights=words.weights,
        common=words.common,
        common_weights=words.common_weights,
        surfaces=tuple(tokens.surfaces),
        surface_columns=smallest(tokens.columns),
        surface_counts=smallest(np.bincount(tokens.tokens, minlength=len(tokens.surfaces))),
        token_starts=smallest(tokens.starts),
        tokens=smallest(tokens.tokens),
        title_ends=smallest(tokens.title_ends),
        question_ends=smallest(tokens.question_ends),
        letters=letters.groups,
        letter_information=letters.information,
        letter_starts=letters.starts,
        letter_surfaces=letters.surfaces,
        letter_penalties=letters.penalties,
        name_starts=names[0],
        name_term_starts=names[1],
        name_terms=names[2],
        row_texts=rows.texts,
        row_starts=rows.starts,
        ngrams=rows.ngrams,
        ngram_information=rows.information,
        row_ngram_starts=rows.ngram_starts,
        row_ngrams=rows.row_ngrams,
        row_lengths=rows.lengths,
        message_starts=messages[0],
        message_posting_starts=messages[1],
        message_postings=messages[2],
        message_lengths=messages[3],
        meaning_starts=meaning[0],
        meaning_rows=meaning[1],
        meaning_rests=meaning[2],
        meaning_usual=meaning[3],
        listed_keys=listed[0],
        listed_sections=listed[1],
        synonyms=tuple(synonym.line() for synonym in find_synonyms(ordered, analyzer)),
        head_weights=rows.head[0],
        head_intercepts=rows.head[1],
    )


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What is fitted on single words."""

    information: np.ndarray
    starts: Integers
    sections: Integers
    weights: NDArray[np.uint8]
    common: Integers
    common_weights: NDArray[np.uint8]


def _fit_words(tokens: Tokens, title_weight: float, saturation: float, length_penalty: float) -> _Vocabulary:
    frequency = tokens.frequencies(title_weight)
    information = (_idf(frequency + tokens.in_messages()) + _LEAST_IDF) ** _IDF_POWER  # what many write, whatever they ask, tells little
    lengths = np.asarray(frequency.sum(axis=1)).ravel() + _LENGTH_PRIOR
    penalty = saturation * (1 - length_penalty + length_penalty * lengths / lengths.mean())
    rows = np.repeat(np.arange(frequency.shape[0]), np.diff(frequency.indptr))
    shares = frequency.data / (frequency.data + penalty[rows])
    stored = np.maximum(1, np.round(LARGEST_WEIGHT * shares)).astype(np.uint8)
    postings = sparse.csc_matrix(sparse.csr_matrix((stored, frequency.indices, frequency.indptr), shape=frequency.shape))
    postings.sort_indices()
    counts = np.diff(postings.indptr)
    common = np.flatnonzero(counts * _COMMON_SHARE > frequency.shape[0])
    rare = np.repeat(counts * _COMMON_SHARE <= frequency.shape[0], counts)
    return _Vocabulary(
        information=information,
        starts=smallest(np.concatenate(([0], np.cumsum(np.where(np.isin(np.arange(len(counts)), common), 0, counts))))),
        sections=smallest(postings.indices[rare]),
        weights=postings.data[rare],
        common=smallest(common),
        common_weights=np.ascontiguousarray(postings[:, common].toarray().T),
    )


def _idf(frequency: sparse.csr_matrix) -> np.ndarray:
    """The ln((1 + sections) / (1 + sections that have it)) of each column, as scikit-learn fits it."""
    return np.asarray(TfidfTransformer(norm=None).fit(frequency).idf_, dtype=np.float64) - 1.0


@dataclass(frozen=True, slots=True)
class _Letters:
    """What is fitted on the character 4-grams of words."""

    groups: tuple[str, ...]
    information: Singles
    starts: Integers
    surfaces: Integers
    penalties: Singles


def _fit_letters(tokens: Tokens, count: int) -> _Letters:
    having: dict[str, list[int]] = {}
    for number, surface in enumerate(tokens.surfaces[1:], start=1):
        for group in letter_groups(surface):
            having.setdefault(group, []).append(number)
    groups = sorted(having)
    surfaces = [number for group in groups for number in having[group]]
    starts = np.cumsum([0, *(len(having[group]) for group in groups)])
    columns = np.repeat(np.arange(len(groups)), np.diff(starts))
    by_word = sparse.csr_matrix((np.ones(len(surfaces)), (surfaces, columns)), shape=(len(tokens.surfaces), len(groups)))
    per_section = tokens.surfaces_of(count) @ by_word
    lengths = np.asarray(per_section.sum(axis=1)).ravel() + _LETTERS_A_WORD * _LENGTH_PRIOR
    penalties = _LETTER_SATURATION * (1 - _LETTER_LENGTH_PENALTY + _LETTER_LENGTH_PENALTY * lengths / lengths.mean())
    information = (_idf(per_section) + _LEAST_IDF) ** _IDF_POWER
    return _Letters(tuple(groups), information.astype(np.float32), smallest(starts), smallest(surfaces), penalties.astype(np.float32))


def _fit_listed(sections: Sequence[Section], analyzer: Analyzer) -> tuple[Integers, Integers]:
    """The texts that lead to one section: what it lists, and its title, which an article's section has before a catalogue's entry."""
    owners: dict[int, set[int]] = {}
    titles: dict[int, set[int]] = {}
    for number, section in enumerate(sections):
        for text in (*section.questions, *section.messages):
            owners.setdefault(listed_key(analyzer.terms(text)), set()).add(number)
        titles.setdefault(listed_key(analyzer.terms(section.title)), set()).add(number)
    for key, found in titles.items():
        own = {number for number in found if not sections[number].aliases} if len(found) > 1 else found
        owners.setdefault(key, own)
    keys = sorted(key for key, found in owners.items() if len(found) == 1)
    return np.asarray(keys, dtype=np.uint64), smallest([next(iter(owners[key])) for key in keys])


def _fit_names(sections: Sequence[Section], analyzer: Analyzer, vocabulary: Sequence[str]) -> tuple[Integers, Integers, Integers]:
    """The first name of each section, where the terms of each name begin, and those terms."""
    columns = {term: column for column, term in enumerate(vocabulary)}
    names = [(section.title, *section.aliases) for section in sections]
    content = [sorted({columns[word.term] for word in analyzer.words(name) if word.is_content}) for own in names for name in own]
    return (
        smallest(np.cumsum([0, *map(len, names)])),
        smallest(np.cumsum([0, *map(len, content)])),
        smallest(list(chain.from_iterable(content))),
    )


@dataclass(frozen=True, slots=True)
class _QuestionRows:
    """What is fitted on the known phrasings."""

    texts: tuple[str, ...]
    starts: Integers
    ngrams: tuple[str, ...]
    information: Singles
    ngram_starts: Integers
    row_ngrams: Integers
    lengths: Singles
    head: tuple[Singles, Singles]


def _fit_rows(sections: Sequence[Section], tokens: Tokens) -> _QuestionRows:
    own = [(*section.questions, section.title, *section.aliases) for section in sections]
    texts = tuple(chain.from_iterable(own))
    starts = smallest(np.cumsum([0, *map(len, own)]))
    vectorizer = CountVectorizer(analyzer=trigrams, binary=True, dtype=np.float32)
    try:
        counts = vectorizer.fit_transform(texts)
    except ValueError:  # not one of the texts has a letter
        none = np.zeros(0, dtype=np.float32)
        borders = smallest(np.zeros(len(texts) + 1, dtype=np.int64))
        return _QuestionRows(texts, starts, (), none, borders, smallest([]), np.ones(len(texts), np.float32), _no_head())
    counts.sort_indices()
    transformer = TfidfTransformer(norm=None).fit(counts)
    information = np.asarray(transformer.idf_, dtype=np.float32)
    lengths = np.sqrt(np.asarray(counts @ information.astype(np.float64) ** 2)).astype(np.float32)
    ngrams = tuple(sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__))
    head = _no_head()
    if head_pays([len(section.questions) for section in sections], *tokens.lengths()):
        scaled = sparse.diags(1 / np.maximum(lengths, 1e-9)) @ counts @ sparse.diags(information)
        head = fit_head(scaled, np.repeat(np.arange(len(own)), [*map(len, own)]), len(own))
    return _QuestionRows(
        texts, starts, ngrams, information, smallest(counts.indptr), smallest(counts.indices), np.maximum(lengths, 1e-9), head
    )


def _no_head() -> tuple[Singles, Singles]:
    return np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.float32)
