"""An outcome as a Discord message: title, passage, source, confidence in words and color, and its controls."""

from __future__ import annotations

from typing import assert_never

import discord

from bot.answering.outcome import Abstention, Answer, ConfidenceLevel, SmallTalk, Suggestions
from bot.feedback.recorded_answering import Recorded
from bot.views.answer_controls import (
    FullSection,
    HelpfulVote,
    NotHelpfulVote,
    RelatedSections,
    WhyThisAnswer,
    pick_button,
)
from bot.views.panel import Block, Panel, Tone, rule
from bot.views.section_panel import body, source_line
from bot.views.text import escape, percent

_TITLE = 200
_PREVIEW = 200

_TONES = {ConfidenceLevel.HIGH: Tone.SURE, ConfidenceLevel.MEDIUM: Tone.LIKELY, ConfidenceLevel.LOW: Tone.UNSURE}


def answer_panel(recorded: Recorded) -> Panel:
    """Return the message for an outcome; what could not be logged cannot be voted on."""
    outcome = recorded.outcome
    match outcome:
        case Answer():
            return _answer(outcome, recorded)
        case Suggestions():
            return _suggestions(outcome, saved=recorded.saved)
        case Abstention():
            return _abstention(outcome, saved=recorded.saved)
        case SmallTalk():
            return Panel([outcome.text])
        case _:
            assert_never(outcome)


def _answer(answer: Answer, recorded: Recorded) -> Panel:
    section = answer.section
    place = escape(" › ".join(section.heading_path[:-1]), _TITLE)
    footer = f"-# {source_line(section)}\n-# {answer.level}, {percent(answer.confidence)}"
    blocks: list[Block] = [
        f"### {escape(section.title, _TITLE)}" + (f"\n-# {place}" if place else ""),
        body(answer.text, section.passages),
        rule(),
        footer,
    ]
    if recorded.saved:
        name = answer.asked.answer_id
        votes: list[discord.ui.Item[discord.ui.LayoutView]] = [HelpfulVote.of(name), NotHelpfulVote.of(name)] if recorded.votable else []
        blocks.append(discord.ui.ActionRow(*votes, WhyThisAnswer.of(name), FullSection.of(name)))
        if answer.related:
            blocks.append(discord.ui.ActionRow(RelatedSections.of(name, answer.related)))
    return Panel(blocks, _TONES[answer.level])


def _suggestions(suggestions: Suggestions, *, saved: bool) -> Panel:
    name = suggestions.asked.answer_id
    blocks: list[Block] = ["I am not sure what you mean. Is it one of these?"]
    for section in suggestions.candidates:
        text = f"**{escape(section.title, _TITLE)}**\n-# {escape(section.passages[0].text, _PREVIEW)}"
        blocks.append(discord.ui.Section(text, accessory=pick_button(name, section)) if saved else text)
    if saved:
        blocks.append(discord.ui.ActionRow(WhyThisAnswer.of(name, label="Why these?")))
    return Panel(blocks, Tone.UNSURE)


def _abstention(abstention: Abstention, *, saved: bool) -> Panel:
    blocks: list[Block] = [abstention.text]
    if saved and abstention.hits:
        blocks.append(discord.ui.ActionRow(WhyThisAnswer.of(abstention.asked.answer_id, label="Why no answer?")))
    return Panel(blocks, Tone.NONE)
