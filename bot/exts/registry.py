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
from bot.exts.ask.feedback import AskModerator, ConsentForm, FeedbackForm
from bot.exts.kit.controls import Control, Form, received_id, submitted_fields
from bot.exts.kit.interaction import Click, guarded, require
from bot.exts.kit.sections import TurnPage
from bot.exts.lookup.entries import (
    BrowseInto,
    BrowseTo,
    ChooseEntry,
    CompareSides,
    CompareWith,
    OpenEntry,
    OpenGuide,
    OpenGuides,
)
from bot.exts.lookup.sources import AnotherFact, TurnSources
from bot.exts.lookup.timeline import TurnTimeline
from bot.exts.notes import TurnNotes, WithdrawNote
from bot.exts.privacy import DeleteMyData
from bot.exts.review.case import (
    ApproveNote,
    ClaimCase,
    DismissCase,
    DismissForm,
    NextCase,
    NoteCase,
    NoteForm,
    ReopenCase,
    ResolveCase,
    ResolveForm,
    UnclaimCase,
)
from bot.exts.review.phrasings import NameSection, SectionForm, TakePhrasingBack, TurnPhrasings, WithdrawPhrasing
from bot.exts.review.queue import (
    BulkClaim,
    BulkDismiss,
    BulkDismissForm,
    BulkResolve,
    BulkResolveForm,
    OpenCase,
    PickCases,
    TurnQueue,
    TurnSearch,
)
from bot.exts.review.reports import TurnAudit
from bot.exts.settings import AnswerChannels, ForumChannels, ModeratorRoles, ReviewChannelSelect

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
    ModeratorRoles,
    ReviewChannelSelect,
    AnswerChannels,
    ForumChannels,
)
"""Every control there is; registered with the client, walked through by the tests."""

FORMS: tuple[type[Form], ...] = (
    FeedbackForm,
    ConsentForm,
    ResolveForm,
    DismissForm,
    NoteForm,
    BulkResolveForm,
    BulkDismissForm,
    SectionForm,
)
"""Every form there is; ``Forms`` hands what was submitted to one of them."""


class Forms(commands.Cog):
    """Receives what discord.py would drop."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Click) -> None:
        """Save a form, or say that a control is gone."""
        if interaction.type is discord.InteractionType.modal_submit:
            async with guarded(interaction):
                await _submit(interaction)
        elif interaction.type is discord.InteractionType.component and not _known(received_id(interaction)):
            async with guarded(interaction):
                raise NotFound("no control has this id")


async def _submit(interaction: Click) -> None:
    name = received_id(interaction)
    for form in FORMS:
        match = re.fullmatch(form.template, name)
        if match is not None:
            await require(interaction, form.audience)
            await form(match).submit(interaction, submitted_fields(interaction))
            return
    raise NotFound("no form has this id")


def _known(custom_id: str) -> bool:
    return any(control.__discord_ui_compiled_template__.fullmatch(custom_id) for control in CONTROLS)
