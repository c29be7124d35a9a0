"""``review list|show|stats|export``: what moderators see on Discord, for operators; also while the bot is running."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.cli.app import app
from bot.cli.options import ConfigOption, KnowledgeOption, configured
from bot.errors import InputError
from bot.feedback.case_kinds import ACTIVE, CaseKind, CaseState
from bot.feedback.reasons import Reason
from bot.review.export_formats import ExportFormat

if TYPE_CHECKING:
    from bot.review.queue import QueueFilter

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
    from bot.review.operating import guild_of, list_cases
    from bot.terminal.review import as_json as json_of
    from bot.terminal.review import print_cases

    path = configured(config, None).database.path
    rows = list_cases(path, guild_of(path, guild), _filter(status, every, kind, reason, section, area, since, moderator, text), most)
    if as_json:
        print(json_of(rows))
    else:
        print_cases(Console(), rows)


@review.command()
def show(number: int, guild: Guild = None, as_json: Json = False, knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Show everything about one case."""
    from bot.bootstrap.knowledge import load_knowledge
    from bot.log import start_logging
    from bot.review.operating import case_details, guild_of
    from bot.terminal.review import as_json as json_of
    from bot.terminal.review import print_case

    loaded = configured(config, knowledge)
    start_logging(loaded.log)
    path = loaded.database.path
    server = guild_of(path, guild)
    details = asyncio.run(case_details(path, load_knowledge(loaded), server, number))
    if as_json:
        print(json_of(details))
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
    from bot.review.operating import guild_of, report_of
    from bot.terminal.review import as_json as json_of
    from bot.terminal.review import print_report

    path = configured(config, None).database.path
    report = asyncio.run(report_of(path, guild_of(path, guild), days))
    if chart is not None:
        from bot.review.chart import report_chart

        chart.write_bytes(report_chart(report).png)
    if as_json:
        print(json_of(report))
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
    from bot.review.exports import export_lines
    from bot.review.operating import guild_of

    path = configured(config, None).database.path
    filters = _filter(status, every, kind, reason, section, area, since, moderator, text)
    lines = export_lines(path, guild_of(path, guild), filters, form)
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
    from bot.review.queue import QueueFilter

    if every and status:
        raise InputError("--all and --status exclude each other.")
    states = frozenset() if every else frozenset(status or ACTIVE)
    opened = None if since is None else since.replace(tzinfo=UTC)
    return QueueFilter(states, kind, reason, section, area, opened, moderator, text)
