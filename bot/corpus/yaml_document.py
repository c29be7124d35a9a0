"""YAML text to values, with the line of every key, and a fault that names file and line where it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from bot.corpus.limits import SAFE_LOADER, Limits, yaml_structure_fault
from bot.corpus.problems import Problem

BAD_VALUES = (ValueError, AttributeError, KeyError, IndexError, TypeError)
"""What PyYAML's constructors raise beside YAMLError for values that do not fit their tag."""

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A mapping that was read, and where its keys stand."""

    values: Mapping[object, object]
    lines: Mapping[KeyPath, int] = field(default_factory=dict)

    def line_of(self, path: KeyPath) -> int | None:
        """Return the line of the longest known beginning of a key path."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None


def read_yaml(text: str, name: str, limits: Limits, problems: list[Problem], *, first_line: int = 1) -> YamlDocument | None:
    """Return the mapping in a text, or None after adding what is wrong with it to ``problems``.

    Args:
        text: the YAML.
        name: the file, for the problems.
        limits: how deep values may nest.
        problems: what is wrong is added here.
        first_line: the line of the file on which the text begins.
    """
    try:
        fault = yaml_structure_fault(text, limits.nesting)
        if fault is not None:
            problems.append(Problem(name, fault[0] + first_line - 1, f"{fault[1]}.", "Correct the YAML."))
            return None
        loader = SAFE_LOADER(text)
        try:
            node = loader.get_single_node()
            values = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except (yaml.YAMLError, *BAD_VALUES) as error:
        line, detail = _place(error)
        problems.append(Problem(name, line + first_line - 1, f"is not valid YAML: {detail}.", "Correct the YAML."))
        return None
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        problems.append(Problem(name, first_line, "does not hold a list of keys.", "Write `key: value` lines."))
        return None
    lines: dict[KeyPath, int] = {}
    _note_lines(node, (), first_line, lines)
    return YamlDocument(values, lines)


def _place(error: Exception) -> tuple[int, str]:
    mark = getattr(error, "problem_mark", None)
    detail = " ".join(str(getattr(error, "problem", None) or error).split())
    return (1, detail) if mark is None else (mark.line + 1, f"{detail} at column {mark.column + 1}")


def _note_lines(node: yaml.Node, path: KeyPath, first_line: int, lines: dict[KeyPath, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            lines[here] = key.start_mark.line + first_line
            _note_lines(value, here, first_line, lines)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            here = (*path, position)
            lines[here] = value.start_mark.line + first_line
            if isinstance(value, (yaml.MappingNode, yaml.SequenceNode)):
                _note_lines(value, here, first_line, lines)
