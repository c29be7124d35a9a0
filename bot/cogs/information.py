"""/help and /about."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cogs.lookup import everywhere
from bot.views.access import stages_of
from bot.views.controls import Click
from bot.views.information import about_panel, help_panel
from bot.views.respond import guarded, respond


class Information(commands.Cog):
    """Says how to use the bot, and what it is."""

    @app_commands.command(name="help", description="How to ask, and what happens to your question")
    @everywhere
    async def help(self, interaction: Click) -> None:
        """Show how to ask."""
        async with guarded(interaction):
            user = interaction.client.user
            await respond(interaction, help_panel(user.mention if user else "@me"), private=True)

    @app_commands.command(name="about", description="Version, knowledge, fingerprint and license of this bot")
    @everywhere
    async def about(self, interaction: Click) -> None:
        """Show what this bot is."""
        async with guarded(interaction):
            stages = stages_of(interaction)
            source_url = stages.config.discord.source_url
            await respond(interaction, about_panel(stages.knowledge.engine, len(interaction.client.guilds), source_url), private=True)
