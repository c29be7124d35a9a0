"""/settings: what a server decides for itself, shown with what would keep the bot from doing it. For administrators, checked when it runs.

What is a choice of roles or channels is a select, each of which replaces one list; what is a word or a number is an option of the command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.config import Config
from bot.exts.kit import interaction as kit
from bot.exts.kit.controls import Control, chosen_word, snowflake
from bot.exts.kit.panel import Block, Panel, Tone, choices_of, escape, percent, rows, rule, with_channels
from bot.guilds.settings import LONGEST_PLACES, MOST_CHANNELS, MOST_ROLES, DigestRhythm, GuildSettings, zone_named, zones_like
from bot.query.message import storable
from bot.texts import ask as texts


def warnings_for(settings: GuildSettings, guild: discord.Guild | None) -> tuple[str, ...]:
    """A sentence for each chosen channel that the bot cannot use."""
    if guild is None:
        return ()
    posts = frozenset() if settings.review_channel_id is None else frozenset({settings.review_channel_id})
    warnings = [_warning(guild, channel_id) for channel_id in sorted(posts | settings.forum_channels)]
    return tuple(text for text in warnings if text)


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


_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of the command; what is None stays as it is."""

    vote_controls: bool | None = None
    digest: DigestRhythm | None = None
    digest_hour: int | None = None
    time_zone: str | None = None
    answer_threshold: int | None = None
    """In percent; 0 means the operator's."""
    forum_threshold: int | None = None
    """In percent."""
    feedback_days: int | None = None
    """0 means the operator's."""
    other_places: str | None = None
    """"none" means nowhere."""

    def applied_to(self, now: GuildSettings) -> GuildSettings:
        """The settings with what is wanted."""
        return replace(
            now,
            vote_controls=_or(self.vote_controls, now.vote_controls),
            digest=_or(self.digest, now.digest),
            digest_hour=_or(self.digest_hour, now.digest_hour),
            time_zone=_or(self.time_zone, now.time_zone),
            answer_threshold=now.answer_threshold if self.answer_threshold is None else self.answer_threshold / 100 or None,
            forum_threshold=now.forum_threshold if self.forum_threshold is None else self.forum_threshold / 100,
            feedback_days=now.feedback_days if self.feedback_days is None else self.feedback_days or None,
            other_places=now.other_places if self.other_places is None else _places(self.other_places),
        )


def _places(typed: str) -> str:
    """What was typed, on one line; "" where it is a word for nowhere."""
    text = storable(" ".join(typed.split()))
    return "" if text.casefold() in ("none", "-") else text


def _or(wanted: _Value | None, now: _Value) -> _Value:
    return now if wanted is None else wanted


RHYTHMS = {DigestRhythm.OFF: "Off", DigestRhythm.DAILY: "Every day", DigestRhythm.WEEKLY: "Every Monday"}


def settings_panel(settings: GuildSettings, config: Config, guild: discord.Guild | None) -> Panel:
    """The settings of a server with the selects that change them.

    Args:
        settings: what the server has decided.
        config: what holds where it has decided nothing.
        guild: the server as Discord shows it to the bot, for what it may do there.
    """
    warnings = warnings_for(settings, guild)
    blocks: list[Block] = [
        "### Settings of this server",
        _words(settings, config),
        "\n".join(f"**Please fix:** {warning}" for warning in warnings),
        rule(),
        "-# Choose below; an emptied list means nobody, nowhere or everywhere, as it says above. "
        "Words and numbers are options of `/settings`. Every change is in `/review audit`.",
        *rows(
            ModeratorRoles.of(settings, guild),
            ReviewChannelSelect.of(settings, guild),
            AnswerChannels.of(settings, guild),
            ForumChannels.of(settings, guild),
        ),
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
            f"**{texts.OTHER_PLACES}** {with_channels(settings.other_places) or texts.NOWHERE}",
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


def _there(channels: frozenset[int], guild: discord.Guild | None) -> frozenset[int]:
    """The channels that still are there; Discord does not take others as chosen."""
    return frozenset(channel for channel in channels if guild is not None and guild.get_channel_or_thread(channel) is not None)


class SettingSelect(Control, template="(?!)"):
    """A select that replaces one list of roles or channels."""

    audience = kit.Audience.ADMINISTRATOR

    async def press(self, interaction: kit.Click) -> None:
        """Store the choice, and show what holds now."""
        await kit.acknowledge_edit(interaction)
        chosen = frozenset(snowflake(value) for value in self.all_chosen)
        stages = kit.stages_of(interaction)
        settings = await stages.guilds.change(kit.guild_of(interaction), interaction.user.id, self.decide(chosen))
        await kit.edit(interaction, settings_panel(settings, stages.config, interaction.guild))

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """The change that a choice of ids means."""
        raise NotImplementedError


class ModeratorRoles(SettingSelect, template="settings:roles"):
    """Roles whose members moderate."""

    @classmethod
    def of(cls, settings: GuildSettings, guild: discord.Guild | None) -> discord.ui.RoleSelect[discord.ui.LayoutView]:
        """The select, with what is chosen now."""
        there = [role for role in sorted(settings.moderator_roles) if guild is not None and guild.get_role(role) is not None]
        return discord.ui.RoleSelect(
            placeholder="Roles that moderate, beside Manage Messages",
            custom_id=cls.id_of(),
            min_values=0,
            max_values=MOST_ROLES,
            default_values=[discord.Object(role, type=discord.Role) for role in there],
        )

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """Replace the roles."""
        return lambda settings: replace(settings, moderator_roles=chosen)


class ChannelSetting(SettingSelect, template="(?!)"):
    """A select of channels."""

    placeholder = ""
    types: ClassVar[list[discord.ChannelType]] = []
    most = MOST_CHANNELS

    @classmethod
    def of(cls, settings: GuildSettings, guild: discord.Guild | None) -> discord.ui.ChannelSelect[discord.ui.LayoutView]:
        """The select, with what is chosen now."""
        return discord.ui.ChannelSelect(
            placeholder=cls.placeholder,
            custom_id=cls.id_of(),
            channel_types=cls.types,
            min_values=0,
            max_values=cls.most,
            default_values=[
                discord.Object(channel, type=discord.abc.GuildChannel) for channel in sorted(_there(cls.chosen_in(settings), guild))
            ],
        )

    @classmethod
    def chosen_in(cls, settings: GuildSettings) -> frozenset[int]:
        """The channels that are chosen."""
        raise NotImplementedError


class ReviewChannelSelect(ChannelSetting, template="settings:review-channel"):
    """The channel in which cases are posted."""

    placeholder = "Review channel"
    types: ClassVar = [
        discord.ChannelType.text,
        discord.ChannelType.news,
        discord.ChannelType.public_thread,
        discord.ChannelType.private_thread,
    ]
    most = 1

    @classmethod
    def chosen_in(cls, settings: GuildSettings) -> frozenset[int]:
        """The channel, if there is one."""
        return _review(settings)

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """Replace the channel."""
        return lambda settings: replace(settings, review_channel_id=next(iter(chosen), None))


class AnswerChannels(ChannelSetting, template="settings:answer-channels"):
    """The channels where the bot may answer."""

    placeholder = "Channels where I may answer (none chosen: all)"
    types: ClassVar = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum, discord.ChannelType.voice]

    @classmethod
    def chosen_in(cls, settings: GuildSettings) -> frozenset[int]:
        """The channels."""
        return settings.answer_channels

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """Replace the channels."""
        return lambda settings: replace(settings, answer_channels=chosen)


class ForumChannels(ChannelSetting, template="settings:forums"):
    """The forums where new posts are answered."""

    placeholder = "Forums where I answer new posts by myself"
    types: ClassVar = [discord.ChannelType.forum]

    @classmethod
    def chosen_in(cls, settings: GuildSettings) -> frozenset[int]:
        """The forums."""
        return settings.forum_channels

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """Replace the forums."""
        return lambda settings: replace(settings, forum_channels=chosen)


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
        other_places=texts.OTHER_PLACES_OPTION,
    )
    @app_commands.choices(digest=choices_of(RHYTHMS))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def settings(
        self,
        interaction: kit.Click,
        vote_controls: bool | None = None,
        digest: str | None = None,
        digest_hour: app_commands.Range[int, 0, 23] | None = None,
        time_zone: str | None = None,
        answer_threshold: Percent | None = None,
        forum_threshold: Percent | None = None,
        feedback_days: app_commands.Range[int, 0, 3650] | None = None,
        other_places: app_commands.Range[str, 1, LONGEST_PLACES] | None = None,
    ) -> None:
        """Show the settings, after changing what is given."""
        async with kit.guarded(interaction):
            await kit.acknowledge(interaction, private=True)
            await kit.admit(interaction, kit.Audience.ADMINISTRATOR)
            wanted = Wanted(
                vote_controls,
                chosen_word(digest, DigestRhythm) if digest else None,
                digest_hour,
                None if time_zone is None else zone_named(time_zone) or time_zone,
                answer_threshold,
                forum_threshold,
                feedback_days,
                other_places,
            )
            stages = kit.stages_of(interaction)
            if wanted == Wanted():
                held = await stages.guilds.settings(kit.guild_of(interaction))
            else:
                held = await stages.guilds.change(kit.guild_of(interaction), interaction.user.id, wanted.applied_to)
            await kit.send(interaction, settings_panel(held, stages.config, interaction.guild), private=True)

    @settings.autocomplete("time_zone")
    async def zones(self, interaction: kit.Click, typed: str) -> list[app_commands.Choice[str]]:
        """Offer time zones, to administrators."""
        if not await kit.belongs(interaction, kit.Audience.ADMINISTRATOR):
            return []
        return [app_commands.Choice(name=zone, value=zone) for zone in zones_like(typed)]
