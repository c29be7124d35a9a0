"""Sections to the arrays of an index."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval.analyzer import Analyzer
from bot.retrieval.arrays import IndexArrays
from bot.retrieval.fitting import fit_arrays
from bot.retrieval.reranking import trigrams
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section
from tests.unit.retrieval.corpora import FITTING

SECTIONS = [
    make_section("apples", "Apples are red fruit.", questions=("What is an apple?", "apple colors")),
    make_section("bananas", "Bananas are yellow fruit."),
    make_section("cars", "Cars have wheels.", questions=("How fast is a car?",)),
]


def fit(title_weight: float = 3.0, length_penalty: float = 0.8) -> IndexArrays:
    return fit_arrays(SECTIONS, Analyzer(), title_weight=title_weight, saturation=2.0, length_penalty=length_penalty)


def test_a_fitted_index_is_plain_data_that_another_index_can_take() -> None:
    arrays = pickle.loads(pickle.dumps(TfidfIndex().fit(SECTIONS).arrays))

    taken = TfidfIndex().take(arrays)

    for query in ("red fruit", "fast cars", "aples", "zzz"):
        assert taken.search(query, 5) == TfidfIndex().fit(SECTIONS).search(query, 5)


def test_sections_are_numbered_by_id_and_terms_are_unique() -> None:
    arrays = fit()

    assert arrays.ids == ("article#apples", "article#bananas", "article#cars")
    assert len(set(arrays.vocabulary)) == len(arrays.vocabulary) == len(arrays.information)
    assert list(arrays.vocabulary) == sorted(arrays.vocabulary)


def test_questions_and_titles_are_the_phrasings_of_their_section() -> None:
    arrays = fit()

    assert arrays.row_texts == ("What is an apple?", "apple colors", "apples", "bananas", "How fast is a car?", "cars")
    assert arrays.row_starts.tolist() == [0, 3, 4, 6]


def test_a_rare_word_holds_more_information_than_a_common_one() -> None:
    arrays = fit()
    information = dict(zip(arrays.vocabulary, arrays.information.tolist(), strict=True))

    assert 0 < information["fruit"] < information["red"]


def test_words_are_kept_as_they_stand_with_how_often_they_do() -> None:
    arrays = fit()

    counts = dict(zip(arrays.surfaces, arrays.surface_counts.tolist(), strict=True))
    assert (counts["apples"], counts["apple"], counts["fruit"], counts["article"]) == (2, 2, 2, 3)


def test_the_weight_of_titles_and_lengths_changes_the_weights_of_words() -> None:
    assert not np.array_equal(fit().common_weights, fit(title_weight=1).common_weights)
    assert not np.array_equal(fit().common_weights, fit(length_penalty=0).common_weights)


@FITTING
@given(st.text("aplescrfwhtuidn ", max_size=40))
def test_likeness_to_a_phrasing_is_the_cosine_that_scikit_learn_finds(query: str) -> None:
    index = TfidfIndex(spelling=False).fit(SECTIONS)
    known = TfidfVectorizer(analyzer=trigrams, binary=True)
    matrix = known.fit_transform(index.arrays.row_texts)

    best = float((matrix @ known.transform([" ".join(query.split())]).T).toarray().ravel()[:3].max())

    explanation = index.explain(query, "article#apples")
    expected = index.question_part / index.scale * best if any(word.weight for word in explanation.words) else 0.0
    assert explanation.question_part == pytest.approx(expected, abs=1e-6)


def test_a_word_of_every_tenth_section_is_stored_once_for_each_section_and_a_rarer_one_as_postings() -> None:
    many = [make_section(f"s{number:02}", "Plain words here." + (" Common." if number < 3 else "")) for number in range(20)]
    many[7] = make_section("s07", "Plain words here. Singular.")

    arrays = fit_arrays(many, Analyzer(), title_weight=3, saturation=1.5, length_penalty=0.7)

    common = {arrays.vocabulary[column] for column in arrays.common.tolist()}
    assert {"common", "word", "plain"} <= common
    assert "singular" not in common
    assert arrays.common_weights.shape == (len(common), 20)
    posted = dict(zip(arrays.vocabulary, np.diff(arrays.word_starts.astype(int)).tolist(), strict=True))
    assert posted["singular"] == 1
    assert all(posted[term] == 0 for term in common)


def test_a_stored_weight_is_a_step_of_the_saturated_frequency() -> None:
    arrays = fit(title_weight=3.0, length_penalty=0.0)
    column = arrays.common.tolist().index(arrays.vocabulary.index("wheel"))

    assert arrays.common_weights[column].tolist() == [0, 0, round(255 * 1 / (1 + 2.0))]


def test_phrasings_without_a_letter_leave_an_index_that_can_be_searched() -> None:
    section = make_section("numbers", "Words are only in the text.", title="…")

    index = TfidfIndex().fit([replace(section, heading_path=("…",))])

    assert [hit.section_id for hit in index.search("words", 3)] == [section.id]
    assert index.explain("words", section.id).question_part == 0
