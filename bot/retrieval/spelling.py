"""Words of a question that the corpus has never seen to words that it has: typing errors, and two words written as one.

A word is repaired to one at optimal-string-alignment distance 1 (2 from eight letters) that begins with the same letter, as nearly all
typing errors leave it. Short words and words with digits are left alone: "MIT" is not a typing error of "bit", nor "bake" of
"make". Where no such word is near, a word that consists of two known ones is read as these: "gpt2", "opensource".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.retrieval.analyzer import is_telling

SHORTEST_REPAIRED = 4
TWO_ERRORS_FROM = 8
ONE_ERROR_WEIGHT = 0.8
TWO_ERRORS_WEIGHT = 0.64
SPLIT_WEIGHT = 0.9
_MOST_REPAIRS = 12
"""Words repaired in one question, so that a question of garbage stays cheap."""
_CACHE = 4096
_SHORTEST_HALF = 3
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
        """Return what an unknown word probably means, or None."""
        if word not in self._cache:
            if len(self._cache) >= _CACHE:
                self._cache.clear()
            self._cache[word] = self._nearest(word) or self._split(word)
        return self._cache[word]

    def _nearest(self, word: str) -> Repair | None:
        if len(word) < SHORTEST_REPAIRED - 1 or not word.isalpha():
            return None
        allowed = 2 if len(word) >= TWO_ERRORS_FROM else 1
        candidates = self._by_initial.get(word[0], [])
        if len(word) < SHORTEST_REPAIRED:  # three letters may be a word of their own; they are only read as "what", "with" and the like
            candidates = [known for known in candidates if len(known) == SHORTEST_REPAIRED and not is_telling(known)]
        found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=None, processor=None)
        if not found:
            return None
        surface, distance, _ = min(found, key=lambda match: (match[1], -self.frequencies[match[0]], match[0]))
        return Repair((surface,), ONE_ERROR_WEIGHT if distance <= 1 else TWO_ERRORS_WEIGHT)

    def _split(self, word: str) -> Repair | None:
        """Return the two known words that make up a word; the pair whose rarer word is the most frequent."""
        halves = [(word[:place], word[place:]) for place in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1)] if word.isalpha() else []
        mixed = _LETTERS_AND_DIGITS.fullmatch(word)
        if mixed is not None:
            halves = [tuple(part for part in mixed.groups() if part is not None)]  # type: ignore[list-item]
        known = [pair for pair in halves if all(part in self.frequencies for part in pair)]
        if not known:
            return None
        return Repair(max(known, key=lambda pair: min(self.frequencies[part] for part in pair)), SPLIT_WEIGHT)

    def repairs(self, words: list[str]) -> dict[str, Repair]:
        """Return the repairs of the first unknown words of a question."""
        found: dict[str, Repair] = {}
        for word in dict.fromkeys(words[:_MOST_REPAIRS]):
            repair = self.repair(word)
            if repair is not None:
                found[word] = repair
        return found
