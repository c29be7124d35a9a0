"""Every control and form there is, and where submissions arrive.

discord.py hands a form only to the object that opened it, which a restart takes away; this listener reads every submission
from the raw event. A component whose id no control understands gets a sentence instead of "This interaction failed".
"""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.errors import NotFound
from bot.exts.ask.answer import FullSection, HelpfulVote, NotHelpfulVote, PickSuggestion, RelatedSections, WhyThisAnswer
from bot.exts.ask.feedback import ASK_MODERATOR_FORM, FEEDBACK_FORM, AskModerator
from bot.exts.kit.controls import Click, Control, Form, form_id, submitted_fields
from bot.exts.kit.interaction import guarded, require
from bot.exts.kit.sections import TurnPage
from bot.exts.lookup.browse import AnotherFact, BrowseInto, BrowseTo, TurnSources
from bot.exts.lookup.entries import ChooseEntry, CompareSides, CompareWith, OpenEntry
from bot.exts.lookup.guide import OpenGuide, OpenGuides
from bot.exts.lookup.timeline import TurnTimeline
from bot.exts.notes import TurnNotes, WithdrawNote
from bot.exts.privacy import DeleteMyData
from bot.exts.review.decisions import (
    CASE_FORMS,
    ApproveNote,
    ClaimCase,
    DismissCase,
    NextCase,
    NoteCase,
    ReopenCase,
    ResolveCase,
    UnclaimCase,
)
from bot.exts.review.phrasings import PHRASING_FORM, NameSection, TakePhrasingBack, TurnPhrasings, WithdrawPhrasing
from bot.exts.review.queue import BULK_FORMS, BulkClaim, BulkDismiss, BulkResolve, OpenCase, PickCases, TurnQueue, TurnSearch
from bot.exts.review.reports import TurnAudit
from bot.exts.settings import SETTINGS_CONTROLS

_REVIEW_CONTROLS: tuple[type[Control], ...] = (
    TurnQueue,
    TurnSearch,
    OpenCase,
    PickCases,
    BulkClaim,
    BulkResolve,
    BulkDismiss,
    ClaimCase,
    UnclaimCase,
    ResolveCase,
    DismissCase,
    ReopenCase,
    ApproveNote,
    NoteCase,
    NextCase,
    NameSection,
    WithdrawPhrasing,
    TurnPhrasings,
    TakePhrasingBack,
    TurnAudit,
)
_REVIEW_FORMS: tuple[Form, ...] = (*CASE_FORMS, *BULK_FORMS, PHRASING_FORM)


CONTROLS: tuple[type[Control], ...] = (
    HelpfulVote,
    NotHelpfulVote,
    WhyThisAnswer,
    FullSection,
    RelatedSections,
    PickSuggestion,
    TurnPage,
    AskModerator,
    TurnNotes,
    WithdrawNote,
    DeleteMyData,
    OpenEntry,
    ChooseEntry,
    CompareWith,
    CompareSides,
    OpenGuide,
    OpenGuides,
    BrowseTo,
    BrowseInto,
    TurnTimeline,
    TurnSources,
    AnotherFact,
    *_REVIEW_CONTROLS,
    *SETTINGS_CONTROLS,
)
"""Every control there is; registered with the client, walked through by the tests."""

FORMS: tuple[Form, ...] = (FEEDBACK_FORM, ASK_MODERATOR_FORM, *_REVIEW_FORMS)
"""Every form there is; ``Forms`` hands what was submitted to one of them."""


class Forms(commands.Cog):
    """Receives what discord.py would drop."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Click) -> None:
        """Save a form, or say that a control is gone."""
        if interaction.type is discord.InteractionType.modal_submit:
            async with guarded(interaction):
                await _submit(interaction)
        elif interaction.type is discord.InteractionType.component and not _known(form_id(interaction)):
            async with guarded(interaction):
                raise NotFound("no control has this id")


async def _submit(interaction: Click) -> None:
    name = form_id(interaction)
    for form in FORMS:
        match = re.fullmatch(form.template, name)
        if match is not None:
            await require(interaction, form.audience)
            await form.save(interaction, match, submitted_fields(interaction))
            return
    raise NotFound("no form has this id")


def _known(custom_id: str) -> bool:
    return any(control.__discord_ui_compiled_template__.fullmatch(custom_id) for control in CONTROLS)
