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
from bot.exts.kit.controls import ANSWER, Control, Fields, Form, FormRow, paragraph
from bot.exts.kit.interaction import (
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
        before = await _own_vote(interaction, self.state["answer"])
        said = before if isinstance(before, NotHelpful) else None
        await interaction.response.send_modal(FeedbackForm.of(self.state["answer"], said, in_server=in_server(interaction)))


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


async def _show_count(interaction: Click, answer_id: str) -> bool:
    """Show in the message whose control was used how many have voted; False where it shows no votes, or is no longer there."""
    if interaction.message is None:
        return False
    view = view_of(interaction.message)
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
        try:
            await edit(interaction, view)
        except UNREACHABLE as failure:  # the vote is saved all the same
            if failure_of(failure) is Failure.TOO_LATE:
                raise  # nothing can be said to the voter any more either
            _log.warning("the count of an answer could not be shown: %s", failure)
            return False
    return True


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


class FeedbackForm(Form, template=f"feedback:vote:{ANSWER}"):
    """Asks what was wrong with an answer: a reason, and if the member likes, a comment and a correction."""

    @classmethod
    def of(cls, answer_id: str, said: NotHelpful | None, *, in_server: bool) -> discord.ui.Modal:
        """The form for an answer.

        Args:
            answer_id: the answer.
            said: what the member has sent before, to be changed or taken back.
            in_server: only there are moderators who could write back.
        """
        options = [
            discord.SelectOption(label=label, value=value, description=text, default=said is not None and value == said.reason)
            for value, (label, text) in texts.REASONS.items()
        ]
        comment = paragraph("comment", longest=_LONGEST_TEXT, text=None if said is None else said.comment)
        correction = paragraph("correction", longest=_LONGEST_TEXT, text=None if said is None else said.correction)
        fields: list[FormRow] = [] if said is None else [_box("back", texts.TAKE_BACK, texts.TAKE_BACK_HINT)]
        fields += [
            discord.ui.Label(
                text=texts.REASON, component=discord.ui.Select(custom_id="reason", options=options, placeholder=texts.CHOOSE_ONE)
            ),
            discord.ui.Label(text=texts.COMMENT, description=texts.COMMENT_HINT, component=comment),
            discord.ui.Label(text=texts.CORRECTION, description=texts.CORRECTION_HINT, component=correction),
        ]
        return cls.modal(texts.FEEDBACK_TITLE, [*fields, _notify_me()] if in_server else fields, answer=answer_id)

    async def submit(self, interaction: Click, fields: Fields) -> None:
        """Save the vote or take it back, show the count in the message, and say to the voter alone what was done."""
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
            await _show_count(interaction, answer_id)
        finally:
            cases_changed(interaction)
        await send(interaction, notice(done, Tone.SURE), private=True)


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
