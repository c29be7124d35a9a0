"""From an interaction to what its handler needs: the stages, and who is acting where.

Discord types the client of an interaction loosely; this is the one place that narrows it.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import discord

from bot.feedback.question_log import Asker
from bot.review.case import Actor
from bot.stages import Stages
from bot.storage.tables import DIRECT_MESSAGES
from bot.views.rate_limit import RateLimit
from bot.views.review.open_cards import OpenCards


@runtime_checkable
class HoldsStages(Protocol):
    """A Discord client that was given the stages."""

    stages: Stages
    presses: RateLimit
    """Counts buttons and selects."""
    open_cards: OpenCards
    """The cases that moderators have on their screens."""


def stages_of(interaction: discord.Interaction[discord.Client]) -> Stages:
    """Return the stages of the bot that received an interaction."""
    return _bot(interaction).stages


def presses_of(interaction: discord.Interaction[discord.Client]) -> RateLimit:
    """Return the limit on buttons and selects; forms have none, since what was typed would be lost."""
    return _bot(interaction).presses


def open_cards_of(interaction: discord.Interaction[discord.Client]) -> OpenCards:
    """Return the cases that moderators have on their screens."""
    return _bot(interaction).open_cards


def _bot(interaction: discord.Interaction[discord.Client]) -> HoldsStages:
    client = interaction.client
    if not isinstance(client, HoldsStages):
        raise TypeError("the client holds no stages; build it with bot.client.FaqBot")
    return client


def guild_of(interaction: discord.Interaction[discord.Client]) -> int:
    """Return the id of the server an interaction comes from, or that of direct messages.

    A member who has installed the bot for themselves brings it into servers that have not. Nothing there is that server's:
    it counts as a direct message, and none of the server's settings, data or moderators are involved, whoever presses a button.
    """
    guild_id = interaction.guild_id
    if guild_id is None or (not interaction.is_guild_integration() and interaction.client.get_guild(guild_id) is None):
        return DIRECT_MESSAGES
    return guild_id


def in_server(interaction: discord.Interaction[discord.Client]) -> bool:
    """Return whether an interaction comes from a server that has the bot, so that it has settings and moderators."""
    return guild_of(interaction) != DIRECT_MESSAGES


def member_hash(interaction: discord.Interaction[discord.Client]) -> str:
    """Return the name under which the acting member is stored here."""
    return stages_of(interaction).hasher.hash(guild_of(interaction), interaction.user.id)


def asker_of(interaction: discord.Interaction[discord.Client]) -> Asker:
    """Return who is asking, and where."""
    return Asker(guild_of(interaction), interaction.channel_id or 0, member_hash(interaction))


def actor_of(interaction: discord.Interaction[discord.Client]) -> Actor:
    """Return which moderator acts, where, and by which interaction."""
    return Actor(guild_of(interaction), interaction.user.id, interaction.id)


def conversation_of(interaction: discord.Interaction[discord.Client]) -> tuple[int, ...]:
    """Return the key of the conversation that an interaction is part of."""
    return (interaction.channel_id or 0, interaction.user.id)


def channel_ids(channel: object) -> tuple[int, ...]:
    """Return the id of a channel, and for a thread also that of the channel it belongs to."""
    if isinstance(channel, discord.Thread):
        return (channel.id, channel.parent_id)
    return (channel.id,) if isinstance(channel, discord.abc.Snowflake) else ()
