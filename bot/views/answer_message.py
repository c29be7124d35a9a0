"""An outcome as a Discord message: title, passage, source, confidence in words and color, and its controls."""

from __future__ import annotations

from typing import assert_never

import discord

from bot.answering.nearest import nearest_lines
from bot.answering.outcome import Abstention, AbstentionReason, Answer, ConfidenceLevel, SmallTalk, Suggestions
from bot.answering.texts import NOT_SURE, preview_of
from bot.feedback.recorded_answering import Recorded
from bot.views.answer_controls import (
    FullSection,
    HelpfulVote,
    NotHelpfulVote,
    RelatedSections,
    WhyThisAnswer,
    pick_button,
)
from bot.views.ask_moderator import AskModerator
from bot.views.panel import Block, Panel, Tone, rule
from bot.views.section_panel import body, heading, source_line
from bot.views.text import escape, percent

_TITLE = 200
_QUESTION = 200
_PREVIEW = 400
_NEAREST = 300

_TONES = {ConfidenceLevel.HIGH: Tone.SURE, ConfidenceLevel.MEDIUM: Tone.LIKELY, ConfidenceLevel.LOW: Tone.UNSURE}


def answer_panel(recorded: Recorded, *, askable: bool, repeat_question: bool = False) -> Panel:
    """Return the message for an outcome; what could not be logged cannot be voted on.

    Args:
        recorded: the outcome and what may be done with it.
        askable: whether a declined question can be passed on: in a server, by whoever asked it.
        repeat_question: whether to show what was asked, where the channel cannot see it.
    """
    outcome = recorded.outcome
    asked: list[Block] = [f"-# Question: {escape(outcome.asked.question, _QUESTION)}"] if repeat_question and outcome.asked.question else []
    match outcome:
        case Answer():
            return Panel([*asked, *_answer(outcome, recorded)], Tone.SURE if outcome.picked else _TONES[outcome.level])
        case Suggestions():
            return Panel([*asked, *_suggestions(outcome, saved=recorded.saved, askable=askable)], Tone.UNSURE)
        case Abstention():
            return Panel([*asked, *_abstention(outcome, saved=recorded.saved, askable=askable)])
        case SmallTalk():
            return Panel([outcome.text])
        case _:
            assert_never(outcome)


def _answer(answer: Answer, recorded: Recorded) -> list[Block]:
    section = answer.section
    certainty = "Picked from suggestions" if answer.picked else f"{answer.level}, {percent(answer.confidence)}"
    footer = f"-# {source_line(section)}\n-# {certainty}"
    blocks: list[Block] = [
        heading(section),
        body(answer.text, section.passages, answer.emphasis),
        rule(),
        footer,
    ]
    if recorded.saved:
        name = answer.asked.answer_id
        votes: list[discord.ui.Item[discord.ui.LayoutView]] = [HelpfulVote.of(name), NotHelpfulVote.of(name)] if recorded.votable else []
        blocks.append(discord.ui.ActionRow(*votes, WhyThisAnswer.of(name), FullSection.of(name)))
        if answer.related:
            blocks.append(discord.ui.ActionRow(RelatedSections.of(name, answer.related)))
    return blocks


def _suggestions(suggestions: Suggestions, *, saved: bool, askable: bool) -> list[Block]:
    name = suggestions.asked.answer_id
    blocks: list[Block] = [NOT_SURE]
    for section in suggestions.candidates:
        text = f"**{escape(section.title, _TITLE)}**\n-# {escape(preview_of(section), _PREVIEW)}"
        blocks.append(discord.ui.Section(text, accessory=pick_button(name, section)) if saved else text)
    if saved:
        asking = [AskModerator.of(name)] if askable else []
        blocks.append(discord.ui.ActionRow(WhyThisAnswer.of(name, label="Why these?"), *asking))
    return blocks


def _abstention(abstention: Abstention, *, saved: bool, askable: bool) -> list[Block]:
    name = abstention.asked.answer_id
    offered = askable and abstention.reason is AbstentionReason.NOTHING_CLOSE
    buttons = [AskModerator.of(name)] if saved and offered else []
    buttons += [WhyThisAnswer.of(name, label="Why no answer?")] if saved and abstention.hits else []
    blocks: list[Block] = [abstention.text]
    lines = nearest_lines(abstention.nearest, abstention.unseen)
    if lines:
        blocks.append("\n".join(f"-# {escape(line, _NEAREST)}" for line in lines))
    if buttons:
        blocks.append(discord.ui.ActionRow(*buttons))
    if saved and abstention.nearest:
        blocks.append(discord.ui.ActionRow(RelatedSections.of(name, [item.section for item in abstention.nearest], "Nearest sections")))
    return blocks
