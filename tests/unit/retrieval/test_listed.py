"""Texts that lead to their section: what it lists, word for word, and its title."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.outcome import Answer, AnswerSettings
from bot.query.scope import Scope, scope_of
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_engine, make_section
from tests.unit.retrieval.corpora import named

COPYLEFT = replace(
    make_section("copyleft", "Changes stay free.", questions=("What is copyleft?",)), messages=("my boss says GPL is viral, is he right??",)
)
MIT = named("mit", "MIT License", "Do as you like.", questions=["what is it", "is MIT fine"])
OTHER = make_section("other", "Other things.", questions=("what is it",))
INDEX = TfidfIndex().fit([COPYLEFT, MIT, OTHER])


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("What is copyleft?", "article#copyleft"),
        ("what is COPYLEFT", "article#copyleft"),
        ("My boss says GPL is viral - is he right", "article#copyleft"),
        ("mit license", "article#mit"),
        ("MIT licence", "article#mit"),
        ("copyleft", "article#copyleft"),
    ],
)
def test_questions_messages_and_titles_lead_to_their_section_whatever_their_case_and_signs(text: str, section: str) -> None:
    assert INDEX.listed(text) == section


@pytest.mark.parametrize("text", ["what was copyleft about", "is copyleft", "my boss says GPL is viral", "", "???", "zzz"])
def test_a_text_that_is_not_listed_as_it_stands_leads_nowhere(text: str) -> None:
    assert INDEX.listed(text) is None


def test_a_text_that_two_sections_list_leads_nowhere() -> None:
    assert INDEX.listed("what is it") is None


def test_a_title_of_two_articles_leads_nowhere() -> None:
    index = TfidfIndex().fit([make_section("a", "One.", title="Risks"), make_section("b", "Two.", title="Risks")])

    assert index.listed("risks") is None


def test_an_article_with_a_title_goes_before_the_entry_with_the_same_name() -> None:
    entry = named("entry", "Copyleft", "An entry.", aliases=["share alike"])

    assert TfidfIndex().fit([entry, COPYLEFT]).listed("copyleft") == "article#copyleft"
    assert TfidfIndex().fit([entry, OTHER]).listed("copyleft") == "article#entry"


def test_what_a_section_lists_goes_before_what_another_is_called() -> None:
    called = make_section("called", "Another.", title="what is copyleft")

    assert TfidfIndex().fit([COPYLEFT, called]).listed("what is copyleft") == "article#copyleft"


def test_a_listed_text_is_answered_by_its_section_however_the_ranking_sees_it() -> None:
    shadow = make_section(
        "shadow", "Copyleft, copyleft: my boss says GPL is viral, is he right, and what is copyleft.", title="GPL is viral"
    )
    engine = make_engine([COPYLEFT, shadow, OTHER], AnswerSettings())

    outcome = engine.answer("my boss says gpl is viral, is he right?")

    assert isinstance(outcome, Answer)
    assert outcome.section.id == COPYLEFT.id
    assert outcome.reading == "a question that this section lists, or its title"
    assert outcome.alternatives == ()


@pytest.mark.parametrize("message", ["RuntimeError: CUDA out of memory??", "was ist das und wie geht es"])
def test_a_listed_message_is_answered_even_where_it_looks_like_a_log_and_like_another_language(message: str) -> None:
    memory = replace(make_section("memory", "A card has too little memory for a model."), messages=(message,))

    outcome = make_engine([memory, MIT, OTHER], AnswerSettings()).answer(message)

    assert scope_of(message) is not Scope.QUESTION
    assert isinstance(outcome, Answer)
    assert outcome.section.id == memory.id


def test_a_listed_text_in_courtesy_leads_to_its_section_too() -> None:
    engine = make_engine([COPYLEFT, MIT, OTHER], AnswerSettings())

    outcome = engine.answer("Hi all, quick question: what is copyleft? Thanks!")

    assert isinstance(outcome, Answer)
    assert (outcome.section.id, outcome.reading) == (COPYLEFT.id, "a question that this section lists, or its title")
