"""The controls under an answer. Each looks up its answer in the server it was pressed in, and nowhere else.

An outcome as a Discord message: title, passage, source, confidence in words and color, and its controls.

Choosing among suggestions: the choice is a judgement, and the chosen section becomes the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

import discord

from bot.answering.engine import DeliveryKey
from bot.answering.outcome import (
    NOT_SURE,
    Abstention,
    AbstentionReason,
    Answer,
    ConfidenceLevel,
    SmallTalk,
    Suggestions,
    nearest_lines,
    preview_of,
)
from bot.corpus.document import Section
from bot.errors import NotFound
from bot.exts.ask.explanation import explanation_panel
from bot.exts.ask.feedback import AskModerator, feedback_modal
from bot.exts.kit.controls import ANSWER, KEY, Click, Control
from bot.exts.kit.interaction import (
    NO_MENTIONS,
    acknowledge,
    answer_of_control,
    asker_of,
    cases_changed,
    guild_of,
    in_server,
    member_hash,
    respond,
    stages_of,
)
from bot.exts.kit.panel import LONGEST_OPTION, Block, Panel, Tone, cut, escape, notice, percent, rule
from bot.exts.kit.sections import body, heading, show_section, source_line
from bot.feedback.recording import RecordedAnswer
from bot.feedback.votes import Helpful

Button = discord.ui.Button[discord.ui.LayoutView]

THANKS = "Thank you, your vote is saved. You can change it at any time."
_MOST_RELATED = 25


class HelpfulVote(Control, template=f"answer:helpful:{ANSWER}"):
    """Votes that the answer helped."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """Return the button for an answer."""
        return discord.ui.Button(label="Helpful", style=discord.ButtonStyle.success, custom_id=f"answer:helpful:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Save the vote and thank the voter."""
        await acknowledge(interaction, private=True)
        await stages_of(interaction).votes.cast(self.state["answer"], guild_of(interaction), member_hash(interaction), Helpful())
        await respond(interaction, notice(THANKS, Tone.SURE), private=True)
        cases_changed(interaction)


class NotHelpfulVote(Control, template=f"answer:unhelpful:{ANSWER}"):
    """Asks what was wrong with the answer; the vote is cast when the form is sent."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """Return the button for an answer."""
        return discord.ui.Button(label="Not helpful", style=discord.ButtonStyle.danger, custom_id=f"answer:unhelpful:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Open the form. It cannot follow a deferral, so the answer is looked up when it is sent."""
        await interaction.response.send_modal(feedback_modal(self.state["answer"], in_server=in_server(interaction)))


class WhyThisAnswer(Control, template=f"answer:why:{ANSWER}"):
    """Explains the answer to whoever asks."""

    @classmethod
    def of(cls, answer_id: str, label: str = "Why this answer?") -> Button:
        """Return the button for an answer."""
        return discord.ui.Button(label=label, custom_id=f"answer:why:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Show the arithmetic."""
        await acknowledge(interaction, private=True)
        stored = await answer_of_control(interaction, self.state["answer"])
        engine = await stages_of(interaction).answering.engines.engine(guild_of(interaction))  # the server's threshold and phrasings
        await respond(interaction, explanation_panel(stored, engine), private=True)


class FullSection(Control, template=f"answer:section:{ANSWER}"):
    """Shows the whole section that the answer was taken from."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """Return the button for an answer."""
        return discord.ui.Button(label="Full section", custom_id=f"answer:section:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Show the section."""
        await acknowledge(interaction, private=True)
        stored = await answer_of_control(interaction, self.state["answer"])
        await show_section(interaction, stages_of(interaction).knowledge.engine.section(stored.section_id or ""))


class RelatedSections(Control, template=f"answer:related:{ANSWER}"):
    """Offers the sections around an answer."""

    @classmethod
    def of(cls, answer_id: str, sections: Sequence[Section], label: str = "Related topics") -> discord.ui.Select[discord.ui.LayoutView]:
        """Return the select for an answer."""
        options = [
            discord.SelectOption(
                label=cut(section.title, LONGEST_OPTION), value=section.key, description=cut(section.heading_path[0], LONGEST_OPTION)
            )
            for section in sections[:_MOST_RELATED]
        ]
        return discord.ui.Select(placeholder=label, options=options, custom_id=f"answer:related:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Show the chosen section."""
        await show_section(interaction, stages_of(interaction).knowledge.engine.section_of_key(self.chosen))


def pick_button(answer_id: str, section: Section) -> Button:
    """Return the button that says "this one answers it"; ``views.picking`` handles it."""
    return discord.ui.Button(label="This one answers it", custom_id=f"suggestion:pick:{answer_id}:{section.key}")


_TITLE = 200
_QUESTION = 200
_PREVIEW = 400
_NEAREST = 300

_TONES = {ConfidenceLevel.HIGH: Tone.SURE, ConfidenceLevel.MEDIUM: Tone.LIKELY, ConfidenceLevel.LOW: Tone.UNSURE}


def answer_panel(recorded: RecordedAnswer, *, askable: bool, repeat_question: bool = False) -> Panel:
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


def _answer(answer: Answer, recorded: RecordedAnswer) -> list[Block]:
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


class PickSuggestion(Control, template=f"suggestion:pick:{ANSWER}:{KEY}"):
    """Says that a suggested section answers the question: records the judgement and shows the answer."""

    async def press(self, interaction: Click) -> None:
        """Record the choice, then show the answer: in place for the one who asked, privately for others."""
        stages = stages_of(interaction)
        stored = await answer_of_control(interaction, self.state["answer"])
        section = stages.knowledge.engine.corpus.section_of_key(self.state["key"])
        if section is None or section.id not in {hit.section_id for hit in stored.hits}:
            raise NotFound("the section was not among the suggestions, or is no longer there")
        asker = asker_of(interaction)
        own = stored.member_hash == asker.member_hash
        asker = replace(asker, own_words=own)
        await (interaction.response.defer() if own else acknowledge(interaction, private=True))
        await stages.votes.judge(stored.answer_id, stored.guild_id, asker.member_hash, section.id)
        occasion = DeliveryKey(stages.hasher.answer_key, f"{stored.answer_id}:{asker.member_hash}")  # pressing twice is one answer
        recorded = await stages.answering.choose(section, stored.question or section.title, asker, occasion)
        panel = answer_panel(recorded, askable=False)
        if own:
            await interaction.edit_original_response(view=panel, allowed_mentions=NO_MENTIONS)
        else:
            await respond(interaction, panel, private=True)
