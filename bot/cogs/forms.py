"""Submitted forms, and controls that nobody knows any more.

discord.py hands a form only to the object that opened it, which a restart takes away; this listener reads every submission
from the raw event. A component whose id no control understands gets a sentence instead of "This interaction failed".
"""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.errors import NotFound
from bot.views import CONTROLS, FORMS
from bot.views.controls import Click
from bot.views.form import form_id, submitted_fields
from bot.views.permission import require
from bot.views.respond import guarded


class Forms(commands.Cog):
    """Receives what discord.py would drop."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Click) -> None:
        """Save a form, or say that a control is gone."""
        if interaction.type is discord.InteractionType.modal_submit:
            async with guarded(interaction):
                await _submit(interaction)
        elif interaction.type is discord.InteractionType.component and not _known(form_id(interaction)):
            async with guarded(interaction):
                raise NotFound("no control has this id")


async def _submit(interaction: Click) -> None:
    name = form_id(interaction)
    for form in FORMS:
        match = re.fullmatch(form.template, name)
        if match is not None:
            await require(interaction, form.audience)
            await form.save(interaction, match, submitted_fields(interaction))
            return
    raise NotFound("no form has this id")


def _known(custom_id: str) -> bool:
    return any(control.__discord_ui_compiled_template__.fullmatch(custom_id) for control in CONTROLS)
