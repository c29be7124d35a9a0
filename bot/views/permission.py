"""Who may do what, checked when it is done: on every command, control, form and autocomplete.

Discord's own switches (``default_permissions``, Server Settings › Integrations) only hide commands and can be set by a server as it
likes; a button outlives the role of whoever sees it. So what counts is what Discord says of the acting member with this very interaction.
"""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

import discord

from bot.errors import NotAllowed, StorageError
from bot.views.access import channel_ids, guild_of, in_server, stages_of

_NO_SERVER = "That works in a server only, and only where I was added to it."


class Audience(StrEnum):
    """For whom something is."""

    EVERYONE = "everyone"
    SERVER_MEMBER = "server member"
    """Whoever acts in a server that has the bot, not in a direct message."""
    MODERATOR = "moderator"
    """Manage Messages, or a role that the server has made a moderators' role."""
    ADMINISTRATOR = "administrator"
    """Manage Server."""


async def require(interaction: discord.Interaction[discord.Client], audience: Audience) -> None:
    """Pass whoever belongs to an audience.

    Raises:
        NotAllowed: with the sentence for everybody else.
    """
    if not await belongs(interaction, audience):
        raise NotAllowed(_refusal(audience) if in_server(interaction) else _NO_SERVER)


async def belongs(interaction: discord.Interaction[discord.Client], audience: Audience) -> bool:
    """Return whether the acting member belongs to an audience, as Discord sees them now.

    Where the bot is not in the server, everybody is one of everyone: their permissions there say nothing about direct messages.
    """
    if audience is Audience.EVERYONE:
        return True
    if not in_server(interaction):
        return False
    match audience:
        case Audience.SERVER_MEMBER:
            return True
        case Audience.ADMINISTRATOR:
            return interaction.permissions.manage_guild
        case Audience.MODERATOR:
            return interaction.permissions.manage_messages or await _has_moderator_role(interaction)
        case _:
            assert_never(audience)


async def require_channel(interaction: discord.Interaction[discord.Client]) -> None:
    """Pass a question that is asked where the server lets the bot answer.

    Raises:
        NotAllowed: with where to ask instead.
    """
    others = await channels_instead(interaction)
    if others:
        raise NotAllowed(f"I do not answer in this channel. Please ask me here: {others}")


async def channels_instead(interaction: discord.Interaction[discord.Client]) -> str:
    """Return links to the channels in which the server wants the bot's answers; "" where this is one of them, or all are."""
    if not in_server(interaction):
        return ""
    try:
        settings = await stages_of(interaction).guilds.settings(guild_of(interaction))
    except StorageError:
        return ""  # answers go on without the database
    if settings.may_answer_in(*channel_ids(interaction.channel)):
        return ""
    return ", ".join(f"<#{channel}>" for channel in sorted(settings.answer_channels))


async def _has_moderator_role(interaction: discord.Interaction[discord.Client]) -> bool:
    if not isinstance(interaction.user, discord.Member):
        return False
    settings = await stages_of(interaction).guilds.settings(guild_of(interaction))
    return any(interaction.user.get_role(role_id) is not None for role_id in settings.moderator_roles)


def _refusal(audience: Audience) -> str:
    match audience:
        case Audience.EVERYONE | Audience.SERVER_MEMBER:
            return _NO_SERVER
        case Audience.MODERATOR:
            return "That is for moderators of this server: members with the permission Manage Messages, or with a moderators' role."
        case Audience.ADMINISTRATOR:
            return "Only members who may manage this server can do that."
        case _:
            assert_never(audience)
