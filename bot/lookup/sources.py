"""Where the knowledge comes from: the sources of everything, of an area, of an article or of one section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.corpus.document import Corpus, Section, Source
from bot.lookup.browsing import Tree, article_key
from bot.lookup.names import Named

_AREA, _ARTICLE = 2, 1
"""Popularity of the larger scopes: of one name, the area is meant before the article, and that before the section."""


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A source, and how much rests on it."""

    source: Source
    sections: int
    """How many sections name it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the knowledge whose sources can be asked for."""

    key: str
    """Twelve characters that stand for it where Discord leaves little room."""
    title: str
    sections: tuple[Section, ...]


def used_sources(sections: Iterable[Section]) -> tuple[SourceUse, ...]:
    """Return the sources that sections name, those first on which most rests."""
    uses = Counter(source for section in sections for source in dict.fromkeys(section.sources))
    ordered = sorted(uses.items(), key=lambda item: (-item[1], item[0].title.casefold(), str(item[0])))
    return tuple(SourceUse(source, count) for source, count in ordered)


def named_scopes(corpus: Corpus) -> Iterator[tuple[Named, Scope]]:
    """Yield the areas, articles and sections of a corpus with their names; the larger, the more popular."""
    tree = Tree(corpus)
    for area in tree.areas:
        held = tuple(section for article in area.articles for section in tree.sections(article))
        yield Named(area.key, area.title, (area.slug,), _AREA), Scope(area.key, area.title, held)
        for article in area.articles:
            key = article_key(article)
            yield Named(key, article.title, (), _ARTICLE), Scope(key, article.title, tree.sections(article))
    for section in corpus.sections:
        yield Named(section.key, section.title, section.aliases), Scope(section.key, section.title, (section,))
