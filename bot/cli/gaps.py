"""``review gaps`` and ``review progress``: what members asked for in vain, and whether it helped; read while the bot may be running.

Gaps are shown as the bot last found them: it looks every few hours, before a digest, and whenever a moderator asks. Nothing changes here.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.answering.knowledge import Knowledge
from bot.bootstrap.knowledge import load_knowledge
from bot.cli.app import ConfigOption, KnowledgeOption, configured, to_json
from bot.cli.review import Guild, Json, review
from bot.config import Config
from bot.errors import InputError
from bot.feedback.recording import ServerEngines
from bot.gaps.export import GapRow, gap_rows, written
from bot.gaps.gaps import Gaps
from bot.gaps.progress import Progress, ProgressReport, finding, kept_chart, kept_line
from bot.guilds.settings import Guilds
from bot.log import start_logging
from bot.review.export import ExportFormat
from bot.review.operating import only_guild
from bot.storage.database import Database
from bot.storage.dialect import place_of

File = Annotated[Path | None, typer.Option("--export", help="Write all of them to this file instead.")]
Format = Annotated[ExportFormat, typer.Option("--format", help="Of the file: for spreadsheets, for programs, or for people.")]


async def _read_gaps(config: Config, guild_id: int) -> tuple[GapRow, ...]:
    database = Database(place_of(config.database))
    try:
        guilds = Guilds(database)
        engines = ServerEngines(Knowledge(load_knowledge(config)), guilds, database)
        zone = (await guilds.settings(guild_id)).time_zone
        found = Gaps(database, engines, config.privacy.gap_askers)
        return await gap_rows(found, guild_id, await engines.engine(guild_id), zone)
    finally:
        await database.close()


async def _read_progress(config: Config, guild_id: int, days: int) -> ProgressReport:
    database = Database(place_of(config.database))
    try:
        guilds = Guilds(database)
        engines = ServerEngines(Knowledge(load_knowledge(config)), guilds, database)
        return await Progress(database, guilds, engines, config.privacy.gap_askers).of(guild_id, days)
    finally:
        await database.close()


@review.command()
def gaps(
    guild: Guild = None,
    file: File = None,
    form: Format = ExportFormat.CSV,
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """List what several members asked for in vain; only words that enough of them share, and no question."""
    loaded = configured(config, knowledge)
    start_logging(loaded.log)
    rows = asyncio.run(_read_gaps(loaded, only_guild(place_of(loaded.database), guild)))
    if file is not None:
        try:
            file.write_text(written(rows, form), encoding="utf-8", newline="")
        except OSError as error:
            raise InputError(f"{file} cannot be written ({error.strerror}).") from error
        print(f"{file} is written: {len(rows)} gaps")
    elif as_json:
        print(to_json([asdict(row) for row in rows], indent=2))
    else:
        print_gaps(Console(), rows)


def print_gaps(console: Console, rows: tuple[GapRow, ...]) -> None:
    """Print a line for each gap."""
    head = ("name", "kind", "members", "since", "never seen", "nearest section", "state")
    table = Table(*head, title=f"{len(rows)} gaps", title_justify="left")
    for row in rows:
        cells = (row.name, row.kind, str(row.askers), row.first_asked, " ".join(row.unseen), row.section_id or "", row.ending or "open")
        table.add_row(*cells)
    console.print(table, markup=False)


@review.command()
def progress(
    guild: Guild = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days, today included.")] = 56,
    chart: Annotated[Path | None, typer.Option(help="Also draw confidence against votes into this PNG file.")] = None,
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Print week by week what members got and what was done, and how well the confidence is kept."""
    loaded = configured(config, knowledge)
    start_logging(loaded.log)
    report = asyncio.run(_read_progress(loaded, only_guild(place_of(loaded.database), guild), days))
    drawn = any(one.enough for one in report.kept)
    if chart is not None and drawn:
        chart.write_bytes(kept_chart(report.kept).png)
    elif chart is not None:
        raise InputError(f"There are too few votes to draw {chart}. Leave --chart out to see the numbers.")
    if as_json:
        print(to_json(asdict(report), indent=2))
    else:
        print_progress(Console(), report)


def print_progress(console: Console, report: ProgressReport) -> None:
    """Print the weeks, and what votes say about the confidence."""
    head = ("week from", "right away", "after suggestions", "not taken", "declined", "to moderators", "helpful", "gaps", "fixed")
    table = Table(*head, title=report.zone, title_justify="left")
    for week in report.weeks:
        got = (week.right_away, week.after_suggestions, week.not_taken, week.declined, week.asked_moderator)
        done = f"+{week.gaps_opened} -{week.gaps_closed}"
        fixed = "" if week.median_hours is None else f"{week.fixed}, median {week.median_hours:.1f} h"
        table.add_row(str(week.monday), *map(str, got), week.helpful.described, done, fixed)
    console.print(table)
    if report.kept:
        console.print(finding(report.kept))
    for one in report.kept:
        console.print(f"  {kept_line(one)}")
    if report.proposal is not None:
        console.print(
            f"Nine of ten voters found answers helpful from a confidence of {report.proposal.threshold:.0%} on: "
            f"{report.proposal.helpful.described}. It is {report.threshold:.0%} now."
        )
