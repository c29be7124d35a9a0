"""Single facts worth telling, and which of them is next where some were told before.

A fact is the opening of a section, since that is where our articles answer. What other sections point at counts as more important.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.corpus.catalogue.entries import section_id_of
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
    """Return the facts of a corpus, or of one of its areas, in the order of their sections.

    What a word means is a fact only for whoever asks for the area of the catalogues.
    """
    terms = {section_id_of(term) for term in corpus.catalogues.glossary} if area is None else set()
    references = Counter(target for section in corpus.sections for target in section.related)
    found = ((section, opening(section.passages)) for section in corpus.sections if area in (None, section.area))
    return tuple(Fact(section, text, _rank(references[section.id])) for section, text in found if text and section.id not in terms)


def next_fact(facts: Iterable[Fact], shown: Mapping[str, int], place: str) -> Fact | None:
    """Return the fact to tell next; None where there are none.

    Args:
        facts: those to choose from.
        shown: how often each section was shown in the place, by its id; what is missing was never shown.
        place: where it is told (a channel); it mixes the order, so that two channels do not go in step.
    """
    return min(facts_in_order(facts, place), key=lambda fact: shown.get(fact.section.id, 0), default=None)


def facts_in_order(facts: Iterable[Fact], place: str) -> tuple[Fact, ...]:
    """Return facts in the order in which they are told in a place: the important ones first, mixed among themselves."""
    return tuple(sorted(facts, key=lambda fact: (fact.rank, digest(f"{place}\0{fact.section.id}"))))


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
