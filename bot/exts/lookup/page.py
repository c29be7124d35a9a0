"""A lookup on its way to a message: what is logged of it, what is shown, and the controls that every lookup has.

The room of each command makes a ``Page``; this one logs and sends it, so that all of them can be judged, answer privately, and
turn in place for whoever asked.

Buttons and selects that lead from one lookup to another, as they appear; ``opening``, ``browse`` and ``license_guide`` handle them.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import discord

from bot.answering.engine import DeliveryKey
from bot.answering.outcome import ANSWER_ID_PATTERN
from bot.charts import Picture
from bot.corpus.document import Article, Section
from bot.exts.ask.answer import FullSection, HelpfulVote, NotHelpfulVote, WhyThisAnswer
from bot.exts.kit.controls import Click
from bot.exts.kit.interaction import NO_MENTIONS, asker_of, conversation_of, guild_of, stages_of
from bot.exts.kit.panel import Block, Button, ControlRow, Panel, Tone, button, option, picture, rows, rule, select_row
from bot.exts.kit.sections import source_line
from bot.feedback.question_log import LookedUp
from bot.feedback.recording import Recorded
from bot.lookup.browsing import article_key
from bot.lookup.directory import Directories
from bot.lookup.guide import Work

ANSWER_OR_NONE = f"(?P<answer>{ANSWER_ID_PATTERN}|-)"
"""In the ``custom_id`` of a control that keeps the vote controls of its message; - where there are none."""
_PICTURE = "chart.png"


@dataclass(frozen=True, slots=True)
class LookupMessage:
    """A message about what was looked up."""

    asked: str
    """The command with the names that were recognized; empty for what is not logged: menus, and where nothing was found."""
    blocks: tuple[Block, ...]
    logged: str = ""
    """What it tells, as plain text of the knowledge base. It is kept for good, so nothing that was typed may be in it."""
    sections: tuple[Section, ...] = ()
    """What it is made from, the main section first."""
    rows: tuple[ControlRow, ...] = ()
    footer: str = ""
    """Where it comes from; by default the sources of the main section."""
    tone: Tone = Tone.SURE
    draw: Callable[[], Picture] | None = None
    """Makes the picture that goes with it; slow."""
    full_section: bool = False
    """Whether there is more of the main section than is shown."""
    found: bool = True
    """Whether it shows what was asked for; what was missed is told to the member alone."""


def nothing_found(text: str, *buttons: ControlRow, tone: Tone = Tone.UNSURE) -> LookupMessage:
    """Return a page that says what is not there, with what may help instead."""
    return LookupMessage("", (text,), rows=buttons, tone=tone, found=False)


LookupMessageMaker = Callable[[str], LookupMessage]
"""Makes a page whose controls keep the vote controls of an answer id ("-" for none)."""


def noted(made: LookupMessage | LookupMessageMaker, note: str) -> LookupMessage | LookupMessageMaker:
    """Return a page with a note to the member above what was looked up; without one, the page as it is."""
    if not note:
        return made
    if isinstance(made, LookupMessage):
        return _with_note(made, note)
    return lambda answer_id: _with_note(made(answer_id), note)


def lookup_of(interaction: Click) -> Directories:
    """Return what can be looked up today."""
    return stages_of(interaction).knowledge.engine.lookup


async def send_lookup(interaction: Click, made: LookupMessage | LookupMessageMaker, *, private: bool) -> None:
    """Log a page and send it as the answer to an interaction that was acknowledged."""
    page, recorded = await _logged(interaction, made)
    await send_recorded(interaction, page, recorded, private=private)


async def send_recorded(interaction: Click, page: LookupMessage, recorded: Recorded | None, *, private: bool) -> None:
    """Send a page that is logged already."""
    drawn = None if page.draw is None else await asyncio.to_thread(page.draw)
    panel = page_panel(page, recorded, drawn)
    files = [_file(drawn)] if drawn else []
    sent = await interaction.followup.send(view=panel, ephemeral=private, allowed_mentions=NO_MENTIONS, wait=True, files=files)
    if recorded is not None:
        await stages_of(interaction).lookups.shown_in(recorded, guild_of(interaction), sent.id)


async def turn_to(interaction: Click, made: LookupMessage | LookupMessageMaker) -> None:
    """Log a page and show it: in place of the old one for whoever asked for that, privately for others."""
    if not is_own(interaction):
        await interaction.response.defer(ephemeral=True, thinking=True)
        await send_lookup(interaction, made, private=True)
        return
    await interaction.response.defer()
    page, recorded = await _logged(interaction, made)
    await show_in_place(interaction, page, recorded)


async def show_in_place(interaction: Click, page: LookupMessage, recorded: Recorded | None) -> None:
    """Show a page that was logged just now in the message whose control was used, after a deferral."""
    await _edit(interaction, page, recorded)
    if recorded is not None and interaction.message is not None:
        await stages_of(interaction).lookups.shown_in(recorded, guild_of(interaction), interaction.message.id)


async def _edit(interaction: Click, page: LookupMessage, recorded: Recorded | None) -> None:
    drawn = None if page.draw is None else await asyncio.to_thread(page.draw)
    panel = page_panel(page, recorded, drawn)
    await interaction.edit_original_response(view=panel, allowed_mentions=NO_MENTIONS, attachments=[_file(drawn)] if drawn else [])


async def turn_over(interaction: Click, answer_id: str, make: LookupMessageMaker) -> None:
    """Show another page of a list with the vote controls that it had; where it has none yet, this page is a lookup of its own."""
    if answer_id == "-" or not is_own(interaction):
        await turn_to(interaction, make)
        return
    await interaction.response.defer()
    recorded = await stages_of(interaction).lookups.again(answer_id, guild_of(interaction))
    await _edit(interaction, make(answer_id), recorded)


def is_own(interaction: Click) -> bool:
    """Return whether a message answers the member who uses its control."""
    message = interaction.message
    if message is None:
        return False
    asked = message.interaction_metadata
    return message.flags.ephemeral or (asked is not None and asked.user.id == interaction.user.id)


def page_panel(page: LookupMessage, recorded: Recorded | None, drawn: Picture | None = None) -> Panel:
    """Return the message of a page; what could not be logged has no vote controls."""
    footer = page.footer or (source_line(page.sections[0]) if page.sections else "")
    votes = [] if recorded is None or not recorded.saved else rows(_votes(page, recorded))
    gallery: list[Block] = [] if drawn is None else [picture(_PICTURE, drawn.alternative_text)]
    ending: list[Block] = [rule(), f"-# {footer}"] if footer else []
    return Panel([*page.blocks, *gallery, *ending, *page.rows, *votes], page.tone)


async def _logged(interaction: Click, made: LookupMessage | LookupMessageMaker) -> tuple[LookupMessage, Recorded | None]:
    """Log a page, and return it with controls that know under which name it was logged."""
    page = made if isinstance(made, LookupMessage) else made("-")
    if not page.asked:
        return page, None
    looked_up = LookedUp(page.asked, page.logged, page.sections)
    lookups = stages_of(interaction).lookups
    recorded = await lookups.record(looked_up, asker_of(interaction), occasion_of(interaction), conversation_of(interaction))
    if recorded.saved and not isinstance(made, LookupMessage):
        page = made(recorded.answer_id)
    return page, recorded


def occasion_of(interaction: Click) -> DeliveryKey:
    """Return the occasion of an interaction, so that its second delivery is the same answer."""
    stages = stages_of(interaction)
    return DeliveryKey(stages.hasher.answer_key, f"{interaction.id}:{asker_of(interaction).member_hash}")


def _with_note(page: LookupMessage, note: str) -> LookupMessage:
    return replace(page, blocks=(note, *page.blocks))


def _votes(page: LookupMessage, recorded: Recorded) -> list[discord.ui.Button[discord.ui.LayoutView]]:
    name = recorded.answer_id
    votes = [HelpfulVote.of(name), NotHelpfulVote.of(name)] if recorded.votable else []
    return [*votes, WhyThisAnswer.of(name), *([FullSection.of(name)] if page.full_section else [])]


def _file(drawn: Picture) -> discord.File:
    return discord.File(io.BytesIO(drawn.png), _PICTURE, description=drawn.alternative_text)


WAY = "(?P<way>[a-z]{1,10})"
OTHER_KEY = "(?P<other>[a-z2-7]{12})"


class Way(StrEnum):
    """Why a button leads to an entry; keeps two buttons to the same entry apart, which Discord demands."""

    PREVIOUS = "previous"
    NEXT = "next"
    PARENT = "parent"
    MEANT = "meant"


def open_button(way: Way, section: Section, label: str) -> Button:
    """Return the button that opens an entry or a section."""
    return button(label, f"lookup:open:{way}:{section.key}")


def choose_row(placeholder: str, slot: str, sections: Iterable[tuple[Section, str, str]]) -> list[ControlRow]:
    """Return a row with a select that opens one of some sections.

    Args:
        placeholder: what the select is for.
        slot: one word, different for each select of a message.
        sections: what can be opened, each with its label and a description.
    """
    return select_row(placeholder, f"lookup:choose:{slot}", (option(label, section.key, text) for section, label, text in sections))


def compare_row(section: Section, others: Iterable[tuple[Section, str]]) -> list[ControlRow]:
    """Return a row with a select of what an entry can be compared with."""
    return select_row("Compare with …", f"lookup:compare:{section.key}", (option(label, other.key) for other, label in others))


def compare_button(left: Section, right: Section, label: str) -> Button:
    """Return the button that compares two entries."""
    return button(label, f"lookup:sides:{left.key}:{right.key}")


def guide_button(work: Work, label: str | None = None) -> Button:
    """Return the button that opens the guide for a kind of work."""
    return button(label or f"For {work.value}", f"license:guide:{work.value}")


def article_button(article: Article) -> Button:
    """Return the button that lists the sections of an article."""
    return button(f"All of “{article.title}”", f"browse:article:{article_key(article)}:0")


def turn_buttons(number: int, pages: int, id_of_page: str) -> list[Button]:
    """Return the buttons to the pages before and after one.

    Args:
        number: the page shown, from 0.
        pages: how many there are.
        id_of_page: a ``custom_id`` with ``{page}`` where the number belongs.
    """
    turns = []
    if number > 0:
        turns.append(button("Previous page", id_of_page.replace("{page}", str(number - 1)), discord.ButtonStyle.primary))
    if number + 1 < pages:
        turns.append(button("Next page", id_of_page.replace("{page}", str(number + 1)), discord.ButtonStyle.primary))
    return turns
