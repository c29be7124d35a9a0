"""``python -m bot run`` and what all commands share, as processes: everything that is wrong is said before anything connects."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import bot
from bot.storage.hashing import key_file
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.processes import python, started
from tests.integration.rows import rows

KNOWLEDGE = ("--knowledge", str(SMALL_KNOWLEDGE))
A_TOKEN = ".".join(("x" * 24, "y" * 6, "z" * 27))
WRONG = """
answering:
  answer_treshold: 0.5
  suggestions: many
database:
  path: [1]
discord:
  token: not-to-be-printed
  owner_ids: [-1]
knowlege: {}
"""


def test_the_version_is_printed(tmp_path: Path) -> None:
    done = python("-m", "bot", "--version", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (0, f"{bot.__version__}\n")


@pytest.mark.parametrize("command", ["ask", "chat", "check", "run", "demo", "health"])
def test_every_command_has_help(tmp_path: Path, command: str) -> None:
    done = python("-m", "bot", command, "--help", cwd=tmp_path)

    assert done.returncode == 0
    assert "Usage: osai-faq-bot" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_run_without_a_token_says_how_to_get_one_with_code_78_and_creates_nothing(tmp_path: Path) -> None:
    done = python("-m", "bot", "run", *KNOWLEDGE, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith("error: There is no Discord token, so the bot cannot log in.")
    assert "https://discord.com/developers/applications" in done.stderr
    assert "DISCORD_TOKEN=... python -m bot run" in done.stderr
    assert done.stderr.count("error:") == 1
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault(51)
@pytest.mark.parametrize("token", ["a-secret-of-another-kind", '"quoted.secret.text"', "Bot a.secret.text"])
def test_run_with_something_that_is_no_token_says_so_without_printing_it(tmp_path: Path, token: str) -> None:
    done = python("-m", "bot", "run", *KNOWLEDGE, cwd=tmp_path, changes={"DISCORD_TOKEN": token})

    assert done.returncode == 78
    assert "does not have the form of a bot token" in done.stderr
    assert "secret-of" not in done.stderr
    assert "secret.text" not in done.stderr
    assert "Traceback" not in done.stderr


def test_run_names_a_token_file_that_is_not_there(tmp_path: Path) -> None:
    done = python("-m", "bot", "run", *KNOWLEDGE, cwd=tmp_path, changes={"DISCORD_TOKEN_FILE": "nowhere.txt"})

    assert (done.returncode, done.stderr.startswith("error: DISCORD_TOKEN_FILE: nowhere.txt cannot be read.")) == (78, True)


def test_a_dry_run_checks_everything_without_a_token_and_says_that_it_is_ready(tmp_path: Path) -> None:
    done = python("-m", "bot", "run", "--dry-run", *KNOWLEDGE, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Configuration: good" in done.stdout
    assert re.search("Knowledge: 7 sections in 2 articles, [0-9a-f]{16}", done.stdout)
    assert "Nothing was connected." in done.stdout
    database = tmp_path / "data" / "osai-faq.sqlite3"
    assert rows(database, "SELECT count(*) FROM answers") == [(0,)]
    assert key_file(database).stat().st_mode & 0o777 == 0o600


def test_a_dry_run_refuses_a_database_that_is_none_with_code_74(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("my diary")

    done = python("-m", "bot", "run", "--dry-run", *KNOWLEDGE, cwd=tmp_path, changes={"BOT_DATABASE_PATH": "diary.txt"})

    assert (done.returncode, done.stdout) == (74, "")
    assert done.stderr.startswith("error: diary.txt is not a SQLite database.")
    assert "Traceback" not in done.stderr
    assert (tmp_path / "diary.txt").read_text() == "my diary"


def test_a_dry_run_refuses_a_lost_database_until_init_is_given(tmp_path: Path) -> None:
    dry_run = ("-m", "bot", "run", "--dry-run", *KNOWLEDGE)
    python(*dry_run, cwd=tmp_path)
    (tmp_path / "data" / "osai-faq.sqlite3").unlink()

    without, with_init = python(*dry_run, cwd=tmp_path), python(*dry_run, "--init", cwd=tmp_path)

    assert (without.returncode, with_init.returncode) == (74, 0)
    assert "start with --init" in without.stderr


@pytest.mark.fault(43)
def test_a_dry_run_beside_a_running_bot_is_refused_with_its_process_id(tmp_path: Path) -> None:
    hold = (
        "import sys\nfrom pathlib import Path\nfrom bot.storage.opening import ProcessLock\n"
        "lock = ProcessLock(Path('bot.sqlite3'))\nlock.acquire()\nprint('held', flush=True)\nsys.stdin.read()"
    )
    with started("-c", hold, cwd=tmp_path) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        done = python("-m", "bot", "run", "--dry-run", *KNOWLEDGE, cwd=tmp_path, changes={"BOT_DATABASE_PATH": "bot.sqlite3"})
        other.communicate(b"")

    assert done.returncode == 74
    assert f"Another bot process (pid {other.pid}) uses this database." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dry_run_refuses_knowledge_with_a_fault_with_code_65(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.md").write_bytes((SMALL_KNOWLEDGE / "basics" / "openness.md").read_bytes())
    (folder / "bad.md").write_bytes(b"# Title\n\nA text with \0 in it.\n")

    done = python("-m", "bot", "run", "--dry-run", "--knowledge", "articles", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (65, "")
    assert "error: The knowledge has faults:\n- bad.md" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.fault(50)
@pytest.mark.parametrize("command", [("ask", "hello"), ("chat",), ("run",), ("run", "--dry-run"), ("health",)], ids=" ".join)
def test_everything_that_is_wrong_with_the_configuration_is_one_list_with_code_78(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "config.yaml").write_text(WRONG)

    done = python("-m", "bot", *command, cwd=tmp_path, changes={"BOT_LOG_LEVEL": "loud", "BOT_PRIVACY_DAYS": "3", "DISCORD_TOKEN": A_TOKEN})

    heading, *problems = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (78, "")
    assert heading == f"error: The configuration has {len(problems)} problems:"
    assert all(problem.startswith("- ") for problem in problems)
    named = {problem.removeprefix("- ").split(":")[0].split(" ")[0] for problem in problems}
    assert named == {
        "answering.answer_treshold", "answering.suggestions", "database.path", "discord.token", "discord.owner_ids.0", "knowlege",
        "log.level", "BOT_PRIVACY_DAYS",
    }  # fmt: skip
    assert "Did you mean 'answer_threshold'?" in done.stderr
    assert "Did you mean 'knowledge'?" in done.stderr
    assert "not-to-be-printed" not in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["config.yaml"]


@pytest.mark.fault(50)
def test_a_missing_token_is_reported_together_with_what_is_wrong_with_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("answering:\n  suggestions: 99\n")

    done = python("-m", "bot", "run", cwd=tmp_path)

    assert done.returncode == 78
    assert done.stderr.startswith("error: The configuration has 2 problems:\n- answering.suggestions")
    assert "\n- There is no Discord token" in done.stderr


@pytest.mark.parametrize("content", [b"answering: [", b"\xff\xfe", b"- a\n- b\n", b"a: &a [*a]\n", b"{" * 1000], ids=repr)
def test_a_file_that_is_no_configuration_is_named_without_a_traceback(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mine.yaml").write_bytes(content)

    done = python("-m", "bot", "ask", "hello", "--config", "mine.yaml", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith("error: The configuration has 1 problem:\n- mine.yaml")
    assert "Traceback" not in done.stderr


def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = python("-m", "bot", "ask", "hello", "--config", "nowhere.yaml", cwd=tmp_path)

    assert (done.returncode, "nowhere.yaml: cannot be read" in done.stderr) == (78, True)


def test_health_tells_by_its_code_whether_the_bot_is_alive(tmp_path: Path) -> None:
    before = python("-m", "bot", "health", cwd=tmp_path, changes={"BOT_DATABASE_PATH": "bot.sqlite3"})
    (tmp_path / "bot.sqlite3.alive").touch()
    alive = python("-m", "bot", "health", cwd=tmp_path, changes={"BOT_DATABASE_PATH": "bot.sqlite3"})
    os.utime(tmp_path / "bot.sqlite3.alive", (0, 0))
    after = python("-m", "bot", "health", cwd=tmp_path, changes={"BOT_DATABASE_PATH": "bot.sqlite3"})

    assert [done.returncode for done in (before, alive, after)] == [69, 0, 69]
    assert alive.stdout == "alive\n"
    assert before.stderr.startswith("error: There is no sign of life")
    assert after.stderr.startswith("error: The last sign of life")
