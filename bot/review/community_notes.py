"""Community notes: what members add to a section, once a moderator has approved it.

A note is a signal with a case of its own. It is published while that case is resolved as approved; whatever else becomes of the case
takes it out of sight again, and withdrawing deletes it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.case import CaseKind, Resolution
from bot.cases.signals import Signal, Signals, bring_up_to_date
from bot.errors import NotFound, StorageError
from bot.privacy.deletion import Deleted, Tombstones, erase_note
from bot.query.message import storable
from bot.storage.columns import StoredRow
from bot.storage.database import Database
from bot.storage.paging import Order, Page, Position, page_at
from bot.storage.tables import cases, community_notes


@dataclass(frozen=True, slots=True)
class CommunityNote:
    """A member's note for a section."""

    note_id: int
    case_number: int
    section_id: str
    text: str
    added_at: datetime
    published: bool


_log = logging.getLogger(__name__)

LONGEST_NOTE = 1000
MOST_WAITING = 5
"""Notes of one member in one guild that no moderator has decided on yet."""


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note as it was typed."""

    guild_id: int
    member_hash: str
    section_id: str
    text: str
    interaction_id: int
    notify_user_id: int | None = None
    """The Discord id of a member who wants to hear what became of it."""


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """The note waits for a moderator."""

    number: int
    """Of its case."""
    repeated: bool
    """Whether an earlier delivery of the same interaction added it."""


class NoteProblem(StrEnum):
    """Why a note was not taken."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    TOO_MANY_WAITING = "too-many-waiting"


@dataclass(frozen=True, slots=True)
class NoteRefused:
    """The note was not taken."""

    problem: NoteProblem


@dataclass(frozen=True, slots=True)
class CommunityNotes:
    """Takes, lists and gives back members' notes."""

    database: Database
    signals: Signals
    tombstones: Tombstones

    async def add(self, note: NewNote) -> NoteAdded | NoteRefused:
        """Take a note in, to wait for a moderator.

        Raises:
            NotFound: there are no notes in direct messages.
            NotSaved: nothing was stored.
        """
        text = storable(note.text.strip())
        if not text or len(text) > LONGEST_NOTE:
            return NoteRefused(NoteProblem.TOO_LONG if text else NoteProblem.EMPTY)
        async with self.database.write() as connection:
            before = await _delivered(connection, note)
            if before is not None:
                return NoteAdded(before, repeated=True)
            if await _waiting(connection, note) >= MOST_WAITING:
                return NoteRefused(NoteProblem.TOO_MANY_WAITING)
            joined = await self.signals.send(
                connection,
                Signal(
                    note.guild_id,
                    CaseKind.NOTE,
                    section_id=note.section_id,
                    member_hash=note.member_hash,
                    notify_user_id=note.notify_user_id,
                ),
            )
            if joined is None:
                raise NotFound("there are no notes in direct messages")
            now = datetime.now(UTC)
            row = {
                "guild_id": note.guild_id, "case": joined.case, "section_id": note.section_id, "member_hash": note.member_hash,
                "text": text, "added_at": now, "interaction_id": note.interaction_id,
            }  # fmt: skip
            await connection.execute(sa.insert(community_notes).values(row))
            await bring_up_to_date(connection, [joined.case], now)
            return NoteAdded(joined.number, repeated=False)

    async def published(
        self, guild_id: int, section_ids: Sequence[str] | None = None, at: int | Position = 0, size: int = 10
    ) -> Page[CommunityNote]:
        """A page of the published notes of a guild, or of one section there, the newest first.

        Args:
            guild_id: the guild.
            section_ids: the ids that the section has and had; None means all sections.
            at: a position in the list, or a page number from 0; past the end it is the last page.
            size: notes on a page.
        """
        query = note_query(guild_id).where(cases.c.resolution == Resolution.APPROVED.value)
        if section_ids is not None:
            query = query.where(community_notes.c.section_id.in_(section_ids))
        async with self.database.read() as connection:
            rows, paging = await page_at(connection, query, Order((community_notes.c.id,)), at, size)
        return paging.of(tuple(note_row(row) for row in rows))

    async def own(self, guild_id: int, member_hash: str) -> tuple[CommunityNote, ...]:
        """A member's notes in a guild, published or not, the newest first."""
        query = note_query(guild_id).where(community_notes.c.member_hash == member_hash).order_by(community_notes.c.id.desc())
        async with self.database.read() as connection:
            return tuple(note_row(row) for row in await connection.execute(query))

    async def withdraw(self, guild_id: int, note_id: int, member_hash: str) -> bool:
        """Delete a member's note, wherever it stands; return whether there was one.

        When this returns, no byte of its text is left in the database file, or, where that is large, in a minute; should that fail, the
        next periodic pass does it.

        Raises:
            NotSaved: nothing was deleted.
        """
        mine = community_notes.c.id == note_id
        mine &= (community_notes.c.guild_id == guild_id) & (community_notes.c.member_hash == member_hash)
        now = datetime.now(UTC)
        async with self.database.write() as connection:
            if (await connection.execute(sa.select(community_notes.c.id).where(mine))).first() is None:
                return False
            await self.tombstones.add(connection, Deleted.NOTE, [note_id], now)
            await erase_note(connection, note_id, now)
        await self._forget()
        return True

    async def _forget(self) -> None:
        try:
            await self.database.forget_deleted_bytes()
        except StorageError:
            _log.exception("a note is deleted; its bytes are overwritten by the next pass")


def note_query(guild_id: int) -> sa.Select[*tuple[object, ...]]:
    """The notes of a guild with their cases, to be narrowed by the caller."""
    shown = (
        community_notes.c.id, community_notes.c.section_id, community_notes.c.text, community_notes.c.added_at, cases.c.number,
        cases.c.resolution,
    )  # fmt: skip
    return sa.select(*shown).join(cases, community_notes.c.case == cases.c.id).where(community_notes.c.guild_id == guild_id)


def note_row(row: StoredRow) -> CommunityNote:
    """Turn a row of ``note_query`` into values."""
    published = row.resolution == Resolution.APPROVED.value
    return CommunityNote(row.id, row.number, row.section_id, row.text, row.added_at, published)


async def _delivered(connection: AsyncConnection, note: NewNote) -> int | None:
    """The case of the note that an earlier delivery of the same interaction added."""
    same = (community_notes.c.guild_id == note.guild_id) & (community_notes.c.interaction_id == note.interaction_id)
    query = sa.select(cases.c.number).join(community_notes, community_notes.c.case == cases.c.id).where(same)
    number: int | None = (await connection.execute(query)).scalar()
    return number


async def _waiting(connection: AsyncConnection, note: NewNote) -> int:
    mine = (community_notes.c.guild_id == note.guild_id) & (community_notes.c.member_hash == note.member_hash)
    query = sa.select(sa.func.count()).select_from(community_notes.join(cases, community_notes.c.case == cases.c.id))
    count: int = (await connection.execute(query.where(mine, cases.c.closed_at.is_(None)))).scalar_one()
    return count
