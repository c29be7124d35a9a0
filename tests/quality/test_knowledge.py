"""The knowledge that ships: in order, covering what it must, spelled right, and judged by questions that are not in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from bot.answering.confidence import load_confidence
from bot.corpus.linting import lint
from bot.corpus.loading import LoadedCorpus, load_corpus
from bot.evaluation.coverage import TABLE, coverage_table, load_coverage, unknown_sections
from bot.evaluation.golden import Golden, Split, Style, load_golden
from bot.retrieval.analyzer import fold
from tests.conftest import REPOSITORY

KNOWLEDGE = REPOSITORY / "knowledge"
TRIVIAL_EDIT = 0.15
"""Normalized edit distance up to which a golden question would be a copy of a listed one."""


@pytest.fixture(scope="module")
def loaded() -> LoadedCorpus:
    return load_corpus(KNOWLEDGE)


@pytest.fixture(scope="module")
def golden() -> Golden:
    return load_golden(KNOWLEDGE)


def test_the_linter_finds_nothing(loaded: LoadedCorpus) -> None:
    assert [str(problem) for problem in lint(loaded)] == []


def test_there_is_as_much_as_was_promised(loaded: LoadedCorpus) -> None:
    catalogues = loaded.corpus.catalogues
    articles = [section for section in loaded.corpus.sections if section.area != "catalogues"]

    assert len(articles) >= 240
    assert len(catalogues.timeline) >= 90
    assert len(catalogues.licenses) >= 16
    assert len(catalogues.projects) >= 36
    assert len(catalogues.glossary) >= 60


def test_every_section_names_a_source_with_a_publisher(loaded: LoadedCorpus) -> None:
    assert [section.id for section in loaded.corpus.sections if not any(source.publisher for source in section.sources)] == []


def test_every_topic_is_covered_by_sections_that_are_there(loaded: LoadedCorpus) -> None:
    coverage = load_coverage(KNOWLEDGE)

    assert sum(len(area.items) for area in coverage.areas) >= 150
    assert unknown_sections(coverage, loaded.corpus) == ()


def test_the_coverage_page_is_not_stale() -> None:
    assert (REPOSITORY / TABLE).read_text(encoding="utf-8") == coverage_table(load_coverage(KNOWLEDGE))


def test_the_calibration_was_fitted_for_this_knowledge(loaded: LoadedCorpus) -> None:
    assert load_confidence(KNOWLEDGE).fitted_for == loaded.corpus.fingerprint


def test_the_calibration_that_ships_with_the_program_is_the_same() -> None:
    shipped = REPOSITORY / "bot" / "answering" / "calibration.json"

    assert shipped.read_bytes() == (KNOWLEDGE / "calibration.json").read_bytes()


def test_the_golden_questions_are_many_and_of_every_style(golden: Golden) -> None:
    assert len(golden.questions) >= 300
    assert len(golden.declined) >= 120
    assert len(golden.follow_ups) >= 40
    assert {item.style for item in golden.questions} == set(Style)


def test_the_halves_of_the_golden_questions_are_of_like_size(golden: Golden) -> None:
    dev = len(golden.half(Split.DEV).questions)

    assert 0.4 <= dev / len(golden.questions) <= 0.6


def test_golden_questions_expect_sections_that_are_there(golden: Golden, loaded: LoadedCorpus) -> None:
    expected = {name for item in golden.questions for name in item.expect} | {name for item in golden.follow_ups for name in item.expect}

    assert {name for name in expected if loaded.corpus.section(name) is None} == set()


def test_no_golden_question_is_a_copy_of_a_listed_one(golden: Golden, loaded: LoadedCorpus) -> None:
    listed = [_plain(question) for question in loaded.corpus.questions]
    asked = [item.question for item in golden.questions] + [item.question for item in golden.declined]
    copies = [
        (question, known)
        for question in asked
        for known in listed
        if Levenshtein.normalized_distance(_plain(question), known, score_cutoff=TRIVIAL_EDIT) <= TRIVIAL_EDIT
    ]

    assert copies == []


def test_a_spelling_mistake_is_found(tmp_path: Path) -> None:
    article = "---\nsections:\n  a:\n    questions: [x]\n---\n\n## A\n\nThis sentense names copyleft.\n"
    (tmp_path / "a.md").write_text(article, encoding="utf-8")
    (tmp_path / "terms.txt").write_text("copyleft\n", encoding="utf-8")

    assert any("'sentense' is no word" in problem.message for problem in lint(load_corpus(tmp_path)))


def _plain(question: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(question)))
