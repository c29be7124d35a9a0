"""The knowledge as a tree to walk through: areas, their articles, their sections. All state is in the ids of the controls."""

from __future__ import annotations

from collections.abc import Sequence

from bot.corpus.document import Article, Section
from bot.errors import NotFound
from bot.lookup.browsing import Area, article_key
from bot.lookup.directory import Lookup
from bot.views.controls import NUMBER, Click, Control
from bot.views.lookup_controls import choose_row, turn_buttons
from bot.views.lookup_page import Page, lookup_of, nothing_found, turn_to
from bot.views.paging import page_at, slices
from bot.views.panel import MOST_OPTIONS, Button, Tone, button, option, rows, select_row
from bot.views.text import counted, escape

_ALL = "-"
_TITLE = 200
_SUMMARY = 500
_LINE = 90


def areas_page(lookup: Lookup, number: int = 0) -> Page:
    """Return all areas to choose from."""
    areas = lookup.tree.areas
    if not areas:
        return nothing_found("My knowledge base has nothing to browse.", tone=Tone.NONE)
    shown, number = page_at(slices(areas, MOST_OPTIONS), number)
    lines = [f"• **{escape(area.title, _LINE)}**: {counted(len(area.articles), 'article')}" for area in shown]
    select = select_row("Choose an area", "browse:choose:area", [option(area.title, area.key) for area in shown])
    turns = turn_buttons(number, len(slices(areas, MOST_OPTIONS)), f"browse:areas:{_ALL}:{{page}}")
    return Page("", ("### What I know about", "\n".join(lines)), rows=(*select, *rows(turns)), tone=Tone.NONE)


def area_page(area: Area, number: int = 0) -> Page:
    """Return the articles of an area to choose from."""
    pages = slices(area.articles, MOST_OPTIONS)
    shown, number = page_at(pages, number)
    lines = [f"• **{escape(article.title, _LINE)}**: {counted(len(article.sections), 'section')}" for article in shown]
    options = [option(article.title, article_key(article), article.summary or "") for article in shown]
    turns = turn_buttons(number, len(pages), f"browse:area:{area.key}:{{page}}")
    back = button("All areas", f"browse:areas:{_ALL}:0")
    return Page(
        "", (f"### {escape(area.title, _TITLE)}", "\n".join(lines)),
        rows=(*select_row("Choose an article", "browse:choose:article", options), *rows([back, *turns])), tone=Tone.NONE,
    )  # fmt: skip


def article_page(article: Article, lookup: Lookup, number: int = 0) -> Page:
    """Return the sections of an article to choose from."""
    tree = lookup.tree
    pages = slices(tree.sections(article), MOST_OPTIONS)
    shown, number = page_at(pages, number)
    summary = [escape(article.summary, _SUMMARY)] if article.summary else []
    place = [f"-# Page {number + 1} of {len(pages)}"] if len(pages) > 1 else []
    turns = turn_buttons(number, len(pages), f"browse:article:{article_key(article)}:{{page}}")
    return Page(
        "", (f"### {escape(article.title, _TITLE)}", *summary, "\n".join(f"• {_indent(section)}" for section in shown), *place),
        rows=(
            *choose_row("Choose a section", "section", [(section, section.title, section.passages[0].text) for section in shown]),
            *rows([*_back(tree.area_of(article)), *turns]),
        ),
        tone=Tone.NONE,
    )  # fmt: skip


class BrowseTo(Control, template=f"browse:(?P<level>areas|area|article):(?P<key>[a-z2-7]{{12}}|{_ALL}):{NUMBER}"):
    """Leads to a page of a level: back, or on to its next page."""

    async def press(self, interaction: Click) -> None:
        """Show it."""
        await turn_to(interaction, _level(interaction, self.state["level"], self.state["key"], int(self.state["number"])))


class BrowseInto(Control, template="browse:choose:(?P<level>area|article)"):
    """Opens the area or article that was chosen."""

    async def press(self, interaction: Click) -> None:
        """Show it."""
        await turn_to(interaction, _level(interaction, self.state["level"], self.chosen, 0))


def _level(interaction: Click, level: str, key: str, number: int) -> Page:
    lookup = lookup_of(interaction)
    tree = lookup.tree
    if level == "areas":
        return areas_page(lookup, number)
    if level == "area":
        area = tree.area(key)
        if area is not None:
            return area_page(area, number)
    article = tree.article(key) if level == "article" else None
    if article is None:
        raise NotFound("that part of the knowledge base is no longer there")
    return article_page(article, lookup, number)


def _back(area: Area | None) -> Sequence[Button]:
    areas = button("All areas", f"browse:areas:{_ALL}:0")
    return [areas] if area is None else [button(f"Back to {area.title}", f"browse:area:{area.key}:0"), areas]


def _indent(section: Section) -> str:
    return "\u2003" * max(0, len(section.heading_path) - 2) + escape(section.title, _LINE)
