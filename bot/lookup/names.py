"""Things by their names: what was meant by a name as somebody typed it, and what is meant by half of one.

Everything that depends only on the names is computed once; a look-up then takes well below ten milliseconds for
ten thousand entries (``benchmarks/autocomplete.py``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Indel

from bot.lookup.nearness import LetterPairs
from bot.lookup.normal_forms import LONGEST_NAME, base_form, loose_form, normal_form, numbers_of, spaced
from bot.retrieval.analyzer import fold

MOST_CHOICES = 25
"""What Discord offers at most while somebody types."""
_COMPARED = 150
"""Names that are compared exactly after the first narrowing."""
_LIKE = 68.0
"""From this likeness (0 to 100) on a name is offered while somebody types."""
_SOMEWHAT_LIKE = 60.0
"""The same for "did you mean", where the alternative is to offer nothing."""
_PARTIAL_WEIGHT = 0.9
_AMBIGUOUS = -1
_SHORTEST_PLURAL = 3


@dataclass(frozen=True, slots=True)
class Named:
    """Something that can be looked up."""

    key: str
    """What it is found by in code; unique."""
    label: str
    """The name that is shown."""
    names: tuple[str, ...] = ()
    """What else it is called: abbreviations, synonyms, ids."""
    popularity: int = 0
    """Decides between equals; from the knowledge itself, never from what members asked."""


class MatchKind(StrEnum):
    """How a name was recognized, from sure to least sure."""

    EXACT = "exact"
    NORMALIZED = "normalized"
    LOOSE = "loose"
    UNVERSIONED = "unversioned"
    TYPING_ERROR = "typing error"


@dataclass(frozen=True, slots=True)
class Match:
    """What a typed name stands for."""

    named: Named
    kind: MatchKind


class Names:
    """A set of names, in which to look up and to complete."""

    def __init__(self, entries: Iterable[Named]) -> None:
        ordered = sorted(entries, key=lambda entry: (-entry.popularity, fold(entry.label), entry.key))
        self.entries: tuple[Named, ...] = tuple(ordered)
        """All of them, the most popular first."""
        self._by_key = {entry.key: place for place, entry in enumerate(ordered)}
        self._tables = (
            (MatchKind.EXACT, fold, self._table(lambda name: fold(name).strip())),
            (MatchKind.NORMALIZED, normal_form, self._table(normal_form)),
            (MatchKind.LOOSE, loose_form, self._table(loose_form)),
        )
        self._unversioned = self._bases()
        spelled = {(spaced(name), place) for place, entry in enumerate(ordered) for name in (entry.label, *entry.names)}
        self._spelled = sorted(item for item in spelled if item[0])
        self._pairs = LetterPairs([name for name, _ in self._spelled])
        self._compared: dict[int, tuple[str, tuple[str, ...], str]] = {}
        self._starts, self._ranks = self._word_starts()

    def get(self, key: str) -> Named | None:
        """Return the entry of a key."""
        place = self._by_key.get(key)
        return None if place is None else self.entries[place]

    def resolve(self, text: str) -> Match | None:
        """Return what a name stands for, or None where that is not clear: then offer ``closest``."""
        typed = text[:LONGEST_NAME].strip()
        for kind, form, table in self._tables:
            place = table.get(form(typed))
            if place is not None:
                return Match(self.entries[place], kind)
        place = self._unversioned.get(base_form(typed)) if not numbers_of(typed) else None
        if place is not None and place != _AMBIGUOUS:
            return Match(self.entries[place], MatchKind.UNVERSIONED)
        place = self._mistyped(typed)
        return None if place is None else Match(self.entries[place], MatchKind.TYPING_ERROR)

    def complete(self, typed: str, limit: int = MOST_CHOICES) -> tuple[Named, ...]:
        """Return entries for what has been typed so far: prefix, then word start, then likeness; popularity among equals."""
        return self._ranked(typed, limit, _LIKE)

    def closest(self, text: str, limit: int) -> tuple[Named, ...]:
        """Return what may have been meant by a name that nothing has; nothing where nothing is even similar."""
        return self._ranked(text, limit, _SOMEWHAT_LIKE) if spaced(text) else ()

    def value_of(self, named: Named) -> str:
        """Return the text that stands for an entry in a choice: its label, or its key where the label is too long or not its own."""
        own = self._tables[0][2].get(fold(named.label).strip()) == self._by_key[named.key]
        return named.label if own and len(named.label) <= LONGEST_NAME else named.key

    def _ranked(self, typed: str, limit: int, cutoff: float) -> tuple[Named, ...]:
        wanted = spaced(typed[:LONGEST_NAME])
        if not wanted:
            return self.entries[:limit]
        places = self._starting(wanted, limit)
        if len(places) < limit:
            places = list(dict.fromkeys([*places, *self._like(wanted, cutoff)]))
        return tuple(self.entries[place] for place in places[:limit])

    def _table(self, form: Callable[[str], str]) -> dict[str, int]:
        """Return the place of each form: of labels first, then of other names, then of keys."""
        table: dict[str, int] = {}
        for names in (lambda entry: (entry.label,), lambda entry: entry.names, lambda entry: (entry.key,)):
            for place, entry in enumerate(self.entries):
                for name in names(entry):
                    table.setdefault(form(name), place)
        table.pop("", None)
        return table

    def _bases(self) -> dict[str, int]:
        table: dict[str, int] = {}
        for place, entry in enumerate(self.entries):
            for base in {base_form(name) for name in (entry.label, *entry.names) if numbers_of(name)} - {""}:
                table[base] = place if table.get(base, place) == place else _AMBIGUOUS
        return table

    def _word_starts(self) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.int64]]]:
        """Return every tail of a name that begins with a word, sorted, and how good a find it is (lower is better)."""
        labels = [spaced(entry.label) for entry in self.entries]
        tails: list[tuple[str, int]] = []
        for name, place in self._spelled:
            other = 0 if name == labels[place] else 1
            begin = 0
            while begin >= 0:
                tier = other + (2 if begin else 0)
                tails.append((name[begin:], tier * len(self.entries) + place))
                gap = name.find(" ", begin)
                begin = gap + 1 if gap >= 0 else -1
        tails.sort()
        return [tail for tail, _ in tails], np.array([rank for _, rank in tails], dtype=np.int64)

    def _starting(self, wanted: str, limit: int) -> list[int]:
        first, last = bisect_left(self._starts, wanted), bisect_left(self._starts, wanted + "\U0010ffff")
        places: dict[int, None] = {}
        for rank in np.sort(self._ranks[first:last]):
            places.setdefault(int(rank) % len(self.entries))
            if len(places) == limit:
                break
        return list(places)

    def _like(self, wanted: str, cutoff: float) -> list[int]:
        best: dict[int, float] = {}
        for near in self._pairs.nearest(wanted, _COMPARED):
            name, place = self._spelled[near]
            likeness = max(fuzz.ratio(wanted, name), _PARTIAL_WEIGHT * _partial(wanted, name))
            if likeness >= cutoff:
                best[place] = max(likeness, best.get(place, 0.0))
        return sorted(best, key=lambda place: (-best[place], place))

    def _mistyped(self, typed: str) -> int | None:
        """Return the one entry whose name differs by a typing error or two; None where there is none, or more than one."""
        wanted, numbers = loose_form(typed), numbers_of(typed)
        found: dict[int, int] = {}
        for near in self._pairs.nearest(spaced(typed), _COMPARED):
            place = self._spelled[near][1]
            form, its_numbers, base = self._forms(near)
            if its_numbers == numbers:
                errors = _typing_errors(wanted, form)
            else:
                errors = _typing_errors(wanted, base) if not numbers and self._unversioned.get(base) == place else None
            if errors is not None:
                found[place] = min(errors, found.get(place, errors))
        fewest = [place for place, errors in found.items() if errors == min(found.values())]
        return fewest[0] if len(fewest) == 1 else None

    def _forms(self, near: int) -> tuple[str, tuple[str, ...], str]:
        """Return loose form, numbers and base form of a name, which are made when it is first compared."""
        if near not in self._compared:
            name = self._spelled[near][0]
            self._compared[near] = (loose_form(name), numbers_of(name), base_form(name))
        return self._compared[near]


def _partial(wanted: str, name: str) -> float:
    """Return how like a part of a name is to what was typed, 0 to 100; a name is never a part of something longer."""
    return fuzz.partial_ratio(wanted, name) if len(wanted) <= len(name) else 0.0


def _typing_errors(typed: str, name: str) -> int | None:
    """Return how many typing errors make one of the other, or None where that is too many for its length.

    Short names are often one letter apart and mean different things (BERT, BART), so there only a letter too many, too few, or
    two letters exchanged counts. A plural is none.
    """
    length = min(len(typed), len(name))
    if length >= _SHORTEST_PLURAL and (typed == name + "s" or name == typed + "s"):
        return 0
    allowed = 0 if length < 4 else 1 if length < 8 else 2
    errors = int(OSA.distance(typed, name, score_cutoff=allowed))
    if errors > allowed:
        return None
    replaced = errors and length == 4 and Indel.distance(typed, name) > 1 and sorted(typed) != sorted(name)
    return None if replaced else errors
