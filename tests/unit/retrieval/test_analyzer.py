"""Text to terms: the same steps for knowledge and for questions."""

from __future__ import annotations

import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.analyzer import Analyzer, RememberingAnalyzer, fold, one_form

ANALYZER = Analyzer()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café NAÏVE", "cafe naive"),
        ("\uff2f\uff50\uff45\uff4e", "open"),  # full-width letters
        ("ﬁne-tuning", "fine-tuning"),
        ("Straße", "strasse"),
        ("o\u200bpen\u202e", "open"),
        ("né\x00\ud800e", "nee"),
        ("one\ntwo\té", "one two e"),
    ],
)
def test_case_accents_and_invisible_characters_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_control_characters_are_folded_alike_with_and_without_an_accent_in_the_text() -> None:
    assert fold("o\x00pen cafe") == fold("o\x00pen café")


@given(st.text(st.characters(), max_size=200))
def test_folding_any_text_leaves_no_capital_and_no_accent_and_can_be_repeated(text: str) -> None:
    folded = fold(text)

    assert fold(folded) == folded
    assert not any(character.isascii() and character.isupper() for character in folded)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("licence", "licenses"),
        ("organisation", "organization"),
        ("organised", "organize"),
        ("behaviour", "behaviors"),
        ("catalogues", "catalog"),
        ("model", "Models"),
        ("training", "trained"),
        ("model's", "model"),
        ("don’t", "dont"),
    ],
)
def test_forms_and_spellings_of_a_word_meet_in_one_term(one: str, other: str) -> None:
    assert ANALYZER.terms(one) == ANALYZER.terms(other)


@pytest.mark.parametrize(("one", "other"), [("c", "c++"), ("c", "c#"), ("2.0", "2.1"), ("open", "opera"), ("our", "or")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert ANALYZER.terms(one) != ANALYZER.terms(other)


def test_words_keep_how_they_stood_beside_their_term() -> None:
    words = ANALYZER.words("Licensed under GPL-3.0, C++!")

    assert [(word.surface, word.term) for word in words] == [
        ("licensed", "licens"),
        ("under", "under"),
        ("gpl", "gpl"),
        ("3.0", "3.0"),
        ("c++", "c++"),
    ]


def test_a_pickled_analyzer_makes_the_same_terms() -> None:
    copy = pickle.loads(pickle.dumps(ANALYZER))

    assert copy.terms("Openly licensed models, organised") == ANALYZER.terms("Openly licensed models, organised")


@given(st.text(st.characters(), max_size=200))
def test_any_text_becomes_terms_that_are_not_empty_and_hold_no_space(text: str) -> None:
    for word in ANALYZER.words(text):
        assert word.term
        assert word.surface
        assert not any(character.isspace() or unicodedata.category(character) == "Cs" for character in word.surface)


@pytest.mark.parametrize(
    ("written", "read"), [("a 4bit model", "a 4 bit model"), ("24GB of VRAM", "24 GB of VRAM"), ("7b", "7b"), ("8k tokens", "8k tokens")]
)
def test_a_number_and_its_unit_are_two_words_however_they_are_written(written: str, read: str) -> None:
    assert one_form(written) == read


def test_remembered_texts_have_the_same_words_as_read_ones() -> None:
    remembering, reading = RememberingAnalyzer(), Analyzer()
    texts = ["Open weights", "the E.U.'s GPLv3", "Open weights", "x " * 400, "x " * 400]

    assert [remembering.words(text) for text in texts] == [reading.words(text) for text in texts]
    assert remembering.words("Open weights") is remembering.words("Open weights")
    assert remembering.words("x " * 400) is not remembering.words("x " * 400)
