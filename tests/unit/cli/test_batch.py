"""Batches: JSON lines in, JSON lines out, in order."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge
from bot.cli.ask import answer_batch
from bot.errors import InputError


def run(engine: AnswerEngine, folder: Path, content: str | bytes) -> tuple[bool, list[dict[str, Any]], list[str]]:
    file = folder / "batch.jsonl"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    output, errors = io.StringIO(), io.StringIO()
    flawless = answer_batch(engine, str(file), output, Console(file=errors, width=80))
    return flawless, [json.loads(line) for line in output.getvalue().splitlines()], errors.getvalue().splitlines()


def test_every_line_is_answered_in_order(engine: AnswerEngine, tmp_path: Path) -> None:
    questions = ["world cup", "what are open weights", "hi", "what is copyleft", "who publishes it?"] * 5

    flawless, answers, errors = run(
        engine, tmp_path, "\n".join(json.dumps({"id": n, "question": question}) for n, question in enumerate(questions))
    )

    assert flawless
    assert errors == []
    assert [answer["id"] for answer in answers] == list(range(25))
    assert [answer["question"] for answer in answers] == questions
    assert [answer["outcome"] for answer in answers[:5]] == ["abstention", "answer", "smalltalk", "answer", "suggestions"]


def test_a_line_is_answered_as_a_single_question_would_be(engine: AnswerEngine, tmp_path: Path) -> None:
    outcome = engine.answer("what is copyleft")

    _, (answer,), _ = run(engine, tmp_path, '{"question": "what is copyleft"}')

    assert (answer["answer_id"], answer["text"], answer["id"]) == (outcome.asked.answer_id, outcome.text, None)


def test_turns_are_one_conversation_and_the_last_is_answered(engine: AnswerEngine, tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "turns": ["what is copyleft", "thanks", "and why is it?"]}',
        '{"id": "b", "question": "and why is it?"}',
    ]

    _, (leaning, alone), _ = run(engine, tmp_path, "\n".join(lines))

    assert (leaning["question"], leaning["section"]) == ("and why is it?", "basics/licenses#copyleft")
    assert alone["section"] is None


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1]",
        '"x"',
        "null",
        '{"id": 1}',
        '{"question": 5}',
        '{"question": null}',
        '{"turns": []}',
        '{"turns": "x"}',
        '{"turns": [1]}',
        '{"question": "x", "turns": ["y"]}',
        '{"id": 1.5, "question": "x"}',
        '{"id": true, "question": "x"}',
        '{"id": {}, "question": "x"}',
        '{"question": "\\ud800"}',
        '{"question": "x"',
        "[" * 5000,
    ],
)
def test_a_malformed_line_is_named_and_the_others_are_answered(engine: AnswerEngine, tmp_path: Path, line: str) -> None:
    flawless, answers, errors = run(engine, tmp_path, f'{{"id": 1, "question": "hi"}}\n\n{line}\n{{"id": 4, "question": "hi"}}\n')

    assert not flawless
    assert [answer["id"] for answer in answers] == [1, 4]
    assert len(errors) == 1
    assert errors[0].startswith("line 3: ")
    assert errors[0].endswith('A line is {"id": ..., "question": ...} or {"id": ..., "turns": [...]}.')


def test_bytes_that_are_not_utf_8_are_a_malformed_line(engine: AnswerEngine, tmp_path: Path) -> None:
    flawless, answers, errors = run(engine, tmp_path, b'{"question": "caf\xe9"}\n{"id": 2, "question": "hi"}')

    assert not flawless
    assert [answer["id"] for answer in answers] == [2]
    assert errors[0].startswith("line 1: ")


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_flawless(engine: AnswerEngine, tmp_path: Path, content: str) -> None:
    assert run(engine, tmp_path, content) == (True, [], [])


def test_byte_order_mark_crlf_and_unknown_keys_are_tolerated(engine: AnswerEngine, tmp_path: Path) -> None:
    flawless, answers, _ = run(engine, tmp_path, '\ufeff{"id": 1, "question": "hi", "more": [1]}\r\n{"id": 2, "question": ""}\r\n')

    assert flawless
    assert [(answer["id"], answer["outcome"]) for answer in answers] == [(1, "smalltalk"), (2, "abstention")]


def test_a_file_that_cannot_be_read_raises(engine: AnswerEngine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: cannot be read"):
        answer_batch(engine, str(tmp_path / "nowhere.jsonl"), io.StringIO(), Console(file=io.StringIO()))


def test_a_dash_is_standard_input(engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "in", "question": "hi"}\n')))
    output = io.StringIO()

    assert answer_batch(engine, "-", output, Console(file=io.StringIO()))

    assert json.loads(output.getvalue())["id"] == "in"


@given(
    st.lists(
        st.sampled_from(
            ['{"id": 1, "question": "hi"}', "{", '{"turns": ["hi", "why"]}', "", "[]", '{"question": "\\u0000 ?"}', "\x00", "{}"]
        ),
        max_size=8,
    )
)
def test_each_line_is_either_answered_or_named(built: BuiltKnowledge, tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    flawless, answers, errors = run(built.engine, tmp_path_factory.getbasetemp(), "\n".join(lines))

    assert len(answers) + len(errors) == sum(bool(line) for line in lines)
    assert flawless == (not errors)
