"""Typing errors as people make them, always the same for the same text: a letter dropped, doubled up, swapped or hit wrong."""

from __future__ import annotations

import hashlib
import random

_SHORTEST = 4
_LETTERS = "aeiounrst"


def mistype(text: str) -> str:
    """Return the text with one or two typing errors in its longer words; texts without such words stay as they are."""
    seed = hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest()
    chance = random.Random(seed)  # noqa: S311 - reproducible errors, no secret
    words = text.split()
    long_words = [position for position, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
    for position in chance.sample(long_words, min(len(long_words), chance.choice((1, 2)))):
        words[position] = _with_error(words[position], chance)
    return " ".join(words)


def _with_error(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    match chance.choice(("drop", "swap", "insert", "replace")):
        case "drop":
            return word[:place] + word[place + 1 :]
        case "swap" if place + 1 < len(word):
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        case "insert":
            return word[:place] + chance.choice(_LETTERS) + word[place:]
        case _:
            return word[:place] + chance.choice(_LETTERS) + word[place + 1 :]
