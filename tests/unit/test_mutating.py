"""``make mutate`` on a tiny package of its own: it kills what a test holds, names what none does, and leaves every module as it was."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import REPOSITORY


def _loaded() -> ModuleType:
    """``scripts`` is no package, so that nothing of it is installed with the bot."""
    spec = importlib.util.spec_from_file_location("mutate", REPOSITORY / "scripts" / "mutate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutate"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


mutate = _loaded()

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
def project(tmp_path: Path) -> object:
    (tmp_path / "tests").mkdir()
    (tmp_path / "shop.py").write_bytes(SOURCE)
    (tmp_path / "tests" / "test_shop.py").write_text(TESTS, encoding="utf-8")
    return mutate.Project(tmp_path, ("shop.py",), ("tests",))


def _mutant(line: int, kind: str, text: str) -> object:
    (found,) = [each for each in mutate.mutants_of("shop.py", SOURCE) if (each.line, each.kind, each.text) == (line, kind, text)]
    return found


def test_a_break_in_a_tested_line_is_noticed_one_in_an_untested_line_survives_and_no_module_is_left_broken(project: object) -> None:
    held = _mutant(7, "comparison flipped", "(age <= LIMIT)")
    constant = _mutant(3, "constant off by one", "11")
    loose = _mutant(12, "constant off by one", "4")
    said: list[str] = []

    tried = mutate.check(project, [held, constant, loose], jobs=1, until=time.monotonic() + 600, say=said.append)

    assert [each.noticed_by for each in tried] == ["tests/test_shop.py::test_a_child_is_younger_than_ten"] * 2 + [None]
    assert said[-1] == "SURVIVED  shop.py:12: constant off by one: 3  ->  4  (1 tests)"
    assert said[0].splitlines()[1:] == ["  tests/test_shop.py::test_that_is_red_today"]
    assert (mutate.CHECKOUT / "scripts" / "mutate.py").is_file()
    assert (project.root / "shop.py").read_bytes() == SOURCE  # type: ignore[attr-defined]
    assert (project.build / "copy-0" / "shop.py").read_bytes() == SOURCE  # type: ignore[attr-defined]


def test_the_module_is_restored_where_the_tests_cannot_be_run_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.py").write_bytes(SOURCE)
    while_broken: list[bytes] = []

    def broken(tree: Path, names: object) -> str | None:
        while_broken.append((tree / "shop.py").read_bytes())
        raise RuntimeError("pytest could not be used")

    monkeypatch.setattr(mutate, "_failing", broken)
    mutant = _mutant(12, "constant off by one", "4")
    with pytest.raises(RuntimeError):
        mutate.attempt(tmp_path, mutant, SOURCE, ["tests/test_shop.py::test_the_price_is_a_number"])
    assert while_broken == [SOURCE.replace(b"return 3", b"return 4")]
    assert (tmp_path / "shop.py").read_bytes() == SOURCE


def test_a_change_without_any_test_survives(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_bytes(SOURCE)
    tried = mutate.attempt(tmp_path, _mutant(12, "constant off by one", "4"), SOURCE, [])
    assert (tried.noticed_by, tried.tests) == (None, 0)


def test_only_changed_files_of_tests_are_measured_again_and_all_where_the_code_changed(
    project: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[list[str]] = []
    root: Path = project.root  # type: ignore[attr-defined]

    def noted(project: object, tree: Path, suite: list[str], jobs: int) -> dict[str, object]:
        measured.append(suite)
        return {f"{name}::test_it": {"seconds": 0.1, "green": True, "lines": {"shop.py": [7]}} for name in suite}

    monkeypatch.setattr(mutate, "_measure", noted)
    more = root / "tests" / "test_more.py"
    more.write_text("", encoding="utf-8")
    assert set(mutate.measured(project, 1)) == {"tests/test_shop.py::test_it", "tests/test_more.py::test_it"}
    assert measured == [["tests/test_more.py", "tests/test_shop.py"]]

    mutate.measured(project, 1)
    assert len(measured) == 1

    more.write_text("# changed", encoding="utf-8")
    assert len(mutate.measured(project, 1)) == 2
    assert measured[1:] == [["tests/test_more.py"]]

    (root / "shop.py").write_bytes(SOURCE + b"\n")
    mutate.measured(project, 1)
    assert measured[2:] == [["tests/test_more.py", "tests/test_shop.py"]]


def test_a_seed_draws_the_same_changes_again_each_in_a_line_of_its_own() -> None:
    sources = mutate.Project(REPOSITORY).sources()
    first = mutate.drawn(sources, 60, 1)
    assert first == mutate.drawn(sources, 60, 1)
    assert first != mutate.drawn(sources, 60, 2)
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
    made = [each.applied(source).decode() for each in mutate.mutants_of("m.py", source) if each.kind == kind]
    assert changed in made


@pytest.mark.parametrize(
    "source", ['"""Says why."""', "x: Literal[3]", "@cached(4)\ndef f(): ...", "T = TypeVar('T', bound=5)", "_log.info('6')"]
)
def test_docstrings_annotations_decorators_and_log_lines_are_left_alone(source: str) -> None:
    assert mutate.mutants_of("m.py", source.encode()) == []
