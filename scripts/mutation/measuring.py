"""Which tests run which lines of the targets: measured once with coverage contexts, kept in ``build/mutation/map.json``.

What was measured stays of use. Where the code changed since, lines that only moved are followed; a line that is new has no test of its
own yet, and is tried with all tests of its module. Files of tests that are new or changed are measured again, and only these. Whether a
test is still green without any change is asked when it matters, in ``trying``.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TypedDict

import coverage

TARGETS = (
    "bot/answering/confidence.py",
    "bot/answering/conversation.py",
    "bot/exts/kit/interaction.py",
    "bot/exts/kit/limits.py",
    "bot/exts/kit/panel.py",
    "bot/feedback/votes.py",
    "bot/privacy/retention.py",
    "bot/query/follow_up.py",
    "bot/retrieval/messages.py",
    "bot/retrieval/reranking.py",
    "bot/review/decisions.py",
    "bot/storage/paging.py",
)
SUITE = (
    "tests/unit/query", "tests/unit/retrieval", "tests/unit/exts", "tests/unit/answering",
    "tests/integration/storage/test_paging.py", "tests/integration/feedback", "tests/integration/review", "tests/integration/privacy",
    "tests/interactions/test_permission_matrix.py", "tests/interactions/test_faults.py", "tests/interactions/test_delivery.py",
    "tests/interactions/test_contract.py", "tests/interactions/test_forged_values.py", "tests/interactions/test_asking.py",
)  # fmt: skip
"""The tests that are about the targets. Others run their lines as well, but a break that only these notice is hard to find."""
NOT_COPIED = (".git", ".venv*", "build", "__pycache__", ".*_cache", ".coverage*", ".hypothesis", "*.egg-info", "node_modules")


@dataclass(frozen=True, slots=True)
class Test:
    """A test, as it was measured."""

    seconds: float
    green: bool
    today: bool
    """Whether the code is still that on which it was measured, so that a green test is green."""
    lines: Mapping[str, frozenset[int]]
    """Of each target, what it runs; what a fixture shared with other tests ran is counted for the first of them only."""


@dataclass(frozen=True, slots=True)
class Project:
    """A tree with targets and tests."""

    root: Path
    targets: Sequence[str] = TARGETS
    suite: Sequence[str] = SUITE

    @property
    def build(self) -> Path:
        """Where the copies and the measurement are kept."""
        return self.root / "build" / "mutation"

    def sources(self) -> dict[str, bytes]:
        """The targets, as they are in the checkout."""
        return {path: (self.root / path).read_bytes() for path in self.targets}

    def copy(self, name: str) -> Path:
        """Copy the tree, without what is built; byte code is checked against the source, since two mutants can be of the same second."""
        tree = self.build / name
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(self.root, tree, ignore=shutil.ignore_patterns(*NOT_COPIED))
        code = [name for name in ("bot", "tests") if (tree / name).is_dir()] or ["."]
        command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", *code]
        subprocess.run(command, cwd=tree, check=True)  # noqa: S603
        return tree

    def code(self) -> str:
        """What stands for all that a test may run: the program, its knowledge, and what tests share."""
        folders = [self.root / name for name in ("bot", "knowledge", "tests")] if (self.root / "bot").is_dir() else [self.root]
        digest = hashlib.sha256()
        for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".yaml", ".md", ".json"}):
            name = path.relative_to(self.root).as_posix()
            if not name.startswith("build/") and not path.name.startswith("test_"):
                digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        return digest.hexdigest()

    def files_of_tests(self) -> dict[str, str]:
        """What stands for the content of each file of tests in the suite."""
        found = (path for name in self.suite for path in [self.root / name, *(self.root / name).rglob("test_*.py")] if path.is_file())
        return {path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


class _Measured(TypedDict):
    seconds: float
    green: bool
    code: str
    """What stands for the code on which it was measured."""
    lines: dict[str, list[int]]


class _Kept(TypedDict):
    """The measurement as it is kept."""

    files: dict[str, str]
    """Digests of the files of tests."""
    sources: dict[str, str]
    """The targets to whose lines the numbers belong."""
    tests: dict[str, _Measured]


def measured(project: Project, jobs: int) -> dict[str, Test]:
    """All tests of the suite: from the measurement that is kept, and measured where there is none."""
    kept = project.build / "map.json"
    files = project.files_of_tests()
    sources = {path: source.decode() for path, source in project.sources().items()}
    old: _Kept = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {"files": {}, "sources": sources, "tests": {}}
    missing = sorted(name for name, digest in files.items() if old["files"].get(name) != digest)
    tests = {name: test for name, test in old["tests"].items() if (file := name.split("::")[0]) not in missing and file in files}
    moves = {path: _moves(old["sources"].get(path, ""), source) for path, source in sources.items()}
    for test in tests.values():
        test["lines"] = {path: [moves[path][line] for line in lines if line in moves[path]] for path, lines in test["lines"].items()}
    now: _Kept = {"files": {name: digest for name, digest in files.items() if name not in missing}, "sources": sources, "tests": tests}
    code = project.code()
    tree = project.copy("measured") if missing else project.root
    for _, some in groupby(missing, key=lambda name: name.rsplit("/", 1)[0]):
        part = list(some)
        tests |= _measure(project, tree, part, jobs, code)
        now["files"] |= {name: files[name] for name in part}
        _keep(now, kept)
    return {
        name: Test(test["seconds"], test["green"], test["code"] == code, {path: frozenset(lines) for path, lines in test["lines"].items()})
        for name, test in tests.items()
    }


def _keep(measurement: _Kept, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(measurement), encoding="utf-8")


def _moves(before: str, after: str) -> dict[int, int]:
    """Where the lines of a text are in a later one; those that changed are in neither."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return {block.a + place + 1: block.b + place + 1 for block in matcher.get_matching_blocks() for place in range(block.size)}


def _measure(project: Project, tree: Path, suite: Sequence[str], jobs: int, code: str) -> dict[str, _Measured]:
    settings, data, report = tree / ".coveragerc", tree / ".coverage", tree / "recorded.json"
    settings.write_text(
        "[run]\nrelative_files = true\ninclude =\n" + "".join(f"    {path}\n" for path in project.targets), encoding="utf-8"
    )
    arguments = [
        *suite, "-q", "-p", "no:cacheprovider", "--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report=",
        *(["-n", str(jobs)] if jobs > 1 else []),
    ]  # fmt: skip
    command = [sys.executable, str(Path(__file__).with_name("recording.py")), str(report), *arguments]
    subprocess.run(command, cwd=tree, env=environment(tree), stdout=subprocess.DEVNULL, check=True)  # noqa: S603
    tests: dict[str, _Measured] = {
        name: {"seconds": round(seconds, 3), "green": green, "code": code, "lines": {}}
        for name, (seconds, green) in json.loads(report.read_text(encoding="utf-8")).items()
    }
    for name, lines in _covered(data, project.targets).items():
        if name in tests:
            tests[name]["lines"] = {path: sorted(some) for path, some in lines.items()}
    return tests


def _covered(data: Path, targets: Sequence[str]) -> dict[str, dict[str, set[int]]]:
    """Of each test: the lines of each target that it runs."""
    stored = coverage.CoverageData(str(data))
    stored.read()
    covered: dict[str, dict[str, set[int]]] = {}
    for file in stored.measured_files():
        path = next((target for target in targets if Path(file).as_posix().endswith(target)), None)
        if path is None:
            continue
        for line, contexts in stored.contexts_by_lineno(file).items():
            for name in {context.rsplit("|", 1)[0] for context in contexts if context}:
                covered.setdefault(name, {}).setdefault(path, set()).add(line)
    return covered


def environment(tree: Path) -> dict[str, str]:
    """The variables of a process that works on a copy, and writes no byte code into it."""
    return {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "1"}
