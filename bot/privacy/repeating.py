"""After an older backup was restored: every deletion that it has not seen is carried out again, before anything is served."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy.erasing import erase_guilds, erase_member, erase_moderator_notes, erase_note
from bot.privacy.tombstones import Deleted, Tombstone, Tombstones, remember_seen
from bot.storage.database import Database

_log = logging.getLogger(__name__)


async def repeat_deletions(database: Database, tombstones: Tombstones) -> int:
    """Carry out the deletions that this database has not seen and return how many there were.

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
    await database.forget_deleted_bytes()
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
        case Deleted.GUILD:
            await erase_guilds(connection, [int(name) for name in tombstone.names], now)
        case _:
            assert_never(tombstone.what)
