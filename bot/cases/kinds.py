"""The words for what waits for a moderator: what kind of case it is, why an answer did not help, where the case stands, how it ended.

Stored as they are written here, so a word is only ever added, never changed.
"""

from __future__ import annotations

from enum import StrEnum


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
