"""What understanding a structure comes to: a section to answer with, or the statement that there can be none."""

from __future__ import annotations

from dataclasses import dataclass

from bot.corpus.document import Section


@dataclass(frozen=True, slots=True)
class Choice:
    """The section that answers, and how the question was read."""

    section: Section
    reading: str
    text: str | None = None
    """What to show of it, where that is not for the excerpt to choose."""


@dataclass(frozen=True, slots=True)
class NotPossible:
    """What is asked for cannot be; the sentence says what can."""

    text: str
