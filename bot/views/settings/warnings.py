"""What would keep the bot from doing what a server's settings say, told where they are shown."""

from __future__ import annotations

import discord

from bot.guilds.settings import GuildSettings


def warnings_for(settings: GuildSettings, guild: discord.Guild | None) -> tuple[str, ...]:
    """Return a sentence for each chosen channel that the bot cannot use."""
    if guild is None:
        return ()
    posts = frozenset() if settings.review_channel_id is None else frozenset({settings.review_channel_id})
    told = [_warning(guild, channel_id) for channel_id in sorted(posts | settings.forum_channels)]
    return tuple(text for text in told if text)


def _warning(guild: discord.Guild, channel_id: int) -> str:
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        return f"<#{channel_id}> is gone, or hidden from me. Please choose another channel, or give me View Channel there."
    may = channel.permissions_for(guild.me)
    in_posts = isinstance(channel, discord.Thread | discord.ForumChannel)
    if may.view_channel and (may.send_messages_in_threads if in_posts else may.send_messages):
        return ""
    needed = "Send Messages in Threads" if in_posts else "Send Messages"
    return f"I may not write in <#{channel_id}>. Please give me View Channel and {needed} there."
