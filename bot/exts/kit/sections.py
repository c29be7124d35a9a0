"""Sections of the knowledge base as members see and name them: chosen in a command, shown with their sources, read page by page.

A section is named by its title, as a member would type it, or by its key where others share the title. A whole section is shown to one
member alone, with the notes that members of the server wrote for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import discord
from discord import app_commands

from bot.corpus.document import Corpus, Passage, PassageKind, Section, Source, join_passages
from bot.corpus.freshness import in_words
from bot.corpus.sentences import split_sentences
from bot.errors import InputError, NotFound
from bot.exts.kit import panel
from bot.exts.kit.controls import KEY, NUMBER, Control
from bot.exts.kit.interaction import Click, acknowledge, acknowledge_edit, edit, guild_of, in_server, send, stages_of
from bot.retrieval.analyzer import fold
from bot.texts import kit as texts

_MOST = 25
_LONGEST_TYPED = 100


def section_choices(typed: str, corpus: Corpus) -> list[app_commands.Choice[str]]:
    """Offer up to 25 sections whose title or article holds what was typed, those whose title begins with it first."""
    wanted = fold(typed[:_LONGEST_TYPED]).strip()
    found = sorted(_holding(wanted, corpus), key=lambda section: not fold(section.title).startswith(wanted))
    titles = Counter(fold(section.title) for section in corpus.sections)
    return [app_commands.Choice(name=_name(section), value=_value(section, titles)) for section in found[:_MOST]]


def sections_titled(typed: str, corpus: Corpus) -> tuple[Section, ...]:
    """The sections that somebody means by a title: those that have it; else, at most 25, those with all its words in title or article.

    Those whose title begins so come first.
    """
    wanted = fold(typed[:_LONGEST_TYPED]).strip()
    same = tuple(section for section in corpus.sections if wanted == fold(section.title))
    if same or not wanted:
        return same[:_MOST]
    words = wanted.split()
    found = [section for section in corpus.sections if all(word in fold(" ".join(section.heading_path)) for word in words)]
    return tuple(sorted(found, key=lambda section: not fold(section.title).startswith(wanted)))[:_MOST]


def _value(section: Section, titles: Counter[str]) -> str:
    own = titles[fold(section.title)] == 1 and len(section.title) <= panel.LONGEST_OPTION
    return section.title if own else section.key


def section_named(text: str, corpus: Corpus) -> Section:
    """Find the section that a member chose from the list, or named by its title or id.

    Raises:
        InputError: there is none, or more than one.
    """
    chosen = corpus.section_of_key(text) or corpus.section(text)
    if chosen is not None:
        return chosen
    wanted = fold(text[:_LONGEST_TYPED]).strip()
    found = [section for section in corpus.sections if fold(section.title) == wanted]
    if len(found) != 1:
        raise InputError(texts.UNKNOWN_SECTION)
    return found[0]


def section_option(section: Section) -> discord.SelectOption:
    """An option of a select that stands for a section, with the article it is in."""
    return panel.option(section.title, section.key, section.heading_path[0])


def _holding(wanted: str, corpus: Corpus) -> Iterator[Section]:
    return (section for section in corpus.sections if wanted in fold(" ".join(section.heading_path)))


def _name(section: Section) -> str:
    name = section.title if len(section.heading_path) == 1 else texts.in_article(section.title, section.heading_path[0])
    return panel.cut(name, panel.LONGEST_OPTION)


_UNDER_A_SECTION = 3

_MOST_SOURCES = 3
_LONGEST_SOURCES = 900
_TITLE = 200
_FENCE = "```"


def body(text: str, passages: tuple[Passage, ...] = ()) -> str:
    """Make text of the knowledge base as Discord should show it: escaped, with its code as code.

    Args:
        text: what to show, whole passages.
        passages: the section's passages, which tell what is code.
    """
    parts: list[str] = []
    rest = text
    for code in (passage.text for passage in passages if passage.kind is PassageKind.CODE):
        before, found, after = rest.partition(code)
        if found:
            parts.append(panel.escape(before, links=True))
            parts.append(f"{_FENCE}\n{code.replace(_FENCE, chr(39) * 3)}\n{_FENCE}")
            rest = after
    return "".join([*parts, panel.escape(rest, links=True)])


def led_body(text: str, section: Section) -> str:
    """Text of a section with its first sentence in bold; where it begins with a list or with code, the title leads."""
    passages = section.passages
    first = next((one for one in passages if text.startswith(one.text)), None)
    line = text.partition("\n")[0]
    if first is not None and first.kind is PassageKind.SENTENCE:
        lead = first.text
    elif first is not None or line.startswith("•"):
        return f"**{panel.escape(section.title, _TITLE)}**\n{body(text, passages)}"
    else:
        lead = split_sentences(line)[0]
    return f"**{panel.escape(lead, links=True)}**{body(text.removeprefix(lead), passages)}"


def source_marks(section: Section) -> str:
    """The first sources as "[1] [2]", each a link, and of when the facts are, where they change; "" where there is neither."""
    addresses = list(dict.fromkeys(source.url for source in section.sources if source.url is not None))[:_MOST_SOURCES]
    marks = " ".join(panel.link(f"[{number}]", url) for number, url in enumerate(addresses, 1))
    dated = "" if section.as_of is None else in_words(section.as_of)
    return " · ".join(part for part in (dated, marks) if part)


def heading(section: Section) -> str:
    """A section's title, and below it where in its article it stands."""
    place = panel.escape(" › ".join(section.heading_path[:-1]), _TITLE)
    return f"### {panel.escape(section.title, _TITLE)}" + (f"\n-# {place}" if place else "")


def section_panel(section: Section, page: int = 0, notes: str = "", ending: Sequence[panel.Block] = ()) -> panel.Panel:
    """One page of a section with its title, its sources and the notes that members wrote for it; then what else stands below it."""
    pages = pages_of(section)
    _, page = panel.page_at(pages, page)
    blocks: list[panel.Block] = [heading(section), body(pages[page], section.passages), panel.rule(), f"-# {source_line(section)}"]
    if len(pages) > 1:
        blocks[-1] = f"-# {texts.page_of(page + 1, len(pages))} · {source_line(section)}"
    blocks += [panel.rule(), notes] if notes else []
    if len(pages) > 1:
        blocks += panel.rows(*_turns(section, page, len(pages)))
    blocks += [panel.rule(), *ending] if ending else []
    return panel.Panel(blocks)


def pages_of(section: Section) -> tuple[str, ...]:
    """Divide a section's text into pages that break between passages, or inside one that is longer than a page."""
    pages: list[str] = []
    current: list[Passage] = []
    for passage in section.passages:
        if current and len(join_passages((*current, passage))) > panel.PAGE_CHARACTERS:
            pages.append(join_passages(tuple(current)))
            current = []
        current.append(passage)
    pages.append(join_passages(tuple(current)))
    return tuple(page[start : start + panel.PAGE_CHARACTERS] for page in pages for start in range(0, len(page), panel.PAGE_CHARACTERS))


def source_line(section: Section) -> str:
    """Where a section's facts come from: its sources, or the file where none are named; and of when they are, where they change."""
    line = sources_line(section.sources) or texts.source_file(panel.escape(section.path, 200), section.line)
    return line if section.as_of is None else f"{line} · {in_words(section.as_of)}"


def sources_line(sources: Sequence[Source]) -> str:
    """The first sources, and how many more there are; "" where there is none."""
    if not sources:
        return ""
    named = _fitting([source_text(source) for source in sources[:_MOST_SOURCES]])
    return texts.sources(named, len(sources))


def _fitting(named: list[str]) -> list[str]:
    """Keep the first, and those after it that fit into a footer."""
    kept = named[:1]
    for text in named[1:]:
        if len("; ".join([*kept, text])) > _LONGEST_SOURCES:
            break
        kept.append(text)
    return kept


def source_text(source: Source) -> str:
    """A source as it is shown: its title, linked where it has an address, and by whom and when it was published."""
    details = ", ".join(str(part) for part in (source.publisher, source.year) if part is not None)
    name = panel.escape(source.title, _TITLE) if source.url is None else panel.link(source.title, source.url)
    return f"{name} ({panel.escape(details, 100)})" if details else name


class TurnPage(Control, template=f"section:page:{KEY}:{NUMBER}"):
    """Shows another page of a section in place of this one."""

    @classmethod
    def of(cls, section: Section, page: int, label: str) -> panel.Button:
        """The button that leads to a page."""
        return panel.button(label, cls.id_of(key=section.key, number=page))

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        section = stages_of(interaction).knowledge.engine.section_of_key(self.state["key"])
        if section is None:
            raise NotFound("the section is no longer in the knowledge base")
        await acknowledge_edit(interaction)
        notes = await notes_under(interaction, section)
        ending = [] if interaction.message is None else _ending(interaction.message)
        await edit(interaction, section_panel(section, int(self.state["number"]), notes, ending))


def _ending(message: discord.Message) -> list[panel.Block]:
    """What stands below the buttons that turn the pages of a section, and stays there: whether it answered the question."""
    cards = [card for card in panel.view_of(message).children if isinstance(card, discord.ui.Container)]
    shown = [child for card in cards for child in card.children]
    turns = [place for place, child in enumerate(shown) if isinstance(child, discord.ui.ActionRow) and _turns_pages(child)]
    ending: list[panel.Block] = []
    for child in shown[turns[-1] + 1 :] if turns else ():
        if isinstance(child, discord.ui.TextDisplay):
            ending.append(child.content)
        elif isinstance(child, discord.ui.ActionRow):
            ending.append(child)
    return ending


def _turns_pages(row: discord.ui.ActionRow[discord.ui.LayoutView]) -> bool:
    template = TurnPage.__discord_ui_compiled_template__
    return any(isinstance(one, discord.ui.Button) and template.fullmatch(one.custom_id or "") for one in row.children)


async def show_section(interaction: Click, section: Section | None) -> None:
    """Show a section to the member alone.

    Raises:
        NotFound: the knowledge base no longer has it.
    """
    if section is None:
        raise NotFound("the section is no longer in the knowledge base")
    await acknowledge(interaction, private=True)
    await send(interaction, section_panel(section, notes=await notes_under(interaction, section)), private=True)


def _turns(section: Section, page: int, pages: int) -> list[panel.Button]:
    turns = []
    if page > 0:
        turns.append(TurnPage.of(section, page - 1, texts.PREVIOUS_PAGE))
    if page + 1 < pages:
        turns.append(TurnPage.of(section, page + 1, texts.NEXT_PAGE))
    return turns


async def notes_under(interaction: Click, section: Section) -> str:
    """The newest published notes on a section in this server as text; "" where there are none."""
    if not in_server(interaction):
        return ""
    found = await stages_of(interaction).review.notes.published(guild_of(interaction), section.ids, 0, _UNDER_A_SECTION)
    if not found.items:
        return ""
    more = [f"-# {texts.more_notes(found.total - len(found.items))}"] if found.total > len(found.items) else []
    return "\n".join([texts.COMMUNITY_NOTES, *(f"• {panel.one_line(note.text, 250)}" for note in found.items), *more])
