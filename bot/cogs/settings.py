"""/settings: what a server decides for itself. For administrators, checked when it runs."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.guilds.settings import DigestRhythm
from bot.guilds.time_zones import zones_like
from bot.views.access import guild_of, stages_of
from bot.views.choices import choices_of
from bot.views.controls import Click, begin
from bot.views.permission import Audience, belongs
from bot.views.respond import guarded, respond
from bot.views.settings.panel import RHYTHMS, settings_panel
from bot.views.settings.wanted import Wanted

Percent = app_commands.Range[int, 0, 99]


class Settings(commands.Cog):
    """Shows and changes the settings of a server."""

    @app_commands.command(name="settings", description="Show or change this server's settings")
    @app_commands.describe(
        vote_controls="Whether answers carry the buttons Helpful and Not helpful",
        digest="How often the review channel gets a summary",
        digest_hour="At which hour on this server's clock (0 to 23)",
        time_zone="Whose days and hours count, such as Europe/Paris",
        answer_threshold="From which confidence on I answer, in percent; 0 for the operator's",
        forum_threshold="From which confidence on I answer forum posts by myself, in percent",
        feedback_days="For how many days I keep what members write; 0 for the operator's",
    )
    @app_commands.choices(digest=choices_of(RHYTHMS))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def settings(
        self,
        interaction: Click,
        vote_controls: bool | None = None,
        digest: str | None = None,
        digest_hour: app_commands.Range[int, 0, 23] | None = None,
        time_zone: str | None = None,
        answer_threshold: Percent | None = None,
        forum_threshold: Percent | None = None,
        feedback_days: app_commands.Range[int, 0, 3650] | None = None,
    ) -> None:
        """Show the settings, after changing what is given."""
        async with guarded(interaction):
            await begin(interaction, Audience.ADMINISTRATOR)
            wanted = Wanted(
                vote_controls,
                DigestRhythm(digest) if digest else None,
                digest_hour,
                time_zone,
                answer_threshold,
                forum_threshold,
                feedback_days,
            )
            stages = stages_of(interaction)
            if wanted == Wanted():
                held = await stages.guilds.settings(guild_of(interaction))
            else:
                held = await stages.guilds.change(guild_of(interaction), interaction.user.id, wanted.applied_to)
            await respond(interaction, settings_panel(held, stages.config, interaction.guild), private=True)

    @settings.autocomplete("time_zone")
    async def zones(self, interaction: Click, typed: str) -> list[app_commands.Choice[str]]:
        """Offer time zones, to administrators."""
        if not await belongs(interaction, Audience.ADMINISTRATOR):
            return []
        return [app_commands.Choice(name=zone, value=zone) for zone in zones_like(typed)]
