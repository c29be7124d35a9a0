"""A corpus as JSON and back, for the cache; the same corpus comes back, to the last character."""

from __future__ import annotations

import json
from dataclasses import astuple, fields
from datetime import date
from typing import Any

from bot.corpus.catalogue.store import catalogues_from_json, catalogues_json
from bot.corpus.document import Article, Corpus, Passage, PassageKind, Section, Source

_TUPLES = ("heading_path", "questions", "aliases", "related")


def corpus_json(corpus: Corpus) -> str:
    """Return a corpus as text: rows of values, with every source written once."""
    numbers = {source: number for number, source in enumerate(dict.fromkeys(s for section in corpus.sections for s in section.sources))}
    content = {
        "sources": [astuple(source) for source in numbers],
        "articles": [[getattr(article, field.name) for field in fields(Article)] for article in corpus.articles],
        "sections": [_row(section, numbers) for section in corpus.sections],
        "catalogues": catalogues_json(corpus.catalogues),
    }
    return json.dumps(content, ensure_ascii=True, default=str)


def corpus_from_json(text: str) -> Corpus:
    """Return the corpus in a text.

    Raises:
        ValueError, KeyError, TypeError, IndexError: it is not one that ``corpus_json`` wrote.
    """
    content = json.loads(text)
    sources = [Source(*row) for row in content["sources"]]
    return Corpus(
        tuple(_article(row) for row in content["articles"]),
        tuple(_section(row, sources) for row in content["sections"]),
        catalogues_from_json(content["catalogues"]),
    )


def _row(section: Section, numbers: dict[Source, int]) -> list[Any]:
    values = {field.name: getattr(section, field.name) for field in fields(Section)}
    values["passages"] = [(passage.text, passage.kind, passage.block) for passage in section.passages]
    values["sources"] = [numbers[source] for source in section.sources]
    return list(values.values())


def _article(row: list[Any]) -> Article:
    values = dict(zip((field.name for field in fields(Article)), row, strict=True))
    updated = values["updated"]
    return Article(**{**values, "updated": date.fromisoformat(updated) if updated else None, "sections": tuple(values["sections"])})


def _section(row: list[Any], sources: list[Source]) -> Section:
    values = dict(zip((field.name for field in fields(Section)), row, strict=True))
    values["passages"] = tuple(Passage(text, PassageKind(kind), block) for text, kind, block in values["passages"])
    values["sources"] = tuple(sources[number] for number in values["sources"])
    for name in _TUPLES:
        values[name] = tuple(values[name])
    return Section(**values)
