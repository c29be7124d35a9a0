"""From an interaction to what its handler needs: the stages, and who is acting where.

Discord types the client of an interaction loosely; this is the one place that narrows it.

How often members and servers may ask, so that one of them cannot use up the bot for the others.

Two fixed windows of a minute (discord.py's own cooldowns), held in memory. Whoever is over the limit is told once a window
where that would be a message in a channel, and always where only they can see it.

Sending to Discord so that nothing a member did is answered twice, and no failure goes untold.

Whatever goes wrong inside ``guarded`` becomes one kind sentence and a reference number for the member, and a
traceback under that number in the log. What Discord itself refuses because the moment has passed is logged in one line.

Who may do what, checked when it is done: on every command, control, form and autocomplete.

Discord's own switches (``default_permissions``, Server Settings › Integrations) only hide commands and can be set by a server as it
likes; a button outlives the role of whoever sees it. So what counts is what Discord says of the acting member with this very interaction.

Saying that cases have changed, so that cards elsewhere are redrawn and members are told.

An event of the client's own, like Discord's; ``cogs.review_channel`` listens. Whoever sends it does not wait for what follows.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, assert_never, runtime_checkable

import aiohttp
import discord
from discord.app_commands import Cooldown

from bot.bootstrap.stages import Stages
from bot.cases.case import Actor
from bot.config import LimitsConfig
from bot.errors import InputError, KnowledgeError, NotAllowed, NotFound, NotSaved, StorageError
from bot.exts.kit.panel import Panel, Tone, notice
from bot.feedback.question_log import Asker, StoredAnswer
from bot.storage.tables import DIRECT_MESSAGES

_WINDOW = 60.0
_MOST_HELD = 20_000


@dataclass(frozen=True, slots=True)
class LimitReached:
    """The limit is reached."""

    seconds: float
    """Until the next question is taken."""
    first: bool
    """Whether this is the first refusal in this window."""

    @property
    def text(self) -> str:
        """What to tell the member."""
        return f"That is a lot in one minute. Please try again in {max(1, round(self.seconds))} seconds."


PRESSES_FOR_A_QUESTION = 5
"""Buttons and selects cost less than questions; this many of them count as one."""


class RateLimit:
    """Counts by member and by server: questions, or with a ``factor`` what is done more often."""

    def __init__(self, config: LimitsConfig, factor: int = 1) -> None:
        self._member = factor * config.member_per_minute
        self._guild = factor * config.guild_per_minute
        self._windows: dict[tuple[str, int], Cooldown] = {}
        self._told: dict[tuple[str, int], float] = {}

    def refuse(self, guild_id: int, member_id: int, now: float) -> LimitReached | None:
        """Count one; return a refusal when it is one too many.

        Args:
            guild_id: the server, or 0 in direct messages, which have the member's limit only.
            member_id: who asks.
            now: seconds on a monotonic clock.
        """
        keys = [(("member", member_id), self._member)]
        if guild_id:
            keys.append((("guild", guild_id), self._guild))
        for key, rate in keys:
            retry_after = self._window(key, rate, now).update_rate_limit(now)
            if retry_after is not None:
                first = self._told.get(key, -_WINDOW) + _WINDOW <= now
                self._told[key] = now if first else self._told[key]
                return LimitReached(retry_after, first)
        return None

    def _window(self, key: tuple[str, int], rate: int, now: float) -> Cooldown:
        if key not in self._windows and len(self._windows) >= _MOST_HELD:
            self._forget_idle(now)
        return self._windows.setdefault(key, Cooldown(rate, _WINDOW))

    def _forget_idle(self, now: float) -> None:
        self._windows = {key: window for key, window in self._windows.items() if window.get_tokens(now) < window.rate}
        self._told = {key: at for key, at in self._told.items() if at + _WINDOW > now}


@runtime_checkable
class HoldsStages(Protocol):
    """A Discord client that was given the stages."""

    stages: Stages
    presses: RateLimit
    """Counts buttons and selects."""


def stages_of(interaction: discord.Interaction[discord.Client]) -> Stages:
    """Return the stages of the bot that received an interaction."""
    return _bot(interaction).stages


def presses_of(interaction: discord.Interaction[discord.Client]) -> RateLimit:
    """Return the limit on buttons and selects; forms have none, since what was typed would be lost."""
    return _bot(interaction).presses


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


async def answer_of_control(interaction: discord.Interaction[discord.Client], answer_id: str) -> StoredAnswer:
    """Return the answer that a control belongs to.

    Raises:
        NotFound: this server has no such answer.
    """
    return await stages_of(interaction).question_log.find(answer_id, guild_of(interaction))


_log = logging.getLogger(__name__)

NO_MENTIONS = discord.AllowedMentions.none()
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError, json.JSONDecodeError)
"""What sending can raise: discord.py lets connection resets and broken JSON through as they are."""

_UNKNOWN_INTERACTION = 10062
_ALREADY_ACKNOWLEDGED = 40060
_TOKEN_EXPIRED = (50027, 10015)


async def respond(interaction: discord.Interaction[discord.Client], panel: Panel, *, private: bool) -> None:
    """Send a message as the answer to an interaction, whether or not it was acknowledged before."""
    if not interaction.response.is_done():
        await interaction.response.send_message(view=panel, ephemeral=private, allowed_mentions=NO_MENTIONS)
    else:
        await interaction.followup.send(view=panel, ephemeral=private, allowed_mentions=NO_MENTIONS)


async def acknowledge(interaction: discord.Interaction[discord.Client], *, private: bool) -> None:
    """Tell Discord within its three seconds that an answer will come."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=private, thinking=True)


@asynccontextmanager
async def guarded(interaction: discord.Interaction[discord.Client]) -> AsyncIterator[None]:
    """Turn whatever is raised in the block into a reply for the member and a line in the log."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the boundary: nothing above this could tell the member
        await report_error(interaction, error)


async def report_error(interaction: discord.Interaction[discord.Client], error: Exception) -> None:
    """Tell the member what went wrong, in a sentence, and the log all of it."""
    code = error.code if isinstance(error, discord.HTTPException) else None
    if code == _ALREADY_ACKNOWLEDGED:
        return  # a retried request had arrived the first time
    if code == _UNKNOWN_INTERACTION or code in _TOKEN_EXPIRED:
        age = (discord.utils.utcnow() - interaction.created_at).total_seconds()
        _log.warning("interaction %s was %.1f s old when it was answered; Discord no longer accepts it", interaction.id, age)
        return
    try:
        await respond(interaction, failure_notice(error), private=True)
    except UNREACHABLE as failure:
        _log.warning("interaction %s: the error could not be told to the member (%s)", interaction.id, failure)


def failure_notice(error: Exception) -> Panel:
    """Log an error, and return what the member is told of it."""
    return notice(*_told(error))


def _told(error: Exception) -> tuple[str, Tone]:
    match error:
        case NotFound():
            return "That is no longer available here: it may have been deleted, or it belongs to another server.", Tone.NONE
        case KnowledgeError() | NotAllowed():
            return str(error), Tone.FAULT
        case InputError():
            return str(error), Tone.UNSURE
        case NotSaved():
            return f"I could not save that, and nothing was stored. Please try again in a minute. Reference: {_logged(error)}", Tone.FAULT
        case _:
            return (
                f"Something went wrong on my side, and I am sorry. If it happens again, tell a moderator this reference: {_logged(error)}",
                Tone.FAULT,
            )


def _logged(error: Exception) -> str:
    """Log an error with its traceback and return the number under which it is found."""
    reference = secrets.token_hex(4)
    _log.error("reference %s: %s", reference, type(error).__name__, exc_info=error)
    return reference


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


def cases_changed(interaction: discord.Interaction[discord.Client]) -> None:
    """Say that something about some case is different now."""
    interaction.client.dispatch("cases_changed")
