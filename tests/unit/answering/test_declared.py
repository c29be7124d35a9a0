"""Questions for the attributes that the schema of a knowledge base declares, and for versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import KnowledgeSource, build_knowledge
from bot.answering.outcome import Answer, AnswerSettings, Outcome, Suggestions
from bot.corpus.files import Limits
from bot.corpus.loading import load_corpus
from bot.lookup.comparison import compare
from bot.query.follow_up import Turn
from tests.conftest import TESTS
from tests.unit.making import write_folder

SOURCES = "sources: {s: {title: S}}\n"
TF2 = "• TensorFlow 2.0: September 30, 2019; sizes: about 400 MB; license: Apache-2.0; runs eagerly"
ENTRY = "{id: tool, name: Tool, kind: tool, summary: It helps., who: People, first_release: '2020', url: 'https://x.org', sources: [s]%s}"


@pytest.fixture(scope="module")
def engine() -> AnswerEngine:
    return build_knowledge(KnowledgeSource(TESTS / "data" / "lookup", Limits(), AnswerSettings(), cached=False)).engine


def text_of(outcome: Outcome) -> str:
    assert isinstance(outcome, Answer)
    assert outcome.section.id == "catalogues/projects#tensorflow"
    return outcome.text


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("where is TensorFlow based?", "• Based in: Mountain View, California, United States"),
        ("hi, which programming language is tensorflow written in", "• Programming language: C++; Python"),
        ("How large is TensorFlow 2.0?", TF2),
        ("what license is TensorFlow 1.0 under", "• TensorFlow 1.0: February 2017; license: Apache-2.0"),
        (
            "when was tensorflow 2.0 released?",
            TF2,
        ),
    ],
)
def test_a_form_that_the_schema_declares_is_answered_with_the_fact(engine: AnswerEngine, question: str, line: str) -> None:
    assert text_of(engine.answer(question)) == f"{line}\n\nTensorFlow is a framework by Google."


def test_all_versions_are_listed_the_newest_first(engine: AnswerEngine) -> None:
    lines = text_of(engine.answer("which versions of TensorFlow are there?")).splitlines()

    assert [line.split(":")[0] for line in lines[:2]] == ["• TensorFlow 2.0", "• TensorFlow 1.0"]


@pytest.mark.parametrize("question", ["and where is it based?", "in which country?"])
def test_a_follow_up_in_such_a_form_is_about_what_was_shown(engine: AnswerEngine, question: str) -> None:
    previous = Turn("what is tensorflow", "catalogues/projects#tensorflow", "TensorFlow")

    assert text_of(engine.answer(question, previous)).startswith("• Based in: Mountain View")


def test_what_an_entry_does_not_say_is_left_to_the_ranking(engine: AnswerEngine) -> None:
    outcome = engine.answer("where is PyTorch based?")

    assert isinstance(outcome, Suggestions)
    first = outcome.candidates[0]
    assert first.section.id == "catalogues/projects#pytorch"
    assert "Based in" not in first.text


def test_two_entries_are_compared_in_what_the_schema_declares_with_what_one_of_them_lacks(engine: AnswerEngine) -> None:
    pytorch, tensorflow = engine.corpus.catalogues.projects

    found = {row.label: (row.left, row.right) for row in compare(pytorch, tensorflow).rows}
    assert found["Programming language"] == (("not listed",), ("C++", "Python"))
    assert found["Versions"] == (("not listed",), ("TensorFlow 1.0", "TensorFlow 2.0"))


@pytest.mark.parametrize(
    ("attributes", "facts", "message"),
    [
        ("", "{based-in: Bern}", "tool: 'based-in' is no attribute."),
        ("{id: based-in, label: In, question: 'where is {}', asks: ['(']}", "{}", "must be a regular expression"),
        (
            "{id: based-in, label: In, question: 'where is {}', words: [on]}",
            "{based-in: Bern}",
            "must be text",
        ),  # and no fault of each entry
    ],
)
def test_an_attribute_that_is_not_declared_and_a_form_that_cannot_be_read_are_faults(
    tmp_path: Path, attributes: str, facts: str, message: str
) -> None:
    files = {
        "a.md": "Text.",
        "catalogues/attributes.yaml": f"attributes: [{attributes}]",
        "catalogues/projects.yaml": f"{SOURCES}entries:\n  - {ENTRY % f', facts: {facts}'}\n",
    }
    problems = load_corpus(write_folder(tmp_path, files)).problems

    assert len(problems) == 1
    assert message in problems[0].message
