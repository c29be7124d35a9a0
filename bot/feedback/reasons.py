"""The reasons that a member can give for "not helpful"; stored as they are written here."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why an answer did not help."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"
    OFF_TOPIC = "off-topic"
