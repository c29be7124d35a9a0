"""/about: what this bot is, how much it knows, and in which state."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

import bot
from bot.answering.engine import AnswerEngine
from bot.corpus.document import Corpus
from bot.exts.kit.channels import everywhere
from bot.exts.kit.interaction import Click, guarded, send, stages_of
from bot.exts.kit.panel import Panel, link, rule
from bot.texts import about as texts


def about_panel(engine: AnswerEngine, guilds: int, source_url: str | None = None) -> Panel:
    """What this bot is, how much it knows, and in which state."""
    corpus = engine.corpus
    ending = f"-# {texts.fingerprint(engine.fingerprint)}\n-# {texts.LICENSE}"
    return Panel(
        [
            texts.about_title(bot.__version__),
            texts.PURPOSE,
            texts.knowledge(len(corpus.sections), len(corpus.articles), len(corpus.questions), _sources(corpus), guilds),
            texts.HOW,
            rule(),
            ending + (f" {link(texts.SOURCE_CODE, source_url)}" if source_url else ""),
        ]
    )


def _sources(corpus: Corpus) -> int:
    return len({source for section in corpus.sections for source in section.sources})


class Information(commands.Cog):
    """Says what the bot is."""

    @app_commands.command(name="about", description=texts.ABOUT_COMMAND)
    @everywhere
    async def about(self, interaction: Click) -> None:
        """Show what this bot is."""
        async with guarded(interaction):
            stages = stages_of(interaction)
            source_url = stages.config.discord.source_url
            await send(interaction, about_panel(stages.knowledge.engine, len(interaction.client.guilds), source_url), private=True)
