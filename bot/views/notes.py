"""Community notes as members see them: how one is sent, the list of what is published, and taking one's own back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import discord

from bot.corpus.document import Corpus
from bot.errors import NotFound
from bot.review.case import CommunityNote
from bot.review.community_notes import LONGEST_NOTE, MOST_WAITING, NoteAdded, NoteProblem, NoteRefused
from bot.review.paging import Page
from bot.views.access import guild_of, in_server, member_hash, stages_of
from bot.views.controls import KEY, NUMBER, Click, Control, case_number
from bot.views.panel import Block, Panel, Tone, notice, rule
from bot.views.permission import Audience
from bot.views.respond import acknowledge, respond
from bot.views.review.changes import cases_changed
from bot.views.text import LONGEST_OPTION, cut, escape

_ON_A_PAGE = 5
_UNDER_A_SECTION = 3
_SHOWN = 500
_ANY = "any"
_REFUSED = {
    NoteProblem.TOO_MANY_WAITING: f"{MOST_WAITING} of your notes wait for a moderator already. Please wait until one of them is decided.",
    NoteProblem.EMPTY: "The note is empty.",
    NoteProblem.TOO_LONG: f"The note is too long. {LONGEST_NOTE} characters is the most.",
}


def added_notice(result: NoteAdded | NoteRefused) -> Panel:
    """Say what became of a note that was sent."""
    match result:
        case NoteAdded(repeated=True):
            return notice("You have sent that note already. A moderator will look at it.", Tone.SURE)
        case NoteAdded():
            return notice(
                "Thank you. A moderator looks at your note; once approved, it stands under the section, without your name.", Tone.SURE
            )
        case NoteRefused():
            return notice(_REFUSED[result.problem], Tone.UNSURE)
        case _:
            assert_never(result)


async def show_notes(interaction: Click, section_id: str | None, section_key: str, page: int) -> Panel:
    """Return one page of the published notes of this server, and the acting member's own, as a message."""
    stages = stages_of(interaction)
    found = await stages.review.notes.published(guild_of(interaction), section_id, page, _ON_A_PAGE)
    own = await stages.review.notes.own(guild_of(interaction), member_hash(interaction))
    blocks: list[Block] = ["### Community notes", *_published(found, stages.knowledge.engine.corpus)]
    turns = [
        TurnNotes.to(section_key, target, label)
        for label, target in (("Previous page", found.page - 1), ("Next page", found.page + 1))
        if 0 <= target < found.pages
    ]
    blocks += [discord.ui.ActionRow(*turns)] if turns else []
    if own:
        blocks += [rule(), _own(own), discord.ui.ActionRow(WithdrawNote.of(own))]
    return Panel(blocks)


def _published(found: Page[CommunityNote], corpus: Corpus) -> list[Block]:
    if not found.items:
        return ["There is none yet. `/note add` sends one; it appears once a moderator has approved it."]
    lines = [f"**{_title(corpus, note.section_id)}**\n{escape(note.text, _SHOWN)}" for note in found.items]
    return ["\n".join(lines), f"-# Page {found.page + 1} of {found.pages} · written by members, approved by moderators"]


def _own(own: Sequence[CommunityNote]) -> str:
    waiting = sum(not note.published for note in own)
    return f"-# Yours: {len(own) - waiting} published, {waiting} waiting for a moderator"


def _title(corpus: Corpus, section_id: str) -> str:
    section = corpus.section(section_id)
    return escape(section_id if section is None else section.title, 150)


async def notes_under(interaction: Click, section_id: str) -> str:
    """Return the newest published notes on a section in this server as text, or nothing."""
    if not in_server(interaction):
        return ""
    found = await stages_of(interaction).review.notes.published(guild_of(interaction), section_id, 0, _UNDER_A_SECTION)
    if not found.items:
        return ""
    more = f"\n-# and {found.total - len(found.items)} more: /note list" if found.total > len(found.items) else ""
    return "**Notes from the community**\n" + "\n".join(f"• {escape(note.text, 250)}" for note in found.items) + more


class TurnNotes(Control, template=f"note:page:(?:{_ANY}|{KEY}):{NUMBER}"):
    """Shows another page of notes in place of this one."""

    audience = Audience.SERVER_MEMBER

    @classmethod
    def to(cls, section_key: str, page: int, label: str) -> discord.ui.Button[discord.ui.LayoutView]:
        """Return the button that leads to a page."""
        return discord.ui.Button(label=label, custom_id=f"note:page:{section_key or _ANY}:{page}")

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        await interaction.response.defer()
        key = self.state["key"] or ""
        section = stages_of(interaction).knowledge.engine.corpus.section_of_key(key)
        if key and section is None:
            raise NotFound("the section is no longer in the knowledge base")
        panel = await show_notes(interaction, None if section is None else section.id, key, int(self.state["number"]))
        await interaction.edit_original_response(view=panel)


class WithdrawNote(Control, template="note:withdraw"):
    """Takes back one of the acting member's own notes."""

    audience = Audience.SERVER_MEMBER

    @classmethod
    def of(cls, own: Sequence[CommunityNote]) -> discord.ui.Select[discord.ui.LayoutView]:
        """Return the select for a member's own notes."""
        options = [_option(note) for note in own[:25]]
        return discord.ui.Select(placeholder="Take one of your notes back", options=options, custom_id="note:withdraw")

    async def press(self, interaction: Click) -> None:
        """Take it back; somebody else's note cannot be."""
        await acknowledge(interaction, private=True)
        note_id = case_number(self.chosen)
        done = await stages_of(interaction).review.notes.withdraw(guild_of(interaction), note_id, member_hash(interaction))
        text, tone = ("Your note is deleted.", Tone.SURE) if done else ("That note is not there any more.", Tone.UNSURE)
        await respond(interaction, notice(text, tone), private=True)
        cases_changed(interaction)


def _option(note: CommunityNote) -> discord.SelectOption:
    label = cut(" ".join(note.text.split()), LONGEST_OPTION)
    return discord.SelectOption(label=label, value=str(note.note_id), description="published" if note.published else "waiting")
