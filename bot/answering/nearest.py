"""What an abstention tells: the nearest sections with the words of the question that they have and lack, and words never seen."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.outcome import Nearest
from bot.corpus.document import Section
from bot.retrieval.analyzer import is_telling
from bot.retrieval.hit import Explanation

_MOST_WORDS = 6


def nearest(section: Section, explanation: Explanation) -> Nearest:
    """Return what a section has of a question, by telling words; the others say nothing."""
    telling = [word for word in explanation.words if is_telling(word.word)]
    matched = tuple(word.word if word.matched is None else f"{word.matched} for “{word.word}”" for word in telling if word.weight > 0)
    missing = tuple(word.word for word in telling if word.weight == 0)
    return Nearest(section, matched[:_MOST_WORDS], missing[:_MOST_WORDS])


def unseen(explanation: Explanation | None) -> tuple[str, ...]:
    """Return the words of a question that the knowledge base has never seen."""
    return () if explanation is None else explanation.unknown[:_MOST_WORDS]


def nearest_lines(found: Sequence[Nearest], never_seen: Sequence[str]) -> list[str]:
    """Return the same as lines of text."""
    lines = [f"• {item.section.title} ({item.has_and_lacks})" for item in found]
    if lines:
        lines.insert(0, "The nearest that I have:")
    if never_seen:
        lines.append(f"Words that my knowledge base has never seen: {', '.join(never_seen)}.")
    return lines
