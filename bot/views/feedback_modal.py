"""The form behind "Not helpful": a reason, and if the member likes, a comment and a correction.

The form is sent without being kept in memory; ``cogs.forms`` reads what comes back from the raw data, so a form
that was open while the bot restarted is saved like any other.
"""

from __future__ import annotations

import discord

from bot.answering.identity import ANSWER_ID_PATTERN
from bot.feedback.votes import NotHelpful, Reason
from bot.views.access import guild_of, member_hash, stages_of
from bot.views.controls import Click
from bot.views.form import Fields, form
from bot.views.panel import Tone, notice
from bot.views.respond import acknowledge, respond

FEEDBACK_FORM = f"feedback:vote:(?P<answer>{ANSWER_ID_PATTERN})"
_LONGEST_TEXT = 1000
_REASONS = {
    Reason.WRONG: ("Wrong", "It says something that is not true"),
    Reason.OUTDATED: ("Outdated", "It was true once"),
    Reason.INCOMPLETE: ("Incomplete", "Something important is missing"),
    Reason.UNCLEAR: ("Unclear", "I do not understand it"),
    Reason.OFF_TOPIC: ("Off-topic", "It answers another question than mine"),
}
_SAVED = "Thank you, your feedback is saved. It helps to make the next answer better."


def feedback_modal(answer_id: str) -> discord.ui.Modal:
    """Return the form for an answer."""
    options = [discord.SelectOption(label=label, value=reason.value, description=text) for reason, (label, text) in _REASONS.items()]
    return form(
        title="What was wrong?",
        custom_id=f"feedback:vote:{answer_id}",
        labels=(
            discord.ui.Label(
                text="Reason", component=discord.ui.Select(custom_id="reason", options=options, placeholder="Choose one")
            ),
            discord.ui.Label(text="Comment", description="Optional. Please no personal data.", component=_paragraph("comment")),
            discord.ui.Label(text="What should it say?", description="Optional: a correction.", component=_paragraph("correction")),
        ),
    )  # fmt: skip


def _paragraph(name: str) -> discord.ui.TextInput[discord.ui.LayoutView]:
    return discord.ui.TextInput(custom_id=name, style=discord.TextStyle.paragraph, required=False, max_length=_LONGEST_TEXT)


async def save_feedback(interaction: Click, answer_id: str, fields: Fields) -> None:
    """Save the vote that a form describes, and thank the voter."""
    await acknowledge(interaction, private=True)
    vote = NotHelpful(Reason(fields["reason"]), fields.get("comment", "").strip(), fields.get("correction", "").strip())
    await stages_of(interaction).votes.cast(answer_id, guild_of(interaction), member_hash(interaction), vote)
    await respond(interaction, notice(_SAVED, Tone.SURE), private=True)
