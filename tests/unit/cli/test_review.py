"""Cases and numbers on a terminal: what members wrote is text and never markup, and times are given in a unit that people use."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from bot.cases.case import Reason
from bot.cli.review import json_text, print_case, print_cases, print_report
from bot.review.export import CaseDetails, ExportRow
from bot.review.statistics import DayCount, Proportion, ReasonCount, Report, SectionScore, WeekCount

HOSTILE = "[red]not red[/red] [link=https://evil.example]x[/link] \x1b[31m"
ROW = ExportRow(
    7, "correction", "open", "2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05+00:00", None, 2, HOSTILE, None, "a#b", "a", ("wrong",),
    ("first", HOSTILE), (), 1, 2, None, None, None, (),
)  # fmt: skip


def report(median: float | None = None, p90: float | None = None, helpful: Proportion = Proportion(0, 0)) -> Report:  # noqa: B008 - a value
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Report(
        1, "UTC", moment, moment, 3, 2, 1, (DayCount(date(2026, 1, 1), 3, 2, 1),), (WeekCount(date(2025, 12, 29), 3, 2, 1),), helpful,
        (ReasonCount(Reason.WRONG, 4),), (SectionScore("a#b", 1, 5),), 6, 7, 8, median, p90,
    )  # fmt: skip


def printed(show: object, *values: object) -> str:
    console = Console(file=io.StringIO(), width=200)
    assert callable(show)
    show(console, *values)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def test_a_list_shows_each_case_with_members_text_as_text() -> None:
    shown = printed(print_cases, [ROW])

    assert "[red]not red[/red]" in shown
    assert "2026-01-02 03:04" in shown
    assert "\x1b" not in shown


def test_a_case_shows_each_comment_and_the_answer_of_today_only_where_it_differs() -> None:
    same = printed(print_case, CaseDetails(ROW, "An answer.", "An answer.", ("a line",)))
    other = printed(print_case, CaseDetails(ROW, "An answer.", "Another one.", ()))

    assert same.count("comments") == 2
    assert ("answer today" in same, "answer today" in other) == (False, True)
    assert "\x1b" not in same


@pytest.mark.parametrize(("hours", "reply"), [(0.0, "0 minutes"), (0.75, "45 minutes"), (3.26, "3.3 hours"), (72.0, "3.0 days")])
def test_times_are_reported_in_a_unit_that_people_use(hours: float, reply: str) -> None:
    assert f"median {reply}, 90 % within {reply}" in printed(print_report, report(hours, hours))


def test_a_report_without_votes_and_closed_cases_says_so() -> None:
    shown = printed(print_report, report())

    assert "Helpful: no votes yet" in shown
    assert "Time to close" not in shown
    assert "Helpful: 50 % of 10 votes (95 % interval 24 % to 76 %)" in printed(print_report, report(helpful=Proportion(5, 10)))


def test_json_has_every_number_and_the_interval() -> None:
    value = json.loads(json_text(report(1.0, 2.0, Proportion(1, 2))))

    assert (value["answered"], value["weeks"], value["worst"][0]["section_id"]) == (3, [
        {"monday": "2025-12-29", "answered": 3, "suggested": 2, "declined": 1}
    ], "a#b")  # fmt: skip
    assert value["helpful"]["share"] == 0.5
    assert json.loads(json_text([ROW]))[0]["comments"] == ["first", HOSTILE]
