"""/help and /about: how to use the bot, and what it is."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

import bot
from bot.answering.engine import AnswerEngine
from bot.corpus.document import Corpus
from bot.exts.kit.channels import everywhere
from bot.exts.kit.interaction import Click, guarded, send, stages_of
from bot.exts.kit.panel import Panel, link, rule

SOURCE_CODE = "This bot is free software under Apache-2.0; its knowledge base is under CC BY 4.0."


def help_panel(mention: str) -> Panel:
    """How to ask, and what happens to what is asked."""
    return Panel(
        [
            "### How to ask",
            "• `/ask` and your question; choose `private` and only you see the answer\n"
            f"• mention me with your question: {mention} what is open weights?\n"
            "• write me a direct message\n"
            "• right-click (or hold) a message, then Apps › Find an answer",
            "I answer questions about open-source AI from a curated knowledge base, word for word and with the source. "
            "Where it has no answer, I say so. “and why?” or “who made it?” right after an answer works too.",
            "To look something up without a question: `/license`, `/project`, `/glossary`, `/topic`, `/timeline`, `/browse`, `/fact`, "
            "`/sources`.",
            rule(),
            "**Helpful** and **Not helpful** under an answer tell the moderators what to fix; where I have no answer, "
            "**Ask a moderator** passes your question on. **Why this answer?** shows how it was found. "
            "`/note add` puts a note of yours under a section, once a moderator has approved it.\n"
            "-# /about says what I know · /privacy says what is stored, and shows or deletes it",
        ]
    )


def about_panel(engine: AnswerEngine, guilds: int, source_url: str | None = None) -> Panel:
    """What this bot is, how much it knows, and in which state."""
    corpus = engine.corpus
    servers = "1 server" if guilds == 1 else f"{guilds} servers"
    return Panel(
        [
            f"### osai-faq-bot {bot.__version__}",
            f"{len(corpus.sections)} sections in {len(corpus.articles)} articles, {len(corpus.questions)} known phrasings, "
            f"{_sources(corpus)} sources; in {servers}.",
            "Answers are found by TF-IDF retrieval: no language model, no outside service. The same question gives the same "
            "answer for as long as the fingerprint is the same.",
            rule(),
            f"-# Fingerprint {engine.fingerprint}\n-# {SOURCE_CODE}" + (f" {link('Source code', source_url)}" if source_url else ""),
        ]
    )


def _sources(corpus: Corpus) -> int:
    return len({source for section in corpus.sections for source in section.sources})


class Information(commands.Cog):
    """Says how to use the bot, and what it is."""

    @app_commands.command(name="help", description="How to ask, and what happens to your question")
    @everywhere
    async def help(self, interaction: Click) -> None:
        """Show how to ask."""
        async with guarded(interaction):
            user = interaction.client.user
            await send(interaction, help_panel(user.mention if user else "@me"), private=True)

    @app_commands.command(name="about", description="Version, knowledge, fingerprint and license of this bot")
    @everywhere
    async def about(self, interaction: Click) -> None:
        """Show what this bot is."""
        async with guarded(interaction):
            stages = stages_of(interaction)
            source_url = stages.config.discord.source_url
            await send(interaction, about_panel(stages.knowledge.engine, len(interaction.client.guilds), source_url), private=True)
