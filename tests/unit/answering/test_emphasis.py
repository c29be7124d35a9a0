"""The few words of an answer that are set off."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.answering.engine import AnswerEngine
from bot.answering.excerpt import emphasized_words
from bot.answering.outcome import Answer
from bot.retrieval.analyzer import Analyzer
from bot.retrieval.hit import WordEvidence

ANALYZER = Analyzer()
TEXT = "Licenses, patents and Open Weights: the license of a model's patent."


def evidence(word: str, information: float = 0.9, weight: float = 0.1, matched: str | None = None) -> WordEvidence:
    return WordEvidence(word, matched, weight, information)


def test_words_are_set_off_as_they_stand_in_the_text_where_they_first_stand() -> None:
    assert emphasized_words(TEXT, "", [evidence("license"), evidence("PATENT", 0.8)], ANALYZER) == ("Licenses", "patents")


def test_at_most_three_are_set_off_those_that_carry_most_information() -> None:
    asked = [evidence("open", 0.4), evidence("license", 0.7), evidence("weights", 0.9), evidence("patent", 0.8)]

    assert emphasized_words(TEXT, "", asked, ANALYZER) == ("Weights", "patents", "Licenses")


def test_words_of_the_title_are_not_set_off_since_they_stand_above() -> None:
    asked = [evidence("licensed", 0.9), evidence("patents", 0.8), evidence("weights", 0.7)]

    assert emphasized_words(TEXT, "", asked, ANALYZER) == ("Licenses", "patents", "Weights")
    assert emphasized_words(TEXT, "License or Patent?", asked, ANALYZER) == ("Weights",)
    assert emphasized_words(TEXT, TEXT, asked, ANALYZER) == ()


def test_a_mistyped_word_that_was_taken_for_one_of_the_title_is_not_set_off() -> None:
    assert emphasized_words(TEXT, "Open weights", [evidence("wieghts", matched="weights")], ANALYZER) == ()


def test_a_mistyped_word_is_set_off_as_what_it_was_taken_for() -> None:
    assert emphasized_words(TEXT, "", [evidence("wieghts", matched="weights")], ANALYZER) == ("Weights",)


@pytest.mark.parametrize(
    "word",
    [evidence("license", 0.2), evidence("license", weight=0.0), evidence("and"), evidence("banana")],
    ids=["common", "lacked", "function", "absent"],
)
def test_a_word_that_says_little_and_one_that_is_not_there_are_not_set_off(word: WordEvidence) -> None:
    assert emphasized_words(TEXT, "", [word], ANALYZER) == ()


@given(
    st.text(st.characters(), max_size=200),
    st.text(st.characters(), max_size=40),
    st.lists(st.builds(evidence, st.text(max_size=10), st.floats(0, 1), st.floats(0, 1)), max_size=6),
)
def test_whatever_is_set_off_stands_in_the_text_and_is_at_most_three_words(text: str, title: str, asked: list[WordEvidence]) -> None:
    words = emphasized_words(text, title, asked, ANALYZER)

    assert len(words) <= 3
    assert all(word in text for word in words)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_an_answer_of_the_shipped_knowledge_sets_off_at_most_three_words_of_its_text(shipped: AnswerEngine, data: st.DataObject) -> None:
    """Two of three questions are answered without any, so that several are asked each time."""
    asked = data.draw(st.lists(st.sampled_from(shipped.corpus.questions), min_size=12, max_size=12))
    found = [outcome for outcome in map(shipped.answer, asked) if isinstance(outcome, Answer) and outcome.emphasis]

    assume(found)
    for outcome in found:
        assert len(outcome.emphasis) <= 3
        assert [word for word in outcome.emphasis if word not in outcome.text] == []
