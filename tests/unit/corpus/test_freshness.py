"""Facts that change: when they are due, and what is said of words that age."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.corpus.catalogue.entries import Changing, Checked, PartialDate
from bot.corpus.freshness import freshness_warnings, looks
from bot.corpus.loading import load_corpus
from bot.corpus.problems import Severity, faults
from tests.unit.making import write_folder

HEAD = """---
sources: {s: {title: S}}
sections:
  one: {questions: [a b, c d, e f]%s}
---

## One

"""


def warned(root: Path, text: str, today: date, checked: str = "") -> list[str]:
    loaded = load_corpus(write_folder(root, {"a.md": HEAD % checked + text}))
    assert faults(loaded.problems) == ()
    found = list(freshness_warnings(loaded.corpus, today))
    assert {problem.severity for problem in found} <= {Severity.WARNING}
    return [problem.message for problem in found]


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (Changing.VERSIONS, PartialDate(2027, 2)),
        (Changing.LAW, PartialDate(2027, 5)),
        (Changing.PRICES, PartialDate(2027, 5)),
        (Changing.COUNTS, PartialDate(2027, 11)),
        (Changing.PEOPLE, PartialDate(2027, 11)),
    ],
)
def test_versions_are_due_after_three_months_law_after_six_and_counts_after_twelve(kind: Changing, due: PartialDate) -> None:
    assert Checked(PartialDate(2026, 11), kind).due() == due


def test_a_fact_is_warned_of_from_the_month_on_in_which_it_is_due_and_not_before(tmp_path: Path) -> None:
    checked = ', checked: {versions: "2026-09"}'

    assert warned(tmp_path, "Text.", date(2026, 11, 30), checked) == []
    (message,) = warned(tmp_path, "Text.", date(2026, 12, 1), checked)
    assert message == "a#one: its versions were last checked in September 2026, more than 3 months ago."


@pytest.mark.parametrize("text", ["The latest model is large.", "Today it is large.", "- recently added", "It is currently free."])
def test_a_word_that_ages_is_found_where_nothing_says_of_when_it_is(tmp_path: Path, text: str) -> None:
    assert len(warned(tmp_path, text, date(2026, 11, 28))) == 1


@pytest.mark.parametrize("text", ["The latest model, of May 2026, is large.", "Right now and then it is large.", "Text.\n\n    now = 1\n"])
def test_a_word_that_ages_is_no_matter_beside_a_year_in_a_phrase_and_in_code(tmp_path: Path, text: str) -> None:
    assert warned(tmp_path, text, date(2026, 11, 28)) == []


def test_a_section_whose_facts_are_dated_may_say_today(tmp_path: Path) -> None:
    assert warned(tmp_path, "Today it is large.", date(2026, 11, 28), ', checked: {counts: "2026-11"}') == []


def test_the_looks_of_a_folder_come_by_when_they_are_due(tmp_path: Path) -> None:
    head = HEAD % ', checked: {counts: "2026-01", versions: "2026-11", law: "2026-02"}'
    corpus = load_corpus(write_folder(tmp_path, {"a.md": head + "Text."})).corpus

    assert [look.checked.kind for look in looks(corpus)] == [Changing.LAW, Changing.COUNTS, Changing.VERSIONS]
    assert corpus.sections[0].as_of == PartialDate(2026, 1)


@pytest.mark.parametrize("month", ['"2026"', '"2026-11-02"', '"2026-13"', "2026"])
def test_what_is_no_month_is_a_fault(tmp_path: Path, month: str) -> None:
    loaded = load_corpus(write_folder(tmp_path, {"a.md": HEAD % f", checked: {{law: {month}}}" + "Text.", "b.md": "Text."}))

    assert [problem.path for problem in faults(loaded.problems)] == ["a.md"]
