"""Character n-grams of a text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.reranking import _counts, letter_groups, trigrams


def test_trigrams_stay_within_words_and_mark_their_ends() -> None:
    assert trigrams("Ab") == [" ab", "ab "]
    assert trigrams("abc") == [" ab", "abc", "bc "]
    assert trigrams("ab cd") == trigrams("ab") + trigrams("cd")


def test_case_and_accents_make_no_difference() -> None:
    assert trigrams("CAFÉ") == trigrams("cafe")


def test_letter_groups_are_the_different_runs_of_four_with_the_ends_of_the_word() -> None:
    assert letter_groups("model") == (" mod", "mode", "odel", "del ")
    assert letter_groups("aaaaaa") == (" aaa", "aaaa", "aaa ")


def test_a_word_too_short_for_a_group_is_one_itself() -> None:
    assert letter_groups("a") == (" a ",)
    assert trigrams("a") == [" a "]


@given(st.text(st.characters(), max_size=60))
def test_any_text_has_trigrams_of_at_most_three_characters(text: str) -> None:
    assert all(1 <= len(ngram) <= 3 for ngram in trigrams(text))


@given(st.text(st.characters(categories=["Ll", "Nd"]), min_size=1, max_size=20))
def test_the_letter_groups_of_a_word_lie_in_it_and_none_comes_twice(word: str) -> None:
    groups = letter_groups(word)

    assert len(set(groups)) == len(groups)
    assert all(group in f" {word} " for group in groups)


@pytest.mark.parametrize("most", [6, 700])
def test_letter_groups_are_counted_in_title_and_text_also_where_one_comes_more_often_than_a_byte_holds(most: int) -> None:
    chance = np.random.default_rng(1)
    words = chance.integers(0, 8, 3 * most).astype("<u8") | np.uint64(1 << 63)
    words[chance.random(len(words)) < 0.5] = 0
    cuts = np.asarray([0, 0, most, most, most, most + 2, 3 * most])  # no title; nothing at all; a title of two

    counted = _counts(words, cuts)

    for section in range(3):
        title, text = (words[cuts[place] : cuts[place + 1]] for place in (2 * section, 2 * section + 1))
        expected = [sum(3 * (int(word) >> bit & 1) for word in title) + sum(int(word) >> bit & 1 for word in text) for bit in range(64)]
        assert counted[section].tolist() == expected
