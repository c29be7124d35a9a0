"""The house keeps the measure that CONTRIBUTING names: few modules, each one nameable thing, with few imports and no circle among them.

Whoever meets a bound here joins what belongs together, or takes a package's names through its module. The bound of modules was raised from
180, for the texts, the gaps, the gate and the corrections, and from 210, for previews, proofs, kept questions, setting up and metrics,
and from 228, for PostgreSQL.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from tests.conftest import REPOSITORY

MOST_MODULES = 240
MOST_IMPORTS = 0.065
"""Lines of import statements among all lines of the program."""
MOST_SMALL = 8
SMALL = 40
"""Lines below which a module is small; migrations and ``__init__`` do not count."""
LONGEST = 435
"""Lines. Most modules have fewer than 400."""
MOST_RETURNS = 0.15
"""Docstrings that open with "Return"; more of them say the signature again."""


@cache
def _modules() -> dict[str, tuple[Path, str, ast.Module]]:
    """Each module of the program by its dotted name."""
    found = {}
    for path in sorted((REPOSITORY / "bot").rglob("*.py")):
        name = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
        text = path.read_text(encoding="utf-8")
        found[name] = (path, text, ast.parse(text))
    assert len(found) > MOST_MODULES / 2, "the program was not found"
    return found


def _imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def test_the_program_has_few_modules() -> None:
    assert len(_modules()) <= MOST_MODULES


def test_few_lines_are_imports() -> None:
    lines = sum(len(text.splitlines()) for _, text, _ in _modules().values())
    imports = sum((node.end_lineno or 0) - node.lineno + 1 for _, _, tree in _modules().values() for node in _imports(tree))
    assert imports <= MOST_IMPORTS * lines, f"{imports} of {lines} lines are imports, {imports / lines:.2%}"


def test_few_modules_are_small_and_none_is_long() -> None:
    sizes = {
        name: len(text.splitlines())
        for name, (path, text, _) in _modules().items()
        if path.name != "__init__.py" and "migrations" not in path.parts
    }
    assert len(small := sorted(name for name, size in sizes.items() if size < SMALL)) <= MOST_SMALL, small
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports inside functions count as well; those for the type checker alone do not run."""
    graph = {name: set(_imported(tree)) - {name} for name, (_, _, tree) in _modules().items()}
    assert "bot.answering.outcome" in graph["bot.answering.engine"]
    assert set(TopologicalSorter(graph).static_order()) == set(_modules())  # raises CycleError, which names the circle


def _imported(tree: ast.Module) -> Iterator[str]:
    checking = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    not_run = {inner for node in checking for inner in _imports(node)}
    for node in _imports(tree):
        if node in not_run:
            continue
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in _modules() else str(node.module) for name in names if str(node.module) in _modules())
        else:
            yield from (alias.name for alias in node.names if alias.name in _modules())


def test_docstrings_do_not_say_the_signature_again() -> None:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = (node for _, _, tree in _modules().values() for node in ast.walk(tree) if isinstance(node, kinds))
    openings = [text.split()[0].rstrip("s") for node in nodes if (text := ast.get_docstring(node))]
    assert openings.count("Return") <= MOST_RETURNS * len(openings)


def test_tests_import_nothing_from_modules_of_tests() -> None:
    written = re.compile(r"^\s*(?:from tests\.(?:\w+\.)*test_\w+ import|from tests[.\w]* import .*\btest_)", re.MULTILINE)
    for statement in ("from tests.unit.test_config import x", "    from tests.unit import making, test_config"):
        assert written.search(f"import re\n{statement}\n"), "it would be found"
    paths = sorted((REPOSITORY / "tests").rglob("*.py"))
    assert len(paths) > 100
    assert [path.name for path in paths if written.search(path.read_text(encoding="utf-8"))] == []
