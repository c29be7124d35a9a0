"""The examples of /help: questions of the knowledge that is served, in words that a newcomer understands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.answering.confidence import load_confidence
from bot.answering.engine import AnswerEngine
from bot.answering.outcome import AnswerSettings
from bot.corpus.document import Corpus, Passage, Section, section_key
from bot.exts.ask.start import examples
from bot.retrieval.tfidf import TfidfIndex


def section(area: str, title: str, question: str, text: str) -> Section:
    name = f"{area}/{title}".lower().replace(" ", "-")
    return Section(name, section_key(name), area, area, (area.title(), title), (Passage(text),), (question,), (), f"{area}.md", 1)


SECTIONS = (
    section("ethics", "Zyx-5B", "What is Zyx-5B?", "Zyx-5B is a set of pictures."),
    section("ethics", "Open models", "What are open models?", "Open models are models that are open."),
    section("ethics", "Models and rules", "Which rules are there for models?", "Rules for models are open."),
    section("running", "Model files", "What are model files?", "Model files hold an open model."),
)


def engine(sections: tuple[Section, ...]) -> AnswerEngine:
    return AnswerEngine(Corpus((), sections), TfidfIndex().fit(sections), AnswerSettings(), load_confidence(Path("no-folder")))


def test_an_example_asks_what_something_is_in_the_most_common_words_and_each_area_has_one() -> None:
    questions = [question for _, question in examples(engine(SECTIONS))]

    assert questions[:2] == ["What are open models?", "What are model files?"]
    assert len(questions) == 3


def test_one_area_alone_fills_all_three() -> None:
    assert [one.area for one, _ in examples(engine(SECTIONS[:3]))] == ["ethics"] * 3


def test_a_question_that_no_button_holds_is_no_example() -> None:
    long = replace(SECTIONS[0], questions=("What is a question that is longer than a button?",))

    assert examples(engine((long,))) == ()
