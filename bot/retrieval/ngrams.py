"""Character n-grams: what two phrasings share even where a letter is wrong or an ending differs."""

from __future__ import annotations

from bot.retrieval.analyzer import fold

_SHORTEST = 2
_LONGEST = 4


def character_ngrams(text: str) -> list[str]:
    """Return the 2- to 4-grams of each word of a text, with a space at either end of the word."""
    ngrams: list[str] = []
    for word in fold(text).split():
        padded = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            ngrams.extend(padded[start : start + size] for start in range(max(1, len(padded) - size + 1)))
    return ngrams
