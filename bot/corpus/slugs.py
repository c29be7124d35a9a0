"""Names made from headings and paths: readable, stable, and unique where they must be."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
KEY_LENGTH = 12
"""Characters of a section key: 60 bits, so that two of a million sections collide once in a million corpora."""


def slugify(text: str) -> str:
    """Return text in lower case with each run of other characters than letters and digits as one hyphen.

    >>> slugify("What is open weights?")
    'what-is-open-weights'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_ALPHANUMERIC.sub("-", folded).strip("-") or "section"


def unique_slug(slug: str, taken: set[str]) -> str:
    """Return the slug, or the slug with the first free number, and add it to ``taken``."""
    candidate = slug
    number = 2
    while candidate in taken:
        candidate = f"{slug}-{number}"
        number += 1
    taken.add(candidate)
    return candidate


def section_key(section_id: str) -> str:
    """Return the short stand-in of a section id; the same id has the same key in every corpus."""
    hashed = hashlib.blake2b(section_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return base64.b32encode(hashed).decode("ascii").lower()[:KEY_LENGTH]
