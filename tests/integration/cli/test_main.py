"""``python -m bot`` whatever the standard streams are: a command ends with what it was asked for or with a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SMALL_KNOWLEDGE, TESTS
from tests.integration.processes import PATIENCE, environment, python

LOOKUP = ("--knowledge", str(TESTS / "data" / "lookup"))
SMALL = ("--knowledge", str(SMALL_KNOWLEDGE))


def closed(folder: Path, streams: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command with some of its standard streams closed, as a shell closes them: ``<&-``, ``>&-``, ``2>&-``."""
    command = ("sh", "-c", f'exec "$@" {streams}', "sh", sys.executable, "-m", "bot", *arguments)
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_what_the_output_cannot_hold_gets_a_stand_in(tmp_path: Path, encoding: str) -> None:
    done = python("-m", "bot", "license", "mit", "--compare", "apache 2", *LOOKUP, cwd=tmp_path, changes={"PYTHONIOENCODING": encoding})

    assert done.returncode == 0
    assert "? differs" in done.stdout
    assert "Traceback" not in done.stderr


def test_json_is_whole_whatever_the_output_can_hold(tmp_path: Path) -> None:
    texts = [
        python("-m", "bot", "ask", "--json", "Größe 数 😀?", *SMALL, cwd=tmp_path, changes={"PYTHONIOENCODING": encoding}).stdout
        for encoding in ("utf-8", "ascii")
    ]

    utf_8, escaped = map(json.loads, texts)
    assert texts[1].isascii()
    assert utf_8["question"] == escaped["question"] == "Größe 数 😀?"


@pytest.mark.parametrize("arguments", [("ask", "--batch", "-"), ("chat",)])
def test_no_standard_input_is_said_in_one_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = closed(tmp_path, "<&-", *arguments, *SMALL)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: There is no standard input")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("arguments", [("ask", "what are open weights?"), ("ask", "--json", "hello"), ("check",), ("ask", "--help")])
def test_closed_output_is_no_fault(tmp_path: Path, streams: str, arguments: tuple[str, ...]) -> None:
    done = closed(tmp_path, streams, *arguments, *(() if "--help" in arguments else SMALL))

    assert done.returncode == 0
    assert "Traceback" not in done.stderr


@pytest.mark.fault(63)
@pytest.mark.parametrize("streams", ["2>/dev/full", "2>&-"], ids=["a full disk", "closed"])
def test_a_log_that_cannot_be_written_does_not_change_the_exit_code(tmp_path: Path, streams: str) -> None:
    """Else whoever supervises the bot would start it again and again, since 120 and 1 do not say that this does not help."""
    done = closed(tmp_path, streams, "run", *SMALL)

    assert (done.returncode, done.stdout) == (78, "")


@pytest.mark.fault(63)
def test_a_thousand_errors_to_a_full_disk_end_nothing(tmp_path: Path) -> None:
    script = (
        "import logging\n"
        "from bot.__main__ import main\n"
        "from bot.bootstrap import stages\n"
        "opened = stages.open_stages\n"
        "def failing(*arguments, **options):\n"
        "    for number in range(1000):\n"
        "        logging.getLogger('bot').error('error %d', number, exc_info=ValueError('again'))\n"
        "    return opened(*arguments, **options)\n"
        "stages.open_stages = failing\n"
        "main()\n"
    )
    command = ("sh", "-c", 'exec "$@" 2>/dev/full', "sh", sys.executable, "-c", script, "run", "--dry-run", *SMALL)
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)

    assert done.returncode == 0
    assert "Nothing was connected." in done.stdout
