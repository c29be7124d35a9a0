"""One decision about several cases: a panel that states the number, a form for the reason, and what came of each case.

The picked numbers travel in the ``custom_id``, to the base 36, so that ten of them find room.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import discord

from bot.feedback.case_kinds import DismissReason, Resolution
from bot.review.bulk import BulkDecision, BulkResult, Claim, Dismiss, Resolve
from bot.views.access import actor_of, stages_of
from bot.views.controls import Click, Control
from bot.views.form import Fields, Form
from bot.views.panel import Panel, Tone, notice
from bot.views.permission import Audience
from bot.views.respond import acknowledge, respond
from bot.views.review.changes import cases_changed
from bot.views.review.decision_forms import dismiss_form, resolve_form, typed
from bot.views.review.words import bulk_refusal_text, cases

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
