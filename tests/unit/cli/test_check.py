"""What an editor or operator sees about a knowledge folder."""

from __future__ import annotations

import io
import json
import os
from datetime import date
from pathlib import Path

from rich.console import Console

from bot.cli.check import CheckReport, check_knowledge, print_check, print_stale, report_json
from bot.corpus.files import Limits
from bot.corpus.freshness import looks
from bot.corpus.loading import load_corpus
from tests.conftest import SMALL_KNOWLEDGE
from tests.unit.making import write_folder

TODAY = date(2026, 11, 28)


def printed(report: CheckReport, width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_check(console, report)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_folder_is_counted_file_by_file() -> None:
    report = check_knowledge(SMALL_KNOWLEDGE, Limits(), today=TODAY)

    assert [(file.path, file.sections, file.questions) for file in report.files] == [
        ("basics/licenses.md", 4, 12),
        ("basics/openness.md", 3, 9),
    ]
    assert all(file.words > 0 for file in report.files)
    assert report.faults == 0
    assert report.fingerprint == load_corpus(SMALL_KNOWLEDGE).corpus.fingerprint


def test_faults_and_warnings_are_reported_apart_and_warnings_counted_for_their_file(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "[x](gone.md) [y](gone.md)", "bad.md": b"\xe9"})

    report = check_knowledge(tmp_path, Limits(), today=TODAY)

    assert report.faults == 1
    assert len(report.problems) == 3
    assert [(file.path, file.warnings) for file in report.files] == [("a.md", 2)]


def test_a_folder_that_cannot_be_used_is_one_fault(tmp_path: Path) -> None:
    report = check_knowledge(tmp_path / "nowhere", Limits(), today=TODAY)

    assert (report.faults, report.files, report.fingerprint) == (1, (), None)
    assert "There is no knowledge folder" in str(report.problems[0])


def test_the_printed_report_names_files_problems_and_totals(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "## One\n\ntext\n\n## Two\n\n[x](gone.md)", "[b].md": b"one\n\xe9"})

    text = printed(check_knowledge(tmp_path, Limits(), today=TODAY))

    assert "a.md" in text
    assert "1 files" in text
    assert "fault [b].md:2: is not UTF-8" in text
    assert "warning a.md:7: links to gone.md" in text
    assert "1 faults, 1 warnings; corpus " in text


def test_a_name_that_looks_like_markup_is_printed_as_it_is(tmp_path: Path) -> None:
    write_folder(tmp_path / "[red]x", {"[bold]a[/].md": "Some text.", "[/b].md": "Some text."})

    text = printed(check_knowledge(tmp_path / "[red]x", Limits(), today=TODAY))

    assert "[bold]a[/].md" in text
    assert "[/b].md" in text


def test_the_json_report_holds_everything(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "[é](gone.md)", "bad.md": b"\0"})
    report = check_knowledge(tmp_path, Limits(), today=TODAY)

    value = json.loads(report_json(report))

    assert (value["folder"], value["fingerprint"], value["faults"], value["warnings"]) == (str(tmp_path), report.fingerprint, 1, 1)
    assert value["files"] == [{"path": "a.md", "sections": 1, "words": 1, "questions": 0, "warnings": 1}]
    assert value["problems"][1] == {
        "path": "bad.md",
        "line": 1,
        "severity": "fault",
        "message": "holds a NUL character at position 0.",
        "remedy": "It is not a text file; remove or re-save it.",
    }


def test_a_file_name_that_is_not_utf_8_can_be_reported(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/caf\xe9.md", "wb") as file:  # noqa: PTH123 - such a name has no text
        file.write(b"Words about coffee.")

    report = check_knowledge(tmp_path, Limits(), today=TODAY)

    assert "caf" in report_json(report).encode("utf-8").decode("utf-8")


def test_the_limits_of_the_configuration_hold(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "text", "b.md": "x" * 100})

    report = check_knowledge(tmp_path, Limits(file_bytes=50), today=TODAY)

    assert [(problem.path, problem.line) for problem in report.problems] == [("b.md", None)]


def test_the_list_of_what_to_look_up_begins_with_what_is_due_first_and_marks_what_is_overdue(tmp_path: Path) -> None:
    head = """---
sources: {s: {title: S}}
sections:
  counts: {checked: {counts: "2025-12"}}
  law: {checked: {law: "2026-04"}}
  versions: {checked: {versions: "2026-10"}}
---
"""
    text = head + "\n\n".join(f"## {name}\n\nText." for name in ("Counts", "Law", "Versions"))
    console = Console(file=io.StringIO(), width=160)

    print_stale(console, looks(load_corpus(write_folder(tmp_path, {"a.md": text})).corpus), TODAY)

    assert isinstance(console.file, io.StringIO)
    lines = [line for line in console.file.getvalue().splitlines() if "a#" in line]
    assert [line.split("a#")[1].split(",")[0] for line in lines] == ["law", "counts", "versions"]
    assert [line.endswith("overdue") for line in lines] == [True, False, False]
    assert console.file.getvalue().endswith("1 of 3 are due\n")
