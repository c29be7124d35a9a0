"""The settings of a server on one message: what holds now, and selects for everything that is a choice of roles or channels.

What is a word or a number is changed by the options of /settings.
"""

from __future__ import annotations

import discord

from bot.config import Config
from bot.guilds.settings import MOST_CHANNELS, MOST_ROLES, DigestRhythm, GuildSettings
from bot.views.panel import Block, Panel, Tone, rule
from bot.views.settings.warnings import warnings_for
from bot.views.text import escape, percent

_ANSWERS = "Channels where I may answer (none chosen: all)"
_FORUMS = "Forums where I answer new posts by myself"
RHYTHMS = {DigestRhythm.OFF: "Off", DigestRhythm.DAILY: "Every day", DigestRhythm.WEEKLY: "Every Monday"}
_TALK = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum, discord.ChannelType.voice]
_POST = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.public_thread, discord.ChannelType.private_thread]


def settings_panel(settings: GuildSettings, config: Config, guild: discord.Guild | None) -> Panel:
    """Return the settings of a server with the selects that change them.

    Args:
        settings: what the server has decided.
        config: what holds where it has decided nothing.
        guild: the server as Discord shows it to the bot, for what it may do there.
    """
    warnings = warnings_for(settings, guild)
    blocks: list[Block] = [
        "### Settings of this server",
        _words(settings, config),
        "\n".join(f"**Please mend:** {warning}" for warning in warnings),
        rule(),
        "-# Choose below; an emptied list means nobody, nowhere or everywhere, as it says above. "
        "Words and numbers are options of `/settings`. Every change is in `/review audit`.",
        _row(_roles(settings, guild)),
        _row(_channel_select("Review channel", "settings:review-channel", _POST, _there(_review(settings), guild), most=1)),
        _row(_channel_select(_ANSWERS, "settings:answer-channels", _TALK, _there(settings.answer_channels, guild))),
        _row(_channel_select(_FORUMS, "settings:forums", [discord.ChannelType.forum], _there(settings.forum_channels, guild))),
    ]
    return Panel(blocks, Tone.FAULT if warnings else Tone.LIKELY)


def _words(settings: GuildSettings, config: Config) -> str:
    return "\n".join(
        (
            f"**Moderators** everybody with Manage Messages{_and_roles(settings)}",
            f"**Review channel** {_channels(_review(settings), 'none: nothing is posted')}",
            f"**Digest** {_digest(settings)}",
            f"**Time zone** {escape(settings.time_zone)}",
            f"**Answers in** {_channels(settings.answer_channels, 'every channel')}",
            f"**Forums answered by itself** {_channels(settings.forum_channels, 'none')}"
            + (f", from a confidence of {percent(settings.forum_threshold)} on" if settings.forum_channels else ""),
            f"**Answers from a confidence of** {_threshold(settings, config)}",
            f"**Vote controls under answers** {'shown' if settings.vote_controls else 'hidden'}",
            f"**Feedback is kept for** {_days(settings, config)}",
        )
    )


def _and_roles(settings: GuildSettings) -> str:
    return "".join(f", <@&{role}>" for role in sorted(settings.moderator_roles))


def _review(settings: GuildSettings) -> frozenset[int]:
    return frozenset() if settings.review_channel_id is None else frozenset({settings.review_channel_id})


def _channels(ids: frozenset[int], nothing: str) -> str:
    return ", ".join(f"<#{channel}>" for channel in sorted(ids)) or nothing


def _digest(settings: GuildSettings) -> str:
    match settings.digest:
        case DigestRhythm.OFF:
            return "off"
        case DigestRhythm.DAILY:
            when = f"daily at {settings.digest_hour}:00"
        case DigestRhythm.WEEKLY:
            when = f"Mondays at {settings.digest_hour}:00"
    return when if settings.review_channel_id else f"{when}, once there is a review channel"


def _threshold(settings: GuildSettings, config: Config) -> str:
    if settings.answer_threshold is None:
        return f"{percent(config.answering.answers_from)}, as the operator set it"
    return percent(settings.answer_threshold)


def _days(settings: GuildSettings, config: Config) -> str:
    most = config.privacy.feedback_days
    if settings.feedback_days is None or settings.feedback_days >= most:
        return f"{most:g} days, as the operator set it"
    return f"{settings.feedback_days} days"


Row = discord.ui.ActionRow[discord.ui.LayoutView]


def _row(
    select: discord.ui.RoleSelect[discord.ui.LayoutView] | discord.ui.ChannelSelect[discord.ui.LayoutView],
) -> Row:
    return discord.ui.ActionRow(select)


def _there(channels: frozenset[int], guild: discord.Guild | None) -> frozenset[int]:
    """Return the channels that still are there; Discord does not take others as chosen."""
    return frozenset(channel for channel in channels if guild is not None and guild.get_channel_or_thread(channel) is not None)


def _roles(settings: GuildSettings, guild: discord.Guild | None) -> discord.ui.RoleSelect[discord.ui.LayoutView]:
    there = [role for role in sorted(settings.moderator_roles) if guild is not None and guild.get_role(role) is not None]
    return discord.ui.RoleSelect(
        placeholder="Roles that moderate, beside Manage Messages",
        custom_id="settings:roles",
        min_values=0,
        max_values=MOST_ROLES,
        default_values=[discord.Object(role, type=discord.Role) for role in there],
    )


def _channel_select(
    placeholder: str, custom_id: str, types: list[discord.ChannelType], chosen: frozenset[int], most: int = MOST_CHANNELS
) -> discord.ui.ChannelSelect[discord.ui.LayoutView]:
    return discord.ui.ChannelSelect(
        placeholder=placeholder,
        custom_id=custom_id,
        channel_types=types,
        min_values=0,
        max_values=most,
        default_values=[discord.Object(channel, type=discord.abc.GuildChannel) for channel in sorted(chosen)],
    )
