"""An outcome as a Discord message, and the quiet row of controls under it: votes, the whole section, and what stands behind the three dots.

The answer comes first; a channel sees no menu and no figure. Each control looks up its answer in the server it was pressed in, and nowhere
else. A vote changes the count in its message and sends none. A suggestion is opened, read, and only then judged. Why an answer was given
is in ``why``, what leads to the moderators in ``feedback``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import assert_never

from bot.answering import outcome as outcomes
from bot.answering.engine import AnswerEngine
from bot.answering.outcome import AskedQuestion, DeliveryKey, OutcomeKind
from bot.corpus.document import Section
from bot.errors import NotFound
from bot.exts.ask.feedback import AskModerator, HelpfulVote, NotHelpfulVote, ReportMistake
from bot.exts.ask.why import WhyThisAnswer
from bot.exts.kit import interaction as kit
from bot.exts.kit.controls import ANSWER, KEY, Control
from bot.exts.kit.panel import (
    Block,
    Button,
    Panel,
    Select,
    Tone,
    button,
    cut,
    cut_around,
    cut_at_a_word,
    escape,
    one_line,
    rows,
    rule,
    select,
    with_channels,
)  # fmt: skip
from bot.exts.kit.sections import heading, led_body, notes_under, section_option, section_panel, show_section, source_line, source_marks
from bot.feedback.question_log import LOOKUP, StoredAnswer
from bot.feedback.recording import RecordedAnswer
from bot.feedback.votes import NO_VOTES, VoteCount
from bot.retrieval.analyzer import Analyzer, fold, is_content
from bot.retrieval.hit import Hit
from bot.texts import ask as texts

_TITLE = 60
"""Characters of a section's title where other text stands beside it."""
_ARTICLE = 38
"""Characters of an article's title, which stands on a line of its own."""
_QUESTION = 64
_LINE = 28
"""Characters of a title that takes one line on a phone."""
_SENTENCE, _SENTENCE_BELOW_LONG_TITLE = 86, 60
"""Characters of a suggestion's sentence: three suggestions are seen at once on a phone."""
_BUTTON = 80
"""Characters of a button's label."""
_CLOSEST = 110
"""Characters of the line that names what is closest to a declined question."""
_SUGGESTED, _MORE = 3, 2
"""Suggestions that are read without a click, and those behind one."""


class FullSection(Control, template=f"answer:section:{ANSWER}"):
    """Shows the whole section that the answer was taken from, to whoever presses."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """The button under an answer that left something out."""
        return button(texts.MORE, cls.id_of(answer=answer_id))

    async def press(self, interaction: kit.Click) -> None:
        """Show the section."""
        await kit.acknowledge(interaction, private=True)
        stored = await kit.answer_of_control(interaction, self.state["answer"])
        await show_section(interaction, kit.stages_of(interaction).knowledge.engine.section(stored.section_id or ""))


class RelatedSections(Control, template=f"answer:related:{ANSWER}"):
    """Offers sections around an answer."""

    @classmethod
    def of(cls, answer_id: str, sections: Sequence[Section], placeholder: str = texts.RELATED) -> Select:
        """The select, for a message that one member sees."""
        return select(placeholder, cls.id_of(answer=answer_id), map(section_option, sections))

    async def press(self, interaction: kit.Click) -> None:
        """Show the chosen section."""
        await show_section(interaction, kit.stages_of(interaction).knowledge.engine.section_of_key(self.chosen))


class OpenAlternative(Control, template=f"answer:alternative:{ANSWER}:{KEY}"):
    """Shows a section that came close, or that answers the message's second question, to whoever asks for it."""

    @classmethod
    def of(cls, answer_id: str, section: Section) -> Button:
        """The button above the others."""
        return button(cut(texts.alternative(section.title), _BUTTON), cls.id_of(answer=answer_id, key=section.key))

    async def press(self, interaction: kit.Click) -> None:
        """Show the section."""
        await kit.acknowledge(interaction, private=True)
        await kit.answer_of_control(interaction, self.state["answer"])
        await show_section(interaction, kit.stages_of(interaction).knowledge.engine.section_of_key(self.state["key"]))


class AnswerMenu(Control, template=f"answer:menu:{ANSWER}"):
    """Shows what is said about an answer beside itself, to whoever presses: sources in full, why, related, a way to report a mistake."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """The three dots at the end of the row."""
        return button(texts.MENU, cls.id_of(answer=answer_id))

    async def press(self, interaction: kit.Click) -> None:
        """Show it."""
        await kit.acknowledge(interaction, private=True)
        stored = await kit.answer_of_control(interaction, self.state["answer"])
        engine = await kit.stages_of(interaction).answering.engines.engine(kit.guild_of(interaction))
        section = engine.section(stored.section_id or "")
        notes = "" if section is None else await notes_under(interaction, section)
        own = kit.in_server(interaction) and stored.member_hash == kit.member_hash(interaction)
        message = interaction.message
        counted_in = None if message is None or message.flags.ephemeral else message.id
        await kit.send(interaction, menu_panel(stored, engine, notes, askable=own, counted_in=counted_in), private=True)


class ShowSuggestion(Control, template=f"suggestion:show:{ANSWER}:{KEY}"):
    """Shows the whole of a suggested section to whoever presses, and then asks whether it was the answer."""

    @classmethod
    def of(cls, answer_id: str, section: Section, number: int) -> Button:
        """The button to a suggestion, by its number."""
        return button(texts.show(number), cls.id_of(answer=answer_id, key=section.key))

    async def press(self, interaction: kit.Click) -> None:
        """Show the section and ask."""
        await kit.acknowledge(interaction, private=True)
        stored = await kit.answer_of_control(interaction, self.state["answer"])
        section = _section_of(interaction, self.state["key"])
        ask = rows(ItWasThis.of(stored.answer_id, section), ItWasNot.of(stored.answer_id, section))
        notes = await notes_under(interaction, section)
        await kit.send(interaction, section_panel(section, notes=notes, ending=[texts.DID_IT_ANSWER, *ask]), private=True)


class ItWasThis(Control, template=f"suggestion:yes:{ANSWER}:{KEY}"):
    """Says, after reading it, that a suggested section answers the question; the conversation goes on from there."""

    @classmethod
    def of(cls, answer_id: str, section: Section) -> Button:
        """The button below the section."""
        return button(texts.YES, cls.id_of(answer=answer_id, key=section.key))

    async def press(self, interaction: kit.Click) -> None:
        """Record the choice, and thank the member in the message that they read."""
        await kit.acknowledge_edit(interaction)
        stored = await kit.answer_of_control(interaction, self.state["answer"])
        section, _ = await _chosen(interaction, stored, self.state["key"])
        notes = await notes_under(interaction, section)
        await kit.edit(interaction, section_panel(section, notes=notes, ending=[texts.NOTED]))


class ItWasNot(Control, template=f"suggestion:no:{ANSWER}:{KEY}"):
    """Says that a suggested section does not answer the question; whoever asked it can pass it on."""

    @classmethod
    def of(cls, answer_id: str, section: Section) -> Button:
        """The button below the section."""
        return button(texts.NO, cls.id_of(answer=answer_id, key=section.key))

    async def press(self, interaction: kit.Click) -> None:
        """Say what else can be done."""
        await kit.acknowledge_edit(interaction)
        stored = await kit.answer_of_control(interaction, self.state["answer"])
        section = _section_of(interaction, self.state["key"])
        own = kit.in_server(interaction) and stored.member_hash == kit.member_hash(interaction)
        ending: list[Block] = [texts.SORRY, *rows(AskModerator.of(stored.answer_id))] if own else [texts.SORRY_ALONE]
        await kit.edit(interaction, Panel([heading(section), *ending]))


class PickSuggestion(Control, template=f"suggestion:pick:{ANSWER}:{KEY}"):
    """The button of messages from before suggestions could be read first: records the judgement and shows the answer."""

    async def press(self, interaction: kit.Click) -> None:
        """Record the choice, then show the answer: in place for the one who asked, privately for others."""
        stored = await kit.answer_of_control(interaction, self.state["answer"])
        own = stored.member_hash == kit.member_hash(interaction)
        await (kit.acknowledge_edit(interaction) if own else kit.acknowledge(interaction, private=True))
        _, recorded = await _chosen(interaction, stored, self.state["key"])
        panel = answer_panel(recorded, askable=False)
        await (kit.edit(interaction, panel) if own else kit.send(interaction, panel, private=True))


def _section_of(interaction: kit.Click, key: str) -> Section:
    section = kit.stages_of(interaction).knowledge.engine.section_of_key(key)
    if section is None:
        raise NotFound("the section is no longer in the knowledge base")
    return section


async def _chosen(interaction: kit.Click, stored: StoredAnswer, key: str) -> tuple[Section, RecordedAnswer]:
    """Record that a member chose a section among suggestions; choosing twice is one choice and one answer."""
    stages = kit.stages_of(interaction)
    section = stages.knowledge.engine.corpus.section_of_key(key)
    if section is None or not {hit.section_id for hit in stored.hits} & set(section.ids):
        raise NotFound("the section was not among the suggestions, or is no longer there")
    asker = kit.asker_of(interaction)
    asker = replace(asker, own_words=stored.member_hash == asker.member_hash)
    await stages.votes.judge(stored.answer_id, stored.guild_id, asker.member_hash, section.id)
    delivery = DeliveryKey(stages.hasher.answer_key, f"{stored.answer_id}:{asker.member_hash}")
    question = stored.question or section.title
    return section, await stages.answering.choose(section, question, asker, delivery, kit.conversation_of(interaction))


def answer_panel(recorded: RecordedAnswer, *, askable: bool, repeat_question: bool = False, known: str = "") -> Panel:
    """Make the message for an outcome; what could not be logged cannot be voted on.

    Args:
        recorded: the outcome and what may be done with it.
        askable: whether a declined question can be passed on: in a server, by whoever asked it.
        repeat_question: whether to show what was asked, where the channel cannot see it.
        known: says what the knowledge base is about, for where nothing in it is near the question.
    """
    outcome = recorded.outcome
    question = one_line(cut_at_a_word(outcome.asked.question, _QUESTION)) if repeat_question else ""
    asked: list[Block] = [f"-# {texts.question_line(question)}"] if question else []
    match outcome:
        case outcomes.Answer():
            return _answer(outcome, recorded, asked)
        case outcomes.Suggestions():
            return _suggestions(outcome, asked, saved=recorded.saved)
        case outcomes.Abstention():
            return _abstention(outcome, recorded, asked, known, askable=askable)
        case outcomes.SmallTalk():
            return Panel([outcome.text])
        case _:
            assert_never(outcome)


def answer_controls(answer_id: str, *, votable: bool, full_section: bool = True, votes: VoteCount = NO_VOTES) -> list[Button]:
    """The row under every answer and every lookup.

    Args:
        answer_id: what it belongs to.
        votable: whether the server wants votes.
        full_section: whether there is more than is shown.
        votes: how many there are.
    """
    voting = [HelpfulVote.of(answer_id, votes.helpful), NotHelpfulVote.of(answer_id, votes.not_helpful)] if votable else []
    return [*voting, *([FullSection.of(answer_id)] if full_section else []), AnswerMenu.of(answer_id)]


def _answer(answer: outcomes.Answer, recorded: RecordedAnswer, asked: list[Block]) -> Panel:
    section = answer.section
    before = answer.asked.context
    certainty = texts.PICKED if answer.picked else texts.CERTAINTY[answer.level.name]
    text = led_body(answer.text, section)
    titled = text.startswith(f"**{escape(section.title)}**\n")
    lead: list[Block] = [f"-# {texts.follow_up_line(_short(section))}"] if before in section.ids and not titled else []
    # where the text or the line above it names the section, the line below need not
    named = bool(lead) or fold(section.title.partition(" (")[0]) in fold(text.replace("*", ""))
    ending = " · ".join(part for part in ("" if named else _short(section), certainty, source_marks(section)) if part)
    written = "\n".join(str(part) for part in (*asked, *lead, text, f"-# {ending}"))
    if not recorded.saved:
        return Panel([written], None)
    name = answer.asked.answer_id
    beside = rows(*(OpenAlternative.of(name, one.section) for one in answer.alternatives))
    more = any(passage.text not in answer.text for passage in section.passages)
    controls = answer_controls(name, votable=recorded.votable, full_section=more, votes=recorded.votes)
    return Panel([written], None, below=[*beside, *rows(*controls)])


def _short(section: Section) -> str:
    return escape(cut_at_a_word(section.title, _TITLE))


def _suggestions(suggestions: outcomes.Suggestions, asked: list[Block], *, saved: bool) -> Panel:
    name, analyzer = suggestions.asked.answer_id, Analyzer()
    asked_for = {word.term for word in analyzer.words(suggestions.asked.searched) if is_content(word.surface)}

    def useful(word: str) -> bool:
        return any(one.term in asked_for for one in analyzer.words(word))

    blocks: list[Block] = ["\n".join(map(str, (*asked, escape(suggestions.opening))))]  # one text: no gap between them on a phone
    for number, one in enumerate(suggestions.candidates, 1):
        article = cut_at_a_word(one.section.heading_path[0], _ARTICLE)
        place = "" if article == one.section.title else f"\n-# {escape(article)}"
        characters = _SENTENCE if len(one.section.title) <= _LINE else _SENTENCE_BELOW_LONG_TITLE
        sentence = _cut_in_meaning(one.sentence.removeprefix("• "), characters, useful)
        blocks.append(f"**{number}. {_short(one.section)}**\n{one_line(sentence)}{place}")
    shows = [ShowSuggestion.of(name, one.section, number) for number, one in enumerate(suggestions.candidates, 1)]
    return Panel(blocks, Tone.UNSURE, below=rows(*shows, AnswerMenu.of(name)) if saved else ())


_TURNS = re.compile(r"\b(?:no|not|never|none|nor|neither|nothing|cannot|without|unless|except|only|but|although)\b|n['’]t\b", re.IGNORECASE)
"""What turns a sentence: without it, the rest says something else."""
_LINES_MORE = (0, 18, 36)
"""Characters more of a sentence that would lose its turn without them: none, half a line on a phone, one."""


def _cut_in_meaning(sentence: str, characters: int, useful: Callable[[str], bool]) -> str:
    """A sentence cut around useful words, or longer where that keeps more of its negations and exceptions."""
    cuts = [cut_around(sentence, characters + more, useful) for more in _LINES_MORE]
    return max(cuts, key=lambda cut: (len(_TURNS.findall(cut)), -len(cut)))


def _abstention(abstention: outcomes.Abstention, recorded: RecordedAnswer, asked: list[Block], known: str, *, askable: bool) -> Panel:
    name = abstention.asked.answer_id
    close = [_short(section) for section in abstention.closest]
    while len(texts.closest(close)) > _CLOSEST and len(close) > 1:
        close.pop()
    blocks: list[Block] = [*asked, abstention.text]
    beyond = abstention.reason in (outcomes.AbstentionReason.NOTHING_CLOSE, outcomes.AbstentionReason.LOG)
    if close:
        blocks.append(f"-# {texts.closest(close)}")
    elif known and abstention.reason is outcomes.AbstentionReason.NOTHING_CLOSE:
        blocks.append(f"-# {known}")
    blocks += [texts.other_places(with_channels(recorded.places))] if recorded.places and beyond else []
    if not recorded.saved:
        return Panel(blocks)
    offered = askable and abstention.reason is outcomes.AbstentionReason.NOTHING_CLOSE
    buttons = [AskModerator.of(name)] if offered else []
    return Panel(blocks, below=rows(*buttons, *([AnswerMenu.of(name)] if abstention.hits else [])))


def menu_panel(stored: StoredAnswer, engine: AnswerEngine, notes: str, *, askable: bool, counted_in: int | None = None) -> Panel:
    """What is behind the three dots.

    Args:
        stored: the answer.
        engine: the server's.
        notes: those of the server's members on the section that was shown, as text.
        askable: whether the one who looks may pass the question on.
        counted_in: the message that shows how many have voted, where we can change it.
    """
    name = stored.answer_id
    if stored.outcome in (OutcomeKind.ANSWER, LOOKUP):
        section = engine.section(stored.section_id or "")
        shown: list[Block] = [texts.ABOUT_ANSWER] if section is None else [heading(section), source_line(section)]
        related = () if section is None else engine.showing.related(section, stored.hits)
        ending: list[Block] = [rule(), notes] if notes else []
        report = NotHelpfulVote.of(name, label=texts.REPORT) if counted_in is None else ReportMistake.of(name, counted_in)
        buttons = [WhyThisAnswer.of(name), report]
        return Panel([*shown, *ending, *rows(*buttons, RelatedSections.of(name, related))])
    asking = [AskModerator.of(name)] if askable else []
    if stored.outcome == OutcomeKind.SUGGESTIONS:
        asked = AskedQuestion(name, stored.fingerprint, stored.question or "", stored.searched or "")
        near = engine.showing.candidates(asked, _known(stored, engine), _SUGGESTED + _MORE, skipped=engine.settings.suggestions)
        sections, text, why, offered = [one.section for one in near], texts.ABOUT_SUGGESTIONS, texts.WHY_THESE, texts.TWO_MORE
    else:
        sections = [engine.showing.section(hit) for hit in _known(stored, engine)[:_SUGGESTED]]
        text, why, offered = texts.ABOUT_DECLINE, texts.WHY_NOTHING, texts.CLOSEST_TOPICS
    return Panel([text, *rows(WhyThisAnswer.of(name, label=why), *asking, RelatedSections.of(name, sections, offered))])


def _known(stored: StoredAnswer, engine: AnswerEngine) -> tuple[Hit, ...]:
    """The hits whose sections are still there."""
    return tuple(hit for hit in stored.hits if engine.corpus.section(hit.section_id) is not None)
