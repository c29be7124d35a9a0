"""Batches of JSON lines, and a conversation in the terminal."""

from __future__ import annotations

import gc
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
from bot.cli.ask import Chat, _without_collecting, answer_batch
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
        '{"id": "a", "turns": ["what is copyleft", "thanks", "and what does it demand?"]}',
        '{"id": "b", "question": "and why is it?"}',
    ]

    _, (leaning, alone), _ = run(engine, tmp_path, "\n".join(lines))

    assert (leaning["question"], leaning["section"]) == ("and what does it demand?", "basics/licenses#copyleft")
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
def test_each_line_that_is_not_answered_is_named(built: BuiltKnowledge, tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    flawless, answers, errors = run(built.engine, tmp_path_factory.getbasetemp(), "\n".join(lines))

    assert len(answers) + len(errors) == sum(bool(line) for line in lines)
    assert flawless == (not errors)


@pytest.fixture
def talk(engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Talk:
    return Talk(engine, monkeypatch, capsys)


class Talk:
    """Types lines into a chat and returns what it printed."""

    def __init__(self, engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._engine = engine
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *lines: str) -> str:
        self._monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        console = Console(file=io.StringIO(), width=200)
        Chat(self._engine, console).run()
        self._capsys.readouterr()
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue()


def test_a_chat_says_how_much_it_knows_and_ends_with_the_input(talk: Talk) -> None:
    assert "I know 7 sections. /help shows what else you can type." in talk()


@pytest.mark.parametrize("word", ["/quit", "/exit", "/q", " /quit "])
def test_a_chat_ends_where_asked_to(talk: Talk, word: str) -> None:
    assert "Copyleft" not in talk(word, "what is copyleft")


def test_a_question_is_answered(talk: Talk) -> None:
    assert "The GPL is the best-known" in talk("what is copyleft")


def test_a_follow_up_leans_on_the_answer_before_even_after_small_talk(talk: Talk) -> None:
    assert "That is all I have about “Copyleft”." in talk("what is copyleft", "thanks", "why is it?")


def test_a_follow_up_with_nothing_before_it_is_not_answered(talk: Talk) -> None:
    assert "Copyleft" not in talk("why is it?")


def test_a_number_picks_a_suggestion_and_the_conversation_goes_on_from_it(talk: Talk) -> None:
    text = talk("who publishes it?", "1", "/full")

    assert "1. Open weights (Openness)" in text
    assert text.count("can be downloaded by anyone") == 2


@pytest.mark.parametrize("number", ["0", "9", "99999999999999999999"])
def test_a_number_that_no_suggestion_has_is_reported(talk: Talk, number: str) -> None:
    assert "Pick a number from 1 to " in talk("who publishes it?", number)


def test_a_number_picks_what_stands_beside_an_answer(talk: Talk) -> None:
    text = talk("what is copyleft? what are open weights?", "2", "1")

    assert "Or is it: 1. Open weights" in text
    assert "There is only number 1 to pick." in text
    assert "Picked from suggestions" in text


def test_a_number_without_suggestions_is_a_question(talk: Talk) -> None:
    assert "ick a number" not in talk("what is copyleft", "1")


def test_the_reasons_of_the_last_answer_are_shown_without_the_answer(talk: Talk) -> None:
    text = talk("what is copyleft", "/why")

    assert "word pairs" in text
    assert "fingerprint" in text
    assert text.count("The GPL is the best-known") == 1


@pytest.mark.parametrize("command", ["/why", "/full", "/sources"])
def test_there_is_nothing_to_show_before_the_first_answer(talk: Talk, command: str) -> None:
    assert "There is no answer yet. Ask me something first." in talk(command)


@pytest.mark.parametrize("command", ["/full", "/sources"])
def test_there_is_no_more_of_what_no_section_answers(talk: Talk, command: str) -> None:
    assert talk("hi", command).count("so there is no more of it.\n") == 1
    assert "so there is no more of it. Type a number first." in talk("who publishes it?", command)


def test_the_sources_of_the_last_answer_are_listed(talk: Talk) -> None:
    assert talk("what are open weights", "/sources").count("[1] The Open Source AI Definition") == 2


def test_the_whole_section_is_shown(talk: Talk) -> None:
    assert "• data information" in talk("who may use and study open source ai", "/full")


def test_commands_are_explained_and_unknown_ones_refused(talk: Talk) -> None:
    text = talk("/help", "/unknown")

    assert "/full" in text
    assert "I have no such command; /help lists those that I have." in text


@pytest.mark.parametrize("empty", ["", "   ", "\t"])
def test_an_empty_line_does_nothing(talk: Talk, empty: str) -> None:
    assert talk("what is copyleft", empty, "why is it?").replace("you › you › ", "you › ") == talk("what is copyleft", "why is it?")
    assert talk(empty, "/why").count("There is no answer yet.") == 1


def test_while_one_question_is_answered_nothing_is_looked_through_for_garbage_and_then_again() -> None:
    with _without_collecting():
        assert not gc.isenabled()

    assert gc.isenabled()
