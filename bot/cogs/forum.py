"""Answering new posts of a forum by itself: from the title, once, only where the bot is sure, and only where a server wants it.

The first message of a post has the id of its thread; that is what is waited for, since Discord takes no message in a post before it.
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
from bot.views.answer_message import answer_panel
from bot.views.rate_limit import RateLimit
from bot.views.respond import NO_MENTIONS, UNREACHABLE

_log = logging.getLogger(__name__)


class Forum(commands.Cog):
    """Answers the titles of new forum posts."""

    def __init__(self, bot: commands.Bot, stages: Stages, limit: RateLimit) -> None:
        self.bot = bot
        self.stages = stages
        self.limit = limit

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer the first message of a post; nobody has asked, so whatever fails is only logged."""
        post = message.channel
        if not self._opens_a_post(message) or not isinstance(post, discord.Thread):
            return
        try:
            await self._answer(message, post)
        except (*UNREACHABLE, StorageError) as error:
            _log.warning("forum post %d could not be answered: %s", post.id, error)

    def _opens_a_post(self, message: discord.Message) -> bool:
        if message.author.bot or message.webhook_id is not None or message.id != message.channel.id:
            return False
        spoken_to = self.bot.user is not None and self.bot.user in message.mentions  # then it is answered as a mention
        return isinstance(message.channel, discord.Thread) and not spoken_to

    async def _answer(self, message: discord.Message, post: discord.Thread) -> None:
        guild_id = post.guild.id
        settings = await self.stages.guilds.settings(guild_id)
        if post.parent_id not in settings.forum_channels:
            return
        if self.limit.refuse(guild_id, message.author.id, time.perf_counter()):
            return
        if await self.stages.question_log.has_answered_in(guild_id, post.id):
            return  # Discord may deliver an event again after an interruption
        asker = Asker(guild_id, post.id, self.stages.hasher.hash(guild_id, message.author.id))
        occasion = Occasion(self.stages.hasher.answer_key, f"forum:{post.id}")
        recorded = await self.stages.answering.ask_if_sure(clean_question(post.name), asker, occasion, settings.forum_threshold)
        if recorded is None:
            return
        sent = await post.send(view=answer_panel(recorded, askable=False), allowed_mentions=NO_MENTIONS, nonce=post.id)
        await self.stages.answering.shown_in(recorded, guild_id, sent.id)
