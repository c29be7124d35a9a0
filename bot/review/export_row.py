"""A case as it leaves the program: in an export, or on an operator's terminal. Plain values, so that neither needs the database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A case as it is handed out; times in ISO 8601, UTC."""

    number: int
    kind: str
    state: str
    opened_at: str
    last_signal_at: str
    closed_at: str | None
    signals: int
    question: str | None
    note: str | None
    section_id: str | None
    area: str | None
    reasons: tuple[str, ...]
    comments: tuple[str, ...]
    corrections: tuple[str, ...]
    helpful: int
    not_helpful: int
    resolution: str | None
    dismissal: str | None
    closing_text: str | None
    moderator_notes: tuple[str, ...]
    members: tuple[str, ...] = ()
    """The keyed hashes of the members, only where identities were asked for."""
    moderator_id: int | None = None
    """Likewise."""


@dataclass(frozen=True, slots=True)
class CaseDetails:
    """A case as an operator looks at it."""

    case: ExportRow
    shown: str | None
    """The answer as it was shown; None where it is not known."""
    today: str | None
    """What the same question gets today; None where its text is gone."""
    history: tuple[str, ...]
    """What was done, the newest first, a line each."""
