"""What owners and administrators do: /admin reload, and /settings. Permission is checked when the command runs."""

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
_NOT_ADMINISTRATOR = "Only members who may manage this server can change its settings."


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


class Settings(commands.Cog):
    """What a server decides for itself."""

    @app_commands.command(name="settings", description="Show or change this server's settings")
    @app_commands.describe(vote_controls="Whether answers carry the buttons Helpful and Not helpful")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def settings(self, interaction: Click, vote_controls: bool | None = None) -> None:
        """Show the settings, or change what is given."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            guilds = stages_of(interaction).guilds
            if interaction.guild_id is None or not interaction.permissions.manage_guild:
                await respond(interaction, notice(_NOT_ADMINISTRATOR, Tone.FAULT), private=True)
                return
            if vote_controls is not None:
                await guilds.show_vote_controls(interaction.guild_id, vote_controls)
            held = await guilds.settings(interaction.guild_id)
            await respond(
                interaction, notice(f"Vote controls under answers: **{'shown' if held.vote_controls else 'hidden'}**"), private=True
            )
