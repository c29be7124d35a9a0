"""``ask`` and ``chat``: the bot in the terminal, without Discord and without a database; and ``replay``, which needs one.

A batch is JSON lines in and JSON lines out, in order. A line is ``{"id": ..., "question": ...}`` or ``{"id": ..., "turns": [..., ...]}``;
turns are one conversation, and the outcome is that of the last. A line that cannot be used is named on standard error with its number,
and the others are answered.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TextIO

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from rich.console import Console

from bot.answering.engine import AnswerEngine, DeliveryKey, turn_of
from bot.answering.outcome import Answer, Outcome, Suggestions
from bot.cli.app import ConfigOption, KnowledgeOption, app, configured, open_engine
from bot.cli.outcomes import outcome_json, print_outcome, print_section, to_line
from bot.corpus.wording import fault_of
from bot.errors import ExitCode, InputError
from bot.query.follow_up import Turn


class BatchLine(BaseModel):
    """One line of input."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    id: str | int | None = None
    question: str | None = None
    turns: Annotated[list[str], Field(min_length=1, max_length=1000)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> BatchLine:
        if (self.question is None) == (self.turns is None):
            raise ValueError('needs either "question" or "turns"')
        return self

    @property
    def conversation(self) -> list[str]:
        """The questions in order; the last one is to be answered."""
        return self.turns if self.turns is not None else [self.question or ""]


def answer_batch(engine: AnswerEngine, file: str, output: TextIO, errors: Console) -> bool:
    """Answer every line of a file, or of standard input for "-"; return whether all lines could be used.

    Raises:
        InputError: the file cannot be read.
    """
    from rich.progress import track  # for batches only: a single question starts faster without it

    flawless = True
    for number, raw in track(_lines(file), description="Answering", console=errors, disable=not errors.is_terminal, transient=True):
        try:
            line = BatchLine.model_validate_json(raw)
        except ValidationError as error:
            errors.print(f"line {number}: {_reason(error)}", markup=False, highlight=False, soft_wrap=True)
            flawless = False
            continue
        print(_answer(engine, line), file=output, flush=True)
    return flawless


def _answer(engine: AnswerEngine, line: BatchLine) -> str:
    previous: Turn | None = None
    *before, last = line.conversation
    for question in before:
        previous = turn_of(engine.answer(question, previous), previous)
    start = time.perf_counter()
    outcome = engine.answer(last, previous)
    return to_line(outcome_json(outcome, last, line.id, time.perf_counter() - start))


def _lines(file: str) -> list[tuple[int, bytes]]:
    return list(_read(file))


def _read(file: str) -> Iterator[tuple[int, bytes]]:
    if file == "-" and sys.stdin is None:
        raise InputError(_NO_INPUT)
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}). Give a file of JSON lines, or - for standard input.") from error
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _reason(error: ValidationError) -> str:
    faults: dict[str, str] = {}
    for item in error.errors(include_url=False):
        faults.setdefault(str(item["loc"][0]) if item["loc"] else "", fault_of(item))
    details = [f"{key}: {fault}".removeprefix(": ") for key, fault in faults.items()]
    return "; ".join(details) + '. A line is {"id": ..., "question": ...} or {"id": ..., "turns": [...]}.'


_NO_INPUT = "There is no standard input to read from. Type, or give a file of JSON lines: python -m bot ask --batch FILE"
_HELP = """Ask in your own words; a question right after an answer may lean on it ("and why?").
A number picks one of the suggestions.
/why    how the last answer was found
/full   the whole section behind it
/help   this
/quit   end (or Ctrl-D)"""


class Chat:
    """One conversation."""

    def __init__(self, engine: AnswerEngine, console: Console) -> None:
        self._engine = engine
        self._console = console
        self._turn: Turn | None = None
        self._last: Outcome | None = None

    def run(self) -> None:
        """Talk until the end of input."""
        _with_line_editing()
        self._console.print(f"{len(self._engine.corpus.sections)} sections are loaded. /help says what you can do.", style="dim")
        while True:
            try:
                line = self._console.input("[bold cyan]you[/] › ").strip()
            except EOFError:
                self._console.print()
                return
            except KeyboardInterrupt:
                self._console.print("\nBye.")
                return
            if line.lower() in ("/quit", "/exit", "/q", "quit", "exit"):
                return
            self._take(line)

    def _take(self, line: str) -> None:
        match line:
            case "/help":
                self._console.print(_HELP)
            case "/why" if self._last is not None:
                print_outcome(self._console, self._last, self._engine, why=True)
            case "/full" if isinstance(self._last, Answer):
                print_section(self._console, self._last.section)
            case "/why" | "/full":
                self._console.print("There is no answer yet.")
            case _ if line.startswith("/"):
                self._console.print("There is no such command. /help lists them.")
            case _ if line.isascii() and line.isdigit() and isinstance(self._last, Suggestions):
                self._pick(int(line), self._last)
            case _:
                self._show(self._engine.answer(line, self._turn))

    def _pick(self, number: int, suggestions: Suggestions) -> None:
        if not 1 <= number <= len(suggestions.candidates):
            self._console.print(f"Choose a number from 1 to {len(suggestions.candidates)}.")
            return
        section = suggestions.candidates[number - 1].section
        self._show(self._engine.present(section, suggestions.asked.question, DeliveryKey()))

    def _show(self, outcome: Outcome) -> None:
        self._last = outcome
        self._turn = turn_of(outcome, self._turn)
        print_outcome(self._console, outcome, self._engine, why=False, hint="/why")


def _with_line_editing() -> None:
    """Let the arrow keys recall earlier lines, where Python was built with readline."""
    try:
        import readline
    except ImportError:
        return
    readline.set_history_length(1000)


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
        try:
            flawless = answer_batch(engine, batch, sys.stdout, Console(stderr=True))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our output has gone; nothing is wrong
            return
        if not flawless:
            raise typer.Exit(ExitCode.FAULTS)
        return
    _answer_one(engine, " ".join(question or ()), as_json=as_json, why=why)


def _answer_one(engine: AnswerEngine, question: str, *, as_json: bool, why: bool) -> None:
    start = time.perf_counter()
    outcome = engine.answer(question)
    seconds = time.perf_counter() - start
    if as_json:
        print(to_line(outcome_json(outcome, question, None, seconds)))
        return
    print_outcome(Console(), outcome, engine, why=why)


@app.command()
def chat(knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Talk to the bot here in the terminal, with follow-up questions."""
    if sys.stdin is None:
        raise InputError(_NO_INPUT)
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
    from bot.cli.replay import print_replay, replay_json
    from bot.feedback.replaying import replay as compute
    from bot.log import start_logging

    loaded = configured(config, knowledge)
    start_logging(loaded.log)
    replayed = asyncio.run(compute(loaded.database.path, load_knowledge(loaded), answer_id.strip().lower()))
    if as_json:
        print(replay_json(replayed))
    else:
        print_replay(Console(), replayed)
