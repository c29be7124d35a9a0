"""``gate``: whether the answers got worse between two states of a knowledge folder, as a step of a pull request's checks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.bootstrap.knowledge import knowledge_source
from bot.cli.app import ConfigOption, KnowledgeOption, app, configured, to_json
from bot.errors import ExitCode, InputError
from bot.log import start_logging
from bot.preview import gate as gating
from bot.preview.effects import Direction
from bot.preview.gate import GateResult

_MOST_SHOWN = 20


@app.command()
def gate(
    base: Annotated[str, typer.Argument(metavar="BASE", help="The state of before: a folder, or a git revision of the knowledge folder.")],
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE", help="Write a Markdown report for a pull request.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Compare the knowledge with a state of before, and fail where answers got worse."""
    loaded = configured(config, knowledge)
    start_logging(loaded.log)
    result = gating.gate(knowledge_source(loaded.knowledge, loaded.answering), base)
    if report is not None:
        _write(report, gating.markdown_report(result))
    if as_json:
        print(to_json(gating.gate_value(result), indent=2))
    else:
        print_gate(Console(), result)
    if not result.passed:
        raise typer.Exit(ExitCode.FAULTS)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written ({error.strerror}). Give a file in a folder that is there.") from error


def print_gate(console: Console, result: GateResult) -> None:
    """Print the worst changes and the verdict with its reasons."""
    worst = result.effects.worst(_MOST_SHOWN)
    if worst:
        table = Table("was", "is", "question and what is shown now", title="What got worse", title_justify="left", box=SIMPLE)
        table.columns[2].overflow = "fold"
        for change in worst:
            was, now = (seen.verdict.value if seen.verdict else "" for seen in (change.before, change.after))
            table.add_row(was, now, f"{escape(change.probe.text)}\n[dim]{escape(change.after.shown or 'no section')}[/dim]")
        console.print(table)
    counts = {direction: len(result.effects.of(direction)) for direction in Direction}
    edit = result.edit
    console.print(
        f"{result.effects.total:,} questions: {counts[Direction.BETTER]} better, {counts[Direction.WORSE]} worse, "
        f"{counts[Direction.OTHER]} with another answer; sections: {len(edit.added)} added, {len(edit.removed)} removed, "
        f"{len(edit.changed)} changed"
    )
    for reason in result.reasons:
        console.print(f"[red]worse[/] {escape(reason)}", highlight=False, soft_wrap=True)
    console.print(f"compared with {result.base}: {'no worse' if result.passed else 'got worse'}", markup=False)
