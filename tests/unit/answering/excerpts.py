"""Reads an excerpt back: which passages it shows, by its definition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.corpus.document import Passage

_MORE = re.compile(r"\n… and \d+ more")
_JOINTS = ("", " ", " … ", "\n", "\n\n", "\n\n… ", "\n\n…\n")


def read_back(text: str, passages: Sequence[Passage]) -> bool:
    """Whether a text is some of the passages, whole and in order, with nothing between them but joints, marks and counts."""
    rests = {_MORE.sub("", text)}
    for passage in passages:
        rests |= {
            rest.removeprefix(joint)[len(passage.text) :]
            for rest in rests
            for joint in _JOINTS
            if rest.startswith(joint) and rest.removeprefix(joint).startswith(passage.text)
        }
    return "" in rests
