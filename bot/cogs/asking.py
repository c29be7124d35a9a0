"""Asking by command: /ask with its autocomplete, and the message menu "Find an answer"."""

from __future__ import annotations

import time
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.answering.completion import complete_question
from bot.answering.engine import Occasion
from bot.answering.question import clean_question
from bot.feedback.recorded_answering import Recorded
from bot.views.access import asker_of, conversation_of, guild_of, in_server, stages_of
from bot.views.answer_message import answer_panel
from bot.views.controls import Click
from bot.views.panel import Tone, notice
from bot.views.permission import require_channel
from bot.views.rate_limit import RateLimit
from bot.views.respond import NO_MENTIONS, acknowledge, guarded, respond


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


async def _ask(interaction: Click, question: str, *, own_words: bool) -> Recorded:
    stages = stages_of(interaction)
    asker = replace(asker_of(interaction), own_words=own_words)
    occasion = Occasion(stages.hasher.answer_key, f"{interaction.id}:{asker.member_hash}")
    return await stages.answering.ask(clean_question(question), asker, occasion, conversation_of(interaction))
