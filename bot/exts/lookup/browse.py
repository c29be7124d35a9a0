"""Looking around: areas, their articles, their sections, each page a menu that leads into the next.

All state is in the ids of the controls. What a section looks like once it is open is in ``entries``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

import discord

from bot.corpus.document import Article, Section
from bot.errors import NotFound
from bot.exts.kit import panel
from bot.exts.kit.controls import KEY_PATTERN, NUMBER, Control
from bot.exts.kit.interaction import Click
from bot.exts.lookup.entries import entry_page
from bot.exts.lookup.page import LookupMessage, is_private, lookup_of, nothing_found, section_of, turn_buttons, turn_to
from bot.lookup.browsing import Area, article_key
from bot.lookup.directory import Directories
from bot.texts import lookup as texts

_NAME = 200
_LINE = 90
_LISTED = 12
"""Articles or sections that a page lists."""
_SUMMARY = 300
_ALL = "-"
_INDENT = "\u2003"


class Level(StrEnum):
    """How deep into the knowledge a page looks."""

    AREAS = "areas"
    AREA = "area"
    ARTICLE = "article"
    SECTION = "section"


class BrowseTo(Control, template=f"browse:(?P<level>{Level.AREAS}|{Level.AREA}|{Level.ARTICLE}):(?P<key>{KEY_PATTERN}|{_ALL}):{NUMBER}"):
    """Leads to a page of a level: back, or on to its next page."""

    @classmethod
    def of(cls, level: Level, key: str, label: str) -> panel.Button:
        """The button to the first page."""
        return panel.button(label, cls.id_of(level=level, key=key, number=0))

    @classmethod
    def turns(cls, level: Level, key: str, number: int, pages: int) -> list[panel.Button]:
        """The buttons to the pages before and after one."""
        return turn_buttons(number, pages, lambda target, label: panel.button(label, cls.id_of(level=level, key=key, number=target)))

    async def press(self, interaction: Click) -> None:
        """Show it."""
        page = _level(Level(self.state["level"]), self.state["key"], int(self.state["number"]), lookup_of(interaction))
        await turn_to(interaction, page)


class BrowseInto(Control, template=f"browse:choose:(?P<level>{Level.AREA}|{Level.ARTICLE}|{Level.SECTION})"):
    """Opens the area, article or section that was chosen."""

    @classmethod
    def of_areas(cls, areas: Iterable[Area]) -> panel.Select:
        """The select of areas."""
        return panel.select(texts.CHOOSE_AREA, cls.id_of(level=Level.AREA), _area_options(areas))

    @classmethod
    def of_articles(cls, articles: Iterable[Article]) -> panel.Select:
        """The select of articles."""
        options = (panel.option(article.title, article_key(article), article.summary or "") for article in articles)
        return panel.select(texts.CHOOSE_ARTICLE, cls.id_of(level=Level.ARTICLE), options)

    @classmethod
    def of_sections(cls, sections: Iterable[Section]) -> panel.Select:
        """The select of sections, each with how it begins."""
        options = (panel.option(section.title, section.key, section.passages[0].text) for section in sections)
        return panel.select(texts.CHOOSE_SECTION, cls.id_of(level=Level.SECTION), options)

    async def press(self, interaction: Click) -> None:
        """Show it."""
        level, lookup = Level(self.state["level"]), lookup_of(interaction)
        if level is not Level.SECTION:
            await turn_to(interaction, _level(level, self.chosen, 0, lookup))
            return
        section = section_of(interaction, self.chosen)
        shown = entry_page(section, lookup, whole=is_private(interaction))
        article = lookup.tree.article_of(section)
        if article is not None:
            back = BrowseTo.of(Level.ARTICLE, article_key(article), texts.all_of(article.title))
            menus = [control for control in shown.controls if isinstance(control, discord.ui.Select)]
            own = [] if shown.full_section else shown.controls[len(menus) : len(menus) + 1]  # all buttons find place in one row
            shown = replace(shown, controls=(*menus, *own, back))
        await turn_to(interaction, shown)


def areas_page(lookup: Directories, number: int = 0) -> LookupMessage:
    """All areas to choose from."""
    if not lookup.tree.areas:
        return nothing_found(texts.NO_AREAS, tone=panel.Tone.NONE)
    pages = panel.slices(lookup.tree.areas, panel.MOST_OPTIONS)
    shown, number = panel.page_at(pages, number)
    lines = "\n".join(f"**{panel.escape(area.title, _LINE)}** · {texts.counted(len(area.articles), 'article')}" for area in shown)
    controls: tuple[panel.Button | panel.Select, ...] = (BrowseInto.of_areas(shown), *BrowseTo.turns(Level.AREAS, _ALL, number, len(pages)))
    return LookupMessage("", (f"### {texts.AREAS_TITLE}", lines), controls=controls, tone=panel.Tone.NONE)


def area_page(area: Area, number: int = 0) -> LookupMessage:
    """The articles of an area to choose from."""
    pages = panel.slices(area.articles, _LISTED)
    shown, number = panel.page_at(pages, number)
    lines = "\n".join(f"• {panel.escape(article.title, _LINE)}" for article in shown)
    controls: tuple[panel.Button | panel.Select, ...] = (
        BrowseInto.of_articles(shown),
        *BrowseTo.turns(Level.AREA, area.key, number, len(pages)),
        BrowseTo.of(Level.AREAS, _ALL, texts.ALL_AREAS),
    )
    return LookupMessage("", (f"### {panel.escape(area.title, _NAME)}", lines), controls=controls, tone=panel.Tone.NONE)


def article_page(article: Article, lookup: Directories, number: int = 0) -> LookupMessage:
    """The sections of an article to choose from, indented as its headings are."""
    pages = panel.slices(lookup.tree.sections(article), _LISTED)
    shown, number = panel.page_at(pages, number)
    area = lookup.tree.area_of(article)
    summary = [panel.escape(article.summary, _SUMMARY)] if article.summary else []
    lines = "\n".join(
        f"• {_INDENT * max(0, len(section.heading_path) - 2)}{panel.escape(section.title, _LINE)}" for section in shown
    )  # fmt: skip
    place = [f"-# {texts.page_of(number + 1, len(pages))}"] if len(pages) > 1 else []
    controls: tuple[panel.Button | panel.Select, ...] = (
        BrowseInto.of_sections(shown),
        *BrowseTo.turns(Level.ARTICLE, article_key(article), number, len(pages)),
        *([] if area is None else [BrowseTo.of(Level.AREA, area.key, texts.back_to(area.title))]),
        BrowseTo.of(Level.AREAS, _ALL, texts.ALL_AREAS),
    )
    return LookupMessage(
        "", (f"### {panel.escape(article.title, _NAME)}", *summary, lines, *place), controls=controls, tone=panel.Tone.NONE
    )


def _level(level: Level, key: str, number: int, lookup: Directories) -> LookupMessage:
    match level:
        case Level.AREAS:
            return areas_page(lookup, number)
        case Level.AREA:
            area = lookup.tree.area(key)
            if area is not None:
                return area_page(area, number)
        case Level.ARTICLE | Level.SECTION:
            article = lookup.tree.article(key)
            if article is not None and level is Level.ARTICLE:
                return article_page(article, lookup, number)
    raise NotFound("that part of the knowledge base is no longer there")


def _area_options(areas: Iterable[Area]) -> Iterable[discord.SelectOption]:
    """The areas with the titles of their articles, since the message names the areas alone."""
    return (panel.option(area.title, area.key, ", ".join(article.title for article in area.articles)) for area in areas)
