"""A case: the words for its kind and its state, a case as a line of a list, how a decision about it ends, and the rows it is read from.

A case is named by its number, which counts from 1 in each guild, so that no number can reach another guild's case. Its texts are looked up
where they are stored, so what is deleted there is gone here. The words are stored as they are written here, so a word is only ever added,
never changed. What is known beyond a line of a list is on its card, in ``review``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.outcome import OutcomeKind
from bot.errors import NotFound
from bot.storage.columns import StoredRow, record_of
from bot.storage.tables import answers, cases, community_notes, signals


class CaseKind(StrEnum):
    """What the members behind a case said."""

    NOT_HELPFUL = "not-helpful"
    CORRECTION = "correction"
    DECLINED = "declined"
    NOTE = "note"
    REVIEW = "review"
    """Nobody said anything: a moderator wants the answer looked at."""


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    """Every member behind it took back what they said, before it was closed."""


class Resolution(StrEnum):
    """How a case was resolved."""

    FIXED = "fixed"
    ANSWERED = "answered"
    NO_CHANGE = "no-change"
    APPROVED = "approved"
    """Of a community note only."""


class DismissReason(StrEnum):
    """Why a case was dismissed."""

    NOT_ACTIONABLE = "not-actionable"
    OFF_TOPIC = "off-topic"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    OTHER = "other"


class NoticeState(StrEnum):
    """What is known of a message to a member who wanted to hear how a case ended."""

    UNKNOWN = "unknown"
    """It was about to be sent, and nobody saw what became of it."""
    SENT = "sent"
    REFUSED = "refused"
    """Discord did not take it: most often, the member's direct messages are closed."""
    EXPIRED = "expired"
    """The case was not closed in time, and the member's id is no longer stored."""


WAITING = frozenset({CaseState.OPEN, CaseState.REOPENED})
"""States in which nobody has the case yet."""
ACTIVE = WAITING | {CaseState.CLAIMED}
"""States in which there is still something to do."""
CLOSED = frozenset({CaseState.RESOLVED, CaseState.DISMISSED})
"""States that a moderator's decision led to."""


class Reason(StrEnum):
    """Why an answer did not help."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"
    OFF_TOPIC = "off-topic"


@dataclass(frozen=True, slots=True)
class Actor:
    """A moderator who does something: in which guild, and by which interaction."""

    guild_id: int
    moderator_id: int
    """The Discord id; stored, so that the others can see who it was."""
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
    standing: int
    """How many of them were not taken back."""
    agreeing: int
    """How many of these gave ``reason``."""
    corrections: int
    """How many of these wrote what the answer should say."""
    suggested: int
    """How many of these are about a question that got suggestions."""
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
    """Rises with every change, so that a card is known to be out of date."""


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
    UNPROVEN = "unproven"
    """To be fixed it needs another answer than it got, or a reason."""
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


HIGHEST_NUMBER = 2**31 - 1


def summary_query() -> sa.Select[*tuple[object, ...]]:
    """All that a summary needs, to be narrowed by the caller, who must name the guild."""
    note = sa.select(community_notes.c.text).where(community_notes.c.case == cases.c.id).scalar_subquery()
    question = sa.select(answers.c.question).where(answers.c.id == cases.c.answer).scalar_subquery()
    about = sa.exists().where(answers.c.id == signals.c.answer, answers.c.outcome == OutcomeKind.SUGGESTIONS.value)
    counts = (
        _standing("standing", sa.true()),
        _standing("agreeing", signals.c.reason == cases.c.reason),
        _standing("corrections", signals.c.kind == CaseKind.CORRECTION.value),
        _standing("suggested", about),
    )
    return sa.select(cases, question.label("question"), note.label("note"), *counts)


def _standing(name: str, which: sa.ColumnElement[bool]) -> sa.Label[int]:
    """How many signals of a case were not taken back and fulfil a condition."""
    mine = (signals.c.case == cases.c.id) & signals.c.withdrawn_at.is_(None)
    return sa.select(sa.func.count()).select_from(signals).where(mine, which).correlate(cases).scalar_subquery().label(name)


async def find_case(connection: AsyncConnection, guild_id: int, number: int) -> StoredRow:
    """Look up a guild's case by its number, with what a summary needs.

    Raises:
        NotFound: the guild has no such case.
    """
    row = None
    if 0 < number <= HIGHEST_NUMBER:
        query = summary_query().where(cases.c.guild_id == guild_id, cases.c.number == number)
        row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"no case {number} in guild {guild_id}")
    return row


def summary_of(row: StoredRow) -> CaseSummary:
    """Turn a row of ``summary_query`` into words and values."""
    card = None if row.card_channel_id is None else Place(row.card_channel_id, row.card_message_id)
    return record_of(
        CaseSummary,
        row,
        kind=CaseKind(row.kind),
        state=CaseState(row.state),
        reason=None if row.reason is None else Reason(row.reason),
        resolution=None if row.resolution is None else Resolution(row.resolution),
        dismissal=None if row.dismissal is None else DismissReason(row.dismissal),
        card=card,
    )
