"""A lookup on its way to a message: what is logged of it, what is shown, and the controls that every lookup has.

The module of each command makes a ``LookupMessage``; this one logs and sends it, so that all of them can be judged, answer privately, and
turn in place for whoever asked. Its controls are made last, when it is known under which name the lookup was logged.
"""

from __future__ import annotations

import asyncio
import io
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace

import discord

from bot.answering.outcome import ANSWER_ID_PATTERN
from bot.charts import Picture
from bot.corpus.document import Section
from bot.errors import NotFound
from bot.exts.ask.answer import answer_controls
from bot.exts.kit import interaction as kit
from bot.exts.kit.panel import Block, Button, Panel, Select, Tone, escape, picture, rows
from bot.exts.kit.sections import source_marks
from bot.feedback.question_log import LookedUp
from bot.feedback.recording import Recorded
from bot.feedback.votes import NO_VOTES
from bot.lookup.directory import Directories
from bot.texts import kit as kit_texts
from bot.texts import lookup as texts

ANSWER_OR_NONE = f"(?P<answer>{ANSWER_ID_PATTERN}|-)"
"""In the ``custom_id`` of a control that keeps the vote controls of its message; - where there are none."""
_PICTURE = "chart.png"
_PHONE = 32
"""Characters of a line on a phone 390 pixels wide."""


@dataclass(frozen=True, slots=True)
class LookupMessage:
    """A message about what was looked up."""

    asked: str
    """The command with the names that were recognized; empty for what is not logged: menus, and where nothing was found."""
    blocks: tuple[Block, ...]
    logged: str = ""
    """What it says, as plain text of the knowledge base. It is kept for good, so nothing that was typed may be in it."""
    sections: tuple[Section, ...] = ()
    """What it is made from, the main section first."""
    turns: Callable[[str], list[Button | Select]] | None = None
    """Makes the controls that turn its pages and keep the vote controls of an answer id, or of none ("-")."""
    controls: tuple[Button | Select, ...] = ()
    """A menu first, then buttons; with the turns and the vote controls no more buttons than fit into one row."""
    footer: str = ""
    """Where it comes from; by default the sources of the main section."""
    tone: Tone = Tone.SURE
    draw: Callable[[], Picture] | None = None
    """Makes the picture that goes with it; slow."""
    full_section: bool = False
    """Whether there is more of the main section than is shown."""
    found: bool = True
    """Whether it shows what was asked for; what was missed is said to the member alone."""

    def noted(self, note: str) -> LookupMessage:
        """The message with a note to the member above what was looked up; without a note, as it is."""
        return replace(self, blocks=(note, *self.blocks)) if note else self


def nothing_found(text: str, *controls: Button | Select, tone: Tone = Tone.UNSURE) -> LookupMessage:
    """A message that says what is not there, with what may help instead."""
    return LookupMessage("", (text,), controls=controls, tone=tone, found=False)


def turn_buttons(
    number: int,
    pages: int,
    of: Callable[[int, str], Button],
    labels: tuple[str, str] = (kit_texts.PREVIOUS_PAGE, kit_texts.NEXT_PAGE),
) -> list[Button]:
    """The buttons to the pages before and after one.

    Args:
        number: the page shown, from 0.
        pages: how many there are.
        of: makes the button to a page from its number and its label.
        labels: of the two.
    """
    turns = zip((number - 1, number + 1), labels, strict=True)
    return [of(target, label) for target, label in turns if 0 <= target < pages]


def phone_lines(text: str) -> int:
    """How many lines plain text takes on a phone."""
    return sum(len(textwrap.wrap(line, _PHONE)) or 1 for line in text.splitlines())


def sources_line(section: Section) -> str:
    """Where a section's facts come from, as numbers that link to its sources; the file where it names none."""
    return source_marks(section) or escape(texts.source_file(section.path, section.line), 200)


def lookup_of(interaction: kit.Click) -> Directories:
    """What can be looked up today."""
    return kit.stages_of(interaction).knowledge.engine.lookup


def section_of(interaction: kit.Click, key: str) -> Section:
    """The section that a control's key stands for.

    Raises:
        NotFound: there is none any more.
    """
    section = lookup_of(interaction).corpus.section_of_key(key)
    if section is None:
        raise NotFound("the entry is no longer in the knowledge base")
    return section


def is_own(interaction: kit.Click) -> bool:
    """Whether a message answers the member who uses its control."""
    message = interaction.message
    if message is None:
        return False
    asked = message.interaction_metadata
    return message.flags.ephemeral or (asked is not None and asked.user.id == interaction.user.id)


def is_private(interaction: kit.Click) -> bool:
    """Whether what a control of a lookup shows next is seen by whoever uses it alone, so that it may be long."""
    message = interaction.message
    return message is None or message.flags.ephemeral or not is_own(interaction)


async def send_lookup(interaction: kit.Click, page: LookupMessage, *, private: bool) -> None:
    """Log a lookup and send it as the answer to an interaction that was acknowledged."""
    await send_recorded(interaction, page, await _recorded(interaction, page), private=private)


async def send_recorded(interaction: kit.Click, page: LookupMessage, recorded: Recorded | None, *, private: bool) -> None:
    """Send a lookup that is logged already."""
    drawn = await _drawn(page)
    sent = await kit.send(interaction, page_panel(page, recorded, drawn), private=private, files=_files(drawn))
    if recorded is not None and sent is not None:
        await kit.stages_of(interaction).lookups.shown_in(recorded, kit.guild_of(interaction), sent.id)


async def turn_to(interaction: kit.Click, page: LookupMessage) -> None:
    """Log a lookup and show it: in place of the message with the control for whoever asked for that one, privately for others."""
    if not is_own(interaction):
        await kit.acknowledge(interaction, private=True)
        await send_lookup(interaction, page, private=True)
        return
    await kit.acknowledge_edit(interaction)
    await show_in_place(interaction, page, await _recorded(interaction, page))


async def show_aside(interaction: kit.Click, page: LookupMessage) -> None:
    """Show what leads on from a lookup to whoever asks for it alone: in place of a message that only they see, else below it."""
    if interaction.message is not None and interaction.message.flags.ephemeral:
        await kit.acknowledge_edit(interaction)
        await _edit(interaction, page, None)
        return
    await kit.acknowledge(interaction, private=True)
    await send_recorded(interaction, page, None, private=True)


async def show_in_place(interaction: kit.Click, page: LookupMessage, recorded: Recorded | None) -> None:
    """Show a lookup that was logged just now in the message whose control was used, after an acknowledgement."""
    await _edit(interaction, page, recorded)
    if recorded is not None and interaction.message is not None:
        await kit.stages_of(interaction).lookups.shown_in(recorded, kit.guild_of(interaction), interaction.message.id)


async def turn_over(interaction: kit.Click, answer_id: str, page: LookupMessage) -> None:
    """Show another page of a list with the vote controls that it had; where it has none yet, this page is a lookup of its own."""
    if answer_id == "-" or not is_own(interaction):
        await turn_to(interaction, page)
        return
    await kit.acknowledge_edit(interaction)
    await _edit(interaction, page, await kit.stages_of(interaction).lookups.again(answer_id, kit.guild_of(interaction)))


def page_panel(page: LookupMessage, recorded: Recorded | None, drawn: Picture | None = None) -> Panel:
    """Make the message of a lookup; what could not be logged has no vote controls. A picture stands right below the title."""
    footer = page.footer or (sources_line(page.sections[0]) if page.sections else "")
    name = recorded.answer_id if recorded is not None and recorded.saved else "-"
    votable = recorded is not None and recorded.votable
    given = NO_VOTES if recorded is None else recorded.votes
    votes = [] if name == "-" else answer_controls(name, votable=votable, full_section=page.full_section, votes=given)
    gallery: list[Block] = [] if drawn is None else [picture(_PICTURE, drawn.alternative_text)]
    ending: list[Block] = [f"-# {footer}"] if footer else []
    turns = [] if page.turns is None else page.turns(name)
    below = rows(*turns, *page.controls, *votes)
    return Panel([page.blocks[0], *gallery, *page.blocks[1:], *ending], page.tone, below)


async def _recorded(interaction: kit.Click, page: LookupMessage) -> Recorded | None:
    if not page.asked:
        return None
    looked_up = LookedUp(page.asked, page.logged, page.sections)
    lookups = kit.stages_of(interaction).lookups
    return await lookups.record(looked_up, kit.asker_of(interaction), kit.delivery_of(interaction), kit.conversation_of(interaction))


async def _edit(interaction: kit.Click, page: LookupMessage, recorded: Recorded | None) -> None:
    drawn = await _drawn(page)
    await kit.edit(interaction, page_panel(page, recorded, drawn), files=_files(drawn))


async def _drawn(page: LookupMessage) -> Picture | None:
    return None if page.draw is None else await asyncio.to_thread(page.draw)


def _files(drawn: Picture | None) -> list[discord.File]:
    return [] if drawn is None else [discord.File(io.BytesIO(drawn.png), _PICTURE, description=drawn.alternative_text)]
