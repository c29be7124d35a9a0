"""The knowledge as a tree: areas hold articles, articles hold sections; and what stands beside a section.

Areas and articles have a short key like sections do, because their slugs may be longer than Discord leaves room for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.corpus.document import Article, Corpus, Section
from bot.corpus.slugs import section_key

_ROOT_TITLE = "General"


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
        """Return the area of a key, or None where the knowledge has none (any more)."""
        return next((area for area in self.areas if area.key == key), None)

    def area_named(self, name: str) -> Area | None:
        """Return the area of a title or slug as somebody typed it."""
        wanted = name.strip().casefold()
        return next((area for area in self.areas if wanted in (area.slug.casefold(), area.title.casefold())), None)

    def area_of(self, article: Article) -> Area | None:
        """Return the area that an article is in."""
        return next((area for area in self.areas if area.slug == article.area), None)

    def article(self, key: str) -> Article | None:
        """Return the article of a key, or None."""
        return self._articles.get(key)

    def article_of(self, section: Section) -> Article | None:
        """Return the article that a section is in."""
        return self._articles.get(section_key(section.article))

    def sections(self, article: Article) -> tuple[Section, ...]:
        """Return an article's sections in reading order."""
        return tuple(section for section in map(self.corpus.section, article.sections) if section is not None)

    def neighbours(self, section: Section) -> Neighbours:
        """Return the sections before, after and above a section."""
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
    """Return the twelve characters that stand for an article."""
    return section_key(article.slug)


def area_title(slug: str) -> str:
    """Return the name of an area as it is shown.

    >>> area_title("how-it-works")
    'How it works'
    """
    title = slug.replace("-", " ").strip()
    return title[:1].upper() + title[1:] if title else _ROOT_TITLE
