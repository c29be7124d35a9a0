"""``review list|show|stats|export``: what moderators see on Discord, for operators and programs; also while the bot is running."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.bootstrap.knowledge import load_knowledge
from bot.cases.case import ACTIVE, CaseKind, CaseState, Reason
from bot.cli.app import ConfigOption, KnowledgeOption, app, configured, to_json
from bot.errors import InputError
from bot.log import start_logging
from bot.review import operating
from bot.review.export import CaseDetails, ExportFormat, ExportRow, export_lines
from bot.review.queue import QueueFilter
from bot.review.statistics import Report, report_chart
from bot.storage.dialect import place_of

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


def json_text(value: ExportRow | CaseDetails | Report | Sequence[ExportRow]) -> str:
    """Indented, since people read it too; a share and its interval stand beside the counts they come from."""
    plain = [asdict(one) for one in value] if isinstance(value, Sequence) else asdict(value)
    if isinstance(value, Report):
        plain = {**asdict(value), "helpful": {**asdict(value.helpful), "share": value.helpful.share, "interval": value.helpful.interval}}
    return to_json(plain, indent=2)


def _title(report: Report) -> str:
    return f"{len(report.days)} days until {report.days[-1].date}, {report.zone}"


def _plain(text: str) -> Text:
    """Members' text must neither be read as markup nor steer the terminal."""
    return Text("".join("\ufffd" if unicodedata.category(sign) == "Cc" and sign not in "\n\t" else sign for sign in text))


def _span(hours: float) -> str:
    """Hours in the unit that people would use."""
    if hours < 1:
        return f"{60 * hours:.0f} minutes"
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


review = typer.Typer(help="Look at the cases that moderators work on, and at the numbers.", no_args_is_help=True)
app.add_typer(review, name="review")

Guild = Annotated[int | None, typer.Option("--guild", help="Id of the server; may be left out where only one has data.")]
Status = Annotated[
    list[CaseState] | None, typer.Option("--status", help="Only cases in this state; may be repeated. Without it, what waits.")
]
All = Annotated[bool, typer.Option("--all", help="Cases in every state.")]
Kind = Annotated[CaseKind | None, typer.Option(help="Only cases of this kind.")]
ReasonOption = Annotated[Reason | None, typer.Option("--reason", help="Only cases for which a member gave this reason.")]
Section = Annotated[str | None, typer.Option("--section", help="Only cases about this section, by its id.")]
Area = Annotated[str | None, typer.Option("--area", help="Only cases about sections of this area.")]
Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Only cases opened on this day (UTC) or later.")]
Mine = Annotated[int | None, typer.Option("--moderator", help="Only cases claimed or closed by this moderator, by Discord id.")]
Words = Annotated[str | None, typer.Option("--text", help="Only cases about which all these words are written.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@review.command("list")
def list_command(
    guild: Guild = None,
    status: Status = None,
    every: All = False,
    kind: Kind = None,
    reason: ReasonOption = None,
    section: Section = None,
    area: Area = None,
    since: Since = None,
    moderator: Mine = None,
    text: Words = None,
    most: Annotated[int, typer.Option("--limit", min=1, help="How many at the most.")] = 50,
    as_json: Json = False,
    config: ConfigOption = None,
) -> None:
    """List cases, those that wait longest first."""
    place = place_of(configured(config, None).database)
    rows = operating.list_cases(
        place, operating.only_guild(place, guild), _filter(status, every, kind, reason, section, area, since, moderator, text), most
    )
    if as_json:
        print(json_text(rows))
    else:
        print_cases(Console(), rows)


@review.command()
def show(number: int, guild: Guild = None, as_json: Json = False, knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Show everything about one case."""
    loaded = configured(config, knowledge)
    start_logging(loaded.log)
    place = place_of(loaded.database)
    server = operating.only_guild(place, guild)
    details = asyncio.run(operating.case_details(place, load_knowledge(loaded), server, number))
    if as_json:
        print(json_text(details))
    else:
        print_case(Console(), details)


@review.command()
def stats(
    guild: Guild = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days, today included.")] = 30,
    chart: Annotated[Path | None, typer.Option(help="Also draw the days into this PNG file.")] = None,
    as_json: Json = False,
    config: ConfigOption = None,
) -> None:
    """Print how many questions were answered, how helpful that was, and how fast cases were closed."""
    place = place_of(configured(config, None).database)
    report = asyncio.run(operating.report_of(place, operating.only_guild(place, guild), days))
    if chart is not None:
        chart.write_bytes(report_chart(report).png)
    if as_json:
        print(json_text(report))
    else:
        print_report(Console(), report)


@review.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where the export goes.")],
    form: Annotated[ExportFormat, typer.Option("--format", help="For spreadsheets, for programs, or for people.")] = ExportFormat.CSV,
    guild: Guild = None,
    status: Status = None,
    every: All = False,
    kind: Kind = None,
    reason: ReasonOption = None,
    section: Section = None,
    area: Area = None,
    since: Since = None,
    moderator: Mine = None,
    text: Words = None,
    config: ConfigOption = None,
) -> None:
    """Write cases to a file; members are not named in it."""
    place = place_of(configured(config, None).database)
    filters = _filter(status, every, kind, reason, section, area, since, moderator, text)
    lines = export_lines(place, operating.only_guild(place, guild), filters, form)
    try:
        with file.open("w", encoding="utf-8", newline="") as target:
            rows = sum(1 for line in lines if target.write(line)) - (form is not ExportFormat.JSONL)
    except OSError as error:
        raise InputError(f"{file} cannot be written ({error.strerror}).") from error
    print(f"{file} is written: {rows} cases")


def _filter(
    status: list[CaseState] | None,
    every: bool,
    kind: CaseKind | None,
    reason: Reason | None,
    section: str | None,
    area: str | None,
    since: datetime | None,
    moderator: int | None,
    text: str | None,
) -> QueueFilter:
    if every and status:
        raise InputError("--all and --status exclude each other.")
    states = frozenset() if every else frozenset(status or ACTIVE)
    opened = None if since is None else since.replace(tzinfo=UTC)
    return QueueFilter(states, kind, reason, () if section is None else (section,), area, since=opened, moderator_id=moderator, text=text)
