"""/help: a start page that says in a few lines how to ask, with three examples to press.

The examples are questions of the knowledge that is served, one from each of three areas, so that every folder has its own.
"""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.answering.engine import AnswerEngine, is_clean
from bot.corpus.document import Corpus, Section
from bot.errors import NotFound
from bot.exts.ask.answer import answer_panel
from bot.exts.kit import interaction as kit
from bot.exts.kit.channels import everywhere
from bot.exts.kit.controls import KEY, Control
from bot.exts.kit.panel import Block, Button, Panel, button, rows
from bot.query.message import clean_question
from bot.texts import about as texts

_EXAMPLES = 3
_LONGEST = 36
"""Characters of an example, which stands on one line of a button."""
_PLAIN = ("What is ", "What are ")
"""How the questions begin that everybody understands."""


class AskExample(Control, template=f"help:ask:{KEY}"):
    """Asks an example, for whoever presses it alone."""

    @classmethod
    def of(cls, section: Section, question: str) -> Button:
        """The button that asks it."""
        return button(question, cls.id_of(key=section.key))

    async def press(self, interaction: kit.Click) -> None:
        """Answer it as if it had been typed."""
        await kit.acknowledge(interaction, private=True)
        stages = kit.stages_of(interaction)
        section = stages.knowledge.engine.corpus.section_of_key(self.state["key"])
        if section is None:
            raise NotFound("the section is no longer in the knowledge base")
        question = clean_question(_question_of(section) or section.title)
        asker, conversation = kit.asker_of(interaction), kit.conversation_of(interaction)
        recorded = await stages.answering.ask(question, asker, kit.delivery_of(interaction), conversation)
        panel = answer_panel(recorded, askable=kit.in_server(interaction), repeat_question=True)
        sent = await kit.send(interaction, panel, private=True)
        if sent is not None:
            await stages.answering.shown_in(recorded, kit.guild_of(interaction), sent.id)


def examples(corpus: Corpus) -> tuple[tuple[Section, str], ...]:
    """Three sections of different areas with a question of each, always the same of one knowledge base."""
    found: dict[str, tuple[Section, str]] = {}
    for section in corpus.sections:
        question = None if corpus.is_catalogue(section) else _question_of(section)
        if question is not None and (section.area not in found or (_is_plain(question) and not _is_plain(found[section.area][1]))):
            found[section.area] = (section, question)
    return tuple(found.values())[:_EXAMPLES]


def _is_plain(question: str) -> bool:
    return question.startswith(_PLAIN)


def _question_of(section: Section) -> str | None:
    """The first question of a section that can stand on a button."""
    return next((question for question in (section.title, *section.questions) if is_clean(question) and len(question) <= _LONGEST), None)


def help_panel(engine: AnswerEngine, mention: str) -> Panel:
    """How to ask, three examples, and what else there is."""
    pressed = rows(*(AskExample.of(section, question) for section, question in examples(engine.corpus)))
    tried: list[Block] = [texts.TRY_ONE, *pressed] if pressed else []
    return Panel([texts.HELP_TITLE, texts.how_to_ask(mention), *tried, texts.LOOK_UP, texts.BESIDE, texts.FURTHER])


class Help(commands.Cog):
    """Says how to use the bot."""

    @app_commands.command(name="help", description=texts.HELP_COMMAND)
    @everywhere
    async def help(self, interaction: kit.Click) -> None:
        """Show the start page."""
        async with kit.guarded(interaction):
            user = interaction.client.user
            panel = help_panel(kit.stages_of(interaction).knowledge.engine, user.mention if user else "@me")
            await kit.send(interaction, panel, private=True)
