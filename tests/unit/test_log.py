"""Logging: one line an event, no tokens, no control characters, no flood."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import LogConfig, LogFormat, LogLevel
from bot.log import safe_line, start_logging
from bot.token import TOKEN_PATTERN

TOKEN = ".".join(["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GhIjKl", "abcdefghijklmnopqrstuvwxyz-_0123456789"])
LOG = logging.getLogger("bot.tests")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Put back what ``start_logging`` sets for the whole process."""
    root, ours, discord = (logging.getLogger(name) for name in ("", "bot", "discord"))
    held = (root.handlers, root.level, ours.level, discord.level, logging.raiseExceptions)
    yield
    root.handlers = held[0]
    for logger, level in zip((root, ours, discord), held[1:4], strict=True):
        logger.setLevel(level)
    logging.raiseExceptions = held[4]


def fail(error: str, message: str, *arguments: object) -> None:
    """Log an error that was raised with a text."""
    try:
        refuse(error)
    except ValueError:
        LOG.exception(message, *arguments)


def refuse(text: str) -> None:
    raise ValueError(text)


def written(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_an_event_is_one_line_with_time_level_and_origin(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(LogConfig())

    LOG.info("loaded %d sections", 7)

    (line,) = written(capsys)
    assert line[4] == "-"
    assert line[19:] == "Z info    bot.tests: loaded 7 sections"


def test_an_event_as_json_is_one_object_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(LogConfig(format=LogFormat.JSON))

    LOG.warning("a\nb \x1b[31m %s", TOKEN)

    (line,) = written(capsys)
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["message"]) == ("warning", "bot.tests", "a\nb \\x1b[31m [token]")
    assert entry["at"].endswith("+00:00")


def test_a_token_is_blanked_out_of_messages_and_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(LogConfig())

    fail(f"login with {TOKEN} failed", "Authorization: Bot %s", TOKEN)

    text = capsys.readouterr().err
    assert TOKEN not in text
    assert text.count("[token]") == 2
    assert "Traceback" in text


def test_a_token_is_blanked_out_of_a_json_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(LogConfig(format=LogFormat.JSON))

    fail(TOKEN, "failed")

    entry = json.loads(written(capsys)[0])
    assert "ValueError: [token]" in entry["traceback"]


def test_a_line_break_in_a_message_cannot_forge_another_event(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(LogConfig())

    LOG.error("name\n2026-01-01 00:00:00Z info    bot: forged\r\nmore")

    first, *others = written(capsys)
    assert first.endswith("name")
    assert all(line.startswith("    ") for line in others)


def test_a_line_break_in_an_error_cannot_forge_another_event(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(LogConfig())

    fail("name\n2026-01-01 00:00:00Z info    bot: forged", "failed")

    assert not any(line.startswith("2026-01-01 00:00:00Z") for line in written(capsys))


@pytest.mark.parametrize(("level", "reply"), [(LogLevel.DEBUG, 4), (LogLevel.INFO, 3), (LogLevel.WARNING, 2), (LogLevel.ERROR, 1)])
def test_the_level_decides_what_is_logged(capsys: pytest.CaptureFixture[str], level: LogLevel, reply: int) -> None:
    start_logging(LogConfig(level=level))

    for number in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        LOG.log(number, "event")

    assert len(written(capsys)) == reply


def test_discord_stays_at_warnings_whatever_is_configured(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(LogConfig(level=LogLevel.DEBUG))

    logging.getLogger("discord.http").info("a request with everything in it")
    logging.getLogger("sqlalchemy").info("a statement with everything in it")
    logging.getLogger("discord.http").warning("rate limited")

    assert len(written(capsys)) == 1


def test_starting_twice_does_not_log_twice(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(LogConfig())
    start_logging(LogConfig())

    LOG.info("once")

    assert len(written(capsys)) == 1


@pytest.mark.fault(63)
def test_a_burst_of_one_error_is_thinned_out_and_logged_again_in_the_next_minute(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 600.0
    monkeypatch.setattr("bot.log.time", SimpleNamespace(monotonic=lambda: now))
    start_logging(LogConfig())

    for _ in range(500):
        LOG.error("the same")
    LOG.error("another")
    first_minute = written(capsys)
    now = 660.0
    LOG.error("the next")

    assert len(first_minute) == 21
    assert len(written(capsys)) == 1


@pytest.mark.fault(63)
def test_a_closed_stream_does_not_take_the_program_down(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device", text)

        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("sys.stderr", Closed())
    start_logging(LogConfig())

    LOG.error("to a full disk")

    assert capsys.readouterr().out == ""


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_a_safe_line_has_no_ascii_control_character_and_can_be_made_safe_again(text: str) -> None:
    line = safe_line(text)

    assert not any((ord(character) < 32 and character not in "\t\n") or ord(character) == 127 for character in line)
    assert safe_line(line) == line


@given(st.lists(st.sampled_from([TOKEN, ".", "a", "-", TOKEN.split(".", 1)[0], "\x00", " "]), max_size=8).map("".join))
def test_nothing_that_looks_like_a_token_is_left_in_a_safe_line(text: str) -> None:
    assert not TOKEN_PATTERN.search(safe_line(text))


@pytest.mark.parametrize("character", ["\x85", "\x9b", "\u2028"])
def test_no_other_control_character_is_left_either(character: str) -> None:
    assert character not in safe_line(f"a{character}31mb")
