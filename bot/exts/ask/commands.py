"""How questions come in: /ask, the message menu "Find an answer", messages that speak to the bot, and new posts of a forum.

No privileged intent is needed: Discord gives the text of messages that mention the app, of replies that ping it, and of direct
messages. Bots, webhooks, the bot itself, @everyone and role mentions are never answered.

A forum post is answered from its title, once, only where the bot is sure, and only where a server wants it. Its first message has the id of
its thread; that is what is waited for, since Discord takes no message in a post before it.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import DeliveryKey
from bot.bootstrap.stages import Stages
from bot.errors import InputError, NotAllowed, StorageError
from bot.exts.ask.answer import answer_panel
from bot.exts.ask.start import help_panel, reply_panel
from bot.exts.kit import interaction as kit
from bot.exts.kit.channels import channel_ids, channels_instead, post
from bot.exts.kit.limits import Busy, RateLimit, TooOften, Workload
from bot.exts.kit.panel import LONGEST_OPTION, MOST_OPTIONS, Panel, Tone, notice
from bot.exts.kit.reach import UNREACHABLE, may_pass
from bot.feedback.question_log import Asker
from bot.observing import Failure, Step, begin_trace
from bot.query.message import clean_question, is_clean
from bot.retrieval.analyzer import fold
from bot.storage.tables import DIRECT_MESSAGES
from bot.texts import ask as texts

_log = logging.getLogger(__name__)

_SECTIONS = 10
"""Sections whose phrasings are offered beside those that hold what was typed."""
_FAILED = "⚠️"
_EDITED_SECONDS = 5 * 60
"""For so long after a message was sent an edit can make it a question."""
_MOST_HEARD = 10_000
_ANSWERED = (discord.MessageType.default, discord.MessageType.reply)


def complete_question(typed: str, engine: AnswerEngine, limit: int = MOST_OPTIONS) -> list[str]:
    """Offer questions and titles for what has been typed: those that begin with it, then contain it, then mean it.

    The last kind is found as an answer would be: by ranking the sections, and taking of each its closest clean question, or its title.
    """
    wanted = " ".join(fold(typed[:LONGEST_OPTION]).split())
    holding = [(plain, question) for plain, question in engine.phrasings if wanted in plain and len(question) <= LONGEST_OPTION]
    if not wanted:
        return [question for _, question in holding[:limit]]
    starting = [question for plain, question in holding if plain.startswith(wanted)]
    found = list(dict.fromkeys([*starting, *(question for _, question in holding)]))[:limit]
    if len(found) < limit:
        found = list(dict.fromkeys([*found, *_meant(typed[:LONGEST_OPTION], engine)]))
    return found[:limit]


def _meant(typed: str, engine: AnswerEngine) -> list[str]:
    found = [hit.section_id for hit in engine.index.search(typed, _SECTIONS)]
    closest: list[str] = []
    for section, phrasing in zip(map(engine.corpus.section, found), engine.index.closest_phrasings(typed, found), strict=True):
        if section is not None:
            offered = [*(one for one in (phrasing, *section.questions) if one is not None and is_clean(one)), section.title]
            closest.extend([one for one in offered if len(one) <= LONGEST_OPTION][:1])
    return closest


class Asking(commands.Cog):
    """Answers questions that come as commands."""

    def __init__(self, bot: commands.Bot, limit: RateLimit) -> None:
        self.bot = bot
        self.limit = limit
        self.menu = app_commands.ContextMenu(name=texts.FIND_MENU, callback=self.find_an_answer)
        bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take the menu back with the cog."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @app_commands.command(name="ask", description=texts.ASK_COMMAND)
    @app_commands.describe(question=texts.ASK_QUESTION, private=texts.ASK_PRIVATE)
    async def ask(self, interaction: kit.Click, question: str, private: bool = False) -> None:
        """Answer a question in the channel, or to the member alone."""
        await self._answer(interaction, question, private=private)

    @ask.autocomplete("question")
    async def known_questions(self, interaction: kit.Click, typed: str) -> list[app_commands.Choice[str]]:
        """Offer questions that the knowledge base answers."""
        engine = kit.stages_of(interaction).knowledge.engine
        return [app_commands.Choice(name=question, value=question) for question in complete_question(typed, engine)]

    async def find_an_answer(self, interaction: kit.Click, message: discord.Message) -> None:
        """Answer what somebody wrote, to whoever asked for it."""
        text = _text_of(message)
        unreadable = not text and bool(message.attachments or message.stickers)
        own_words = message.author.id == interaction.user.id and bool(message.content.strip())
        await self._answer(interaction, None if unreadable else text, private=True, own_words=own_words)

    async def _answer(self, interaction: kit.Click, question: str | None, *, private: bool, own_words: bool = True) -> None:
        async with kit.guarded(interaction):
            await kit.admit(interaction, limit=self.limit)
            others = await channels_instead(interaction)
            if others:
                raise NotAllowed(texts.only_here(others))
            if question is None:
                raise InputError(texts.PICTURE)
            await kit.acknowledge(interaction, private=private)
            asker = replace(kit.asker_of(interaction), own_words=own_words)
            answering = kit.stages_of(interaction).answering
            recorded = await answering.ask(clean_question(question), asker, kit.delivery_of(interaction), kit.conversation_of(interaction))
            engine, mine = kit.stages_of(interaction).knowledge.engine, own_words and kit.in_server(interaction)
            panel = reply_panel(recorded, engine, askable=mine, repeat_question=not private)
            sent = await kit.send(interaction, panel, private=private)
            if sent is not None:
                await answering.shown_in(recorded, kit.guild_of(interaction), sent.id)


class Messages(commands.Cog):
    """Answers questions that come as messages, each once, whether it speaks to the bot from the start or after an edit."""

    def __init__(self, bot: commands.Bot, stages: Stages, limit: RateLimit, workload: Workload) -> None:
        self.bot = bot
        self.stages = stages
        self.limit = limit
        self.workload = workload
        self._heard: OrderedDict[int, None] = OrderedDict()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that speaks to the bot."""
        if self._speaks_to_bot(message) and self._is_new(message):
            await self._hear(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Answer a message that speaks to the bot since it was edited, as long as whoever wrote it still waits.

        Discord also sends this event when it adds the preview of a link; that is no edit.
        """
        message = event.message
        if message.edited_at is None or (message.edited_at - message.created_at).total_seconds() > _EDITED_SECONDS:
            return
        await self.on_message(message)

    def _is_new(self, message: discord.Message) -> bool:
        """Take note of a message; whether it was not heard before. After a restart its nonce keeps a second reply away."""
        if message.id in self._heard:
            return False
        self._heard[message.id] = None
        if len(self._heard) > _MOST_HEARD:
            self._heard.popitem(last=False)
        return True

    def _speaks_to_bot(self, message: discord.Message) -> bool:
        if message.author.bot or message.webhook_id is not None or message.type not in _ANSWERED:
            return False
        return message.guild is None or (self.bot.user is not None and self.bot.user in message.mentions)

    async def _hear(self, message: discord.Message) -> None:
        if not await self._may_answer(message):
            return
        guild_id = message.guild.id if message.guild else DIRECT_MESSAGES
        began, observer = time.perf_counter(), self.stages.observer
        begin_trace()
        observer.received(max(0.0, (discord.utils.utcnow() - message.created_at).total_seconds()))
        try:
            self.limit.count(guild_id, message.author.id)
            hint = self._hint(message)
            self.workload.begin(message.id)
            if hint is not None:
                await _reply(message, hint)
            elif await self._answer(message, guild_id):
                observer.took(Step.ANSWERED, time.perf_counter() - began)
        except TooOften as refused:
            observer.failed(Failure.TOO_OFTEN)
            if refused.first:
                await _reply(message, kit.failure_notice(refused))
        except Exception as error:  # noqa: BLE001 - the boundary: nothing above this could say it to the member
            why = kit.failure_of(error)
            if why is not None:
                observer.failed(why)
            await _reply(message, kit.failure_notice(error))
        finally:
            self.workload.end(message.id)

    async def _may_answer(self, message: discord.Message) -> bool:
        """Whether the server lets the bot answer there; where not, it stays silent."""
        if message.guild is None:
            return True
        try:
            settings = await self.stages.guilds.settings(message.guild.id)
        except StorageError:
            return True  # answers go on without the database
        return settings.may_answer_in(*channel_ids(message.channel))

    def _hint(self, message: discord.Message) -> Panel | None:
        """What to reply to a message that asks nothing; None where it asks something, which in a direct message any text does."""
        text = _text_of(message)
        if text and (message.guild is None or clean_question(text)):
            return None
        if message.attachments or message.stickers or any(shot.attachments for shot in message.message_snapshots):
            return notice(texts.PICTURE, Tone.UNSURE)
        if not text and message.reference is not None and message.reference.type is discord.MessageReferenceType.default:
            return notice(texts.UNREADABLE_REPLY)
        return help_panel(self.stages.knowledge.engine, self.bot.user.mention if self.bot.user else "@me")

    async def _answer(self, message: discord.Message, guild_id: int) -> bool:
        """Answer a message; whether the answer could be sent."""
        member = self.stages.hasher.hash(guild_id, message.author.id)
        asker = Asker(guild_id, message.channel.id, member, own_words=bool(message.content.strip()))
        key = DeliveryKey(self.stages.hasher.answer_key, f"{message.id}:{member}")
        conversation = (message.channel.id, message.author.id)
        recorded = await self.stages.answering.ask(clean_question(_text_of(message)), asker, key, conversation)
        askable = asker.own_words and message.guild is not None
        sent = await _reply(message, reply_panel(recorded, self.stages.knowledge.engine, askable=askable))
        if sent is None:
            return False
        await self.stages.answering.shown_in(recorded, guild_id, sent.id)
        return True


def _text_of(message: discord.Message) -> str:
    """What a message says; of one that was only passed on, what that said."""
    return message.content.strip() or "\n".join(shot.content.strip() for shot in message.message_snapshots)


async def _reply(message: discord.Message, panel: Panel) -> discord.Message | None:
    """Reply; None where Discord does not let the bot.

    Where Discord would, but fails, a reaction says that something went wrong; the member can ask again.
    """
    try:
        return await post(message.channel, panel, nonce=message.id, reply_to=message)
    except UNREACHABLE as error:
        _log.warning("message %s in channel %s could not be answered: %s", message.id, message.channel.id, error)
        if may_pass(error):
            await _react(message)
        return None


async def _react(message: discord.Message) -> None:
    try:
        await message.add_reaction(_FAILED)
    except UNREACHABLE as error:
        _log.warning("message %s could not be marked as unanswered: %s", message.id, error)


class Forum(commands.Cog):
    """Answers the titles of new forum posts."""

    def __init__(self, bot: commands.Bot, stages: Stages, limit: RateLimit, workload: Workload) -> None:
        self.bot = bot
        self.stages = stages
        self.limit = limit
        self.workload = workload

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer the first message of a post; nobody has asked, so whatever fails is only logged."""
        thread = message.channel
        if not self._opens_a_post(message) or not isinstance(thread, discord.Thread):
            return
        try:
            self.workload.begin(thread.id)
            await self._answer(message, thread)
        except (TooOften, Busy):
            return
        except (*UNREACHABLE, StorageError) as error:
            _log.warning("forum post %d could not be answered: %s", thread.id, error)
        finally:
            self.workload.end(thread.id)

    def _opens_a_post(self, message: discord.Message) -> bool:
        if message.author.bot or message.webhook_id is not None or message.id != message.channel.id:
            return False
        spoken_to = self.bot.user is not None and self.bot.user in message.mentions  # then it is answered as a mention
        return isinstance(message.channel, discord.Thread) and not spoken_to

    async def _answer(self, message: discord.Message, thread: discord.Thread) -> None:
        guild_id = thread.guild.id
        settings = await self.stages.guilds.settings(guild_id)
        if thread.parent_id not in settings.forum_channels:
            return
        self.limit.count(guild_id, message.author.id)
        if await self.stages.question_log.has_answered_in(guild_id, thread.id):
            return  # Discord may deliver an event again after an interruption
        asker = Asker(guild_id, thread.id, self.stages.hasher.hash(guild_id, message.author.id))
        key = DeliveryKey(self.stages.hasher.answer_key, f"forum:{thread.id}")
        recorded = await self.stages.answering.ask_if_sure(clean_question(thread.name), asker, key, settings.forum_threshold)
        if recorded is None:
            return
        sent = await post(thread, answer_panel(recorded, askable=False), nonce=thread.id)
        await self.stages.answering.shown_in(recorded, guild_id, sent.id)
