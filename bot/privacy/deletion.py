"""Deletions of a member's rows, of notes and of whole servers, and the list of them that no restored backup can undo.

Each deletion is carried out within a transaction of its caller. What others wrote stays, counts stay, and cases are brought up to date in
the same transaction, so that no card shows what is gone. Before it is committed, one line about it is on the disk, in a file beside the
database: a number, when, and what was meant (a member's keyed hashes, a note, a server); never a text nor an id of a member. The database
remembers the numbers that it has seen; one that is restored from a backup has seen fewer, and the rest is carried out again before the bot
serves. Processes that serve one bot from several computers have a list each; no number is in two of them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import assert_never

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.case import CaseKind
from bot.cases.signals import about_answers, bring_up_to_date, take_back
from bot.cluster.session import Topic, announce
from bot.config import FEWEST_ASKERS
from bot.errors import NotSaved
from bot.storage import tables
from bot.storage.database import Database, fact_in, put_fact
from bot.storage.dialect import PARAMETERS_AT_ONCE, at_least, insert_once, upsert
from bot.storage.hashing import sync_folder

_OF_GUILD = (*tables.BY_GUILD, tables.votes, tables.judgements, tables.answers)
"""In an order in which a guild's rows can be deleted."""


async def erase_member(
    connection: AsyncConnection,
    hashes: Sequence[str],
    now: datetime,
    *,
    guild_ids: Sequence[int] | None = None,
    before: datetime | None = None,
) -> int:
    """Delete what is stored under a member's hashes; the number is that of the rows that were theirs.

    Args:
        connection: the transaction.
        hashes: the member's, at most 500 of them.
        now: the moment of the deletion.
        guild_ids: the servers that the hashes are of, so that rows are found by index; None goes through all.
        before: only rows that are older, where a deletion is repeated.
    """

    def of_member(table: sa.Table, moment: sa.Column[datetime]) -> sa.ColumnElement[bool]:
        there = sa.true() if guild_ids is None else table.c.guild_id.in_(guild_ids)
        return there & table.c.member_hash.in_(hashes) & _older(moment, before)

    mine = of_member(tables.answers, tables.answers.c.asked_at)
    asked = sa.select(tables.answers.c.id).where(mine)
    judged = (
        sa.select(table.c.answer).where(of_member(table, moment))
        for table, moment in ((tables.votes, tables.votes.c.voted_at), (tables.judgements, tables.judgements.c.judged_at))
    )
    await take_out_of_gaps(connection, await _ids(connection, sa.union(asked, *judged)))
    # whatever case shows one of these questions is to be made again, also where somebody else's vote made it
    touched = await _ids(connection, sa.select(tables.cases.c.id).where(about_answers(asked)))
    sent = of_member(tables.signals, tables.signals.c.sent_at)
    changed = len(await _ids(connection, sa.select(tables.signals.c.id).where(sent, tables.signals.c.kind == CaseKind.DECLINED.value)))
    notes = sa.delete(tables.community_notes).where(of_member(tables.community_notes, tables.community_notes.c.added_at))
    changed += (await connection.execute(notes)).rowcount
    await connection.execute(sa.delete(tables.phrasing_drafts).where(tables.phrasing_drafts.c.answer.in_(asked)))
    # the rule that a moderator confirmed belongs to the server; the words of who asked, and that they asked, do not
    worded = tables.phrasings.c.answer.in_(asked)
    without = {"answer": None, "text": None, "words_gone_at": now}
    changed += (await connection.execute(sa.update(tables.phrasings).where(worded).values(without))).rowcount
    touched += await take_back(connection, sent, now)
    for table, moment in ((tables.votes, tables.votes.c.voted_at), (tables.judgements, tables.judgements.c.judged_at)):
        changed += (await connection.execute(sa.delete(table).where(of_member(table, moment)))).rowcount
    anonymous = {**tables.NO_QUESTION_TEXT, "member_hash": None}
    changed += (await connection.execute(sa.update(tables.answers).where(mine).values(anonymous))).rowcount
    await bring_up_to_date(connection, touched, now)
    return changed


async def take_out_of_gaps(connection: AsyncConnection, rows: Sequence[int]) -> None:
    """Take questions, by their rows in ``answers``, out of the gaps that they are part of.

    Each may have been one of those that a gap's words are known from; words that nobody else is known to have used go with it.
    """
    taken = Counter[int]()
    for start in range(0, len(rows), PARAMETERS_AT_ONCE):
        these = tables.gap_questions.c.answer.in_(rows[start : start + PARAMETERS_AT_ONCE])
        taken.update(await _ids(connection, sa.delete(tables.gap_questions).where(these).returning(tables.gap_questions.c.gap)))
    for gap, questions in taken.items():
        left = tables.gaps.c.support - questions
        values = {"support": at_least(left, 0), "words": sa.case((left >= FEWEST_ASKERS, tables.gaps.c.words), else_=None)}
        await connection.execute(sa.update(tables.gaps).where(tables.gaps.c.id == gap).values(values))


async def erase_note(connection: AsyncConnection, note_id: int, now: datetime, *, before: datetime | None = None) -> None:
    """Delete a community note."""
    this = (tables.community_notes.c.id == note_id) & _older(tables.community_notes.c.added_at, before)
    case = (await connection.execute(sa.delete(tables.community_notes).where(this).returning(tables.community_notes.c.case))).scalar()
    if case is not None:
        await take_back(connection, tables.signals.c.case == case, now)


async def erase_moderator_notes(
    connection: AsyncConnection, note_ids: Sequence[int], now: datetime, *, before: datetime | None = None
) -> None:
    """Delete the text of notes that moderators left for each other; that there was one stays."""
    these = tables.case_notes.c.id.in_(note_ids) & _older(tables.case_notes.c.noted_at, before)
    statement = sa.update(tables.case_notes).where(these).values(text=None).returning(tables.case_notes.c.case)
    await bring_up_to_date(connection, await _ids(connection, statement), now)


async def erase_proposals(connection: AsyncConnection, proposal_ids: Sequence[int], *, before: datetime | None = None) -> None:
    """Delete corrections that a moderator wrote; what was handed on is elsewhere, and stays there."""
    these = tables.proposals.c.id.in_(proposal_ids) & _older(tables.proposals.c.proposed_at, before)
    await connection.execute(sa.delete(tables.proposals).where(these))


async def erase_guilds(connection: AsyncConnection, guild_ids: Sequence[int], now: datetime) -> None:
    """Delete all data of servers, their audit logs included; these can be deleted only of a server that removed the bot."""
    for guild_id in guild_ids:
        await connection.execute(upsert(tables.guild_settings, {"guild_id": guild_id}, {"removed_at": now}, {"updated_at": now}))
    for table in (*_OF_GUILD, tables.guild_settings):
        await connection.execute(sa.delete(table).where(table.c.guild_id.in_(guild_ids)))


async def erase_some_of_guild(connection: AsyncConnection, guild_id: int) -> bool:
    """Delete some rows of a server that removed the bot, its settings last; whether that was all of them, or the server is back."""
    removed = sa.exists().where(tables.guild_settings.c.guild_id == guild_id, tables.guild_settings.c.removed_at.is_not(None))
    if not (await connection.execute(sa.select(removed))).scalar_one():
        return True
    for table in _OF_GUILD:
        (key,) = table.primary_key.columns
        some = sa.select(key).where(table.c.guild_id == guild_id).limit(PARAMETERS_AT_ONCE)
        if (await connection.execute(sa.delete(table).where(key.in_(some)))).rowcount:
            return False
    await connection.execute(sa.delete(tables.guild_settings).where(tables.guild_settings.c.guild_id == guild_id))
    return True


async def _ids(connection: AsyncConnection, query: sa.Executable) -> list[int]:
    return [row[0] for row in await connection.execute(query)]


def _older(moment: sa.Column[datetime], before: datetime | None) -> sa.ColumnElement[bool]:
    return sa.true() if before is None else moment <= before


_FACT = "deletions-seen"
"""The highest number that was seen."""
_BEFORE = "deletions-seen-before"
"""The highest one when numbers were not yet kept one by one (migration 0013); all up to it were seen."""


class Deleted(StrEnum):
    """What kind of thing was deleted."""

    MEMBER = "member"
    NOTE = "note"
    MODERATOR_NOTE = "moderator-note"
    PROPOSAL = "proposal"
    GUILD = "guild"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One deletion."""

    number: int
    deleted_at: datetime
    """Only rows that are older are meant: whoever comes back later is not deleted again."""
    what: Deleted
    names: tuple[str, ...]
    """Hashes of the member in each server, or the numbers of notes, corrections or servers."""


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
        last = max(await _last_seen(connection), written[-1].number if written else 0)
        number = max(last + 1, round(now.timestamp() * 1000))  # also after a restore no two lists have the same
        await asyncio.to_thread(self._append, Tombstone(number, now, what, tuple(map(str, names))))
        await remember_seen(connection, number)
        await announce(connection, Topic.DELETED)

    async def unseen(self, connection: AsyncConnection) -> tuple[Tombstone, ...]:
        """The deletions that this database has not seen, in order.

        Raises:
            NotSaved: the file is there but cannot be read.
        """
        listed = await asyncio.to_thread(self._read)
        seen = await _seen_among(connection, [one.number for one in listed])
        return tuple(one for one in listed if one.number not in seen)

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
            if not size:
                sync_folder(self.path)
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
    """Beside the database, since a backup that takes its place must not take the list along."""
    return database.with_name(database.name + ".deletions")


async def remember_seen(connection: AsyncConnection, number: int) -> None:
    """Take note that a deletion has been carried out in this database."""
    await connection.execute(insert_once(tables.deletions_seen, {"number": number}))
    await put_fact(connection, _FACT, str(max(number, await _last_seen(connection))))


async def _last_seen(connection: AsyncConnection, fact: str = _FACT) -> int:
    return int(await fact_in(connection, fact) or 0)


async def _seen_among(connection: AsyncConnection, numbers: Sequence[int]) -> frozenset[int]:
    """Those of some deletions that were carried out here."""
    before = await _last_seen(connection, _BEFORE)
    seen = {number for number in numbers if number <= before}
    for start in range(0, len(numbers), PARAMETERS_AT_ONCE):
        these = tables.deletions_seen.c.number.in_(numbers[start : start + PARAMETERS_AT_ONCE])
        seen.update(await _ids(connection, sa.select(tables.deletions_seen.c.number).where(these)))
    return frozenset(seen)


def _parsed(line: str) -> Tombstone | None:
    """None for a line that was cut short: its deletion was never committed."""
    try:
        number, milliseconds, what, *names = json.loads(line)
        return Tombstone(number, datetime.fromtimestamp(milliseconds / 1000, UTC), Deleted(what), tuple(names))
    except (ValueError, TypeError):
        return None


_log = logging.getLogger(__name__)


async def repeat_deletions(database: Database, tombstones: Tombstones) -> int:
    """Carry out the deletions that this database has not seen; the number is how many there were.

    When this returns, no byte of what was deleted is left in the file.

    Raises:
        NotSaved: not all could be carried out; the bot must not serve.
        StorageError: the bytes could not be overwritten.
    """
    async with database.read() as connection:
        if not await tombstones.unseen(connection):
            return 0
    async with database.write() as connection:
        unseen = await tombstones.unseen(connection)
        for tombstone in unseen:
            await _repeat(connection, tombstone)
            await remember_seen(connection, tombstone.number)
    await database.forget_deleted_bytes(whole=True)
    _log.warning("%d deletions that this database had not seen were carried out again", len(unseen))
    return len(unseen)


async def _repeat(connection: AsyncConnection, tombstone: Tombstone) -> None:
    """Carry out one deletion, on rows that are older than it only."""
    now = datetime.now(UTC)
    match tombstone.what:
        case Deleted.MEMBER:
            await erase_member(connection, tombstone.names, now, before=tombstone.deleted_at)
        case Deleted.NOTE:
            for name in tombstone.names:
                await erase_note(connection, int(name), now, before=tombstone.deleted_at)
        case Deleted.MODERATOR_NOTE:
            await erase_moderator_notes(connection, [int(name) for name in tombstone.names], now, before=tombstone.deleted_at)
        case Deleted.PROPOSAL:
            await erase_proposals(connection, [int(name) for name in tombstone.names], before=tombstone.deleted_at)
        case Deleted.GUILD:
            await erase_guilds(connection, [int(name) for name in tombstone.names], now)
        case _:
            assert_never(tombstone.what)
