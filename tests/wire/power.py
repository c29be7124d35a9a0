"""A model of a power cut, played over the notes of ``recording``.

What was synced before the cut is on the disk. Of what was written since then, any part may be: each 512 bytes of each write is there or
not, in any order, so writes are torn and overtake each other. A file that was made or deleted and not synced may be there or not. This
is what SQLite assumes of a disk (https://www.sqlite.org/atomiccommit.html); a disk that confirms a sync and forgets is not modelled.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.wire.recording import DELETE, NAME, SYNC, TRUNCATE, WRITE, read_notes

_SECTOR = 512
_SHARES = (0.0, 0.5, 1.0)
"""How much of what was not synced reaches the disk, beside a share that is drawn."""


@dataclass(frozen=True, slots=True)
class Change:
    """A write, or a cut to a length where there is no data."""

    place: int
    data: bytes | None


@dataclass(slots=True)
class _Disk:
    """One file: what is on the disk for sure, and what was changed since."""

    content: bytearray = field(default_factory=bytearray)
    there: bool = False
    doubtful: bool = False
    """Whether it was made or deleted since the last sync."""
    changes: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.changes:
            _apply(self.content, change)
        self.changes.clear()
        self.there, self.doubtful = True, False


def cuts(start: Mapping[str, bytes], notes: Path, ends: Sequence[int], chance: random.Random) -> Iterator[dict[str, bytes]]:
    """The files as a cut leaves them, for each of several moments.

    Args:
        start: the files by their names as they were when the notes begin.
        notes: the file of notes.
        ends: lengths of that file at which the power goes, rising.
        chance: draws what of the unsynced is lost.
    """
    disks = {name: _Disk(bytearray(content), there=True) for name, content in start.items()}
    names: dict[int, str] = {}
    waiting = iter(ends)
    cut = next(waiting, None)
    for end, kind, number, place, data in read_notes(notes):
        while cut is not None and end > cut:
            yield _left_over(disks, chance)
            cut = next(waiting, None)
        if kind == NAME:
            names[number] = data.decode()
        else:
            _follow(disks.setdefault(names[number], _Disk()), kind, place, data)
    while cut is not None:
        yield _left_over(disks, chance)
        cut = next(waiting, None)


def _follow(disk: _Disk, kind: bytes, place: int, data: bytes) -> None:
    if kind == SYNC:
        disk.sync()
    elif kind == WRITE:
        disk.doubtful = disk.doubtful or not disk.there
        disk.changes.append(Change(place, data))
    elif kind == TRUNCATE:
        disk.changes.append(Change(place, None))
    elif kind == DELETE:
        disk.changes.clear()
        disk.doubtful = not place
        if place:
            disk.content.clear()
            disk.there = False
    else:
        raise ValueError(f"an unknown note {kind!r}")


def _left_over(disks: Mapping[str, _Disk], chance: random.Random) -> dict[str, bytes]:
    share = chance.choice((*_SHARES, chance.random()))
    left: dict[str, bytes] = {}
    for name, disk in disks.items():
        if disk.there if not disk.doubtful else chance.random() < share:
            content = bytearray(disk.content)
            for change in disk.changes:
                for part in _sectors(change):
                    if chance.random() < share:
                        _apply(content, part)
            left[name] = bytes(content)
    return left


def _sectors(change: Change) -> Iterator[Change]:
    if change.data is None:
        yield change
        return
    start = 0
    while start < len(change.data):
        length = _SECTOR - (change.place + start) % _SECTOR
        yield Change(change.place + start, change.data[start : start + length])
        start += length


def _apply(content: bytearray, change: Change) -> None:
    if change.data is None:
        del content[change.place :]
        return
    if len(content) < change.place:
        content.extend(bytes(change.place - len(content)))
    content[change.place : change.place + len(change.data)] = change.data
