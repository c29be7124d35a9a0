"""A conversation in the terminal, typed on standard input."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bot.answering.engine import AnswerEngine
from bot.cli.ask import Chat


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
    assert "7 sections are loaded" in talk()


@pytest.mark.parametrize("word", ["/quit", "/exit", "/q", " /quit "])
def test_a_chat_ends_where_asked_to(talk: Talk, word: str) -> None:
    assert "Copyleft" not in talk(word, "what is copyleft")


def test_a_question_is_answered(talk: Talk) -> None:
    assert "The GPL is the best-known" in talk("what is copyleft")


def test_a_follow_up_leans_on_the_answer_before_even_after_small_talk(talk: Talk) -> None:
    assert talk("what is copyleft", "thanks", "why is it?").count("The GPL is the best-known") == 2


def test_a_follow_up_with_nothing_before_it_is_not_answered(talk: Talk) -> None:
    assert "The GPL is the best-known" not in talk("why is it?")


def test_a_number_picks_a_suggestion_and_the_conversation_goes_on_from_it(talk: Talk) -> None:
    text = talk("who publishes it?", "1", "/full")

    assert "1. Open weights (Openness)" in text
    assert text.count("can be downloaded by anyone") == 2


@pytest.mark.parametrize("number", ["0", "9", "99999999999999999999"])
def test_a_number_that_no_suggestion_has_is_told(talk: Talk, number: str) -> None:
    assert "Choose a number from 1 to " in talk("who publishes it?", number)


def test_a_number_without_suggestions_is_a_question(talk: Talk) -> None:
    assert "Choose a number" not in talk("what is copyleft", "1")


def test_the_reasons_of_the_last_answer_are_shown(talk: Talk) -> None:
    text = talk("what is copyleft", "/why")

    assert "word pairs" in text
    assert "fingerprint" in text


@pytest.mark.parametrize("command", ["/why", "/full"])
def test_there_is_nothing_to_show_before_the_first_answer(talk: Talk, command: str) -> None:
    assert "There is no answer yet." in talk(command)


def test_the_whole_section_is_shown(talk: Talk) -> None:
    assert "• data information" in talk("who may use and study open source ai", "/full")


def test_commands_are_explained_and_unknown_ones_refused(talk: Talk) -> None:
    text = talk("/help", "/unknown")

    assert "/full" in text
    assert "There is no such command. /help lists them." in text


def test_an_empty_line_does_not_end_the_chat(talk: Talk) -> None:
    assert "The GPL is the best-known" in talk("", "what is copyleft")
