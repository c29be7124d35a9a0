"""Rows of an export as text: CSV for spreadsheets, JSON lines for programs, Markdown for people.

No spreadsheet may take a member's text for a formula, so in CSV such cells begin with an apostrophe (CWE-1236): also where the sign
comes after spaces, or is full-width. Quoting alone does not help.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from bot.review.export_row import ExportRow

_COLUMNS = tuple(one.name for one in fields(ExportRow))
_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
_LIST = "\n"
"""Between several texts in one cell."""
_MARKDOWN_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>()#+-!|~@"})


class ExportFormat(StrEnum):
    """What an export can be written as."""

    CSV = "csv"
    JSONL = "jsonl"
    MARKDOWN = "md"


@dataclass(frozen=True, slots=True)
class Writer:
    """How a format is written: what a file begins with, and each row."""

    head: str
    row: Callable[[ExportRow], str]


def writer_of(form: ExportFormat) -> Writer:
    """Return how a format is written."""
    match form:
        case ExportFormat.CSV:
            return Writer("\ufeff" + _csv_line(_COLUMNS), _csv_row)
        case ExportFormat.JSONL:
            return Writer("", lambda row: json.dumps(asdict(row), ensure_ascii=False) + "\n")
        case ExportFormat.MARKDOWN:
            return Writer("# Cases\n", _markdown)


def formula_safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return "'" + text if text.lstrip(" \u00a0\u3000").startswith(_FORMULA) else text


def _csv_row(row: ExportRow) -> str:
    return _csv_line(_cell(getattr(row, name)) for name in _COLUMNS)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case tuple():
            return formula_safe(_LIST.join(map(str, value)))
        case str():
            return formula_safe(value)
        case _:
            return str(value)


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([cell.replace("\0", "\ufffd") for cell in cells])
    return line.getvalue()


def _markdown(row: ExportRow) -> str:
    lines = [f"\n## Case {row.number}: {row.kind}, {row.state}\n"]
    for name in _COLUMNS[3:]:
        value = getattr(row, name)
        for text in value if isinstance(value, tuple) else (value,):
            if text not in (None, ""):
                lines.append(f"- {name.replace('_', ' ')}: {_one_line(str(text))}")
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    """Return text so that it stays text in Markdown: on one line, its signs escaped."""
    return " ".join(text.split()).translate(_MARKDOWN_SIGNS)
