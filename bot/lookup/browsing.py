"""The knowledge without a question: as a tree of areas, articles and sections, by its sources, and as single facts.

Areas and articles have a short key like sections do, because their slugs may be longer than Discord allows. A fact is the opening of a
section, since that is where our articles answer; what other sections point at counts as more important.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.corpus.catalogue.entries import section_id_of
from bot.corpus.document import CATALOGUES, Article, Corpus, Passage, PassageKind, Section, Source, digest, join_passages, section_key
from bot.lookup.names import Named
from bot.texts import lookup as texts

_ROOT_TITLE = texts.NO_AREA


@dataclass(frozen=True, slots=True)
class Area:
    """A folder of articles."""

    slug: str
    """Empty for articles that lie in no folder."""
    title: str
    articles: tuple[Article, ...]

    @property
    def key(self) -> str:
        """Twelve characters that stand for the area."""
        return section_key(f"area:{self.slug}")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands beside a section in its article."""

    previous: Section | None
    following: Section | None
    parent: Section | None
    """The section under whose heading this one's heading stands; None at the top of the article."""


class Tree:
    """The areas, articles and sections of one corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """All areas that have something to read, by title."""
        held: dict[str, list[Article]] = {}
        for article in self.corpus.articles:
            if article.sections:
                held.setdefault(article.area, []).append(article)
        areas = (Area(slug, area_title(slug), tuple(articles)) for slug, articles in held.items())
        return tuple(sorted(areas, key=lambda area: area.title.casefold()))

    def area(self, key: str) -> Area | None:
        """None where the knowledge has no such area (any more)."""
        return next((area for area in self.areas if area.key == key), None)

    def area_named(self, name: str) -> Area | None:
        """By title or slug as somebody typed it, whatever the case."""
        wanted = name.strip().casefold()
        return next((area for area in self.areas if wanted in (area.slug.casefold(), area.title.casefold())), None)

    def area_of(self, article: Article) -> Area | None:
        """The area that an article is in; None for an article without sections in an otherwise empty area."""
        return next((area for area in self.areas if area.slug == article.area), None)

    def article(self, key: str) -> Article | None:
        """None where the knowledge has no such article (any more)."""
        return self._articles.get(key)

    def article_of(self, section: Section) -> Article | None:
        """The article that a section is in; None for a section of another state of the knowledge."""
        return self._articles.get(section_key(section.article))

    def sections(self, article: Article) -> tuple[Section, ...]:
        """In reading order."""
        return tuple(section for section in map(self.corpus.section, article.sections) if section is not None)

    def neighbours(self, section: Section) -> Neighbours:
        """Within its article only."""
        article = self.article_of(section)
        order = self.sections(article) if article else (section,)
        place = next((number for number, other in enumerate(order) if other.id == section.id), 0)
        above = (other for other in reversed(order[:place]) if other.heading_path == section.heading_path[:-1])
        return Neighbours(
            previous=order[place - 1] if place > 0 else None,
            following=order[place + 1] if place + 1 < len(order) else None,
            parent=next(above, None),
        )

    @cached_property
    def _articles(self) -> dict[str, Article]:
        return {article_key(article): article for article in self.corpus.articles}


def article_key(article: Article) -> str:
    """Twelve characters that stand for an article."""
    return section_key(article.slug)


def area_title(slug: str) -> str:
    """The name of an area as it is shown.

    >>> area_title("how-it-works")
    'How it works'
    """
    if slug == CATALOGUES:
        return texts.REFERENCE
    title = slug.replace("-", " ").strip()
    return title[:1].upper() + title[1:] if title else _ROOT_TITLE


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
    """Twelve characters that stand for it where Discord leaves little space."""
    title: str
    sections: tuple[Section, ...]


def used_sources(sections: Iterable[Section]) -> tuple[SourceUse, ...]:
    """The sources that sections name, those first on which most rests."""
    uses = Counter(source for section in sections for source in dict.fromkeys(section.sources))
    ordered = sorted(uses.items(), key=lambda item: (-item[1], item[0].title.casefold(), str(item[0])))
    return tuple(SourceUse(source, count) for source, count in ordered)


def named_scopes(corpus: Corpus) -> Iterator[tuple[Named, Scope]]:
    """Areas, articles and sections with their names; the larger, the more popular. Events have dates in place of names."""
    tree = Tree(corpus)
    events = {section_id_of(event) for event in corpus.catalogues.timeline}
    for area in tree.areas:
        held = tuple(section for article in area.articles for section in tree.sections(article))
        yield Named(area.key, area.title, (area.slug,), _AREA), Scope(area.key, area.title, held)
        for article in area.articles:
            key = article_key(article)
            yield Named(key, article.title, (), _ARTICLE), Scope(key, article.title, tree.sections(article))
    for section in (section for section in corpus.sections if section.id not in events):
        yield Named(section.key, section.title, section.aliases), Scope(section.key, section.title, (section,))


_SHORTEST = 40
_LONGEST = 400
_IMPORTANT = (3, 1)
"""References from which on a fact belongs to the first, and to the second, rank of importance."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to know, and the section that it opens."""

    section: Section
    text: str
    rank: int
    """0 for the most important."""


def facts_of(corpus: Corpus, area: str | None = None) -> tuple[Fact, ...]:
    """The facts of a corpus, or of one of its areas, in the order of their sections.

    What a word means is a fact only for whoever asks for the area of the catalogues.
    """
    terms = {section_id_of(term) for term in corpus.catalogues.glossary} if area is None else set()
    references = Counter(target for section in corpus.sections for target in section.related)
    found = ((section, opening(section.passages)) for section in corpus.sections if area in (None, section.area))
    return tuple(Fact(section, text, _rank(references[section.id])) for section, text in found if text and section.id not in terms)


def next_fact(facts: Iterable[Fact], shown: Mapping[str, int], place: str) -> Fact | None:
    """The fact to show next; None where there are none.

    Args:
        facts: those to choose from.
        shown: how often each section was shown in the place, by its id; what is missing was never shown.
        place: where it is shown (a channel); it mixes the order, so that two channels do not go in step.
    """
    return min(facts_in_order(facts, place), key=lambda fact: sum(shown.get(name, 0) for name in fact.section.ids), default=None)


def facts_in_order(facts: Iterable[Fact], place: str) -> tuple[Fact, ...]:
    """In the order of a place: the important ones first, mixed among themselves."""
    return tuple(sorted(facts, key=lambda fact: (fact.rank, digest(f"{place}\0{fact.section.id}"))))


def opening(passages: tuple[Passage, ...]) -> str | None:
    """The first sentences of a section as one statement; None where it opens with something else, or with too little."""
    taken: list[Passage] = []
    for passage in passages:
        if passage.kind is not PassageKind.SENTENCE or passage.block != passages[0].block:
            break
        if taken and len(join_passages((*taken, passage))) > _LONGEST:
            break
        taken.append(passage)
    text = join_passages(tuple(taken))
    return text if _SHORTEST <= len(text) <= _LONGEST and not text.endswith((":", "?")) else None


def _rank(references: int) -> int:
    return next((rank for rank, least in enumerate(_IMPORTANT) if references >= least), len(_IMPORTANT))
