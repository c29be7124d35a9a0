"""The answer threshold of a folder without labelled questions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.confidence import FILE, Trees, confidence_json, label_free_threshold, load_confidence
from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import KnowledgeSource, build_knowledge
from bot.answering.outcome import Answer, AnswerSettings, Suggestions
from bot.corpus.files import Limits
from bot.retrieval.tfidf import TfidfIndex
from tests.conftest import TESTS
from tests.unit.making import make_corpus, make_section, write_folder

ARTICLES = "# Fruit\n\n" + "\n\n".join(
    f"## {name} pies\n\nHow to bake {name} pies at home in an oven, with sugar and butter.\n"
    for name in "apple banana cherry damson elder fig grape hazel imbe juniper kiwi lemon".split()
)
LOW = AnswerSettings(answer_threshold=0.0, suggest_threshold=0.0)


def source(folder: Path, settings: AnswerSettings = LOW, *, is_set: bool = False) -> KnowledgeSource:
    return KnowledgeSource(folder, Limits(), settings, cached=False, threshold_is_set=is_set)


def threshold(folder: Path, settings: AnswerSettings = LOW, *, is_set: bool = False) -> float:
    return build_knowledge(source(folder, settings, is_set=is_set)).engine.settings.answer_threshold


def test_it_is_the_same_each_time_and_a_probability(shipped: AnswerEngine) -> None:
    first, second = (label_free_threshold(shipped.corpus, shipped.index, shipped.confidence) for _ in range(2))

    assert first == second
    assert first is not None
    assert 0 <= first <= 0.95


def test_too_few_sections_tell_nothing() -> None:
    sections = [make_section(f"s{number}", f"Word{number} here.") for number in range(9)]

    assert label_free_threshold(make_corpus(sections), TfidfIndex().fit(sections), load_confidence(Path("no-folder"))) is None


def test_it_is_never_so_high_that_nothing_could_be_answered() -> None:
    sections = [
        make_section(f"s{number:02}", "The very same words.", title="The same", questions=["the very same words"]) for number in range(12)
    ]
    sure = replace(load_confidence(Path("no-folder")), first_answers=Trees(60.0, ()))

    assert label_free_threshold(make_corpus(sections), TfidfIndex().fit(sections), sure) == 0.95


def test_it_raises_the_threshold_of_a_folder_without_a_calibration(tmp_path: Path) -> None:
    engine = build_knowledge(source(write_folder(tmp_path, {"fruit.md": ARTICLES}))).engine

    measured = label_free_threshold(engine.corpus, engine.index, engine.confidence)

    assert measured is not None
    assert engine.settings.answer_threshold == measured > 0


def test_what_a_question_names_is_not_held_to_what_was_measured_for_the_ranking() -> None:
    built = build_knowledge(source(TESTS / "data" / "lookup", AnswerSettings())).engine
    settings = replace(built.settings, answer_threshold=0.9)  # as it may be measured for a folder
    engine = AnswerEngine(built.corpus, built.index, settings, built.confidence)
    known = engine.answer("compare PyTorch and TensorFlow")
    sterner = engine.varied(0.95, ()).answer("compare PyTorch and TensorFlow")

    assert engine.settings.answer_threshold > engine.confidence.structured
    assert isinstance(known, Answer)
    assert isinstance(sterner, Suggestions)  # whoever sets a threshold means every answer


def test_it_never_lowers_the_threshold(tmp_path: Path) -> None:
    write_folder(tmp_path, {"fruit.md": ARTICLES})

    assert threshold(tmp_path, AnswerSettings(answer_threshold=0.99)) == 0.99


def test_a_threshold_that_the_operator_set_stays(tmp_path: Path) -> None:
    write_folder(tmp_path, {"fruit.md": ARTICLES})

    assert threshold(tmp_path, is_set=True) == 0.0 < threshold(tmp_path)


def test_a_folder_with_its_own_calibration_keeps_the_threshold_of_the_costs(tmp_path: Path) -> None:
    write_folder(tmp_path, {"fruit.md": ARTICLES, FILE: confidence_json(load_confidence(Path("no-folder")))})

    assert threshold(tmp_path) == 0.0


def test_the_shipped_knowledge_keeps_the_threshold_of_the_costs(shipped: AnswerEngine) -> None:
    assert shipped.settings.answer_threshold == pytest.approx(0.75)
