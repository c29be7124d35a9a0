"""``python -m tests.faults``: docs/faults.md, every fault that the bot is meant to survive with the tests that show it.

The faults are in ``faults.yaml``. A test says which of them it shows by ``@pytest.mark.fault(number, ...)``, also on one set of its
parameters. The marks are read from the source, so that nothing needs to run, and a test compares the page with them.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import yaml

from tests.conftest import REPOSITORY, TESTS

FAULTS = TESTS / "faults.yaml"
PAGE = REPOSITORY / "docs" / "faults.md"
_HEAD = """# Faults

What can go wrong around a bot, what this one does then, and which tests show it. `python -m tests.faults` makes this page of
`tests/faults.yaml` and of the marks on the tests; do not edit it. A test fails where the page is stale, or a fault is without a test.

Tests in `tests/wire/` run the bot as its own process against a simulated Discord behind a real socket. Those with "soak" take long, and
run by `make soak` only.
"""
_SIGN = re.compile(r"^(?:(?:row|fault)_|f)[0-9]+_")
"""What older names of tests begin with."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of the table."""

    number: int
    area: str
    fault: str
    expected: str
    not_offered: str | None = None
    """Why no test shows it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A test that shows one or more faults."""

    path: Path
    name: str
    faults: tuple[int, ...]
    soak: bool

    @property
    def sentence(self) -> str:
        """The name of the test as it is read."""
        return _SIGN.sub("", self.name.removeprefix("test_")).replace("_", " ")


@cache
def known_faults() -> tuple[Fault, ...]:
    """All faults, in the order of their numbers."""
    return tuple(Fault(**row) for row in yaml.safe_load(FAULTS.read_text(encoding="utf-8")))


@cache
def tests_that_show() -> tuple[Shown, ...]:
    """Every marked test, in the order of paths and lines."""
    return tuple(_marked())


def _marked() -> Iterator[Shown]:
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                numbers = tuple(_numbers(node.decorator_list))
                if numbers:
                    yield Shown(path, node.name, numbers, any(_is_mark(mark, "soak") for mark in node.decorator_list))


def _numbers(decorators: Sequence[ast.expr]) -> Iterator[int]:
    for node in _within(decorators):
        if isinstance(node, ast.Call) and _is_mark(node.func, "fault"):
            for argument in node.args:
                if not isinstance(argument, ast.Constant) or not isinstance(argument.value, int):
                    raise TypeError(f"line {node.lineno}: a mark names its faults by their numbers")
                yield argument.value


def _within(decorators: Sequence[ast.expr]) -> Iterator[ast.AST]:
    return (node for decorator in decorators for node in ast.walk(decorator))


def _is_mark(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.value, ast.Attribute) and node.value.attr == "mark"


def shown_by() -> Mapping[int, list[Shown]]:
    """The tests of each fault by its number."""
    found: defaultdict[int, list[Shown]] = defaultdict(list)
    for test in tests_that_show():
        for number in test.faults:
            found[number].append(test)
    return found


def page() -> str:
    """The page as it should be."""
    tests = shown_by()
    parts = [_HEAD]
    for area, faults in groupby(
        sorted(known_faults(), key=lambda fault: (_areas().index(fault.area), fault.number)), lambda fault: fault.area
    ):
        rows = [_row(fault, tests.get(fault.number, [])) for fault in faults]
        parts.append("\n".join([f"## {area}\n", "| | fault | what holds | shown by |", "| ---: | --- | --- | --- |", *rows]) + "\n")
    return "\n".join(parts)


def _areas() -> list[str]:
    return list(dict.fromkeys(fault.area for fault in known_faults()))


def _row(fault: Fault, tests: Sequence[Shown]) -> str:
    shown = "<br>".join(map(_link, tests)) if fault.not_offered is None else f"not offered: {fault.not_offered}"
    return f"| {fault.number} | {fault.fault} | {fault.expected} | {shown} |"


def _link(test: Shown) -> str:
    return f"[{test.sentence}](../{test.path.relative_to(REPOSITORY).as_posix()}){' (soak)' if test.soak else ''}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
