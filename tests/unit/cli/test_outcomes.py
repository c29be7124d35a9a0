"""Outcomes as people read them at a terminal, and as JSON objects for programs."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge
from bot.answering.outcome import Abstention, Answer, DeliveryKey, Nearest, Suggestions, confidence_of, hits_of
from bot.cli.outcomes import Hints, OutcomeJson, outcome_json, print_outcome, print_section, print_sources, print_why, to_line
from bot.corpus.document import Source
from bot.texts.ask import CERTAINTY
from tests.unit.making import make_engine, make_section

HINTS = Hints(sources="ask for all", why="ask for reasons", pick="pick a number", numbered=True)


def a_console() -> Console:
    """A console whose lines are long enough to hold whatever is printed."""
    return Console(file=io.StringIO(), width=200)


def printed(console: Console) -> str:
    """What was printed, without the lines of panels."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def shown(engine: AnswerEngine, question: str, *, every_source: bool = False) -> str:
    console = a_console()
    print_outcome(console, engine.answer(question), HINTS, every_source=every_source)
    return printed(console)


def why(engine: AnswerEngine, question: str) -> str:
    console = a_console()
    print_why(console, engine.answer(question), engine)
    return printed(console)


def test_an_answer_shows_title_text_source_and_in_words_how_sure_it_is(engine: AnswerEngine) -> None:
    outcome = engine.answer("what are open weights")
    assert isinstance(outcome, Answer)

    lines = [line.strip("│╭╮╰╯─ ") for line in shown(engine, "what are open weights").splitlines()]

    assert lines[0] == "Open weights"
    assert lines[1].startswith("Open weights means that the trained parameters of a model can be downloaded by anyone.")
    assert "[1] The Open Source AI Definition (Open Source Initiative, 2024) https://opensource.org/ai" in lines
    assert lines[lines.index("") + 2 :] == [CERTAINTY[outcome.level.name].capitalize(), "", "ask for reasons"]
    assert not any("%" in line or "basics/" in line for line in lines)


def test_the_first_sentence_of_an_answer_is_set_off(engine: AnswerEngine) -> None:
    console = Console(file=io.StringIO(), width=200, force_terminal=True, color_system="standard")

    print_outcome(console, engine.answer("what are open weights"), HINTS, every_source=False)

    assert "\x1b[1mOpen weights means that the trained parameters of a model can be downloaded by anyone.\x1b[0m" in printed(console)


def test_an_answer_names_three_sources_how_many_more_there_are_and_all_where_asked_for() -> None:
    sources = tuple(Source(f"Title {number}") for number in range(8))
    engine = make_engine([replace(make_section("zebra", "Zebras have stripes."), sources=sources)])

    said, everything = shown(engine, "zebra stripes"), shown(engine, "zebra stripes", every_source=True)

    assert [f"[{number + 1}] Title {number}" in said for number in range(8)] == [True] * 3 + [False] * 5
    assert "and 5 more; ask for all" in said
    assert all(f"[{number + 1}] Title {number}" in everything for number in range(8))
    assert "more" not in everything


def test_the_sources_of_a_section_are_printed_alone() -> None:
    section = replace(make_section("zebra", "Zebras have stripes."), sources=tuple(Source(f"Title {number}") for number in range(4)))
    console = a_console()

    print_sources(console, section)

    assert printed(console).splitlines() == [f"[{number + 1}] Title {number}" for number in range(4)]


def test_an_answer_without_a_source_names_file_and_line() -> None:
    sections = [make_section("apples", "Apples are red."), make_section("cars", "Cars are fast.")]
    engine = make_engine(sections)

    assert "Source: article.md, line 1" in shown(engine, "apples")


def test_what_stands_beside_an_answer_is_named_with_a_number(engine: AnswerEngine) -> None:
    assert "Or is it: 1. Open weights" in shown(engine, "what is copyleft? what are open weights?")


def test_suggestions_are_numbered(engine: AnswerEngine) -> None:
    outcome = engine.answer("who publishes it?")
    assert isinstance(outcome, Suggestions)

    text = shown(engine, "who publishes it?")

    assert "Not sure" in text
    for number, candidate in enumerate(outcome.candidates, start=1):
        assert f"{number}. {candidate.section.title} (" in text
        assert candidate.sentence in " ".join(text.replace("│", "").split())
    assert text.rstrip().endswith("pick a number")


def test_a_decline_names_what_is_close_at_all_and_leaves_words_to_the_reasons(engine: AnswerEngine) -> None:
    declined = engine.answer("world cup")
    assert isinstance(declined, Abstention)
    copyleft, mit = make_section("copyleft", "It is.", title="Copyleft"), make_section("mit", "It is.", title="MIT")
    near = (Nearest(copyleft, ("world", "cup"), ("final",)), Nearest(mit, ("cup",), ("world", "final")))
    console = a_console()

    print_outcome(console, replace(declined, nearest=near, unseen=("final",)), HINTS, every_source=False)

    assert "Closest: Copyleft │" in " ".join(printed(console).split())
    assert "MIT" not in printed(console)
    assert "final" not in printed(console)


def test_the_reasons_of_a_decline_have_what_was_near_and_what_it_lacks(engine: AnswerEngine) -> None:
    declined = engine.answer("do zebras open the window")
    assert isinstance(declined, Abstention)
    assert declined.nearest

    reasons = why(engine, "do zebras open the window")

    assert f"• {declined.nearest[0].section.title} ({declined.nearest[0].has_and_lacks})" in reasons


@pytest.mark.parametrize(("question", "part"), [("world cup", "I don't know"), ("???", "I can only read words"), ("hi", "Hello!")])
def test_other_outcomes_show_their_text(engine: AnswerEngine, question: str, part: str) -> None:
    assert part in shown(engine, question)


def test_the_whole_arithmetic_is_shown_where_asked_for(engine: AnswerEngine) -> None:
    outcome = engine.answer("open wieghts of copyleft xyzzy")
    text = why(engine, "open wieghts of copyleft xyzzy")

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
    hits = hits_of(outcome)
    near = engine.confidence.near(outcome.asked.searched, hits, engine.explain(outcome.asked.searched, hits[0].section_id))
    assert f"an answer from {engine.settings.answer_threshold:.2f}\n" in text
    assert f"One of the first three answers {near:.2f}: suggestions from {engine.settings.suggest_threshold:.2f}\n" in text


def test_the_printed_weights_add_up_to_the_printed_score(engine: AnswerEngine) -> None:
    lines = why(engine, "open wieghts downloaded").splitlines()

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


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("zzz qqq", "No word of the question occurs in the knowledge base."),
        ("hi", "That was small talk, so nothing was searched."),
        ("???", "Nothing was searched: the question has no words."),
        (
            "wie kann ich das modell auf meinem rechner benutzen",
            "Nothing was searched: the question was read as another language than English.",
        ),
        ("Traceback (most recent call last):\nKeyError: 'x'", "Nothing was searched: the question was read as a log or an error message."),
    ],
)
def test_where_no_section_was_weighed_the_reason_says_so(engine: AnswerEngine, question: str, reason: str) -> None:
    assert why(engine, question).startswith(f"{reason}\nAnswer ")


def test_the_reasons_name_the_section_and_do_not_repeat_the_answer(engine: AnswerEngine) -> None:
    text = why(engine, "what are open weights")

    assert "Section basics/openness#open-weights\nAnswer " in text
    assert "can be downloaded by anyone" not in text


def test_a_title_that_looks_like_markup_is_shown_as_it_is(engine: AnswerEngine) -> None:
    sections = [make_section("one", "Brackets [red]are[/red] shown.", title="Use [bold] and [/x] \\"), make_section("two", "Other words.")]
    marked = make_engine(sections)

    text = shown(marked, "brackets")

    assert "Use [bold] and [/x] \\" in text
    assert "Brackets [red]are[/red] shown." in text


def test_a_whole_section_is_printed(engine: AnswerEngine) -> None:
    section = engine.corpus.section("basics/openness#open-source-ai")
    assert section is not None
    console = a_console()

    print_section(console, section)

    text = printed(console)
    assert all(passage.text in text for passage in section.passages)
    assert section.id in text


def test_a_picked_section_says_that_it_was_picked_and_has_its_reasons(engine: AnswerEngine) -> None:
    section = engine.corpus.section("basics/licenses#copyleft")
    assert section is not None
    console = a_console()
    outcome = engine.present(section, "zzz", DeliveryKey())

    print_outcome(console, outcome, HINTS, every_source=False)
    print_why(console, outcome, engine)

    assert "Copyleft" in printed(console)
    assert "Picked from suggestions" in printed(console)


@given(
    st.lists(st.sampled_from(["open", "weights", "[red]", "[/]", "\\", "license", "cake", ":smile:", "[bold"]), max_size=6).map(" ".join),
)
def test_any_question_and_its_reasons_can_be_printed(built: BuiltKnowledge, question: str) -> None:
    assert shown(built.engine, question).strip()
    assert why(built.engine, question).strip()


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
