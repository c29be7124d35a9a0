"""Character n-grams: what two phrasings share even where a letter is wrong or an ending differs."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from bot.retrieval.analyzer import fold

_PHRASING = 3
_LETTERS = 4
_KEPT_WORDS = 50_000


def trigrams(text: str) -> list[str]:
    """Return the 3-grams of each word of a text, with a space at either end of the word."""
    return list(chain.from_iterable(map(_of_word, fold(text).split())))


@lru_cache(maxsize=_KEPT_WORDS)
def letter_groups(word: str) -> tuple[str, ...]:
    """Return the different 4-grams of a folded word, with a space at either end; of a shorter one the whole."""
    return tuple(dict.fromkeys(_cut(word, _LETTERS)))


@lru_cache(maxsize=_KEPT_WORDS)
def _of_word(word: str) -> tuple[str, ...]:
    return tuple(_cut(word, _PHRASING))


def _cut(word: str, size: int) -> list[str]:
    padded = f" {word} "
    return [padded[start : start + size] for start in range(max(1, len(padded) - size + 1))]
