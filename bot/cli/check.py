"""``check``, ``gate``, ``coverage`` and ``commands``: what editors run over the knowledge, and what is written from it.

``check`` says everything that an editor or operator should know before the bot is started or the knowledge reloaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.bootstrap.knowledge import knowledge_folder, knowledge_source
from bot.cli.app import ConfigOption, KnowledgeOption, app, configured, to_json, with_knowledge
from bot.config import Config
from bot.corpus.files import Limits
from bot.corpus.freshness import Look, looks
from bot.corpus.linting import lint
from bot.corpus.loading import load_corpus
from bot.corpus.problems import Problem, Severity, faults
from bot.errors import ConfigError, ExitCode, InputError, KnowledgeError
from bot.evaluation.coverage import TABLE, coverage_table, load_coverage
from bot.log import start_logging
from bot.preview import gate as gating
from bot.preview.effects import Direction
from bot.preview.gate import GateResult


@dataclass(frozen=True, slots=True)
class FileReport:
    """One article, counted."""

    path: str
    sections: int
    words: int
    questions: int
    warnings: int


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A whole folder, counted, with all that is wrong with it."""

    folder: str
    files: tuple[FileReport, ...]
    problems: tuple[Problem, ...]
    fingerprint: str | None

    @property
    def faults(self) -> int:
        """How many problems keep something out of the corpus."""
        return len(faults(self.problems))


def check_knowledge(folder: Path, limits: Limits, config_problems: tuple[str, ...] = (), *, today: date) -> CheckReport:
    """Read and lint a folder on a day; a folder that cannot be used at all is one fault, as is each problem of the configuration."""
    found = tuple(Problem("configuration", None, problem, "") for problem in config_problems)
    try:
        loaded = load_corpus(folder, limits)
    except KnowledgeError as error:
        return CheckReport(str(folder), (), (*found, Problem(str(folder), None, str(error), "")), None)
    problems = (*found, *lint(loaded, today))
    warnings = Counter(problem.path for problem in problems if problem.severity is Severity.WARNING)
    questions: Counter[str] = Counter()
    for section in loaded.corpus.sections:
        questions[section.path] += len(section.questions)
    files = tuple(
        FileReport(article.path, len(article.sections), article.words, questions[article.path], warnings[article.path])
        for article in loaded.corpus.articles
    )
    return CheckReport(str(folder), files, problems, loaded.corpus.fingerprint)


def print_check(console: Console, report: CheckReport) -> None:
    """Print a report as a table and a list of problems."""
    table = Table("file", "sections", "words", "questions", "warnings", title=f"Knowledge in {escape(report.folder)}", title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for file in report.files:
        table.add_row(escape(file.path), *(f"{count:,}" for count in (file.sections, file.words, file.questions, file.warnings)))
    totals = [sum(getattr(file, name) for file in report.files) for name in ("sections", "words", "questions", "warnings")]
    table.add_section()
    table.add_row(f"{len(report.files)} files", *(f"{total:,}" for total in totals))
    console.print(table)
    for problem in report.problems:
        style = "red" if problem.severity is Severity.FAULT else "yellow"
        console.print(f"[{style}]{problem.severity.value}[/] {escape(str(problem))}", highlight=False, soft_wrap=True)
    console.print(f"{report.faults} faults, {len(report.problems) - report.faults} warnings; corpus {report.fingerprint or 'none'}")


def print_stale(console: Console, found: Sequence[Look], today: date) -> None:
    """Print what is to be looked at, the first due first, a line each; what is overdue on a day is marked."""
    for look in found:
        section, checked = look.section, look.checked
        late = " [red]overdue[/]" if look.overdue(today) else ""
        line = f"{checked.due()}: {checked.kind.value} of {section.id}, last checked in {checked.month}; {section.path}:{section.line}"
        console.print(f"{escape(line)}{late}", highlight=False, soft_wrap=True)
    console.print(f"{sum(look.overdue(today) for look in found)} of {len(found)} are due")


def report_json(report: CheckReport) -> str:
    """One object with the counts of each file and every problem; the fields are in ``docs/programs.md``."""
    value = {
        "folder": report.folder,
        "fingerprint": report.fingerprint,
        "faults": report.faults,
        "warnings": len(report.problems) - report.faults,
        "files": [
            {"path": f.path, "sections": f.sections, "words": f.words, "questions": f.questions, "warnings": f.warnings}
            for f in report.files
        ],
        "problems": [
            {"path": p.path, "line": p.line, "severity": p.severity.value, "message": p.message, "remedy": p.remedy}
            for p in report.problems
        ],
    }
    return to_json(value, indent=2)


@app.command()
def check(
    path: Annotated[Path | None, typer.Argument(help="Knowledge folder, instead of knowledge.path.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    stale: Annotated[bool, typer.Option("--stale", help="List the facts that change, what is due first at the head.")] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Check the configuration and the knowledge, and list everything that is wrong."""
    try:
        loaded = configured(config, path or knowledge)
        problems: tuple[str, ...] = ()
    except ConfigError as error:  # listed beside the knowledge's faults, so that everything is in one list
        loaded, problems = with_knowledge(Config(), path or knowledge), error.problems
    source = knowledge_source(loaded.knowledge, loaded.answering)
    if stale:
        print_stale(Console(), looks(load_corpus(source.path, source.limits).corpus), datetime.now(UTC).date())
        return
    report = check_knowledge(source.path, source.limits, problems, today=datetime.now(UTC).date())
    if as_json:
        print(report_json(report))
    else:
        print_check(Console(), report)
    if report.faults:
        raise typer.Exit(ExitCode.FAULTS)


@app.command()
def coverage(knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Write docs/coverage.md: which sections answer which of the topics that must be covered."""
    table = coverage_table(load_coverage(knowledge_folder(configured(config, knowledge).knowledge.path)))
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(table, encoding="utf-8")
    print(f"{TABLE} is written")


@app.command()
def commands(knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Write docs/commands.md: what each command does, who may use it, and how."""
    import asyncio

    from bot.command_reference import PAGE, PICTURES, command_reference

    PAGE.parent.mkdir(exist_ok=True)
    page = asyncio.run(command_reference(configured(config, knowledge), PAGE.parent / PICTURES))
    PAGE.write_text(page, encoding="utf-8")
    print(f"{PAGE} is written")


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
