"""An outcome as a Discord message, and the controls under it: votes, reasons, the whole section, related ones, suggestions to pick.

Each control looks up its answer in the server it was pressed in, and nowhere else. Choosing among suggestions is a judgement; the chosen
section becomes the answer. What leads to the moderators is in ``feedback``.
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
)
from bot.corpus.document import Section
from bot.errors import NotFound
from bot.exts.ask.explanation import explanation_panel
from bot.exts.ask.feedback import AskModerator, FeedbackForm
from bot.exts.kit import interaction as kit
from bot.exts.kit.controls import ANSWER, KEY, Control
from bot.exts.kit.panel import Block, Button, Panel, Select, Tone, button, cut, escape, notice, one_line, percent, rows, rule, select
from bot.exts.kit.sections import body, heading, section_option, show_section, source_line
from bot.feedback.recording import RecordedAnswer
from bot.feedback.votes import Helpful

_THANKS = "Thank you, your vote is saved. You can change it at any time."
_TITLE = 200
_QUESTION = 200
_PREVIEW = 400
_BUTTON = 80
"""Characters of a button's label."""
_NEAREST = 300
_TONES = {ConfidenceLevel.HIGH: Tone.SURE, ConfidenceLevel.MEDIUM: Tone.LIKELY, ConfidenceLevel.LOW: Tone.UNSURE}


class HelpfulVote(Control, template=f"answer:helpful:{ANSWER}"):
    """Votes that the answer helped."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """The button under an answer."""
        return button("Helpful", cls.id_of(answer=answer_id), discord.ButtonStyle.success)

    async def press(self, interaction: kit.Click) -> None:
        """Save the vote and thank the voter."""
        await kit.acknowledge(interaction, private=True)
        await kit.stages_of(interaction).votes.cast(
            self.state["answer"], kit.guild_of(interaction), kit.member_hash(interaction), Helpful()
        )
        await kit.send(interaction, notice(_THANKS, Tone.SURE), private=True)
        kit.cases_changed(interaction)


class NotHelpfulVote(Control, template=f"answer:unhelpful:{ANSWER}"):
    """Asks what was wrong with the answer; the vote is cast when the form is sent."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """The button under an answer."""
        return button("Not helpful", cls.id_of(answer=answer_id), discord.ButtonStyle.danger)

    async def press(self, interaction: kit.Click) -> None:
        """Open the form. It cannot follow a deferral, so the answer is looked up when it is sent."""
        await interaction.response.send_modal(FeedbackForm.of(self.state["answer"], in_server=kit.in_server(interaction)))


class WhyThisAnswer(Control, template=f"answer:why:{ANSWER}"):
    """Explains the answer to whoever asks."""

    @classmethod
    def of(cls, answer_id: str, label: str = "Why this answer?") -> Button:
        """The button under an answer."""
        return button(label, cls.id_of(answer=answer_id))

    async def press(self, interaction: kit.Click) -> None:
        """Show the arithmetic."""
        await kit.acknowledge(interaction, private=True)
        stored = await kit.answer_of_control(interaction, self.state["answer"])
        engine = await kit.stages_of(interaction).answering.engines.engine(
            kit.guild_of(interaction)
        )  # the server's threshold and phrasings
        await kit.send(interaction, explanation_panel(stored, engine), private=True)


class FullSection(Control, template=f"answer:section:{ANSWER}"):
    """Shows the whole section that the answer was taken from."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """The button under an answer."""
        return button("Full section", cls.id_of(answer=answer_id))

    async def press(self, interaction: kit.Click) -> None:
        """Show the section."""
        await kit.acknowledge(interaction, private=True)
        stored = await kit.answer_of_control(interaction, self.state["answer"])
        await show_section(interaction, kit.stages_of(interaction).knowledge.engine.section(stored.section_id or ""))


class RelatedSections(Control, template=f"answer:related:{ANSWER}"):
    """Offers the sections around an answer."""

    @classmethod
    def of(cls, answer_id: str, sections: Sequence[Section], placeholder: str = "Related topics") -> Select:
        """The select under an answer."""
        return select(placeholder, cls.id_of(answer=answer_id), map(section_option, sections))

    async def press(self, interaction: kit.Click) -> None:
        """Show the chosen section."""
        await show_section(interaction, kit.stages_of(interaction).knowledge.engine.section_of_key(self.chosen))


class OpenAlternative(Control, template=f"answer:alternative:{ANSWER}:{KEY}"):
    """Shows a section that came close, or that answers the message's second question, to whoever asks for it."""

    @classmethod
    def of(cls, answer_id: str, section: Section) -> Button:
        """The button above the others."""
        return button(cut(f"Or is it: {section.title}", _BUTTON), cls.id_of(answer=answer_id, key=section.key))

    async def press(self, interaction: kit.Click) -> None:
        """Show the section."""
        await kit.acknowledge(interaction, private=True)
        await kit.answer_of_control(interaction, self.state["answer"])
        await show_section(interaction, kit.stages_of(interaction).knowledge.engine.section_of_key(self.state["key"]))


class PickSuggestion(Control, template=f"suggestion:pick:{ANSWER}:{KEY}"):
    """Says that a suggested section answers the question: records the judgement and shows the answer."""

    @classmethod
    def of(cls, answer_id: str, section: Section) -> Button:
        """The button beside a suggestion."""
        return button("This one answers it", cls.id_of(answer=answer_id, key=section.key))

    async def press(self, interaction: kit.Click) -> None:
        """Record the choice, then show the answer: in place for the one who asked, privately for others."""
        stages = kit.stages_of(interaction)
        stored = await kit.answer_of_control(interaction, self.state["answer"])
        section = stages.knowledge.engine.corpus.section_of_key(self.state["key"])
        if section is None or not {hit.section_id for hit in stored.hits} & set(section.ids):
            raise NotFound("the section was not among the suggestions, or is no longer there")
        asker = kit.asker_of(interaction)
        own = stored.member_hash == asker.member_hash
        asker = replace(asker, own_words=own)
        await (kit.acknowledge_edit(interaction) if own else kit.acknowledge(interaction, private=True))
        await stages.votes.judge(stored.answer_id, stored.guild_id, asker.member_hash, section.id)
        key = DeliveryKey(stages.hasher.answer_key, f"{stored.answer_id}:{asker.member_hash}")  # pressing twice is one answer
        recorded = await stages.answering.choose(section, stored.question or section.title, asker, key)
        panel = answer_panel(recorded, askable=False)
        await (kit.edit(interaction, panel) if own else kit.send(interaction, panel, private=True))


def answer_panel(recorded: RecordedAnswer, *, askable: bool, repeat_question: bool = False) -> Panel:
    """Make the message for an outcome; what could not be logged cannot be voted on.

    Args:
        recorded: the outcome and what may be done with it.
        askable: whether a declined question can be passed on: in a server, by whoever asked it.
        repeat_question: whether to show what was asked, where the channel cannot see it.
    """
    outcome = recorded.outcome
    question = one_line(outcome.asked.question, _QUESTION) if repeat_question else ""
    asked: list[Block] = [f"-# Question: {question}"] if question else []
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


def answer_controls(answer_id: str, *, votable: bool, full_section: bool = True) -> list[Button]:
    """The buttons that every answer and every lookup has."""
    votes = [HelpfulVote.of(answer_id), NotHelpfulVote.of(answer_id)] if votable else []
    return [*votes, WhyThisAnswer.of(answer_id), *([FullSection.of(answer_id)] if full_section else [])]


def _answer(answer: Answer, recorded: RecordedAnswer) -> list[Block]:
    section = answer.section
    certainty = "Picked from suggestions" if answer.picked else f"{answer.level}, {percent(answer.confidence)}"
    blocks: list[Block] = [
        heading(section),
        body(answer.text, section.passages, answer.emphasis),
        rule(),
        f"-# {source_line(section)}\n-# {certainty}",
    ]
    if not recorded.saved:
        return blocks
    name = answer.asked.answer_id
    blocks.extend(rows(*(OpenAlternative.of(name, one.section) for one in answer.alternatives)))
    return [*blocks, *rows(*answer_controls(name, votable=recorded.votable), RelatedSections.of(name, answer.related))]


def _suggestions(suggestions: Suggestions, *, saved: bool, askable: bool) -> list[Block]:
    name = suggestions.asked.answer_id
    blocks: list[Block] = [NOT_SURE]
    for candidate in suggestions.candidates:
        section = candidate.section
        article = f"-# {escape(section.heading_path[0], _TITLE)}"
        text = f"**{escape(section.title, _TITLE)}**\n{escape(candidate.sentence, _PREVIEW)}\n{article}"
        blocks.append(discord.ui.Section(text, accessory=PickSuggestion.of(name, section)) if saved else text)
    if not saved:
        return blocks
    if suggestions.more:
        blocks.extend(rows(RelatedSections.of(name, [one.section for one in suggestions.more], "Two more")))
    return [*blocks, *rows(WhyThisAnswer.of(name, label="Why these?"), *([AskModerator.of(name)] if askable else []))]


def _abstention(abstention: Abstention, *, saved: bool, askable: bool) -> list[Block]:
    name = abstention.asked.answer_id
    lines = nearest_lines(abstention.nearest, abstention.unseen)
    blocks: list[Block] = [abstention.text, "\n".join(f"-# {escape(line, _NEAREST)}" for line in lines)]
    if not saved:
        return blocks
    offered = askable and abstention.reason is AbstentionReason.NOTHING_CLOSE
    buttons = [AskModerator.of(name)] if offered else []
    buttons += [WhyThisAnswer.of(name, label="Why no answer?")] if abstention.hits else []
    nearest = RelatedSections.of(name, [item.section for item in abstention.nearest], "Nearest sections")
    return [*blocks, *rows(*buttons, nearest)]
