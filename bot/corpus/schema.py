"""What the YAML of articles and catalogues has in common: strict models, sources, and faults with line and remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.corpus.document import Source
from bot.corpus.fields import Line, WebAddress
from bot.corpus.problems import Problem
from bot.corpus.yaml_document import YamlDocument

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

    def source(self) -> Source:
        """Return it as it is shown."""
        return Source(self.title, self.publisher, self.year, self.url)


def schema_problems(error: ValidationError, document: YamlDocument, name: str, schemas: SchemasByPlace) -> Iterator[Problem]:
    """Yield what a validation found, each with its line and a remedy.

    Args:
        error: what pydantic raised.
        document: the YAML that was validated.
        name: the file.
        schemas: the model whose keys may have been meant, by the first key of the path; "" for the outermost.
    """
    for detail in error.errors(include_url=False):
        path = detail["loc"]
        message = detail["msg"].removeprefix("Value error, ")
        place = ".".join(str(part) for part in path)
        yield Problem(name, document.line_of(path) or 1, f"{place}: {message.lower()}.", _remedy(path, detail["type"], schemas))


def _remedy(path: tuple[int | str, ...], kind: str, schemas: SchemasByPlace) -> str:
    if kind not in _UNKNOWN_KEY:
        return "See docs/writing-articles.md for what belongs there."
    known = _keys(schemas["" if len(path) == 1 else str(path[0])])
    close = difflib.get_close_matches(str(path[-1]), known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known keys are {', '.join(known)}."


def _keys(schema: type[BaseModel] | type[DataclassInstance]) -> list[str]:
    return list(schema.model_fields) if issubclass(schema, BaseModel) else [field.name for field in fields(schema)]
