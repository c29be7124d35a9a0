"""Lists of cases: the queue by filters, and what a search found. A select opens one case, another picks several."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.answering.question import storable
from bot.errors import InputError
from bot.review.case import CaseSummary
from bot.review.queue import QueuePage
from bot.views.access import guild_of, stages_of
from bot.views.controls import NUMBER, Click, Control, case_number
from bot.views.panel import Block, Panel, rule
from bot.views.permission import Audience
from bot.views.respond import respond
from bot.views.review.bulk import selected_panel
from bot.views.review.filters import FILTER, Choice, from_match
from bot.views.review.open_card import open_card
from bot.views.review.words import STATES, cases, list_line, option
from bot.views.text import escape

PAGE_SIZE = 10
LONGEST_SEARCH = 60
_EMPTY = "Nothing here. Other filters may show more."


async def show_queue(interaction: Click, choice: Choice, page: int) -> Panel:
    """Return one page of the queue as a message."""
    stages = stages_of(interaction)
    zone = (await stages.guilds.settings(guild_of(interaction))).time_zone
    filters = choice.filters(stages.knowledge.engine, interaction.user.id, zone)
    found = await stages.review.queue.page(guild_of(interaction), filters, page, PAGE_SIZE)
    return _list_panel("### Review queue", f"-# Shown: {escape(choice.described)}", found, f"review:queue:{choice.encoded}")


def search_words(typed: str) -> str:
    """Return what is searched for, short enough to be part of a ``custom_id``, which Discord may count in units of UTF-16.

    Raises:
        InputError: there is nothing to search for.
    """
    text = storable(" ".join(typed.split()))
    while len(text.encode("utf-16-le")) > 2 * LONGEST_SEARCH:
        text = text[:-1]
    if not text:
        raise InputError("Please write a word to search for.")
    return text


async def show_search(interaction: Click, text: str, page: int) -> Panel:
    """Return one page of what a search found as a message."""
    found = await stages_of(interaction).review.queue.search(guild_of(interaction), text, page, PAGE_SIZE)
    return _list_panel("### Cases found", f"-# Searched: {escape(text)}", found, f"review:search:{text}")


def _list_panel(title: str, shown: str, found: QueuePage, name: str) -> Panel:
    counts = " · ".join(f"{STATES[count.state]} {count.cases}" for count in found.counts)
    position = f" · page {found.page + 1} of {found.pages}" if found.pages > 1 else ""
    blocks: list[Block] = [title, shown + (f"\n-# All of this server: {counts}" if counts else ""), rule()]
    if not found.cases:
        return Panel([*blocks, _EMPTY])
    blocks += ["\n".join(list_line(case) for case in found.cases), rule(), f"-# {cases(found.total)}{position}"]
    blocks += [discord.ui.ActionRow(OpenCase.of(found.cases)), discord.ui.ActionRow(PickCases.of(found.cases))]
    turns = [
        discord.ui.Button[discord.ui.LayoutView](label=label, custom_id=f"{name}:{page}")
        for label, page in (("Previous page", found.page - 1), ("Next page", found.page + 1))
        if 0 <= page < found.pages
    ]
    return Panel([*blocks, discord.ui.ActionRow(*turns)] if turns else blocks)


class TurnQueue(Control, template=f"review:queue:{FILTER}:{NUMBER}"):
    """Shows another page of the queue in place of this one."""

    audience = Audience.MODERATOR

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        await interaction.response.defer()
        panel = await show_queue(interaction, from_match(self.state), int(self.state["number"]))
        await interaction.edit_original_response(view=panel)


class TurnSearch(Control, template=rf"review:search:(?P<text>[\s\S]{{1,{LONGEST_SEARCH}}}):{NUMBER}"):
    """Shows another page of what a search found in place of this one."""

    audience = Audience.MODERATOR

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        await interaction.response.defer()
        panel = await show_search(interaction, self.state["text"], int(self.state["number"]))
        await interaction.edit_original_response(view=panel)


class OpenCase(Control, template="review:open"):
    """Opens the card of a case chosen from a list."""

    audience = Audience.MODERATOR

    @classmethod
    def of(cls, listed: Sequence[CaseSummary]) -> discord.ui.Select[discord.ui.LayoutView]:
        """Return the select for the cases of a list."""
        return discord.ui.Select(placeholder="Open a case", options=[option(case) for case in listed], custom_id="review:open")

    async def press(self, interaction: Click) -> None:
        """Show the card."""
        await open_card(interaction, case_number(self.chosen))


class PickCases(Control, template="review:pick"):
    """Picks several cases of a list, for one decision about all of them."""

    audience = Audience.MODERATOR

    @classmethod
    def of(cls, listed: Sequence[CaseSummary]) -> discord.ui.Select[discord.ui.LayoutView]:
        """Return the select for the cases of a list."""
        options = [option(case) for case in listed]
        return discord.ui.Select(placeholder="Pick several cases", options=options, max_values=len(options), custom_id="review:pick")

    async def press(self, interaction: Click) -> None:
        """Ask what to do with them."""
        await respond(interaction, selected_panel([case_number(chosen) for chosen in self.all_chosen[:PAGE_SIZE]]), private=True)
