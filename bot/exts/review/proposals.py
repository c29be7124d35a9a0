"""Correcting a section from a case: the form with today's text, the difference that it makes, the list of all, and handing one on.

What a moderator writes changes nothing for members: it is checked and kept as a proposal, for those who keep the knowledge. Moderators of
one server see theirs alone.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import discord

from bot.corpus.document import Section
from bot.corpus.problems import Problem
from bot.errors import InputError, NotFound
from bot.exts.kit import controls as forms
from bot.exts.kit import interaction as kit
from bot.exts.kit import panel
from bot.exts.kit.controls import CASE, KEY, LISTED, LONGEST_SOURCE, PLACE, SOURCE, Control, Fields, Form, FormRow, Place, paragraph
from bot.exts.review.words import age, mention
from bot.proposals.patching import Editable, NotPatched
from bot.proposals.sending import Change
from bot.proposals.store import Opened, Patch, Proposal, ProposalState
from bot.review.cards import CaseCard
from bot.storage.paging import Page
from bot.texts import proposals as texts
from bot.texts import review as review_texts

PAGE_SIZE = 10
_LONGEST_CREDIT = 80
_TITLE = 100
_FORM_TITLE = 33
"""Characters of a section's title in that of its form."""
_DIFF = 2800
_WARNINGS = 3
_PROPOSAL = "(?P<proposal>[0-9]{1,18})"


def corrected_section(card: CaseCard) -> str | None:
    """The id of the section that a case is about."""
    return card.summary.section_id if card.answer is None else card.answer.stored.section_id or card.summary.section_id


class CorrectSection(Control, template=f"review:correct:{CASE}"):
    """Asks what the section of a case should say."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, number: int) -> panel.Button:
        """The button on the card of a case."""
        return panel.button(texts.BUTTON, cls.id_of(case=number))

    async def press(self, interaction: kit.Click) -> None:
        """Open the form with today's text. It cannot follow a deferral, so the file is read first."""
        number = int(self.state["case"])
        stages = kit.stages_of(interaction)
        card = await stages.review.cards.show(kit.guild_of(interaction), number)
        section = stages.knowledge.engine.corpus.section(corrected_section(card) or "")
        if section is None:
            raise InputError(texts.NO_SECTION)
        opened = await stages.review.proposals.open(section)
        if max(len(opened.editable.text), len(_lines(opened.editable))) > LONGEST_SOURCE:
            raise InputError(texts.too_long(section.title, LONGEST_SOURCE))
        await interaction.response.send_modal(CorrectionForm.of(number, section, opened))


def _lines(editable: Editable) -> str:
    return "\n".join(editable.questions or ())


class CorrectionForm(Form, template=f"review:correct:{CASE}:{KEY}:(?P<base>[0-9a-f]{{16}})"):
    """Takes a section's text as it should be."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, number: int, section: Section, opened: Opened) -> discord.ui.Modal:
        """The form for the section of a case."""
        editable = opened.editable
        about = texts.TEXT_OF_ENTRY if editable.questions is None and section.path.endswith((".yaml", ".yml")) else texts.TEXT_OF_ARTICLE
        text = paragraph(SOURCE, longest=LONGEST_SOURCE, required=True, text=editable.text)
        place = texts.form_about(panel.escape(section.title, _TITLE), panel.escape(section.heading_path[0], _TITLE), number)
        fields: list[FormRow] = [
            discord.ui.TextDisplay(place), discord.ui.Label(text=texts.TEXT, description=about, component=text)
        ]  # fmt: skip
        if editable.questions is not None:
            listed = paragraph(LISTED, longest=LONGEST_SOURCE, text=_lines(editable) or None)
            fields.append(discord.ui.Label(text=texts.QUESTIONS, description=texts.QUESTIONS_HELP, component=listed))
        credit: discord.ui.TextInput[discord.ui.LayoutView] = discord.ui.TextInput(
            custom_id="credit", required=False, max_length=_LONGEST_CREDIT
        )
        fields.append(discord.ui.Label(text=texts.CREDIT, description=texts.CREDIT_HELP, component=credit))
        return cls.modal(texts.form_title(panel.cut(section.title, _FORM_TITLE)), fields, case=number, key=section.key, base=opened.digest)

    async def submit(self, interaction: kit.Click, fields: Fields) -> None:
        """Check and keep it; what cannot be kept goes back to who wrote it."""
        await kit.acknowledge(interaction, private=True)
        stages, number = kit.stages_of(interaction), int(self.state["case"])
        section = stages.knowledge.engine.corpus.section_of_key(self.state["key"])
        if section is None:
            raise NotFound("the section is no longer in the knowledge base")
        written = fields.required(SOURCE) and fields.values[SOURCE]
        opened = await stages.review.proposals.open(section)
        questions = None if opened.editable.questions is None else tuple(filter(None, map(str.strip, _field(fields, LISTED).split("\n"))))
        try:
            proposal, patch, warnings = await stages.review.proposals.propose(
                kit.actor_of(interaction), number, section, Editable(written, questions), base=self.state["base"],
                credit=" ".join(_field(fields, "credit").split()) or None,
            )  # fmt: skip
        except NotPatched as reason:
            file = discord.File(io.BytesIO(written.encode("utf-8")), "text.md", description=texts.TEXT)
            await kit.send(interaction, f"{panel.escape(str(reason), 1500)}\n{texts.NOT_KEPT}", private=True, files=[file])
            return
        handing = may_hand_on(interaction)
        await kit.send(interaction, proposal_panel(proposal, patch, section.title, warnings, new=True, handing=handing), private=True)
        kit.cases_changed(interaction)


def _field(fields: Fields, name: str) -> str:
    return fields.text(name) or ""


def may_hand_on(interaction: kit.Click) -> bool:
    """Whether the operator lets moderators of this server hand corrections on."""
    stages = kit.stages_of(interaction)
    return stages.destination is not None and kit.guild_of(interaction) in stages.config.proposals.servers


def proposal_panel(
    proposal: Proposal, patch: Patch | None, title: str, warnings: Sequence[Problem] = (), *, new: bool = False, handing: bool = False
) -> panel.Panel:  # fmt: skip
    """A proposal as a message, with the difference that it makes; None where it fits today's text no more."""
    who, when = mention(proposal.moderator_id), age(proposal.proposed_at)
    reference = None if proposal.reference is None else panel.escape(proposal.reference, 300, links=True)
    blocks: list[panel.Block] = [
        texts.heading(panel.escape(title, _TITLE)),
        texts.facts(proposal.state.value, who, when, proposal.case_number, reference),
        panel.rule(),
        texts.OUTDATED if patch is None else _difference(patch.diff),
    ]
    if warnings:
        blocks.append("\n".join([texts.WARNINGS, *(f"• {panel.one_line(one.message, 200)}" for one in warnings[:_WARNINGS])]))
    if new:
        blocks.append(texts.KEPT)
    buttons = [] if patch is None else [ExportProposal.of(proposal.proposal_id)]
    if proposal.state is ProposalState.WAITING and patch is not None and handing:
        buttons.append(HandOnProposal.of(proposal.proposal_id))
    if proposal.state is ProposalState.WAITING:
        buttons.append(DropProposal.of(proposal.proposal_id))
    return panel.Panel([*blocks, *panel.rows(*buttons)], panel.Tone.SURE if new else panel.Tone.LIKELY)


def _difference(text: str) -> str:
    """The lines that differ, without their place in the file, in a block that shows them in color; no line of it can end the block."""
    lines = text.replace("```", "'''").replace("`", "\u02cb").split("\n")[4:]
    shown = panel.cut("\n".join(texts.BETWEEN if line.startswith("@@ ") else line for line in lines).rstrip("\n"), _DIFF)
    return f"```diff\n{shown}\n```" + (f"\n-# {texts.MORE}" if shown.endswith("…") else "")


async def _shown(interaction: kit.Click, proposal_id: int) -> panel.Panel:
    stages = kit.stages_of(interaction)
    proposal = await stages.review.proposals.find(kit.guild_of(interaction), proposal_id)
    section = stages.knowledge.engine.corpus.section(proposal.section_id)
    try:
        patch = await stages.review.proposals.patch(proposal)
    except NotPatched:
        patch = None
    title = proposal.section_id if section is None else section.title
    return proposal_panel(proposal, patch, title, handing=may_hand_on(interaction))


class ExportProposal(Control, template=f"review:patch:{_PROPOSAL}"):
    """Gives a proposal as a file that git applies."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, proposal_id: int) -> panel.Button:
        """The button below the difference."""
        return panel.button(texts.EXPORT, cls.id_of(proposal=proposal_id))

    async def press(self, interaction: kit.Click) -> None:
        """Send the file; another server's cannot be had."""
        await kit.acknowledge(interaction, private=True)
        proposals = kit.stages_of(interaction).review.proposals
        proposal = await proposals.find(kit.guild_of(interaction), int(self.state["proposal"]))
        patch = await proposals.patch(proposal)
        name = f"correction-{proposal.proposal_id}.patch"
        file = discord.File(io.BytesIO(patch.diff.encode("utf-8")), name, description=texts.EXPORT)
        await kit.send(interaction, texts.EXPORTED, private=True, files=[file])


class HandOnProposal(Control, template=f"review:hand-on:{_PROPOSAL}"):
    """Sends a proposal to where the knowledge is kept."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, proposal_id: int) -> panel.Button:
        """The button below the difference, where the operator allows it."""
        return panel.button(texts.HAND_ON, cls.id_of(proposal=proposal_id), discord.ButtonStyle.success)

    async def press(self, interaction: kit.Click) -> None:
        """Send it, then take note of that; what is sent twice arrives once. Another server's cannot be sent."""
        await kit.acknowledge_edit(interaction)
        stages, proposal_id = kit.stages_of(interaction), int(self.state["proposal"])
        proposal = await stages.review.proposals.find(kit.guild_of(interaction), proposal_id)
        section = stages.knowledge.engine.corpus.section(proposal.section_id)
        if stages.destination is None or not may_hand_on(interaction) or section is None:
            raise NotFound("there is nowhere to hand it on to")
        if proposal.state is not ProposalState.WAITING:
            raise InputError(texts.SETTLED)
        reference = await stages.destination.send(Change(proposal_id, section, proposal.correction, proposal.credit))
        await stages.review.proposals.settle(kit.actor_of(interaction), proposal_id, ProposalState.HANDED_ON, reference)
        await kit.edit(interaction, await _shown(interaction, proposal_id))
        kit.cases_changed(interaction)


class DropProposal(Control, template=f"review:drop-correction:{_PROPOSAL}"):
    """Drops a proposal; it stays in the list, as dropped."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, proposal_id: int) -> panel.Button:
        """The button below the difference."""
        return panel.button(texts.DROP, cls.id_of(proposal=proposal_id), discord.ButtonStyle.danger)

    async def press(self, interaction: kit.Click) -> None:
        """Drop it; another server's cannot be."""
        await kit.acknowledge_edit(interaction)
        proposal_id = int(self.state["proposal"])
        proposals = kit.stages_of(interaction).review.proposals
        dropped = await proposals.settle(kit.actor_of(interaction), proposal_id, ProposalState.DROPPED)
        await kit.edit(interaction, await _shown(interaction, proposal_id))
        kit.cases_changed(interaction)
        if not dropped:
            await kit.send(interaction, panel.notice(texts.SETTLED, panel.Tone.UNSURE), private=True)


async def show_proposals(interaction: kit.Click, at: Place = 0) -> panel.Panel:
    """One page of the list as a message, the newest first."""
    stages = kit.stages_of(interaction)
    found = await stages.review.proposals.page(kit.guild_of(interaction), at, PAGE_SIZE)
    blocks: list[panel.Block] = [texts.LIST, panel.rule()]
    if not found.items:
        return panel.Panel([*blocks, texts.NONE])
    corpus = stages.knowledge.engine.corpus
    titles = {one.section_id: section.title for one in found.items if (section := corpus.section(one.section_id)) is not None}
    blocks.append("\n".join(f"• {_line(one, titles)}" for one in found.items))
    blocks.append(f"-# {panel.counted(found.total, 'correction')}, page {found.page + 1} of {found.pages}")
    return panel.Panel(
        [
            *blocks,
            *panel.rows(
                OpenProposal.of(found, titles), *forms.list_turns(found, TurnProposals.of, (review_texts.NEWER, review_texts.OLDER))
            ),
        ]
    )


def _line(proposal: Proposal, titles: dict[str, str]) -> str:
    title = panel.escape(titles.get(proposal.section_id, proposal.section_id), _TITLE)
    return f"**{title}** {texts.STATES[proposal.state.value]} · {mention(proposal.moderator_id)} {age(proposal.proposed_at)}"


class TurnProposals(Control, template=f"review:corrections:{PLACE}"):
    """Shows another page of the list in place of this one."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, place: Place, label: str) -> panel.Button:
        """The button that leads to a page."""
        return panel.button(label, cls.id_of(place=forms.encoded(place)))

    async def press(self, interaction: kit.Click) -> None:
        """Show the page."""
        await kit.acknowledge_edit(interaction)
        await kit.edit(interaction, await show_proposals(interaction, forms.place_of(self.state["place"])))


class SeeProposal(Control, template=f"review:correction:{_PROPOSAL}"):
    """Shows the proposal that waits for a case."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, proposal_id: int) -> panel.Button:
        """The button on the card of the case."""
        return panel.button(texts.SEE, cls.id_of(proposal=proposal_id))

    async def press(self, interaction: kit.Click) -> None:
        """Show it to the moderator alone; another server's cannot be."""
        await kit.acknowledge(interaction, private=True)
        await kit.send(interaction, await _shown(interaction, int(self.state["proposal"])), private=True)


class OpenProposal(Control, template="review:correction"):
    """Shows a proposal of the list."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, listed: Page[Proposal], titles: dict[str, str]) -> panel.Select:
        """The select of the proposals of a page."""
        options = (panel.option(titles.get(one.section_id, one.section_id), str(one.proposal_id), one.section_id) for one in listed.items)
        return panel.select(texts.CHOOSE, cls.id_of(), options)

    async def press(self, interaction: kit.Click) -> None:
        """Show it to the moderator alone; another server's cannot be."""
        await kit.acknowledge(interaction, private=True)
        await kit.send(interaction, await _shown(interaction, forms.case_number(self.chosen)), private=True)
