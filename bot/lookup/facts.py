"""Single facts worth telling, and which of them is next where some were told before.

A fact is the opening of a section, since that is where our articles answer. What other sections point at counts as more important.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.corpus.document import Corpus, Passage, PassageKind, Section, digest, join_passages

_SHORTEST = 40
_LONGEST = 400
_IMPORTANT = (3, 1)
"""References from which on a fact belongs to the first, and to the second, rank of importance."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to know, and the section that it opens."""

    section: Section
    text: str
    rank: int
    """0 for the most important."""


def facts_of(corpus: Corpus, area: str | None = None) -> tuple[Fact, ...]:
    """Return the facts of a corpus, or of one of its areas, in the order of their sections."""
    references = Counter(target for section in corpus.sections for target in section.related)
    found = ((section, opening(section.passages)) for section in corpus.sections if area is None or section.area == area)
    return tuple(Fact(section, text, _rank(references[section.id])) for section, text in found if text is not None)


def next_fact(facts: Iterable[Fact], shown: Mapping[str, int], place: str) -> Fact | None:
    """Return the fact to tell next; None where there are none.

    Args:
        facts: those to choose from.
        shown: how often each section was shown in the place, by its id; what is missing was never shown.
        place: where it is told (a channel); it mixes the order, so that two channels do not go in step.
    """

    def turn(fact: Fact) -> tuple[int, int, str]:
        return shown.get(fact.section.id, 0), fact.rank, digest(f"{place}\0{fact.section.id}")

    return min(facts, key=turn, default=None)


def opening(passages: tuple[Passage, ...]) -> str | None:
    """Return the first sentences of a section as one statement, or None where it opens with something else, or with too little."""
    told: list[Passage] = []
    for passage in passages:
        if passage.kind is not PassageKind.SENTENCE or passage.block != passages[0].block:
            break
        if told and len(join_passages((*told, passage))) > _LONGEST:
            break
        told.append(passage)
    text = join_passages(tuple(told))
    return text if _SHORTEST <= len(text) <= _LONGEST and not text.endswith((":", "?")) else None


def _rank(references: int) -> int:
    return next((rank for rank, least in enumerate(_IMPORTANT) if references >= least), len(_IMPORTANT))
