"""A question as the index reads it: its words, what they were taken for, and how much each can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.retrieval.analyzer import Analyzer, Word, is_telling
from bot.retrieval.arrays import IndexArrays
from bot.retrieval.spelling import SpellingRepair
from bot.retrieval.synonyms import Synonyms

_UNKNOWN_WORD = 0.5
"""An unknown word counts as this share of the rarest word's information in what a question could reach."""


def unknown_information(rarest: float) -> float:
    """Return what an unknown word adds to what a question could reach, given the information of the rarest word."""
    return _UNKNOWN_WORD * rarest


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a question."""

    surface: str
    """As it was typed, folded."""
    matched: str | None
    """The word of the corpus that it was taken for, where that differs."""
    term: str
    column: int | None
    """None where the corpus does not have it."""
    weight: float
    """Below 1 for a word that was repaired."""
    information: float
    """How much it can tell; for an unknown word that of the rarest."""

    @property
    def read(self) -> str:
        """The word as the corpus has it."""
        return self.matched or self.surface


@dataclass(frozen=True, slots=True)
class Reading:
    """A synonym in a question: these columns may stand for those."""

    written_form: str
    written_reading: str
    form: tuple[int, ...]
    columns: tuple[int, ...]
    most: float
    """What the typed words could give; the reading never gives more."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question, read."""

    terms: tuple[QueryTerm, ...]
    """In order."""
    distinct: tuple[QueryTerm, ...]
    """One for each column and each unknown word: a repeated word counts once."""
    readings: tuple[Reading, ...]
    reachable: float
    """The most that the words could add up to; above 0 where there is a term."""

    @property
    def text(self) -> str:
        """The question with its words as the corpus has them."""
        return " ".join(term.read for term in self.terms)


class QueryReader:
    """Reads questions against one index."""

    def __init__(self, arrays: IndexArrays, *, spelling: bool) -> None:
        self._information = arrays.information
        self._top = float(arrays.information.max())
        self._columns = {term: column for column, term in enumerate(arrays.vocabulary)}
        self._analyzer = Analyzer()
        counts = dict(zip(arrays.surfaces[1:], arrays.surface_counts[1:].tolist(), strict=True))
        self._speller = SpellingRepair(counts if spelling else {})
        self._synonyms = Synonyms(arrays.synonyms)

    @property
    def top(self) -> float:
        """The information of the rarest word."""
        return self._top

    def read(self, text: str) -> Query:
        """Return a question's terms; function words that the corpus lacks say nothing and are left out."""
        terms = self._terms(text)
        kept: dict[int | str, QueryTerm] = {}
        for term in terms:
            key = term.term if term.column is None else term.column
            if key not in kept or kept[key].weight < term.weight:
                kept[key] = term
        reachable = sum(unknown_information(term.information) if term.column is None else term.information for term in kept.values())
        return Query(tuple(terms), tuple(kept.values()), self._readings(terms), reachable)

    def columns_of(self, text: str) -> set[int]:
        """Return the columns of a text's words, without repair."""
        return {column for term in self._analyzer.terms(text) if (column := self._columns.get(term)) is not None}

    def _terms(self, text: str) -> list[QueryTerm]:
        words = self._analyzer.words(text)
        repairs = self._speller.repairs([word.surface for word in words if word.term not in self._columns])
        terms: list[QueryTerm] = []
        for word in words:
            repair = repairs.get(word.surface)
            if repair is None:
                terms.extend(self._term(word, None, word.term, 1.0))
            else:
                for surface in repair.surfaces:
                    terms.extend(self._term(word, surface, self._analyzer.stem(surface), repair.weight))
        return terms

    def _term(self, word: Word, matched: str | None, term: str, weight: float) -> list[QueryTerm]:
        column = self._columns.get(term)
        if column is None and not is_telling(word.surface):
            return []
        information = self._top if column is None else float(self._information[column])
        return [QueryTerm(word.surface, matched, term, column, weight, information)]

    def _readings(self, terms: Sequence[QueryTerm]) -> tuple[Reading, ...]:
        present = {term.column for term in terms}
        readings: list[Reading] = []
        for place, synonym in self._synonyms.within([term.term for term in terms]):
            typed = terms[place : place + len(synonym.form)]
            columns = {self._columns[term] for term in synonym.reading if term in self._columns} - present
            form = {term.column for term in typed if term.column is not None}
            most = sum(term.weight * term.information for term in typed if term.column is not None)
            if columns and form:
                written = " ".join(term.surface for term in typed)
                readings.append(Reading(written, synonym.written_reading, tuple(sorted(form)), tuple(sorted(columns)), most))
        return tuple(readings)
