"""A case as moderators see it: in a list, and on its card with everything that is known about it.

Plain values. A case is named by its number, which counts from 1 in each guild, so that no number can reach
another guild's case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.feedback.case_kinds import CaseKind, CaseState, DismissReason, Resolution
from bot.feedback.question_log import StoredAnswer
from bot.feedback.reasons import Reason
from bot.feedback.votes import VoteCount
from bot.review.audit import AuditEntry
from bot.review.report import ReasonCount


@dataclass(frozen=True, slots=True)
class Actor:
    """A moderator who does something: in which guild, and by which interaction."""

    guild_id: int
    moderator_id: int
    """The Discord id; stored, so that the others can be told who it was."""
    interaction_id: int | None = None
    """The same interaction delivered twice acts once; None where there is none (a test, a terminal)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is on Discord."""

    channel_id: int
    message_id: int | None


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case as a line of a list."""

    guild_id: int
    number: int
    kind: CaseKind
    state: CaseState
    question: str | None
    """As it was asked; None once it has expired or was deleted, or where somebody else's message was asked about."""
    note: str | None
    """The text of a community note."""
    section_id: str | None
    """The section that was shown or that the note is for; it may be gone from the knowledge by now."""
    area: str | None
    reason: Reason | None
    """The reason given most often."""
    signals: int
    """How many members' votes, questions or notes it joined, those taken back included."""
    opened_at: datetime
    last_signal_at: datetime
    moderator_id: int | None
    """Who has it while it is claimed; who closed it afterwards."""
    closed_at: datetime | None
    resolution: Resolution | None
    dismissal: DismissReason | None
    closing_text: str | None
    """The message to the members of a resolved case, or what was said about a dismissal."""
    card: Place | None
    """Where the review channel shows it."""
    version: int
    """Rises with every change, so that a card can be told to be out of date."""


class ChangeKind(StrEnum):
    """What became of a line of an answer."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of an answer, then or today."""

    change: ChangeKind
    text: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """The answer as it was shown, beside what the bot would say today."""

    stored: StoredAnswer
    """As logged: ids, hits, confidence, fingerprint; enough for the explanation."""
    place: Place
    """Where it was asked, and the message that shows it."""
    text: str | None
    """The very text that was shown; None for answers older than the review of answers."""
    today: str | None
    """What the same question gets today; None where its text is gone."""
    diff: tuple[DiffLine, ...]
    """Empty where today's answer is the same, or one of the two is not known."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one member said; their name is not known."""

    kind: CaseKind
    said_at: datetime
    reason: Reason | None
    comment: str | None
    correction: str | None
    withdrawn: bool
    """Taken back or deleted: only the count remains."""
    wants_to_hear: bool
    """Whether the member asked to be told what became of it."""


@dataclass(frozen=True, slots=True)
class ModeratorNote:
    """A note that moderators left for each other."""

    moderator_id: int
    text: str | None
    """None once it has expired or was deleted by its author."""
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class CommunityNote:
    """A member's note for a section."""

    note_id: int
    case_number: int
    section_id: str
    text: str
    added_at: datetime
    published: bool


@dataclass(frozen=True, slots=True)
class CaseCard:
    """Everything that is known about a case."""

    summary: CaseSummary
    answer: ShownAnswer | None
    """None for community notes."""
    votes: VoteCount
    """Over all answers that the case joined."""
    reasons: tuple[ReasonCount, ...]
    """The most frequent first."""
    said: tuple[Said, ...]
    """The newest first, at most 25."""
    note: CommunityNote | None
    similar: tuple[CaseSummary, ...]
    """At most 5."""
    notes: tuple[ModeratorNote, ...]
    """The newest first, at most 25."""
    history: tuple[AuditEntry, ...]
    """The newest first, at most 25."""


class Refusal(StrEnum):
    """Why a decision was not carried out."""

    TAKEN = "taken"
    """Another moderator has it: ``case.moderator_id``."""
    ALREADY = "already"
    """It is in that state already, and this moderator put it there: a double click."""
    CLOSED = "closed"
    """It was resolved or dismissed, by ``case.moderator_id``."""
    NOT_CLOSED = "not-closed"
    """Only what is closed can be reopened."""
    NOT_CLAIMED = "not-claimed"
    """There is no claim to give back."""
    WITHDRAWN = "withdrawn"
    """The members behind it took back what they said."""
    WRONG_KIND = "wrong-kind"
    """Only community notes can be approved, and they are approved or dismissed, not resolved."""
    NOT_FOUND = "not-found"
    """Only in the results of a bulk action: this guild has no such case."""
    NOT_SAVED = "not-saved"
    """Only in the results of a bulk action: the database did not take it."""


@dataclass(frozen=True, slots=True)
class Done:
    """The decision was carried out, now or by an earlier delivery of the same interaction."""

    case: CaseSummary


@dataclass(frozen=True, slots=True)
class Refused:
    """The decision was not carried out; the case is as ``case`` says."""

    reason: Refusal
    case: CaseSummary


Decided = Done | Refused
