"""Questions that are kept as tests: offered when a case is resolved, put into a moderator's words, listed, and removed.

What a moderator has confirmed in their own words on the case is kept as it is; else a form asks for them. Members' words are never kept.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import discord

from bot.answering.engine import AnswerEngine
from bot.corpus.document import Section
from bot.errors import NotFound, NotSaved
from bot.exts.kit import interaction as kit
from bot.exts.kit import panel
from bot.exts.kit.controls import CASE, PLACE, Control, Fields, Form, FormRow, Place, case_number, encoded, list_turns, paragraph, place_of
from bot.exts.kit.sections import section_option
from bot.exts.review.words import age, title_of
from bot.observing import current_trace
from bot.review.cards import CaseCard
from bot.review.kept import KeptQuestion
from bot.storage.paging import Page
from bot.texts import cases as case_texts
from bot.texts import proofs as proof_texts
from bot.texts import review as texts

_log = logging.getLogger(__name__)

PAGE_SIZE = 10
KEEP = "keep"
"""The box of the form that resolves; no other form has it."""
_LONGEST_QUESTION = 300
_QUESTION = 120
_MOST_SECTIONS = 24
_DECLINED = "declined"
"""In place of a section's key."""


def keep_row() -> FormRow:
    """The box of the form that resolves; checked, so that who wants nothing kept says so."""
    box: discord.ui.Checkbox[discord.ui.LayoutView] = discord.ui.Checkbox(custom_id=KEEP, default=True)
    return discord.ui.Label(text=proof_texts.KEEP, description=proof_texts.KEEP_HELP, component=box)


async def keep_resolved(interaction: kit.Click, numbers: Sequence[int]) -> None:
    """Keep what moderators put into words on cases that were just resolved; for one that has no such words, ask for them.

    The cases are decided by then, so where keeping fails, that is said and no more, with the button that does it later.
    """
    stages, guild_id = kit.stages_of(interaction), kit.guild_of(interaction)
    kept: list[KeptQuestion] = []
    lost: Sequence[int] = ()
    for place, number in enumerate(numbers):
        try:
            kept += await stages.review.kept.keep_worded(kit.actor_of(interaction), number)
        except NotSaved:  # the next would wait as long for nothing
            _log.exception("reference %s: the questions of resolved cases could not be kept", current_trace())
            lost = numbers[place:]
            break
    if kept:
        words = [panel.one_line(one.question, _QUESTION) for one in kept]
        await kit.send(interaction, panel.notice(proof_texts.kept_notice(words), panel.Tone.SURE), private=True)
        kit.cases_changed(interaction)
    if lost:
        later = panel.rows(KeepQuestion.of(lost[0])) if len(lost) == 1 else []
        said = panel.Panel([proof_texts.not_kept(lost, current_trace()), *later], panel.Tone.FAULT)
        await kit.send(interaction, said, private=True)
    elif not kept and len(numbers) == 1 and await stages.review.kept.waits_for_words(guild_id, numbers[0]):
        offer = panel.Panel([proof_texts.KEEP_OFFER, *panel.rows(KeepQuestion.of(numbers[0]))], panel.Tone.LIKELY)
        await kit.send(interaction, offer, private=True)


class KeepQuestion(Control, template=f"review:keep:{CASE}"):
    """Asks for the question of a resolved case in the moderator's own words."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, number: int, label: str = proof_texts.KEEP_BUTTON) -> panel.Button:
        """The button of the offer, and of the card."""
        return panel.button(label, cls.id_of(case=number))

    async def press(self, interaction: kit.Click) -> None:
        """Open the form. It cannot follow a deferral, so the look-up comes first; it waits for no writer."""
        stages = kit.stages_of(interaction)
        card = await stages.review.cards.show(kit.guild_of(interaction), int(self.state["case"]))
        await interaction.response.send_modal(KeepForm.of(card, stages.knowledge.engine))


class KeepForm(Form, template=f"review:keep:{CASE}"):
    """Takes the question in the moderator's words, and the section that answers it."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, card: CaseCard, engine: AnswerEngine) -> discord.ui.Modal:
        """The form for a case."""
        sections = _candidates(card, engine)
        declined = discord.SelectOption(
            label=proof_texts.KEEP_DECLINED, value=_DECLINED, description=proof_texts.KEEP_DECLINED_HELP, default=not sections
        )
        options = [*map(section_option, sections), declined]
        options[0].default = True
        chosen: discord.ui.Select[discord.ui.LayoutView] = discord.ui.Select(custom_id="section", options=options)
        asked = None if card.answer is None else card.answer.stored.question
        shown: list[FormRow] = [] if asked is None else [discord.ui.TextDisplay(case_texts.asked(panel.one_line(asked, _LONGEST_QUESTION)))]
        field = paragraph("wording", longest=_LONGEST_QUESTION, required=True)
        fields: list[FormRow] = [
            *shown,
            discord.ui.Label(text=proof_texts.KEEP_SECTION, component=chosen),
            discord.ui.Label(text=case_texts.WORDING_LABEL, description=proof_texts.KEEP_WORDS, component=field),
        ]
        return cls.modal(proof_texts.keep_title(card.summary.number), fields, case=card.summary.number)

    async def submit(self, interaction: kit.Click, fields: Fields) -> None:
        """Keep it, and say so."""
        await kit.acknowledge(interaction, private=True)
        stages, key = kit.stages_of(interaction), fields.required("section")
        section = stages.knowledge.engine.corpus.section_of_key(key)
        if section is None and key != _DECLINED:
            raise NotFound("the section is no longer in the knowledge base")
        kept = await stages.review.kept.keep(
            kit.actor_of(interaction), int(self.state["case"]), fields.required("wording"), None if section is None else section.id
        )
        words = [panel.one_line(kept.question, _LONGEST_QUESTION)]
        await kit.send(interaction, panel.notice(proof_texts.kept_notice(words), panel.Tone.SURE), private=True)
        kit.cases_changed(interaction)


def _candidates(card: CaseCard, engine: AnswerEngine) -> Sequence[Section]:
    """The sections that were confirmed, then the one that was shown, then those that were ranked for the question."""
    answer = card.answer
    named = [one.section_id for one in card.phrasings]
    if answer is not None:
        named += [answer.stored.section_id or "", *(hit.section_id for hit in answer.stored.hits)]
    found = {section.id: section for section in map(engine.corpus.section, named) if section is not None}
    return list(found.values())[:_MOST_SECTIONS]


async def show_kept(interaction: kit.Click, at: Place = 0) -> panel.Panel:
    """One page of the list as a message, the newest question first."""
    stages = kit.stages_of(interaction)
    found = await stages.review.kept.page(kit.guild_of(interaction), at, PAGE_SIZE)
    if not found.items:
        return panel.Panel([proof_texts.KEPT, panel.rule(), proof_texts.NO_KEPT])
    engine = stages.knowledge.engine
    lines = "\n".join(_line(one, engine) for one in found.items)
    turns = list_turns(found, TurnKept.of, (texts.NEWER, texts.OLDER))
    end = texts.list_end(found.total, "question", found.page + 1, found.pages)
    return panel.Panel([proof_texts.KEPT, panel.rule(), lines, end, *panel.rows(RemoveKept.of(found, at, engine), *turns)])


def _line(kept: KeptQuestion, engine: AnswerEngine) -> str:
    title = None if kept.section_id is None else title_of(engine, kept.section_id)
    return proof_texts.kept_line(panel.one_line(kept.question, _QUESTION), title, kept.case_number, age(kept.kept_at))


class TurnKept(Control, template=f"review:kept:{PLACE}"):
    """Shows another page of the list in place of this one."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, place: Place, label: str) -> panel.Button:
        """The button that leads to a page."""
        return panel.button(label, cls.id_of(place=encoded(place)))

    async def press(self, interaction: kit.Click) -> None:
        """Show the page."""
        await kit.acknowledge_edit(interaction)
        await kit.edit(interaction, await show_kept(interaction, place_of(self.state["place"])))


class RemoveKept(Control, template=f"review:unkeep:{PLACE}"):
    """Removes a question of the list."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, listed: Page[KeptQuestion], at: Place, engine: AnswerEngine) -> panel.Select:
        """The select of the questions of a page."""
        options = (panel.option(one.question, str(one.kept_id), _right(one, engine)) for one in listed.items)
        return panel.select(proof_texts.REMOVE_ONE, cls.id_of(place=encoded(at)), options)

    async def press(self, interaction: kit.Click) -> None:
        """Remove it and show the list without it; another server's cannot be."""
        await kit.acknowledge_edit(interaction)
        removed = await kit.stages_of(interaction).review.kept.remove(kit.actor_of(interaction), case_number(self.chosen))
        await kit.edit(interaction, await show_kept(interaction, place_of(self.state["place"])))
        if not removed:
            raise NotFound("the server keeps no such question")
        kit.cases_changed(interaction)


def _right(kept: KeptQuestion, engine: AnswerEngine) -> str:
    section = None if kept.section_id is None else engine.section(kept.section_id)
    if section is not None:
        return section.title
    return proof_texts.KEEP_DECLINED if kept.section_id is None else case_texts.title_removed()
