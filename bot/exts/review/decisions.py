"""The forms of decisions: how a case is resolved, why it is dismissed, what to note. Used for one case and for several.

The controls of a case's card. Each names its case by number, which only the server it is pressed in can resolve.
"""

from __future__ import annotations

import re

import discord

from bot.cases.kinds import DismissReason, Resolution
from bot.exts.kit.controls import CASE, Click, Control, Fields, Form, form, paragraph
from bot.exts.kit.interaction import Audience, actor_of, belongs, cases_changed, guild_of, respond, stages_of
from bot.exts.kit.panel import Tone, notice
from bot.exts.review.card import acknowledge_in_place, redraw, show_card, show_decision
from bot.exts.review.words import DISMISSALS, OFFERED_RESOLUTIONS, RESOLUTIONS
from bot.review.decisions import Decisions

LONGEST_TEXT = 1000
_TOLD = "Optional. Members who asked to be told get it as a direct message."


def resolve_form(title: str, custom_id: str) -> discord.ui.Modal:
    """Ask for the outcome, and for a message to the members."""
    options = [
        discord.RadioGroupOption(label=RESOLUTIONS[outcome][0], value=outcome.value, description=RESOLUTIONS[outcome][1])
        for outcome in OFFERED_RESOLUTIONS
    ]
    outcomes: discord.ui.RadioGroup[discord.ui.LayoutView] = discord.ui.RadioGroup(custom_id="outcome", options=options)
    return form(
        title,
        custom_id,
        (
            discord.ui.Label(text="Outcome", component=outcomes),
            discord.ui.Label(text="Message to the members", description=_TOLD, component=paragraph("message", longest=LONGEST_TEXT)),
        ),
    )


def dismiss_form(title: str, custom_id: str) -> discord.ui.Modal:
    """Ask for the reason."""
    options = [discord.RadioGroupOption(label=label, value=reason.value, description=text) for reason, (label, text) in DISMISSALS.items()]
    reasons: discord.ui.RadioGroup[discord.ui.LayoutView] = discord.ui.RadioGroup(custom_id="reason", options=options)
    return form(
        title,
        custom_id,
        (
            discord.ui.Label(text="Reason", component=reasons),
            discord.ui.Label(
                text="In your words", description="Optional. For moderators only.", component=paragraph("text", longest=LONGEST_TEXT)
            ),
        ),
    )


def note_form(title: str, custom_id: str) -> discord.ui.Modal:
    """Ask for a note for the other moderators."""
    field = paragraph("text", longest=LONGEST_TEXT, required=True)
    return form(title, custom_id, (discord.ui.Label(text="Note", description="Moderators see it on the card.", component=field),))


def typed(fields: Fields, name: str) -> str | None:
    """Return what was typed into a field; None where it is empty."""
    return fields.get(name, "").strip() or None


_NOTHING_WAITS = "No other case is waiting. Well done!"


class CaseControl(Control, template="(?!)"):
    """A control of a case's card."""

    audience = Audience.MODERATOR

    @property
    def number(self) -> int:
        """The case."""
        return int(self.state["case"])


class ClaimCase(CaseControl, template=f"review:claim:{CASE}"):
    """Takes a case, so that nobody else works on it."""

    async def press(self, interaction: Click) -> None:
        """Claim it; of two moderators one wins."""
        await acknowledge_in_place(interaction)
        await show_decision(interaction, await _decisions(interaction).claim(actor_of(interaction), self.number))


class UnclaimCase(CaseControl, template=f"review:unclaim:{CASE}"):
    """Gives a case back; an administrator can take it from somebody else."""

    async def press(self, interaction: Click) -> None:
        """Give it back."""
        await acknowledge_in_place(interaction)
        of_others = await belongs(interaction, Audience.ADMINISTRATOR)
        await show_decision(interaction, await _decisions(interaction).unclaim(actor_of(interaction), self.number, of_others=of_others))


class ReopenCase(CaseControl, template=f"review:reopen:{CASE}"):
    """Opens what was closed."""

    async def press(self, interaction: Click) -> None:
        """Reopen it."""
        await acknowledge_in_place(interaction)
        await show_decision(interaction, await _decisions(interaction).reopen(actor_of(interaction), self.number))


class ApproveNote(CaseControl, template=f"review:approve:{CASE}"):
    """Puts a community note under its section."""

    async def press(self, interaction: Click) -> None:
        """Approve it."""
        await acknowledge_in_place(interaction)
        await show_decision(interaction, await _decisions(interaction).approve(actor_of(interaction), self.number))


class ResolveCase(CaseControl, template=f"review:resolve:{CASE}"):
    """Asks how a case is resolved; the decision falls when the form is sent."""

    async def press(self, interaction: Click) -> None:
        """Open the form."""
        await interaction.response.send_modal(resolve_form(f"Resolve case #{self.number}", f"review:resolve:{self.number}"))


class DismissCase(CaseControl, template=f"review:dismiss:{CASE}"):
    """Asks why a case is dismissed; the decision falls when the form is sent."""

    async def press(self, interaction: Click) -> None:
        """Open the form."""
        await interaction.response.send_modal(dismiss_form(f"Dismiss case #{self.number}", f"review:dismiss:{self.number}"))


class NoteCase(CaseControl, template=f"review:note:{CASE}"):
    """Asks for a note for the other moderators."""

    async def press(self, interaction: Click) -> None:
        """Open the form."""
        await interaction.response.send_modal(note_form(f"Note on case #{self.number}", f"review:note:{self.number}"))


class NextCase(CaseControl, template=f"review:next:{CASE}"):
    """Goes on to the next case that waits."""

    async def press(self, interaction: Click) -> None:
        """Show it: in place of a card that only the moderator sees, else on a new one."""
        message = interaction.message
        in_place = message is not None and message.flags.ephemeral
        await (acknowledge_in_place(interaction) if in_place else interaction.response.defer(ephemeral=True, thinking=True))
        found = await stages_of(interaction).review.queue.next(guild_of(interaction), self.number, interaction.user.id)
        if found is None:
            await respond(interaction, notice(_NOTHING_WAITS, Tone.SURE), private=True)
        elif in_place:
            await redraw(interaction, found.number)
        else:
            await show_card(interaction, await stages_of(interaction).review.cards.show(guild_of(interaction), found.number))


async def _save_resolve(interaction: Click, state: re.Match[str], fields: Fields) -> None:
    await acknowledge_in_place(interaction)
    outcome, message = Resolution(fields["outcome"]), typed(fields, "message")
    await show_decision(interaction, await _decisions(interaction).resolve(actor_of(interaction), int(state["case"]), outcome, message))


async def _save_dismiss(interaction: Click, state: re.Match[str], fields: Fields) -> None:
    await acknowledge_in_place(interaction)
    reason, text = DismissReason(fields["reason"]), typed(fields, "text")
    await show_decision(interaction, await _decisions(interaction).dismiss(actor_of(interaction), int(state["case"]), reason, text))


async def _save_note(interaction: Click, state: re.Match[str], fields: Fields) -> None:
    await acknowledge_in_place(interaction)
    case = await _decisions(interaction).note(actor_of(interaction), int(state["case"]), fields["text"])
    await redraw(interaction, case.number)
    cases_changed(interaction)


CASE_FORMS = (
    Form(f"review:resolve:{CASE}", _save_resolve, Audience.MODERATOR),
    Form(f"review:dismiss:{CASE}", _save_dismiss, Audience.MODERATOR),
    Form(f"review:note:{CASE}", _save_note, Audience.MODERATOR),
)


def _decisions(interaction: Click) -> Decisions:
    return stages_of(interaction).review.decisions
