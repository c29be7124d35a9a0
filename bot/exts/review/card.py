"""The card of a case: all that is known about it on one message, and what a moderator can do with it.

Putting the card of a case on somebody's screen, and drawing it anew where it already is.
"""

from __future__ import annotations

import discord

from bot.answering.engine import AnswerEngine
from bot.cases.case import CaseSummary, Decided, Done, Place, Refused
from bot.cases.kinds import CLOSED, WAITING, CaseKind, CaseState
from bot.exts.ask.answer import WhyThisAnswer
from bot.exts.kit.controls import Click
from bot.exts.kit.interaction import NO_MENTIONS, acknowledge, cases_changed, guild_of, respond, stages_of
from bot.exts.kit.panel import Block, Panel, Tone, cut, escape, notice, percent, rule
from bot.exts.kit.sections import source_line
from bot.exts.review.open_cards import open_cards_of
from bot.exts.review.reports import entry_line
from bot.exts.review.words import KINDS, REASONS, TONES, age, members, mention, refusal_text, state_line, subject
from bot.feedback.question_log import LOOKUP
from bot.review.cards import CaseCard, ChangeKind, DiffLine, ModeratorNote, Said, ShownAnswer

_QUESTION = 400
_SHOWN = 600
_DIFF = 600
_DIFF_LINE = 200
_SAID = 4
_WORDS = 220
_NOTE_TEXT = 700
_NOTES = 3
_SIMILAR = 3
_HISTORY = 4
_MARKS = {ChangeKind.SAME: " ", ChangeKind.REMOVED: "-", ChangeKind.ADDED: "+"}

Button = discord.ui.Button[discord.ui.LayoutView]


def card_panel(card: CaseCard, engine: AnswerEngine) -> Panel:
    """Return a case as a message.

    Args:
        card: the case.
        engine: the knowledge of today, for the section and its source; composed sections too.
    """
    case = card.summary
    blocks: list[Block] = [
        f"### Case #{case.number} · {KINDS[case.kind]}\n"
        f"-# {state_line(case)} · {members(case.signals)} · opened {age(case.opened_at)} · last {age(case.last_signal_at)}",
        _asked(card),
        _changed(card.answer),
        _said(card),
        rule(),
        _facts(card, engine),
        _around(card),
        rule(),
        discord.ui.ActionRow(*_decisions(case)),
        discord.ui.ActionRow(*_ways_on(card)),
    ]
    return Panel(blocks, TONES[case.state])


def _asked(card: CaseCard) -> str:
    if card.summary.kind is CaseKind.NOTE:
        return "**Note**\n" + ("*text deleted*" if card.note is None else escape(card.note.text, _NOTE_TEXT))
    question = "*text deleted*" if card.summary.question is None else f"“{escape(card.summary.question, _QUESTION)}”"
    text = f"**Question** {question}"
    if card.answer is not None and card.answer.text is not None:
        text += f"\n**Shown then**\n{_quoted(escape(card.answer.text, _SHOWN))}"
    return text


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def _changed(answer: ShownAnswer | None) -> str:
    """Return today's answer against the one shown, or nothing where they are the same."""
    if answer is None or not answer.diff:
        return ""
    lines: list[str] = []
    room = _DIFF
    for line in answer.diff:
        shown = _diff_line(line)
        if len(shown) > room:
            lines.append("…")
            break
        lines.append(shown)
        room -= len(shown) + 1
    return "**Today's answer differs**\n```diff\n" + "\n".join(lines) + "\n```"


def _diff_line(line: DiffLine) -> str:
    """Return a line of a diff; a fence in the text would end the code block, so it is written otherwise."""
    text = " ".join(line.text.split()).replace("```", "'''")
    return f"{_MARKS[line.change]} {cut(text, _DIFF_LINE)}"


def _said(card: CaseCard) -> str:
    if card.summary.kind is CaseKind.NOTE:
        return ""
    parts = []
    if card.reasons:
        parts.append("**Reasons** " + ", ".join(f"{REASONS[count.reason]} {count.members}" for count in card.reasons))
    words = [said for said in card.said if said.withdrawn or said.comment or said.correction]
    parts += [_words(said) for said in words[:_SAID]]
    if len(words) > _SAID:
        parts.append(f"-# and {len(words) - _SAID} more in /review export")
    return "\n".join(parts)


def _words(said: Said) -> str:
    if said.withdrawn:
        return f"• *withdrawn by the member* {age(said.said_at)}"
    parts = [f"“{escape(said.comment, _WORDS)}”"] if said.comment else []
    parts += [f"should say: “{escape(said.correction, _WORDS)}”"] if said.correction else []
    waits = " · wants to hear" if said.wants_to_hear else ""
    return f"• {' · '.join(parts)} {age(said.said_at)}{waits}"


def _facts(card: CaseCard, engine: AnswerEngine) -> str:
    lines = []
    if card.votes.helpful or card.votes.not_helpful:
        lines.append(f"**Votes** {card.votes.helpful} helpful, {card.votes.not_helpful} not helpful")
    lines.append(_section(card.summary, engine))
    if card.answer is not None:
        lines.append(_why(card.answer, engine))
    return "\n".join(line for line in lines if line)


def _section(case: CaseSummary, engine: AnswerEngine) -> str:
    if case.section_id is None:
        return ""
    section = engine.section(case.section_id)
    if section is None:
        return f"**Section** {escape(case.section_id, 150)}, removed from the knowledge base since"
    return f"**Section** {escape(section.title, 150)}\n-# {source_line(section)}"


def _why(answer: ShownAnswer, engine: AnswerEngine) -> str:
    hits = answer.stored.hits
    if answer.stored.outcome == LOOKUP:
        return "**Why** it was looked up with a command, so nothing was searched"
    if not hits:
        return "**Why** no word of the question occurs in the knowledge base"
    ranked = ", then ".join(f"{_title(engine, hit.section_id)} {hit.score:.3f}" for hit in hits[:2])
    return f"**Why** {ranked}; confidence {percent(answer.stored.confidence or 0.0)}, outcome {answer.stored.outcome}"


def _title(engine: AnswerEngine, section_id: str) -> str:
    section = engine.section(section_id)
    return escape(section_id if section is None else section.title, 80)


def _around(card: CaseCard) -> str:
    """Return what moderators wrote and did, and cases like this one."""
    lines = [_note(note) for note in card.notes[:_NOTES]]
    lines += [f"-# Similar: #{case.number} {escape(subject(case), 60)} ({state_line(case)})" for case in card.similar[:_SIMILAR]]
    lines += [f"-# {entry_line(entry)}" for entry in card.history[:_HISTORY]]
    return "\n".join(lines)


def _note(note: ModeratorNote) -> str:
    text = "*text deleted*" if note.text is None else escape(note.text, _WORDS)
    return f"**Note** by {mention(note.moderator_id)} {age(note.noted_at)}: {text}"


def _decisions(case: CaseSummary) -> list[Button]:
    """Return the controls that fit the state; a click on an old card is answered by the database."""
    buttons: list[Button] = []
    if case.state in WAITING:
        buttons.append(_button("Claim", "claim", case, discord.ButtonStyle.primary))
    if case.state is CaseState.CLAIMED:
        buttons.append(_button("Unclaim", "unclaim", case))
    if case.state not in CLOSED and case.state is not CaseState.WITHDRAWN:
        decide = ("Approve note", "approve") if case.kind is CaseKind.NOTE else ("Resolve", "resolve")
        buttons.append(_button(*decide, case, discord.ButtonStyle.success))
        buttons.append(_button("Dismiss", "dismiss", case, discord.ButtonStyle.danger))
    if case.state in CLOSED:
        buttons.append(_button("Reopen", "reopen", case))
    return [*buttons, _button("Note", "note", case)]


def _button(label: str, action: str, case: CaseSummary, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> Button:
    return discord.ui.Button(label=label, style=style, custom_id=f"review:{action}:{case.number}")


def _ways_on(card: CaseCard) -> list[Button]:
    buttons: list[Button] = []
    if card.answer is not None:
        buttons.append(WhyThisAnswer.of(card.answer.stored.answer_id))
        if card.answer.stored.hits and card.answer.stored.question and card.answer.stored.outcome != LOOKUP:
            buttons.append(_button("Right section", "section", card.summary))
        place = card.answer.place
        if place.message_id is not None:
            address = f"https://discord.com/channels/{card.summary.guild_id}/{place.channel_id}/{place.message_id}"
            buttons.append(discord.ui.Button(label="Jump to message", url=address))
    return [*buttons, _button("Next", "next", card.summary)]


async def open_card(interaction: Click, number: int) -> None:
    """Show a case to the moderator alone.

    Raises:
        NotFound: this server has no such case.
    """
    await acknowledge(interaction, private=True)
    await show_card(interaction, await stages_of(interaction).review.cards.show(guild_of(interaction), number))


async def show_card(interaction: Click, card: CaseCard) -> None:
    """Show a card to the moderator alone, after an acknowledgement."""
    sent = await interaction.followup.send(view=_panel(interaction, card), ephemeral=True, allowed_mentions=NO_MENTIONS, wait=True)
    open_cards_of(interaction).remember(card.summary.guild_id, card.summary.number, card.summary.version, sent)


async def acknowledge_in_place(interaction: Click) -> None:
    """Tell Discord that the message with the control will change; where there is none, that an answer will come."""
    if interaction.message is None:
        await acknowledge(interaction, private=True)
    elif not interaction.response.is_done():
        await interaction.response.defer()


async def show_decision(interaction: Click, decided: Decided) -> None:
    """Draw the card of a case anew after a decision, and tell the moderator where it was not carried out."""
    await redraw(interaction, decided.case.number)
    match decided:
        case Refused(reason, case):
            await respond(interaction, notice(refusal_text(reason, case), Tone.UNSURE), private=True)
        case Done():
            cases_changed(interaction)


async def redraw(interaction: Click, number: int) -> None:
    """Draw a case on the message whose control was used; where that is gone, on a new one for the moderator alone."""
    card = await stages_of(interaction).review.cards.show(guild_of(interaction), number)
    if interaction.message is None:
        await show_card(interaction, card)
        return
    try:
        edited = await interaction.edit_original_response(view=_panel(interaction, card), allowed_mentions=NO_MENTIONS)
    except discord.HTTPException:  # the message was deleted meanwhile, or its thread archived; the case is still there
        await show_card(interaction, card)
        return
    await _note_drawn(interaction, card.summary, edited)


async def _note_drawn(interaction: Click, case: CaseSummary, message: discord.InteractionMessage) -> None:
    if message.flags.ephemeral:
        open_cards_of(interaction).remember(case.guild_id, case.number, case.version, message)
    elif case.card is not None and case.card.message_id == message.id:
        channel = stages_of(interaction).review.channel
        await channel.posted(case.guild_id, case.number, Place(message.channel.id, message.id), case.version)


def _panel(interaction: Click, card: CaseCard) -> Panel:
    return card_panel(card, stages_of(interaction).knowledge.engine)
