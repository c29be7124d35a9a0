"""What a member says of an answer: that it helped, what was wrong, or with their consent that a person should answer a declined question.

A vote changes the count in its message and sends none; the same button takes it back. One against an answer is cast when its form is sent,
and thanked for; nothing that somebody typed is deleted unless they say so in a form. A question is passed on only by a form that says what
is passed on; nothing leaves the asker by a single click. In both, whoever sends it may ask to hear of it.
"""

from __future__ import annotations

import logging
from typing import assert_never

import discord

from bot.cases.case import Reason
from bot.errors import StorageError
from bot.exts.kit.controls import ANSWER, SNOWFLAKE, Control, Fields, Form, FormRow, paragraph, snowflake
from bot.exts.kit.interaction import (
    NO_MENTIONS,
    Audience,
    Click,
    acknowledge,
    acknowledge_edit,
    answer_of_control,
    cases_changed,
    edit,
    failure_of,
    guild_of,
    in_server,
    member_hash,
    send,
    stages_of,
)  # fmt: skip
from bot.exts.kit.panel import Button, Tone, button, notice, one_line, view_of
from bot.exts.kit.reach import UNREACHABLE
from bot.feedback.question_log import StoredAnswer
from bot.feedback.votes import Helpful, NotHelpful, Vote
from bot.observing import Failure
from bot.query.message import LONGEST_QUESTION
from bot.review.questions import NotSent, NotSentReason, Sent
from bot.texts import ask as texts

_log = logging.getLogger(__name__)
_LONGEST_TEXT = 1000
_SHOWN = 500
_NOT_SENT = {
    NotSentReason.NOT_ASKER: texts.NOT_ASKER,
    NotSentReason.NO_TEXT: texts.NO_TEXT,
    NotSentReason.NO_MODERATORS: texts.NO_MODERATORS,
    NotSentReason.ANSWERED: texts.WAS_ANSWERED,
}
_MESSAGE = f"(?P<message>{SNOWFLAKE})"
_MOST_LOOKS = 3
"""At the count, until it is the one that is shown: of votes at the same moment the last one shows them all."""


class HelpfulVote(Control, template=f"answer:helpful:{ANSWER}"):
    """Votes that the answer helped."""

    @classmethod
    def of(cls, answer_id: str, number: int = 0) -> Button:
        """The button under an answer, with how many have pressed it."""
        return button(texts.counted(texts.HELPFUL, number), cls.id_of(answer=answer_id))

    async def press(self, interaction: Click) -> None:
        """Save the vote, or take it back; of a member who wrote what was wrong, ask first, since their words would go.

        Where that cannot be read the press fails: it could be either, and delete what somebody wrote.
        """
        votes = stages_of(interaction).votes
        before = await votes.of(self.state["answer"], guild_of(interaction), member_hash(interaction))
        if isinstance(before, NotHelpful) and (before.comment or before.correction):
            await interaction.response.send_modal(ChangeVoteForm.of(self.state["answer"], before))
            return
        await acknowledge_edit(interaction)
        await _vote(interaction, self.state["answer"], None if isinstance(before, Helpful) else Helpful())


class NotHelpfulVote(Control, template=f"answer:unhelpful:{ANSWER}"):
    """Asks what was wrong with the answer; the vote is cast when the form is sent."""

    @classmethod
    def of(cls, answer_id: str, number: int = 0, label: str = texts.NOT_HELPFUL) -> Button:
        """The button under an answer, with how many have sent its form."""
        return button(texts.counted(label, number), cls.id_of(answer=answer_id))

    async def press(self, interaction: Click) -> None:
        """Open the form, as the member has filled it in before. It cannot follow a deferral, so the one look-up comes first."""
        answer_id = self.state["answer"]
        rows = _feedback_rows(await _own_vote(interaction, answer_id), in_server=in_server(interaction))
        await interaction.response.send_modal(FeedbackForm.modal(texts.FEEDBACK_TITLE, rows, answer=answer_id))


class ReportMistake(Control, template=f"answer:report:{ANSWER}:{_MESSAGE}"):
    """The same from a message beside the answer; it knows which message shows the count."""

    @classmethod
    def of(cls, answer_id: str, message_id: int) -> Button:
        """The button in what stands behind the three dots of a message."""
        return button(texts.REPORT, cls.id_of(answer=answer_id, message=message_id))

    async def press(self, interaction: Click) -> None:
        """Open the form, as under the answer itself."""
        answer_id = self.state["answer"]
        rows = _feedback_rows(await _own_vote(interaction, answer_id), in_server=in_server(interaction))
        form = ReportForm.modal(texts.FEEDBACK_TITLE, rows, answer=answer_id, message=snowflake(self.state["message"]))
        await interaction.response.send_modal(form)


async def _own_vote(interaction: Click, answer_id: str) -> Vote | None:
    """The vote of whoever acts; None also where the database cannot be read, which is said when something is to be stored."""
    try:
        return await stages_of(interaction).votes.of(answer_id, guild_of(interaction), member_hash(interaction))
    except StorageError:
        return None


async def _vote(interaction: Click, answer_id: str, vote: Helpful | None) -> None:
    """Save a vote, or take back the one there is, and show the count in the message; where that shows none, say it to the voter."""
    votes, guild, member = stages_of(interaction).votes, guild_of(interaction), member_hash(interaction)
    await (votes.take_back(answer_id, guild, member) if vote is None else votes.cast(answer_id, guild, member, vote))
    try:
        shown = await _show_count(interaction, answer_id)
    finally:
        cases_changed(interaction)
    if not shown:
        await send(interaction, notice(texts.VOTE_TAKEN_BACK if vote is None else texts.VOTE_SAVED, Tone.SURE), private=True)


async def _show_count(interaction: Click, answer_id: str, message_id: int | None = None) -> bool:
    """Show how many have voted; False where the message shows no votes, or is no longer there.

    Args:
        interaction: the vote.
        answer_id: the answer that was voted on.
        message_id: the message that shows it, where the control was in another one.
    """
    try:
        message = interaction.message if message_id is None else await _in_channel(interaction).fetch_message(message_id)
        return message is not None and await _count_in(interaction, answer_id, message)
    except UNREACHABLE as failure:  # the vote is saved all the same
        if failure_of(failure) is Failure.TOO_LATE:
            raise  # nothing can be said to the voter any more either
        _log.warning("the count of an answer could not be shown: %s", failure)
        return False


async def _count_in(interaction: Click, answer_id: str, message: discord.Message) -> bool:
    view = view_of(message)
    buttons = {child.custom_id: child for child in view.walk_children() if isinstance(child, discord.ui.Button)}
    helpful, not_helpful = buttons.get(HelpfulVote.id_of(answer=answer_id)), buttons.get(NotHelpfulVote.id_of(answer=answer_id))
    if helpful is None or not_helpful is None:
        return False
    for _ in range(_MOST_LOOKS):
        count = await stages_of(interaction).votes.count(answer_id, guild_of(interaction))
        labels = (texts.counted(texts.HELPFUL, count.helpful), texts.counted(texts.NOT_HELPFUL, count.not_helpful))
        if (helpful.label, not_helpful.label) == labels:
            break
        helpful.label, not_helpful.label = labels
        if message is interaction.message:
            await edit(interaction, view)
        else:
            await _in_channel(interaction).get_partial_message(message.id).edit(view=view, allowed_mentions=NO_MENTIONS)
    return True


def _in_channel(interaction: Click) -> discord.PartialMessageable:
    return interaction.client.get_partial_messageable(interaction.channel_id or 0, guild_id=interaction.guild_id)


def _box(name: str, text: str, hint: str) -> FormRow:
    box: discord.ui.Checkbox[discord.ui.LayoutView] = discord.ui.Checkbox(custom_id=name)
    return discord.ui.Label(text=text, description=hint, component=box)


def _notify_me() -> FormRow:
    return _box("tell", texts.NOTIFY, texts.NOTIFY_HINT)


def _to_notify(interaction: Click, fields: Fields) -> int | None:
    """The id under which the member asked to hear of it, or None."""
    return interaction.user.id if fields.checked("tell") else None


def _with_news(text: str, interaction: Click, fields: Fields) -> str:
    """What is said of a form that was sent, and to whoever asked for it, that they will hear of it."""
    return text if _to_notify(interaction, fields) is None else f"{text} {texts.NEWS}"


def _feedback_rows(before: Vote | None, *, in_server: bool) -> list[FormRow]:
    """What is asked of an answer: a reason, and if the member likes, a comment and a correction.

    Args:
        before: what the member has sent before, to be changed or taken back.
        in_server: only there are moderators who could write back.
    """
    said = before if isinstance(before, NotHelpful) else None
    options = [
        discord.SelectOption(label=label, value=value, description=text, default=said is not None and value == said.reason)
        for value, (label, text) in texts.REASONS.items()
    ]
    comment = paragraph("comment", longest=_LONGEST_TEXT, text=None if said is None else said.comment)
    correction = paragraph("correction", longest=_LONGEST_TEXT, text=None if said is None else said.correction)
    reason: discord.ui.Select[discord.ui.LayoutView] = discord.ui.Select(custom_id="reason", options=options, placeholder=texts.CHOOSE_ONE)
    rows: list[FormRow] = [] if said is None else [_box("back", texts.TAKE_BACK, texts.TAKE_BACK_HINT)]
    rows += [
        discord.ui.Label(text=texts.REASON, component=reason),
        discord.ui.Label(text=texts.COMMENT, description=texts.COMMENT_HINT, component=comment),
        discord.ui.Label(text=texts.CORRECTION, description=texts.CORRECTION_HINT, component=correction),
    ]
    return [*rows, _notify_me()] if in_server else rows


class FeedbackForm(Form, template=f"feedback:vote:{ANSWER}"):
    """Casts a vote against an answer, sent from the message that shows the count."""

    async def submit(self, interaction: Click, fields: Fields) -> None:
        """Save the vote or take it back, show the count in the message, and say to the voter alone what was done."""
        shown_in = self.shown_in()
        await acknowledge_edit(interaction)
        answer_id, votes = self.state["answer"], stages_of(interaction).votes
        guild, member = guild_of(interaction), member_hash(interaction)
        if fields.checked("back"):
            done = texts.VOTE_TAKEN_BACK
            await votes.take_back(answer_id, guild, member)
        else:
            done = _with_news(texts.FEEDBACK_SAVED, interaction, fields)
            vote = NotHelpful(fields.choice("reason", Reason), fields.text("comment"), fields.text("correction"))
            await votes.cast(answer_id, guild, member, vote, notify_user_id=_to_notify(interaction, fields))
        try:
            await _show_count(interaction, answer_id, shown_in)
        finally:
            cases_changed(interaction)
        await send(interaction, notice(done, Tone.SURE), private=True)

    def shown_in(self) -> int | None:
        """The id of the message that shows the count, where it is not the one whose control was used."""
        return None


class ReportForm(FeedbackForm, template=f"feedback:report:{ANSWER}:{_MESSAGE}"):
    """The same, sent from a message beside the answer."""

    def shown_in(self) -> int | None:
        """The answer's own message."""
        return snowflake(self.state["message"])


class ChangeVoteForm(Form, template=f"feedback:helpful:{ANSWER}"):
    """Asks whoever wrote what was wrong with an answer, and votes for it now, whether their words may go."""

    @classmethod
    def of(cls, answer_id: str, said: NotHelpful) -> discord.ui.Modal:
        """The form, which shows the words."""
        written = [one_line(text, _SHOWN) for text in (said.comment, said.correction) if text]
        return cls.modal(texts.CHANGE_TITLE, [discord.ui.TextDisplay(texts.change_vote(written))], answer=answer_id)

    async def submit(self, interaction: Click, fields: Fields) -> None:
        """Save the vote."""
        await acknowledge_edit(interaction)
        await _vote(interaction, self.state["answer"], Helpful())


class AskModerator(Control, template=f"answer:moderator:{ANSWER}"):
    """Asks for consent to pass a question on."""

    audience = Audience.SERVER_MEMBER

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """The button under a question that was declined."""
        return button(texts.ASK_MODERATOR, cls.id_of(answer=answer_id), discord.ButtonStyle.primary)

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
            rows = [discord.ui.TextDisplay(f"“{one_line(stored.question, _SHOWN)}”\n\n{texts.CONSENT}")]
        else:
            field = paragraph("question", longest=LONGEST_QUESTION, required=True)
            typed = discord.ui.Label[discord.ui.LayoutView](text=texts.YOUR_QUESTION, description=texts.YOUR_QUESTION_HINT, component=field)
            rows = [discord.ui.TextDisplay(texts.CONSENT), typed]
        return cls.modal(texts.ASK_MODERATOR, [*rows, _notify_me()], answer=stored.answer_id)

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
                text = _with_news(texts.SENT_BEFORE if result.repeated else texts.SENT, interaction, fields)
                await send(interaction, notice(text, Tone.SURE), private=True)
                cases_changed(interaction)
            case NotSent():
                await send(interaction, notice(_NOT_SENT[result.reason], Tone.UNSURE), private=True)
            case _:
                assert_never(result)
