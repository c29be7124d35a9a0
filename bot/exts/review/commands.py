"""/review and the message menu "Review this answer": what members said about answers, for moderators.

The commands are not hidden by ``default_permissions``, since Discord would hide them from the roles that a server has named in
/settings too. What counts is checked when a command runs.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands

from bot.cases.case import CaseKind, Reason
from bot.exts.kit import interaction as kit
from bot.exts.kit.controls import chosen_word
from bot.exts.kit.panel import choices_of
from bot.exts.kit.sections import section_choices, section_named
from bot.exts.review.case import open_card, show_card
from bot.exts.review.filters import STATUSES, FilterChoice, Status, area_key, area_named, areas, parse_since
from bot.exts.review.gaps import send_gaps, send_progress
from bot.exts.review.kept import show_kept
from bot.exts.review.phrasings import show_phrasings
from bot.exts.review.proposals import show_proposals
from bot.exts.review.queue import LONGEST_SEARCH, search_words, show_home, show_queue, show_search
from bot.exts.review.reports import send_export, send_statistics, show_audit
from bot.review.export import ExportFormat
from bot.texts import cases as case_texts
from bot.texts import gaps as gap_texts
from bot.texts import proposals as correction_texts
from bot.texts import review as texts

_CHOICES = {
    "status": choices_of(STATUSES),
    "kind": choices_of({kind: case_texts.KINDS[kind] for kind in CaseKind}),
    "reason": choices_of({reason: case_texts.REASONS[reason] for reason in Reason}),
}
Number = app_commands.Range[int, 1, 10**9]
Choices = list[app_commands.Choice[str]]


@app_commands.guild_only()
class ReviewCommands(commands.GroupCog, group_name="review", group_description=texts.GROUP):
    """Shows what waits, what was decided, and the numbers."""

    def __init__(self, bot: commands.Bot) -> None:
        self.bot = bot
        self.menu = app_commands.ContextMenu(name=texts.MENU, callback=self.review_this_answer)
        app_commands.guild_only(self.menu)
        bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take the menu back with the cog."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @app_commands.command(name="home", description=texts.HOME_COMMAND)
    async def home(self, interaction: kit.Click) -> None:
        """Show the home; a group of commands cannot be run by its own name on Discord."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            await kit.send(interaction, await show_home(interaction), private=True)

    @app_commands.command(name="queue", description=texts.QUEUE_COMMAND)
    @app_commands.describe(**texts.FILTERS)
    @app_commands.choices(**_CHOICES)
    async def queue(
        self,
        interaction: kit.Click,
        status: str = Status.ACTIVE,
        kind: str = "",
        reason: str = "",
        section: str = "",
        area: str = "",
        since: str = "",
        mine: bool = False,
    ) -> None:
        """Show the first page of the queue."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            choice = await _choice(interaction, _given(status, kind, reason, mine=mine), section, area, since)
            await kit.send(interaction, await show_queue(interaction, choice), private=True)

    @app_commands.command(name="show", description=texts.SHOW_COMMAND)
    @app_commands.describe(case=texts.SHOW_CASE)
    async def show(self, interaction: kit.Click, case: Number) -> None:
        """Show the card of a case."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            await open_card(interaction, case)

    @app_commands.command(name="search", description=texts.SEARCH_COMMAND)
    @app_commands.describe(text=texts.SEARCH_TEXT)
    async def search(self, interaction: kit.Click, text: app_commands.Range[str, 1, LONGEST_SEARCH]) -> None:
        """Show the first page of what is found."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            await kit.send(interaction, await show_search(interaction, search_words(text)), private=True)

    @app_commands.command(name="stats", description=texts.STATS_COMMAND)
    @app_commands.describe(days=texts.STATS_DAYS)
    async def stats(self, interaction: kit.Click, days: app_commands.Range[int, 1, 365] = 30) -> None:
        """Show the numbers of the last days."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            await send_statistics(interaction, days)
            await send_progress(interaction, days)

    @app_commands.command(name="gaps", description=gap_texts.COMMAND)
    @app_commands.describe(closed=gap_texts.OPTION_CLOSED, file_format=gap_texts.OPTION_EXPORT)
    @app_commands.rename(file_format="export")
    @app_commands.choices(file_format=choices_of({one: texts.FORMATS[one] for one in ExportFormat}))
    async def gaps(self, interaction: kit.Click, closed: bool = False, file_format: str = "") -> None:
        """Look for gaps and show the first page of them."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            await send_gaps(interaction, chosen_word(file_format, ExportFormat) if file_format else None, closed=closed)

    @app_commands.command(name="export", description=texts.EXPORT_COMMAND)
    @app_commands.describe(
        file_format=texts.EXPORT_FORMAT,
        identities=texts.EXPORT_IDENTITIES,
        **texts.FILTERS,
    )
    @app_commands.rename(file_format="format")
    @app_commands.choices(file_format=choices_of({one: texts.FORMATS[one] for one in ExportFormat}), **_CHOICES)
    async def export(
        self,
        interaction: kit.Click,
        file_format: str = ExportFormat.CSV,
        status: str = Status.ALL,
        kind: str = "",
        reason: str = "",
        section: str = "",
        area: str = "",
        since: str = "",
        mine: bool = False,
        identities: bool = False,
    ) -> None:
        """Hand out what the filters show."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            choice = await _choice(interaction, _given(status, kind, reason, mine=mine), section, area, since)
            await send_export(interaction, choice, chosen_word(file_format, ExportFormat), identities=identities)

    @app_commands.command(name="audit", description=texts.AUDIT_COMMAND)
    @app_commands.describe(moderator=texts.AUDIT_MODERATOR, case=texts.AUDIT_CASE)
    async def audit(self, interaction: kit.Click, moderator: discord.User | None = None, case: Number | None = None) -> None:
        """Show the newest entries of the audit log."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            panel = await show_audit(interaction, 0, None if moderator is None else moderator.id, case)
            await kit.send(interaction, panel, private=True)

    @app_commands.command(name="phrasings", description=texts.PHRASINGS_COMMAND)
    async def phrasings(self, interaction: kit.Click) -> None:
        """Show the newest confirmed phrasings."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            await kit.send(interaction, await show_phrasings(interaction), private=True)

    @app_commands.command(name="kept", description=texts.KEPT_COMMAND)
    async def kept(self, interaction: kit.Click) -> None:
        """Show the newest questions that are kept as tests."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            await kit.send(interaction, await show_kept(interaction), private=True)

    @app_commands.command(name="corrections", description=correction_texts.COMMAND)
    async def corrections(self, interaction: kit.Click) -> None:
        """Show the newest corrections."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            await kit.send(interaction, await show_proposals(interaction), private=True)

    @queue.autocomplete("section")
    @export.autocomplete("section")
    async def sections(self, interaction: kit.Click, typed: str) -> Choices:
        """Offer sections, to moderators."""
        if not await kit.belongs(interaction, kit.Audience.MODERATOR):
            return []
        return section_choices(typed, kit.stages_of(interaction).knowledge.engine.corpus)

    @queue.autocomplete("area")
    @export.autocomplete("area")
    async def areas(self, interaction: kit.Click, typed: str) -> Choices:
        """Offer areas, to moderators."""
        if not await kit.belongs(interaction, kit.Audience.MODERATOR):
            return []
        found = [area for area in areas(kit.stages_of(interaction).knowledge.engine.corpus) if typed.casefold() in area.casefold()]
        return [app_commands.Choice(name=area[:100], value=area_key(area)) for area in found[:25]]

    async def review_this_answer(self, interaction: kit.Click, message: discord.Message) -> None:
        """Open the case of the answer that a message shows."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.MODERATOR)
            await show_card(
                interaction, await kit.stages_of(interaction).review.cards.open_for_message(kit.actor_of(interaction), message.id)
            )
            kit.cases_changed(interaction)


def _given(status: str, kind: str, reason: str, *, mine: bool) -> FilterChoice:
    return FilterChoice(
        chosen_word(status, Status),
        chosen_word(kind, CaseKind) if kind else None,
        chosen_word(reason, Reason) if reason else None,
        mine=mine,
    )


async def _choice(interaction: kit.Click, choice: FilterChoice, section: str, area: str, since: str) -> FilterChoice:
    """Narrow a choice by what was typed into the free fields."""
    stages = kit.stages_of(interaction)
    corpus = stages.knowledge.engine.corpus
    zone = (await stages.guilds.settings(kit.guild_of(interaction))).time_zone
    return choice.narrowed(
        section=section_named(section, corpus).key if section else "",
        area=area_named(area, corpus) if area else "",
        since=parse_since(since, datetime.now(ZoneInfo(zone)).date()) if since else None,
    )
