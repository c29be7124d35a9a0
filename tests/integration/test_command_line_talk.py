"""``python -m bot chat`` and ``check`` as processes, and what the terminal does without."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path

import pytest

from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.processes import PATIENCE, python, started
from tests.integration.test_command_line import KNOWLEDGE, UNSURE

CHAT = b"what is copyleft?\nwhat is it?\n/why\n/full\n/nope\n"


def test_chat_takes_a_conversation_from_a_pipe_and_ends_with_it(tmp_path: Path) -> None:
    done = python("-m", "bot", "chat", *KNOWLEDGE, cwd=tmp_path, typed=CHAT)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("7 sections are loaded.")
    assert done.stdout.count("Copyleft demands that changed versions") == 4
    assert re.search("Searched for: .*copyleft", done.stdout)
    assert "There is no such command." in done.stdout


def test_chat_picks_a_suggestion_by_its_number(tmp_path: Path) -> None:
    typed = b"who publishes open weights\n9\n1\n/quit\nnever read\n"

    done = python("-m", "bot", "chat", *KNOWLEDGE, cwd=tmp_path, typed=typed, changes=UNSURE)

    assert done.returncode == 0
    asking, refusing, picking = done.stdout.split("you › ")[1:4]
    assert "Is it one of these?" in asking
    assert "1. Open weights (" in asking
    assert "Choose a number from 1 to" in refusing
    assert "trained parameters of a model" in picking


@pytest.mark.parametrize("command", [b"/why\n", b"/full\n"])
def test_chat_has_nothing_to_explain_before_the_first_answer(tmp_path: Path, command: bytes) -> None:
    done = python("-m", "bot", "chat", *KNOWLEDGE, cwd=tmp_path, typed=command)

    assert (done.returncode, "There is no answer yet." in done.stdout) == (0, True)


def test_chat_ends_by_control_c_with_a_word_and_code_0(tmp_path: Path) -> None:
    with started("-m", "bot", "chat", *KNOWLEDGE, cwd=tmp_path) as child:
        assert child.stdout is not None
        seen = b""
        while not seen.endswith("you › ".encode()):
            seen += child.stdout.read(1)
        child.send_signal(signal.SIGINT)
        rest, errors = child.communicate(timeout=PATIENCE)

    assert (child.returncode, errors) == (0, b"")
    assert rest.endswith(b"Bye.\n")


LIST_MODULES = """
import sys
from bot.__main__ import main
sys.argv[0] = "bot"
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print("modules:", *sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [("ask", "what are open weights?"), ("ask", "--json", "--batch", "-"), ("chat",)], ids=lambda a: a[0])
def test_the_terminal_needs_neither_discord_nor_a_database(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = python("-c", LIST_MODULES, *arguments, *KNOWLEDGE, cwd=tmp_path, typed=b'{"question": "what is copyleft?"}\n')

    modules = done.stderr.rsplit("modules: ", 1)[1].split()
    assert done.returncode == 0
    assert {"bot", "rapidfuzz"} <= set(modules)
    assert not {"discord", "aiohttp", "sqlalchemy", "sqlite3", "aiosqlite", "alembic", "simcord", "matplotlib"} & set(modules)
    assert list(tmp_path.iterdir()) == []


def test_check_lists_files_and_warnings_with_code_0(tmp_path: Path) -> None:
    done = python("-m", "bot", "check", str(SMALL_KNOWLEDGE), cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"basics/licenses\.md +│ +4 │", done.stdout)
    assert "warning basics/licenses.md:34: basics/licenses#mit-license: has 21 words." in done.stdout
    assert "0 faults, 7 warnings" in done.stdout


def test_check_json_has_counts_files_and_problems(tmp_path: Path) -> None:
    done = python("-m", "bot", "check", "--json", *KNOWLEDGE, cwd=tmp_path)

    value = json.loads(done.stdout)
    assert done.returncode == 0
    assert list(value) == ["folder", "fingerprint", "faults", "warnings", "files", "problems"]
    assert (value["folder"], value["faults"], value["warnings"]) == (str(SMALL_KNOWLEDGE), 0, 7)
    assert re.fullmatch("[0-9a-f]{16}", value["fingerprint"])
    assert value["files"][0] == {"path": "basics/licenses.md", "sections": 4, "words": 84, "questions": 12, "warnings": 4}
    assert list(value["problems"][0]) == ["path", "line", "severity", "message", "remedy"]
    assert len(value["problems"]) == 7


def test_check_finds_every_fault_of_every_file_with_code_1(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.md").write_bytes((SMALL_KNOWLEDGE / "basics" / "openness.md").read_bytes())
    (folder / "binary.md").write_bytes(b"# Title\n\nA text with \0 in it.\n")
    (folder / "heading.md").write_bytes(b"---\ntitle: [\n---\n\n# Title\n\nText.\n")

    as_text = python("-m", "bot", "check", "articles", cwd=tmp_path)
    as_json = python("-m", "bot", "check", "articles", "--json", cwd=tmp_path)

    problems = json.loads(as_json.stdout)["problems"]
    assert (as_text.returncode, as_json.returncode) == (1, 1)
    assert {problem["path"] for problem in problems if problem["severity"] == "fault"} == {"binary.md", "heading.md"}
    assert "fault binary.md" in as_text.stdout
    assert "fault heading.md" in as_text.stdout


def test_check_of_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    as_text = python("-m", "bot", "check", "nowhere", cwd=tmp_path)
    as_json = python("-m", "bot", "check", "nowhere", "--json", cwd=tmp_path)

    assert (as_text.returncode, as_json.returncode) == (1, 1)
    assert "There is no knowledge folder at nowhere." in as_text.stdout
    assert (json.loads(as_json.stdout)["fingerprint"], json.loads(as_json.stdout)["faults"]) == (None, 1)
