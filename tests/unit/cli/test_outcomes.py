"""Outcomes as people read them at a terminal, and as JSON objects for programs."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.answering.engine import AnswerEngine, DeliveryKey
from bot.answering.knowledge import BuiltKnowledge
from bot.answering.outcome import Suggestions, confidence_of, hits_of
from bot.cli.outcomes import OutcomeJson, outcome_json, print_outcome, print_section, to_line
from bot.corpus.document import Source
from tests.unit.making import make_engine, make_section


def shown(engine: AnswerEngine, question: str, *, why: bool = False) -> str:
    """Return what is printed for a question, on lines that are long enough to hold it."""
    console = Console(file=io.StringIO(), width=200)
    print_outcome(console, engine.answer(question), engine, why=why)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_answer_shows_title_text_source_confidence_and_the_words_behind_it(engine: AnswerEngine) -> None:
    text = shown(engine, "what are open weights")

    assert "Open weights" in text
    assert "can be downloaded by anyone" in text
    assert "Source: The Open Source AI Definition (Open Source Initiative, 2024) https://opensource.org/ai" in text
    assert "Confident, " in text
    assert "basics/openness#open-weights" in text
    assert "Why: " in text
    assert "weights 0." in text


def test_an_answer_with_many_sources_names_five_and_how_many_more_there_are() -> None:
    sources = tuple(Source(f"Title {number}") for number in range(8))
    engine = make_engine([replace(make_section("zebra", "Zebras have stripes."), sources=sources)])

    said = shown(engine, "zebra stripes")

    assert [f"Title {number}" in said for number in range(8)] == [True] * 5 + [False] * 3
    assert "and 3 more" in said


def test_an_answer_without_a_source_names_file_and_line() -> None:
    sections = [make_section("apples", "Apples are red."), make_section("cars", "Cars are fast.")]
    engine = make_engine(sections)

    assert "Source: article.md, line 1" in shown(engine, "apples")


def test_suggestions_are_numbered(engine: AnswerEngine) -> None:
    outcome = engine.answer("can i sell the weights with a license")
    assert isinstance(outcome, Suggestions)

    text = shown(engine, "can i sell the weights with a license")

    assert "Not sure" in text
    for number, candidate in enumerate(outcome.candidates, start=1):
        assert f"{number}. {candidate.section.title} (" in text
        assert candidate.sentence in " ".join(text.replace("│", "").split())


@pytest.mark.parametrize(("question", "part"), [("world cup", "I don't know"), ("???", "I can only read words"), ("hi", "Hello!")])
def test_other_outcomes_show_their_text(engine: AnswerEngine, question: str, part: str) -> None:
    assert part in shown(engine, question)


def test_the_whole_arithmetic_is_shown_where_asked_for(engine: AnswerEngine) -> None:
    outcome = engine.answer("open wieghts of copyleft xyzzy")
    text = shown(engine, "open wieghts of copyleft xyzzy", why=True)

    for part in (
        "wieghts",
        "weights",
        "xyzzy",
        "unknown",
        "not in this section",
        "word pairs",
        "likeness to",
        "score",
        "Runner-up: ",
        "Searched for: ",
    ):
        assert part in text
    assert f"Answer {outcome.asked.answer_id}, fingerprint {engine.fingerprint}" in text
    assert f"an answer from {engine.settings.answer_threshold:.2f}, suggestions from {engine.settings.suggest_threshold:.2f}" in text


def test_the_printed_weights_add_up_to_the_printed_score(engine: AnswerEngine) -> None:
    lines = shown(engine, "open wieghts downloaded", why=True).splitlines()

    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│") and line.count("│") > 2]
    weights = [float(row[-1]) for row in rows]
    assert [row[0] for row in rows] == [
        "open",
        "wieghts",
        "downloaded",
        "word pairs in the same order",
        "its name",
        "likeness to",
        "groups of four letters",
        "score",
    ]
    assert sum(weights[:-1]) == pytest.approx(weights[-1], abs=5e-4)
    assert weights[-1] == pytest.approx(hits_of(engine.answer("open wieghts downloaded"))[0].score, abs=1e-4)


def test_a_question_without_a_known_word_is_explained_as_such(engine: AnswerEngine) -> None:
    assert "No word of the question occurs in the knowledge base." in shown(engine, "zzz qqq", why=True)


def test_a_title_that_looks_like_markup_is_shown_as_it_is(engine: AnswerEngine) -> None:
    sections = [make_section("one", "Brackets [red]are[/red] shown.", title="Use [bold] and [/x] \\"), make_section("two", "Other words.")]
    marked = make_engine(sections)

    text = shown(marked, "brackets", why=False)

    assert "Use [bold] and [/x] \\" in text
    assert "Brackets [red]are[/red] shown." in text


def test_a_whole_section_is_printed(engine: AnswerEngine) -> None:
    section = engine.corpus.section("basics/openness#open-source-ai")
    assert section is not None
    console = Console(file=io.StringIO(), width=200)

    print_section(console, section)

    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert all(passage.text in text for passage in section.passages)
    assert section.id in text


def test_a_chosen_section_is_shown_with_its_reasons(engine: AnswerEngine) -> None:
    section = engine.corpus.section("basics/licenses#copyleft")
    assert section is not None
    console = Console(file=io.StringIO(), width=200)

    print_outcome(console, engine.present(section, "zzz", DeliveryKey()), engine, why=True)

    assert isinstance(console.file, io.StringIO)
    assert "Copyleft" in console.file.getvalue()


@given(
    st.lists(st.sampled_from(["open", "weights", "[red]", "[/]", "\\", "license", "cake", ":smile:", "[bold"]), max_size=6).map(" ".join),
    st.booleans(),
)
def test_any_question_can_be_printed_with_and_without_reasons(built: BuiltKnowledge, question: str, why: bool) -> None:
    assert shown(built.engine, question, why=why).strip()


FIELDS = (
    "id", "question", "outcome", "title", "text", "section", "confidence", "score", "sources", "suggestions",
    "more", "alternatives", "answer_id", "fingerprint", "elapsed_ms",
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
        (one.section.id, one.section.title) for one in outcome.candidates
    ]
    assert [entry["score"] for entry in value["suggestions"]] == [hit.score for hit in outcome.hits[: len(outcome.candidates)]]
    assert [(entry["sentence"], entry["text"]) for entry in value["suggestions"]] == [
        (one.sentence, one.text) for one in outcome.candidates
    ]
    assert [entry["section"] for entry in value["more"]] == [one.section.id for one in outcome.more]
    assert value["alternatives"] == []


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
