"""Character n-grams of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.ngrams import character_ngrams


def test_ngrams_stay_within_words_and_mark_their_ends() -> None:
    assert character_ngrams("Ab") == [" a", "ab", "b ", " ab", "ab ", " ab "]
    assert sorted(character_ngrams("ab cd")) == sorted(character_ngrams("cd") + character_ngrams("ab"))


def test_case_and_accents_make_no_difference() -> None:
    assert character_ngrams("CAFÉ") == character_ngrams("cafe")


@given(st.text(st.characters(), max_size=60))
def test_any_text_has_ngrams_of_two_to_four_characters(text: str) -> None:
    assert all(1 <= len(ngram) <= 4 for ngram in character_ngrams(text))
