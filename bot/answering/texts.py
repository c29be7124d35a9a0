"""What the bot says of its own: to suggestions and abstentions. Everything else that it shows is the knowledge base's text."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.nearest import nearest_lines
from bot.answering.outcome import AbstentionReason, Nearest
from bot.corpus.document import Section

NOT_SURE = "I am not sure what you mean. Is it one of these?"


def suggestions_text(candidates: Sequence[Section]) -> str:
    """Return suggestions as text."""
    return "\n\n".join([NOT_SURE, *(f"{section.title}\n{preview_of(section)}" for section in candidates)])


def preview_of(section: Section) -> str:
    """Return what a suggestion shows of a section: its first sentence."""
    return section.passages[0].text


def abstention_text(reason: AbstentionReason, found: Sequence[Nearest], never_seen: Sequence[str]) -> str:
    """Return what is said where there is no answer, with what comes nearest."""
    match reason:
        case AbstentionReason.NO_WORDS:
            return "I can only read words, in English. Ask me in a sentence what you would like to know."
        case AbstentionReason.NOTHING_CLOSE | AbstentionReason.NOT_POSSIBLE:
            said = (
                "I don't know. My knowledge base has nothing close enough to that, and I would rather not guess. "
                "Try other words, in English, or ask a moderator: a person can help, and can add what is missing."
            )
            return "\n".join([said, *nearest_lines(found, never_seen)])
