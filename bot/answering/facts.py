"""The kind of fact that a question asks for, and whether a text has one: a date for "when", a name for "who", a number."""

from __future__ import annotations

import re
from enum import StrEnum


class FactKind(StrEnum):
    """What a question wants to be told."""

    DATE = "date"
    NAME = "name"
    NUMBER = "number"


_ASKING: tuple[tuple[FactKind, re.Pattern[str]], ...] = (
    (FactKind.DATE, re.compile(r"\b(?:when|(?:what|which) (?:year|month|date|day)|how long ago|since when|release date)\b", re.IGNORECASE)),
    (
        FactKind.NUMBER,
        re.compile(r"\bhow (?:many|much|big|large|long|old|expensive|fast)\b|\b(?:number|size|price|cost) of\b", re.IGNORECASE),
    ),
    (
        FactKind.NAME,
        re.compile(r"\b(?:who|whom|whose)\b|\b(?:which|what) (?:company|person|organi[sz]ation|lab|group|team)\b", re.IGNORECASE),
    ),
)
_HAVING = {
    FactKind.DATE: re.compile(r"\b(?:1[5-9]|20)\d\d\b"),
    FactKind.NUMBER: re.compile(r"\d"),
    FactKind.NAME: re.compile(r"(?<=[\w,;:)] )(?:[A-Z][a-z]+|[A-Z]{2,})"),
}


def wanted_fact(question: str) -> FactKind | None:
    """Return what kind of fact a question asks for, None where it asks for none in particular."""
    return next((kind for kind, pattern in _ASKING if pattern.search(question)), None)


def has_fact(text: str, kind: FactKind) -> bool:
    """Return whether a text has such a fact; a name is a capital inside a sentence."""
    return _HAVING[kind].search(text) is not None
