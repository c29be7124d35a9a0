"""Blocks of text to passages: where one sentence ends and the next begins.

A rule, not a model: a full stop, question or exclamation mark ends a sentence when what follows opens
one and the word before is no abbreviation, initial or numeral of a list. Sentences are never cut.
"""

from __future__ import annotations

import re

from bot.corpus.document import Passage, PassageKind
from bot.corpus.markdown import TextBlock

_BORDER = re.compile(r"""(?<=[.!?…])["'”’)\]]*\s+(?=["'“‘(\[]*[^\W_a-z])|(?<=[。！？])""")
_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "etc",
        "vs",
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
    """Return the sentences of a paragraph; joined by spaces they are the paragraph again.

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


def to_passages(blocks: tuple[TextBlock, ...]) -> tuple[Passage, ...]:
    """Return the passages of a section's blocks, in order."""
    passages: list[Passage] = []
    for number, block in enumerate(blocks):
        for line in block.lines:
            pieces = split_sentences(line) if block.kind is PassageKind.SENTENCE else (line,)
            passages.extend(Passage(piece, block.kind, number) for piece in pieces)
    return tuple(passages)
