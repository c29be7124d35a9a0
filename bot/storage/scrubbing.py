"""Overwriting what was deleted, in small steps, so that nobody waits for it and no byte of it stays in the files.

With ``secure_delete`` SQLite overwrites what it frees. Two things it leaves: the write-ahead log, which still has the pages as they were,
and copies of rows that it has moved from one page to another, in the part of a page between its cell pointers and its cells that belongs
to nothing. ``VACUUM`` removes both and holds the writer all the while, half a minute for a gigabyte. Here the log is emptied, and then
these gaps are filled with zeros in the file itself: a thousand pages at a time, with the lock that keeps writers off, an empty log and
therefore nothing newer than the file. SQLite never reads a gap, so a crash between two steps, or within one, changes nothing that it can
see. Layout of the pages: https://www.sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from bot.storage.dialect import open_plain

_HEADER = 100
_PAGES_READ = 2048
_PAGES_CLEANED = 1000
"""At a time, while writers wait: some hundredths of a second."""
_LOCK_BYTE = 2**30
"""On its page SQLite keeps its locks and nothing else."""
_LARGEST = 2**25
"""Pages, 128 GB of them, up to which the first byte tells a page of a tree from others: those begin with zeros or another page's number."""
_TREE_HEADS = {2: 12, 5: 12, 10: 8, 13: 8}
"""Bytes before the cell pointers, by the kind of a page."""
_ATTEMPTS = 600
_PAUSE_SECONDS = 0.1
_INCREMENTAL = 2
_FREE_PAGES_KEPT = 1000
_FREED_AT_ONCE = 200
_GIVE_BACK = f"PRAGMA incremental_vacuum({_FREED_AT_ONCE})"


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file is divided."""

    page_size: int
    usable: int
    maps_every: int | None
    """Pages from one map of pointers to the next; None in a file without them."""

    @classmethod
    def of(cls, head: bytes) -> _Layout:
        size = int.from_bytes(head[16:18], "big")
        page_size = 65536 if size == 1 else size
        usable = page_size - head[20]
        return cls(page_size, usable, usable // 5 + 1 if any(head[52:56]) else None)

    def gap(self, page: bytes, number: int) -> tuple[int, int] | None:
        """Where the part of a page that belongs to nothing begins and ends; None for pages that have none."""
        if self._is_no_tree(number):
            return None
        head = _HEADER if number == 1 else 0
        pointers = _TREE_HEADS.get(page[head])
        if pointers is None:
            return None
        begins = head + pointers + 2 * int.from_bytes(page[head + 3 : head + 5], "big")
        ends = int.from_bytes(page[head + 5 : head + 7], "big") or 65536
        return (begins, ends) if begins < ends <= self.usable else None

    def _is_no_tree(self, number: int) -> bool:
        lock_page = _LOCK_BYTE // self.page_size + 1
        if number == lock_page:
            return True
        if self.maps_every is None or number < 2:
            return False
        nearest = (number - 2) // self.maps_every * self.maps_every + 2
        return number == nearest + (nearest == lock_page)


class Scrubber:
    """Cleans one database; blocks, so it runs in a thread, and only one at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stopped = threading.Event()
        self._file: BinaryIO | None = None
        """Held open until ``close``: closing a file takes away all locks that this process has on it, SQLite's too."""

    def run(self, *, pages: bool) -> bool:
        """Empty the log and, with ``pages``, clean the file; whether all of it could be done.

        Raises:
            sqlite3.Error: the database cannot be written.
            OSError: the same.
        """
        with closing(open_plain(self._path, "rw", wait_seconds=0.0)) as connection:
            if not (self._set_up(connection) and self._empty_log(connection)):
                return False
            if not pages:
                return True
            stale = self._stale_pages()
            while batch := list(islice(stale, _PAGES_CLEANED)):
                if not self._clean(connection, batch):
                    return False
            self._give_back(connection)
            return self._empty_log(connection)

    def stop(self) -> None:
        """Let a run that is under way end at its next step."""
        self._stopped.set()

    def close(self) -> None:
        """Let go of the file; only after every connection of this process is closed."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _set_up(self, connection: sqlite3.Connection) -> bool:
        """The first statement reads the file, which is locked while another connection, the first one of all, puts the log in order."""
        pragmas = ("PRAGMA synchronous = FULL", "PRAGMA secure_delete = ON")
        return any(all(_unless_busy(connection, pragma) is not None for pragma in pragmas) for _ in self._attempts())

    def _empty_log(self, connection: sqlite3.Connection) -> bool:
        """Move everything into the main file and cut the log off; not possible while somebody reads an older state."""
        return any(_emptied(connection) for _ in self._attempts())

    def _clean(self, connection: sqlite3.Connection, numbers: list[int]) -> bool:
        """Fill the gaps of some pages with zeros, while nobody writes and the file has the newest of each."""
        for _ in self._attempts():
            if _emptied(connection) and _unless_busy(connection, "BEGIN IMMEDIATE") is not None:
                try:
                    alone = self._log_size() == 0
                    if alone:
                        self._fill_gaps(numbers)
                        # a change that makes the writer read the pages again, whose copies of them still have the old gaps
                        (version,) = connection.execute("PRAGMA user_version").fetchone()
                        connection.execute(f"PRAGMA user_version = {(version + 1) % 2**31}")
                finally:
                    connection.execute("COMMIT")
                if alone:
                    os.fsync(self._opened().fileno())
                    return True
        return False

    def _attempts(self) -> Iterator[None]:
        for _ in range(_ATTEMPTS):
            if self._stopped.is_set():
                return
            yield
            self._stopped.wait(_PAUSE_SECONDS)

    def _log_size(self) -> int:
        try:
            return self._path.with_name(self._path.name + "-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def _stale_pages(self) -> Iterator[int]:
        """Numbers of the pages whose gap holds anything but zeros."""
        file = self._opened()
        file.seek(0)
        layout = _Layout.of(file.read(_HEADER))
        zeros = bytes(layout.page_size)
        number = 1
        while number < _LARGEST and not self._stopped.is_set():
            file.seek((number - 1) * layout.page_size)
            piece = file.read(_PAGES_READ * layout.page_size)
            for start in range(0, len(piece) - layout.page_size + 1, layout.page_size):
                page = piece[start : start + layout.page_size]
                gap = layout.gap(page, number)
                if gap is not None and page[gap[0] : gap[1]] != zeros[: gap[1] - gap[0]]:
                    yield number
                number += 1
            if len(piece) < _PAGES_READ * layout.page_size:
                return

    def _fill_gaps(self, numbers: list[int]) -> None:
        file = self._opened()
        file.seek(0)
        layout = _Layout.of(file.read(_HEADER))
        for number in numbers:
            begins_at = (number - 1) * layout.page_size
            file.seek(begins_at)
            page = file.read(layout.page_size)
            gap = layout.gap(page, number) if len(page) == layout.page_size else None
            if gap is not None:
                file.seek(begins_at + gap[0])
                file.write(bytes(gap[1] - gap[0]))

    def _give_back(self, connection: sqlite3.Connection) -> None:
        """Make the file shorter by pages that nothing uses, where it was created so that it can be; they hold zeros already."""
        for _ in self._attempts():
            kind = _unless_busy(connection, "PRAGMA auto_vacuum")
            if kind is not None and kind[0][0] != _INCREMENTAL:
                return
            free = _unless_busy(connection, "PRAGMA freelist_count")
            if kind is None or free is None:
                continue
            pages = free[0][0]
            while pages > _FREE_PAGES_KEPT and _unless_busy(connection, _GIVE_BACK, script=True) is not None:
                pages -= _FREED_AT_ONCE
            if pages <= _FREE_PAGES_KEPT:
                return

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._file = self._path.open("r+b", buffering=0)
        return self._file


def _emptied(connection: sqlite3.Connection) -> bool:
    """Whether the log could be cut off; what is in it is moved first in a way that keeps nobody waiting."""
    _unless_busy(connection, "PRAGMA wal_checkpoint(PASSIVE)")
    done = _unless_busy(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
    return done is not None and done[0][0] == 0


def _unless_busy(connection: sqlite3.Connection, statement: str, *, script: bool = False) -> list[tuple[int, ...]] | None:
    """Carry out a statement; None where somebody else has the lock that it needs.

    As a script it is carried out to its end although it has no columns: Python's driver ends other such statements at their first step.
    """
    try:
        return (connection.executescript if script else connection.execute)(statement).fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return None
        raise
