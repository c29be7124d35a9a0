"""``backup``, ``restore`` and ``move-database``: the database to a file and back, and from one kind of database to the other.

A restore is verified, made under the lock that keeps every bot off, migrated if the backup is older, and without what was deleted since.
A move takes key and list of deletions along, where they lie elsewhere afterwards.
"""

from __future__ import annotations

import asyncio
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from bot.bootstrap.stages import require_key
from bot.cli.app import ConfigOption, app, configured
from bot.config import Config, DatabaseConfig
from bot.corpus.wording import fault_of
from bot.errors import DatabaseRefused, InputError
from bot.log import start_logging
from bot.privacy.deletion import Tombstones, repeat_deletions, tombstone_file
from bot.storage import backup as storage
from bot.storage import dumping
from bot.storage.database import Database
from bot.storage.dialect import Place, path_of, place_of
from bot.storage.hashing import key_file, load_key
from bot.storage.moving import Contents, carry_over
from bot.storage.opening import ProcessLock, is_empty, prepare_database, prepare_on_server, prepare_place, require_current
from bot.storage.postgres import PostgresDatabase, session


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
    place, path = place_of(config.database), config.database.path
    manifest = storage.verify_backup(backup) if isinstance(place, Path) else dumping.verify_dump(backup)
    prepare_place(path)
    lock = ProcessLock(path)
    lock.acquire()
    if not isinstance(place, Path):
        try:
            return await _restored_on_server(place, backup, manifest)
        finally:
            lock.release()
    draft = storage.restoring_file(path)
    try:
        storage.copy_for_restoring(backup, path)
        prepare_database(draft, must_exist=True)
        deletions = await _made_ready(draft, path)
        return Restored(manifest, storage.swap_in(draft, path), deletions)
    finally:
        storage.forget_draft(draft)
        lock.release()


async def _restored_on_server(place: PostgresDatabase, backup: Path, manifest: storage.Manifest) -> Restored:
    """Load a dump while no bot is running, and the one of before again where what follows cannot be done."""
    with session(place, alone=True):
        is_empty(place)  # or it is another program's, and left alone
        aside = dumping.keep_aside(place)
        try:
            dumping.load_dump(place, backup)
        except BaseException:
            _forget(aside)
            raise
        try:
            prepare_on_server(place, must_exist=True)
            return Restored(manifest, aside, await _made_ready(place, place.path))
        except BaseException:
            dumping.load_dump(place, aside)
            _forget(aside)
            raise


def _forget(aside: Path | None) -> None:
    if aside is not None:
        aside.unlink()


async def _made_ready(draft: Place, path: Path) -> int:
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
    loaded = configured(config, None)
    place = place_of(loaded.database)
    made = storage.make_backup(place, file) if isinstance(place, Path) else dumping.make_dump(place, file)
    print_backup(Console(), file, made)


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


def moved(source: Place, target: Place) -> tuple[Contents, ...]:
    """Carry everything over from one database to another that is empty; nothing is changed in the first.

    Raises:
        InputError: both are the same.
        DatabaseRefused: a bot is running, a key is missing or another one, or one of the databases cannot be used.
    """
    if source == target:
        raise InputError("Both are the same database. Name the one that is, and then the one that is to be.")
    require_current(source)
    here, there = path_of(source), path_of(target)
    prepare_place(there)
    files = [] if here == there else [(one(here), one(there)) for one in (key_file, tombstone_file) if one(here).exists()]
    for one, other in files:
        if other.exists():
            raise DatabaseRefused(f"{other} is there already. Move it away: it would be replaced by {one.name} of the other database.")
    with ExitStack() as stack:
        for path in dict.fromkeys((here, there)):
            lock = ProcessLock(path)
            lock.acquire()
            stack.callback(lock.release)
        if isinstance(source, PostgresDatabase):
            stack.enter_context(session(source, alone=True))
        asyncio.run(_require_key_of(source))
        done = carry_over(source, target)
        for one, other in files:
            shutil.copy2(one, other)
    return done


async def _require_key_of(source: Place) -> None:
    database = Database(source)
    try:
        await require_key(database, load_key(key_file(database.path)), database.path)
    finally:
        await database.close()


def place_at(text: str, config: DatabaseConfig) -> Place:
    """The database that an argument names: an address of PostgreSQL, or a file.

    Raises:
        InputError: it is an address that cannot be used; it is not shown.
    """
    if "://" not in text:
        return Path(text)
    try:
        checked = DatabaseConfig(path=config.path, url=text, password_file=config.password_file)
    except ValidationError as error:
        raise InputError(f"The address of a database {fault_of(error.errors()[0])}.") from None
    return place_of(checked)


@app.command("move-database")
def move_database(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The database that is: a SQLite file, or postgresql://user@host/name.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The database that is to be, likewise; nothing may be in it yet.")],
    config: ConfigOption = None,
) -> None:
    """Carry everything over to another database, verified, all or nothing; the bot must be stopped."""
    loaded = configured(config, None)
    start_logging(loaded.log)
    old, new = place_at(source, loaded.database), place_at(target, loaded.database)
    print_moved(Console(), old, new, moved(old, new))


def print_moved(console: Console, source: Place, target: Place, carried: tuple[Contents, ...]) -> None:
    """Print what was carried over, and what is left to do."""
    table = Table("table", "rows", "SHA-256 of its rows")
    table.columns[1].justify = "right"
    for one in carried:
        table.add_row(one.table, str(one.rows), one.digest[:16])
    console.print(table)
    key = "database.path" if isinstance(target, Path) else "database.url"
    console.print(f"{target} has everything that is in {source}, compared row by row. Set {key} to it, and start the bot.", soft_wrap=True)
    console.print(
        f"{source} is as it was. It keeps what members have deleted later on, so remove it when you no longer need it.",
        soft_wrap=True,
    )
