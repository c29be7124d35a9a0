"""A whole section as a private message, paged when it is longer than one message holds."""

from __future__ import annotations

import discord

from bot.corpus.document import Passage, PassageKind, Section, Source, join_passages
from bot.errors import NotFound
from bot.views.access import stages_of
from bot.views.controls import KEY, NUMBER, Click, Control
from bot.views.notes import notes_under
from bot.views.panel import Block, Panel, rule
from bot.views.respond import acknowledge, respond
from bot.views.text import escape, link

_PAGE = 2600
"""Characters of plain text on a page; escaping may lengthen it by a third and it still fits."""
_MOST_SOURCES = 3
_TITLE = 200
_FENCE = "```"


def body(text: str, passages: tuple[Passage, ...] = ()) -> str:
    """Return text of the knowledge base as Discord should show it: escaped, with its code as code."""
    parts: list[str] = []
    rest = text
    for code in (passage.text for passage in passages if passage.kind is PassageKind.CODE):
        before, found, after = rest.partition(code)
        if found:
            parts.append(escape(before, links=True))
            parts.append(f"{_FENCE}\n{code.replace(_FENCE, chr(39) * 3)}\n{_FENCE}")
            rest = after
    return "".join([*parts, escape(rest, links=True)])


def heading(section: Section) -> str:
    """Return a section's title, and below it where in its article it stands."""
    place = escape(" › ".join(section.heading_path[:-1]), _TITLE)
    return f"### {escape(section.title, _TITLE)}" + (f"\n-# {place}" if place else "")


def section_panel(section: Section, page: int = 0, notes: str = "") -> Panel:
    """Return one page of a section with its title, its sources and the notes that members wrote for it."""
    pages = pages_of(section)
    page = min(page, len(pages) - 1)
    blocks: list[Block] = [heading(section), body(pages[page], section.passages), rule(), f"-# {source_line(section)}"]
    if len(pages) > 1:
        blocks[-1] = f"-# Page {page + 1} of {len(pages)} · {source_line(section)}"
    blocks += [rule(), notes] if notes else []
    if len(pages) > 1:
        blocks.append(discord.ui.ActionRow(*_turns(section, page, len(pages))))
    return Panel(blocks)


def pages_of(section: Section) -> tuple[str, ...]:
    """Return a section's text in pages that break between passages, or inside one that is longer than a page."""
    pages: list[str] = []
    current: list[Passage] = []
    for passage in section.passages:
        if current and len(join_passages((*current, passage))) > _PAGE:
            pages.append(join_passages(tuple(current)))
            current = []
        current.append(passage)
    pages.append(join_passages(tuple(current)))
    return tuple(page[start : start + _PAGE] for page in pages for start in range(0, len(page), _PAGE))


def source_line(section: Section) -> str:
    """Return where a section's facts come from: its sources, or the file where none are named."""
    if not section.sources:
        return f"Source: {escape(section.path, 200)}, line {section.line}"
    named = [_source(source) for source in section.sources[:_MOST_SOURCES]]
    more = len(section.sources) - len(named)
    return ("Sources: " if len(section.sources) > 1 else "Source: ") + "; ".join(named) + (f"; and {more} more" if more else "")


def _source(source: Source) -> str:
    details = ", ".join(str(part) for part in (source.publisher, source.year) if part is not None)
    name = escape(source.title, _TITLE) if source.url is None else link(source.title, source.url)
    return f"{name} ({escape(details, 100)})" if details else name


class TurnPage(Control, template=f"section:page:{KEY}:{NUMBER}"):
    """Shows another page of a section in place of this one."""

    @classmethod
    def to(cls, section: Section, page: int, label: str) -> discord.ui.Button[discord.ui.LayoutView]:
        """Return the button that leads to a page."""
        return discord.ui.Button(label=label, custom_id=f"section:page:{section.key}:{page}")

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        section = stages_of(interaction).knowledge.engine.corpus.section_of_key(self.state["key"])
        if section is None:
            raise NotFound("the section is no longer in the knowledge base")
        await interaction.response.defer()
        notes = await notes_under(interaction, section.id)
        await interaction.edit_original_response(view=section_panel(section, int(self.state["number"]), notes))


async def show_section(interaction: Click, section: Section | None) -> None:
    """Show a section to the member alone.

    Raises:
        NotFound: the knowledge base no longer has it.
    """
    if section is None:
        raise NotFound("the section is no longer in the knowledge base")
    await acknowledge(interaction, private=True)
    await respond(interaction, section_panel(section, notes=await notes_under(interaction, section.id)), private=True)


def _turns(section: Section, page: int, pages: int) -> list[discord.ui.Button[discord.ui.LayoutView]]:
    turns = []
    if page > 0:
        turns.append(TurnPage.to(section, page - 1, "Previous page"))
    if page + 1 < pages:
        turns.append(TurnPage.to(section, page + 1, "Next page"))
    return turns
