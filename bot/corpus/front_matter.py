"""The YAML head of an article, and its schema.

A head that has ``sections`` or a mapping of ``sources`` was written for this bot: it is checked strictly, and an
unknown key is a fault. Any other head belongs to some other tool (Jekyll, Hugo, Docusaurus and so on): only its
title and description are taken. A file without a head is fine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from bot.corpus.fields import Line
from bot.corpus.limits import Limits
from bot.corpus.problems import Problem
from bot.corpus.schema import Schema, SourceEntry, schema_problems
from bot.corpus.yaml_document import YamlDocument, read_yaml

_FENCE = "---"


def _day(value: object) -> object:
    """Refuse what pydantic would take for a day counted from 1970."""
    if isinstance(value, (int, float)):
        raise ValueError("must be a date: YYYY-MM-DD")  # noqa: TRY004 - pydantic reports ValueError only
    return value


class SectionEntry(Schema):
    """One entry of ``sections``, under the slug of its heading."""

    questions: tuple[Line, ...] = ()
    sources: tuple[Line, ...] = ()


class FrontMatter(Schema):
    """The head of an article that was written for this bot."""

    title: Line | None = None
    summary: Line | None = None
    updated: Annotated[date | None, BeforeValidator(_day)] = None
    license: Line | None = None
    sources: dict[str, SourceEntry] = Field(default_factory=dict)
    sections: dict[str, SectionEntry] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a file says, where its body starts, and where its keys stand."""

    content: FrontMatter
    body: str
    body_line: int = 0
    """Lines before the body."""
    document: YamlDocument | None = None

    def line_of(self, *path: str) -> int | None:
        """Return the line of a key, for later checks to point at."""
        return None if self.document is None else self.document.line_of(path)


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
    document = read_yaml(head, name, limits, problems, first_line=2)
    content = None if document is None else _validate(document, name, problems)
    return None if content is None else Head(content, body, end + 1, document)


def _validate(document: YamlDocument, name: str, problems: list[Problem]) -> FrontMatter | None:
    values = document.values
    written_for_us = "sections" in values or isinstance(values.get("sources"), dict)
    try:
        return FrontMatter.model_validate(values if written_for_us else _familiar(values))
    except ValidationError as error:
        problems.extend(schema_problems(error, document, name, {"": FrontMatter, "sections": SectionEntry, "sources": SourceEntry}))
        return None


def _familiar(values: Mapping[object, object]) -> dict[object, object]:
    """Take from another tool's head what has the same meaning here, where it has the right form."""
    taken: dict[object, object] = {}
    for ours, theirs in (("title", "title"), ("summary", "summary"), ("summary", "description")):
        value = values.get(theirs)
        if isinstance(value, str) and value.strip():
            taken.setdefault(ours, value.strip()[:500])
    if type(values.get("updated")) is date:
        taken["updated"] = values["updated"]
    return taken
