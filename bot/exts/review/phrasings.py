"""Which section answers a question because a moderator said so: named on a case, listed, reworded, and taken back.

A judgement is one question and one section. What it changes is shown first; once it is confirmed, whoever asks that question next in the
server is shown the section. It belongs to the server. The member's words in it are the member's, so the form asks for the moderator's own,
which stay when the member deletes their data; where there are none, moderators are informed, and can write some then. Whoever moderates
can take it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from bot.answering.engine import AnswerEngine
from bot.corpus.document import Corpus, Section
from bot.errors import InputError, NotFound
from bot.exts.kit import interaction as kit
from bot.exts.kit import panel
from bot.exts.kit.controls import (
    ANSWER,
    CASE,
    PLACE,
    Control,
    Fields,
    Form,
    FormRow,
    Place,
    case_number,
    encoded,
    list_turns,
    paragraph,
    place_of,
)
from bot.exts.kit.sections import section_option, sections_titled
from bot.exts.review.previews import effect_blocks
from bot.exts.review.words import age, mention, title_of
from bot.feedback.question_log import LOOKUP, StoredAnswer
from bot.review.phrasings import ConfirmedPhrasing, Draft
from bot.storage.paging import Page
from bot.texts import cases as case_texts
from bot.texts import preview as preview_texts
from bot.texts import review as texts

PAGE_SIZE = 10
_MOST = 25
_LONGEST_QUESTION = 300
_QUESTION = 120
_LONGEST_TITLE = 100
_PHRASING = "(?P<phrasing>[0-9]{1,18})"
_DRAFT = "(?P<draft>[0-9]{1,18})"


class NameSection(Control, template=f"review:section:{CASE}"):
    """Asks which section answers the question of a case."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, number: int) -> panel.Button:
        """The button on the card of a case."""
        return panel.button(case_texts.RIGHT_SECTION, cls.id_of(case=number))

    async def press(self, interaction: kit.Click) -> None:
        """Open the form. It cannot follow a deferral, so the look-up comes first; it waits for no writer."""
        number = int(self.state["case"])
        stages = kit.stages_of(interaction)
        card = await stages.review.cards.show(kit.guild_of(interaction), number)
        if card.answer is not None and card.answer.stored.outcome == LOOKUP:
            raise InputError(case_texts.LOOKED_UP_NO_QUESTION)
        if card.answer is None or not card.answer.stored.question:
            raise InputError(case_texts.QUESTION_GONE)
        sections = _candidates(card.answer.stored, stages.knowledge.engine.corpus)
        await interaction.response.send_modal(SectionForm.of(number, card.answer.stored, sections))


def _candidates(answer: StoredAnswer, corpus: Corpus) -> Sequence[Section]:
    """The sections that were ranked for the question, the best first, and are still there."""
    found = [corpus.section(hit.section_id) for hit in answer.hits[:_MOST]]
    return [section for section in found if section is not None]


class SectionForm(Form, template=f"review:section:{CASE}:{ANSWER}"):
    """Names the section, and the question in the moderator's own words: if they like, or because it was a follow-up."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, number: int, answer: StoredAnswer, sections: Sequence[Section]) -> discord.ui.Modal:
        """The form for the question of a case."""
        alone = answer.context_id is None
        titled: discord.ui.TextInput[discord.ui.LayoutView] = discord.ui.TextInput(
            custom_id="title", required=not sections, max_length=_LONGEST_TITLE
        )
        fields: list[FormRow] = [
            discord.ui.TextDisplay(case_texts.asked(panel.one_line(answer.question or "", _LONGEST_QUESTION))),
            *([_section_row(sections)] if sections else []),
            discord.ui.Label(text=case_texts.OTHER_LABEL, description=case_texts.OTHER_HELP, component=titled),
            _wording_row(case_texts.WORDING_HELP if alone else case_texts.WORDING_NEEDED, required=not alone),
        ]
        return cls.modal(case_texts.section_title(number), fields, case=number, answer=answer.answer_id)

    async def submit(self, interaction: kit.Click, fields: Fields) -> None:
        """Draft the judgement and show what it changes; a form of before sent the whole question in place of a wording."""
        await kit.acknowledge(interaction, private=True)
        wording, title, key = fields.text("wording") or fields.text("question"), fields.text("title"), fields.text("section")
        if title is None and key is None:
            raise InputError(case_texts.SECTION_NEEDED)
        corpus = kit.stages_of(interaction).knowledge.engine.corpus
        found = sections_titled(title, corpus) if title else tuple(filter(None, [corpus.section_of_key(key or "")]))
        number, answer_id = int(self.state["case"]), self.state["answer"]
        match found:
            case ():
                raise InputError(case_texts.none_titled(panel.one_line(title, _LONGEST_TITLE))) if title else NotFound("no such section")
            case (section,):
                await _draft(interaction, number, answer_id, section, wording)
            case _:
                typed = panel.one_line(title or "", _LONGEST_TITLE)
                asks = [case_texts.several_titled(typed, len(found))]
                asks += [case_texts.YOUR_WORDING + panel.one_line(wording)] if wording else []
                which = FoundSection.of(number, answer_id, found)
                await kit.send(interaction, panel.Panel([*asks, *panel.rows(which)], panel.Tone.UNSURE), private=True)


class FoundSection(Control, template=f"review:found:{CASE}:{ANSWER}"):
    """Names one of the sections that fit what a moderator typed; the wording from the form stands above it in the message."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, number: int, answer_id: str, sections: Sequence[Section]) -> panel.Select:
        """The select of the sections that were found."""
        return panel.select(case_texts.WHICH_SECTION, cls.id_of(case=number, answer=answer_id), map(section_option, sections))

    async def press(self, interaction: kit.Click) -> None:
        """Draft the judgement and show what it changes."""
        await kit.acknowledge(interaction, private=True)
        section = kit.stages_of(interaction).knowledge.engine.corpus.section_of_key(self.chosen)
        if section is None:
            raise NotFound("the section is no longer in the knowledge base")
        lines = [] if interaction.message is None else _texts(interaction.message.components)
        wording = next((line.removeprefix(case_texts.YOUR_WORDING) for line in lines if line.startswith(case_texts.YOUR_WORDING)), None)
        await _draft(
            interaction, int(self.state["case"]), self.state["answer"], section, None if wording is None else panel.unescape(wording)
        )


def _texts(components: Sequence[discord.Component]) -> Iterator[str]:
    """What a message says, block by block."""
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        elif isinstance(component, discord.Container):
            yield from _texts(component.children)


def _section_row(sections: Sequence[Section]) -> FormRow:
    chosen: discord.ui.Select[discord.ui.LayoutView] = discord.ui.Select(
        custom_id="section",
        options=[section_option(section) for section in sections],
        placeholder=case_texts.SECTION_CHOOSE,
        required=False,
    )
    return discord.ui.Label(text=case_texts.SECTION_LABEL, description=case_texts.SECTION_EFFECT, component=chosen)


def _wording_row(description: str, *, required: bool) -> FormRow:
    field = paragraph("wording", longest=_LONGEST_QUESTION, required=required)
    return discord.ui.Label(text=case_texts.WORDING_LABEL, description=description, component=field)


async def _draft(interaction: kit.Click, number: int, answer_id: str, section: Section, wording: str | None) -> None:
    """Draft the judgement, and show what it changes."""
    phrasings = kit.stages_of(interaction).review.phrasings
    draft = await phrasings.draft(kit.actor_of(interaction), number, section.id, wording, answer_id=answer_id)
    await _send_preview(interaction, draft)


async def _send_preview(interaction: kit.Click, draft: Draft) -> None:
    """Show to the moderator alone what a draft would change, and ask whether it is to count."""
    stages = kit.stages_of(interaction)
    found = await stages.review.previews.phrasing(draft)
    asked = draft.wording or (await stages.question_log.find(draft.answer_id or "", draft.guild_id)).question
    said = preview_texts.phrasing(panel.one_line(asked or "", _LONGEST_QUESTION), title_of(stages.knowledge.engine, draft.section_id))
    controls = panel.rows(AcceptPhrasing.of(draft.draft_id), DropDraft.of(draft.draft_id))
    blocks = [preview_texts.TITLE_PHRASING, said, panel.rule(), *effect_blocks(found), *controls]
    await kit.send(interaction, panel.Panel(blocks, panel.Tone.LIKELY), private=True)


class AcceptPhrasing(Control, template=f"review:accept:{_DRAFT}"):
    """Lets a phrasing count whose effect was shown."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, draft_id: int) -> panel.Button:
        """The button below the preview."""
        return panel.button(preview_texts.CONFIRM, cls.id_of(draft=draft_id), discord.ButtonStyle.success)

    async def press(self, interaction: kit.Click) -> None:
        """Let it count, and say what holds; another server's cannot be accepted, nor one of a section that is gone meanwhile."""
        await kit.acknowledge_edit(interaction)
        stages = kit.stages_of(interaction)
        phrasings, engine = stages.review.phrasings, stages.knowledge.engine
        draft = await phrasings.find_draft(kit.guild_of(interaction), int(self.state["draft"]))
        if engine.corpus.section(draft.section_id) is None:
            raise NotFound("the section is no longer in the knowledge base")
        phrasing = await phrasings.accept(kit.actor_of(interaction), draft.draft_id)
        await kit.edit(interaction, _saved_panel(phrasing, engine))
        kit.cases_changed(interaction)


class DropDraft(Control, template=f"review:drop:{_DRAFT}"):
    """Leaves the answers as they are."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, draft_id: int) -> panel.Button:
        """The button below the preview."""
        return panel.button(preview_texts.LEAVE, cls.id_of(draft=draft_id))

    async def press(self, interaction: kit.Click) -> None:
        """Forget the draft; what counts meanwhile stays, and another server's draft does too."""
        await kit.acknowledge_edit(interaction)
        await kit.stages_of(interaction).review.phrasings.drop(kit.guild_of(interaction), int(self.state["draft"]))
        await kit.edit(interaction, panel.notice(preview_texts.LEFT))


def _saved_panel(phrasing: ConfirmedPhrasing, engine: AnswerEngine) -> panel.Panel:
    """What holds from now on, whose words it is in, and the ways to change that."""
    first = phrasing.text or phrasing.wording or ""
    text = case_texts.saved_phrasing(
        title_of(engine, phrasing.section_id),
        panel.one_line(first, 300),
        panel.one_line(phrasing.wording or "", 300),
        members=phrasing.text is not None,
    )
    reword = [] if phrasing.wording else [RewordPhrasing.of(phrasing.phrasing_id)]
    return panel.Panel([text, *panel.rows(*reword, WithdrawPhrasing.of(phrasing.phrasing_id))], panel.Tone.SURE)


def lost_panel(phrasing: ConfirmedPhrasing, engine: AnswerEngine) -> panel.Panel:
    """Informs the moderators that a phrasing has lost its words with the member's data."""
    text = case_texts.words_lost(title_of(engine, phrasing.section_id), mention(phrasing.moderator_id), phrasing.case_number)
    ways = panel.rows(RewordPhrasing.of(phrasing.phrasing_id), WithdrawPhrasing.of(phrasing.phrasing_id))
    return panel.Panel([text, *ways], panel.Tone.UNSURE)


class WithdrawPhrasing(Control, template=f"review:phrasing:{_PHRASING}"):
    """Takes a judgement about a section back."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, phrasing_id: int) -> panel.Button:
        """The button below what was saved."""
        return panel.button(case_texts.TAKE_BACK, cls.id_of(phrasing=phrasing_id))

    async def press(self, interaction: kit.Click) -> None:
        """Take it back; another server's cannot be."""
        await kit.acknowledge(interaction, private=True)
        if not await kit.stages_of(interaction).review.phrasings.withdraw(kit.actor_of(interaction), int(self.state["phrasing"])):
            raise NotFound("the server has no such phrasing")
        await kit.send(interaction, panel.notice(case_texts.TAKEN_BACK_NOTICE, panel.Tone.SURE), private=True)
        kit.cases_changed(interaction)


class RewordForm(Form, template=f"review:reword:{_PHRASING}"):
    """Puts a confirmed question into the moderator's own words."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, phrasing_id: int) -> discord.ui.Modal:
        """The form for a phrasing."""
        return cls.modal(case_texts.REWORD_TITLE, [_wording_row(case_texts.REWORD_HELP, required=True)], phrasing=phrasing_id)

    async def submit(self, interaction: kit.Click, fields: Fields) -> None:
        """Draft the words, and show what they change."""
        await kit.acknowledge(interaction, private=True)
        phrasings = kit.stages_of(interaction).review.phrasings
        draft = await phrasings.draft_wording(kit.actor_of(interaction), int(self.state["phrasing"]), fields.required("wording"))
        await _send_preview(interaction, draft)


class RewordPhrasing(Control, template=f"review:reword:{_PHRASING}"):
    """Asks for a confirmed question in the moderator's own words."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, phrasing_id: int) -> panel.Button:
        """The button below what was saved, or has lost its words."""
        return panel.button(case_texts.REWORD, cls.id_of(phrasing=phrasing_id))

    async def press(self, interaction: kit.Click) -> None:
        """Open the form, where the server has the phrasing."""
        phrasing = await kit.stages_of(interaction).review.phrasings.find(kit.guild_of(interaction), int(self.state["phrasing"]))
        await interaction.response.send_modal(RewordForm.of(phrasing.phrasing_id))


class ChooseToReword(Control, template="review:reword"):
    """Asks for a phrasing of the list in the moderator's own words."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, listed: Page[ConfirmedPhrasing], engine: AnswerEngine) -> panel.Select:
        """The select of the phrasings of a page."""
        return panel.select(case_texts.REWORD_ONE, cls.id_of(), (_option(phrasing, engine) for phrasing in listed.items))

    async def press(self, interaction: kit.Click) -> None:
        """Open the form, where the server has the phrasing."""
        phrasing = await kit.stages_of(interaction).review.phrasings.find(kit.guild_of(interaction), case_number(self.chosen))
        await interaction.response.send_modal(RewordForm.of(phrasing.phrasing_id))


async def show_phrasings(interaction: kit.Click, at: Place = 0) -> panel.Panel:
    """One page of the list as a message, the newest phrasing first."""
    stages = kit.stages_of(interaction)
    found = await stages.review.phrasings.page(kit.guild_of(interaction), at, PAGE_SIZE)
    engine = stages.knowledge.engine
    blocks: list[panel.Block] = [case_texts.PHRASINGS, panel.rule()]
    if not found.items:
        return panel.Panel([*blocks, case_texts.NO_PHRASINGS])
    blocks.append("\n".join(_line(one, engine) for one in found.items))
    blocks.append(texts.list_end(found.total, "question", found.page + 1, found.pages))
    selects = (ChooseToReword.of(found, engine), TakePhrasingBack.of(found, at, engine))
    return panel.Panel([*blocks, *panel.rows(*selects, *list_turns(found, TurnPhrasings.of, (texts.NEWER, texts.OLDER)))])


def _line(phrasing: ConfirmedPhrasing, engine: AnswerEngine) -> str:
    words = None if phrasing.words is None else panel.one_line(phrasing.words, _QUESTION)
    also = panel.one_line(phrasing.text, _QUESTION) if phrasing.wording and phrasing.text else None
    title = title_of(engine, phrasing.section_id)
    return case_texts.phrasing_line(words, also, title, phrasing.case_number, age(phrasing.confirmed_at))


class TurnPhrasings(Control, template=f"review:phrasings:{PLACE}"):
    """Shows another page of the list in place of this one."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, place: Place, label: str) -> panel.Button:
        """The button that leads to a page."""
        return panel.button(label, cls.id_of(place=encoded(place)))

    async def press(self, interaction: kit.Click) -> None:
        """Show the page."""
        await kit.acknowledge_edit(interaction)
        await kit.edit(interaction, await show_phrasings(interaction, place_of(self.state["place"])))


class TakePhrasingBack(Control, template=f"review:unphrase:{PLACE}"):
    """Takes a phrasing of the list back."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, listed: Page[ConfirmedPhrasing], at: Place, engine: AnswerEngine) -> panel.Select:
        """The select of the phrasings of a page."""
        options = (_option(phrasing, engine) for phrasing in listed.items)
        return panel.select(case_texts.TAKE_ONE_BACK, cls.id_of(place=encoded(at)), options)

    async def press(self, interaction: kit.Click) -> None:
        """Take it back and show the list without it; another server's cannot be."""
        await kit.acknowledge_edit(interaction)
        withdrawn = await kit.stages_of(interaction).review.phrasings.withdraw(kit.actor_of(interaction), case_number(self.chosen))
        await kit.edit(interaction, await show_phrasings(interaction, place_of(self.state["place"])))
        if not withdrawn:
            raise NotFound("the server has no such phrasing")
        kit.cases_changed(interaction)


def _option(phrasing: ConfirmedPhrasing, engine: AnswerEngine) -> discord.SelectOption:
    section = engine.section(phrasing.section_id)
    title = case_texts.title_removed() if section is None else section.title
    return panel.option(phrasing.words or case_texts.NO_TEXT, str(phrasing.phrasing_id), title)
