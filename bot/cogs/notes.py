"""/note add and list: what members add to a section, published once a moderator has approved it."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.review.community_notes import LONGEST_NOTE, NewNote, NoteAdded
from bot.views.access import guild_of, member_hash, stages_of
from bot.views.controls import Click, begin
from bot.views.notes import added_notice, show_notes
from bot.views.permission import Audience, belongs
from bot.views.respond import guarded, respond
from bot.views.review.changes import cases_changed
from bot.views.sections import section_choices, section_named


@app_commands.guild_only()
class Notes(commands.GroupCog, group_name="note", group_description="Useful notes by members, under the sections they belong to"):
    """Takes notes in, and shows those that were approved."""

    @app_commands.command(name="add", description="Write a note for a section; a moderator approves it first")
    @app_commands.describe(section="The section it belongs to", text="Your note", tell_me="Tell me by direct message what became of it")
    async def add(self, interaction: Click, section: str, text: app_commands.Range[str, 1, LONGEST_NOTE], tell_me: bool = False) -> None:
        """Send a note to the moderators."""
        async with guarded(interaction):
            await begin(interaction, Audience.SERVER_MEMBER)
            stages = stages_of(interaction)
            chosen = section_named(section, stages.knowledge.engine.corpus)
            notify = interaction.user.id if tell_me else None
            note = NewNote(guild_of(interaction), member_hash(interaction), chosen.id, text, interaction.id, notify_user_id=notify)
            result = await stages.review.notes.add(note)
            await respond(interaction, added_notice(result), private=True)
            if isinstance(result, NoteAdded):
                cases_changed(interaction)

    @app_commands.command(name="list", description="What members noted, and your own notes")
    @app_commands.describe(section="Only notes on this section")
    async def list_notes(self, interaction: Click, section: str = "") -> None:
        """Show published notes, and the member's own."""
        async with guarded(interaction):
            await begin(interaction, Audience.SERVER_MEMBER)
            chosen = section_named(section, stages_of(interaction).knowledge.engine.corpus) if section else None
            key = "" if chosen is None else chosen.key
            await respond(interaction, await show_notes(interaction, None if chosen is None else chosen.id, key, 0), private=True)

    @add.autocomplete("section")
    @list_notes.autocomplete("section")
    async def sections(self, interaction: Click, typed: str) -> list[app_commands.Choice[str]]:
        """Offer sections."""
        if not await belongs(interaction, Audience.SERVER_MEMBER):
            return []
        return section_choices(typed, stages_of(interaction).knowledge.engine.corpus)
