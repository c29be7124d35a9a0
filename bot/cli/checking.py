"""``check`` and ``coverage``: what editors run over the knowledge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.app import app
from bot.cli.options import ConfigOption, KnowledgeOption, configured, with_knowledge
from bot.config import Config
from bot.errors import ConfigError, ExitCode


@app.command()
def check(
    path: Annotated[Path | None, typer.Argument(help="Knowledge folder, instead of knowledge.path.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Check the configuration and the knowledge, and list everything that is wrong."""
    from bot.bootstrap.knowledge import knowledge_source
    from bot.terminal.check import check_knowledge, print_report, report_json

    try:
        loaded = configured(config, path or knowledge)
        problems: tuple[str, ...] = ()
    except ConfigError as error:  # told beside the knowledge's faults, so that everything is in one list
        loaded, problems = with_knowledge(Config(), path or knowledge), error.problems
    source = knowledge_source(loaded.knowledge, loaded.answering)
    report = check_knowledge(source.path, source.limits, problems)
    if as_json:
        print(report_json(report))
    else:
        print_report(Console(), report)
    if report.faults:
        raise typer.Exit(ExitCode.FAULTS)


@app.command()
def coverage(knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Write docs/coverage.md: which sections answer which of the topics that must be covered."""
    from bot.bootstrap.knowledge import knowledge_folder
    from bot.evaluation.coverage import TABLE, coverage_table, load_coverage

    table = coverage_table(load_coverage(knowledge_folder(configured(config, knowledge).knowledge.path)))
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(table, encoding="utf-8")
    print(f"{TABLE} is written")
