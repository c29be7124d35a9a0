"""``make mutate`` on a tiny package of its own: it kills what a test holds, names what none does, and leaves every module as it was."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from scripts.mutation import changes, measuring, trying
from tests.conftest import REPOSITORY

SOURCE = b'''"""A made-up package."""

LIMIT = 10


def is_child(age: int) -> bool:
    return age < LIMIT


def price(age: int) -> int:
    if age > 65:
        return 3
    return 5
'''
TESTS = """from shop import is_child, price


def test_a_child_is_younger_than_ten():
    assert is_child(9)
    assert not is_child(10)


def test_the_price_is_a_number():
    assert price(30) > 0
    assert price(70) > 0


def test_that_is_red_today():
    assert price(30) == 4
"""


@pytest.fixture
def project(tmp_path: Path) -> measuring.Project:
    (tmp_path / "tests").mkdir()
    (tmp_path / "shop.py").write_bytes(SOURCE)
    (tmp_path / "tests" / "test_shop.py").write_text(TESTS, encoding="utf-8")
    return measuring.Project(tmp_path, ("shop.py",), ("tests",))


def _mutant(line: int, kind: str, text: str) -> changes.Mutant:
    (found,) = [each for each in changes.mutants_of("shop.py", SOURCE) if (each.line, each.kind, each.text) == (line, kind, text)]
    return found


def test_a_break_in_a_tested_line_is_noticed_and_not_tried_again_while_a_survivor_is_and_no_module_is_left_broken(
    project: measuring.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = _mutant(7, "comparison flipped", "(age <= LIMIT)")
    constant = _mutant(3, "constant off by one", "11")
    loose = _mutant(12, "constant off by one", "4")
    said: list[str] = []

    tried = trying.check(project, [held, constant, loose], jobs=1, until=time.monotonic() + 600, say=said.append)

    assert [each.noticed_by for each in tried] == ["tests/test_shop.py::test_a_child_is_younger_than_ten"] * 2 + [None]
    assert said[-1] == "SURVIVED  shop.py:12: constant off by one: 3  ->  4  (1 tests)"
    assert said[0].splitlines()[1:] == ["  tests/test_shop.py::test_that_is_red_today"]
    assert (project.root / "shop.py").read_bytes() == SOURCE
    assert (project.build / "copy-0" / "shop.py").read_bytes() == SOURCE

    again: list[str] = []

    def noted(tree: Path, mutant: changes.Mutant, source: bytes, names: object, unsure: object) -> trying.Tried:
        again.append(mutant.text)
        return trying.Tried(mutant, mutant.shown(source), None, 1)

    monkeypatch.setattr(trying, "attempt", noted)
    second = trying.check(project, [held, constant, loose], jobs=1, until=time.monotonic() + 600, say=said.append)
    assert again == ["4"]
    assert [each.noticed_by for each in second] == [each.noticed_by for each in tried]


def test_the_module_is_restored_where_the_tests_cannot_be_run_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.py").write_bytes(SOURCE)
    while_broken: list[bytes] = []

    def broken(tree: Path, names: object) -> str | None:
        while_broken.append((tree / "shop.py").read_bytes())
        raise RuntimeError("pytest could not be used")

    monkeypatch.setattr(trying, "_failing", broken)
    mutant = _mutant(12, "constant off by one", "4")
    with pytest.raises(RuntimeError):
        trying.attempt(tmp_path, mutant, SOURCE, ["tests/test_shop.py::test_the_price_is_a_number"])
    assert while_broken == [SOURCE.replace(b"return 3", b"return 4")]
    assert (tmp_path / "shop.py").read_bytes() == SOURCE


def test_a_change_without_any_test_survives(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_bytes(SOURCE)
    tried = trying.attempt(tmp_path, _mutant(12, "constant off by one", "4"), SOURCE, [])
    assert (tried.noticed_by, tried.tests) == (None, 0)


def test_only_new_and_changed_files_of_tests_are_measured_and_lines_that_moved_are_followed(
    project: measuring.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[list[str]] = []

    def noted(project: measuring.Project, tree: Path, suite: list[str], jobs: int, code: str) -> dict[str, object]:
        measured.append(suite)
        return {f"{name}::test_it": {"seconds": 0.1, "green": True, "code": code, "lines": {"shop.py": [7, 12]}} for name in suite}

    monkeypatch.setattr(measuring, "_measure", noted)
    more = project.root / "tests" / "test_more.py"
    more.write_text("", encoding="utf-8")
    assert set(measuring.measured(project, 1)) == {"tests/test_shop.py::test_it", "tests/test_more.py::test_it"}
    assert measured == [["tests/test_more.py", "tests/test_shop.py"]]

    more.write_text("# changed", encoding="utf-8")
    assert {name: test.today for name, test in measuring.measured(project, 1).items()} == dict.fromkeys(
        ("tests/test_shop.py::test_it", "tests/test_more.py::test_it"), True
    )
    assert measured[1:] == [["tests/test_more.py"]]

    (project.root / "shop.py").write_bytes(b"# a line above\n" + SOURCE.replace(b"return 3", b"return 4"))
    held = measuring.measured(project, 1)["tests/test_shop.py::test_it"]
    assert dict(held.lines) == {"shop.py": frozenset({8})}
    assert not held.today
    assert len(measured) == 2


def test_a_test_that_is_red_by_now_without_any_change_notices_nothing(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_bytes(SOURCE)
    (tmp_path / "test_shop.py").write_text(TESTS, encoding="utf-8")
    names = ["test_shop.py::test_that_is_red_today", "test_shop.py::test_the_price_is_a_number"]
    tried = trying.attempt(tmp_path, _mutant(12, "constant off by one", "4"), SOURCE, names, frozenset(names))
    assert (tried.noticed_by, tried.tests) == (None, 1)


def test_a_seed_draws_the_same_changes_again_each_in_a_line_of_its_own() -> None:
    everything = measuring.Project(REPOSITORY).sources()
    sources = {path: source for path, source in everything.items() if path.startswith("bot/answering/con")}  # enough to draw from
    first = changes.drawn(sources, 60, 1)
    assert first == changes.drawn(sources, 60, 1)
    assert first != changes.drawn(sources, 60, 2)
    assert len({(each.path, each.statement) for each in first}) == 60


@pytest.mark.parametrize(
    ("line", "kind", "changed"),
    [
        ("x = a < b", "comparison flipped", "x = (a >= b)"),
        ("x = a is b", "comparison flipped", "x = (a is not b)"),
        ("x = 7", "constant off by one", "x = (6)"),
        ("x = a and b or c", "boolean operator swapped", "x = (a or b) or c"),
        ("x = not a", "not removed", "x = (a)"),
        ("x = 1 if a else 2", "not added", "x = 1 if (not a) else 2"),
        ("def f():\n    return a", "return value replaced", "def f():\n    return None"),
        ("x = f(a, b=c)", "argument dropped", "x = (f(a))"),
        ("if a > b:\n    c()", "branch removed", "if False:\n    c()"),
        ("async def f():\n    await c()", "call removed", "async def f():\n    None"),
    ],
)
def test_each_kind_of_change_is_made_and_nothing_else_in_the_line(line: str, kind: str, changed: str) -> None:
    source = line.encode()
    made = [each.applied(source).decode() for each in changes.mutants_of("m.py", source) if each.kind == kind]
    assert changed in made


@pytest.mark.parametrize(
    "source", ['"""Says why."""', "x: Literal[3]", "@cached(4)\ndef f(): ...", "T = TypeVar('T', bound=5)", "_log.info('6')"]
)
def test_docstrings_annotations_decorators_and_log_lines_are_left_alone(source: str) -> None:
    assert changes.mutants_of("m.py", source.encode()) == []
