"""A corpus as JSON and back, for the cache of built knowledge."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

from bot.corpus.catalogue.entries import (
    AttributeEntry,
    Catalogues,
    Changing,
    Checked,
    Entry,
    EventKind,
    Fact,
    GlossaryTerm,
    LicenseEntry,
    LicenseFamily,
    PartialDate,
    ProjectEntry,
    ProjectKind,
    TimelineEvent,
    Version,
)
from bot.corpus.document import Article, Corpus, Passage, PassageKind, Section, Source, digest

_E = TypeVar("_E", bound="Entry | AttributeEntry")

_READ: dict[str, Callable[[Any], object]] = {
    "checked": lambda rows: tuple(Checked(PartialDate(*month), Changing(kind)) for month, kind in rows),
    "facts": lambda rows: tuple(Fact(name, tuple(values), label) for name, values, label in rows),
    "versions": lambda rows: tuple(
        Version(name, PartialDate(*date), size, terms, note, tuple(also)) for name, date, size, terms, note, also in rows
    ),
    "changes": lambda value: None if value is None else Changing(value),
    "date": lambda value: PartialDate(*value),
    "first_release": lambda value: PartialDate(*value),
    "family": LicenseFamily,
}
"""How values are made that JSON has no form for, by the name of their field; lists become tuples whatever the field."""


def catalogues_json(catalogues: Catalogues) -> str:
    """One row of values for each entry."""
    kinds = {field.name: getattr(catalogues, field.name) for field in fields(Catalogues)}
    return json.dumps({name: [_entry_row(entry) for entry in entries] for name, entries in kinds.items()}, ensure_ascii=True)


def catalogues_digest(corpus: Corpus) -> str:
    """Of the records of a corpus: the same for the same records, however they were read."""
    return corpus.known_catalogues or digest(catalogues_json(corpus.catalogues))


def catalogues_from_json(text: str) -> Catalogues:
    """The records that ``catalogues_json`` wrote.

    Raises:
        ValueError, KeyError, TypeError: it is not one that ``catalogues_json`` wrote.
    """
    rows = json.loads(text)
    return Catalogues(
        _entries(TimelineEvent, rows["timeline"], {**_READ, "kind": EventKind}),
        _entries(LicenseEntry, rows["licenses"], _READ),
        _entries(ProjectEntry, rows["projects"], {**_READ, "kind": ProjectKind}),
        _entries(GlossaryTerm, rows["glossary"], _READ),
        _entries(AttributeEntry, rows["attributes"], _READ),
    )


def _entry_row(entry: Entry | AttributeEntry) -> list[Any]:
    return [_row_value(getattr(entry, field.name)) for field in fields(entry)]


def _row_value(value: object) -> object:
    """Records within an entry as lists of their values."""
    if isinstance(value, PartialDate | Fact | Version | Checked):
        return [_row_value(getattr(value, field.name)) for field in fields(value)]
    return [_row_value(one) for one in value] if isinstance(value, tuple) else value


def _entries(kind: type[_E], rows: list[list[Any]], readers: dict[str, Callable[[Any], object]]) -> tuple[_E, ...]:
    names = [field.name for field in fields(kind)]
    steps = [readers.get(name, _plain) for name in names]

    def read(row: list[Any]) -> _E:
        values: dict[str, Any] = {name: step(value) for name, step, value in zip(names, steps, row, strict=True)}
        return kind(**values)

    return tuple(map(read, rows))


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_TUPLES = ("heading_path", "questions", "aliases", "related", "messages", "formerly", "same_as")
_KINDS = {kind.value: kind for kind in PassageKind}
_SOURCE, _ARTICLE, _SECTION = (tuple(field.name for field in fields(kind)) for kind in (Source, Article, Section))
"""The names of their values, in the order of a row."""


def _values(record: Source | Article | Section, names: tuple[str, ...]) -> list[Any]:
    return [getattr(record, name) for name in names]


def corpus_json(corpus: Corpus) -> str:
    """Rows of values, with every source written once."""
    numbers = {source: number for number, source in enumerate(dict.fromkeys(s for section in corpus.sections for s in section.sources))}
    content = {
        "sources": [_values(source, _SOURCE) for source in numbers],
        "articles": [_values(article, _ARTICLE) for article in corpus.articles],
        "sections": [_row(section, numbers) for section in corpus.sections],
        "catalogues": catalogues_json(corpus.catalogues),
        "fingerprint": corpus.fingerprint,
    }
    return json.dumps(content, ensure_ascii=True, default=str)


def corpus_from_json(text: str) -> Corpus:
    """The corpus that ``corpus_json`` wrote.

    Raises:
        ValueError, KeyError, TypeError, IndexError: it is not one that ``corpus_json`` wrote.
    """
    content = json.loads(text)
    sources = [Source(*row) for row in content["sources"]]
    return Corpus(
        tuple(_article(row) for row in content["articles"]),
        tuple(_section(row, sources) for row in content["sections"]),
        catalogues_from_json(content["catalogues"]),
        content["fingerprint"],
        digest(content["catalogues"]),
    )


def _row(section: Section, numbers: dict[Source, int]) -> list[Any]:
    values = dict(zip(_SECTION, _values(section, _SECTION), strict=True))
    values["passages"] = [(passage.text, passage.kind, passage.block) for passage in section.passages]
    values["sources"] = [numbers[source] for source in section.sources]
    values["checked"] = _row_value(section.checked)
    return list(values.values())


def _article(row: list[Any]) -> Article:
    values = dict(zip(_ARTICLE, row, strict=True))
    updated = values["updated"]
    return Article(**{**values, "updated": date.fromisoformat(updated) if updated else None, "sections": tuple(values["sections"])})


def _section(row: list[Any], sources: list[Source]) -> Section:
    values = dict(zip(_SECTION, row, strict=True))
    values["passages"] = tuple(Passage(text, _KINDS[kind], block) for text, kind, block in values["passages"])
    values["sources"] = tuple(sources[number] for number in values["sources"])
    values["checked"] = _READ["checked"](values["checked"])
    for name in _TUPLES:
        values[name] = tuple(values[name])
    return Section(**values)
