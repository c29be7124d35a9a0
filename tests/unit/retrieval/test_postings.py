"""The first stage: exact, whichever way its words are stored."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer
from bot.retrieval.arrays import LARGEST_WEIGHT, IndexArrays, smallest
from bot.retrieval.postings import WordPostings, best
from bot.retrieval.terms import EXPANSION_WEIGHT, Query
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section
from tests.unit.retrieval.corpora import FITTING, QUERIES, WORDS, corpora

HALF_A_STEP = 0.51 / LARGEST_WEIGHT


def dense(arrays: IndexArrays) -> NDArray[np.float64]:
    """Return the stored weights as a table: one row for each section, one column for each term."""
    table = np.zeros((len(arrays.ids), len(arrays.vocabulary)))
    for column in range(len(arrays.vocabulary)):
        start, end = int(arrays.word_starts[column]), int(arrays.word_starts[column + 1])
        table[arrays.word_sections[start:end], column] = arrays.word_weights[start:end]
    table[:, arrays.common.astype(int)] = arrays.common_weights.T
    weighted: NDArray[np.float64] = table * arrays.information / LARGEST_WEIGHT
    return weighted


def brute_force(table: NDArray[np.float64], query: Query) -> NDArray[np.float64]:
    """Return the share of the question's information of each section, term by term over the whole table."""
    scores = np.zeros(len(table))
    for term in query.distinct:
        if term.column is not None:
            scores += term.weight * table[:, term.column]
    for form in {reading.form for reading in query.readings}:
        typed, gained = table[:, list(form)].sum(axis=1), np.zeros(len(table))
        for reading in query.readings:
            if reading.form == form:
                meant = np.minimum(EXPANSION_WEIGHT * table[:, list(reading.columns)].sum(axis=1), reading.most)
                gained = np.maximum(gained, meant - typed)
        scores += gained
    share: NDArray[np.float64] = scores / max(query.reachable, 1e-9)
    return share


def stored_as(arrays: IndexArrays, *, densely: bool) -> IndexArrays:
    """Return the same index with all words stored as one weight for each section, or none."""
    table = np.round(dense(arrays) / arrays.information * LARGEST_WEIGHT).astype(np.uint8)
    columns = range(len(arrays.vocabulary))
    if densely:
        none, starts = smallest([]), np.zeros(len(columns) + 1, dtype=np.uint8)
        return replace(
            arrays, common=smallest(list(columns)), common_weights=table.T.copy(), word_starts=starts, word_sections=none,
            word_weights=table[:0, 0],
        )  # fmt: skip
    sections = [np.flatnonzero(table[:, column]) for column in columns]
    return replace(
        arrays,
        common=smallest([]),
        common_weights=table.T[:0],
        word_starts=smallest(np.cumsum([0, *map(len, sections)])),
        word_sections=smallest(np.concatenate(sections)),
        word_weights=np.concatenate([table[found, column] for column, found in zip(columns, sections, strict=True)]),
    )


@FITTING
@given(corpora(), QUERIES)
def test_the_scores_are_those_of_a_dense_computation(sections: tuple[Section, ...], asked: str) -> None:
    index = TfidfIndex().fit(sections)
    query = index.reader.read(asked)

    assert index.postings.scores(query) == pytest.approx(brute_force(dense(index.arrays), query), abs=2e-6)


@FITTING
@given(corpora(fewest=12), QUERIES)
def test_it_makes_no_difference_whether_words_are_stored_densely(sections: tuple[Section, ...], asked: str) -> None:
    index = TfidfIndex().fit(sections)
    assert len(index.arrays.common) > 0
    sparsely, densely = (TfidfIndex().take(stored_as(index.arrays, densely=flag)) for flag in (False, True))

    assert sparsely.search(asked, 10) == index.search(asked, 10) == densely.search(asked, 10)


@FITTING
@given(corpora(), QUERIES)
def test_the_weight_of_one_word_in_one_section_is_what_the_whole_sum_is_made_of(sections: tuple[Section, ...], asked: str) -> None:
    index = TfidfIndex().fit(sections)
    query = index.reader.read(asked)
    scores = index.postings.scores(query)

    for number in range(len(sections)):
        words = [term.weight * index.postings.weight(term.column, number) for term in query.distinct if term.column is not None]
        gains = [gain for _, gain in index.postings.gains(query, number)]
        assert (sum(words) + sum(gains)) / max(query.reachable, 1e-9) == pytest.approx(float(scores[number]), abs=2e-6)


@FITTING
@given(corpora(), st.sampled_from(WORDS))
def test_a_stored_weight_is_the_saturated_tf_idf_of_the_texts_within_half_a_step(sections: tuple[Section, ...], word: str) -> None:
    index = TfidfIndex(title_weight=3.0, saturation=1.5, length_penalty=0.7).fit(sections)
    analyzer = Analyzer()
    counts: list[Counter[str]] = []
    for section in sections:
        count = Counter(analyzer.terms(" ".join((*section.questions, section.text))))
        for term in analyzer.terms(" ".join((*section.heading_path, *section.aliases))):
            count[term] += 3
        counts.append(count)
    term = analyzer.stem(word)
    holding = sum(term in count for count in counts)
    information = (math.log((1 + len(sections)) / (1 + holding)) + 1e-3) ** 1.25
    lengths = [sum(count.values()) + 50 for count in counts]
    mean = sum(lengths) / len(lengths)

    for section, count, length in zip(sections, counts, lengths, strict=True):
        frequency = count[term]
        share = frequency / (frequency + 1.5 * (0.3 + 0.7 * length / mean))
        if term in index.arrays.vocabulary:
            found = index.postings.weight(index.arrays.vocabulary.index(term), index.arrays.ids.index(section.id))
            assert found == pytest.approx(information * share, abs=information * HALF_A_STEP + 1e-12)
        else:
            assert frequency == 0


@given(st.integers(1, 12_000), st.integers(1, 80), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.5, 0.99, 1.0]), st.booleans())
def test_the_best_are_those_that_sorting_finds(count: int, k: int, seed: int, empty: float, tied: bool) -> None:
    random = np.random.default_rng(seed)
    scores = (random.integers(0, 4, count) / 4 if tied else random.random(count)).astype(np.float32)
    scores[random.random(count) < empty] = 0

    expected = [number for number in sorted(range(count), key=lambda number: (-scores[number], number)) if scores[number] > 0][:k]

    assert best(scores, k).tolist() == expected


@pytest.mark.parametrize("count", [5, 4096, 4097, 10_000])
def test_of_equal_scores_the_lowest_section_numbers_are_taken(count: int) -> None:
    assert best(np.full(count, 0.5, dtype=np.float32), 4).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("place", [0, 127, 128, 9_983, 9_984, 9_999])
def test_a_single_best_one_is_found_wherever_it_stands(place: int) -> None:
    scores = np.zeros(10_000, dtype=np.float32)
    scores[place] = 0.25

    assert best(scores, 50).tolist() == [place]


def test_a_word_weighs_something_only_in_the_sections_that_have_it() -> None:
    sections = [make_section(f"s{number:02}", "Single thing." if number == 5 else "Plain thing.", title="Name") for number in range(12)]
    arrays = TfidfIndex().fit(sections).arrays
    postings = WordPostings(arrays)

    assert [number for number in range(12) if postings.weight(arrays.vocabulary.index("singl"), number) > 0] == [5]
    assert [number for number in range(12) if postings.weight(arrays.vocabulary.index("plain"), number) == 0] == [5]
