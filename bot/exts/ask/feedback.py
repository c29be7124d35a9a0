"""What a member sends to the moderators from under an answer: what was wrong with it, or with their consent a question that was declined.

A vote against an answer is cast when its form is sent. A question is passed on only by a form that says what is passed on; nothing leaves
the asker by a single click. In both, whoever sends it may ask to hear what becomes of it.
"""

from __future__ import annotations

from typing import assert_never

import discord

from bot.cases.case import Reason
from bot.exts.kit.controls import ANSWER, Control, Fields, Form, FormRow, paragraph
from bot.exts.kit.interaction import Audience, Click, acknowledge, answer_of_control, cases_changed, guild_of, member_hash, send, stages_of
from bot.exts.kit.panel import Button, Tone, button, notice, one_line
from bot.feedback.question_log import StoredAnswer
from bot.feedback.votes import NotHelpful
from bot.query.message import LONGEST_QUESTION
from bot.review.questions import NotSent, NotSentReason, Sent

_LONGEST_TEXT = 1000
_SHOWN = 500
_REASONS = {
    Reason.WRONG: ("Wrong", "It says something that is not true"),
    Reason.OUTDATED: ("Outdated", "It was true once"),
    Reason.INCOMPLETE: ("Incomplete", "Something important is missing"),
    Reason.UNCLEAR: ("Unclear", "I do not understand it"),
    Reason.OFF_TOPIC: ("Off-topic", "It answers another question than mine"),
}
_TELL = "By direct message. Your id is kept for that until the message is sent, and deleted then."
_SAVED = "Thank you, your feedback is saved. It helps to make the next answer better."
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


def _tell_me() -> FormRow:
    box: discord.ui.Checkbox[discord.ui.LayoutView] = discord.ui.Checkbox(custom_id="tell")
    return discord.ui.Label(text="Tell me what became of it", description=_TELL, component=box)


def _to_notify(interaction: Click, fields: Fields) -> int | None:
    """The id under which the member asked to hear what became of it, or None."""
    return interaction.user.id if fields.checked("tell") else None


class FeedbackForm(Form, template=f"feedback:vote:{ANSWER}"):
    """Asks what was wrong with an answer: a reason, and if the member likes, a comment and a correction."""

    @classmethod
    def of(cls, answer_id: str, *, in_server: bool) -> discord.ui.Modal:
        """The form for an answer; only in a server are there moderators who could tell the member what became of it."""
        options = [discord.SelectOption(label=label, value=reason.value, description=text) for reason, (label, text) in _REASONS.items()]
        fields: list[FormRow] = [
            discord.ui.Label(text="Reason", component=discord.ui.Select(custom_id="reason", options=options, placeholder="Choose one")),
            discord.ui.Label(
                text="Comment", description="Optional. Please no personal data.", component=paragraph("comment", longest=_LONGEST_TEXT)
            ),
            discord.ui.Label(
                text="What should it say?", description="Optional: a correction.", component=paragraph("correction", longest=_LONGEST_TEXT)
            ),
        ]
        return cls.modal("What was wrong?", [*fields, _tell_me()] if in_server else fields, answer=answer_id)

    async def submit(self, interaction: Click, fields: Fields) -> None:
        """Save the vote, and thank the voter."""
        await acknowledge(interaction, private=True)
        vote = NotHelpful(fields.choice("reason", Reason), fields.text("comment"), fields.text("correction"))
        await stages_of(interaction).votes.cast(
            self.state["answer"], guild_of(interaction), member_hash(interaction), vote, notify_user_id=_to_notify(interaction, fields)
        )
        await send(interaction, notice(_SAVED, Tone.SURE), private=True)
        cases_changed(interaction)


class AskModerator(Control, template=f"answer:moderator:{ANSWER}"):
    """Asks for consent to pass a question on."""

    audience = Audience.SERVER_MEMBER

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """The button under a question that was declined."""
        return button("Ask a moderator", cls.id_of(answer=answer_id), discord.ButtonStyle.primary)

    async def press(self, interaction: Click) -> None:
        """Open the form, for the asker alone. It cannot follow a deferral, so the one look-up comes first; it waits for no writer."""
        stored = await answer_of_control(interaction, self.state["answer"])
        if stored.member_hash != member_hash(interaction):
            await send(interaction, notice(_NOT_SENT[NotSentReason.NOT_ASKER], Tone.UNSURE), private=True)
            return
        await interaction.response.send_modal(ConsentForm.of(stored))


class ConsentForm(Form, template=f"answer:moderator:{ANSWER}"):
    """Passes a question on to the moderators."""

    audience = Audience.SERVER_MEMBER

    @classmethod
    def of(cls, stored: StoredAnswer) -> discord.ui.Modal:
        """Say what is passed on, or where its text is gone let the member type it, and ask whether they want to hear of it."""
        rows: list[FormRow]
        if stored.question is not None:
            rows = [discord.ui.TextDisplay(f"“{one_line(stored.question, _SHOWN)}”\n\n{_CONSENT}")]
        else:
            field = paragraph("question", longest=LONGEST_QUESTION, required=True)
            typed = discord.ui.Label[discord.ui.LayoutView](
                text="Your question", description="Its text is no longer stored.", component=field
            )
            rows = [discord.ui.TextDisplay(_CONSENT), typed]
        return cls.modal("Ask a moderator", [*rows, _tell_me()], answer=stored.answer_id)

    async def submit(self, interaction: Click, fields: Fields) -> None:
        """Put the question into the review queue, and say so."""
        await acknowledge(interaction, private=True)
        result = await stages_of(interaction).review.questions.ask_moderator(
            self.state["answer"],
            guild_of(interaction),
            member_hash(interaction),
            _to_notify(interaction, fields),
            fields.text("question"),
        )
        match result:
            case Sent():
                await send(interaction, notice(_REPEATED if result.repeated else _SENT, Tone.SURE), private=True)
                cases_changed(interaction)
            case NotSent():
                await send(interaction, notice(_NOT_SENT[result.reason], Tone.UNSURE), private=True)
            case _:
                assert_never(result)
