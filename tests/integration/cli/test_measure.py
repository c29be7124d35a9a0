"""``evaluate``, ``calibrate`` and ``coverage`` as processes: what they print and write, and what they refuse."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, SMALL_KNOWLEDGE
from tests.integration.processes import git, python
from tests.unit.making import write_folder

GOLDEN = """questions:
  - {question: what are open weights, style: plain, expect: [basics/openness#open-weights]}
  - {question: what is copyleft, style: plain, expect: [basics/openness#open-weights]}
declined:
  - {question: xyzzy qqqq, kind: nonsense}
follow_ups: []
"""
COPYLEFT = "copyleft, style: plain, expect: [basics/licenses#copyleft]"
WORDS = ("apple", "banana", "cherry", "damson", "elder", "figs")


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
    assert ["questions", "right", "0.500"] in [line.split()[:3] for line in shown.stdout.splitlines()]
    assert (value["questions"]["n"], value["questions"]["right"], value["questions"]["wrong"]) == (2, 1, 1)
    assert (value["declined"]["n"], value["declined"]["declined"]) == (1, 1)
    assert value["questions"]["items"][0]["shown"] == "basics/openness#open-weights"


def test_evaluate_asks_one_half_only_and_with_typing_errors_where_an_option_says_so(knowledge: Path) -> None:
    def questions(*options: str) -> set[str]:
        done = python("-m", "bot", "evaluate", "--json", *options, cwd=knowledge.parent)
        return {item["question"] for item in json.loads(done.stdout)["questions"]["items"]}

    dev, test = questions("--split", "dev"), questions("--split", "test")

    assert dev | test == {"what are open weights", "what is copyleft"}
    assert not dev & test
    assert not questions("--typos") & {"what are open weights", "what is copyleft"}


def test_evaluate_draws_how_far_the_confidence_can_be_trusted(knowledge: Path) -> None:
    done = python("-m", "bot", "evaluate", "--plot", "trust.png", cwd=knowledge.parent)

    assert done.returncode == 0
    assert (knowledge.parent / "trust.png").read_bytes().startswith(b"\x89PNG")


def test_evaluate_shows_which_questions_changed_since_an_earlier_run(knowledge: Path) -> None:
    earlier = knowledge.parent / "earlier.json"
    earlier.write_text(python("-m", "bot", "evaluate", "--json", cwd=knowledge.parent).stdout)
    write_folder(knowledge, {"golden.yaml": GOLDEN.replace("copyleft, style: plain, expect: [basics/openness#open-weights]", COPYLEFT)})

    shown = python("-m", "bot", "evaluate", "--compare", "earlier.json", cwd=knowledge.parent)
    done = python("-m", "bot", "evaluate", "--compare", "earlier.json", "--json", cwd=knowledge.parent)

    assert "1 changed, 2 as before" in " ".join(shown.stdout.split())
    (change,) = json.loads(done.stdout)["compared"]["changes"]
    assert (change["question"], change["before"], change["after"]) == ("what is copyleft", "wrong", "right")


def test_evaluate_asks_another_revision_with_its_own_knowledge_and_code(knowledge: Path) -> None:
    repository = knowledge.parent
    shutil.copytree(REPOSITORY / "bot", repository / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    git(repository, "init", "--quiet")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "before")
    write_folder(knowledge, {"golden.yaml": GOLDEN.replace("copyleft, style: plain, expect: [basics/openness#open-weights]", COPYLEFT)})

    shown = python("-m", "bot", "evaluate", "--compare", "HEAD", cwd=repository, package=repository)
    unknown = python("-m", "bot", "evaluate", "--compare", "no-such-branch", cwd=repository, package=repository)

    assert "compared with HEAD: 1 changed, 2 as before" in " ".join(shown.stdout.split())
    assert git(repository, "worktree", "list").count("\n") == 1  # what was checked out is gone
    assert unknown.returncode == 2
    assert "'no-such-branch' is neither a file nor a revision" in unknown.stderr


@pytest.mark.parametrize(
    ("main", "reply"),
    [
        (None, "Revision HEAD has no package `bot` that could be run"),
        ("import sys; sys.exit('it is broken')", "Revision HEAD cannot be evaluated with no options; it said: it is broken"),
    ],
)
def test_a_revision_that_cannot_evaluate_is_reported_with_what_it_said(knowledge: Path, main: str | None, reply: str) -> None:
    repository = knowledge.parent
    git(repository, "init", "--quiet")
    if main is not None:
        write_folder(repository, {"bot/__init__.py": "", "bot/__main__.py": main})
        git(repository, "add", "bot")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "before")
    shutil.copytree(REPOSITORY / "bot", repository / "bot", ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)

    done = python("-m", "bot", "evaluate", "--compare", "HEAD", cwd=repository, package=repository)

    assert done.returncode == 2
    assert reply in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_revision_needs_a_repository(knowledge: Path) -> None:
    shutil.copytree(REPOSITORY / "bot", knowledge.parent / "bot", ignore=shutil.ignore_patterns("__pycache__"))

    done = python("-m", "bot", "evaluate", "--compare", "HEAD", cwd=knowledge.parent, package=knowledge.parent)

    assert done.returncode == 2
    assert "is no git repository" in done.stderr


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    documents = [{"id": f"d{n}", "title": f"The {word}", "questions": [], "text": f"A {word} it is."} for n, word in enumerate(WORDS)]
    queries = [
        {"id": f"{split}{n}{kind}", "text": text, "relevant": [f"d{n}"] if kind == "in" else None, "split": split}
        for n, word in enumerate(WORDS)
        for split in ("dev", "test")
        for kind, text in (("in", f"what of the {word}"), ("out", f"it is a {word[::-1]} {split}"))
    ]
    corpus, asked = ("".join(f"{json.dumps(row)}\n" for row in rows) for rows in (documents, queries))
    return write_folder(tmp_path / "words", {"corpus.jsonl": corpus, "queries.jsonl": asked})


def test_evaluate_judges_a_public_data_set_on_its_test_half(dataset: Path) -> None:
    done = python("-m", "bot", "evaluate", "--dataset", "words", "--json", cwd=dataset.parent)

    value = json.loads(done.stdout)
    assert done.returncode == 0
    assert (value["fingerprint"], value["split"]) == ("words", "test")
    assert (value["questions"]["n"], value["declined"]["n"]) == (len(WORDS), len(WORDS))
    assert value["figures"]["ndcg_at_10"]["value"] == 1
    assert value["questions"]["items"][0]["id"] == "test0in"


def test_evaluate_writes_rankings_alone_where_asked(dataset: Path) -> None:
    done = python("-m", "bot", "evaluate", "--dataset", "words", "--rank-only", "ranked.jsonl", "--split", "dev", cwd=dataset.parent)

    rows = [json.loads(line) for line in (dataset.parent / "ranked.jsonl").read_text().splitlines()]
    assert done.returncode == 0
    assert len(rows) == 2 * len(WORDS)
    assert rows[0] == {"id": "dev0in", "ranked": rows[0]["ranked"]}
    assert rows[0]["ranked"][0] == "d0"


@pytest.mark.parametrize(
    ("options", "reply"),
    [
        (("--dataset", "nowhere"), "cannot be read"),
        (("--rank-only", "x.jsonl"), "--rank-only needs --dataset"),
        (("--dataset", "words", "--rank-only", "x.jsonl", "--json"), "--rank-only judges nothing"),
        (("--dataset", "words", "--plot", "nowhere/x.png"), "cannot be written"),
        (("--dataset", "words", "--compare", "words/corpus.jsonl"), "is not what `python -m bot evaluate --json` prints"),
    ],
)
def test_options_that_cannot_be_used_are_named_in_one_sentence(dataset: Path, options: tuple[str, ...], reply: str) -> None:
    done = python("-m", "bot", "evaluate", *options, cwd=dataset.parent)

    assert done.returncode == 2
    assert reply in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (dataset.parent / "x.jsonl").exists()


@pytest.mark.parametrize(
    ("command", "missing"), [("evaluate", "golden.yaml"), ("calibrate", "golden.yaml"), ("coverage", "coverage.yaml is missing")]
)
def test_a_folder_without_labels_is_named_in_one_sentence(tmp_path: Path, command: str, missing: str) -> None:
    done = python("-m", "bot", command, "--knowledge", str(SMALL_KNOWLEDGE), cwd=tmp_path)

    assert done.returncode == 65
    assert "Traceback" not in done.stderr
    assert missing in done.stderr
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
