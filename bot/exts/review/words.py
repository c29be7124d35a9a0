"""The words of the review: what states, kinds, reasons and refusals are called, and how a case is named in a line."""

from __future__ import annotations

from datetime import datetime

import discord

from bot.cases.case import CaseSummary, Refusal
from bot.cases.kinds import CaseKind, CaseState, DismissReason, Reason, Resolution
from bot.exts.kit.panel import Tone, counted, escape, option
from bot.review.audit import AuditEntry
from bot.review.export import ExportFormat
from bot.storage.audit import AuditAction

KINDS = {
    CaseKind.NOT_HELPFUL: "Not helpful",
    CaseKind.CORRECTION: "Suggested correction",
    CaseKind.DECLINED: "Unanswered question",
    CaseKind.NOTE: "Community note",
    CaseKind.REVIEW: "Opened by a moderator",
}
STATES = {
    CaseState.OPEN: "Open",
    CaseState.CLAIMED: "Claimed",
    CaseState.REOPENED: "Reopened",
    CaseState.RESOLVED: "Resolved",
    CaseState.DISMISSED: "Dismissed",
    CaseState.WITHDRAWN: "Withdrawn",
}
TONES = {
    CaseState.OPEN: Tone.UNSURE,
    CaseState.CLAIMED: Tone.LIKELY,
    CaseState.REOPENED: Tone.UNSURE,
    CaseState.RESOLVED: Tone.SURE,
    CaseState.DISMISSED: Tone.NONE,
    CaseState.WITHDRAWN: Tone.NONE,
}
RESOLUTIONS = {
    Resolution.FIXED: ("Fixed", "The knowledge base was or will be changed"),
    Resolution.ANSWERED: ("Answered", "The member got an answer"),
    Resolution.NO_CHANGE: ("No change needed", "The answer is right as it is"),
    Resolution.APPROVED: ("Approved", "The note stands under its section"),
}
OFFERED_RESOLUTIONS = (Resolution.FIXED, Resolution.ANSWERED, Resolution.NO_CHANGE)
"""What a moderator chooses from; notes are approved instead."""
DISMISSALS = {
    DismissReason.NOT_ACTIONABLE: ("Nothing to act on", "It does not say what to change"),
    DismissReason.OFF_TOPIC: ("Off-topic", "It is not about open-source AI"),
    DismissReason.DUPLICATE: ("Duplicate", "Another case has it"),
    DismissReason.SPAM: ("Spam", "It was not meant seriously"),
    DismissReason.OTHER: ("Other", "Say it in the text below"),
}
REASONS = {
    Reason.WRONG: "wrong",
    Reason.OUTDATED: "outdated",
    Reason.INCOMPLETE: "incomplete",
    Reason.UNCLEAR: "unclear",
    Reason.OFF_TOPIC: "off-topic",
}
FORMATS = {
    ExportFormat.CSV: "CSV, for spreadsheets",
    ExportFormat.JSONL: "JSONL, for programs",
    ExportFormat.MARKDOWN: "Markdown, for people",
}
_QUESTION = 120
_DETAIL = 100
_NO_TEXT = "(text deleted)"


def mention(member_id: int) -> str:
    """How a member is named; nobody is pinged, since no message of the bot may."""
    return f"<@{member_id}>"


def moment(at: datetime) -> str:
    """A time that every reader sees in their own time zone."""
    return discord.utils.format_dt(at, "f")


def age(at: datetime) -> str:
    """How long ago a time is, counted by the reader's client."""
    return discord.utils.format_dt(at, "R")


def members(count: int) -> str:
    """A number of members."""
    return counted(count, "member")


def cases(count: int) -> str:
    """A number of cases."""
    return counted(count, "case")


def state_line(case: CaseSummary) -> str:
    """Where a case stands, and by whom."""
    state = STATES[case.state]
    by = "" if case.moderator_id is None else f" by {mention(case.moderator_id)}"
    if case.state is CaseState.RESOLVED and case.resolution is not None:
        return f"{state}{by}: {RESOLUTIONS[case.resolution][0].lower()}"
    if case.state is CaseState.DISMISSED and case.dismissal is not None:
        return f"{state}{by}: {DISMISSALS[case.dismissal][0].lower()}"
    return state + by


def decision_words(stored: str) -> str:
    """How a decision that is stored by its value is called on cards; other words of this program as they are."""
    for outcome, (label, _) in RESOLUTIONS.items():
        if stored == outcome.value:
            return label.lower()
    for reason, (label, _) in DISMISSALS.items():
        if stored == reason.value:
            return label.lower()
    return stored


def subject(case: CaseSummary) -> str:
    """What a case is about, in plain characters: the question, or where its text is gone the section."""
    if case.kind is CaseKind.NOTE and case.section_id is not None:
        return f"Note on {case.section_id}"
    return case.question or case.section_id or _NO_TEXT


def list_line(case: CaseSummary) -> str:
    """A case as a line of a list."""
    reason = "" if case.reason is None else f" · {REASONS[case.reason]}"
    return (
        f"**#{case.number}** {escape(subject(case), _QUESTION)}\n"
        f"-# {KINDS[case.kind]}{reason} · {members(case.signals)} · {state_line(case)} · {age(case.opened_at)}"
    )


def state_option(case: CaseSummary) -> discord.SelectOption:
    """A case as a choice of a select."""
    return option(f"#{case.number} {subject(case)}", str(case.number), f"{KINDS[case.kind]} · {STATES[case.state]}")


def entry_line(entry: AuditEntry) -> str:
    """An entry of the audit log in one line."""
    decided = entry.action in (AuditAction.RESOLVED, AuditAction.DISMISSED)
    done = decision_words(entry.detail or "") if decided else (entry.detail or "").replace("_", " ")
    case = "" if entry.case_number is None else f" #{entry.case_number}"
    detail = f": {escape(done, _DETAIL)}" if done else ""
    return f"{mention(entry.actor_id)} · {entry.action.value.replace('-', ' ')}{case}{detail} · {age(entry.done_at)}"


def refusal_text(refusal: Refusal, case: CaseSummary) -> str:
    """Why a decision was not carried out, in a sentence that says who has the case."""
    who = "another moderator" if case.moderator_id is None else mention(case.moderator_id)
    name = f"Case #{case.number}"
    note = case.kind is CaseKind.NOTE
    texts = {
        Refusal.TAKEN: f"{name} is with {who}.",
        Refusal.ALREADY: f"{name} is that already; you did it a moment ago.",
        Refusal.CLOSED: f"{name} was {STATES[case.state].lower()} by {who}.",
        Refusal.NOT_CLOSED: f"{name} is not closed, so there is nothing to reopen.",
        Refusal.NOT_CLAIMED: f"Nobody has claimed case #{case.number}.",
        Refusal.WITHDRAWN: f"{name} was withdrawn: the members behind it took back what they said.",
        Refusal.WRONG_KIND: f"{name} is {'a community note: approve it or dismiss it' if note else 'no community note'}.",
        Refusal.NOT_FOUND: f"{name} is not here.",
        Refusal.NOT_SAVED: f"{name} could not be saved. Please try again in a minute.",
    }
    return texts[refusal]


def bulk_refusal_text(number: int, refusal: Refusal, case: CaseSummary | None) -> str:
    """Why one case of a bulk action was left as it was."""
    if case is not None:
        return refusal_text(refusal, case)
    if refusal is Refusal.NOT_SAVED:
        return f"Case #{number} could not be saved. Please try again in a minute."
    return f"Case #{number} is not here."
