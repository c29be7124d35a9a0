"""A question read: its words and stems, typing errors repaired, other names for the same thing.

The names come from the knowledge (terms and their abbreviations); nothing is learned from questions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer, Word, is_content, shortened
from bot.retrieval.arrays import IndexArrays

SHORTEST_REPAIRED = 4
TWO_ERRORS_FROM = 8
ONE_ERROR_WEIGHT = 0.8
TWO_ERRORS_WEIGHT = 0.64
SPLIT_WEIGHT = 0.9
_MOST_REPAIRS = 12
"""Words repaired in one question, so that a question of garbage stays cheap."""
_CACHE = 4096
_KEPT_TEXTS = 16_384
"""Passages whose words are remembered: some megabytes."""
_SHORTEST_HALF = 2
_SHORTEST_STRETCHED = 3
"""Letters that are left of a stretched word; of "aaaaaa" nothing is."""
_LETTERS_AND_DIGITS = re.compile(r"([^\W\d_]{2,})(\d{1,4})|(\d{1,4})([^\W\d_]{1,3})")


@dataclass(frozen=True, slots=True)
class Repair:
    """What an unknown word probably means, one word or two, and how much each counts."""

    surfaces: tuple[str, ...]
    weight: float


@dataclass
class SpellingRepair:
    """Finds the most frequent of the nearest known words."""

    frequencies: Mapping[str, int]
    """Known surface forms and how often the corpus has them."""
    _cache: dict[str, Repair | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._by_initial: dict[str, list[str]] = {}
        for word in sorted(self.frequencies):
            if word.isalpha() and len(word) >= SHORTEST_REPAIRED - 1:
                self._by_initial.setdefault(word[0], []).append(word)

    def repair(self, word: str) -> Repair | None:
        """What an unknown word probably means, or None."""
        if word not in self._cache:
            if len(self._cache) >= _CACHE:
                self._cache.clear()
            self._cache[word] = self._stretched(word) or self._nearest(word) or self._split(word)
        return self._cache[word]

    def _stretched(self, word: str) -> Repair | None:
        known = [one for one in shortened(word) if len(one) >= _SHORTEST_STRETCHED and one in self.frequencies]
        return Repair((max(known, key=lambda one: self.frequencies[one]),), ONE_ERROR_WEIGHT) if known else None

    def _nearest(self, word: str) -> Repair | None:
        if len(word) < SHORTEST_REPAIRED - 1 or not word.isalpha():
            return None
        allowed = 2 if len(word) >= TWO_ERRORS_FROM else 1
        candidates = self._by_initial.get(word[0], [])
        if len(word) < SHORTEST_REPAIRED:  # three letters may be a word of their own; they are only read as "what", "with" and the like
            candidates = [known for known in candidates if not is_content(known) and _is_slip(word, known)]
        found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=None, processor=None)
        if not found:
            return None
        surface, distance, _ = min(found, key=lambda match: (match[1], -self.frequencies[match[0]], match[0]))
        return Repair((surface,), ONE_ERROR_WEIGHT if distance <= 1 else TWO_ERRORS_WEIGHT)

    def _split(self, word: str) -> Repair | None:
        """The two known words that make up a word; the pair whose rarer word is the most frequent."""
        halves = [(word[:place], word[place:]) for place in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1)] if word.isalpha() else []
        mixed = _LETTERS_AND_DIGITS.fullmatch(word)
        if mixed is not None:
            halves = [tuple(part for part in mixed.groups() if part is not None)]  # type: ignore[list-item]
        known = [pair for pair in halves if all(self._is_half(part) for part in pair)]
        if not known:
            return None
        return Repair(max(known, key=lambda pair: min(self.frequencies[part] for part in pair)), SPLIT_WEIGHT)

    def _is_half(self, part: str) -> bool:
        """A function word of two letters is no half: "island" is not "is land"."""
        return part in self.frequencies and (len(part) > _SHORTEST_HALF or is_content(part))

    def repairs(self, words: list[str]) -> dict[str, Repair]:
        """The repairs of the first unknown words of a question."""
        found: dict[str, Repair] = {}
        for word in dict.fromkeys(words[:_MOST_REPAIRS]):
            repair = self.repair(word)
            if repair is not None:
                found[word] = repair
        return found


def _is_slip(word: str, known: str) -> bool:
    """Whether three letters are a word of four without one, or one of three with its letters in another order."""
    return len(known) == SHORTEST_REPAIRED or sorted(word) == sorted(known)


EXPANSION_WEIGHT = 0.7
_LONGEST_FORM = 5
"""Words of a form; longer names are found by their own words."""
_IN_PARENTHESES = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Synonym:
    """A form and one way to read it, each as terms and as a person would write it."""

    form: tuple[str, ...]
    reading: tuple[str, ...]
    written_form: str
    written_reading: str

    def line(self) -> str:
        """For the cache, which holds text and arrays only."""
        return "\t".join((" ".join(self.form), " ".join(self.reading), self.written_form, self.written_reading))

    @classmethod
    def of_line(cls, line: str) -> Synonym:
        """The synonym in a line.

        Raises:
            ValueError: it is no such line.
        """
        form, reading, written_form, written_reading = line.split("\t")
        return cls(tuple(form.split(" ")), tuple(reading.split(" ")), written_form, written_reading)


def find_synonyms(sections: Iterable[Section], analyzer: Analyzer) -> list[Synonym]:
    """What the names of sections say about each other, sorted."""
    readings: dict[tuple[str, ...], dict[tuple[str, ...], Synonym]] = {}
    for section in sections:
        name = _IN_PARENTHESES.sub("", section.title)
        full = tuple(analyzer.terms(name))
        for alias in section.aliases:
            short = tuple(analyzer.terms(alias))
            if short == full or not short or not full:
                continue
            readings.setdefault(short, {}).setdefault(full, _synonym(short, full, alias, name))
            if len(short) == 1 and len(full) > 1:
                readings.setdefault(full, {}).setdefault(short, _synonym(full, short, name, alias))
    unambiguous = [found for form, found in readings.items() if len(form) <= _LONGEST_FORM and _is_clear(form, found)]
    return sorted((synonym for found in unambiguous for synonym in found.values()), key=Synonym.line)


def _synonym(form: tuple[str, ...], reading: tuple[str, ...], written_form: str, written_reading: str) -> Synonym:
    return Synonym(form, reading, " ".join(written_form.split()), " ".join(written_reading.split()))


def _is_clear(form: tuple[str, ...], found: Iterable[tuple[str, ...]]) -> bool:
    """Whether a form means one thing: an alias one full name; a full name may have several short ones."""
    readings = tuple(found)
    return len(readings) == 1 or all(len(form) > len(reading) == 1 for reading in readings)


class Synonyms:
    """Finds the forms in a question."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._readings: dict[tuple[str, ...], list[Synonym]] = {}
        for line in lines:
            synonym = Synonym.of_line(line)
            self._readings.setdefault(synonym.form, []).append(synonym)
        self._longest: dict[str, int] = {}
        """Of each term with which a form begins: the most words of one, so that other places cost nothing."""
        for form in self._readings:
            self._longest[form[0]] = max(len(form), self._longest.get(form[0], 0))

    def within(self, terms: Sequence[str]) -> list[tuple[int, Synonym]]:
        """The readings of the forms among terms, each with the place of its form; the longest form at a place wins.

        A reading whose words the question has anyway adds nothing and is left out.
        """
        present = set(terms)
        found: list[tuple[int, Synonym]] = []
        place = 0
        while place < len(terms):
            longest = min(self._longest.get(terms[place], 0), len(terms) - place)
            for length in range(longest, 0, -1):
                readings = self._readings.get(tuple(terms[place : place + length]))
                if readings is not None:
                    found.extend((place, synonym) for synonym in readings if not present.issuperset(synonym.reading))
                    place += length - 1
                    break
            place += 1
        return found


def listed_key(terms: Sequence[str]) -> int:
    """A number of 64 bits that stands for a text, whatever its case, signs and endings."""
    return int.from_bytes(hashlib.blake2b(" ".join(terms).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


_UNKNOWN_WORD = 0.5
"""An unknown word counts as this share of the rarest word's information in what a question could reach."""


def unknown_information(rarest: float) -> float:
    """What an unknown word adds to what a question could reach, given the information of the rarest word."""
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
        self._columns_of: dict[str, tuple[int, ...]] = {}

    @property
    def top(self) -> float:
        """The information of the rarest word."""
        return self._top

    def read(self, text: str) -> Query:
        """A question's terms; function words that the corpus lacks say nothing and are left out."""
        terms = self._terms(text)
        kept: dict[int | str, QueryTerm] = {}
        for term in terms:
            key = term.term if term.column is None else term.column
            if key not in kept or kept[key].weight < term.weight:
                kept[key] = term
        reachable = sum(unknown_information(term.information) if term.column is None else term.information for term in kept.values())
        return Query(tuple(terms), tuple(kept.values()), self._readings(terms), reachable)

    def terms(self, text: str) -> list[str]:
        """The terms of a text in order, without repair."""
        return self._analyzer.terms(text)

    def columns_of(self, text: str) -> tuple[int, ...]:
        """The columns of the words of a text of the knowledge, without repair and each once; so many texts are remembered."""
        held = self._columns_of.get(text)
        if held is None:
            if len(self._columns_of) >= _KEPT_TEXTS:
                self._columns_of.clear()
            found = (self._columns.get(term) for term in dict.fromkeys(self._analyzer.terms(text)))
            held = self._columns_of[text] = tuple(column for column in found if column is not None)
        return held

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
        if column is None and not is_content(word.surface):
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
