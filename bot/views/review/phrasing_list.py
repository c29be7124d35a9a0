"""The phrasings that moderators of a server confirmed: which questions are answered by which section because somebody said so.

A list by pages, with a select that takes one back. Confirming one is in ``phrasing``.
"""

from __future__ import annotations

import discord

from bot.answering.engine import AnswerEngine
from bot.errors import NotFound
from bot.review.paging import Page
from bot.review.phrasings import Phrasing
from bot.views.access import actor_of, guild_of, stages_of
from bot.views.controls import NUMBER, Click, Control, case_number
from bot.views.panel import Block, Panel, rule
from bot.views.permission import Audience
from bot.views.review.words import age
from bot.views.text import LONGEST_OPTION, counted, cut, escape

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


def _line(phrasing: Phrasing, engine: AnswerEngine) -> str:
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
    def of(cls, listed: Page[Phrasing], engine: AnswerEngine) -> discord.ui.Select[discord.ui.LayoutView]:
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


def _option(phrasing: Phrasing, engine: AnswerEngine) -> discord.SelectOption:
    section = engine.section(phrasing.section_id)
    title = _REMOVED if section is None else section.title
    return discord.SelectOption(
        label=cut(phrasing.text, LONGEST_OPTION), value=str(phrasing.phrasing_id), description=cut(title, LONGEST_OPTION)
    )
