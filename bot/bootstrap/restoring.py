"""Restoring a backup: verified, under the lock that keeps every bot off, migrated if it is older, and without what was deleted since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.bootstrap.stages import require_key
from bot.config import Config
from bot.privacy.hashing import key_file, load_key
from bot.privacy.repeating import repeat_deletions
from bot.privacy.tombstones import Tombstones, tombstone_file
from bot.storage.backup import Manifest, copy_for_restoring, forget_draft, restoring_file, swap_in, verify_backup
from bot.storage.database import Database
from bot.storage.opening import ProcessLock, prepare_database, prepare_place


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    kept_aside: Path | None
    """The database that was there before; deleted by a start after 30 days."""
    deletions: int
    """How many deletions, made since the backup, were carried out again."""


async def restore(config: Config, backup: Path) -> Restored:
    """Put a backup in the place of the configured database.

    Raises:
        BackupRefused: the backup is not whole.
        DatabaseRefused: a bot is running, or the backup is of a newer program or was filled under another key.
        NotSaved: deletions could not be carried out again. Whatever is raised, the database is the one that was there before.
    """
    path = config.database.path
    manifest = verify_backup(backup)
    prepare_place(path)
    lock = ProcessLock(path)
    lock.acquire()
    draft = restoring_file(path)
    try:
        copy_for_restoring(backup, path)
        prepare_database(draft, must_exist=True)
        deletions = await _made_ready(draft, path)
        return Restored(manifest, swap_in(draft, path), deletions)
    finally:
        forget_draft(draft)
        lock.release()


async def _made_ready(draft: Path, path: Path) -> int:
    """Make sure that the key fits, and carry out again what was deleted since the backup."""
    database = Database(draft)
    try:
        await require_key(database, load_key(key_file(path)), path)
        deletions = await repeat_deletions(database, Tombstones(tombstone_file(path)))
        await database.forget_deleted_bytes()
        return deletions
    finally:
        await database.close()
