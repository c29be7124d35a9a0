"""Naming the section that answers the question of a case: a moderator's judgement, which changes answers of the server at once.

It is one question and one section; whoever asks that question next is shown the section. Whoever moderates can take it back, here or
from the list (``phrasing_list``).

The phrasings that moderators of a server confirmed: which questions are answered by which section because somebody said so.

A list by pages, with a select that takes one back. Confirming one is in ``phrasing``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import discord

from bot.answering.engine import AnswerEngine
from bot.corpus.document import Corpus, Section
from bot.errors import InputError, NotFound
from bot.exts.kit.controls import ANSWER, CASE, NUMBER, Click, Control, Fields, Form, case_number, form, paragraph
from bot.exts.kit.interaction import Audience, acknowledge, actor_of, guild_of, respond, stages_of
from bot.exts.kit.panel import LONGEST_OPTION, Block, Panel, Tone, counted, cut, escape, notice, rule
from bot.exts.review.decisions import typed
from bot.exts.review.words import age
from bot.feedback.question_log import LOOKUP, StoredAnswer
from bot.review.phrasings import ConfirmedPhrasing
from bot.storage.paging import Page

_MOST = 25
_LONGEST_QUESTION = 300
_LOOKED_UP = "This was looked up with a command, not asked, so there is no question to name a section for."
_NOTHING = "No section comes close to this question, so there is none to choose from. It may need a new one."
_EFFECT = "From now on, whoever asks this very question in this server is shown this section."
_NO_TEXT = "The text of this question is gone, so no section can be named for it."


class NameSection(Control, template=f"review:section:{CASE}"):
    """Asks which section answers the question of a case."""

    audience = Audience.MODERATOR

    async def press(self, interaction: Click) -> None:
        """Open the form. It cannot follow a deferral, so the look-up comes first; it waits for no writer."""
        number = int(self.state["case"])
        stages = stages_of(interaction)
        card = await stages.review.cards.show(guild_of(interaction), number)
        if card.answer is not None and card.answer.stored.outcome == LOOKUP:
            raise InputError(_LOOKED_UP)
        if card.answer is None or not card.answer.stored.question:
            raise InputError(_NO_TEXT)
        sections = _candidates(card.answer.stored, stages.knowledge.engine.corpus)
        if not sections:
            raise InputError(_NOTHING)
        await interaction.response.send_modal(_section_form(number, card.answer.stored, card.answer.stored.question, sections))


def _candidates(answer: StoredAnswer, corpus: Corpus) -> Sequence[Section]:
    """Return the sections that were ranked for the question, the best first, and are still there."""
    found = [corpus.section(hit.section_id) for hit in answer.hits[:_MOST]]
    return [section for section in found if section is not None]


def _section_form(number: int, answer: StoredAnswer, question: str, sections: Sequence[Section]) -> discord.ui.Modal:
    options = [
        discord.SelectOption(
            label=cut(section.title, LONGEST_OPTION), value=section.key, description=cut(section.heading_path[0], LONGEST_OPTION)
        )
        for section in sections
    ]
    chosen: discord.ui.Select[discord.ui.LayoutView] = discord.ui.Select(custom_id="section", options=options, placeholder="Choose one")
    words = paragraph("question", longest=_LONGEST_QUESTION, required=True, text=cut(question, _LONGEST_QUESTION))
    return form(
        f"Right section for case #{number}",
        f"review:section:{number}:{answer.answer_id}",
        (
            discord.ui.Label(text="The section that answers it", description=_EFFECT, component=chosen),
            discord.ui.Label(
                text="The question",
                description="As asked, or in your own words. Moderators see it in /review phrasings.",
                component=words,
            ),
        ),
    )


async def _save_section(interaction: Click, state: re.Match[str], fields: Fields) -> None:
    """Store the judgement with the answer that the form was about, so that it goes with the member's data, in whatever words."""
    await acknowledge(interaction, private=True)
    stages, number = stages_of(interaction), int(state["case"])
    section = stages.knowledge.engine.corpus.section_of_key(fields.get("section", ""))
    if section is None:
        raise NotFound("the section is no longer in the knowledge base")
    asked = (await stages.question_log.find(state["answer"], guild_of(interaction))).question or ""
    text = typed(fields, "question")
    reworded = None if text == cut(asked, _LONGEST_QUESTION) else text
    phrasing = await stages.review.phrasings.confirm(actor_of(interaction), number, section.id, reworded, answer_id=state["answer"])
    await respond(interaction, _saved_panel(phrasing, section), private=True)


def _saved_panel(phrasing: ConfirmedPhrasing, section: Section) -> Panel:
    text = (
        f"Saved: **{escape(section.title, 150)}** answers “{escape(phrasing.text, 300)}”. From now on, whoever asks that here is shown "
        "this section, and similar questions find it more easily. Other servers are not affected. /review phrasings lists all of them."
    )
    button: discord.ui.Button[discord.ui.LayoutView] = discord.ui.Button(
        label="Take it back", custom_id=f"review:phrasing:{phrasing.phrasing_id}"
    )
    return Panel([text, discord.ui.ActionRow(button)], Tone.SURE)


class WithdrawPhrasing(Control, template="review:phrasing:(?P<phrasing>[0-9]{1,18})"):
    """Takes a judgement about a section back."""

    audience = Audience.MODERATOR

    async def press(self, interaction: Click) -> None:
        """Take it back; another server's cannot be."""
        await acknowledge(interaction, private=True)
        if not await stages_of(interaction).review.phrasings.withdraw(actor_of(interaction), int(self.state["phrasing"])):
            raise NotFound("the server has no such phrasing")
        await respond(interaction, notice("Taken back.", Tone.SURE), private=True)


PHRASING_FORM = Form(f"review:section:{CASE}:{ANSWER}", _save_section, Audience.MODERATOR)


PAGE_SIZE = 10
_QUESTION = 120
_TITLE = 80
_INTRODUCTION = (
    "### Confirmed phrasings\n-# In this server, whoever asks one of these questions is shown its section. "
    "**Right section** on a case adds one; taking one back counts from the next question on."
)
_NONE = "There are none yet."
_REMOVED = "a section that was removed since; it has no effect"


async def show_phrasings(interaction: Click, page: int) -> Panel:
    """Return one page of the list as a message, the newest phrasing first."""
    stages = stages_of(interaction)
    found = await stages.review.phrasings.page(guild_of(interaction), page, PAGE_SIZE)
    engine = stages.knowledge.engine
    blocks: list[Block] = [_INTRODUCTION, rule()]
    if not found.items:
        return Panel([*blocks, _NONE])
    blocks.append("\n".join(_line(one, engine) for one in found.items))
    blocks.append(f"-# {counted(found.total, 'phrasing')}, page {found.page + 1} of {found.pages}")
    blocks.append(discord.ui.ActionRow(TakePhrasingBack.of(found, engine)))
    turns = [
        TurnPhrasings.to(target, label)
        for label, target in (("Newer", found.page - 1), ("Older", found.page + 1))
        if 0 <= target < found.pages
    ]
    return Panel([*blocks, discord.ui.ActionRow(*turns)] if turns else blocks)


def _line(phrasing: ConfirmedPhrasing, engine: AnswerEngine) -> str:
    section = engine.section(phrasing.section_id)
    title = f"*{_REMOVED}*" if section is None else f"**{escape(section.title, _TITLE)}**"
    return f"• “{escape(phrasing.text, _QUESTION)}” → {title} {age(phrasing.confirmed_at)}"


class TurnPhrasings(Control, template=f"review:phrasings:{NUMBER}"):
    """Shows another page of the list in place of this one."""

    audience = Audience.MODERATOR

    @classmethod
    def to(cls, page: int, label: str) -> discord.ui.Button[discord.ui.LayoutView]:
        """Return the button that leads to a page."""
        return discord.ui.Button(label=label, custom_id=f"review:phrasings:{page}")

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        await interaction.response.defer()
        await interaction.edit_original_response(view=await show_phrasings(interaction, int(self.state["number"])))


class TakePhrasingBack(Control, template=f"review:unphrase:{NUMBER}"):
    """Takes a phrasing of the list back."""

    audience = Audience.MODERATOR

    @classmethod
    def of(cls, listed: Page[ConfirmedPhrasing], engine: AnswerEngine) -> discord.ui.Select[discord.ui.LayoutView]:
        """Return the select for the phrasings of a page."""
        options = [_option(phrasing, engine) for phrasing in listed.items]
        return discord.ui.Select(placeholder="Take one back", options=options, custom_id=f"review:unphrase:{listed.page}")

    async def press(self, interaction: Click) -> None:
        """Take it back and show the list without it; another server's cannot be."""
        await interaction.response.defer()
        withdrawn = await stages_of(interaction).review.phrasings.withdraw(actor_of(interaction), case_number(self.chosen))
        await interaction.edit_original_response(view=await show_phrasings(interaction, int(self.state["number"])))
        if not withdrawn:
            raise NotFound("the server has no such phrasing")


def _option(phrasing: ConfirmedPhrasing, engine: AnswerEngine) -> discord.SelectOption:
    section = engine.section(phrasing.section_id)
    title = _REMOVED if section is None else section.title
    return discord.SelectOption(
        label=cut(phrasing.text, LONGEST_OPTION), value=str(phrasing.phrasing_id), description=cut(title, LONGEST_OPTION)
    )
