"""Phrasings that moderators confirmed: further questions of a section, added to a fitted index without building it anew.

A confirmed phrasing counts as a question row does, and for the share of the question's information that it holds, whichever of
section and phrasing holds more. A new one is found at the next question. Its cost is that of the phrasings that share a telling word.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.retrieval.analyzer import is_telling
from bot.retrieval.arrays import IndexArrays
from bot.retrieval.hit import Phrasing
from bot.retrieval.ngrams import trigrams
from bot.retrieval.query import Query, QueryReader, unknown_information


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the likest confirmed phrasing of a section says about a question."""

    number: int
    share: float
    """Of the question's information that the phrasing holds, from 0 to 1."""
    cosine: float
    text: str


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    text: str
    terms: frozenset[str]
    ngrams: frozenset[str]
    length: float


class ConfirmedPhrasings:
    """The confirmed phrasings of the sections that an index has; those of sections that are gone are left out."""

    def __init__(self, phrasings: Sequence[Phrasing], arrays: IndexArrays, numbers: Mapping[str, int], reader: QueryReader) -> None:
        self._information = (
            dict(zip(arrays.ngrams, (arrays.ngram_information.astype(float) ** 2).tolist(), strict=True)) if phrasings else {}
        )
        self._rows = [self._row(numbers[item.section_id], item.text, reader) for item in phrasings if item.section_id in numbers]
        self._by_term: dict[str, list[int]] = {}
        for place, row in enumerate(self._rows):
            for term in row.terms:
                self._by_term.setdefault(term, []).append(place)

    def find(self, query: Query) -> dict[int, Confirmation]:
        """Return for each section with a confirmed phrasing like the question the likest one."""
        if not self._rows:
            return {}
        asked = {term.term for term in query.distinct if is_telling(term.surface)} or {term.term for term in query.distinct}
        places = sorted({place for term in asked for place in self._by_term.get(term, ())})
        ngrams = frozenset(ngram for ngram in trigrams(query.text) if ngram in self._information)
        length = math.sqrt(sum(self._information[ngram] for ngram in ngrams))
        found: dict[int, Confirmation] = {}
        for place in places:
            confirmation = self._compare(self._rows[place], query, ngrams, length)
            known = found.get(confirmation.number)
            if known is None or (known.cosine, known.share) < (confirmation.cosine, confirmation.share):
                found[confirmation.number] = confirmation
        return found

    def _row(self, number: int, text: str, reader: QueryReader) -> _Row:
        query = reader.read(text)
        ngrams = frozenset(ngram for ngram in trigrams(query.text) if ngram in self._information)
        length = math.sqrt(sum(self._information[ngram] for ngram in ngrams))
        return _Row(number, text, frozenset(term.term for term in query.distinct), ngrams, length)

    def _compare(self, row: _Row, query: Query, ngrams: frozenset[str], length: float) -> Confirmation:
        shared = sum(self._information[ngram] for ngram in row.ngrams & ngrams)
        held = sum(
            unknown_information(term.information) if term.column is None else term.information
            for term in query.distinct
            if term.term in row.terms
        )
        return Confirmation(row.number, min(1.0, held / max(query.reachable, 1e-9)), shared / max(length * row.length, 1e-9), row.text)
