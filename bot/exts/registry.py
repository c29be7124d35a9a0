"""Every control and form there is, and where submissions arrive.

discord.py hands a form only to the object that opened it, which a restart takes away; this listener reads every submission
from the raw event. A component whose id no control understands gets a sentence instead of "This interaction failed".
"""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.errors import NotFound
from bot.exts import notes, privacy, settings
from bot.exts.ask import answer, feedback, start, why
from bot.exts.kit import sections
from bot.exts.kit.controls import Control, Form, received_id, submitted_fields
from bot.exts.kit.interaction import Click, guarded, require
from bot.exts.lookup import browse, entries, sources, timeline
from bot.exts.review import case, gaps, kept, phrasings, previews, proposals, queue, reports

CONTROLS: tuple[type[Control], ...] = (
    feedback.HelpfulVote,
    feedback.NotHelpfulVote,
    feedback.ReportMistake,
    why.WhyThisAnswer,
    why.WhyInDetail,
    answer.FullSection,
    answer.AnswerMenu,
    answer.OpenAlternative,
    answer.RelatedSections,
    answer.ShowSuggestion,
    answer.ItWasThis,
    answer.ItWasNot,
    answer.PickSuggestion,
    start.AskExample,
    sections.TurnPage,
    feedback.AskModerator,
    notes.TurnNotes,
    notes.WithdrawNote,
    privacy.DeleteMyData,
    privacy.KeepMyData,
    entries.OpenEntry,
    entries.OpenMore,
    entries.ChooseEntry,
    entries.ChooseVersion,
    entries.CompareWith,
    entries.CompareSides,
    entries.CompareInFull,
    entries.OpenGuide,
    entries.OpenGuides,
    browse.BrowseTo,
    browse.BrowseInto,
    timeline.TurnTimeline,
    timeline.JumpToYear,
    sources.TurnSources,
    sources.AnotherFact,
    queue.GoHome,
    queue.TurnQueue,
    queue.TurnSearch,
    queue.OpenCase,
    queue.PickCases,
    queue.BulkClaim,
    queue.BulkResolve,
    queue.BulkDismiss,
    case.ClaimCase,
    case.UnclaimCase,
    case.ResolveCase,
    case.DismissCase,
    case.ReopenCase,
    case.ApproveNote,
    case.NoteCase,
    case.NextCase,
    case.ShowAll,
    phrasings.NameSection,
    phrasings.FoundSection,
    phrasings.AcceptPhrasing,
    phrasings.DropDraft,
    phrasings.WithdrawPhrasing,
    phrasings.RewordPhrasing,
    phrasings.ChooseToReword,
    phrasings.TurnPhrasings,
    phrasings.TakePhrasingBack,
    kept.KeepQuestion,
    kept.TurnKept,
    kept.RemoveKept,
    proposals.CorrectSection,
    proposals.ExportProposal,
    proposals.HandOnProposal,
    proposals.DropProposal,
    proposals.TurnProposals,
    proposals.OpenProposal,
    proposals.SeeProposal,
    reports.TurnAudit,
    gaps.TurnGaps,
    gaps.OpenGap,
    gaps.SetGapAside,
    gaps.ReopenGap,
    gaps.PreviewThreshold,
    settings.ModeratorRoles,
    settings.ReviewChannelSelect,
    settings.AnswerChannels,
    settings.ForumChannels,
    settings.CheckPermissions,
    previews.SaveThreshold,
    previews.LeaveThreshold,
)
"""Every control there is; registered with the client, walked through by the tests."""

FORMS: tuple[type[Form], ...] = (
    feedback.FeedbackForm,
    feedback.ReportForm,
    feedback.ChangeVoteForm,
    feedback.ConsentForm,
    case.ResolveForm,
    case.DismissForm,
    case.NoteForm,
    queue.BulkResolveForm,
    queue.BulkDismissForm,
    phrasings.SectionForm,
    phrasings.RewordForm,
    kept.KeepForm,
    proposals.CorrectionForm,
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
