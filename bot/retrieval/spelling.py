"""Mistyped words of a question to words that the knowledge base has.

Only words that it has never seen are repaired, and only to a word at optimal-string-alignment distance 1
(2 from eight letters) that begins with the same letter, as nearly all typing errors leave it. Short words and words
with digits are left alone: "MIT" is not a typing error of "bit", nor "bake" of "make".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST_REPAIRED = 5
TWO_ERRORS_FROM = 8
ONE_ERROR_WEIGHT = 0.8
TWO_ERRORS_WEIGHT = 0.64
_MOST_REPAIRS = 12
"""Words repaired in one question, so that a question of garbage stays cheap."""
_CACHE = 4096


@dataclass(frozen=True, slots=True)
class Repair:
    """A word of the knowledge base that a mistyped word probably means, and how much it counts."""

    surface: str
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
        if len(word) < SHORTEST_REPAIRED or not word.isalpha():
            return None
        if word not in self._cache:
            if len(self._cache) >= _CACHE:
                self._cache.clear()
            self._cache[word] = self._nearest(word)
        return self._cache[word]

    def _nearest(self, word: str) -> Repair | None:
        allowed = 2 if len(word) >= TWO_ERRORS_FROM else 1
        candidates = self._by_initial.get(word[0], [])
        found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=None, processor=None)
        if not found:
            return None
        surface, distance, _ = min(found, key=lambda match: (match[1], -self.frequencies[match[0]], match[0]))
        return Repair(surface, ONE_ERROR_WEIGHT if distance <= 1 else TWO_ERRORS_WEIGHT)

    def repairs(self, words: list[str]) -> dict[str, Repair]:
        """Return the repairs of the first unknown words of a question."""
        found: dict[str, Repair] = {}
        for word in dict.fromkeys(words[:_MOST_REPAIRS]):
            repair = self.repair(word)
            if repair is not None:
                found[word] = repair
        return found
