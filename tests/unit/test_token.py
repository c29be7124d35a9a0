"""The Discord token: from the environment or a file, never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ExitCode, TokenError
from bot.token import TOKEN_PATTERN, discord_token, pasted_token

TOKEN = ".".join(["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GhIjKl", "abcdefghijklmnopqrstuvwxyz-_0123456789"])


def test_the_token_of_the_environment_is_returned_without_spaces_around_it() -> None:
    assert discord_token({"DISCORD_TOKEN": f" {TOKEN}\n"}) == TOKEN


def test_the_token_of_a_file_is_returned(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")

    assert discord_token({"DISCORD_TOKEN_FILE": str(tmp_path / "token")}) == TOKEN


def test_a_file_with_a_byte_order_mark_and_a_windows_line_end_holds_the_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xef\xbb\xbf" + TOKEN.encode() + b"\r\n")

    assert discord_token({"DISCORD_TOKEN_FILE": str(tmp_path / "token")}) == TOKEN


def test_a_tilde_in_the_path_of_the_file_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "token").write_text(TOKEN)

    assert discord_token({"DISCORD_TOKEN_FILE": "~/token"}) == TOKEN


def test_the_environment_of_the_process_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISCORD_TOKEN_FILE", raising=False)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)

    assert discord_token() == TOKEN


@pytest.mark.parametrize("environment", [{}, {"DISCORD_TOKEN": ""}, {"DISCORD_TOKEN": "  ", "DISCORD_TOKEN_FILE": " "}])
def test_no_token_is_refused_with_how_to_get_one(environment: dict[str, str]) -> None:
    with pytest.raises(TokenError, match=r"(?s)no Discord token.*https://discord\.com/developers") as caught:
        discord_token(environment)

    assert caught.value.exit_code is ExitCode.CONFIG


def test_two_tokens_are_refused() -> None:
    with pytest.raises(TokenError, match="Both DISCORD_TOKEN and DISCORD_TOKEN_FILE"):
        discord_token({"DISCORD_TOKEN": TOKEN, "DISCORD_TOKEN_FILE": "/x"})


@pytest.mark.fault(51)
@pytest.mark.parametrize(
    "value",
    [
        "SECRET1",
        f'"{TOKEN}"',
        f"Bot {TOKEN}",
        TOKEN.replace(".", " "),
        TOKEN.rsplit(".", 1)[0],
        TOKEN + ".more",
        TOKEN.replace("GhIjKl", "Gh"),
        TOKEN + "é",
    ],
)
def test_what_cannot_be_a_token_is_refused_and_never_shown(value: str) -> None:
    with pytest.raises(TokenError, match="does not have the form") as caught:
        discord_token({"DISCORD_TOKEN": value})

    assert value not in str(caught.value)
    assert "MTIzNDU2" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(TokenError, match=r"DISCORD_TOKEN_FILE: .*token cannot be read"):
        discord_token({"DISCORD_TOKEN_FILE": str(file)})


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_file_holds_no_token(tmp_path: Path, content: str) -> None:
    (tmp_path / "token").write_text(content)

    with pytest.raises(TokenError, match="no Discord token"):
        discord_token({"DISCORD_TOKEN_FILE": str(tmp_path / "token")})


def test_ordinary_words_do_not_look_like_a_token() -> None:
    assert not TOKEN_PATTERN.search(
        "bot.answering.knowledge basics/licenses#apache-license 1400000000000000001.5 https://opensource.org/ai"
    )


def test_the_file_that_the_configuration_names_is_read_where_the_environment_has_no_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    other = TOKEN.replace("GhIjKl", "Others")

    assert discord_token({}, tmp_path / "token") == TOKEN
    assert discord_token({"DISCORD_TOKEN": other}, tmp_path / "token") == other
    with pytest.raises(TokenError, match=r"discord\.token_file: .*nowhere cannot be read"):
        discord_token({}, tmp_path / "nowhere")


@pytest.mark.parametrize(
    "around", ["{}", "  {} ", "Bot {}", "bot  {}", '"{}"', "'{}'", "DISCORD_TOKEN={}", 'export DISCORD_TOKEN="{}"', "`{}`"]
)
def test_what_is_copied_along_with_a_token_is_taken_off(around: str) -> None:
    assert pasted_token(around.format(TOKEN)) == TOKEN
    assert pasted_token(around.format(TOKEN[:20] + "\n " + TOKEN[20:])) == TOKEN


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "Nothing was entered"),
        ('""', "Nothing was entered"),
        ("1234567890123456789", "Application ID"),
        ("0123456789abcdef" * 4, "Public Key"),
        ("aB-_" * 8, "Client Secret"),
        (TOKEN.rsplit(".", 1)[0], "cut off"),
    ],
)
def test_what_is_no_token_is_named_and_never_shown(pasted: str, said: str) -> None:
    with pytest.raises(TokenError, match=said) as caught:
        pasted_token(pasted)

    assert not pasted.strip('"') or pasted not in str(caught.value)
