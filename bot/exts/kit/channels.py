"""Where the bot speaks: which channels a server wants its answers in, and messages that answer no interaction."""

from __future__ import annotations

from typing import TypeVar

import discord
from discord import app_commands

from bot.errors import StorageError
from bot.exts.kit.interaction import NO_MENTIONS, Click, guild_of, in_server, stages_of
from bot.exts.kit.panel import Panel
from bot.exts.kit.reach import tried_twice

_Command = TypeVar("_Command")


def everywhere(command: _Command) -> _Command:
    """Let a command be used in servers, direct messages and group chats, and be installed by members for themselves."""
    installed = app_commands.allowed_installs(guilds=True, users=True)
    reached = app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    return reached(installed(command))


def channel_ids(channel: object) -> tuple[int, ...]:
    """The id of a channel, and for a thread also that of the channel it belongs to."""
    if isinstance(channel, discord.Thread):
        return (channel.id, channel.parent_id)
    return (channel.id,) if isinstance(channel, discord.abc.Snowflake) else ()


async def channels_instead(interaction: Click) -> str:
    """Links to the channels in which the server wants the bot's answers; "" where this is one of them, or all are."""
    if not in_server(interaction):
        return ""
    try:
        settings = await stages_of(interaction).guilds.settings(guild_of(interaction))
    except StorageError:
        return ""  # answers go on without the database
    if settings.may_answer_in(*channel_ids(interaction.channel)):
        return ""
    return ", ".join(f"<#{channel}>" for channel in sorted(settings.answer_channels))


async def post(
    channel: discord.abc.Messageable, panel: Panel, *, nonce: int | str, reply_to: discord.Message | None = None
) -> discord.Message:
    """Send a message that answers no interaction; a reply pings nobody.

    Args:
        channel: where to.
        panel: the message.
        nonce: of this very message; sent twice within some minutes, Discord takes it once.
        reply_to: what it replies to.

    Raises:
        UNREACHABLE: Discord refused it, or failed twice, or too slowly.
    """
    return await tried_twice(lambda: _send(channel, panel, nonce, reply_to))


async def _send(channel: discord.abc.Messageable, panel: Panel, nonce: int | str, reply_to: discord.Message | None) -> discord.Message:
    if reply_to is None:
        return await channel.send(view=panel, allowed_mentions=NO_MENTIONS, nonce=nonce)
    return await channel.send(view=panel, allowed_mentions=NO_MENTIONS, nonce=nonce, reference=reply_to, mention_author=False)
