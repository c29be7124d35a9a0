"""Outcomes as JSON objects for programs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge
from bot.answering.outcome import Suggestions, confidence_of, hits_of
from bot.cli.outcomes import OutcomeJson, outcome_json, to_line

FIELDS = (
    "id", "question", "outcome", "title", "text", "section", "confidence", "score", "sources", "suggestions",
    "answer_id", "fingerprint", "elapsed_ms",
)  # fmt: skip


def as_json(engine: AnswerEngine, question: str, name: str | int | None = None) -> OutcomeJson:
    return outcome_json(engine.answer(question), question, name, 0.0123456)


def test_an_answer_has_its_section_text_confidence_and_sources(engine: AnswerEngine) -> None:
    value = as_json(engine, "What are open weights?", "q1")

    assert tuple(value) == FIELDS
    assert (value["id"], value["question"], value["outcome"]) == ("q1", "What are open weights?", "answer")
    assert (value["title"], value["section"]) == ("Open weights", "basics/openness#open-weights")
    assert value["text"].startswith("Open weights means")
    assert value["sources"] == [
        {"title": "The Open Source AI Definition", "publisher": "Open Source Initiative", "year": 2024, "url": "https://opensource.org/ai"}
    ]
    assert value["suggestions"] == []
    assert value["fingerprint"] == engine.fingerprint
    assert value["elapsed_ms"] == 12.346


def test_confidence_and_score_are_those_of_the_outcome(engine: AnswerEngine) -> None:
    value = as_json(engine, "what are open weights")

    outcome = engine.answer("what are open weights")
    assert value["confidence"] == confidence_of(outcome)
    assert value["score"] == hits_of(outcome)[0].score


def test_suggestions_are_listed_with_their_scores(engine: AnswerEngine) -> None:
    outcome = engine.answer("who publishes it?")
    assert isinstance(outcome, Suggestions)

    value = as_json(engine, "who publishes it?", 7)

    assert (value["id"], value["outcome"], value["section"], value["title"], value["sources"]) == (7, "suggestions", None, None, [])
    assert [(entry["section"], entry["title"]) for entry in value["suggestions"]] == [
        (section.id, section.title) for section in outcome.candidates
    ]
    assert [entry["score"] for entry in value["suggestions"]] == [hit.score for hit in outcome.hits[: len(outcome.candidates)]]


@pytest.mark.parametrize(("question", "outcome", "confidence"), [("who won the world cup", "abstention", True), ("hi", "smalltalk", False)])
def test_an_outcome_without_a_section_has_none(engine: AnswerEngine, question: str, outcome: str, confidence: bool) -> None:
    value = as_json(engine, question)

    assert (value["id"], value["outcome"], value["section"], value["sources"], value["suggestions"]) == (None, outcome, None, [], [])
    assert (value["confidence"] is not None) == confidence


def test_the_question_is_repeated_as_it_was_asked(engine: AnswerEngine) -> None:
    assert as_json(engine, "  what\n is it <@1> ")["question"] == "  what\n is it <@1> "


@given(st.text(st.characters(), max_size=80))
def test_any_question_makes_one_line_that_can_be_written_and_read_again(built: BuiltKnowledge, question: str) -> None:
    value = as_json(built.engine, question)

    line = to_line(value)

    line.encode("utf-8")
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line) == value
