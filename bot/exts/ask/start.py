"""For whoever does not know yet what to ask: /help, examples to press, and what the knowledge is about.

The examples are questions of the knowledge that is served, so that every folder has its own, in words that all of it uses: a question
about one product or one law says little to a newcomer.
"""

from __future__ import annotations

import math
from collections import Counter

from discord import app_commands
from discord.ext import commands

from bot.answering import outcome as outcomes
from bot.answering.engine import AnswerEngine
from bot.corpus.document import Section
from bot.errors import NotFound
from bot.exts.ask.answer import answer_panel
from bot.exts.kit import interaction as kit
from bot.exts.kit.channels import everywhere
from bot.exts.kit.controls import KEY, Control
from bot.exts.kit.panel import Block, Button, ControlRow, Panel, button, escape, rows
from bot.feedback.recording import RecordedAnswer
from bot.lookup.browsing import area_title
from bot.query.message import clean_question, is_clean
from bot.retrieval.analyzer import Analyzer, is_content
from bot.texts import about as texts
from bot.texts import ask as ask_texts

_EXAMPLES = 3
_LONGEST = 36
"""Characters of an example, which stands on one line of a button."""
_PLAIN = ("What is ", "What are ")
"""How the questions begin that everybody understands."""
_AREAS = 2
"""Areas that a decline names, in a line that a phone shows."""


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
        panel = reply_panel(recorded, stages.knowledge.engine, askable=kit.in_server(interaction), repeat_question=True)
        sent = await kit.send(interaction, panel, private=True)
        if sent is not None:
            await stages.answering.shown_in(recorded, kit.guild_of(interaction), sent.id)


def examples(engine: AnswerEngine) -> tuple[tuple[Section, str], ...]:
    """Three sections with a question of each, of as many areas as there are; always the same of one knowledge base.

    Those come first that ask what something is, and of them those whose rarest word is the most common one in the knowledge base.
    """
    corpus, information, analyzer = engine.corpus, engine.index.word_information(), Analyzer()

    def easy(pair: tuple[Section, str]) -> tuple[bool, float]:
        content = (word.term for word in analyzer.words(pair[1]) if is_content(word.surface))
        return not pair[1].startswith(_PLAIN), max((information.get(term, math.inf) for term in content), default=math.inf)

    asked = [(section, _question_of(section)) for section in corpus.sections if not corpus.is_catalogue(section)]
    plain = sorted(((section, question) for section, question in asked if question is not None), key=easy)
    first = {section.area: (section, question) for section, question in reversed(plain)}
    chosen = [pair for pair in plain if pair == first[pair[0].area]]
    return tuple([*chosen, *(pair for pair in plain if pair not in chosen)][:_EXAMPLES])


def _question_of(section: Section) -> str | None:
    """The first question of a section that can stand on a button."""
    return next((question for question in (section.title, *section.questions) if is_clean(question) and len(question) <= _LONGEST), None)


def reply_panel(recorded: RecordedAnswer, engine: AnswerEngine, *, askable: bool, repeat_question: bool = False) -> Panel:
    """The message for an outcome, as ``answer_panel`` makes it, and what helps whoever has not found their question yet.

    To "what can you do?" there are examples to press; where nothing is near a question, it says what the knowledge is about.
    """
    match recorded.outcome:
        case outcomes.SmallTalk(text=ask_texts.WHO_I_AM):
            return Panel([ask_texts.WHO_I_AM], below=_examples(engine))
        case _:
            corpus = engine.corpus
            areas = Counter(section.area for section in corpus.sections if section.area and not corpus.is_catalogue(section))
            named = [escape(area_title(area), _LONGEST) for area, _ in areas.most_common(_AREAS)]
            known = ask_texts.knows_about(named, len(areas) - len(named)) if named else ""
            return answer_panel(recorded, askable=askable, repeat_question=repeat_question, known=known)


def _examples(engine: AnswerEngine) -> list[ControlRow]:
    return rows(*(AskExample.of(section, question) for section, question in examples(engine)))


def help_panel(engine: AnswerEngine, mention: str) -> Panel:
    """How to ask, three examples, and what else there is."""
    pressed = _examples(engine)
    tried: list[Block] = [texts.TRY_ONE, *pressed] if pressed else []
    return Panel([texts.HELP_TITLE, *tried, texts.how_to_ask(mention), texts.LOOK_UP, texts.BESIDE, texts.FURTHER])


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
