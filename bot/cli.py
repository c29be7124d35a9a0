"""The command line: options in, one call, exit code out.

Imports happen inside the commands, so that ``ask`` never pays for Discord or the database.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot import __version__
from bot.config import Config, KnowledgeConfig, load_config
from bot.errors import ConfigError, ExitCode, InputError, TokenError
from bot.evaluation.golden import Split

if TYPE_CHECKING:
    from bot.answering.engine import AnswerEngine

app = typer.Typer(
    name="osai-faq-bot",
    help="A FAQ bot about open-source AI: on Discord, in a local demo, and here in the terminal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

KnowledgeOption = Annotated[Path | None, typer.Option("--knowledge", help="Folder of Markdown articles, instead of knowledge.path.")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="Configuration file, instead of config.yaml.")]


def _config(file: Path | None, knowledge: Path | None) -> Config:
    return _with_knowledge(load_config(file), knowledge)


def _with_knowledge(config: Config, knowledge: Path | None) -> Config:
    if knowledge is None:
        return config
    changed: KnowledgeConfig = config.knowledge.model_copy(update={"path": knowledge})
    return config.model_copy(update={"knowledge": changed})


def _engine(config: Config) -> AnswerEngine:
    from bot.bootstrap.knowledge import load_knowledge
    from bot.log import start_logging

    start_logging(config.log)
    return load_knowledge(config).engine


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def main(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    """Answer questions about open-source AI."""


@app.command()
def ask(
    question: Annotated[list[str] | None, typer.Argument(help="The question, in your own words.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    batch: Annotated[
        str | None, typer.Option("--batch", metavar="FILE", help="Answer JSON lines from a file, or - for standard input.")
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Show the whole arithmetic behind the answer.")] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Answer a question here in the terminal; no token and no database needed."""
    if (batch is None) == (not question):
        raise InputError('Give a question, or --batch FILE. For example: python -m bot ask "what is open weights?"')
    if why and (as_json or batch is not None):
        raise InputError("--why is for people; leave out --json and --batch. Programs find score, confidence and suggestions in the JSON.")
    engine = _engine(_config(config, knowledge))
    if batch is not None:
        from bot.terminal.batch import answer_batch

        try:
            flawless = answer_batch(engine, batch, sys.stdout, Console(stderr=True))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our output has gone; nothing is wrong
            return
        if not flawless:
            raise typer.Exit(ExitCode.FAULTS)
        return
    _answer(engine, " ".join(question or ()), as_json=as_json, why=why)


def _answer(engine: AnswerEngine, question: str, *, as_json: bool, why: bool) -> None:
    import time

    start = time.perf_counter()
    outcome = engine.answer(question)
    seconds = time.perf_counter() - start
    if as_json:
        from bot.terminal.as_json import outcome_json, to_line

        print(to_line(outcome_json(outcome, question, None, seconds)))
        return
    from bot.terminal.render import print_outcome

    print_outcome(Console(), outcome, engine, why=why)


@app.command()
def chat(knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Talk to the bot here in the terminal, with follow-up questions."""
    from bot.terminal.chat import Chat

    Chat(_engine(_config(config, knowledge)), Console()).run()


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
        loaded = _config(config, path or knowledge)
        problems: tuple[str, ...] = ()
    except ConfigError as error:  # told beside the knowledge's faults, so that everything is in one list
        loaded, problems = _with_knowledge(Config(), path or knowledge), error.problems
    source = knowledge_source(loaded.knowledge, loaded.answering)
    report = check_knowledge(source.path, source.limits, problems)
    if as_json:
        print(report_json(report))
    else:
        print_report(Console(), report)
    if report.faults:
        raise typer.Exit(ExitCode.FAULTS)


@app.command()
def evaluate(
    split: Annotated[Split | None, typer.Option(help="Only this half of the golden questions.")] = None,
    typos: Annotated[bool, typer.Option("--typos", help="Ask each question with typing errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Ask the golden questions and count right, wrong, suggested and declined."""
    from bot.bootstrap.knowledge import knowledge_folder
    from bot.evaluation.golden import load_golden
    from bot.evaluation.measuring import evaluate as ask_all
    from bot.terminal.evaluation import evaluation_json, print_evaluation

    loaded = _config(config, knowledge)
    golden = load_golden(knowledge_folder(loaded.knowledge.path))
    engine = _engine(loaded)
    result = ask_all(engine, golden if split is None else golden.half(split), mistyped=typos)
    if as_json:
        print(evaluation_json(result, engine.fingerprint))
    else:
        print_evaluation(Console(), result, engine.fingerprint)


@app.command()
def calibrate(knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Fit the confidence on the dev half of the golden questions, and store it beside them."""
    from bot.answering.confidence import FILE, confidence_json
    from bot.bootstrap.knowledge import knowledge_folder
    from bot.evaluation.calibrating import calibrate as fit
    from bot.evaluation.golden import load_golden

    loaded = _config(config, knowledge)
    folder = knowledge_folder(loaded.knowledge.path)
    confidence = fit(_engine(loaded), load_golden(folder))
    (folder / FILE).write_text(confidence_json(confidence), encoding="utf-8")
    print(f"{folder / FILE} is fitted for corpus {confidence.fitted_for}")


@app.command()
def coverage(knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Write docs/coverage.md: which sections answer which of the topics that must be covered."""
    from bot.bootstrap.knowledge import knowledge_folder
    from bot.evaluation.coverage import TABLE, coverage_table, load_coverage

    table = coverage_table(load_coverage(knowledge_folder(_config(config, knowledge).knowledge.path)))
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(table, encoding="utf-8")
    print(f"{TABLE} is written")


@app.command()
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check configuration, knowledge and database, then exit.")] = False,
    init: Annotated[bool, typer.Option("--init", help="Create a database although this installation has had one.")] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Run the bot on Discord."""
    from bot.serving import check_only, serve
    from bot.token import discord_token

    if dry_run:
        check_only(_config(config, knowledge), Console(), init=init)
        return
    try:
        token = discord_token()
    except TokenError as missing:
        try:
            load_config(config)
        except ConfigError as error:  # one list, so that nobody mends one thing only to meet the next
            raise ConfigError((*error.problems, str(missing))) from missing
        raise
    raise typer.Exit(serve(_config(config, knowledge), token, init=init))


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page on this computer; 0 takes any free one.")] = 8765,
    data: Annotated[Path, typer.Option(help="Folder for what the demo stores.")] = Path("data/demo"),
    browser: Annotated[bool, typer.Option(help="Open the page in a browser where there is one.")] = True,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Run the real bot in a simulated Discord server, on a page in your browser; no token needed."""
    from bot.demo import run_demo

    run_demo(_config(config, knowledge), port=port, folder=data, open_browser=browser)


@app.command()
def health(config: ConfigOption = None) -> None:
    """Tell by the exit code whether the bot that uses this configuration is alive; for containers."""
    from bot.heartbeat import require_heartbeat

    require_heartbeat(_config(config, None).database.path)
    print("alive")
