"""A corpus as JSON and back, for the cache; the same corpus comes back, to the last character."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.corpus.document import Article, Corpus, Passage, PassageKind, Section, Source

_Json = dict[str, Any]


def corpus_json(corpus: Corpus) -> str:
    """Return a corpus as text."""
    content = {"articles": [asdict(article) for article in corpus.articles], "sections": [asdict(section) for section in corpus.sections]}
    return json.dumps(content, ensure_ascii=True, default=str)


def corpus_from_json(text: str) -> Corpus:
    """Return the corpus in a text.

    Raises:
        ValueError, KeyError, TypeError: it is not one that ``corpus_json`` wrote.
    """
    content = json.loads(text)
    sources: dict[tuple[object, ...], Source] = {}
    return Corpus(
        tuple(_article(article) for article in content["articles"]),
        tuple(_section(section, sources) for section in content["sections"]),
    )


def _article(value: _Json) -> Article:
    updated = value["updated"]
    return Article(**{**value, "updated": date.fromisoformat(updated) if updated else None, "sections": tuple(value["sections"])})


def _section(value: _Json, sources: dict[tuple[object, ...], Source]) -> Section:
    passages = tuple(Passage(item["text"], PassageKind(item["kind"]), item["block"]) for item in value["passages"])
    shared = tuple(sources.setdefault(tuple(item.values()), Source(**item)) for item in value["sources"])
    lists = {name: tuple(value[name]) for name in ("heading_path", "questions", "aliases", "related")}
    return Section(**{**value, **lists, "passages": passages, "sources": shared})
