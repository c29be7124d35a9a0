"""What can be broken in a module: each change of its syntax tree that could matter, and the draw of some by a seed.

A comparison flipped, a constant changed, an operator swapped, a ``not`` added or removed, a returned value replaced, an argument dropped,
a branch never taken. Left out are text inside f-strings, log lines, annotations, decorators and patterns, which say little about decisions.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


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
