"""Mistyped words to words that the knowledge base has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.retrieval.terms import ONE_ERROR_WEIGHT, SPLIT_WEIGHT, TWO_ERRORS_WEIGHT, Repair, SpellingRepair

SPELLER = SpellingRepair(
    {"weights": 9, "license": 5, "licenses": 7, "definition": 2, "bit": 9, "make": 9, "apache2": 3, "model": 4, "modal": 4, "llama": 1}
)


@pytest.mark.parametrize(
    ("typed", "meant", "weight"),
    [
        ("wieghts", "weights", ONE_ERROR_WEIGHT),
        ("weigts", "weights", ONE_ERROR_WEIGHT),
        ("weightss", "weights", ONE_ERROR_WEIGHT),
        ("defnitoin", "definition", TWO_ERRORS_WEIGHT),
        ("licens", "license", ONE_ERROR_WEIGHT),
    ],
)
def test_a_typing_error_is_repaired_and_two_count_less(typed: str, meant: str, weight: float) -> None:
    assert SPELLER.repair(typed) == Repair((meant,), weight)


@pytest.mark.parametrize("word", ["bat", "mit", "bake", "apach2", "qeights", "zzzzzzzz", "lamaaa", "", "weigh7s"])
def test_short_words_words_with_digits_and_far_words_are_left_alone(word: str) -> None:
    assert SPELLER.repair(word) is None


def test_of_equally_near_words_the_more_frequent_is_meant_and_then_the_first() -> None:
    assert SpellingRepair({"modal": 1, "model": 2}).repair("modxl") == Repair(("model",), ONE_ERROR_WEIGHT)
    assert SpellingRepair({"model": 1, "modal": 1}).repair("modxl") == Repair(("modal",), ONE_ERROR_WEIGHT)


def test_only_so_many_words_of_a_question_are_repaired() -> None:
    words = [f"garbage{'x' * number}" for number in range(30)]

    assert SPELLER.repairs([*words, "wieghts"]) == {}
    assert set(SPELLER.repairs(["wieghts", *words, "wieghts"])) == {"wieghts"}


@given(st.text("weightslicnd", max_size=12))
def test_a_repair_is_a_known_word_within_two_errors_of_the_same_first_letter(word: str) -> None:
    repair = SPELLER.repair(word)

    if repair is not None:
        (surface,) = repair.surfaces
        assert surface in SPELLER.frequencies
        assert surface[0] == word[0]
        assert OSA.distance(word, surface) <= (2 if len(word) >= 8 else 1)
        assert SPELLER.repair(word) == repair


PARTS = SpellingRepair(
    {"gpt": 5, "open": 9, "source": 8, "opens": 1, "ource": 1, "2": 4, "7": 1, "b": 2, "on": 9, "fire": 3, "with": 9, "what": 4}
)


@pytest.mark.parametrize(("typed", "halves"), [("gpt2", ("gpt", "2")), ("opensource", ("open", "source")), ("7b", ("7", "b"))])
def test_two_known_words_written_as_one_are_read_as_two(typed: str, halves: tuple[str, str]) -> None:
    assert PARTS.repair(typed) == Repair(halves, SPLIT_WEIGHT)


@pytest.mark.parametrize("typed", ["gptx9", "gpt9", "onfire", "2gpt9", "opengarbage"])
def test_a_word_is_not_split_where_a_half_is_unknown_nor_where_it_is_too_short(typed: str) -> None:
    assert PARTS.repair(typed) is None


def test_of_several_ways_to_split_the_one_whose_rarer_word_is_the_more_frequent_is_meant() -> None:
    assert SpellingRepair({"open": 9, "source": 8, "opens": 1, "ource": 9}).repair("opensource") == Repair(("open", "source"), SPLIT_WEIGHT)


def test_a_typing_error_goes_before_a_split() -> None:
    speller = SpellingRepair({"open": 9, "source": 8, "opensources": 1})

    assert speller.repair("opensource") == Repair(("opensources",), ONE_ERROR_WEIGHT)


def test_three_letters_are_only_read_as_a_function_word() -> None:
    assert PARTS.repair("wth") == Repair(("with",), ONE_ERROR_WEIGHT)
    assert PARTS.repair("fir") is None
