"""Character n-grams: what two phrasings share even where a letter is wrong or an ending differs."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from bot.retrieval.analyzer import fold

_SHORTEST = 2
_LONGEST = 4
_KEPT_WORDS = 50_000


def character_ngrams(text: str) -> list[str]:
    """Return the 2- to 4-grams of each word of a text, with a space at either end of the word."""
    return list(chain.from_iterable(map(_of_word, fold(text).split())))


@lru_cache(maxsize=_KEPT_WORDS)
def _of_word(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(padded[start : start + size] for size in range(_SHORTEST, _LONGEST + 1) for start in range(max(1, len(padded) - size + 1)))
