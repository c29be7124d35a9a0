"""The form behind "Not helpful": a reason, and if the member likes, a comment and a correction.

The form is sent without being kept in memory; ``cogs.forms`` reads what comes back from the raw data, so a form
that was open while the bot restarted is saved like any other.

**Ask a moderator** under a question that the bot declined: with the asker's consent it goes to the review queue.

Consent is given by sending a form that says what is passed on; nothing leaves the asker by a single click.
"""

from __future__ import annotations

import re
from typing import assert_never

import discord

from bot.answering.outcome import ANSWER_ID_PATTERN
from bot.cases.kinds import Reason
from bot.exts.kit.controls import ANSWER, CHECKED, Click, Control, Fields, Form, form, paragraph
from bot.exts.kit.interaction import Audience, acknowledge, answer_of_control, cases_changed, guild_of, member_hash, respond, stages_of
from bot.exts.kit.panel import Tone, escape, notice
from bot.feedback.question_log import StoredAnswer
from bot.feedback.votes import NotHelpful
from bot.query.message import LONGEST_QUESTION
from bot.review.questions import NotSent, NotSentReason, Sent

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


_SHOWN = 500
_CONSENT = (
    "Your question is passed on to the moderators of this server, word for word and without your name. /privacy delete takes it back."
)
_SENT = "Thank you. The moderators have your question now."
_REPEATED = "The moderators have your question already."
_NOT_SENT = {
    NotSentReason.NOT_ASKER: "Only the member who asked can pass this question on. Ask it yourself with /ask.",
    NotSentReason.NO_TEXT: "The text of this question is no longer stored. Please ask it again with /ask.",
    NotSentReason.NO_MODERATORS: "There are no moderators in a direct message. Ask in a server.",
    NotSentReason.ANSWERED: "That question was answered. If the answer is wrong, press “Not helpful” below it.",
}


class AskModerator(Control, template=f"answer:moderator:{ANSWER}"):
    """Asks for consent to pass a question on."""

    audience = Audience.SERVER_MEMBER

    @classmethod
    def of(cls, answer_id: str) -> discord.ui.Button[discord.ui.LayoutView]:
        """Return the button for a question that was declined."""
        return discord.ui.Button(label="Ask a moderator", style=discord.ButtonStyle.primary, custom_id=f"answer:moderator:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Open the form, for the asker alone. It cannot follow a deferral, so the one look-up comes first; it waits for no writer."""
        stored = await answer_of_control(interaction, self.state["answer"])
        if stored.member_hash != member_hash(interaction):
            await respond(interaction, notice(_NOT_SENT[NotSentReason.NOT_ASKER], Tone.UNSURE), private=True)
            return
        await interaction.response.send_modal(consent_form(stored))


def consent_form(stored: StoredAnswer) -> discord.ui.Modal:
    """Say what is passed on, or where its text is gone let the member type it, and ask whether they want to be told."""
    name = f"answer:moderator:{stored.answer_id}"
    if stored.question is not None:
        shown: discord.ui.TextDisplay[discord.ui.LayoutView] = discord.ui.TextDisplay(f"“{escape(stored.question, _SHOWN)}”\n\n{_CONSENT}")
        return form("Ask a moderator", name, [shown, tell_me()])
    field = paragraph("question", longest=LONGEST_QUESTION, required=True)
    typed = discord.ui.Label[discord.ui.LayoutView](text="Your question", description="Its text is no longer stored.", component=field)
    consent: discord.ui.TextDisplay[discord.ui.LayoutView] = discord.ui.TextDisplay(_CONSENT)
    return form("Ask a moderator", name, [consent, typed, tell_me()])


async def pass_on(interaction: Click, state: re.Match[str], fields: Fields) -> None:
    """Put the question into the review queue, and say so."""
    await acknowledge(interaction, private=True)
    result = await stages_of(interaction).review.questions.ask_moderator(
        state["answer"], guild_of(interaction), member_hash(interaction), to_be_told(interaction, fields), fields.get("question")
    )
    match result:
        case Sent():
            await respond(interaction, notice(_REPEATED if result.repeated else _SENT, Tone.SURE), private=True)
            cases_changed(interaction)
        case NotSent():
            await respond(interaction, notice(_NOT_SENT[result.reason], Tone.UNSURE), private=True)
        case _:
            assert_never(result)


ASK_MODERATOR_FORM = Form(f"answer:moderator:{ANSWER}", pass_on, Audience.SERVER_MEMBER)
