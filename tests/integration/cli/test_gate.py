"""``gate`` as a process: an edit that makes answers worse fails, one that does not passes, and both are reported."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.processes import git, python
from tests.unit.making import write_folder

GOLDEN = """questions:
  - {question: what are open weights, style: plain, expect: [basics/openness#open-weights]}
  - {question: so what does copyleft demand, style: chatty, expect: [basics/licenses#copyleft]}
  - {question: what about patents in the apache license, style: plain, expect: [basics/licenses#apache-license], says: [patent]}
declined:
  - {question: xyzzy qqqq, kind: nonsense}
follow_ups:
  - {turns: [What is copyleft?, which license is the best known one], style: followup, expect: [basics/licenses#copyleft]}
"""
PATENT = "is permissive and grants a patent license. It"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with the knowledge folder in a folder of it."""
    folder = tmp_path / "site" / "knowledge"
    shutil.copytree(SMALL_KNOWLEDGE, folder)
    write_folder(folder, {"golden.yaml": GOLDEN})
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "before")
    return folder


def edit(folder: Path, old: str, new: str, name: str = "basics/licenses.md") -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def run(folder: Path, *options: str, base: str = "HEAD") -> tuple[int, str, str]:
    done = python("-m", "bot", "gate", base, "--knowledge", folder.name, *options, cwd=folder.parent)
    return done.returncode, " ".join(done.stdout.split()), " ".join(done.stderr.split())


def test_an_edit_that_loses_what_an_answer_must_say_fails_and_says_so_in_the_report(checkout: Path) -> None:
    edit(checkout, PATENT, "is permissive. It")

    code, said, _ = run(checkout, "--report", "report.md")
    report = (checkout.parent / "report.md").read_text()

    assert code == 1
    assert "About what was edited, 1 question got worse and 0 better." in said
    assert "compared with HEAD: got worse" in said
    assert report.startswith("### Answers compared with `HEAD`: **got worse**")
    assert "| what about patents in the apache license | right `basics/licenses#apache-license` | partly" in report
    assert "Sections: changed `basics/licenses#apache-license`." in report


def test_a_section_that_is_gone_fails_the_questions_that_it_answered(checkout: Path) -> None:
    text = (checkout / "basics/licenses.md").read_text()
    start, end = text.index("## Copyleft"), text.index("## Installing")
    listed = text[text.index("  copyleft:") : text.index("  installing:")]
    (checkout / "basics/licenses.md").write_text((text[:start] + text[end:]).replace(listed, ""))

    code, said, _ = run(checkout, "--json")
    value = json.loads(python("-m", "bot", "gate", "HEAD", "--knowledge", "knowledge", "--json", cwd=checkout.parent).stdout)

    assert (code, value["passed"]) == (1, False)
    assert value["sections"]["removed"] == ["basics/licenses#copyleft"]
    assert value["unknown_labels"] == ["basics/licenses#copyleft"]
    assert {"so what does copyleft demand"} <= {change["question"] for change in value["changes"] if change["direction"] == "worse"}
    assert said


def test_an_edit_of_something_else_passes_against_a_revision_and_against_a_folder(checkout: Path, tmp_path: Path) -> None:
    shutil.copytree(checkout, tmp_path / "before")
    edit(checkout, "It says nothing about patents.", "It says nothing about patents or trademarks.")
    write_folder(checkout, {"basics/trees.md": "# Trees\n\n## Oaks\n\nOaks grow slowly and become old.\n"})

    revision, folder = run(checkout, "--report", "report.md"), run(checkout, base=str(tmp_path / "before"))

    assert (revision[0], folder[0]) == (0, 0), revision
    assert "compared with HEAD: no worse" in revision[1]
    assert "1 added, 0 removed, 1 changed" in revision[1]
    assert "added `basics/trees#oaks`; changed `basics/licenses#mit-license`" in (checkout.parent / "report.md").read_text()


def test_a_section_that_moves_takes_its_questions_along(checkout: Path) -> None:
    edit(checkout, "## Copyleft", "## Share alike")
    edit(checkout, "  copyleft:\n", "  share-alike:\n    formerly: [basics/licenses#copyleft]\n")

    code, said, _ = run(checkout, "--json")
    value = json.loads(said)

    assert value["sections"] == {"added": [], "removed": [], "changed": ["basics/licenses#share-alike"]}
    assert [change["question"] for change in value["changes"] if change["direction"] == "worse"] == []
    assert code == 0


def test_a_golden_question_that_was_dropped_is_asked_all_the_same(checkout: Path) -> None:
    edit(checkout, PATENT, "is permissive. It")
    edit(checkout, GOLDEN.splitlines()[3] + "\n", "", "golden.yaml")

    code, said, _ = run(checkout)

    assert code == 1
    assert "what about patents in the apache license" in said


def test_a_fault_of_the_new_state_fails(checkout: Path) -> None:
    edit(checkout, "  mit-license:\n", "  mit-licence:\n")

    code, said, _ = run(checkout)

    assert code == 1
    assert "The new state has 1 fault, so that a running bot would refuse it: basics/licenses.md" in said


@pytest.mark.parametrize("base", ["no-such-branch", "HEAD~5", "HEAD:knowledge"])
def test_a_state_that_is_not_there_is_named_in_one_sentence(checkout: Path, base: str) -> None:
    code, _, complaint = run(checkout, base=base)

    assert code == 2
    assert "neither a folder nor a revision" in complaint
    assert "Traceback" not in complaint


def test_a_folder_outside_git_has_no_revisions(tmp_path: Path) -> None:
    shutil.copytree(SMALL_KNOWLEDGE, tmp_path / "knowledge")

    code, _, complaint = run(tmp_path / "knowledge")

    assert code == 2
    assert "is in no git repository" in complaint
