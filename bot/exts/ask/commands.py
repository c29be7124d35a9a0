"""Questions to offer while somebody is typing one: those that the knowledge base says it answers.

Asking by command: /ask with its autocomplete, and the message menu "Find an answer".

Asking by message: a mention in a channel or thread, a reply to the bot, a direct message.

No privileged intent is needed: Discord gives the text of messages that mention the app, of replies that ping it, and of direct
messages. Bots, webhooks, the bot itself, @everyone and role mentions are never answered.

Answering new posts of a forum by itself: from the title, once, only where the bot is sure, and only where a server wants it.

The first message of a post has the id of its thread; that is what is waited for, since Discord takes no message in a post before it.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.answering.engine import AnswerEngine, DeliveryKey
from bot.bootstrap.stages import Stages
from bot.errors import StorageError
from bot.exts.about import help_panel
from bot.exts.ask.answer import answer_panel
from bot.exts.kit.controls import Click
from bot.exts.kit.interaction import (
    NO_MENTIONS,
    UNREACHABLE,
    RateLimit,
    acknowledge,
    asker_of,
    channel_ids,
    conversation_of,
    failure_notice,
    guarded,
    guild_of,
    in_server,
    require_channel,
    respond,
    stages_of,
)
from bot.exts.kit.panel import Panel, Tone, notice
from bot.feedback.question_log import Asker
from bot.feedback.recording import RecordedAnswer
from bot.query.message import clean_question
from bot.retrieval.analyzer import fold
from bot.storage.tables import DIRECT_MESSAGES

_LONGEST = 100
"""Characters that Discord shows of a choice."""
_SECTIONS = 10
"""Sections whose phrasings are offered beside those that hold what was typed."""


def complete_question(typed: str, engine: AnswerEngine, limit: int = 25) -> list[str]:
    """Return known questions for what has been typed: those that begin with it, then contain it, then mean it.

    The last kind is found as an answer would be: by ranking the sections and taking the closest phrasing of each.
    """
    wanted = " ".join(fold(typed[:_LONGEST]).split())
    holding = [(plain, question) for plain, question in engine.phrasings if wanted in plain and len(question) <= _LONGEST]
    if not wanted:
        return [question for _, question in holding[:limit]]
    starting = [question for plain, question in holding if plain.startswith(wanted)]
    found = list(dict.fromkeys([*starting, *(question for _, question in holding)]))[:limit]
    if len(found) < limit:
        found = list(dict.fromkeys([*found, *_meant(typed[:_LONGEST], engine)]))
    return found[:limit]


def _meant(typed: str, engine: AnswerEngine) -> list[str]:
    found = [hit.section_id for hit in engine.index.search(typed, _SECTIONS)]
    closest: list[str] = []
    for section, phrasing in zip(map(engine.corpus.section, found), engine.index.closest_phrasings(typed, found), strict=True):
        if section is not None:
            phrasings = [phrasing] if phrasing in section.questions else section.questions
            closest.extend([question for question in phrasings if question is not None and len(question) <= _LONGEST][:1])
    return closest


class Asking(commands.Cog):
    """Answers questions that come as commands."""

    def __init__(self, bot: commands.Bot, limit: RateLimit) -> None:
        self.bot = bot
        self.limit = limit
        self.menu = app_commands.ContextMenu(name="Find an answer", callback=self.find_an_answer)
        bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take the menu back with the cog."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @app_commands.command(name="ask", description="Ask a question about open-source AI")
    @app_commands.describe(question="Your question, in your own words", private="Only you see the answer")
    async def ask(self, interaction: Click, question: str, private: bool = False) -> None:
        """Answer a question in the channel, or to the member alone."""
        await self._answer(interaction, question, private=private)

    @ask.autocomplete("question")
    async def known_questions(self, interaction: Click, typed: str) -> list[app_commands.Choice[str]]:
        """Offer questions that the knowledge base answers."""
        engine = stages_of(interaction).knowledge.engine
        return [app_commands.Choice(name=question, value=question) for question in complete_question(typed, engine)]

    async def find_an_answer(self, interaction: Click, message: discord.Message) -> None:
        """Answer what somebody wrote, to whoever asked for it."""
        own = message.author.id == interaction.user.id
        await self._answer(interaction, message.content, private=True, own_words=own)

    async def _answer(self, interaction: Click, question: str, *, private: bool, own_words: bool = True) -> None:
        async with guarded(interaction):
            refused = self.limit.refuse(guild_of(interaction), interaction.user.id, time.perf_counter())
            if refused is not None:
                await respond(interaction, notice(refused.text, Tone.UNSURE), private=True)
                return
            await require_channel(interaction)
            await acknowledge(interaction, private=private)
            recorded = await _ask(interaction, question, own_words=own_words)
            panel = answer_panel(recorded, askable=own_words and in_server(interaction), repeat_question=not private)
            sent = await interaction.followup.send(view=panel, ephemeral=private, allowed_mentions=NO_MENTIONS, wait=True)
            await stages_of(interaction).answering.shown_in(recorded, guild_of(interaction), sent.id)


async def _ask(interaction: Click, question: str, *, own_words: bool) -> RecordedAnswer:
    stages = stages_of(interaction)
    asker = replace(asker_of(interaction), own_words=own_words)
    occasion = DeliveryKey(stages.hasher.answer_key, f"{interaction.id}:{asker.member_hash}")
    return await stages.answering.ask(clean_question(question), asker, occasion, conversation_of(interaction))


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
        occasion = DeliveryKey(self.stages.hasher.answer_key, f"{message.id}:{member}")
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
        occasion = DeliveryKey(self.stages.hasher.answer_key, f"forum:{post.id}")
        recorded = await self.stages.answering.ask_if_sure(clean_question(post.name), asker, occasion, settings.forum_threshold)
        if recorded is None:
            return
        sent = await post.send(view=answer_panel(recorded, askable=False), allowed_mentions=NO_MENTIONS, nonce=post.id)
        await self.stages.answering.shown_in(recorded, guild_id, sent.id)
