"""The words of the review: what states, kinds, reasons and refusals are called, a case as a line, and all that its card says.

Only texts are made here; the controls below a card, and decisions, are in ``case``.
"""

from __future__ import annotations

from datetime import datetime

import discord

from bot.answering.engine import AnswerEngine
from bot.cases.case import CaseKind, CaseState, CaseSummary, DismissReason, Reason, Refusal, Resolution
from bot.exts.kit.panel import Tone, counted, cut, escape, one_line, option, percent
from bot.exts.kit.sections import source_line
from bot.feedback.question_log import LOOKUP
from bot.review.cards import CaseCard, ChangeKind, DiffLine, ModeratorNote, Said, ShownAnswer
from bot.review.export import ExportFormat
from bot.storage.audit import AuditAction, AuditEntry

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
_LISTED = 120
_DETAIL = 100
_QUESTION = 400
_SHOWN = 600
_DIFF = 600
_DIFF_LINE = 200
_SAID = 4
_WORDS = 220
_NOTE_TEXT = 700
_NOTES = 3
_SIMILAR = 3
_HISTORY = 4
_MARKS = {ChangeKind.SAME: " ", ChangeKind.REMOVED: "-", ChangeKind.ADDED: "+"}
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


def subject(case: CaseSummary, engine: AnswerEngine) -> str:
    """What a case is about, in plain characters: the question, or where its text is gone the section's title."""
    section = None if case.section_id is None else engine.section(case.section_id)
    title = case.section_id if section is None else section.title
    if case.kind is CaseKind.NOTE and title is not None:
        return f"Note on {title}"
    return case.question or title or _NO_TEXT


def list_line(case: CaseSummary, engine: AnswerEngine) -> str:
    """A case as a line of a list."""
    reason = "" if case.reason is None else f" · {REASONS[case.reason]}"
    return (
        f"**#{case.number}** {one_line(subject(case, engine), _LISTED)}\n"
        f"-# {KINDS[case.kind]}{reason} · {members(case.signals)} · {state_line(case)} · {age(case.opened_at)}"
    )


def state_option(case: CaseSummary, engine: AnswerEngine) -> discord.SelectOption:
    """A case as a choice of a select."""
    return option(f"#{case.number} {subject(case, engine)}", str(case.number), f"{KINDS[case.kind]} · {STATES[case.state]}")


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


def said_blocks(card: CaseCard) -> list[str]:
    """What the case is about, what was shown then and would be today, and what members said; empty blocks where there is nothing."""
    case = card.summary
    return [
        f"### Case #{case.number} · {KINDS[case.kind]}\n"
        f"-# {state_line(case)} · {members(case.signals)} · opened {age(case.opened_at)} · last {age(case.last_signal_at)}",
        _asked(card),
        _changed(card.answer),
        _said(card),
    ]


def fact_blocks(card: CaseCard, engine: AnswerEngine) -> list[str]:
    """Votes, section and scores by the knowledge of today, and what moderators wrote and did; empty blocks where there is nothing."""
    return [_facts(card, engine), _around(card, engine)]


def _asked(card: CaseCard) -> str:
    if card.summary.kind is CaseKind.NOTE:
        return "**Note**\n" + ("*text deleted*" if card.note is None else one_line(card.note.text, _NOTE_TEXT))
    question = "*text deleted*" if card.summary.question is None else f"“{one_line(card.summary.question, _QUESTION)}”"
    text = f"**Question** {question}"
    if card.answer is not None and card.answer.text is not None:
        text += f"\n**Shown then**\n{_quoted(escape(card.answer.text, _SHOWN))}"
    return text


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def _changed(answer: ShownAnswer | None) -> str:
    """Today's answer against the one shown, or nothing where they are the same."""
    if answer is None or not answer.diff:
        return ""
    lines: list[str] = []
    left = _DIFF
    for line in answer.diff:
        shown = _diff_line(line)
        if len(shown) > left:
            lines.append("…")
            break
        lines.append(shown)
        left -= len(shown) + 1
    return "**Today's answer differs**\n```diff\n" + "\n".join(lines) + "\n```"


def _diff_line(line: DiffLine) -> str:
    """A line of a diff; a fence in the text would end the code block, so it is written otherwise."""
    text = " ".join(line.text.split()).replace("```", "'''")
    return f"{_MARKS[line.change]} {cut(text, _DIFF_LINE)}"


def _said(card: CaseCard) -> str:
    if card.summary.kind is CaseKind.NOTE:
        return ""
    parts = []
    if card.reasons:
        parts.append("**Reasons** " + ", ".join(f"{REASONS[count.reason]} {count.members}" for count in card.reasons))
    words = [said for said in card.said if said.withdrawn or said.comment or said.correction]
    parts += [_words(said) for said in words[:_SAID]]
    if len(words) > _SAID:
        parts.append(f"-# and {len(words) - _SAID} more in /review export")
    return "\n".join(parts)


def _words(said: Said) -> str:
    if said.withdrawn:
        return f"• *withdrawn by the member* {age(said.said_at)}"
    parts = [f"“{one_line(said.comment, _WORDS)}”"] if said.comment else []
    parts += [f"should say: “{one_line(said.correction, _WORDS)}”"] if said.correction else []
    waits = " · wants to hear" if said.wants_to_hear else ""
    return f"• {' · '.join(parts)} {age(said.said_at)}{waits}"


def _facts(card: CaseCard, engine: AnswerEngine) -> str:
    lines = []
    if card.votes.helpful or card.votes.not_helpful:
        lines.append(f"**Votes** {card.votes.helpful} helpful, {card.votes.not_helpful} not helpful")
    lines.append(_section(card.summary, engine))
    if card.answer is not None:
        lines.append(_why(card.answer, engine))
    return "\n".join(line for line in lines if line)


def _section(case: CaseSummary, engine: AnswerEngine) -> str:
    if case.section_id is None:
        return ""
    section = engine.section(case.section_id)
    if section is None:
        return f"**Section** {escape(case.section_id, 150)}, removed from the knowledge base since"
    return f"**Section** {escape(section.title, 150)}\n-# {source_line(section)}"


def _why(answer: ShownAnswer, engine: AnswerEngine) -> str:
    hits = answer.stored.hits
    if answer.stored.outcome == LOOKUP:
        return "**Why** it was looked up with a command, so nothing was searched"
    if not hits:
        return "**Why** no word of the question occurs in the knowledge base"
    ranked = ", then ".join(f"{_title(engine, hit.section_id)} {hit.score:.3f}" for hit in hits[:2])
    return f"**Why** {ranked}; confidence {percent(answer.stored.confidence or 0.0)}, outcome {answer.stored.outcome}"


def _title(engine: AnswerEngine, section_id: str) -> str:
    section = engine.section(section_id)
    return escape(section_id if section is None else section.title, 80)


def _around(card: CaseCard, engine: AnswerEngine) -> str:
    """What moderators wrote and did, and cases like this one."""
    lines = [_note(note) for note in card.notes[:_NOTES]]
    lines += [f"-# Similar: #{case.number} {one_line(subject(case, engine), 60)} ({state_line(case)})" for case in card.similar[:_SIMILAR]]
    lines += [f"-# {entry_line(entry)}" for entry in card.history[:_HISTORY]]
    return "\n".join(lines)


def _note(note: ModeratorNote) -> str:
    text = "*text deleted*" if note.text is None else one_line(note.text, _WORDS)
    return f"**Note** by {mention(note.moderator_id)} {age(note.noted_at)}: {text}"
