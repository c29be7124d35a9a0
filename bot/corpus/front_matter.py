"""The YAML head of an article, and its schema.

A head that has ``sections`` or a mapping of ``sources`` was written for this bot: it is checked strictly, and an
unknown key is a fault. Any other head belongs to some other tool (Jekyll, Hugo, Docusaurus and so on): only its
title and description are taken. A file without a head is fine.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.corpus.limits import SAFE_LOADER, Limits, yaml_structure_fault
from bot.corpus.problems import Problem

_FENCE = "---"
_LINE = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(character.isspace() for character in value):
        raise ValueError("must be a web address that starts with https:// or http://")
    return value


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceEntry(_Schema):
    """One entry of ``sources``."""

    title: _LINE
    publisher: _LINE | None = None
    year: int | None = None
    url: Annotated[_LINE, AfterValidator(_web_address)] | None = None


class SectionEntry(_Schema):
    """One entry of ``sections``, under the slug of its heading."""

    questions: list[_LINE] = []
    sources: list[_LINE] = []


class FrontMatter(_Schema):
    """The head of an article that was written for this bot."""

    title: _LINE | None = None
    summary: _LINE | None = None
    updated: date | None = None
    license: _LINE | None = None
    sources: dict[str, SourceEntry] = {}
    sections: dict[str, SectionEntry] = {}


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a file says, where its body starts, and where its keys stand."""

    content: FrontMatter
    body: str
    body_line: int = 0
    """Lines before the body."""
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    """Line, from 1, of each key path, so that later checks can point at it."""

    def line_of(self, *path: str) -> int | None:
        """Return the line of the longest known beginning of a key path."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None


def read_head(text: str, name: str, limits: Limits, problems: list[Problem]) -> Head | None:
    """Split a file into head and body; return None after adding the reason to ``problems``."""
    lines = text.split("\n")
    if not lines or lines[0].rstrip() != _FENCE:
        return Head(FrontMatter(), text)
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() in (_FENCE, "...")), None)
    if end is None or not any(":" in line for line in lines[1:end]):
        return Head(FrontMatter(), text)  # a rule at the top of the page, not a head
    head = "\n".join(lines[1:end])
    body = "\n".join(lines[end + 1 :])
    if len(head.encode("utf-8", "surrogatepass")) > limits.front_matter_bytes:
        problems.append(Problem(name, 1, f"has a head of more than {limits.front_matter_bytes:,} bytes.", "Divide the article."))
        return None
    loaded = _load(head, name, limits, problems)
    if loaded is None:
        return None
    values, positions = loaded
    content = _validate(values, positions, name, problems)
    return None if content is None else Head(content, body, end + 1, positions)


def _load(head: str, name: str, limits: Limits, problems: list[Problem]) -> tuple[dict[object, object], dict[tuple[str, ...], int]] | None:
    try:
        fault = yaml_structure_fault(head, limits.nesting)
        if fault is not None:
            problems.append(Problem(name, fault[0] + 1, f"{fault[1]}.", "Correct the YAML between the --- lines."))
            return None
        node = yaml.compose(head, Loader=SAFE_LOADER)
        values = yaml.load(head, Loader=SAFE_LOADER)  # noqa: S506 - a safe loader, in C where there is one
    except (yaml.YAMLError, ValueError) as error:
        line, detail = _yaml_place(error)
        problems.append(Problem(name, line + 1, f"is not valid YAML: {detail}.", "Correct the text between the --- lines."))
        return None
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        problems.append(Problem(name, 2, "has a head that is not a list of keys.", "Write `key: value` lines between the --- lines."))
        return None
    return values, _positions(node)


def _yaml_place(error: yaml.YAMLError | ValueError) -> tuple[int, str]:
    mark = getattr(error, "problem_mark", None)
    detail = getattr(error, "problem", None) or str(error)
    if mark is None:
        return 1, " ".join(str(detail).split())
    return mark.line + 1, f"{detail} at column {mark.column + 1}"


def _positions(node: yaml.MappingNode, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for key, value in node.value:
        here = (*path, str(key.value))
        found[here] = key.start_mark.line + 2  # one for counting from 1, one for the opening ---
        if isinstance(value, yaml.MappingNode):
            found |= _positions(value, here)
    return found


def _validate(
    values: dict[object, object], positions: dict[tuple[str, ...], int], name: str, problems: list[Problem]
) -> FrontMatter | None:
    written_for_us = "sections" in values or isinstance(values.get("sources"), dict)
    if not written_for_us:
        values = _familiar(values)
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(str(part) for part in detail["loc"])
            line = next((positions[path[:end]] for end in range(len(path), 0, -1) if path[:end] in positions), 1)
            problems.append(Problem(name, line, f"{'.'.join(path)}: {detail['msg'].lower()}.", _remedy(path, detail["type"])))
        return None


def _familiar(values: dict[object, object]) -> dict[object, object]:
    """Take from another tool's head what has the same meaning here, where it has the right form."""
    taken: dict[object, object] = {}
    for ours, theirs in (("title", "title"), ("summary", "summary"), ("summary", "description")):
        value = values.get(theirs)
        if isinstance(value, str) and value.strip():
            taken.setdefault(ours, value.strip()[:500])
    if type(values.get("updated")) is date:
        taken["updated"] = values["updated"]
    return taken


def _remedy(path: tuple[str, ...], kind: str) -> str:
    if kind != "extra_forbidden":
        return "See docs/writing-articles.md for what belongs there."
    known = {1: FrontMatter, 3: SourceEntry if path[0] == "sources" else SectionEntry}.get(len(path), FrontMatter)
    close = difflib.get_close_matches(path[-1], list(known.model_fields), n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known keys are {', '.join(known.model_fields)}."
