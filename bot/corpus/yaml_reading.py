"""YAML with the line of every key, checked against a schema; every fault is a sentence that names place and remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.corpus.catalogue.entries import Line, WebAddress
from bot.corpus.document import Source
from bot.corpus.files import SAFE_LOADER, Limits, yaml_structure_fault
from bot.corpus.problems import Problem
from bot.corpus.wording import fault_of, yaml_fault

BAD_VALUES = (ValueError, AttributeError, KeyError, IndexError, TypeError)
"""What PyYAML's constructors raise beside YAMLError for values that do not fit their tag."""

KeyPath = tuple[str | int, ...]
_LONGEST_SHOWN = 80
"""Characters of a line that a fault repeats."""


_TEXT = "tag:yaml.org,2002:str"


class _Loader(SAFE_LOADER):  # type: ignore[misc,valid-type]
    """The safe loader, without its steps for values that refer to themselves where a value is plain text, as nearly all are."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        if node.tag == _TEXT and isinstance(node, yaml.ScalarNode):
            return node.value
        return super().construct_object(node, deep)


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A mapping that was read, and where its keys stand."""

    values: Mapping[object, object]
    node: yaml.Node
    first_line: int = 1

    def line_of(self, path: KeyPath) -> int | None:
        """The line, from 1, of the longest known beginning of a key path."""
        node, line = self.node, None
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            line, node = found[0] + self.first_line, found[1]
        return line

    def written(self, key: str) -> str | None:
        """The value of an outermost key as it stands in the file, before YAML makes a number or a date of it."""
        found = _child(self.node, key)
        return found[1].value if found is not None and isinstance(found[1], yaml.ScalarNode) else None


def _child(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    """The line, from 0, and the value of one key or place."""
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line, value) for key, value in node.value if str(key.value) == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    return None


def read_yaml(text: str, name: str, limits: Limits, problems: list[Problem], *, first_line: int = 1) -> YamlDocument | None:
    """None after adding what is wrong with the text to ``problems``.

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
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            values = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except (yaml.YAMLError, *BAD_VALUES) as error:
        broken = yaml_fault(error, text)
        line = broken.line or 1
        problems.append(Problem(name, line + first_line - 1, f"is not valid YAML: {broken.text}{_shown(text, line)}.", broken.remedy))
        return None
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        problems.append(Problem(name, first_line, "does not hold a list of keys.", "Write `key: value` lines."))
        return None
    return YamlDocument(values, node, first_line)


def _shown(text: str, line: int) -> str:
    written = " ".join(text.split("\n")[line - 1 :][:1]).strip()
    if not written:
        return ""
    return f" (`{written}`)" if len(written) <= _LONGEST_SHOWN else f" (`{written[:_LONGEST_SHOWN]}…`)"


if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Schema(BaseModel):
    """A record that knows its keys; another key is a fault, so that no typing error goes unnoticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
"""What pydantic calls a key that a model, or a dataclass, does not have."""

SchemasByPlace = Mapping[str, type[BaseModel] | type["DataclassInstance"]]


class SourceEntry(Schema):
    """One entry of ``sources``."""

    title: Line
    publisher: Line | None = None
    year: int | None = None
    url: WebAddress | None = None
    reason: Line | None = None
    """Why a weak source is kept: for editors, not shown."""

    def source(self) -> Source:
        """As it is shown to members."""
        return Source(self.title, self.publisher, self.year, self.url)


def schema_problems(error: ValidationError, document: YamlDocument, name: str, schemas: SchemasByPlace) -> Iterator[Problem]:
    """Everything that a validation found, each with its line and a remedy.

    Args:
        error: what pydantic raised.
        document: the YAML that was validated.
        name: the file.
        schemas: the model whose keys may have been meant, by the first key of the path; "" for the outermost.
    """
    for detail in error.errors(include_url=False):
        path = detail["loc"]
        place = ".".join(str(part) for part in path)
        yield Problem(name, document.line_of(path) or 1, f"{place}: {fault_of(detail)}.", _remedy(path, detail["type"], schemas))


def entry_problems(
    error: ValidationError, document: YamlDocument, name: str, place: KeyPath, called: str, schema: type[DataclassInstance]
) -> Iterator[Problem]:
    """What a validation of one entry of a list found; the entry is named by what it is called and not by its number.

    Args:
        error: what pydantic raised.
        document: the YAML that the entry is from.
        name: the file.
        place: the keys that lead to the entry.
        called: its id.
        schema: the form of the entry.
    """
    for detail in error.errors(include_url=False):
        path = detail["loc"]
        key = ".".join(str(part) for part in path)
        message = f"{called}: {key}: {fault_of(detail)}." if key else f"{called}: {fault_of(detail)}."
        remedy = _remedy(("",), detail["type"], {"": schema}) if not path else _remedy((path[-1],), detail["type"], {"": schema})
        yield Problem(name, document.line_of((*place, *path)) or 1, message, remedy)


def _remedy(path: tuple[int | str, ...], kind: str, schemas: SchemasByPlace) -> str:
    if kind not in _UNKNOWN_KEY:
        return "See docs/writing-articles.md for what belongs there."
    known = _keys(schemas["" if len(path) == 1 else str(path[0])])
    close = difflib.get_close_matches(str(path[-1]), known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known keys are {', '.join(known)}."


def _keys(schema: type[BaseModel] | type[DataclassInstance]) -> list[str]:
    return list(schema.model_fields) if issubclass(schema, BaseModel) else [field.name for field in fields(schema)]
