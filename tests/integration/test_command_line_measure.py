"""``evaluate``, ``calibrate`` and ``coverage`` as processes: what they print and write, and what they refuse."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, SMALL_KNOWLEDGE
from tests.integration.processes import python
from tests.unit.making import write_folder

GOLDEN = """questions:
  - {question: what are open weights, style: plain, expect: [basics/openness#open-weights]}
  - {question: what is copyleft, style: plain, expect: [basics/openness#open-weights]}
declined:
  - {question: xyzzy qqqq, kind: nonsense}
follow_ups: []
"""


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    shutil.copytree(SMALL_KNOWLEDGE, folder)
    return write_folder(folder, {"golden.yaml": GOLDEN})


def test_evaluate_counts_right_wrong_and_declined_for_people_and_programs(knowledge: Path) -> None:
    shown = python("-m", "bot", "evaluate", cwd=knowledge.parent)
    done = python("-m", "bot", "evaluate", "--json", cwd=knowledge.parent)

    value = json.loads(done.stdout)
    assert (shown.returncode, done.returncode) == (0, 0)
    assert "right 50.0 %" in shown.stdout
    assert (value["questions"]["n"], value["questions"]["right"], value["questions"]["wrong"]) == (2, 1, 1)
    assert (value["declined"]["n"], value["declined"]["declined"]) == (1, 1)
    assert value["questions"]["items"][0]["shown"] == "basics/openness#open-weights"


def test_evaluate_asks_one_half_only_or_with_typing_errors_when_told(knowledge: Path) -> None:
    def questions(*options: str) -> set[str]:
        done = python("-m", "bot", "evaluate", "--json", *options, cwd=knowledge.parent)
        return {item["question"] for item in json.loads(done.stdout)["questions"]["items"]}

    dev, test = questions("--split", "dev"), questions("--split", "test")

    assert dev | test == {"what are open weights", "what is copyleft"}
    assert not dev & test
    assert not questions("--typos") & {"what are open weights", "what is copyleft"}


@pytest.mark.parametrize("command", ["evaluate", "calibrate", "coverage"])
def test_a_folder_without_labels_is_told_in_one_sentence(tmp_path: Path, command: str) -> None:
    done = python("-m", "bot", command, "--knowledge", str(SMALL_KNOWLEDGE), cwd=tmp_path)

    assert done.returncode == 65
    assert "Traceback" not in done.stderr
    assert ("golden.yaml" in done.stderr) or ("coverage.yaml is missing" in done.stderr)
    assert not (tmp_path / "docs").exists()


def test_calibrate_refuses_too_few_labels_and_writes_nothing(knowledge: Path) -> None:
    done = python("-m", "bot", "calibrate", cwd=knowledge.parent)

    assert done.returncode == 65
    assert "too few golden questions" in done.stderr
    assert not (knowledge / "calibration.json").exists()


def test_calibrate_finds_the_very_numbers_that_ship(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "knowledge", tmp_path / "knowledge")
    written = tmp_path / "knowledge" / "calibration.json"
    shipped = json.loads(written.read_text())
    written.unlink()

    done = python("-m", "bot", "calibrate", cwd=tmp_path)

    assert done.returncode == 0
    found = json.loads(written.read_text())
    assert found["fitted_for"] == shipped["fitted_for"]
    assert found["intercept"] == pytest.approx(shipped["intercept"], abs=1e-4)
    for name, numbers in shipped["weights"].items():
        assert found["weights"][name] == pytest.approx(numbers, abs=1e-4)


def test_coverage_writes_the_table_of_topics(knowledge: Path) -> None:
    write_folder(knowledge, {"coverage.yaml": "areas: [{area: Words, items: [{item: weights, sections: [basics/openness#open-weights]}]}]"})

    done = python("-m", "bot", "coverage", cwd=knowledge.parent)

    assert done.returncode == 0
    assert "| weights | `basics/openness#open-weights` |" in (knowledge.parent / "docs" / "coverage.md").read_text()
