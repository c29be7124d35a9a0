"""Trying a break: the tests that run its line, the quickest first, until one fails; and what no test should notice.

A break that makes a loop endless counts as noticed. What was noticed is kept in ``build/mutation/tried.json`` for as long as the module is
the same, so that a run that was stopped goes on; what survived is tried again, since there may be a new test.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from scripts.mutation.changes import Mutant
from scripts.mutation.measuring import Project, Test, environment, measured

MOST_SECONDS = 90.0
"""Measured seconds of the tests that one mutant is tried with, the quickest first."""
MOST_WORK = 240
"""Seconds of a processor after which a mutant counts as noticed, since it makes a loop endless; a busy machine does not shorten them."""
LONGEST_RUN = 2400
"""Seconds after which a mutant counts as noticed that waits for ever."""


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
        "bot/answering/conversation.py", "CONTEXT_SHARES = ", "constant",
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
        "bot/storage/paging.py", "sa.literal(value, sa.BigInteger)", "(sa.literal(value))",
        "the same on SQLite, whose numbers have one width; it is for PostgreSQL, where a number of 32 bits would not do",
    ),
    Explained(
        "bot/answering/conversation.py", "_LONGEST = 12", "constant",
        "chosen by measurement: how many words a short question has is a matter of degree",
    ),
    Explained(
        "bot/answering/conversation.py", "Leaning.MAY_LEAN: 0", "0  ->  (-1)",
        "the same by construction: no question has fewer than no words",
    ),
    Explained(
        "bot/exts/kit/panel.py", "isinstance(made[-1][0], discord.ui.Button)", "0  ->  (-1)",
        "the same by construction: a row holds buttons only, or one select, so its first and its last control are of one kind",
    ),
)  # fmt: skip


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


def attempt(tree: Path, mutant: Mutant, source: bytes, names: Sequence[str], unsure: Set[str] = frozenset()) -> Tried:
    """Run tests against a mutant in a copy of the tree, where the module is as it was afterwards, whatever happens.

    Args:
        tree: the copy.
        mutant: what is broken.
        source: the module without the change.
        names: tests, the most promising first.
        unsure: those that may be red without any change by now; one that is red anyway has noticed nothing.
    """
    left = list(names)
    while True:
        noticed = _noticed(tree, mutant, source, left)
        if noticed is None or noticed not in unsure or _failing(tree, [noticed]) is None:
            return Tried(mutant, mutant.shown(source), noticed, len(left))
        left.remove(noticed)


def _noticed(tree: Path, mutant: Mutant, source: bytes, names: Sequence[str]) -> str | None:
    module = tree / mutant.path
    before = module.read_bytes()
    try:
        module.write_bytes(mutant.applied(source))
        return _failing(tree, names) if names else None
    finally:
        module.write_bytes(before)


def _failing(tree: Path, names: Sequence[str]) -> str | None:
    """The first of some tests that fails, or None where all pass.

    Raises:
        RuntimeError: pytest could not be used as it was.
    """
    listed = tree / "tried.txt"
    listed.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    tests = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", f"@{listed}"]
    command = ["sh", "-c", f'ulimit -t {MOST_WORK}; exec "$@"', "sh", *tests]
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=tree, env=environment(tree), capture_output=True, text=True, check=False, timeout=LONGEST_RUN
        )
    except subprocess.TimeoutExpired:
        return f"no end within {LONGEST_RUN} s"
    if done.returncode < 0:
        return f"no end within {MOST_WORK} s of a processor"
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


class Noticed:
    """What was noticed in earlier runs, by the change and the module that it was made in."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._writing = Lock()
        self._by: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}

    def by(self, mutant: Mutant, source: bytes) -> str | None:
        """The test that noticed a change, or None where none is known to have."""
        return self._by.get(_name_of(mutant, source))

    def add(self, tried: Tried, source: bytes) -> None:
        """Keep what was noticed; the file is whole at any time."""
        if tried.noticed_by is None:
            return
        with self._writing:
            self._by[_name_of(tried.mutant, source)] = tried.noticed_by
            draft = self._file.with_suffix(".new")
            draft.write_text(json.dumps(self._by), encoding="utf-8")
            draft.replace(self._file)


def _name_of(mutant: Mutant, source: bytes) -> str:
    return hashlib.sha256(f"{mutant.shown(source)} {mutant.start} {hashlib.sha256(source).hexdigest()}".encode()).hexdigest()


def check(project: Project, mutants: Sequence[Mutant], *, jobs: int, until: float, say: Callable[[str], None] = print) -> list[Tried]:
    """Try mutants, some at the same time, each in a copy of its own; those that find no time before ``until`` are left out."""
    tests = measured(project, jobs)
    red = sorted(name for name, test in tests.items() if not test.green)
    say(
        f"{len(tests)} tests were measured; {len(red)} are red, skipped or expected to fail without any change and are left out"
        + "".join(f"\n  {name}" for name in red)
    )
    unsure = frozenset(name for name, test in tests.items() if not test.today)
    sources = project.sources()
    noticed = Noticed(project.build / "tried.json")
    trees: SimpleQueue[Path] = SimpleQueue()
    for number in range(jobs):
        trees.put(project.copy(f"copy-{number}"))

    def one(mutant: Mutant) -> Tried | None:
        source = sources[mutant.path]
        earlier = noticed.by(mutant, source)
        if earlier is None and time.monotonic() > until:
            return None
        tree = trees.get()
        try:
            names = [] if earlier else tests_for(mutant, source, tests)
            tried = Tried(mutant, mutant.shown(source), earlier, 0) if earlier else attempt(tree, mutant, source, names, unsure)
            noticed.add(tried, source)
        finally:
            trees.put(tree)
        tried = replace(tried, explained=explanation(mutant, source)) if tried.noticed_by is None else tried
        say(line_of(tried))
        return tried

    with ThreadPoolExecutor(jobs) as pool:
        return [tried for tried in pool.map(one, mutants) if tried is not None]


def line_of(tried: Tried) -> str:
    """What is printed of a mutant."""
    if tried.noticed_by is not None:
        return f"noticed   {tried.shown}  ({tried.noticed_by})"
    word = "explained" if tried.explained else "SURVIVED "
    return f"{word} {tried.shown}  ({tried.explained or f'{tried.tests} tests'})"
