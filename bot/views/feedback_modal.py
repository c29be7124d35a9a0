"""The form behind "Not helpful": a reason, and if the member likes, a comment and a correction.

The form is sent without being kept in memory; ``cogs.forms`` reads what comes back from the raw data, so a form
that was open while the bot restarted is saved like any other.
"""

from __future__ import annotations

import re

import discord

from bot.answering.identity import ANSWER_ID_PATTERN
from bot.feedback.reasons import Reason
from bot.feedback.votes import NotHelpful
from bot.views.access import guild_of, member_hash, stages_of
from bot.views.controls import Click
from bot.views.form import CHECKED, Fields, Form, form, paragraph
from bot.views.panel import Tone, notice
from bot.views.respond import acknowledge, respond
from bot.views.review.changes import cases_changed

_LONGEST_TEXT = 1000
_REASONS = {
    Reason.WRONG: ("Wrong", "It says something that is not true"),
    Reason.OUTDATED: ("Outdated", "It was true once"),
    Reason.INCOMPLETE: ("Incomplete", "Something important is missing"),
    Reason.UNCLEAR: ("Unclear", "I do not understand it"),
    Reason.OFF_TOPIC: ("Off-topic", "It answers another question than mine"),
}
_TELL = "By direct message. Your id is kept for that until you are told, and deleted then."
_SAVED = "Thank you, your feedback is saved. It helps to make the next answer better."


def feedback_modal(answer_id: str, *, in_server: bool) -> discord.ui.Modal:
    """Return the form for an answer.

    Args:
        answer_id: the answer.
        in_server: whether there are moderators who could tell the member what became of it.
    """
    options = [discord.SelectOption(label=label, value=reason.value, description=text) for reason, (label, text) in _REASONS.items()]
    labels: list[discord.ui.Label[discord.ui.LayoutView]] = [
        discord.ui.Label(text="Reason", component=discord.ui.Select(custom_id="reason", options=options, placeholder="Choose one")),
        discord.ui.Label(
            text="Comment", description="Optional. Please no personal data.", component=paragraph("comment", longest=_LONGEST_TEXT)
        ),
        discord.ui.Label(
            text="What should it say?", description="Optional: a correction.", component=paragraph("correction", longest=_LONGEST_TEXT)
        ),
    ]
    return form("What was wrong?", f"feedback:vote:{answer_id}", [*labels, tell_me()] if in_server else labels)


def tell_me() -> discord.ui.Label[discord.ui.LayoutView]:
    """Return the box by which a member asks to be told what becomes of what they send."""
    box: discord.ui.Checkbox[discord.ui.LayoutView] = discord.ui.Checkbox(custom_id="tell")
    return discord.ui.Label(text="Tell me what became of it", description=_TELL, component=box)


def to_be_told(interaction: Click, fields: Fields) -> int | None:
    """Return the id under which the member asked to be told what became of it, or None."""
    return interaction.user.id if fields.get("tell") == CHECKED else None


async def save_feedback(interaction: Click, state: re.Match[str], fields: Fields) -> None:
    """Save the vote that a form describes, and thank the voter."""
    await acknowledge(interaction, private=True)
    vote = NotHelpful(Reason(fields["reason"]), fields.get("comment", "").strip(), fields.get("correction", "").strip())
    await stages_of(interaction).votes.cast(
        state["answer"], guild_of(interaction), member_hash(interaction), vote, notify_user_id=to_be_told(interaction, fields)
    )
    await respond(interaction, notice(_SAVED, Tone.SURE), private=True)
    cases_changed(interaction)


FEEDBACK_FORM = Form(f"feedback:vote:(?P<answer>{ANSWER_ID_PATTERN})", save_feedback)
