"""Things by their names: what was meant by a name as somebody typed it, and what is meant by half of one.

Forms of a name (``normal_form``, ``loose_form``, ``name_base``) are each one step further from what was typed, and are tried only where
the step before found nothing. A scan that compares every name would take tens of milliseconds at ten thousand entries, too long for
completion on every key; so shared pairs of letters, counted at once by NumPy, narrow the names down to a few that are compared exactly.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Indel

from bot.retrieval.analyzer import fold

LONGEST_NAME = 100
"""Characters of a typed name that are looked at; Discord lets nobody choose a longer one."""

_WORD = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+|[+#]+")
_DIGIT = re.compile(r"\d")
"""What is a version in a name; a number word in it ("Creative Commons Zero") is part of the name."""
_TRAILING_ZEROS = re.compile(r"(?<=\d)(?:\.0)+$")
_GAP = re.compile(r"[^\w.+#]+|_+|(?<!\d)\.|\.(?!\d)")
_ANY_LATER = re.compile(r"(?<=\d)[\s-]*(?:\+|-only\b|-or-later\b| only\b| or later\b)\s*$")
"""What SPDX ids say of later versions: it does not make another license."""
_NUMBERS = {name: str(value) for value, name in enumerate("zero one two three four five six seven eight nine ten".split())}
_LICENSE = frozenset(["license", "licence", "licenses", "licences", "licensed", "licenced"])
_BEFORE_VERSION = frozenset(["v", "ver", "version", "release", "point"])
_PARENTHESIS = re.compile(r" *\((?=[^()]*\s)[^()]*\)$")
_SAYS_LITTLE = frozenset(["license", "a", "an", "the"])


def spaced(text: str) -> str:
    """Folded words with single spaces: what completion compares with what is being typed.

    >>> spaced("CC-BY_SA  4.0")
    'cc by sa 4.0'
    """
    words = _GAP.sub(" ", fold(text[: 4 * LONGEST_NAME])).split()
    return " ".join("license" if word == "licence" else word for word in words)


def without_parenthesis(name: str) -> str:
    """What people call something whose name ends with what it is; one word tells it from another thing of that name.

    >>> without_parenthesis("Mistral (models by Mistral AI)"), without_parenthesis("Transformers (library)")
    ('Mistral', 'Transformers (library)')
    """
    return _PARENTHESIS.sub("", name)


def normal_form(text: str) -> str:
    """A name without what writers differ in: case, hyphens, spaces, number words, ".0", "version".

    >>> normal_form("Apache-2.0") == normal_form("apache version two")
    True
    """
    return _joined(_words(text))


def loose_form(text: str) -> str:
    """The normal form without the word "license" and articles, unless nothing would be left.

    >>> loose_form("the MIT licence")
    'mit'
    """
    words = _words(text)
    return _joined(_without_little_words(words) or words)


def name_base(text: str) -> str:
    """The loose form up to its version; "" where the whole name is one.

    >>> name_base("Apache License 2.0")
    'apache'
    """
    words = _without_little_words(_words(text))
    first = next((place for place, word in enumerate(words) if word[0].isdigit()), len(words))
    return _joined(words[:first])


def numbers_of(text: str) -> tuple[str, ...]:
    """Names that differ in their numbers are never typing errors of each other."""
    return tuple(word for word in _words(text) if word[0].isdigit())


def _words(text: str) -> list[str]:
    """Words and numbers of a name: number words as numbers, versions without ".0" and the word before them."""
    folded = _ANY_LATER.sub("", fold(text[: 4 * LONGEST_NAME]))
    found = [_NUMBERS.get(word, "license" if word in _LICENSE else word) for word in _WORD.findall(folded)]
    before_number = [following[0].isdigit() for following in found[1:]] + [False]
    return [
        _TRAILING_ZEROS.sub("", word)
        for place, word in enumerate(found)
        if not (place and before_number[place] and word in _BEFORE_VERSION)
    ]


def _without_little_words(words: list[str]) -> list[str]:
    return [word for word in words if word not in _SAYS_LITTLE]


def _joined(words: list[str]) -> str:
    """Join words without spaces, but numbers by a dot, so that 2 1 is 2.1 and not 21."""
    parts: list[str] = []
    for word in words:
        if parts and word[0].isdigit() and parts[-1][-1].isdigit():
            parts.append(".")
        parts.append(word)
    return "".join(parts)


_BUCKETS = 1 << 16
_MIX = 40_503
"""An odd factor that spreads pairs of characters over the buckets (Knuth's multiplicative hashing)."""


class LetterPairs:
    """An inverted index from pairs of letters to the names that have them."""

    def __init__(self, names: Sequence[str]) -> None:
        pairs, owners = _pairs(names)
        order = np.argsort(pairs, kind="stable")
        self._owners = owners[order]
        self._starts = np.searchsorted(pairs[order], np.arange(_BUCKETS + 1))
        self._lengths = np.fromiter(map(len, names), dtype=np.int64, count=len(names))

    def nearest(self, text: str, limit: int) -> list[int]:
        """Places of the names that share most pairs with a text, best first; the shorter name first among equals."""
        wanted = sorted(set(_pairs([text])[0].tolist()))
        found = [self._owners[self._starts[pair] : self._starts[pair + 1]] for pair in wanted]
        if not found or not self._lengths.size:
            return []
        shared = np.bincount(np.concatenate(found), minlength=self._lengths.size)
        candidates = np.flatnonzero(shared >= max(1, len(wanted) // 3))
        order = np.lexsort((self._lengths[candidates], -shared[candidates]))
        return [int(place) for place in candidates[order[:limit]]]


def _pairs(names: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The bucket of each pair of adjacent letters of all names, and the place of the name it is from."""
    padded = [f" {name} " for name in names]
    letters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    owners = np.repeat(np.arange(len(padded)), [len(name) for name in padded])
    inside = owners[:-1] == owners[1:]
    buckets = (letters[:-1] * _MIX + letters[1:]) % _BUCKETS
    return buckets[inside], owners[:-1][inside]


MOST_CHOICES = 25
"""What Discord offers at most while somebody types."""
_COMPARED = 150
"""Names that are compared exactly after the first narrowing."""
_LIKE = 68.0
"""From this likeness (0 to 100) on a name is offered while somebody types."""
_PARTIAL_WEIGHT = 0.9
_AMBIGUOUS = -1
"""The place of what several entries are called."""
_LONG = 8
"""From this length on one more wrong letter is enough to be offered, though not to be taken for the name."""
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

    def prepare(self) -> None:
        """Make now what completion and typing errors need, so that nobody waits for it while typing."""
        _ = self._pairs, self._word_starts, self._versions

    def get(self, key: str) -> Named | None:
        """None where nothing has that key (any more)."""
        place = self._by_key.get(key)
        return None if place is None else self.entries[place]

    def resolve(self, text: str) -> Match | None:
        """What a name stands for; None where that is not clear: then offer ``closest``."""
        found = self._recognized(text)
        return None if found is None or found[0] == _AMBIGUOUS else Match(self.entries[found[0]], found[1])

    def written(self, text: str) -> Match | None:
        """What has a name in one of its spellings; None where nothing has, whatever it may be like."""
        found = self._written(text[:LONGEST_NAME].strip())
        return None if found is None or found[0] == _AMBIGUOUS else Match(self.entries[found[0]], found[1])

    def is_ambiguous(self, text: str) -> bool:
        """Whether several entries have a name, or names that begin with it, so that none may be shown as if it were the only one."""
        found = self._recognized(text)
        return found is not None and found[0] == _AMBIGUOUS

    def _recognized(self, text: str) -> tuple[int, MatchKind] | None:
        """The place of the entry that has a name, or ``_AMBIGUOUS``, and how it was recognized."""
        typed = text[:LONGEST_NAME].strip()
        written = self._written(typed)
        if written is not None:
            return written
        place = self._unversioned.get(name_base(typed)) if not numbers_of(typed) else None
        begun = self._begun(typed)
        if place is not None:
            return (_AMBIGUOUS if begun - {place} else place), MatchKind.UNVERSIONED
        if len(begun) > 1:
            return _AMBIGUOUS, MatchKind.UNVERSIONED
        place = self._mistyped(typed)
        return None if place is None else (place, MatchKind.TYPING_ERROR)

    def _written(self, typed: str) -> tuple[int, MatchKind] | None:
        for kind, form, table in self._tables:
            place = table.get(form(typed))
            if place is not None:
                return place, kind
        return None

    def complete(self, typed: str, limit: int = MOST_CHOICES) -> tuple[Named, ...]:
        """By prefix, then word start, then likeness; popularity decides among equals."""
        return self._ranked(typed, limit)

    def closest(self, text: str, limit: int) -> tuple[Named, ...]:
        """What may have been meant by a name that nothing has, or that several have: what begins with it, other versions, typing errors.

        Likeness alone is no reason to offer a name: it must be near in letters and in length.
        """
        typed = text[:LONGEST_NAME]
        wanted = spaced(typed)
        if not wanted:
            return ()
        places = dict.fromkeys([*self._starting(wanted, limit), *self._versions.get(name_base(typed), ()), *self._near(wanted)])
        return tuple(self.entries[place] for place in list(places)[:limit])

    def value_of(self, named: Named) -> str:
        """What stands for an entry in a choice: its label, or its key where the label is too long or not its own."""
        own = self._tables[0][2].get(fold(named.label).strip()) == self._by_key[named.key]
        return named.label if own and len(named.label) <= LONGEST_NAME else named.key

    def _ranked(self, typed: str, limit: int) -> tuple[Named, ...]:
        wanted = spaced(typed[:LONGEST_NAME])
        if not wanted:
            return self.entries[:limit]
        places = self._starting(wanted, limit)
        if len(places) < limit:
            places = list(dict.fromkeys([*places, *self._like(wanted)]))
        return tuple(self.entries[place] for place in places[:limit])

    def _table(self, form: Callable[[str], str]) -> dict[str, int]:
        """The place of each form: of labels first, then of other names, then of keys; ``_AMBIGUOUS`` for what several are also called."""
        labels = {form(entry.label): place for place, entry in reversed(list(enumerate(self.entries)))}
        others: dict[str, int] = {}
        for place, entry in enumerate(self.entries):
            for name in map(form, entry.names):
                others[name] = place if others.get(name, place) == place else _AMBIGUOUS
        keys = {form(entry.key): place for place, entry in reversed(list(enumerate(self.entries)))}
        table = {**keys, **others, **labels}
        table.pop("", None)
        return table

    def _bases(self) -> dict[str, int]:
        table: dict[str, int] = {}
        for place, entry in enumerate(self.entries):
            for base in {name_base(name) for name in (entry.label, *entry.names) if _DIGIT.search(name)} - {""}:
                table[base] = place if table.get(base, place) == place else _AMBIGUOUS
        return table

    @cached_property
    def _pairs(self) -> LetterPairs:
        return LetterPairs([name for name, _ in self._spelled])

    def _begun(self, typed: str) -> set[int]:
        """The entries with names that go on, after a whole word, where what was typed ends."""
        wanted = spaced(typed)
        first, last = bisect_left(self._spelled, (wanted, 0)), bisect_left(self._spelled, (wanted + "\U0010ffff", 0))
        return {place for name, place in self._spelled[first:last] if wanted and name[len(wanted) : len(wanted) + 1] in ("", " ")}

    @cached_property
    def _versions(self) -> dict[str, list[int]]:
        """The entries whose names differ in their version only, by what is left without it."""
        found: dict[str, list[int]] = {}
        for name, place in self._spelled:
            if _DIGIT.search(name):
                found.setdefault(name_base(name), []).append(place)
        return found

    def _near(self, wanted: str) -> list[int]:
        """Entries with a name that a few wrong letters make of what was typed; the fewest first."""
        best: dict[int, int] = {}
        for near in self._pairs.nearest(wanted, _COMPARED):
            name, place = self._spelled[near]
            allowed = _allowed_errors(wanted, name) + (len(wanted) >= _LONG)
            errors = int(OSA.distance(wanted, name, score_cutoff=allowed))
            if errors <= allowed:
                best[place] = min(errors, best.get(place, errors))
        return sorted(best, key=lambda place: (best[place], place))

    @cached_property
    def _word_starts(self) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.int64]]]:
        """Every tail of a name that begins with a word, sorted, and how good a find it is (lower is better)."""
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
        starts, ranks = self._word_starts
        first, last = bisect_left(starts, wanted), bisect_left(starts, wanted + "\U0010ffff")
        places: dict[int, None] = {}
        for rank in np.sort(ranks[first:last]):
            places.setdefault(int(rank) % len(self.entries))
            if len(places) == limit:
                break
        return list(places)

    def _like(self, wanted: str) -> list[int]:
        best: dict[int, float] = {}
        for near in self._pairs.nearest(wanted, _COMPARED):
            name, place = self._spelled[near]
            likeness = max(fuzz.ratio(wanted, name), _PARTIAL_WEIGHT * _partial(wanted, name))
            if likeness >= _LIKE:
                best[place] = max(likeness, best.get(place, 0.0))
        return sorted(best, key=lambda place: (-best[place], place))

    def _mistyped(self, typed: str) -> int | None:
        """The one entry whose name differs by a typing error or two; None where there is none, or more than one."""
        wanted, numbers = loose_form(typed), numbers_of(typed)
        found: dict[int, int] = {}
        for near in self._pairs.nearest(spaced(typed), _COMPARED):
            name, place = self._spelled[near]
            form, its_numbers, base = _forms(name)
            if its_numbers == numbers:
                errors = _typing_errors(wanted, form)
            else:
                errors = _typing_errors(wanted, base) if not numbers and self._unversioned.get(base) == place else None
            if errors is not None:
                found[place] = min(errors, found.get(place, errors))
        fewest = [place for place, errors in found.items() if errors == min(found.values())]
        return fewest[0] if len(fewest) == 1 else None


@lru_cache(maxsize=4096)
def _forms(name: str) -> tuple[str, tuple[str, ...], str]:
    """Loose form, numbers and base form of a name; a few names are compared again and again."""
    return loose_form(name), numbers_of(name), name_base(name)


def _partial(wanted: str, name: str) -> float:
    """How like a part of a name is to what was typed, 0 to 100; a name is never a part of something longer."""
    return fuzz.partial_ratio(wanted, name) if len(wanted) <= len(name) else 0.0


def _allowed_errors(typed: str, name: str) -> int:
    """How many wrong letters a name of that length may have and still be the same name."""
    length = min(len(typed), len(name))
    return 0 if length < 4 else 1 if length < 8 else 2


def _typing_errors(typed: str, name: str) -> int | None:
    """How many typing errors make one of the other; None where that is too many for its length.

    Short names are often one letter apart and mean different things (BERT, BART), so there only a letter too many, too few, or
    two letters exchanged counts. A plural is none.
    """
    length = min(len(typed), len(name))
    if length >= _SHORTEST_PLURAL and (typed == name + "s" or name == typed + "s"):
        return 0
    allowed = _allowed_errors(typed, name)
    errors = int(OSA.distance(typed, name, score_cutoff=allowed))
    if errors > allowed:
        return None
    replaced = errors and length == 4 and Indel.distance(typed, name) > 1 and sorted(typed) != sorted(name)
    return None if replaced else errors
