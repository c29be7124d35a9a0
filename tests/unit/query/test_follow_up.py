"""Questions that lean on the one before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query.follow_up import Leaning, Turn, leaning, subject_of, with_subject, without_new_topic

TURN = Turn("what are open weights", "a#open-weights", "What is open weights?")


@pytest.mark.parametrize(
    "question", ["why?", "and who made it?", "when", "is it free", "do they train them", "tell me more examples of it", "And why exactly?"]
)
def test_a_question_that_points_back_or_is_bare_leans(question: str) -> None:
    assert leaning(question) is Leaning.LEANS


@pytest.mark.parametrize("question", ["what about data?", "how about llama", "is that legal", "what if i sell copies", "then who pays"])
def test_a_question_that_may_point_back_may_lean(question: str) -> None:
    assert leaning(question) is Leaning.MAY_LEAN


@pytest.mark.parametrize(
    "question",
    [
        "What is copyleft?",
        "",
        "???",
        "which license has a patent grant",
        "if a company sells it to another company can the other one sell it again to me",
    ],
)
def test_a_question_that_says_what_it_is_about_stands(question: str) -> None:
    assert leaning(question) is Leaning.STANDS


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("why?", "why open weights"),
        ("and who made it?", "who made open weights"),
        ("what about data", "what about data open weights"),
        ("it", "open weights"),
    ],
)
def test_a_leaning_question_gets_the_subject_for_what_points_at_it(question: str, searched: str) -> None:
    assert with_subject(question, TURN) == searched


@pytest.mark.parametrize(
    ("title", "subject"),
    [("How do I install the tools?", "i install tools"), ("Copyleft", "copyleft"), ("What is it?", "what is it"), ("", "")],
)
def test_the_subject_of_a_title_is_what_is_left_without_question_words(title: str, subject: str) -> None:
    assert subject_of(title) == subject


@given(st.text(st.characters(), max_size=100))
def test_any_text_can_be_read_as_a_follow_up(question: str) -> None:
    assert leaning(question) in Leaning
    assert with_subject(question, TURN).endswith("open weights")


@pytest.mark.parametrize("question", ["and patents?", "and 70b", "And for images?"])
def test_a_question_that_begins_with_and_goes_on_with_what_was_said(question: str) -> None:
    assert leaning(question) is Leaning.CONTINUES


def test_the_subject_of_an_event_is_what_was_asked_or_its_names_never_its_date() -> None:
    asked = Turn("when was kaggle founded?", "catalogues/timeline#kaggle", "2010: Anthony Goldbloom, Ben Hamner")

    assert asked.subject == "kaggle founded"
    assert Turn(asked.title, asked.section_id, asked.title).subject == "anthony goldbloom ben hamner"


@pytest.mark.parametrize(
    "question", ["another thing: who made git?", "Thanks! Another thing: who made git?", "OK, New Topic: who made git?"]
)
def test_a_new_topic_is_said_in_any_case_of_letters(question: str) -> None:
    assert without_new_topic(question) == "who made git?"
