"""The controls of a case's card. Each names its case by number, which only the server it is pressed in can resolve."""

from __future__ import annotations

import re

from bot.feedback.case_kinds import DismissReason, Resolution
from bot.review.decisions import Decisions
from bot.views.access import actor_of, guild_of, stages_of
from bot.views.controls import CASE, Click, Control
from bot.views.form import Fields, Form
from bot.views.panel import Tone, notice
from bot.views.permission import Audience, belongs
from bot.views.respond import respond
from bot.views.review.changes import cases_changed
from bot.views.review.decision_forms import dismiss_form, note_form, resolve_form, typed
from bot.views.review.open_card import acknowledge_in_place, redraw, show_card, show_decision

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
