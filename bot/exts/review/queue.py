"""Lists of cases: the queue by filters, and what a search found. A select opens one case, another picks several.

One decision about several cases: a panel that states the number, a form for the reason, and what came of each case.

The picked numbers travel in the ``custom_id``, to the base 36, so that ten of them find room.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import discord

from bot.cases.case import CaseSummary
from bot.cases.kinds import DismissReason, Resolution
from bot.errors import InputError
from bot.exts.kit.controls import NUMBER, Click, Control, Fields, Form, case_number
from bot.exts.kit.interaction import Audience, acknowledge, actor_of, cases_changed, guild_of, respond, stages_of
from bot.exts.kit.panel import Block, Panel, Tone, escape, notice, rule
from bot.exts.review.card import open_card
from bot.exts.review.decisions import dismiss_form, resolve_form, typed
from bot.exts.review.filters import FILTER, FilterChoice, from_match
from bot.exts.review.words import STATES, bulk_refusal_text, cases, list_line, state_option
from bot.query.message import storable
from bot.review.decisions import BulkDecision, BulkResult, Claim, Dismiss, Resolve
from bot.review.queue import QueuePage

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PICKED = "(?P<picked>[0-9a-z]{1,7}(?:[.][0-9a-z]{1,7}){0,9})"


def selected_panel(numbers: Sequence[int]) -> Panel:
    """Ask what to do with the cases that were picked."""
    picked = _encoded(numbers)
    named = ", ".join(f"#{number}" for number in numbers)
    count = cases(len(numbers))
    buttons = [
        discord.ui.Button[discord.ui.LayoutView](label=f"{verb} {count}", style=style, custom_id=f"review:bulk-{action}:{picked}")
        for verb, action, style in (
            ("Claim", "claim", discord.ButtonStyle.primary),
            ("Resolve", "resolve", discord.ButtonStyle.success),
            ("Dismiss", "dismiss", discord.ButtonStyle.danger),
        )
    ]
    return Panel([f"You picked **{count}**: {named}. What should become of all of them?", discord.ui.ActionRow(*buttons)], Tone.UNSURE)


class BulkClaim(Control, template=f"review:bulk-claim:{_PICKED}"):
    """Claims all picked cases."""

    audience = Audience.MODERATOR

    async def press(self, interaction: Click) -> None:
        """Claim, and say what was not possible."""
        await _apply(interaction, self.state, Claim(), "claimed")


class BulkResolve(Control, template=f"review:bulk-resolve:{_PICKED}"):
    """Asks how all picked cases are resolved."""

    audience = Audience.MODERATOR

    async def press(self, interaction: Click) -> None:
        """Open the form."""
        picked = self.state["picked"]
        await interaction.response.send_modal(resolve_form(f"Resolve {cases(len(_numbers(self.state)))}", f"review:bulk-resolve:{picked}"))


class BulkDismiss(Control, template=f"review:bulk-dismiss:{_PICKED}"):
    """Asks why all picked cases are dismissed."""

    audience = Audience.MODERATOR

    async def press(self, interaction: Click) -> None:
        """Open the form."""
        picked = self.state["picked"]
        await interaction.response.send_modal(dismiss_form(f"Dismiss {cases(len(_numbers(self.state)))}", f"review:bulk-dismiss:{picked}"))


async def _save_resolve(interaction: Click, state: re.Match[str], fields: Fields) -> None:
    await _apply(interaction, state, Resolve(Resolution(fields["outcome"]), typed(fields, "message")), "resolved")


async def _save_dismiss(interaction: Click, state: re.Match[str], fields: Fields) -> None:
    await _apply(interaction, state, Dismiss(DismissReason(fields["reason"]), typed(fields, "text")), "dismissed")


BULK_FORMS = (
    Form(f"review:bulk-resolve:{_PICKED}", _save_resolve, Audience.MODERATOR),
    Form(f"review:bulk-dismiss:{_PICKED}", _save_dismiss, Audience.MODERATOR),
)


async def _apply(interaction: Click, state: re.Match[str], decision: BulkDecision, done: str) -> None:
    await acknowledge(interaction, private=True)
    results = await stages_of(interaction).review.bulk.apply(actor_of(interaction), _numbers(state), decision)
    await respond(interaction, result_panel(results, done), private=True)
    cases_changed(interaction)


def result_panel(results: Sequence[BulkResult], done: str) -> Panel:
    """Say how many cases were decided, and why the others were not."""
    refused = [bulk_refusal_text(result.number, result.refusal, result.case) for result in results if result.refusal is not None]
    head = f"**{len(results) - len(refused)} of {cases(len(results))}** {done}."
    if not refused:
        return notice(head, Tone.SURE)
    return Panel([head, "Not possible:\n" + "\n".join(f"• {line}" for line in refused)], Tone.UNSURE)


def _encoded(numbers: Sequence[int]) -> str:
    return ".".join(_to_base_36(number) for number in numbers)


def _to_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _numbers(state: re.Match[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(part, len(_DIGITS)) for part in state["picked"].split(".")))


PAGE_SIZE = 10
LONGEST_SEARCH = 60
_EMPTY = "Nothing here. Other filters may show more."


async def show_queue(interaction: Click, choice: FilterChoice, page: int) -> Panel:
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
        return discord.ui.Select(placeholder="Open a case", options=[state_option(case) for case in listed], custom_id="review:open")

    async def press(self, interaction: Click) -> None:
        """Show the card."""
        await open_card(interaction, case_number(self.chosen))


class PickCases(Control, template="review:pick"):
    """Picks several cases of a list, for one decision about all of them."""

    audience = Audience.MODERATOR

    @classmethod
    def of(cls, listed: Sequence[CaseSummary]) -> discord.ui.Select[discord.ui.LayoutView]:
        """Return the select for the cases of a list."""
        options = [state_option(case) for case in listed]
        return discord.ui.Select(placeholder="Pick several cases", options=options, max_values=len(options), custom_id="review:pick")

    async def press(self, interaction: Click) -> None:
        """Ask what to do with them."""
        await respond(interaction, selected_panel([case_number(chosen) for chosen in self.all_chosen[:PAGE_SIZE]]), private=True)
