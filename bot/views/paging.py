"""What is longer than a message, in pages: whole lines where they fit, and no character lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

PAGE_CHARACTERS = 2600
"""Characters of plain text on a page; escaping may lengthen it by a third and it still fits beside title, source and controls."""

_T = TypeVar("_T")


def pages_of_lines(lines: Sequence[str], characters: int = PAGE_CHARACTERS) -> tuple[str, ...]:
    """Return lines in pages of at most so many characters, at least one page; a line that is longer is divided."""
    pages: list[str] = []
    current = ""
    for line in lines:
        for piece in _pieces(line, characters):
            joined = f"{current}\n{piece}" if current else piece
            if current and len(joined) > characters:
                pages.append(current)
                joined = piece
            current = joined
    return (*pages, current)


def page_at(pages: Sequence[_T], number: int) -> tuple[_T, int]:
    """Return a page and its number, counted from 0; the last one where the number is too high, as after a reload."""
    place = min(max(number, 0), len(pages) - 1)
    return pages[place], place


def slices(items: Sequence[_T], size: int) -> tuple[Sequence[_T], ...]:
    """Return items in pages of so many, at least one page, which may be empty."""
    return tuple(items[start : start + size] for start in range(0, len(items), size)) or (items,)


def _pieces(line: str, characters: int) -> list[str]:
    return [line[start : start + characters] for start in range(0, len(line), characters)] or [""]
