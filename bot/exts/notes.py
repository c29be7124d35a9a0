"""Community notes as members see them: how one is sent, the list of what is published, and taking one's own back.

What members add to a section is published once a moderator has approved it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import discord
from discord import app_commands
from discord.ext import commands

from bot.corpus.document import Corpus, Section
from bot.errors import NotFound
from bot.exts.kit import interaction as kit
from bot.exts.kit.controls import KEY_PATTERN, PLACE, Control, Place, case_number, encoded, list_turns, place_of
from bot.exts.kit.panel import Block, Button, Panel, Select, Tone, button, escape, notice, one_line, option, rows, rule, select
from bot.exts.kit.sections import section_choices, section_named
from bot.review.community_notes import LONGEST_NOTE, MOST_WAITING, CommunityNote, NewNote, NoteAdded, NoteRefused
from bot.storage.paging import Page
from bot.texts import notes as texts

_ON_A_PAGE = 5
_SHOWN = 500
_ANY = "any"


def added_notice(result: NoteAdded | NoteRefused) -> Panel:
    """Say whether a note was taken."""
    match result:
        case NoteAdded(repeated=repeated):
            return notice(texts.REPEATED if repeated else texts.ADDED, Tone.SURE)
        case NoteRefused(problem):
            return notice(texts.refused(problem, MOST_WAITING, LONGEST_NOTE), Tone.UNSURE)
        case _:
            assert_never(result)


async def show_notes(interaction: kit.Click, section: Section | None, section_key: str, at: Place = 0) -> Panel:
    """One page of the published notes of this server, and the acting member's own, as a message."""
    stages = kit.stages_of(interaction)
    section_ids = None if section is None else section.ids
    found = await stages.review.notes.published(kit.guild_of(interaction), section_ids, at, _ON_A_PAGE)
    own = await stages.review.notes.own(kit.guild_of(interaction), kit.member_hash(interaction))
    blocks: list[Block] = [texts.TITLE, *_published(found, stages.knowledge.engine.corpus)]
    blocks += rows(*list_turns(found, lambda place, label: TurnNotes.of(section_key, place, label)))
    return Panel([*blocks, rule(), _own(own), *rows(WithdrawNote.of(own))] if own else blocks)


def _published(found: Page[CommunityNote], corpus: Corpus) -> list[Block]:
    if not found.items:
        return [texts.NONE]
    lines = [f"**{_title(corpus, note.section_id)}**\n{one_line(note.text, _SHOWN)}" for note in found.items]
    return ["\n".join(lines), texts.list_end(found.page + 1, found.pages)]


def _own(own: Sequence[CommunityNote]) -> str:
    waiting = sum(not note.published for note in own)
    return texts.yours(len(own) - waiting, waiting)


def _title(corpus: Corpus, section_id: str) -> str:
    section = corpus.section(section_id)
    return texts.REMOVED_SECTION if section is None else escape(section.title, 150)


class TurnNotes(Control, template=f"note:page:(?P<key>{_ANY}|{KEY_PATTERN}):{PLACE}"):
    """Shows another page of notes in place of this one."""

    audience = kit.Audience.SERVER_MEMBER

    @classmethod
    def of(cls, section_key: str, place: Place, label: str) -> Button:
        """The button that leads to a page of the notes on a section, or of all."""
        return button(label, cls.id_of(key=section_key or _ANY, place=encoded(place)))

    async def press(self, interaction: kit.Click) -> None:
        """Show the page."""
        await kit.acknowledge_edit(interaction)
        key = self.state["key"].removeprefix(_ANY)
        section = kit.stages_of(interaction).knowledge.engine.corpus.section_of_key(key)
        if key and section is None:
            raise NotFound("the section is no longer in the knowledge base")
        panel = await show_notes(interaction, section, key, place_of(self.state["place"]))
        await kit.edit(interaction, panel)


class WithdrawNote(Control, template="note:withdraw"):
    """Takes back one of the acting member's own notes."""

    audience = kit.Audience.SERVER_MEMBER

    @classmethod
    def of(cls, own: Sequence[CommunityNote]) -> Select:
        """The select of a member's own notes."""
        return select(texts.TAKE_BACK, cls.id_of(), map(_option, own))

    async def press(self, interaction: kit.Click) -> None:
        """Take it back; somebody else's note cannot be."""
        await kit.acknowledge(interaction, private=True)
        note_id = case_number(self.chosen)
        done = await kit.stages_of(interaction).review.notes.withdraw(kit.guild_of(interaction), note_id, kit.member_hash(interaction))
        text, tone = (texts.DELETED, Tone.SURE) if done else (texts.GONE, Tone.UNSURE)
        await kit.send(interaction, notice(text, tone), private=True)
        kit.cases_changed(interaction)


def _option(note: CommunityNote) -> discord.SelectOption:
    return option(" ".join(note.text.split()), str(note.note_id), texts.PUBLISHED if note.published else texts.WAITING)


@app_commands.guild_only()
class Notes(commands.GroupCog, group_name="note", group_description=texts.GROUP):
    """Takes notes in, and shows those that were approved."""

    @app_commands.command(name="add", description=texts.ADD_COMMAND)
    @app_commands.describe(section=texts.ADD_SECTION, text=texts.ADD_TEXT, tell_me=texts.ADD_TELL_ME)
    async def add(
        self, interaction: kit.Click, section: str, text: app_commands.Range[str, 1, LONGEST_NOTE], tell_me: bool = False
    ) -> None:
        """Send a note to the moderators."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.SERVER_MEMBER)
            stages = kit.stages_of(interaction)
            chosen = section_named(section, stages.knowledge.engine.corpus)
            notify = interaction.user.id if tell_me else None
            note = NewNote(kit.guild_of(interaction), kit.member_hash(interaction), chosen.id, text, interaction.id, notify_user_id=notify)
            result = await stages.review.notes.add(note)
            await kit.send(interaction, added_notice(result), private=True)
            if isinstance(result, NoteAdded):
                kit.cases_changed(interaction)

    @app_commands.command(name="list", description=texts.LIST_COMMAND)
    @app_commands.describe(section=texts.LIST_SECTION)
    async def list_notes(self, interaction: kit.Click, section: str = "") -> None:
        """Show published notes, and the member's own."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.SERVER_MEMBER)
            chosen = section_named(section, kit.stages_of(interaction).knowledge.engine.corpus) if section else None
            key = "" if chosen is None else chosen.key
            await kit.send(interaction, await show_notes(interaction, chosen, key), private=True)

    @add.autocomplete("section")
    @list_notes.autocomplete("section")
    async def sections(self, interaction: kit.Click, typed: str) -> list[app_commands.Choice[str]]:
        """Offer sections."""
        if not await kit.belongs(interaction, kit.Audience.SERVER_MEMBER):
            return []
        return section_choices(typed, kit.stages_of(interaction).knowledge.engine.corpus)
