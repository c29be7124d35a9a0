"""**Ask a moderator** under a question that the bot declined: with the asker's consent it goes to the review queue.

Consent is given by sending a form that says what is passed on; nothing leaves the asker by a single click.
"""

from __future__ import annotations

import re
from typing import assert_never

import discord

from bot.answering.question import LONGEST_QUESTION
from bot.feedback.question_log import StoredAnswer
from bot.review.questions import NotSent, NotSentReason, Sent
from bot.views.access import guild_of, member_hash, stages_of
from bot.views.answer_controls import stored_answer
from bot.views.controls import ANSWER, Click, Control
from bot.views.feedback_modal import tell_me, to_be_told
from bot.views.form import Fields, Form, form, paragraph
from bot.views.panel import Tone, notice
from bot.views.permission import Audience
from bot.views.respond import acknowledge, respond
from bot.views.review.changes import cases_changed
from bot.views.text import escape

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
        stored = await stored_answer(interaction, self.state["answer"])
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
