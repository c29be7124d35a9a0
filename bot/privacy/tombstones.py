"""What was deleted, in a file beside the database, so that an older backup cannot bring it back.

One line for each deletion: a number, when, and what was meant (a member's keyed hashes, a note, a server); never a text nor an
id of a member. The line is on disk before the deletion is committed. The database remembers the number of the last line that
it has seen; one that is restored from a backup has seen fewer, and the rest is carried out again before the bot serves.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotSaved
from bot.storage.tables import facts

_FACT = "deletions-seen"


class Deleted(StrEnum):
    """What kind of thing was deleted."""

    MEMBER = "member"
    NOTE = "note"
    MODERATOR_NOTE = "moderator-note"
    GUILD = "guild"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One deletion."""

    number: int
    deleted_at: datetime
    """Only rows that are older are meant: whoever comes back later is not deleted again."""
    what: Deleted
    names: tuple[str, ...]
    """Hashes of the member in each server, or the numbers of notes or servers."""


@dataclass(frozen=True, slots=True)
class Tombstones:
    """Writes deletions down and reads them."""

    path: Path

    async def add(self, connection: AsyncConnection, what: Deleted, names: Iterable[str | int], now: datetime) -> None:
        """Write a deletion down, within the transaction that carries it out.

        Raises:
            NotSaved: the file cannot be written, so nothing must be deleted.
        """
        written = await asyncio.to_thread(self._read)
        number = 1 + max(await _seen(connection), written[-1].number if written else 0)
        await asyncio.to_thread(self._append, Tombstone(number, now, what, tuple(map(str, names))))
        await remember_seen(connection, number)

    async def unseen(self, connection: AsyncConnection) -> tuple[Tombstone, ...]:
        """Return the deletions that this database has not seen, in order.

        Raises:
            NotSaved: the file is there but cannot be read.
        """
        seen = await _seen(connection)
        return tuple(one for one in await asyncio.to_thread(self._read) if one.number > seen)

    def _append(self, tombstone: Tombstone) -> None:
        line = json.dumps([tombstone.number, round(tombstone.deleted_at.timestamp() * 1000), tombstone.what.value, *tombstone.names])
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "r+b") as file:
                # a line that a crash cut short is ended first, so that it spoils nothing but itself
                size = file.seek(0, os.SEEK_END)
                broken = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
                file.write(b"\n" * broken + line.encode("ascii") + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise NotSaved(f"nothing was deleted: {self.path} cannot be written ({error.strerror})") from error

    def _read(self) -> list[Tombstone]:
        try:
            lines = self.path.read_text(encoding="ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise NotSaved(f"the list of deletions {self.path} cannot be read ({error.strerror})") from error
        return [one for one in map(_parsed, lines) if one is not None]


def tombstone_file(database: Path) -> Path:
    """Return where the deletions of a database are written down."""
    return database.with_name(database.name + ".deletions")


async def remember_seen(connection: AsyncConnection, number: int) -> None:
    """Take note that the deletions up to a number have been carried out in this database."""
    statement = insert(facts).values(name=_FACT, value=str(number))
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": str(number)}))


async def _seen(connection: AsyncConnection) -> int:
    value = (await connection.execute(sa.select(facts.c.value).where(facts.c.name == _FACT))).scalar()
    return int(value or 0)


def _parsed(line: str) -> Tombstone | None:
    """Return a line, or None for one that was cut short: its deletion was never committed."""
    try:
        number, milliseconds, what, *names = json.loads(line)
        return Tombstone(number, datetime.fromtimestamp(milliseconds / 1000, UTC), Deleted(what), tuple(names))
    except (ValueError, TypeError):
        return None
