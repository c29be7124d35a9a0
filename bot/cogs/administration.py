"""What owners do: /admin reload. Permission is checked when the command runs."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.corpus.problems import Severity
from bot.views.access import stages_of
from bot.views.controls import Click
from bot.views.panel import Tone, notice
from bot.views.respond import acknowledge, guarded, respond
from bot.views.text import escape

_NOT_OWNER = "Only the owner of this bot can do that."


@app_commands.default_permissions(administrator=True)
class Administration(commands.GroupCog, group_name="admin", group_description="For the owner of this bot"):
    """Takes up changed knowledge while the bot is serving."""

    def __init__(self, bot: commands.Bot) -> None:
        self.bot = bot

    @app_commands.command(name="reload", description="Read the knowledge folder again")
    async def reload(self, interaction: Click) -> None:
        """Reload the knowledge, for an owner."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            if not await self.bot.is_owner(interaction.user):
                await respond(interaction, notice(_NOT_OWNER, Tone.FAULT), private=True)
                return
            reload = await stages_of(interaction).knowledge.reload()
            state = f"now {reload.after}" if reload.changed else f"unchanged ({reload.after})"
            warnings = sum(problem.severity is Severity.WARNING for problem in reload.problems)
            text = f"Reloaded: {reload.sections} sections, fingerprint {escape(state)}."
            await respond(
                interaction, notice(text + (f" {warnings} warnings are in the log." if warnings else ""), Tone.SURE), private=True
            )
