"""Breaks the code where a mistake costs most, one line at a time, and names the breaks that no test notices: ``make mutate``.

A seed draws lines from the modules in ``TARGETS``, and for each line one change of its syntax tree: a comparison flipped, a constant
changed, an operator swapped, a ``not`` added or removed, a returned value replaced, an argument dropped, a branch never taken. For each,
the tests that run the line are run until one fails. Which tests these are is measured once, with coverage contexts, and kept in ``build/``
until the code changes; where only tests changed, only these are measured again. Tests that are red without any change are left out.

Everything happens in copies of the tree below ``build/mutation``; the checkout is only read.

Ends with 0 where every survivor is in ``EXPLAINED``, and 1 otherwise. Left out: the changes of text inside f-strings, log lines,
annotations, decorators and patterns, which say little about decisions.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from typing import TypedDict

import coverage
import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
TARGETS = (
    "bot/answering/confidence.py",
    "bot/answering/conversation.py",
    "bot/exts/kit/interaction.py",
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
    "tests/interactions/test_contract.py", "tests/interactions/test_forged_values.py",
)  # fmt: skip
"""The tests that are about the targets. Others run their lines as well, but a break that only these notice is hard to find."""
NOT_COPIED = (".git", ".venv*", "build", "__pycache__", ".*_cache", ".coverage*", ".hypothesis", "*.egg-info", "node_modules")
FIRST = 40
"""Tests of the first run for a mutant, the quickest; most mutants do not live through it."""
MOST_SECONDS = 90.0
"""Measured seconds of the tests that one mutant is tried with, the quickest first."""
LONGEST_RUN = 420
"""Seconds after which a mutant that makes a loop endless counts as noticed."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A change that no test can or should notice, by the text of its line."""

    path: str
    line: str
    """A part of the line."""
    change: str
    """A part of what is shown of the change."""
    reason: str


EXPLAINED = (
    Explained(
        "bot/answering/conversation.py", "CONTEXT_SHARE = ", "constant",
        "chosen by measurement: values around it decide the same for nearly every labelled question",
    ),
    Explained(
        "bot/answering/engine.py", "_RELATED_SHARE = ", "constant",
        "chosen by measurement: how close a related section must be is a matter of degree",
    ),
    Explained(
        "bot/storage/paging.py", "sa.literal(0) if first is None", "0  ->  (-1)",
        "the same by construction: without a first row the list is empty, and the sum over no rows is 0 whatever each would count",
    ),
    Explained(
        "bot/exts/kit/panel.py", "isinstance(made[-1][0], discord.ui.Button)", "0  ->  (-1)",
        "the same by construction: a row holds buttons only, or one select, so its first and its last control are of one kind",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one line."""

    path: str
    line: int
    """From 1."""
    kind: str
    start: int
    end: int
    """Bytes of the file that are replaced."""
    text: str
    """What stands there instead."""
    statement: int = 0
    """The first line of the constant that it is a part of, else its own: a word list of thirty lines is drawn as one."""
    names: frozenset[str] = frozenset()
    """What the line assigns while the module is imported; the tests of lines that read these are tried first."""

    def applied(self, source: bytes) -> bytes:
        """The module with the change."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def shown(self, source: bytes) -> str:
        """Where and what, in one line."""
        before = " ".join(source[self.start : self.end].decode().split())
        return f"{self.path}:{self.line}: {self.kind}: {_short(before)}  ->  {_short(self.text)}"


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:60] + " … " + text[-39:]


_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
}  # fmt: skip
_NOT_TRIED = frozenset({"TypeVar", "assert_never", "getLogger", "Field", "ConfigDict"})
"""Calls that say nothing about what the program decides."""
_SAFEGUARDS = frozenset({"strict", "dtype"})
"""Keywords without which nothing else is computed: ``zip`` checks its lengths, and numpy's numbers are half as wide."""


def mutants_of(path: str, source: bytes) -> list[Mutant]:
    """Every change that can be tried in a module, in the order of its lines."""
    finder = _Finder(path, source)
    finder.visit(ast.parse(source))
    return sorted(finder.found, key=lambda mutant: (mutant.line, mutant.start, mutant.end, mutant.text))


class _Finder(ast.NodeVisitor):
    def __init__(self, path: str, source: bytes) -> None:
        self.found: list[Mutant] = []
        self._path, self._source = path, source
        lines = source.splitlines(keepends=True)
        self._offsets = [0]
        for line in lines:
            self._offsets.append(self._offsets[-1] + len(line))
        self._names: frozenset[str] = frozenset()
        self._statement = 0
        self._depth = 0

    def _span(self, node: ast.expr) -> tuple[int, int]:
        if node.end_lineno is None or node.end_col_offset is None:
            raise ValueError("a node without an end")
        return self._offsets[node.lineno - 1] + node.col_offset, self._offsets[node.end_lineno - 1] + node.end_col_offset

    def _add(self, kind: str, node: ast.expr, text: str, line: int | None = None) -> None:
        start, end = self._span(node)
        mutant = Mutant(
            self._path, at := line or node.lineno, kind, start, end, text, self._statement or at, self._names
        )  # fmt: skip
        try:
            ast.parse(mutant.applied(self._source))
        except SyntaxError:
            return
        self.found.append(mutant)

    def _swap(self, kind: str, node: ast.expr, other: ast.expr, line: int | None = None) -> None:
        self._add(kind, node, f"({ast.unparse(other)})", line)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        before, self._names = self._names, frozenset()
        self._depth += 1
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None:
                self.visit(default)
        self._body(node.body)
        self._depth -= 1
        self._names = before

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._body(node.body)

    def _body(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.visit(statement)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return  # a docstring
        called = _called(node.value)
        if called == "assert_never" or called.startswith("_log."):
            return
        if isinstance(node.value, ast.Await | ast.Call):
            self._add("call removed", node.value, "None")
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._assigned(node.targets, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assigned([node.target], node.value)

    def _assigned(self, targets: Sequence[ast.expr], value: ast.expr) -> None:
        names = {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        if not self._depth:
            self._names, self._statement = frozenset(names), min(target.lineno for target in targets)
        if not (isinstance(value, ast.Call) and _called(value) in _NOT_TRIED):
            self.visit(value)
        if not self._depth:
            self._names, self._statement = frozenset(), 0

    def visit_If(self, node: ast.If) -> None:
        self._tested(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self._tested(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._tested(node.test)
        self.generic_visit(node)

    def _tested(self, test: ast.expr) -> None:
        self._add("branch removed", test, "False")
        if not isinstance(test, ast.UnaryOp | ast.Compare):
            self._swap("not added", test, ast.UnaryOp(ast.Not(), test))

    def visit_match_case(self, node: ast.match_case) -> None:
        if node.guard is not None:
            self._tested(node.guard)
            self.visit(node.guard)
        self._body(node.body)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is None:
            return
        if not isinstance(node.value, ast.Constant):
            self._add("return value replaced", node.value, "None", node.lineno)
        self.visit(node.value)

    def visit_Compare(self, node: ast.Compare) -> None:
        for place, operator in enumerate(node.ops):
            for other in _COMPARISONS[type(operator)]:
                changed = ast.Compare(node.left, [*node.ops[:place], other(), *node.ops[place + 1 :]], node.comparators)
                self._swap("comparison flipped", node, changed)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self._swap("boolean operator swapped", node, ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values))
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        other = _OPERATORS.get(type(node.op))
        if other is not None and not _is_a_type(node):
            self._swap("operator swapped", node, ast.BinOp(node.left, other(), node.right))
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not | ast.Invert):
            self._swap("not removed", node, node.operand)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        match node.value:
            case bool(value):
                self._add("constant changed", node, repr(not value))
            case int(value):
                self._add("constant off by one", node, repr(value + 1))
                self._add("constant off by one", node, f"({value - 1})")
            case float(value):
                self._add("constant changed", node, repr(round(value * 1.5 + 0.01, 6)))
            case str(value) if value:
                self._add("constant changed", node, '""')
                self._add("constant changed", node, repr(value + "x"))

    def visit_Call(self, node: ast.Call) -> None:
        called = _called(node)
        if called in _NOT_TRIED or called.startswith("_log."):
            return
        for place, keyword in enumerate(node.keywords):
            if keyword.arg is not None and keyword.arg not in _SAFEGUARDS:
                rest = [*node.keywords[:place], *node.keywords[place + 1 :]]
                self._swap("argument dropped", node, ast.Call(node.func, node.args, rest), keyword.value.lineno)
        if len(node.args) > 1 and (isinstance(node.func, ast.Attribute) or called in {"min", "max", "getattr"}):
            # a call of a function of ours without its last argument would only fail
            self._swap("argument dropped", node, ast.Call(node.func, node.args[:-1], node.keywords), node.args[-1].lineno)
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in _SAFEGUARDS:
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Positions inside are not to be relied on before Python 3.12."""


def _called(node: ast.expr) -> str:
    if isinstance(node, ast.Await):
        node = node.value
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def _is_a_type(node: ast.BinOp) -> bool:
    """Whether this is a union of types, as in ``Vote = Helpful | NotHelpful``."""
    names = [name for name in ast.walk(node) if isinstance(name, ast.Name | ast.Attribute | ast.Constant | ast.Subscript)]
    return isinstance(node.op, ast.BitOr) and all(
        isinstance(name, ast.Subscript) or (isinstance(name, ast.Constant) and name.value is None) or ast.unparse(name)[0].isupper() or
        ast.unparse(name).startswith(("str", "int", "float", "bool", "discord"))
        for name in names
    )  # fmt: skip


def drawn(sources: Mapping[str, bytes], count: int, seed: int) -> list[Mutant]:
    """So many lines by a seed, each with one of the changes that can be tried in it, in the order in which they were drawn."""
    by_line: dict[tuple[str, int], list[Mutant]] = {}
    for path, source in sorted(sources.items()):
        for mutant in mutants_of(path, source):
            by_line.setdefault((path, mutant.statement), []).append(mutant)
    chance = random.Random(seed)  # noqa: S311 - a draw that anybody can repeat
    lines = chance.sample(sorted(by_line), min(count, len(by_line)))
    return [chance.choice(by_line[line]) for line in lines]


@dataclass(frozen=True, slots=True)
class Test:
    """A test, as it was measured on the unchanged code."""

    seconds: float
    green: bool
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

    def digests(self) -> tuple[str, dict[str, str]]:
        """What stands for the code with all that tests share, and for each file of tests in the suite."""
        shared, files = hashlib.sha256(repr(self.targets).encode()), {}
        folders = [self.root / name for name in ("bot", "knowledge", "tests")] if (self.root / "bot").is_dir() else [self.root]
        for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".yaml", ".md", ".json"}):
            name = path.relative_to(self.root).as_posix()
            if name.startswith("build/"):
                continue
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if path.name.startswith("test_"):
                if name.startswith(tuple(self.suite)):
                    files[name] = digest
            else:
                shared.update(f"{name} {digest}\n".encode())
        return shared.hexdigest(), files


class _Measured(TypedDict):
    seconds: float
    green: bool
    lines: dict[str, list[int]]


class _Kept(TypedDict):
    """The measurement as it is kept."""

    shared: str
    files: dict[str, str]
    tests: dict[str, _Measured]


class _Recorder:
    """Notes how each test ended and how long it took."""

    def __init__(self) -> None:
        self.tests: dict[str, tuple[float, bool]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seconds, green = self.tests.get(report.nodeid, (0.0, True))
        fine = report.outcome == "passed" and not hasattr(report, "wasxfail")
        self.tests[report.nodeid] = (seconds + report.duration, green and fine)


def _recorded(arguments: Sequence[str], into: Path) -> None:
    """Run pytest in this process; write down how each test ended."""
    recorder = _Recorder()
    pytest.main([*arguments], plugins=[recorder])
    into.write_text(json.dumps(recorder.tests), encoding="utf-8")


def measured(project: Project, jobs: int) -> dict[str, Test]:
    """All tests of the suite: from the measurement that is kept, or measured again where it no longer fits."""
    kept = project.build / "map.json"
    shared, files = project.digests()
    old: _Kept = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {"shared": "", "files": {}, "tests": {}}
    if old["shared"] != shared:
        old = {"shared": shared, "files": {}, "tests": {}}
    missing = [name for name, digest in files.items() if old["files"].get(name) != digest]
    old["tests"] = {name: test for name, test in old["tests"].items() if (file := name.split("::")[0]) not in missing and file in files}
    tree = project.copy("measured") if missing else project.root
    for _, some in groupby(missing, key=lambda name: name.rsplit("/", 1)[0]):
        part = list(some)
        old["tests"] |= _measure(project, tree, part, jobs)
        old["files"] |= {name: files[name] for name in part}
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(old), encoding="utf-8")
    tests = old["tests"]
    return {
        name: Test(test["seconds"], test["green"], {path: frozenset(lines) for path, lines in test["lines"].items()})
        for name, test in tests.items()
    }


def _measure(project: Project, tree: Path, suite: Sequence[str], jobs: int) -> dict[str, _Measured]:
    settings, data, report = tree / ".coveragerc", tree / ".coverage", tree / "recorded.json"
    settings.write_text(
        "[run]\nrelative_files = true\ninclude =\n" + "".join(f"    {path}\n" for path in project.targets), encoding="utf-8"
    )
    arguments = [
        *suite, "-q", "-p", "no:cacheprovider", "--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report=",
        *(["-n", str(jobs)] if jobs > 1 else []),
    ]  # fmt: skip
    command = [sys.executable, str(Path(__file__).resolve()), "--record", str(report), *arguments]
    subprocess.run(command, cwd=tree, env=_environment(tree), stdout=subprocess.DEVNULL, check=True)  # noqa: S603
    tests: dict[str, _Measured] = {
        name: {"seconds": round(seconds, 3), "green": green, "lines": {}}
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


def _environment(tree: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "1"}


def tests_for(mutant: Mutant, source: bytes, tests: Mapping[str, Test]) -> list[str]:
    """The green tests that run the line, those first that are most likely to notice, within the time for one mutant.

    A line that runs while the module is imported belongs to all tests that run any other line of it; those first that run a line which
    reads what it assigns.
    """
    statement = _lines_of_statement(source, mutant.line)
    near = {name for name, test in tests.items() if test.green and test.lines.get(mutant.path, frozenset()) & statement}
    if mutant.names:
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(mutant.names)))})\b")
        readers = {number for number, line in enumerate(source.decode().splitlines(), 1) if pattern.search(line)} - statement
        near = {name for name, test in tests.items() if test.green and test.lines.get(mutant.path, frozenset()) & readers}
    far = (
        set() if near and not mutant.names else {name for name, test in tests.items() if test.green and test.lines.get(mutant.path)} - near
    )
    chosen: list[str] = []
    seconds = 0.0
    for name in [*sorted(near, key=lambda name: _rank(tests[name])), *sorted(far, key=lambda name: _rank(tests[name]))]:
        seconds += tests[name].seconds
        if seconds > MOST_SECONDS and chosen:
            break
        chosen.append(name)
    return chosen


def _rank(test: Test) -> tuple[float, int]:
    """Quick tests first, and among the quick the ones that look at little else."""
    return (round(test.seconds, 1), sum(map(len, test.lines.values())))


def _lines_of_statement(source: bytes, line: int) -> frozenset[int]:
    """The lines of the smallest statement that a line is in; coverage counts a statement by its first one."""
    spans = [
        (node.lineno, min(_first_of_body(node) - 1, node.end_lineno or node.lineno))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    fitting = [span for span in spans if span[0] <= line <= span[1]]
    begin, end = max(fitting, default=(line, line))
    return frozenset(range(begin, end + 1))


def _first_of_body(node: ast.stmt) -> int:
    body: list[ast.stmt | ast.match_case] = [*getattr(node, "body", []), *getattr(node, "cases", [])]
    starts = [part.pattern.lineno if isinstance(part, ast.match_case) else part.lineno for part in body]
    return min((start for start in starts if start > node.lineno), default=sys.maxsize)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a mutant."""

    mutant: Mutant
    shown: str
    noticed_by: str | None
    """A test, or what else ended the run; None for a survivor."""
    tests: int
    """How many tests it was tried with."""
    explained: str | None = None


def attempt(tree: Path, mutant: Mutant, source: bytes, names: Sequence[str]) -> Tried:
    """Run tests against a mutant in a copy of the tree, where the module is as it was afterwards, whatever happens."""
    tried = Tried(mutant, mutant.shown(source), None, len(names))
    module = tree / mutant.path
    before = module.read_bytes()
    try:
        module.write_bytes(mutant.applied(source))
        for some in (names[:FIRST], names[FIRST:]):
            noticed = _failing(tree, some) if some else None
            if noticed is not None:
                return replace(tried, noticed_by=noticed)
    finally:
        module.write_bytes(before)
    return tried


def _failing(tree: Path, names: Sequence[str]) -> str | None:
    """The first of some tests that fails, or None where all pass.

    Raises:
        RuntimeError: pytest could not be used as it was.
    """
    listed = tree / "tried.txt"
    listed.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", f"@{listed}"]
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=tree, env=_environment(tree), capture_output=True, text=True, check=False, timeout=LONGEST_RUN
        )
    except subprocess.TimeoutExpired:
        return f"no end within {LONGEST_RUN} s"
    if done.returncode == 0:
        return None
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    if found is not None:
        return found[1]
    if done.returncode in {1, 2, 4} and ("rror" in done.stdout + done.stderr):
        return "the module cannot be imported"
    raise RuntimeError(f"pytest ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")


def explanation(mutant: Mutant, source: bytes) -> str | None:
    """Why nothing can notice this change, where ``EXPLAINED`` says so."""
    line = source.decode().splitlines()[mutant.line - 1]
    shown = mutant.shown(source)
    return next((e.reason for e in EXPLAINED if e.path == mutant.path and e.line in line and e.change in shown), None)


def check(project: Project, mutants: Sequence[Mutant], *, jobs: int, until: float, say: Callable[[str], None] = print) -> list[Tried]:
    """Try mutants, some at the same time, each in a copy of its own; those that find no time before ``until`` are left out."""
    tests = measured(project, jobs)
    red = sorted(name for name, test in tests.items() if not test.green)
    say(
        f"{len(tests)} tests were measured; {len(red)} are red, skipped or expected to fail without any change and are left out"
        + "".join(f"\n  {name}" for name in red)
    )
    sources = project.sources()
    trees: SimpleQueue[Path] = SimpleQueue()
    for number in range(jobs):
        trees.put(project.copy(f"copy-{number}"))

    def one(mutant: Mutant) -> Tried | None:
        if time.monotonic() > until:
            return None
        source = sources[mutant.path]
        tree = trees.get()
        try:
            tried = attempt(tree, mutant, source, tests_for(mutant, source, tests))
        finally:
            trees.put(tree)
        tried = replace(tried, explained=explanation(mutant, source)) if tried.noticed_by is None else tried
        say(_line(tried))
        return tried

    with ThreadPoolExecutor(jobs) as pool:
        return [tried for tried in pool.map(one, mutants) if tried is not None]


def _line(tried: Tried) -> str:
    if tried.noticed_by is not None:
        return f"noticed   {tried.shown}  ({tried.noticed_by})"
    word = "explained" if tried.explained else "SURVIVED "
    return f"{word} {tried.shown}  ({tried.explained or f'{tried.tests} tests'})"


def main() -> int:
    """Draw, try and report."""
    if sys.argv[1:2] == ["--record"]:
        _recorded(sys.argv[3:], Path(sys.argv[2]))
        return 0
    parser = argparse.ArgumentParser(description="Break drawn lines one at a time, and name the breaks that no test notices.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", type=int, default=60)
    parser.add_argument("--only", help="try only the drawn changes whose place starts so, as bot/storage/paging.py:60")
    parser.add_argument("--measure", action="store_true", help="only find out which tests run which lines")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no change after so many")
    options = parser.parse_args()
    project = Project(CHECKOUT)
    if options.measure:
        measured(project, options.jobs)
        return 0
    mutants = drawn(project.sources(), options.lines, options.seed)
    if options.only:
        mutants = [mutant for mutant in mutants if f"{mutant.path}:{mutant.line}:".startswith(options.only)]
    tried = check(
        project, mutants, jobs=options.jobs, until=time.monotonic() + 60 * options.minutes, say=lambda line: print(line, flush=True)
    )
    survivors = [each for each in tried if each.noticed_by is None]
    unexplained = [each for each in survivors if each.explained is None]
    print(f"{len(tried)} of {len(mutants)} drawn changes tried (seed {options.seed}): {len(tried) - len(survivors)} noticed, "
          f"{len(survivors) - len(unexplained)} explained, {len(unexplained)} survived")  # fmt: skip
    print("\n".join(_line(each) for each in survivors))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
