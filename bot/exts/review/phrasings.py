"""Which section answers a question because a moderator said so: named on a case, listed, and taken back.

A judgement is one question and one section, and changes answers of the server at once: whoever asks that question next is shown the
section. Whoever moderates can take it back, right after or from the list.
"""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.answering.engine import AnswerEngine
from bot.corpus.document import Corpus, Section
from bot.errors import InputError, NotFound
from bot.exts.kit import interaction as kit
from bot.exts.kit import panel
from bot.exts.kit.controls import ANSWER, CASE, PLACE, Control, Fields, Form, Place, case_number, encoded, list_turns, paragraph, place_of
from bot.exts.kit.sections import section_option
from bot.exts.review.words import age
from bot.feedback.question_log import LOOKUP, StoredAnswer
from bot.review.phrasings import ConfirmedPhrasing
from bot.storage.paging import Page

PAGE_SIZE = 10
_MOST = 25
_LONGEST_QUESTION = 300
_LOOKED_UP = "This was looked up with a command, not asked, so there is no question to name a section for."
_NOTHING = "No section comes close to this question, so there is none to choose from. It may need a new one."
_EFFECT = "From now on, whoever asks this very question in this server is shown this section."
_NO_TEXT = "The text of this question is gone, so no section can be named for it."


class NameSection(Control, template=f"review:section:{CASE}"):
    """Asks which section answers the question of a case."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, number: int) -> panel.Button:
        """The button on the card of a case."""
        return panel.button("Right section", cls.id_of(case=number))

    async def press(self, interaction: kit.Click) -> None:
        """Open the form. It cannot follow a deferral, so the look-up comes first; it waits for no writer."""
        number = int(self.state["case"])
        stages = kit.stages_of(interaction)
        card = await stages.review.cards.show(kit.guild_of(interaction), number)
        if card.answer is not None and card.answer.stored.outcome == LOOKUP:
            raise InputError(_LOOKED_UP)
        if card.answer is None or not card.answer.stored.question:
            raise InputError(_NO_TEXT)
        sections = _candidates(card.answer.stored, stages.knowledge.engine.corpus)
        if not sections:
            raise InputError(_NOTHING)
        await interaction.response.send_modal(SectionForm.of(number, card.answer.stored.answer_id, card.answer.stored.question, sections))


def _candidates(answer: StoredAnswer, corpus: Corpus) -> Sequence[Section]:
    """The sections that were ranked for the question, the best first, and are still there."""
    found = [corpus.section(hit.section_id) for hit in answer.hits[:_MOST]]
    return [section for section in found if section is not None]


class SectionForm(Form, template=f"review:section:{CASE}:{ANSWER}"):
    """Names the section, and the question in the moderator's words if they like."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, number: int, answer_id: str, question: str, sections: Sequence[Section]) -> discord.ui.Modal:
        """The form for the question of a case."""
        chosen: discord.ui.Select[discord.ui.LayoutView] = discord.ui.Select(
            custom_id="section", options=[section_option(section) for section in sections], placeholder="Choose one"
        )
        words = paragraph("question", longest=_LONGEST_QUESTION, required=True, text=panel.cut(question, _LONGEST_QUESTION))
        fields = (
            discord.ui.Label[discord.ui.LayoutView](text="The section that answers it", description=_EFFECT, component=chosen),
            discord.ui.Label[discord.ui.LayoutView](
                text="The question",
                description="As asked, or in your own words. Moderators see it in /review phrasings.",
                component=words,
            ),
        )
        return cls.modal(f"Right section for case #{number}", fields, case=number, answer=answer_id)

    async def submit(self, interaction: kit.Click, fields: Fields) -> None:
        """Store the judgement with the answer that the form was about, so that it goes with the member's data, in whatever words."""
        await kit.acknowledge(interaction, private=True)
        stages, number, answer_id = kit.stages_of(interaction), int(self.state["case"]), self.state["answer"]
        section = stages.knowledge.engine.corpus.section_of_key(fields.text("section") or "")
        if section is None:
            raise NotFound("the section is no longer in the knowledge base")
        asked = (await stages.question_log.find(answer_id, kit.guild_of(interaction))).question or ""
        text = fields.text("question")
        reworded = None if text == panel.cut(asked, _LONGEST_QUESTION) else text
        phrasing = await stages.review.phrasings.confirm(kit.actor_of(interaction), number, section.id, reworded, answer_id=answer_id)
        await kit.send(interaction, _saved_panel(phrasing, section), private=True)


def _saved_panel(phrasing: ConfirmedPhrasing, section: Section) -> panel.Panel:
    text = (
        f"Saved: **{panel.escape(section.title, 150)}** answers “{panel.one_line(phrasing.text, 300)}”. From now on, whoever asks that "
        "here is shown this section, and similar questions find it more easily. Other servers are not affected. /review phrasings lists "
        "all of them."
    )
    return panel.Panel([text, *panel.rows(WithdrawPhrasing.of(phrasing.phrasing_id))], panel.Tone.SURE)


class WithdrawPhrasing(Control, template="review:phrasing:(?P<phrasing>[0-9]{1,18})"):
    """Takes a judgement about a section back."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, phrasing_id: int) -> panel.Button:
        """The button below what was saved."""
        return panel.button("Take it back", cls.id_of(phrasing=phrasing_id))

    async def press(self, interaction: kit.Click) -> None:
        """Take it back; another server's cannot be."""
        await kit.acknowledge(interaction, private=True)
        if not await kit.stages_of(interaction).review.phrasings.withdraw(kit.actor_of(interaction), int(self.state["phrasing"])):
            raise NotFound("the server has no such phrasing")
        await kit.send(interaction, panel.notice("Taken back.", panel.Tone.SURE), private=True)


_QUESTION = 120
_TITLE = 80
_INTRODUCTION = (
    "### Confirmed phrasings\n-# In this server, whoever asks one of these questions is shown its section. "
    "**Right section** on a case adds one; taking one back counts from the next question on."
)
_NONE = "There are none yet."
_REMOVED = "a section that was removed since; it has no effect"


async def show_phrasings(interaction: kit.Click, at: Place = 0) -> panel.Panel:
    """One page of the list as a message, the newest phrasing first."""
    stages = kit.stages_of(interaction)
    found = await stages.review.phrasings.page(kit.guild_of(interaction), at, PAGE_SIZE)
    engine = stages.knowledge.engine
    blocks: list[panel.Block] = [_INTRODUCTION, panel.rule()]
    if not found.items:
        return panel.Panel([*blocks, _NONE])
    blocks.append("\n".join(_line(one, engine) for one in found.items))
    blocks.append(f"-# {panel.counted(found.total, 'phrasing')}, page {found.page + 1} of {found.pages}")
    return panel.Panel(
        [*blocks, *panel.rows(TakePhrasingBack.of(found, at, engine), *list_turns(found, TurnPhrasings.of, ("Newer", "Older")))]
    )


def _line(phrasing: ConfirmedPhrasing, engine: AnswerEngine) -> str:
    section = engine.section(phrasing.section_id)
    title = f"*{_REMOVED}*" if section is None else f"**{panel.escape(section.title, _TITLE)}**"
    return f"• “{panel.one_line(phrasing.text, _QUESTION)}” → {title} {age(phrasing.confirmed_at)}"


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
        return panel.select("Take one back", cls.id_of(place=encoded(at)), (_option(phrasing, engine) for phrasing in listed.items))

    async def press(self, interaction: kit.Click) -> None:
        """Take it back and show the list without it; another server's cannot be."""
        await kit.acknowledge_edit(interaction)
        withdrawn = await kit.stages_of(interaction).review.phrasings.withdraw(kit.actor_of(interaction), case_number(self.chosen))
        await kit.edit(interaction, await show_phrasings(interaction, place_of(self.state["place"])))
        if not withdrawn:
            raise NotFound("the server has no such phrasing")


def _option(phrasing: ConfirmedPhrasing, engine: AnswerEngine) -> discord.SelectOption:
    section = engine.section(phrasing.section_id)
    return panel.option(phrasing.text, str(phrasing.phrasing_id), _REMOVED if section is None else section.title)
