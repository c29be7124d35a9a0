"""What the bot says of its own: to suggestions and abstentions. Everything else that it shows is the knowledge base's text."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.outcome import AbstentionReason
from bot.corpus.document import Section
from bot.retrieval.hit import Explanation

_CONFIRMED = "a phrasing that moderators confirmed"
NOT_SURE = "I am not sure what you mean. Is it one of these?"


def suggestions_text(candidates: Sequence[Section]) -> str:
    """Return suggestions as text."""
    return "\n\n".join([NOT_SURE, *(f"{section.title}\n{preview_of(section)}" for section in candidates)])


def preview_of(section: Section) -> str:
    """Return what a suggestion shows of a section: its first sentence."""
    return section.passages[0].text


def abstention_text(reason: AbstentionReason) -> str:
    """Return what is said where there is no answer. No word of the question is in it, since it is stored longer than the question."""
    match reason:
        case AbstentionReason.NO_WORDS:
            return "I can only read words, in English. Ask me in a sentence what you would like to know."
        case AbstentionReason.NOTHING_CLOSE | AbstentionReason.NOT_POSSIBLE:
            return (
                "I don't know. My knowledge base has nothing close enough to that, and I would rather not guess. "
                "Try other words, in English, or ask a moderator: a person can help, and can add what is missing."
            )


def parts_of(explanation: Explanation) -> list[tuple[str, str, float]]:
    """Return the parts of a score beside its words and synonyms: what each is called, a detail, and what it gave."""
    parts = [
        (_CONFIRMED, "", explanation.confirmed_part),
        ("word pairs in the same order", "", explanation.phrase_part),
        ("its name", "", explanation.name_part),
        ("likeness to", explanation.closest_question or _CONFIRMED, explanation.question_part),
        ("groups of four letters", "", explanation.letter_part),
        ("what sets its questions apart", "", explanation.head_part),
    ]
    always = ("word pairs in the same order", "its name", "likeness to", "groups of four letters")
    return [part for part in parts if part[2] > 0 or part[0] in always]
