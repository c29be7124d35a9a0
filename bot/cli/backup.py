"""``backup`` and ``restore``: the database to a file and back.

A restore is verified, made under the lock that keeps every bot off, migrated if the backup is older, and without what was deleted since.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.bootstrap.stages import require_key
from bot.cli.app import ConfigOption, app, configured
from bot.config import Config
from bot.log import start_logging
from bot.privacy.deletion import Tombstones, repeat_deletions, tombstone_file
from bot.storage import backup as storage
from bot.storage.database import Database
from bot.storage.hashing import key_file, load_key
from bot.storage.opening import ProcessLock, prepare_database, prepare_place


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    manifest: storage.Manifest
    kept_aside: Path | None
    """The database that was there before; deleted by a start after 30 days."""
    deletions: int
    """How many deletions, made since the backup, were carried out again."""


async def restore_backup(config: Config, backup: Path) -> Restored:
    """Put a backup in the place of the configured database.

    Raises:
        BackupRefused: the backup is not whole.
        DatabaseRefused: a bot is running, or the backup is of a newer program or was filled under another key.
        NotSaved: deletions could not be carried out again. Whatever is raised, the database is the one that was there before.
    """
    path = config.database.path
    manifest = storage.verify_backup(backup)
    prepare_place(path)
    lock = ProcessLock(path)
    lock.acquire()
    draft = storage.restoring_file(path)
    try:
        storage.copy_for_restoring(backup, path)
        prepare_database(draft, must_exist=True)
        deletions = await _made_ready(draft, path)
        return Restored(manifest, storage.swap_in(draft, path), deletions)
    finally:
        storage.forget_draft(draft)
        lock.release()


async def _made_ready(draft: Path, path: Path) -> int:
    """Make sure that the key fits, and carry out again what was deleted since the backup."""
    database = Database(draft)
    try:
        await require_key(database, load_key(key_file(path)), path)
        deletions = await repeat_deletions(database, Tombstones(tombstone_file(path)))
        await database.forget_deleted_bytes(whole=True)
        return deletions
    finally:
        await database.close()


def print_backup(console: Console, file: Path, manifest: storage.Manifest) -> None:
    """Print what is in a backup that was just verified."""
    console.print(f"{file} is written and verified.", soft_wrap=True)
    table = Table("table", "rows")
    table.columns[1].justify = "right"
    for one in manifest.rows:
        table.add_row(one.table, str(one.rows))
    console.print(table)
    console.print(f"{manifest.size} bytes, schema {manifest.schema}, SHA-256 {manifest.sha256}", soft_wrap=True)
    console.print(f"Keep {storage.manifest_file(file).name} beside it, and the key file apart from both.", soft_wrap=True)


def print_restored(console: Console, file: Path, made_at: str, kept_aside: Path | None, deletions: int) -> None:
    """Print what a restore did."""
    console.print(f"{file}, made at {made_at}, is the database now.", soft_wrap=True)
    if kept_aside is not None:
        console.print(f"The one that was there is kept as {kept_aside.name}; delete it when you no longer need it.", soft_wrap=True)
    console.print(f"Deletions made since the backup and carried out again: {deletions}.")


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(help="Where the backup goes; one that is there already is replaced once the new one is verified.")
    ],
    config: ConfigOption = None,
) -> None:
    """Copy the database to a file, verified, also while the bot is running."""
    print_backup(Console(), file, storage.make_backup(configured(config, None).database.path, file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup that was made by the command backup, with its manifest beside it.")],
    config: ConfigOption = None,
) -> None:
    """Put a backup in the place of the database, without what members have deleted since; the bot must be stopped."""
    loaded = configured(config, None)
    start_logging(loaded.log)
    restored = asyncio.run(restore_backup(loaded, file))
    print_restored(Console(), file, restored.manifest.made_at, restored.kept_aside, restored.deletions)
