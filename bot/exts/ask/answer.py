"""An outcome as a Discord message, and the controls under it: votes, the whole section, related ones, suggestions, "Why this answer?".

Each control looks up its answer in the server it was pressed in, and nowhere else. Choosing among suggestions is a judgement; the chosen
section becomes the answer. What leads to the moderators is in ``feedback``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

import discord

from bot.answering import outcome as outcomes
from bot.answering.engine import AnswerEngine, DeliveryKey, knowledge_differs, settings_differ
from bot.answering.outcome import OutcomeKind, parts_of
from bot.corpus.document import Section
from bot.errors import NotFound
from bot.exts.ask.feedback import AskModerator, FeedbackForm
from bot.exts.kit import interaction as kit
from bot.exts.kit.controls import ANSWER, KEY, Control
from bot.exts.kit.panel import Block, Button, Panel, Select, Tone, button, cut, escape, notice, one_line, percent, rows, rule, select
from bot.exts.kit.sections import body, heading, section_option, show_section, source_line
from bot.feedback.question_log import LOOKUP, StoredAnswer
from bot.feedback.recording import RecordedAnswer
from bot.feedback.votes import Helpful
from bot.retrieval.hit import Explanation, WordEvidence

_THANKS = "Thank you, your vote is saved. You can change it at any time."
_TITLE = 200
_QUESTION = 200
_PREVIEW = 400
_BUTTON = 80
"""Characters of a button's label."""
_NEAREST = 300
_TONES = {outcomes.ConfidenceLevel.HIGH: Tone.SURE, outcomes.ConfidenceLevel.MEDIUM: Tone.LIKELY, outcomes.ConfidenceLevel.LOW: Tone.UNSURE}


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
        recorded = await stages.answering.choose(section, stored.question or section.title, asker, key, kit.conversation_of(interaction))
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
        case outcomes.Answer():
            return Panel([*asked, *_answer(outcome, recorded)], Tone.SURE if outcome.picked else _TONES[outcome.level])
        case outcomes.Suggestions():
            return Panel([*asked, *_suggestions(outcome, saved=recorded.saved, askable=askable)], Tone.UNSURE)
        case outcomes.Abstention():
            return Panel([*asked, *_abstention(outcome, saved=recorded.saved, askable=askable)])
        case outcomes.SmallTalk():
            return Panel([outcome.text])
        case _:
            assert_never(outcome)


def answer_controls(answer_id: str, *, votable: bool, full_section: bool = True) -> list[Button]:
    """The buttons that every answer and every lookup has."""
    votes = [HelpfulVote.of(answer_id), NotHelpfulVote.of(answer_id)] if votable else []
    return [*votes, WhyThisAnswer.of(answer_id), *([FullSection.of(answer_id)] if full_section else [])]


def _answer(answer: outcomes.Answer, recorded: RecordedAnswer) -> list[Block]:
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


def _suggestions(suggestions: outcomes.Suggestions, *, saved: bool, askable: bool) -> list[Block]:
    name = suggestions.asked.answer_id
    blocks: list[Block] = [escape(suggestions.opening, _PREVIEW)]
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


def _abstention(abstention: outcomes.Abstention, *, saved: bool, askable: bool) -> list[Block]:
    name = abstention.asked.answer_id
    lines = outcomes.nearest_lines(abstention.nearest, abstention.unseen)
    blocks: list[Block] = [abstention.text, "\n".join(f"-# {escape(line, _NEAREST)}" for line in lines)]
    if not saved:
        return blocks
    offered = askable and abstention.reason is outcomes.AbstentionReason.NOTHING_CLOSE
    buttons = [AskModerator.of(name)] if offered else []
    buttons += [WhyThisAnswer.of(name, label="Why no answer?")] if abstention.hits else []
    nearest = RelatedSections.of(name, [item.section for item in abstention.nearest], "Nearest sections")
    return [*blocks, *rows(*buttons, nearest)]


_MOST_WORDS = 12
_MOST_SYNONYMS = 5
_LINE_TITLE = 120
"""Of a section within a sentence."""


def explanation_panel(stored: StoredAnswer, engine: AnswerEngine) -> Panel:
    """Why an answer was given: words and weights, threshold, runner-up, ids."""
    blocks: list[Block] = ["### Why this answer?", *_reasons(stored, engine), rule(), _identity(stored, engine)]
    return Panel(blocks)


def _reasons(stored: StoredAnswer, engine: AnswerEngine) -> list[str]:
    if stored.outcome == OutcomeKind.SMALLTALK:
        return ["That was small talk, so nothing was searched."]
    if stored.outcome == LOOKUP:
        return ["This was looked up by its name with a command. Nothing was searched and nothing was guessed, so there are no scores."]
    if not stored.hits:
        return ["No word of the question occurs in the knowledge base."]
    best = stored.hits[0]
    decision = _decision(stored, engine)
    if stored.searched is None:
        kept = "\n".join(f"{rank}. {_title(engine, hit.section_id)}: {hit.score:.3f}" for rank, hit in enumerate(stored.hits[:3], 1))
        return [
            f"The text of the question is not stored any more, or never was, so its words are gone. The scores remain:\n{kept}",
            decision,
        ]
    reasons = _how_chosen(stored, engine)
    if stored.context_id is not None:
        about = _title(engine, stored.context_id)
        reasons.append(f"You were talking about {about}, so that section and those around it went before others of nearly the same score.")
    explanation = engine.explain(stored.searched, best.section_id)
    if explanation is None:
        return [*(reasons or ["The section that was shown is no longer in the knowledge base."]), decision]
    return [*reasons, _words(explanation), _parts(explanation), decision, _runner_up(stored, engine)]


def _how_chosen(stored: StoredAnswer, engine: AnswerEngine) -> list[str]:
    """What chose the section, where that was not the ranking."""
    if stored.picked:
        return ["A member picked this section from suggestions."]
    choice = engine.choice_of(stored.searched or "") if stored.outcome == OutcomeKind.ANSWER else None
    if choice is None or stored.section_id not in choice.section.ids:
        return []
    return [f"I read the question as: {escape(choice.reading, 300)}. The section was chosen for that."]


def _words(explanation: Explanation) -> str:
    matched = sorted((word for word in explanation.words if word.weight > 0), key=lambda word: -word.weight)
    lines = [f"• {_word(word)}: **{word.weight:.3f}** ({', '.join(word.fields)})" for word in matched[:_MOST_WORDS]]
    text = "**Words that matched**\n" + ("\n".join(lines) or "none")
    if len(matched) > _MOST_WORDS:
        rest = sum(word.weight for word in matched[_MOST_WORDS:])
        text += f"\n• {len(matched) - _MOST_WORDS} more words: **{rest:.3f}**"
    if explanation.missing:
        text += f"\nNot in this section: {escape(', '.join(explanation.missing), 300)}"
    if explanation.unknown:
        text += f"\nNowhere in the knowledge base: {escape(', '.join(explanation.unknown), 300)}"
    return text


def _word(word: WordEvidence) -> str:
    name = escape(word.word, 40)
    return name if word.matched is None else f"{name}, read as {escape(word.matched, 40)}"


def _parts(explanation: Explanation) -> str:
    lines = [
        f"• {escape(synonym.typed, 60)}, also read as {escape(synonym.read_as, 60)}: **{synonym.weight:.3f}**"
        for synonym in explanation.synonyms[:_MOST_SYNONYMS]
    ]
    for name, detail, weight in parts_of(explanation):
        lines.append(f"• {name}{f' “{escape(detail, 150)}”' if detail else ''}: **{weight:.3f}**")
    return "\n".join(lines) + f"\n**Score: {explanation.score:.3f}** of 1, the sum of the above"


def _decision(stored: StoredAnswer, engine: AnswerEngine) -> str:
    settings = engine.settings
    return (
        f"Confidence: **{percent(stored.confidence or 0.0)}**. I answer from {percent(settings.answer_threshold)}, "
        f"suggest from {percent(settings.suggest_threshold)}, and decline below."
    )


def _runner_up(stored: StoredAnswer, engine: AnswerEngine) -> str:
    if len(stored.hits) < 2:
        return "Runner-up: none"
    second = stored.hits[1]
    return f"Runner-up: {_title(engine, second.section_id)}, score {second.score:.3f}"


def _title(engine: AnswerEngine, section_id: str) -> str:
    section = engine.section(section_id)
    return escape(section_id if section is None else section.title, _LINE_TITLE)


def _identity(stored: StoredAnswer, engine: AnswerEngine) -> str:
    text = f"-# Answer {stored.answer_id} · fingerprint {stored.fingerprint}"
    if stored.fingerprint != engine.fingerprint:
        causes = [("the knowledge", knowledge_differs), ("the settings", settings_differ)][: 1 if stored.outcome == LOOKUP else 2]
        changed = " and ".join(name for name, differ in causes if differ(stored.fingerprint, engine.fingerprint))
        if not changed:
            return text
        text += f" · {changed} changed since (now {engine.fingerprint}); the weights above are today's"
    return text
