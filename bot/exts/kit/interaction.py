"""From an interaction to what its handler needs, and back to whoever acted: who they are, what they may do, and what they are sent.

This is the one place that narrows discord.py's loosely typed client, counts against the ``limits``, checks who may do what, and sends or
edits a message in answer to an interaction. Whatever is raised inside ``guarded`` becomes one kind sentence for the member, with a
reference number where the log has a traceback. Controls and forms are in ``controls``, the message itself in ``panel``.

Permission is checked when something is done: Discord's own switches (``default_permissions``, Server Settings › Integrations) only hide
commands and can be set by a server as it likes; a button outlives the role of whoever sees it. So what counts is what Discord says of the
acting member with this very interaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from typing import TypeVar, assert_never

import discord
from discord import app_commands

from bot.answering.outcome import DeliveryKey
from bot.bootstrap.stages import Stages
from bot.cases.case import Actor
from bot.errors import InputError, KnowledgeError, NotAllowed, NotFound, NotSaved
from bot.exts.kit.limits import Busy, Deliveries, RateLimit, TooOften, Workload
from bot.exts.kit.panel import Panel, Tone, notice
from bot.exts.kit.reach import UNREACHABLE, AddressBanned, acknowledged_in_time, tried_twice
from bot.feedback.question_log import Asker, StoredAnswer
from bot.observing import Failure, Step, begin_trace, current_trace
from bot.storage.tables import DIRECT_MESSAGES
from bot.texts import kit as texts

_log = logging.getLogger(__name__)

_Response = TypeVar("_Response")

Click = discord.Interaction[discord.Client]
"""Any interaction: a command, a button, a select, a submitted form."""
SentMessage = discord.WebhookMessage | discord.InteractionMessage

NO_MENTIONS = discord.AllowedMentions.none()

_UNKNOWN_INTERACTION = 10062
_ALREADY_ACKNOWLEDGED = 40060
_TOKEN_EXPIRED = (50027, 10015)
_ACKNOWLEDGED, _REPEATED, _THINKING, _BEGAN = "acknowledged", "repeated", "thinking", "began"
"""What is noted of an interaction in its ``extras``, beside what discord.py knows."""
_FAILURES = (
    (Busy, Failure.BUSY),
    (TooOften, Failure.TOO_OFTEN),
    (NotSaved, Failure.NOT_SAVED),
    (AddressBanned, Failure.DISCORD),
    (discord.RateLimited, Failure.DISCORD),
)


class _Redelivered(Exception):
    """The same interaction is worked on already; nothing is done and nothing said a second time."""


_EXPECTED = (NotFound, NotAllowed, InputError, KnowledgeError, app_commands.TransformerError, _Redelivered)
"""What is no failure: what is asked for is not there, not theirs, not possible, or done already."""


class HoldsStages(discord.Client):
    """A Discord client that was given the stages; a class and no protocol, since it is asked for several times at every click."""

    stages: Stages
    presses: RateLimit
    """Counts buttons, selects and moderators' commands; forms are not counted, since what was typed would be lost."""
    deliveries: Deliveries
    workload: Workload


def _bot(interaction: Click) -> HoldsStages:
    client = interaction.client
    if not isinstance(client, HoldsStages):
        raise TypeError("the client holds no stages; build it with bot.client.FaqBot")
    return client


def stages_of(interaction: Click) -> Stages:
    """The stages of the bot that received an interaction."""
    return _bot(interaction).stages


def guild_of(interaction: Click) -> int:
    """The id of the server an interaction comes from, or that of direct messages.

    A member who has installed the bot for themselves brings it into servers that have not. Nothing there is that server's:
    it counts as a direct message, and none of the server's settings, data or moderators are involved, whoever presses a button.
    """
    guild_id = interaction.guild_id
    if guild_id is None or (not interaction.is_guild_integration() and interaction.client.get_guild(guild_id) is None):
        return DIRECT_MESSAGES
    return guild_id


def in_server(interaction: Click) -> bool:
    """Whether an interaction comes from a server that has the bot, so that it has settings and moderators."""
    return guild_of(interaction) != DIRECT_MESSAGES


def member_hash(interaction: Click) -> str:
    """The name under which the acting member is stored in this server."""
    return stages_of(interaction).hasher.hash(guild_of(interaction), interaction.user.id)


def asker_of(interaction: Click) -> Asker:
    """Who is asking, and where."""
    return Asker(guild_of(interaction), interaction.channel_id or 0, member_hash(interaction))


def actor_of(interaction: Click) -> Actor:
    """Which moderator acts, where, and by which interaction."""
    return Actor(guild_of(interaction), interaction.user.id, interaction.id)


def conversation_of(interaction: Click) -> tuple[int, ...]:
    """The key of the conversation that an interaction is part of."""
    return (interaction.channel_id or 0, interaction.user.id)


def delivery_of(interaction: Click) -> DeliveryKey:
    """The delivery key of an interaction: delivered twice, it is the same answer."""
    return DeliveryKey(stages_of(interaction).hasher.answer_key, f"{interaction.id}:{member_hash(interaction)}")


async def answer_of_control(interaction: Click, answer_id: str) -> StoredAnswer:
    """Find the answer that a control belongs to.

    Raises:
        NotFound: this server has no such answer.
    """
    return await stages_of(interaction).question_log.find(answer_id, guild_of(interaction))


def cases_changed(interaction: Click) -> None:
    """Announce that something about some case is different now; ``review.channel`` listens, and nobody waits for what follows."""
    interaction.client.dispatch("cases_changed")


class Audience(StrEnum):
    """For whom something is."""

    EVERYONE = "everyone"
    SERVER_MEMBER = "server member"
    """Whoever acts in a server that has the bot, not in a direct message."""
    MODERATOR = "moderator"
    """Manage Messages, or a role that the server has made a moderators' role."""
    ADMINISTRATOR = "administrator"
    """Manage Server."""


async def admit(interaction: Click, audience: Audience = Audience.EVERYONE, *, limit: RateLimit | None = None) -> None:
    """Count what is done, and let pass whom it is for. Forms do not come here: what was typed would be lost.

    Of an interaction that Discord delivers twice the first delivery alone goes on, so that a press cannot take back its own vote.

    Args:
        interaction: what is done.
        audience: for whom it is.
        limit: what it counts for; by default as a press.

    Raises:
        Busy: more is under way than can be done in time.
        TooOften: too much was done within a minute.
        NotAllowed: it is for others.
    """
    if interaction.extras.get(_REPEATED, False):
        raise _Redelivered
    bot = _bot(interaction)
    bot.workload.begin(interaction.id)
    (limit or bot.presses).count(guild_of(interaction), interaction.user.id)
    await require(interaction, audience)


async def require(interaction: Click, audience: Audience) -> None:
    """Let pass whoever belongs to an audience.

    Raises:
        NotAllowed: with the sentence for everybody else.
    """
    if not await belongs(interaction, audience):
        raise NotAllowed(_refusal(audience) if in_server(interaction) else texts.NO_SERVER)


async def belongs(interaction: Click, audience: Audience) -> bool:
    """Whether the acting member belongs to an audience, as Discord sees them now.

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


async def _has_moderator_role(interaction: Click) -> bool:
    if not isinstance(interaction.user, discord.Member):
        return False
    settings = await stages_of(interaction).guilds.settings(guild_of(interaction))
    return any(interaction.user.get_role(role_id) is not None for role_id in settings.moderator_roles)


def _refusal(audience: Audience) -> str:
    match audience:
        case Audience.EVERYONE | Audience.SERVER_MEMBER:
            return texts.NO_SERVER
        case Audience.MODERATOR:
            return texts.FOR_MODERATORS
        case Audience.ADMINISTRATOR:
            return texts.FOR_ADMINISTRATORS
        case _:
            assert_never(audience)


async def acknowledge(interaction: Click, *, private: bool) -> None:
    """Say within Discord's three seconds that a new message will come; a no-op where that was said already."""
    if not _is_acknowledged(interaction):
        await _served_once(interaction, lambda: interaction.response.defer(ephemeral=private, thinking=True))
        interaction.extras[_THINKING] = True


async def acknowledge_edit(interaction: Click) -> None:
    """Say within Discord's three seconds that the message with the control will change; where there is none, that an answer will come."""
    if interaction.message is None:
        await acknowledge(interaction, private=True)
    elif not _is_acknowledged(interaction):
        await _served_once(interaction, interaction.response.defer)


def _is_acknowledged(interaction: Click) -> bool:
    return interaction.response.is_done() or interaction.extras.get(_ACKNOWLEDGED, False)


async def _served_once(interaction: Click, request: Callable[[], Awaitable[_Response]]) -> _Response | None:
    """Take Discord's "already acknowledged" for what it is: a request of ours that arrived although its answer did not, sent again.

    Where the interaction was delivered twice, it is the other delivery's; that one does the work.
    """
    try:
        response = await acknowledged_in_time(request)
    except discord.HTTPException as error:
        if error.code != _ALREADY_ACKNOWLEDGED or interaction.extras.get(_REPEATED, False):
            raise
        interaction.extras[_ACKNOWLEDGED] = True
        return None
    _reached(interaction, Step.ACKNOWLEDGED)
    return response


async def send(
    interaction: Click, content: Panel | str, *, private: bool, files: Sequence[discord.File] | None = None
) -> SentMessage | None:
    """Send a message in answer to an interaction, whether or not it was acknowledged.

    A text instead of a panel is for what accompanies a file: Discord shows no file of its own below components. None where Discord has not
    said what became of the message.
    """
    attached: list[discord.File] = discord.utils.MISSING if files is None else list(files)
    if not _is_acknowledged(interaction):
        response = await _served_once(interaction, lambda: _respond(interaction, content, private=private, attached=attached))
        _reached(interaction, Step.ANSWERED)
        return response
    if interaction.extras.get(_THINKING, False):
        sent = await edit(interaction, content, files=files)  # in its place, so that it is one message however often it is sent
        interaction.extras[_THINKING] = False
        return sent
    text, view = (content, discord.utils.MISSING) if isinstance(content, str) else (discord.utils.MISSING, content)
    followup = partial(interaction.followup.send, ephemeral=private, allowed_mentions=NO_MENTIONS, files=attached, wait=True)
    message: discord.WebhookMessage = await followup(text, view=view)
    _reached(interaction, Step.ANSWERED)
    return message


async def _respond(interaction: Click, content: Panel | str, *, private: bool, attached: list[discord.File]) -> SentMessage | None:
    respond = interaction.response.send_message
    if isinstance(content, str):
        response = await respond(content, ephemeral=private, allowed_mentions=NO_MENTIONS, files=attached)
    else:
        response = await respond(view=content, ephemeral=private, allowed_mentions=NO_MENTIONS, files=attached)
    return response.resource if isinstance(response.resource, discord.InteractionMessage) else None


async def edit(
    interaction: Click, content: discord.ui.LayoutView | str, *, files: Sequence[discord.File] | None = None
) -> discord.InteractionMessage:
    """Change the message whose control was used, after ``acknowledge_edit``; with ``files`` in place of those it has."""
    text, view = (content, discord.utils.MISSING) if isinstance(content, str) else (discord.utils.MISSING, content)
    change = partial(interaction.edit_original_response, content=text, view=view, allowed_mentions=NO_MENTIONS)
    message = await (tried_twice(change) if files is None else change(attachments=list(files)))  # discord.py closes files after one try
    _reached(interaction, Step.ANSWERED)
    return message


@asynccontextmanager
async def guarded(interaction: Click) -> AsyncIterator[None]:
    """Turn whatever is raised in the block into a reply for the member and a line in the log; what it has begun has then ended."""
    bot = _bot(interaction)
    interaction.extras[_REPEATED] = not bot.deliveries.is_first(interaction.id)
    interaction.extras[_BEGAN] = time.perf_counter()
    begin_trace()
    bot.stages.observer.received(max(0.0, (discord.utils.utcnow() - interaction.created_at).total_seconds()))
    _log.debug("%s received", interaction.type.name)
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the boundary: nothing above this could say it to the member
        await report_error(interaction, error)
    finally:
        bot.workload.end(interaction.id)
        if interaction.response.is_done():  # by a form, which is shown without a detour
            _reached(interaction, Step.ACKNOWLEDGED)


def _reached(interaction: Click, step: Step) -> None:
    """Take note of how long a step took, the first time that it is reached."""
    began = interaction.extras.get(_BEGAN)
    if began is None or (_BEGAN, step) in interaction.extras:
        return
    interaction.extras[_BEGAN, step] = True
    seconds = time.perf_counter() - began
    stages_of(interaction).observer.took(step, seconds)
    _log.debug("%s within %.1f ms", step, 1000 * seconds)


async def report_error(interaction: Click, error: Exception) -> None:
    """Say to the member what went wrong, in a sentence, and to the log all of it."""
    why = failure_of(error)
    if why is not None:
        stages_of(interaction).observer.failed(why)
    code = error.code if isinstance(error, discord.HTTPException) else None
    if code == _ALREADY_ACKNOWLEDGED or isinstance(error, _Redelivered):
        return  # a form that is shown already, or the other delivery of this interaction answers it
    if why is Failure.TOO_LATE:
        age = (discord.utils.utcnow() - interaction.created_at).total_seconds()
        _log.warning("interaction %s was %.1f s old when it was answered; Discord no longer accepts it", interaction.id, age)
        return
    if isinstance(error, AddressBanned):
        _log.warning("interaction %s could not be answered: %s", interaction.id, error)
        return
    try:
        await send(interaction, failure_notice(error), private=True)
    except UNREACHABLE as failure:
        _log.warning("interaction %s: the member could not be shown the error (%s)", interaction.id, failure)


def failure_of(error: Exception) -> Failure | None:
    """Which failure an error is; None for what a member asked for that is not there or not theirs."""
    code = error.code if isinstance(error, discord.HTTPException) else None
    if code == _UNKNOWN_INTERACTION or code in _TOKEN_EXPIRED:
        return Failure.TOO_LATE
    for kind, why in _FAILURES:
        if isinstance(error, kind):
            return why
    return None if code == _ALREADY_ACKNOWLEDGED or isinstance(error, _EXPECTED) else Failure.UNEXPECTED


def failure_notice(error: Exception) -> Panel:
    """What a member is shown of an error; what they could not have caused is logged under the reference in it."""
    match error:
        case NotFound() | app_commands.TransformerError():  # the latter: a value that no client would send
            return notice(texts.NOT_FOUND, Tone.NONE)
        case KnowledgeError() | NotAllowed():
            return notice(str(error), Tone.FAULT)
        case InputError():
            return notice(str(error), Tone.UNSURE)
        case discord.RateLimited():
            return notice(texts.discord_refuses(error.retry_after), Tone.UNSURE)
        case NotSaved():
            return notice(texts.not_saved(_logged(error)), Tone.FAULT)
        case _:
            return notice(texts.failed(_logged(error)), Tone.FAULT)


def _logged(error: Exception) -> str:
    reference = current_trace() or begin_trace()
    _log.error("reference %s: %s", reference, type(error).__name__, exc_info=error)
    return reference
