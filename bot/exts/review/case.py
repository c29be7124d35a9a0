"""A case on a moderator's screen: its card with what can be done about it, the forms of decisions, and drawing it again after each.

Each control names its case by number, which only the server it is pressed in can resolve. A card that is out of date does no harm: each of
its buttons asks the database first. What the card says is in ``words``; cards that others have on their screens, and those in the review
channel, follow by ``channel``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import discord

from bot.answering.engine import AnswerEngine
from bot.cases.case import CLOSED, WAITING, CaseKind, CaseState, Decided, DismissReason, Done, Place, Refusal, Refused
from bot.exts.ask.why import WhyThisAnswer
from bot.exts.kit import interaction as kit
from bot.exts.kit.controls import CASE, Control, Fields, Form, FormRow, paragraph
from bot.exts.kit.panel import Block, Button, Panel, Tone, button, link_button, notice, rows, rule
from bot.exts.review.kept import KEEP, KeepQuestion, keep_resolved, keep_row
from bot.exts.review.open_cards import open_cards_of
from bot.exts.review.phrasings import NameSection
from bot.exts.review.proofs import proof_lines, unproven
from bot.exts.review.proposals import CorrectSection, SeeProposal, corrected_section
from bot.exts.review.words import BRIEF, EVERYTHING, OFFERED_RESOLUTIONS, TONES, card_head, card_parts, has_more, refusal_text
from bot.review.cards import CaseCard, NextStep, next_step
from bot.review.decisions import Decision, Dismiss, Resolve
from bot.texts import cases as case_texts
from bot.texts import proofs as proof_texts
from bot.texts import proposals as correction_texts
from bot.texts import review as texts

_LONGEST_TEXT = 1000
_ADVISED = {
    NextStep.THEIRS: case_texts.NEXT,
    NextStep.READ_NOTE: case_texts.APPROVE,
    NextStep.CHECK_CHANGE: case_texts.RESOLVE,
    NextStep.CHECK_CONFIRMED: case_texts.RESOLVE,
    NextStep.CHECK_CORRECTION: correction_texts.BUTTON,
    NextStep.HAND_ON: correction_texts.SEE,
    NextStep.CHECK_SOURCES: correction_texts.BUTTON,
    NextStep.IMPROVE_TEXT: correction_texts.BUTTON,
    NextStep.NAME_SECTION: case_texts.RIGHT_SECTION,
    NextStep.NEW_SECTION: case_texts.RIGHT_SECTION,
    NextStep.READ_ANSWER: case_texts.CLAIM,
}
"""The label of the control that each recommended step needs."""

HOME_ID = "review:home"


def home_button() -> Button:
    """The button back to the home of the review; what it does is in ``queue``, which knows cases and not the other way round."""
    return button(case_texts.HOME_BUTTON, HOME_ID)


def case_panel(card: CaseCard, engine: AnswerEngine, moderator_id: int | None = None) -> Panel:
    """A case as a message.

    Args:
        card: the case.
        engine: the knowledge of today, for the section and its sources; composed sections too.
        moderator_id: who alone reads it; None where several do, as in the review channel.
    """
    head = card_head(card, moderator_id)
    first = proof_lines(card, engine)
    parts, foot = card_parts(card, engine, BRIEF, head, first)
    ways = _ways_on(card, engine, more=has_more(card, engine, head, first), alone=moderator_id is not None)
    around: list[Block] = [rule(), foot] if foot else []
    advised = _ADVISED.get(next_step(card, moderator_id))
    controls = [_standing_out(row, advised) for row in (_decisions(card), *ways)]
    return Panel([head, rule(), *parts, *around, *(row for some in controls for row in rows(*some))], TONES[card.summary.state])


def _standing_out(row: Sequence[Button], advised: str | None) -> Sequence[Button]:
    """A row of controls, of which the recommended one alone is no quiet one."""
    for one in row:
        if one.label == advised:
            one.style = discord.ButtonStyle.primary
    return row


def _decisions(card: CaseCard) -> list[Button]:
    """The controls that fit the state; a click on an old card is answered by the database."""
    case = card.summary
    fitting: list[type[CaseControl]] = []
    if case.state in WAITING:
        fitting.append(ClaimCase)
    if case.state is CaseState.CLAIMED:
        fitting.append(UnclaimCase)
    if case.state not in CLOSED and case.state is not CaseState.WITHDRAWN:
        fitting += [ApproveNote if case.kind is CaseKind.NOTE else ResolveCase, DismissCase]
    if case.state in CLOSED:
        fitting.append(ReopenCase)
    keep = [KeepQuestion.of(case.number, proof_texts.KEEP_ON_CARD)] if card.waits_for_words else []
    return [*(control.of(case.number) for control in fitting), *keep]


def _ways_on(card: CaseCard, engine: AnswerEngine, *, more: bool, alone: bool) -> list[list[Button]]:
    """What else there is about a case, in rows that fit a phone beside each other.

    Args:
        card: the case.
        engine: the knowledge of today; only what is in its files can be corrected.
        more: whether the card leaves something out.
        alone: whether one moderator sees it.
    """
    number = card.summary.number
    section = [NameSection.of(number)] if card.can_name_section else []
    onward = [NoteCase.of(number), NextCase.of(number), *([home_button()] if alone else [])]
    if card.corrections:
        correction = [SeeProposal.of(card.corrections[0].proposal_id)]
    else:
        correction = [CorrectSection.of(number)] if engine.corpus.section(corrected_section(card) or "") is not None else []
    there = [*correction, *_jump(card)]
    return [[*section, *([ShowAll.of(number)] if more else _why(card))], *([there, onward] if correction else [[*there, *onward]])]


def _why(card: CaseCard) -> list[Button]:
    return [] if card.answer is None else [WhyThisAnswer.of(card.answer.stored.answer_id, label=case_texts.WHY)]


def _jump(card: CaseCard) -> list[Button]:
    place = None if card.answer is None else card.answer.place
    if place is None or place.message_id is None:
        return []
    address = f"https://discord.com/channels/{card.summary.guild_id}/{place.channel_id}/{place.message_id}"
    return [link_button(case_texts.JUMP, address)]


def whole_case_panel(card: CaseCard, engine: AnswerEngine, moderator_id: int) -> Panel:
    """A case with all that members and moderators wrote about it, as far as a message holds it; for one moderator to read."""
    parts, foot = card_parts(card, engine, EVERYTHING, first=proof_lines(card, engine))
    return Panel([card_head(card, moderator_id), rule(), *parts, rule(), foot, *rows(*_why(card))], TONES[card.summary.state])


async def open_card(interaction: kit.Click, number: int) -> None:
    """Show a case to the moderator alone.

    Raises:
        NotFound: this server has no such case.
    """
    await kit.acknowledge(interaction, private=True)
    await show_card(interaction, await kit.stages_of(interaction).review.cards.show(kit.guild_of(interaction), number))


async def show_card(interaction: kit.Click, card: CaseCard) -> None:
    """Show a card to the moderator alone, after an acknowledgement."""
    panel = case_panel(card, kit.stages_of(interaction).knowledge.engine, interaction.user.id)
    sent = await kit.send(interaction, panel, private=True)
    if sent is not None:
        open_cards_of(interaction).remember(card.summary, sent, interaction.user.id)


async def show_decision(interaction: kit.Click, decided: Decided) -> None:
    """Draw the card of a case again after a decision, and say to the moderator where it was not carried out."""
    await redraw(interaction, decided.case.number)
    match decided:
        case Refused(reason, case):
            await kit.send(interaction, notice(refusal_text(reason, case), Tone.UNSURE), private=True)
        case Done():
            kit.cases_changed(interaction)


async def redraw(interaction: kit.Click, number: int) -> None:
    """Draw a case on the message whose control was used; where that is gone, on a new one for the moderator alone."""
    stages = kit.stages_of(interaction)
    card = await stages.review.cards.show(kit.guild_of(interaction), number)
    if interaction.message is None:
        await show_card(interaction, card)
        return
    alone = interaction.user.id if interaction.message.flags.ephemeral else None
    try:
        drawn = await kit.edit(interaction, case_panel(card, stages.knowledge.engine, alone))
    except discord.HTTPException:  # the message was deleted meanwhile, or its thread archived; the case is still there
        await show_card(interaction, card)
        return
    case = card.summary
    if drawn.flags.ephemeral:
        open_cards_of(interaction).remember(case, drawn, interaction.user.id)
    elif case.card is not None and case.card.message_id == drawn.id:
        await stages.review.channel.posted(case.guild_id, case.number, Place(drawn.channel.id, drawn.id), case.version)


class CaseControl(Control, template="(?!)"):
    """A button of a case's card."""

    audience = kit.Audience.MODERATOR
    label = ""

    @classmethod
    def of(cls, number: int) -> Button:
        """The button on the card of a case."""
        return button(cls.label, cls.id_of(case=number))

    @property
    def number(self) -> int:
        """The case."""
        return int(self.state["case"])


class ClaimCase(CaseControl, template=f"review:claim:{CASE}"):
    """Takes a case, so that nobody else works on it."""

    label = case_texts.CLAIM

    async def press(self, interaction: kit.Click) -> None:
        """Claim it; of two moderators one wins."""
        await kit.acknowledge_edit(interaction)
        await show_decision(interaction, await kit.stages_of(interaction).review.decisions.claim(kit.actor_of(interaction), self.number))


class UnclaimCase(CaseControl, template=f"review:unclaim:{CASE}"):
    """Gives a case back; an administrator can take it from somebody else."""

    label = case_texts.UNCLAIM

    async def press(self, interaction: kit.Click) -> None:
        """Give it back."""
        await kit.acknowledge_edit(interaction)
        of_others = await kit.belongs(interaction, kit.Audience.ADMINISTRATOR)
        decisions = kit.stages_of(interaction).review.decisions
        await show_decision(interaction, await decisions.unclaim(kit.actor_of(interaction), self.number, of_others=of_others))


class ReopenCase(CaseControl, template=f"review:reopen:{CASE}"):
    """Opens what was closed."""

    label = case_texts.REOPEN

    async def press(self, interaction: kit.Click) -> None:
        """Reopen it."""
        await kit.acknowledge_edit(interaction)
        await show_decision(interaction, await kit.stages_of(interaction).review.decisions.reopen(kit.actor_of(interaction), self.number))


class ApproveNote(CaseControl, template=f"review:approve:{CASE}"):
    """Puts a community note under its section."""

    label = case_texts.APPROVE

    async def press(self, interaction: kit.Click) -> None:
        """Approve it."""
        await kit.acknowledge_edit(interaction)
        await show_decision(interaction, await kit.stages_of(interaction).review.decisions.approve(kit.actor_of(interaction), self.number))


class ShowAll(CaseControl, template=f"review:more:{CASE}"):
    """Shows all that was written about a case, of which its card has the beginning."""

    label = case_texts.MORE

    async def press(self, interaction: kit.Click) -> None:
        """Show it to the moderator alone."""
        await kit.acknowledge(interaction, private=True)
        stages = kit.stages_of(interaction)
        card = await stages.review.cards.show(kit.guild_of(interaction), self.number)
        await kit.send(interaction, whole_case_panel(card, stages.knowledge.engine, interaction.user.id), private=True)


class FormControl(CaseControl, template="(?!)"):
    """A button of a card that asks for more in a form."""

    form: type[CaseForm]

    async def press(self, interaction: kit.Click) -> None:
        """Open the form."""
        await interaction.response.send_modal(self.form.of(self.number))


class NextCase(CaseControl, template=f"review:next:{CASE}"):
    """Goes on to the next case that waits."""

    label = case_texts.NEXT

    @classmethod
    def of(cls, number: int, *, label: str = case_texts.NEXT, stands_out: bool = False) -> Button:
        """The button on the card of a case; with 0 the one that leads to the first case that waits."""
        style = discord.ButtonStyle.primary if stands_out else discord.ButtonStyle.secondary
        return button(label, cls.id_of(case=number), style)

    async def press(self, interaction: kit.Click) -> None:
        """Show it: in place of a card that only the moderator sees, else on a new one."""
        message = interaction.message
        in_place = message is not None and message.flags.ephemeral
        await (kit.acknowledge_edit(interaction) if in_place else kit.acknowledge(interaction, private=True))
        found = await kit.stages_of(interaction).review.queue.next(kit.guild_of(interaction), self.number, interaction.user.id)
        if found is None:
            await kit.send(interaction, notice(case_texts.NO_OTHER, Tone.SURE), private=True)
        elif in_place:
            await redraw(interaction, found.number)
        else:
            await open_card(interaction, found.number)


def _resolve_rows() -> list[FormRow]:
    options = [
        discord.RadioGroupOption(label=label, value=outcome.value, description=text)
        for outcome, (label, text) in ((outcome, case_texts.RESOLUTIONS[outcome]) for outcome in OFFERED_RESOLUTIONS)
    ]
    outcomes: discord.ui.RadioGroup[discord.ui.LayoutView] = discord.ui.RadioGroup(custom_id="outcome", options=options)
    return [
        discord.ui.Label(text=case_texts.OUTCOME, component=outcomes),
        _text_row("message", case_texts.MESSAGE, case_texts.MESSAGE_HELP),
        _text_row("why", proof_texts.WHY_FIXED, proof_texts.WHY_FIXED_HELP),
        keep_row(),
    ]


def _dismiss_rows() -> list[FormRow]:
    options = [
        discord.RadioGroupOption(label=label, value=reason, description=text) for reason, (label, text) in case_texts.DISMISSALS.items()
    ]
    reasons: discord.ui.RadioGroup[discord.ui.LayoutView] = discord.ui.RadioGroup(custom_id="reason", options=options)
    return [
        discord.ui.Label(text=case_texts.REASON, component=reasons),
        _text_row("text", case_texts.IN_YOUR_WORDS, case_texts.DISMISS_HELP),
    ]


def _text_row(name: str, label: str, hint: str, *, required: bool = False) -> FormRow:
    return discord.ui.Label(text=label, description=hint, component=paragraph(name, longest=_LONGEST_TEXT, required=required))


@dataclass(frozen=True, slots=True)
class Closing:
    """A way to close cases, one or several: what its form asks, and the decision that this makes."""

    verb: str
    done: str
    asks: Callable[[], list[FormRow]]
    decision: Callable[[Fields], Decision]


RESOLVING = Closing(
    case_texts.RESOLVE,
    texts.DONE_WORDS["resolve"],
    _resolve_rows,
    lambda fields: Resolve(fields.choice("outcome", OFFERED_RESOLUTIONS), fields.text("message"), fields.text("why")),
)
DISMISSING = Closing(
    case_texts.DISMISS,
    texts.DONE_WORDS["dismiss"],
    _dismiss_rows,
    lambda fields: Dismiss(fields.choice("reason", DismissReason), fields.text("text")),
)


class CaseForm(Form, template="(?!)"):
    """A form about one case."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, number: int) -> discord.ui.Modal:
        """The form for a case."""
        raise NotImplementedError


class ClosingForm(CaseForm, template="(?!)"):
    """Closes a case."""

    closing: Closing

    @classmethod
    def of(cls, number: int) -> discord.ui.Modal:
        """The form for a case."""
        return cls.modal(f"{cls.closing.verb} case #{number}", cls.closing.asks(), case=number)

    async def submit(self, interaction: kit.Click, fields: Fields) -> None:
        """Decide."""
        await kit.acknowledge_edit(interaction)
        decision, number = self.closing.decision(fields), int(self.state["case"])
        decided = await kit.stages_of(interaction).review.decisions.carry_out(kit.actor_of(interaction), number, decision)
        if isinstance(decided, Refused) and decided.reason is Refusal.UNPROVEN:
            message = decision.message if isinstance(decision, Resolve) else None
            again = rows(ResolveCase.of(number))
            await kit.send(interaction, Panel([*unproven(decided.case, message), *again], Tone.UNSURE), private=True)
            return
        await show_decision(interaction, decided)
        if isinstance(decided, Done) and fields.checked(KEEP):
            await keep_resolved(interaction, [number])


class ResolveForm(ClosingForm, template=f"review:resolve:{CASE}"):
    """Resolves a case."""

    closing = RESOLVING


class DismissForm(ClosingForm, template=f"review:dismiss:{CASE}"):
    """Dismisses a case."""

    closing = DISMISSING


class NoteForm(CaseForm, template=f"review:note:{CASE}"):
    """Leaves a note for the other moderators."""

    @classmethod
    def of(cls, number: int) -> discord.ui.Modal:
        """The form for a case."""
        row = _text_row("text", case_texts.NOTE, case_texts.NOTE_HELP, required=True)
        return cls.modal(f"Note on case #{number}", [row], case=number)

    async def submit(self, interaction: kit.Click, fields: Fields) -> None:
        """Store the note."""
        await kit.acknowledge_edit(interaction)
        decisions = kit.stages_of(interaction).review.decisions
        case = await decisions.note(kit.actor_of(interaction), int(self.state["case"]), fields.required("text"))
        await redraw(interaction, case.number)
        kit.cases_changed(interaction)


class ResolveCase(FormControl, template=f"review:resolve:{CASE}"):
    """Asks how a case is resolved; that is decided when the form is sent."""

    label = case_texts.RESOLVE
    form = ResolveForm


class DismissCase(FormControl, template=f"review:dismiss:{CASE}"):
    """Asks why a case is dismissed; that is decided when the form is sent."""

    label = case_texts.DISMISS
    form = DismissForm


class NoteCase(FormControl, template=f"review:note:{CASE}"):
    """Asks for a note for the other moderators."""

    label = case_texts.NOTE
    form = NoteForm
