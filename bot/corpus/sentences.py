"""A paragraph to its sentences, by signs and a list of abbreviations; headings, lists and code are the matter of ``markdown``."""

from __future__ import annotations

import re

_BORDER = re.compile(r"""(?<=[.!?…])["'”’)\]]*\s+(?=["'“‘(\[]*[^\W_a-z])|(?<=[。！？])""")
_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "etc",
        "vs",
        "v",
        "cf",
        "al",
        "no",
        "nos",
        "fig",
        "figs",
        "eq",
        "sec",
        "ch",
        "vol",
        "pp",
        "ed",
        "eds",
        "est",
        "dept",
        "inc",
        "ltd",
        "co",
        "corp",
        "jr",
        "sr",
        "st",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "rev",
        "gen",
        "approx",
        "u.s",
        "u.k",
        "e.u",
        "a.i",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)
_LAST_WORD = re.compile(r"([^\s(\[\"'“‘]+)[.]$")


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a paragraph; joined by spaces they are the paragraph again.

    >>> split_sentences("It is 3.5 GB, e.g. a phone's share. Really? Yes.")
    ("It is 3.5 GB, e.g. a phone's share.", 'Really?', 'Yes.')
    """
    sentences: list[str] = []
    start = 0
    for border in _BORDER.finditer(text):
        candidate = text[start : border.start()] + border.group().rstrip()
        if _ends_in_abbreviation(candidate):
            continue
        sentences.append(candidate.strip())
        start = border.end()
    sentences.append(text[start:].strip())
    return tuple(sentence for sentence in sentences if sentence)


def _ends_in_abbreviation(text: str) -> bool:
    match = _LAST_WORD.search(text)
    if match is None:
        return False
    word = match.group(1)
    return word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word.isupper() and word != "I")
