"""Sections to the arrays of an index."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval.analyzer import Analyzer
from bot.retrieval.arrays import IndexArrays
from bot.retrieval.fitting import fit_arrays
from bot.retrieval.ngrams import character_ngrams
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section

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
    assert set(np.diff(arrays.pairs) >= 0) == {True}


def test_questions_and_titles_are_the_phrasings_of_their_section() -> None:
    arrays = fit()

    assert arrays.row_texts == ("What is an apple?", "apple colors", "apples", "bananas", "How fast is a car?", "cars")
    assert arrays.row_starts.tolist() == [0, 3, 4]


def test_a_rare_word_holds_more_information_than_a_common_one() -> None:
    arrays = fit()
    information = dict(zip(arrays.vocabulary, arrays.information.tolist(), strict=True))

    assert 0 < information["fruit"] < information["red"]


def test_words_are_kept_as_they_stand_with_how_often_they_do() -> None:
    arrays = fit()

    counts = dict(zip(arrays.surfaces, arrays.surface_counts.tolist(), strict=True))
    assert (counts["apples"], counts["apple"], counts["fruit"], counts["article"]) == (2, 2, 2, 3)


def test_the_weight_of_titles_and_lengths_changes_the_weights_of_words() -> None:
    assert not np.array_equal(fit().word_weights, fit(title_weight=1).word_weights)
    assert not np.array_equal(fit().word_weights, fit(length_penalty=0).word_weights)


@given(st.text("aplescrfwhtuidn ", max_size=40))
def test_likeness_to_a_phrasing_is_the_cosine_that_scikit_learn_finds(query: str) -> None:
    index = TfidfIndex(spelling=False).fit(SECTIONS)
    known = TfidfVectorizer(analyzer=character_ngrams, sublinear_tf=True)
    matrix = known.fit_transform(index.arrays.row_texts)

    best = float((matrix @ known.transform([" ".join(query.split())]).T).toarray().ravel()[:3].max())
    share = index.question_part / (1 + index.name_part + index.question_part + index.phrase_part)

    explanation = index.explain(query, "article#apples")
    assert explanation.question_part == pytest.approx(share * best if any(word.weight for word in explanation.words) else 0.0, abs=1e-9)
