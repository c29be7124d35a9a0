"""``check`` as a process: counts, faults and warnings of a folder and of the configuration, for people and programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.processes import python

KNOWLEDGE = ("--knowledge", str(SMALL_KNOWLEDGE))


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
    (folder / "heading.md").write_bytes(b"---\ntitle: [\nsections: {}\n---\n\n# Title\n\nText.\n")

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


def test_check_lists_the_faults_of_the_configuration_beside_those_of_the_knowledge(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("answering:\n  suggestions: 99\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "bad.md").write_bytes(b"caf\xe9")
    (tmp_path / "docs" / "good.md").write_bytes(b"Tea is hot.")

    done = python("-m", "bot", "check", "docs", cwd=tmp_path)

    assert done.returncode == 1
    assert "fault configuration: answering.suggestions" in done.stdout
    assert "fault bad.md:1: is not UTF-8" in done.stdout
