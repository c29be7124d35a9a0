"""The forms of decisions: how a case is resolved, why it is dismissed, what to note. Used for one case and for several."""

from __future__ import annotations

import discord

from bot.views.form import Fields, form, paragraph
from bot.views.review.words import DISMISSALS, OFFERED_RESOLUTIONS, RESOLUTIONS

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
