"""Forms under which differently written names are the same: case, hyphen, space, version, spelling, number words.

Each function is one step further from what was typed, and is tried only where the step before found nothing.
"""

from __future__ import annotations

import re

from bot.retrieval.analyzer import fold

LONGEST_NAME = 100
"""Characters of a typed name that are looked at; Discord lets nobody choose a longer one."""

_WORD = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+|[+#]+")
_TRAILING_ZEROS = re.compile(r"(?<=\d)(?:\.0)+$")
_GAP = re.compile(r"[^\w.+#]+|_+|(?<!\d)\.|\.(?!\d)")
_ANY_LATER = re.compile(r"(?<=\d)[\s-]*(?:\+|-only\b|-or-later\b| only\b| or later\b)\s*$")
"""What SPDX ids say of later versions: it does not make another license."""
_NUMBERS = {name: str(value) for value, name in enumerate("zero one two three four five six seven eight nine ten".split())}
_LICENSE = frozenset(["license", "licence", "licenses", "licences", "licensed", "licenced"])
_BEFORE_VERSION = frozenset(["v", "ver", "version", "release", "point"])
_SAYS_LITTLE = frozenset(["license", "a", "an", "the"])


def spaced(text: str) -> str:
    """Return a name as folded words with single spaces: what completion compares with what is being typed.

    >>> spaced("CC-BY_SA  4.0")
    'cc by sa 4.0'
    """
    words = _GAP.sub(" ", fold(text[: 4 * LONGEST_NAME])).split()
    return " ".join("license" if word == "licence" else word for word in words)


def normal_form(text: str) -> str:
    """Return a name without what writers differ in.

    >>> normal_form("Apache-2.0") == normal_form("apache version two")
    True
    """
    return _joined(_words(text))


def loose_form(text: str) -> str:
    """Return the normal form without the word "license" and articles, unless nothing would be left.

    >>> loose_form("the MIT licence")
    'mit'
    """
    words = _words(text)
    return _joined(_telling(words) or words)


def base_form(text: str) -> str:
    """Return the loose form up to its version, or "" where the whole name is one.

    >>> base_form("Apache License 2.0")
    'apache'
    """
    words = _telling(_words(text))
    first = next((place for place, word in enumerate(words) if word[0].isdigit()), len(words))
    return _joined(words[:first])


def numbers_of(text: str) -> tuple[str, ...]:
    """Return the numbers in a name; names that differ in them are never typing errors of each other."""
    return tuple(word for word in _words(text) if word[0].isdigit())


def _words(text: str) -> list[str]:
    """Return the words and numbers of a name: number words as numbers, versions without ".0" and the word before them."""
    folded = _ANY_LATER.sub("", fold(text[: 4 * LONGEST_NAME]))
    found = [_NUMBERS.get(word, "license" if word in _LICENSE else word) for word in _WORD.findall(folded)]
    before_number = [following[0].isdigit() for following in found[1:]] + [False]
    return [
        _TRAILING_ZEROS.sub("", word)
        for place, word in enumerate(found)
        if not (place and before_number[place] and word in _BEFORE_VERSION)
    ]


def _telling(words: list[str]) -> list[str]:
    return [word for word in words if word not in _SAYS_LITTLE]


def _joined(words: list[str]) -> str:
    """Join words without spaces, but numbers by a dot, so that 2 1 is 2.1 and not 21."""
    parts: list[str] = []
    for word in words:
        if parts and word[0].isdigit() and parts[-1][-1].isdigit():
            parts.append(".")
        parts.append(word)
    return "".join(parts)
