"""/settings: what a server decides for itself, as a checklist that says what is missing. For administrators, checked when it runs.

What is a choice of roles or channels is a select, each of which replaces one list; what is a word or a number is an option of the command.
Permissions are computed from what Discord says of the bot's roles and the channel's rules; nothing is posted to try them.
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
from bot.exts.kit.panel import Block, Button, Panel, Tone, button, choices_of, escape, notice, percent, rows, rule, with_channels
from bot.exts.review.previews import send_threshold, threshold_text
from bot.guilds.settings import (
    LONGEST_PLACES,
    MOST_CHANNELS,
    MOST_ROLES,
    DigestRhythm,
    GuildSettings,
    check_settings,
    zone_named,
    zones_like,
)
from bot.query.message import storable
from bot.texts import ask as ask_texts
from bot.texts import settings as texts

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


RHYTHMS = {rhythm: texts.RHYTHMS[rhythm] for rhythm in DigestRhythm}
_MOST_SHOWN = 4
_MOST_LISTED = 25


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the checklist of a server."""

    name: str
    done: bool
    text: str
    """What holds, or what is missing."""


def checklist(settings: GuildSettings, guild: discord.Guild | None) -> tuple[Step, ...]:
    """What a server decides on its first day, in the order in which it matters.

    Args:
        settings: what the server has decided.
        guild: the server as Discord shows it to the bot.
    """
    moderated = bool(settings.moderator_roles) or guild is None or any(map(_moderates, guild.roles))
    roles = texts.and_roles([f"<@&{role}>" for role in sorted(settings.moderator_roles)])
    review = settings.review_channel_id
    digests = settings.digest is not DigestRhythm.OFF
    when = texts.digest(settings.digest, settings.digest_hour) if digests else texts.DIGEST_OFF
    permitted = not permission_problems(settings, guild)
    where = texts.answers(_named(settings.answer_channels), _named(settings.forum_channels), percent(settings.forum_threshold))
    return (
        Step(texts.MODERATORS, moderated, roles if moderated else texts.NO_MODERATORS),
        _review_step(review, guild),
        Step(texts.DIGEST, digests and review is not None, texts.DIGEST_WAITS if digests and review is None else when),
        Step(texts.ANSWERS, True, where),
        Step(texts.PERMISSIONS, permitted, texts.PERMITTED if permitted else texts.MISSING),
    )


def _review_step(channel_id: int | None, guild: discord.Guild | None) -> Step:
    if channel_id is None:
        return Step(texts.CHANNEL, done=False, text=texts.NO_CHANNEL)
    public = _public_review(channel_id, guild)
    return Step(texts.CHANNEL, not public, public or f"<#{channel_id}>")


def _public_review(channel_id: int | None, guild: discord.Guild | None) -> str:
    """That whoever is in the server reads the cases; "" where only some do."""
    channel = None if guild is None or channel_id is None else guild.get_channel_or_thread(channel_id)
    if channel is None or (isinstance(channel, discord.Thread) and channel.is_private()):
        return ""
    seen_by_all = channel.permissions_for(channel.guild.default_role).view_channel
    return f"<#{channel_id}> {texts.PUBLIC_CHANNEL}" if seen_by_all else ""


def _moderates(role: discord.Role) -> bool:
    """Whether a role that people hold lets its members moderate."""
    return not role.managed and (role.permissions.manage_messages or role.permissions.administrator)


def _named(ids: frozenset[int]) -> list[str]:
    return [f"<#{channel}>" for channel in sorted(ids)]


def permission_problems(settings: GuildSettings, guild: discord.Guild | None, *, public: bool = False) -> tuple[str, ...]:
    """A sentence for each channel in which the bot lacks what it needs: to post cases, to answer mentions, to answer forum posts.

    Args:
        settings: what the server has decided; what it chose, the bot must be able to use.
        guild: the server as Discord shows it to the bot.
        public: whether all channels count in which everybody can write, where none were chosen; a server may keep the bot out of some.
    """
    if guild is None:
        return ()
    review = frozenset() if settings.review_channel_id is None else frozenset({settings.review_channel_id})
    everywhere = frozenset(channel.id for channel in guild.text_channels if _is_public(channel)) if public else frozenset[int]()
    needed = sorted(review | (settings.answer_channels or everywhere) | settings.forum_channels)
    found = [_problem(guild, channel_id, replies=channel_id not in review) for channel_id in needed]
    return tuple(text for text in found if text)


def _is_public(channel: discord.TextChannel) -> bool:
    may = channel.permissions_for(channel.guild.default_role)
    return may.view_channel and may.send_messages


def _problem(guild: discord.Guild, channel_id: int, *, replies: bool) -> str:
    """What is missing in a channel; a reply needs to read what it replies to."""
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        return texts.gone(f"<#{channel_id}>")
    may = channel.permissions_for(guild.me)
    in_posts = isinstance(channel, discord.Thread | discord.ForumChannel)
    needed = (
        (texts.VIEW, may.view_channel),
        (texts.SEND_IN_THREADS if in_posts else texts.SEND, may.send_messages_in_threads if in_posts else may.send_messages),
        (texts.HISTORY, may.read_message_history or not replies),
    )
    lacking = [name for name, allowed in needed if not allowed]
    return texts.lacking(f"<#{channel_id}>", lacking) if lacking else ""


def settings_panel(settings: GuildSettings, config: Config, guild: discord.Guild | None) -> Panel:
    """The checklist and the settings of a server, with the selects that change them.

    Args:
        settings: what the server has decided.
        config: what holds where it has decided nothing.
        guild: the server as Discord shows it to the bot, for what it may do there.
    """
    steps, problems = checklist(settings, guild), permission_problems(settings, guild)
    missing = sum(not step.done for step in steps)
    lines = [texts.line(step.name, step.text, done=step.done) for step in steps]
    blocks: list[Block] = [
        "\n".join([texts.TITLE, texts.to_do(missing, len(steps)), *lines]),
        texts.problems(problems, _MOST_SHOWN) if problems else "",
        rule(),
        _others(settings, config),
        texts.HELP,
        *rows(
            ModeratorRoles.of(settings, guild),
            ReviewChannelSelect.of(settings, guild),
            AnswerChannels.of(settings, guild),
            ForumChannels.of(settings, guild),
            CheckPermissions.of(),
        ),
    ]
    return Panel(blocks, Tone.FAULT if problems else Tone.UNSURE if missing else Tone.SURE)


def _others(settings: GuildSettings, config: Config) -> str:
    threshold = threshold_text(settings.answer_threshold, config.answering.answers_from)
    votes = texts.SHOWN if settings.vote_controls else texts.HIDDEN
    elsewhere = with_channels(settings.other_places) or ask_texts.NOWHERE
    return texts.others(escape(settings.time_zone), threshold, votes, _days(settings, config), elsewhere)


def _review(settings: GuildSettings) -> frozenset[int]:
    return frozenset() if settings.review_channel_id is None else frozenset({settings.review_channel_id})


def _days(settings: GuildSettings, config: Config) -> str:
    most = config.privacy.feedback_days
    if settings.feedback_days is None or settings.feedback_days >= most:
        return texts.days(f"{most:g}") + texts.OPERATORS
    return texts.days(str(settings.feedback_days))


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
            placeholder=texts.ROLES_SELECT,
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

    placeholder = texts.CHANNEL_SELECT
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

    placeholder = texts.ANSWERS_SELECT
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

    placeholder = texts.FORUMS_SELECT
    types: ClassVar = [discord.ChannelType.forum]

    @classmethod
    def chosen_in(cls, settings: GuildSettings) -> frozenset[int]:
        """The forums."""
        return settings.forum_channels

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """Replace the forums."""
        return lambda settings: replace(settings, forum_channels=chosen)


class CheckPermissions(Control, template="settings:check"):
    """Checks what the bot may do in each channel that it needs."""

    audience = kit.Audience.ADMINISTRATOR

    @classmethod
    def of(cls) -> Button:
        """The button below the settings."""
        return button(texts.CHECK, cls.id_of())

    async def press(self, interaction: kit.Click) -> None:
        """Say what is missing, channel by channel."""
        await kit.acknowledge(interaction, private=True)
        settings = await kit.stages_of(interaction).guilds.settings(kit.guild_of(interaction))
        public = _public_review(settings.review_channel_id, interaction.guild)
        problems = (*([public] if public else []), *permission_problems(settings, interaction.guild, public=True))
        text = texts.problems(problems, _MOST_LISTED) + texts.MEANT if problems else texts.ALL_FINE
        await kit.send(interaction, notice(text, Tone.FAULT if problems else Tone.SURE), private=True)


async def _change(interaction: kit.Click, wanted: Wanted) -> None:
    """Save what is wanted and show what holds; a threshold is saved once its effect was looked at."""
    stages, guild_id = kit.stages_of(interaction), kit.guild_of(interaction)
    held = await stages.guilds.settings(guild_id)
    new = wanted.applied_to(held)
    check_settings(new)
    at_once = replace(wanted, answer_threshold=None)
    if at_once != Wanted():
        held = await stages.guilds.change(guild_id, interaction.user.id, at_once.applied_to)
    is_previewed = new.answer_threshold != held.answer_threshold
    if at_once != Wanted() or not is_previewed:
        await kit.send(interaction, settings_panel(held, stages.config, interaction.guild), private=True)
    if is_previewed:
        await send_threshold(interaction, wanted.answer_threshold or 0)


Percent = app_commands.Range[int, 0, 99]


class Settings(commands.Cog):
    """Shows and changes the settings of a server."""

    @app_commands.command(name="settings", description=texts.COMMAND)
    @app_commands.describe(**texts.OPTIONS, other_places=ask_texts.OTHER_PLACES_OPTION)
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
            await _change(interaction, wanted)

    @settings.autocomplete("time_zone")
    async def zones(self, interaction: kit.Click, typed: str) -> list[app_commands.Choice[str]]:
        """Offer time zones, to administrators."""
        if not await kit.belongs(interaction, kit.Audience.ADMINISTRATOR):
            return []
        return [app_commands.Choice(name=zone, value=zone) for zone in zones_like(typed)]
