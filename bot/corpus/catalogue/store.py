"""The records of the catalogues as JSON and back, for the cache; they come back equal, and no validator runs a second time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from bot.corpus.catalogue.dates import PartialDate
from bot.corpus.catalogue.entries import (
    Catalogues,
    Entry,
    EventKind,
    GlossaryTerm,
    LicenseEntry,
    LicenseFamily,
    ProjectEntry,
    ProjectKind,
    TimelineEvent,
)

_E = TypeVar("_E", bound=Entry)

_READ: dict[str, Callable[[Any], object]] = {
    "date": lambda value: PartialDate(*value),
    "first_release": lambda value: PartialDate(*value),
    "family": LicenseFamily,
}
"""How values are made that JSON has no form for, by the name of their field; lists become tuples whatever the field."""


def catalogues_json(catalogues: Catalogues) -> str:
    """Return the records as text: one row of values for each entry."""
    kinds = {field.name: getattr(catalogues, field.name) for field in fields(Catalogues)}
    return json.dumps({name: [_row(entry) for entry in entries] for name, entries in kinds.items()}, ensure_ascii=True)


def catalogues_from_json(text: str) -> Catalogues:
    """Return the records in a text.

    Raises:
        ValueError, KeyError, TypeError: it is not one that ``catalogues_json`` wrote.
    """
    rows = json.loads(text)
    return Catalogues(
        _entries(TimelineEvent, rows["timeline"], {**_READ, "kind": EventKind}),
        _entries(LicenseEntry, rows["licenses"], _READ),
        _entries(ProjectEntry, rows["projects"], {**_READ, "kind": ProjectKind}),
        _entries(GlossaryTerm, rows["glossary"], _READ),
    )


def _row(entry: Entry) -> list[Any]:
    values = [getattr(entry, field.name) for field in fields(entry)]
    return [(value.year, value.month, value.day) if isinstance(value, PartialDate) else value for value in values]


def _entries(kind: type[_E], rows: list[list[Any]], readers: dict[str, Callable[[Any], object]]) -> tuple[_E, ...]:
    names = [field.name for field in fields(kind)]
    steps = [readers.get(name, _plain) for name in names]

    def read(row: list[Any]) -> _E:
        values: dict[str, Any] = {name: step(value) for name, step, value in zip(names, steps, row, strict=True)}
        return kind(**values)

    return tuple(map(read, rows))


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
