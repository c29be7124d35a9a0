"""``ask --batch``: JSON lines in, JSON lines out, in order.

A line is ``{"id": ..., "question": ...}`` or ``{"id": ..., "turns": [..., ...]}``; turns are one conversation and the outcome is
that of the last. A line that cannot be used is told on standard error with its number, and the others are answered.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TextIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from rich.console import Console
from rich.progress import track

from bot.answering.engine import AnswerEngine, turn_of
from bot.answering.follow_up import Turn
from bot.errors import InputError
from bot.terminal.as_json import outcome_json, to_line


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
        previous = turn_of(engine.answer(question, previous)) or previous
    start = time.perf_counter()
    outcome = engine.answer(last, previous)
    return to_line(outcome_json(outcome, last, line.id, time.perf_counter() - start))


def _lines(file: str) -> list[tuple[int, bytes]]:
    return list(_read(file))


def _read(file: str) -> Iterator[tuple[int, bytes]]:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}). Give a file of JSON lines, or - for standard input.") from error
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _reason(error: ValidationError) -> str:
    details = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}".removeprefix(": ") for item in error.errors(include_url=False)]
    return "; ".join(details) + '. A line is {"id": ..., "question": ...} or {"id": ..., "turns": [...]}.'
