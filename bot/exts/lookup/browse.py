"""The knowledge as a tree to walk through: areas, their articles, their sections. All state is in the ids of the controls.

One important fact, and the next one.

Where the knowledge comes from, as a list with links, in pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.corpus.document import Article, Section
from bot.errors import NotFound
from bot.exts.kit.controls import NUMBER, Click, Control
from bot.exts.kit.interaction import acknowledge, asker_of, conversation_of, respond, stages_of
from bot.exts.kit.panel import (
    MOST_OPTIONS,
    Button,
    Tone,
    button,
    counted,
    escape,
    notice,
    option,
    page_at,
    pages_of_lines,
    rows,
    select_row,
    slices,
)
from bot.exts.kit.sections import source_text
from bot.exts.lookup.page import (
    ANSWER_OR_NONE,
    LookupMessage,
    LookupMessageMaker,
    choose_row,
    is_own,
    lookup_of,
    nothing_found,
    occasion_of,
    send_recorded,
    show_in_place,
    turn_buttons,
    turn_over,
    turn_to,
)
from bot.lookup.browsing import Area, Fact, Scope, SourceUse, area_title, article_key, used_sources
from bot.lookup.directory import Directories, Missed

_ALL = "-"
_TITLE = 200
_SUMMARY = 500
_LINE = 90


def areas_page(lookup: Directories, number: int = 0) -> LookupMessage:
    """Return all areas to choose from."""
    areas = lookup.tree.areas
    if not areas:
        return nothing_found("My knowledge base has nothing to browse.", tone=Tone.NONE)
    shown, number = page_at(slices(areas, MOST_OPTIONS), number)
    lines = [f"• **{escape(area.title, _LINE)}**: {counted(len(area.articles), 'article')}" for area in shown]
    select = select_row("Choose an area", "browse:choose:area", [option(area.title, area.key) for area in shown])
    turns = turn_buttons(number, len(slices(areas, MOST_OPTIONS)), f"browse:areas:{_ALL}:{{page}}")
    return LookupMessage("", ("### What I know about", "\n".join(lines)), rows=(*select, *rows(turns)), tone=Tone.NONE)


def area_page(area: Area, number: int = 0) -> LookupMessage:
    """Return the articles of an area to choose from."""
    pages = slices(area.articles, MOST_OPTIONS)
    shown, number = page_at(pages, number)
    lines = [f"• **{escape(article.title, _LINE)}**: {counted(len(article.sections), 'section')}" for article in shown]
    options = [option(article.title, article_key(article), article.summary or "") for article in shown]
    turns = turn_buttons(number, len(pages), f"browse:area:{area.key}:{{page}}")
    back = button("All areas", f"browse:areas:{_ALL}:0")
    return LookupMessage(
        "", (f"### {escape(area.title, _TITLE)}", "\n".join(lines)),
        rows=(*select_row("Choose an article", "browse:choose:article", options), *rows([back, *turns])), tone=Tone.NONE,
    )  # fmt: skip


def article_page(article: Article, lookup: Directories, number: int = 0) -> LookupMessage:
    """Return the sections of an article to choose from."""
    tree = lookup.tree
    pages = slices(tree.sections(article), MOST_OPTIONS)
    shown, number = page_at(pages, number)
    summary = [escape(article.summary, _SUMMARY)] if article.summary else []
    place = [f"-# Page {number + 1} of {len(pages)}"] if len(pages) > 1 else []
    turns = turn_buttons(number, len(pages), f"browse:article:{article_key(article)}:{{page}}")
    return LookupMessage(
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


def _level(interaction: Click, level: str, key: str, number: int) -> LookupMessage:
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


_ANY = "-"
_FACT_NAME = 100


def unknown_area_text(typed: str, interaction: Click) -> str:
    """Return what is said where no area has that name."""
    names = ", ".join(area.title for area in lookup_of(interaction).tree.areas)
    return f"I know no area called “{escape(typed, _FACT_NAME)}”. There are: {escape(names, 1000)}."


async def tell_fact(interaction: Click, area: str | None, *, in_place: bool, private: bool, note: str = "") -> None:
    """Tell the next fact of this channel, below a note if there is one, after the interaction was acknowledged."""
    lookups = stages_of(interaction).lookups
    told = await lookups.tell_fact(area, asker_of(interaction), occasion_of(interaction), conversation_of(interaction))
    if told is None:
        await respond(interaction, notice("My knowledge base has no facts to tell there.", Tone.NONE), private=True)
        return
    fact, recorded = told
    page = _page(fact, area, interaction, note)
    if in_place:
        await show_in_place(interaction, page, recorded)
    else:
        await send_recorded(interaction, page, recorded, private=private)


class AnotherFact(Control, template=f"fact:next:(?P<key>[a-z2-7]{{12}}|{_ANY})"):
    """Tells the next fact: in place for whoever asked, privately for others."""

    async def press(self, interaction: Click) -> None:
        """Tell it."""
        key = self.state["key"]
        area = lookup_of(interaction).tree.area(key)
        if area is None and key != _ANY:
            raise NotFound("that area is no longer in the knowledge base")
        own = is_own(interaction)
        await (interaction.response.defer() if own else acknowledge(interaction, private=True))
        await tell_fact(interaction, None if area is None else area.slug, in_place=own, private=True)


def _page(fact: Fact, area: str | None, interaction: Click, note: str) -> LookupMessage:
    tree = lookup_of(interaction).tree
    held = next((other for other in tree.areas if other.slug == area), None)
    title = "Did you know?" if area is None else f"Did you know? ({area_title(area)})"
    place = " › ".join(fact.section.heading_path)
    return LookupMessage(
        asked="",
        blocks=(*([note] if note else []), f"### {escape(title, 200)}", escape(fact.text), f"-# {escape(place, 300)}"),
        sections=(fact.section,),
        rows=tuple(rows([button("Another fact", f"fact:next:{_ANY if held is None else held.key}")])),
        full_section=True,
    )


_EVERYTHING = "-"
_SOURCES_NAME = 150


def sources_page(interaction: Click, topic: str) -> LookupMessage | LookupMessageMaker:
    """Return the sources of everything, or of an area, an article or a section by name."""
    lookup = lookup_of(interaction)
    if not topic.strip():
        return partial(list_page, Scope(_EVERYTHING, "the whole knowledge base", lookup.corpus.sections), 0)
    found = lookup.scopes.find(topic)
    if not isinstance(found, Missed):
        return partial(list_page, found, 0)
    text = f"I know no topic called “{escape(topic, _SOURCES_NAME)}”."
    meant = [button(label, _id_of_page(scope, "-").replace("{page}", "0"))
             for scope, label in zip(found.closest, found.labels, strict=True)]  # fmt: skip
    return nothing_found(f"{text} Did you mean one of these?" if meant else text, *rows(meant))


class TurnSources(Control, template=f"sources:page:{ANSWER_OR_NONE}:(?P<key>[a-z2-7]{{12}}|{_EVERYTHING}):{NUMBER}"):
    """Shows another page of sources in place of this one."""

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        scope = _scope(interaction, self.state["key"])
        await turn_over(interaction, self.state["answer"], partial(list_page, scope, int(self.state["number"])))


def _scope(interaction: Click, key: str) -> Scope:
    lookup = lookup_of(interaction)
    if key == _EVERYTHING:
        return Scope(_EVERYTHING, "the whole knowledge base", lookup.corpus.sections)
    found = lookup.scopes.get(key)
    if found is None:
        raise NotFound("that part of the knowledge base is no longer there")
    return found


def list_page(scope: Scope, number: int, answer_id: str) -> LookupMessage:
    """Return one page of the sources of a part of the knowledge; the last one where there are fewer."""
    uses = used_sources(scope.sections)
    if not uses:
        return nothing_found(f"No sources are named for {escape(scope.title, _SOURCES_NAME)}.", tone=Tone.NONE)
    pages = pages_of_lines([_line(use) for use in uses])
    text, number = page_at(pages, number)
    place = f" · page {number + 1} of {len(pages)}" if len(pages) > 1 else ""
    return LookupMessage(
        asked="/sources" + ("" if scope.key == _EVERYTHING else f" {scope.title}"),
        blocks=(f"### Sources of {escape(scope.title, _SOURCES_NAME)}", text),
        logged="\n".join(f"{use.source.title}: {use.source.url}" if use.source.url else use.source.title for use in uses),
        footer=f"{counted(len(uses), 'source')} of {counted(len(scope.sections), 'section')}{place}",
        rows=tuple(rows(turn_buttons(number, len(pages), _id_of_page(scope, answer_id)))),
    )  # fmt: skip


def _id_of_page(scope: Scope, answer_id: str) -> str:
    return f"sources:page:{answer_id}:{scope.key}:{{page}}"


def _line(use: SourceUse) -> str:
    return f"• {source_text(use.source)}" + (f", in {use.sections} sections" if use.sections > 1 else "")
