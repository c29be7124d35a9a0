"""Naming a section in a command: what is offered while a member types, and which section is meant by what they sent.

A whole section as a private message, paged when it is longer than one message holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import discord
from discord import app_commands

from bot.corpus.document import Corpus, Passage, PassageKind, Section, Source, join_passages
from bot.errors import InputError, NotFound
from bot.exts.kit.controls import KEY, NUMBER, Click, Control
from bot.exts.kit.interaction import acknowledge, guild_of, in_server, respond, stages_of
from bot.exts.kit.panel import LONGEST_OPTION, PAGE_CHARACTERS, Block, Panel, cut, escape, link, page_at, rule
from bot.retrieval.analyzer import fold

_MOST = 25
_LONGEST_TYPED = 100


def section_choices(typed: str, corpus: Corpus) -> list[app_commands.Choice[str]]:
    """Return up to 25 sections whose title or article holds what was typed, those whose title begins with it first."""
    wanted = fold(typed[:_LONGEST_TYPED]).strip()
    found = sorted(_holding(wanted, corpus), key=lambda section: not fold(section.title).startswith(wanted))
    titles = Counter(fold(section.title) for section in corpus.sections)
    return [app_commands.Choice(name=_name(section), value=_value(section, titles)) for section in found[:_MOST]]


def _value(section: Section, titles: Counter[str]) -> str:
    """Return what stands for a section in the box: its title, as a member would type it, or its key where others share the title."""
    own = titles[fold(section.title)] == 1 and len(section.title) <= LONGEST_OPTION
    return section.title if own else section.key


def section_named(text: str, corpus: Corpus) -> Section:
    """Return the section that a member chose from the list, or named by its title or id.

    Raises:
        InputError: there is none, or more than one.
    """
    chosen = corpus.section_of_key(text) or corpus.section(text)
    if chosen is not None:
        return chosen
    wanted = fold(text[:_LONGEST_TYPED]).strip()
    found = [section for section in corpus.sections if fold(section.title) == wanted]
    if len(found) != 1:
        raise InputError("I do not know which section you mean. Choose one from the list that appears while you type.")
    return found[0]


def _holding(wanted: str, corpus: Corpus) -> Iterator[Section]:
    return (section for section in corpus.sections if wanted in fold(" ".join(section.heading_path)))


def _name(section: Section) -> str:
    return cut(f"{section.title} ({section.heading_path[0]})" if len(section.heading_path) > 1 else section.title, LONGEST_OPTION)


_UNDER_A_SECTION = 3

_MOST_SOURCES = 3
_LONGEST_SOURCES = 900
_TITLE = 200
_FENCE = "```"
_BEGIN, _END = "\ue000", "\ue001"
"""Private characters that stand for bold while text is escaped; no text of the knowledge base holds such characters."""


def body(text: str, passages: tuple[Passage, ...] = (), emphasis: Sequence[str] = ()) -> str:
    """Return text of the knowledge base as Discord should show it: escaped, with its code as code, and a few words in bold.

    Args:
        text: what to show, whole passages.
        passages: the section's passages, which tell what is code.
        emphasis: words of the text, each of which is set off where it first stands outside of code.
    """
    waiting = list(emphasis)
    parts: list[str] = []
    rest = text
    for code in (passage.text for passage in passages if passage.kind is PassageKind.CODE):
        before, found, after = rest.partition(code)
        if found:
            parts.append(_emphasized(before, waiting))
            parts.append(f"{_FENCE}\n{code.replace(_FENCE, chr(39) * 3)}\n{_FENCE}")
            rest = after
    return "".join([*parts, _emphasized(rest, waiting)])


def _emphasized(text: str, waiting: list[str]) -> str:
    """Return text escaped, with the waiting words that it has in bold; these wait no longer."""
    marked = text
    for word in list(waiting):
        marked, found = re.subn(rf"(?<![\w/.@-]){re.escape(word)}(?![\w/@-])", f"{_BEGIN}{word}{_END}", marked, count=1)
        if found:
            waiting.remove(word)
    return escape(marked, links=True).replace(_BEGIN, "**").replace(_END, "**")


def heading(section: Section) -> str:
    """Return a section's title, and below it where in its article it stands."""
    place = escape(" › ".join(section.heading_path[:-1]), _TITLE)
    return f"### {escape(section.title, _TITLE)}" + (f"\n-# {place}" if place else "")


def section_panel(section: Section, page: int = 0, notes: str = "") -> Panel:
    """Return one page of a section with its title, its sources and the notes that members wrote for it."""
    pages = pages_of(section)
    _, page = page_at(pages, page)
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
        if current and len(join_passages((*current, passage))) > PAGE_CHARACTERS:
            pages.append(join_passages(tuple(current)))
            current = []
        current.append(passage)
    pages.append(join_passages(tuple(current)))
    return tuple(page[start : start + PAGE_CHARACTERS] for page in pages for start in range(0, len(page), PAGE_CHARACTERS))


def source_line(section: Section) -> str:
    """Return where a section's facts come from: its sources, or the file where none are named."""
    return sources_line(section.sources) or f"Source: {escape(section.path, 200)}, line {section.line}"


def sources_line(sources: Sequence[Source]) -> str:
    """Return the first sources, and how many more there are; "" where there is none."""
    if not sources:
        return ""
    named = _fitting([source_text(source) for source in sources[:_MOST_SOURCES]])
    more = len(sources) - len(named)
    return ("Sources: " if len(sources) > 1 else "Source: ") + "; ".join(named) + (f"; and {more} more" if more else "")


def _fitting(named: list[str]) -> list[str]:
    """Return the first, and those after it that a footer has room for."""
    kept = named[:1]
    for text in named[1:]:
        if len("; ".join([*kept, text])) > _LONGEST_SOURCES:
            break
        kept.append(text)
    return kept


def source_text(source: Source) -> str:
    """Return a source as it is shown: its title, linked where it has an address, and by whom and when it was published."""
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
        section = stages_of(interaction).knowledge.engine.section_of_key(self.state["key"])
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


async def notes_under(interaction: Click, section_id: str) -> str:
    """Return the newest published notes on a section in this server as text, or nothing."""
    if not in_server(interaction):
        return ""
    found = await stages_of(interaction).review.notes.published(guild_of(interaction), section_id, 0, _UNDER_A_SECTION)
    if not found.items:
        return ""
    more = f"\n-# and {found.total - len(found.items)} more: /note list" if found.total > len(found.items) else ""
    return "**Notes from the community**\n" + "\n".join(f"• {escape(note.text, 250)}" for note in found.items) + more
