"""Sending to Discord so that nothing a member did is answered twice, and no failure goes untold.

Whatever goes wrong inside ``guarded`` becomes one kind sentence and a reference number for the member, and a
traceback under that number in the log. What Discord itself refuses because the moment has passed is logged in one line.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.errors import InputError, KnowledgeError, NotAllowed, NotFound, NotSaved
from bot.views.panel import Panel, Tone, notice

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
        await report(interaction, error)


async def report(interaction: discord.Interaction[discord.Client], error: Exception) -> None:
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
