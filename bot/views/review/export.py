"""Handing out cases as files: what the filter shows, small enough for the server's upload limit."""

from __future__ import annotations

import io

import discord

from bot.errors import NotAllowed
from bot.review.export_formats import ExportFormat
from bot.review.exports import ExportRequest
from bot.views.access import actor_of, guild_of, stages_of
from bot.views.controls import Click
from bot.views.permission import Audience, belongs
from bot.views.respond import NO_MENTIONS
from bot.views.review.filters import Choice
from bot.views.review.words import cases

_RESERVE = 64 * 1024
"""Bytes of a request that are not the file."""
_IDENTITIES = "Only administrators can export who said what. Leave that option out, and the export has no member in it."


async def send_export(interaction: Click, choice: Choice, file_format: ExportFormat, *, identities: bool) -> None:
    """Send the cases that a choice lets through to the moderator alone, one message for each file, after an acknowledgement.

    Raises:
        NotAllowed: identities were asked for by somebody who is no administrator.
    """
    if identities and not await belongs(interaction, Audience.ADMINISTRATOR):
        raise NotAllowed(_IDENTITIES)
    stages = stages_of(interaction)
    zone = (await stages.guilds.settings(guild_of(interaction))).time_zone
    filters = choice.filters(stages.knowledge.engine, interaction.user.id, zone)
    limit = interaction.filesize_limit - _RESERVE
    request = ExportRequest(guild_of(interaction), filters, file_format, limit, identities=identities, actor=actor_of(interaction))
    export = await stages.review.exports.write(request)
    for number, file in enumerate(export.files, start=1):
        part = f" (file {number} of {len(export.files)})" if len(export.files) > 1 else ""
        await interaction.followup.send(
            f"{cases(export.rows)}{part}. Please keep this file as carefully as the members' words in it.",
            file=discord.File(io.BytesIO(file.content), file.name, description="Exported review cases"),
            ephemeral=True,
            allowed_mentions=NO_MENTIONS,
        )
