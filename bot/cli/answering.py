"""``ask`` and ``chat``: the bot in the terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.cli.app import app
from bot.cli.options import ConfigOption, KnowledgeOption, configured, open_engine
from bot.errors import ExitCode, InputError

if TYPE_CHECKING:
    from bot.answering.engine import AnswerEngine


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
    engine = open_engine(configured(config, knowledge))
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

    Chat(open_engine(configured(config, knowledge)), Console()).run()


@app.command()
def replay(
    answer_id: Annotated[str, typer.Argument(help="The answer's id, as “Why this answer?” shows it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Compute a stored answer again, and show whether and why today's differs."""
    import asyncio

    from bot.bootstrap.knowledge import load_knowledge
    from bot.bootstrap.replaying import report_of
    from bot.feedback.replaying import replay as compute
    from bot.log import start_logging
    from bot.terminal.replay import print_replay, replay_json

    loaded = configured(config, knowledge)
    start_logging(loaded.log)
    report = report_of(asyncio.run(compute(loaded.database.path, load_knowledge(loaded), answer_id.strip().lower())))
    if as_json:
        print(replay_json(report))
    else:
        print_replay(Console(), report)
