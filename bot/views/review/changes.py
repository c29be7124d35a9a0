"""Saying that cases have changed, so that cards elsewhere are redrawn and members are told.

An event of the client's own, like Discord's; ``cogs.review_channel`` listens. Whoever sends it does not wait for what follows.
"""

from __future__ import annotations

import discord


def cases_changed(interaction: discord.Interaction[discord.Client]) -> None:
    """Say that something about some case is different now."""
    interaction.client.dispatch("cases_changed")
