"""Where the knowledge comes from: the sources of everything, of an area, of an article or of one section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.corpus.document import Corpus, Section, Source
from bot.lookup.browsing import Tree
from bot.lookup.directory import Directory
from bot.lookup.names import Named


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
    title: str
    sections: tuple[Section, ...]


def used_sources(sections: Iterable[Section]) -> tuple[SourceUse, ...]:
    """Return the sources that sections name, those first on which most rests."""
    uses = Counter(source for section in sections for source in dict.fromkeys(section.sources))
    ordered = sorted(uses.items(), key=lambda item: (-item[1], item[0].title.casefold(), str(item[0])))
    return tuple(SourceUse(source, count) for source, count in ordered)


def scopes_of(corpus: Corpus) -> Directory[Scope]:
    """Return the areas, articles and sections of a corpus by name; a larger scope goes before a smaller of the same name."""
    tree = Tree(corpus)
    scopes: list[tuple[Named, Scope]] = []
    for area in tree.areas:
        held = tuple(section for article in area.articles for section in tree.sections(article))
        scopes.append((Named(area.key, area.title, (area.slug,), 2 * len(corpus.sections)), Scope(area.key, area.title, held)))
        for article in area.articles:
            sections = tree.sections(article)
            scope = Scope(article.slug, article.title, sections)
            scopes.append((Named(article.slug, article.title, (), len(corpus.sections)), scope))
    scopes += [
        (Named(section.id, section.title, section.aliases), Scope(section.id, section.title, (section,))) for section in corpus.sections
    ]
    return Directory(scopes)
