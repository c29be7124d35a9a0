"""Other words for the same thing: "SD" also finds what stands under "Stable Diffusion", and the other way round.

They come from the sections' own names: a section that is called "Stable Diffusion" and has the alias "SD" says that the two mean the
same. An alias is read as the full name, and a full name of several words as its one-word aliases. A form that stands for two things
is left alone. What is read so counts ``EXPANSION_WEIGHT`` of its weight, never more than the words that were typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer

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
        """Return it as a line of text for the cache."""
        return "\t".join((" ".join(self.form), " ".join(self.reading), self.written_form, self.written_reading))

    @classmethod
    def of_line(cls, line: str) -> Synonym:
        """Return the synonym in a line.

        Raises:
            ValueError: it is no such line.
        """
        form, reading, written_form, written_reading = line.split("\t")
        return cls(tuple(form.split(" ")), tuple(reading.split(" ")), written_form, written_reading)


def find_synonyms(sections: Iterable[Section], analyzer: Analyzer) -> list[Synonym]:
    """Return what the names of sections say about each other, sorted."""
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
    """Return whether a form means one thing: an alias one full name; a full name may have several short ones."""
    readings = tuple(found)
    return len(readings) == 1 or all(len(form) > len(reading) == 1 for reading in readings)


class Synonyms:
    """Finds the forms in a question."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._readings: dict[tuple[str, ...], list[Synonym]] = {}
        for line in lines:
            synonym = Synonym.of_line(line)
            self._readings.setdefault(synonym.form, []).append(synonym)

    def within(self, terms: Sequence[str]) -> list[tuple[int, Synonym]]:
        """Return the readings of the forms among terms, each with the place of its form; the longest form at a place wins.

        A reading whose words the question has anyway adds nothing and is left out.
        """
        if not self._readings:
            return []
        present = set(terms)
        found: list[tuple[int, Synonym]] = []
        place = 0
        while place < len(terms):
            for length in range(min(_LONGEST_FORM, len(terms) - place), 0, -1):
                readings = self._readings.get(tuple(terms[place : place + length]))
                if readings is not None:
                    found.extend((place, synonym) for synonym in readings if not present.issuperset(synonym.reading))
                    place += length - 1
                    break
            place += 1
        return found
