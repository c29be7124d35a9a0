"""/privacy show, export and delete: members see and withdraw what they sent."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.views.access import guild_of, stages_of
from bot.views.controls import Click
from bot.views.privacy_panel import confirm_deletion_panel, export_bytes, own_data_panel
from bot.views.respond import NO_MENTIONS, acknowledge, guarded, respond


@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class Privacy(commands.GroupCog, group_name="privacy", group_description="What is stored about you"):
    """Shows, hands out and deletes a member's own data; always to the member alone."""

    @app_commands.command(name="show", description="What is stored about you, and for how long")
    async def show(self, interaction: Click) -> None:
        """Show the member's data and the rules."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            stages = stages_of(interaction)
            data = await stages.members.of(interaction.user.id)
            settings = await stages.guilds.settings(guild_of(interaction))
            await respond(interaction, own_data_panel(data, stages.config.privacy, settings.feedback_days), private=True)

    @app_commands.command(name="export", description="Everything that is stored about you, as a file")
    async def export(self, interaction: Click) -> None:
        """Hand out the member's data as JSON."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            content = export_bytes(await stages_of(interaction).members.of(interaction.user.id))
            file = discord.File(io.BytesIO(content), "my-data.json", description="Everything stored about you, as JSON")
            await interaction.followup.send("Everything that is stored about you:", file=file, ephemeral=True, allowed_mentions=NO_MENTIONS)

    @app_commands.command(name="delete", description="Delete what is stored about you")
    async def delete(self, interaction: Click) -> None:
        """Ask once more before deleting."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            data = await stages_of(interaction).members.of(interaction.user.id)
            await respond(interaction, confirm_deletion_panel(data), private=True)
