"""Which words of an answer to set off: the few that the question asked about, so that a reader's eye finds the place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.retrieval.analyzer import Analyzer, fold, is_telling
from bot.retrieval.hit import WordEvidence

_MOST = 3
_LEAST_INFORMATION = 0.35
"""Rarity (0 to 1) from which a word says what a question is about; setting off common words would be noise."""
_WORD = re.compile(r"[^\W_]+(?:['’+#][^\W_]*)*")


def emphasized_words(text: str, title: str, evidence: Iterable[WordEvidence], analyzer: Analyzer) -> tuple[str, ...]:
    """Return at most three words as they stand in a text: the most telling ones that the question has too.

    Words of the title are left out; they stand in large letters above.
    """
    above = set(analyzer.terms(title))
    wanted = {
        analyzer.stem(fold(word.matched or word.word)): word.information
        for word in evidence
        if word.weight > 0 and word.information >= _LEAST_INFORMATION and is_telling(word.word)
    }
    wanted = {term: information for term, information in wanted.items() if term not in above}
    found: dict[str, str] = {}
    for word in _WORD.findall(text) if wanted else ():
        term = analyzer.stem(fold(word))
        if term in wanted:
            found.setdefault(term, word)
    best = sorted(found, key=lambda term: (-wanted[term], term))[:_MOST]
    return tuple(found[term] for term in best)
