"""``ask`` and ``chat``: the bot in the terminal, without Discord and without a database; and ``replay``, which needs one.

A batch is JSON lines in and JSON lines out, in order. A line is ``{"id": ..., "question": ...}`` or ``{"id": ..., "turns": [..., ...]}``;
turns are one conversation, and the outcome is that of the last. A line that cannot be used is named on standard error with its number,
and the others are answered.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, TextIO

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from rich.console import Console

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Answer, Candidate, DeliveryKey, Outcome, Suggestions
from bot.answering.readings import turn_of
from bot.cli.app import ConfigOption, KnowledgeOption, app, configured, open_engine
from bot.cli.outcomes import Hints, outcome_json, print_outcome, print_section, print_sources, print_why, to_line
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


Sources = Annotated[bool, typer.Option("--sources", help="Name all sources, not just the first three.")]
_NO_INPUT = "There is no standard input to read from. Type, or give a file of JSON lines: python -m bot ask --batch FILE"
_HELP = """Ask in your own words. A question right after an answer may lean on it ("and why?").
A number reads one of the suggestions, or what stands behind "Or is it".
/why      how the last answer was found
/full     the whole section behind it
/sources  all of its sources
/help     this
/quit     end (or Ctrl-D)"""
_ALONE = Hints(
    sources="--sources shows all",
    why="--why says how this was found",
    pick="python -m bot topic TITLE shows a whole section; in chat, a number does",
)
_TALKING = Hints(sources="/sources shows all", pick="Type a number to read one.", numbered=True)


class Chat:
    """One conversation."""

    def __init__(self, engine: AnswerEngine, console: Console, *, every_source: bool = False) -> None:
        self._engine = engine
        self._console = console
        self._every_source = every_source
        self._turn: Turn | None = None
        self._last: Outcome | None = None

    def run(self) -> None:
        """Talk until the end of input."""
        _with_line_editing()
        self._console.print(
            f"Ask me something: I know {len(self._engine.corpus.sections)} sections. /help shows what else you can type.", style="dim"
        )
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
            case "":
                pass
            case "/help":
                self._console.print(_HELP, markup=False)
            case "/why" | "/full" | "/sources" if self._last is None:
                self._console.print("There is no answer yet. Ask me something first.")
            case "/why" if self._last is not None:
                print_why(self._console, self._last, self._engine)
            case "/full" | "/sources":
                self._more(line)
            case _ if line.startswith("/"):
                self._console.print("I have no such command; /help lists those that I have.")
            case _ if line.isascii() and line.isdigit() and self._last is not None and (offered := _offered(self._last)):
                self._pick(int(line), offered, self._last.asked.question)
            case _:
                self._show(self._engine.answer(line, self._turn))

    def _more(self, command: str) -> None:
        if not isinstance(self._last, Answer):
            self._console.print(
                "That was no answer from a section, so there is no more of it." + (" Type a number first." if _offered(self._last) else "")
            )
        elif command == "/full":
            print_section(self._console, self._last.section)
        else:
            print_sources(self._console, self._last.section)

    def _pick(self, number: int, offered: Sequence[Candidate], question: str) -> None:
        if not 1 <= number <= len(offered):
            self._console.print("There is only number 1 to pick." if len(offered) == 1 else f"Pick a number from 1 to {len(offered)}.")
            return
        self._show(self._engine.present(offered[number - 1].section, question, DeliveryKey()))

    def _show(self, outcome: Outcome) -> None:
        self._last = outcome
        self._turn = turn_of(outcome, self._turn)
        print_outcome(self._console, outcome, _TALKING, every_source=self._every_source)


def _offered(outcome: Outcome | None) -> tuple[Candidate, ...]:
    """What a number picks from."""
    match outcome:
        case Suggestions(candidates=offered) | Answer(alternatives=offered):
            return offered
        case _:
            return ()


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
    sources: Sources = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Answer a question here in the terminal; no token and no database needed."""
    if (batch is None) == (not question):
        raise InputError('Give a question, or --batch FILE. For example: python -m bot ask "what is open weights?"')
    if (why or sources) and (as_json or batch is not None):
        raise InputError(
            "--why and --sources are for people; leave out --json and --batch. The JSON has score, confidence, suggestions and all sources."
        )
    if batch is None:
        with _without_collecting():
            _answer_one(open_engine(configured(config, knowledge)), " ".join(question or ()), as_json=as_json, why=why, sources=sources)
        return
    try:
        flawless = answer_batch(open_engine(configured(config, knowledge)), batch, sys.stdout, Console(stderr=True))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our output has gone; nothing is wrong
        return
    if not flawless:
        raise typer.Exit(ExitCode.FAULTS)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Nothing is looked through for garbage: what one answer needs is read once, and the process ends with it."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def _answer_one(engine: AnswerEngine, question: str, *, as_json: bool, why: bool, sources: bool) -> None:
    start = time.perf_counter()
    outcome = engine.answer(question)
    seconds = time.perf_counter() - start
    if as_json:
        print(to_line(outcome_json(outcome, question, None, seconds)))
        return
    console = Console()
    print_outcome(console, outcome, replace(_ALONE, why="") if why else _ALONE, every_source=sources)
    if why:
        print_why(console, outcome, engine)


@app.command()
def chat(sources: Sources = False, knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Talk to the bot here in the terminal, with follow-up questions."""
    if sys.stdin is None:
        raise InputError(_NO_INPUT)
    Chat(open_engine(configured(config, knowledge)), Console(), every_source=sources).run()


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
    from bot.storage.dialect import place_of

    loaded = configured(config, knowledge)
    start_logging(loaded.log)
    replayed = asyncio.run(compute(place_of(loaded.database), load_knowledge(loaded), answer_id.strip().lower()))
    if as_json:
        print(replay_json(replayed))
    else:
        print_replay(Console(), replayed)
