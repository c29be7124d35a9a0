"""``review``: cases and numbers as tables for people and as JSON for programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.review.export_row import CaseDetails, ExportRow
from bot.review.report import Report

_SHORT = 60


def print_cases(console: Console, rows: Sequence[ExportRow]) -> None:
    """Print a line for each case."""
    table = Table(
        "case", "state", "kind", "opened", "signals", "question or note", "section", title=f"{len(rows)} cases", title_justify="left"
    )
    for row in rows:
        text = row.question or row.note or "text deleted"
        cells = (
            str(row.number),
            row.state,
            row.kind,
            row.opened_at[:16].replace("T", " "),
            str(row.signals),
            _short(text),
            row.section_id or "",
        )
        table.add_row(*map(_plain, cells))
    console.print(table)


def print_case(console: Console, details: CaseDetails) -> None:
    """Print all that is known about a case."""
    table = Table(show_header=False, title=f"Case {details.case.number}", title_justify="left")
    for name, value in asdict(details.case).items():
        texts = value if isinstance(value, (list, tuple)) else (value,)
        for text in texts:
            if text not in (None, ""):
                table.add_row(name.replace("_", " "), _plain(str(text)))
    for name, answer in (("answer as shown", details.shown), ("answer today", details.today)):
        if answer is not None and (name == "answer as shown" or answer != details.shown):
            table.add_row(name, _plain(answer))
    for line in details.history:
        table.add_row("history", _plain(line))
    console.print(table)


def print_report(console: Console, report: Report) -> None:
    """Print the numbers of a period."""
    table = Table("week from", "answered", "suggested", "declined", title=_title(report), title_justify="left")
    for week in report.weeks:
        table.add_row(str(week.monday), str(week.answered), str(week.suggested), str(week.declined))
    table.add_section()
    table.add_row("all", str(report.answered), str(report.suggested), str(report.declined))
    console.print(table)
    console.print(f"Helpful: {report.helpful.described}")
    for reason in report.reasons:
        console.print(f"  {reason.reason.value}: {reason.members}")
    console.print(f"Cases: {report.opened} opened, {report.closed} closed, {report.waiting} waiting")
    if report.median_hours is not None and report.p90_hours is not None:
        console.print(f"Time to close: median {_span(report.median_hours)}, 90 % within {_span(report.p90_hours)}")
    if report.worst:
        worst = Table("section", "helpful", "not helpful", title="Sections with the most votes against", title_justify="left")
        for score in report.worst:
            worst.add_row(_plain(score.section_id), str(score.helpful), str(score.not_helpful))
        console.print(worst)


def as_json(value: ExportRow | CaseDetails | Report | Sequence[ExportRow]) -> str:
    """Return cases or numbers as JSON."""
    plain = [asdict(one) for one in value] if isinstance(value, Sequence) else asdict(value)
    if isinstance(value, Report):
        plain = {**asdict(value), "helpful": {**asdict(value.helpful), "share": value.helpful.share, "interval": value.helpful.interval}}
    return json.dumps(plain, default=str, ensure_ascii=False, indent=2)


def _title(report: Report) -> str:
    return f"{len(report.days)} days until {report.days[-1].date}, {report.zone}"


def _plain(text: str) -> Text:
    """Return text without markup and without what would steer the terminal."""
    return Text("".join("\ufffd" if unicodedata.category(sign) == "Cc" and sign not in "\n\t" else sign for sign in text))


def _span(hours: float) -> str:
    """Return a time in the unit that people would use."""
    if hours < 1:
        return f"{60 * hours:.0f} minutes"
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"
