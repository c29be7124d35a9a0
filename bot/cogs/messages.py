"""Asking by message: a mention in a channel or thread, a reply to the bot, a direct message.

No privileged intent is needed: Discord gives the text of messages that mention the app, of replies that ping it, and of direct
messages. Bots, webhooks, the bot itself, @everyone and role mentions are never answered.
"""

from __future__ import annotations

import logging
import time

import discord
from discord.ext import commands

from bot.answering.engine import Occasion
from bot.answering.question import clean_question
from bot.errors import StorageError
from bot.feedback.question_log import Asker
from bot.stages import Stages
from bot.storage.tables import DIRECT_MESSAGES
from bot.views.access import channel_ids
from bot.views.answer_message import answer_panel
from bot.views.information import help_panel
from bot.views.panel import Panel, Tone, notice
from bot.views.rate_limit import RateLimit
from bot.views.respond import NO_MENTIONS, UNREACHABLE, failure_notice

_log = logging.getLogger(__name__)

_UNREADABLE_REPLY = "Discord does not show me what you reply to a command's answer. Mention me in the reply, or use /ask."
_ANSWERED = (discord.MessageType.default, discord.MessageType.reply)


class Messages(commands.Cog):
    """Answers questions that come as messages."""

    def __init__(self, bot: commands.Bot, stages: Stages, limit: RateLimit) -> None:
        self.bot = bot
        self.stages = stages
        self.limit = limit

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that speaks to the bot."""
        if not self._speaks_to_bot(message) or not await self._may_answer(message):
            return
        guild_id = message.guild.id if message.guild else DIRECT_MESSAGES
        refused = self.limit.refuse(guild_id, message.author.id, time.perf_counter())
        if refused is not None:
            if refused.first:
                await _reply(message, notice(refused.text, Tone.UNSURE))
            return
        hint = self._hint(message)
        if hint is not None:
            await _reply(message, hint)
            return
        try:
            await self._answer(message, guild_id)
        except Exception as error:  # noqa: BLE001 - the boundary: nothing above this could tell the member
            await _reply(message, failure_notice(error))

    def _speaks_to_bot(self, message: discord.Message) -> bool:
        if message.author.bot or message.webhook_id is not None or message.type not in _ANSWERED:
            return False
        return message.guild is None or (self.bot.user is not None and self.bot.user in message.mentions)

    async def _may_answer(self, message: discord.Message) -> bool:
        """Return whether the server lets the bot answer there; where not, it stays silent."""
        if message.guild is None:
            return True
        try:
            settings = await self.stages.guilds.settings(message.guild.id)
        except StorageError:
            return True  # answers go on without the database
        return settings.may_answer_in(*channel_ids(message.channel))

    def _hint(self, message: discord.Message) -> Panel | None:
        """Return what to reply to a message that asks nothing; None where it asks something, which in a direct message any text does."""
        text = message.content.strip()
        if not text and message.reference is not None:
            return notice(_UNREADABLE_REPLY)
        if not text or (message.guild is not None and not clean_question(text)):
            return help_panel(self.bot.user.mention if self.bot.user else "@me")
        return None

    async def _answer(self, message: discord.Message, guild_id: int) -> None:
        member = self.stages.hasher.hash(guild_id, message.author.id)
        asker = Asker(guild_id, message.channel.id, member)
        occasion = Occasion(self.stages.hasher.answer_key, f"{message.id}:{member}")
        conversation = (message.channel.id, message.author.id)
        recorded = await self.stages.answering.ask(clean_question(message.content), asker, occasion, conversation)
        sent = await _reply(message, answer_panel(recorded, askable=message.guild is not None))
        if sent is not None:
            await self.stages.answering.shown_in(recorded, guild_id, sent.id)


async def _reply(message: discord.Message, panel: Panel) -> discord.Message | None:
    """Reply without pinging; return None where Discord does not let the bot, which is not the member's fault.

    The nonce makes a request that discord.py repeats after a server error count once.
    """
    try:
        return await message.reply(view=panel, mention_author=False, allowed_mentions=NO_MENTIONS, nonce=message.id)
    except UNREACHABLE as error:
        _log.warning("message %s in channel %s could not be answered: %s", message.id, message.channel.id, error)
        return None
