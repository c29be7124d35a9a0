"""Backups: a copy of the database made while the bot serves, verified before it counts, and the way back.

The copy is taken from one view of the database, rows are counted in that same view, and the copy must have as many. It is written
beside its place and renamed only when everything is right, with a manifest of row counts and SHA-256; so a full disk or a crash leaves the
last good backup. What is restored must match its manifest, so a copy without its write-ahead log does not get in unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import BackupRefused, StorageError
from bot.storage.dialect import SHRINKABLE, open_plain

_CHUNK = 1024 * 1024
_BUSY_SECONDS = 10.0
_PARTS = ("journal", "wal", "shm")
"""Files that SQLite keeps beside a database while it is open."""


@dataclass(frozen=True, slots=True)
class TableRows:
    """How many rows a table has."""

    table: str
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup must be like to be whole."""

    made_at: str
    """ISO 8601, UTC."""
    schema: str
    """Revision of its tables."""
    sha256: str
    size: int
    """Bytes."""
    rows: tuple[TableRows, ...]


def manifest_file(backup: Path) -> Path:
    """It lies beside the backup and must be kept with it."""
    return backup.with_name(backup.name + ".manifest.json")


def make_backup(database: Path, backup: Path) -> Manifest:
    """Copy a database, also one in use, to a file; an earlier backup there is replaced only by a verified one.

    Raises:
        BackupRefused: the copy could not be made or verified; nothing that was there before has changed.
    """
    if not database.is_file():
        raise BackupRefused(f"There is no database at {database}. Check database.path.")
    if backup.resolve() == database.resolve():
        raise BackupRefused(f"{backup} cannot be the backup. Name a file of its own.")
    with drafted(backup) as draft:
        counted = _copy(database, draft)
        with closing(_open(draft, "ro")) as connection:
            schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return put_in_place(backup, draft, schema, counted)


@contextmanager
def drafted(backup: Path) -> Iterator[Path]:
    """Give the file beside a backup in which it is made; nothing is left of it where it was not put in place.

    Raises:
        BackupRefused: the backup could not be made.
    """
    if backup.is_dir():
        raise BackupRefused(f"{backup} cannot be the backup. Name a file of its own.")
    draft = _beside(backup, "partial")
    try:
        with _failing_as("made"):
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            yield draft
    finally:
        for leftover in (draft, _beside(manifest_file(backup), "partial"), *(_beside(draft, end) for end in _PARTS)):
            leftover.unlink(missing_ok=True)


def put_in_place(backup: Path, draft: Path, schema: str, counted: tuple[TableRows, ...]) -> Manifest:
    """Describe a backup that was just made and verified, and let both take the place of those before."""
    _sync(draft)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(made_at, schema, _sha256(draft), draft.stat().st_size, counted)
    draft_manifest = _beside(manifest_file(backup), "partial")
    draft_manifest.write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="ascii")
    _sync(draft_manifest)
    _put_in_place(backup, draft, draft_manifest)
    return manifest


def verify_backup(backup: Path) -> Manifest:
    """Make sure that a backup is whole: its size, its SHA-256 and its rows are those of its manifest.

    Raises:
        BackupRefused: the backup is missing, incomplete or changed; the message says what to do.
    """
    manifest = described_backup(backup)
    with _failing_as("read"), closing(_open(backup, "ro")) as connection:
        _require_whole(connection, backup)
        if _counted(connection) != manifest.rows:
            raise BackupRefused(f"{backup} has other rows than its manifest says. {_other(backup)}")
    return manifest


def described_backup(backup: Path) -> Manifest:
    """The manifest of a backup that is what it says: as large, and of that SHA-256.

    Raises:
        BackupRefused: the backup is missing, incomplete or changed.
    """
    if not backup.is_file():
        raise BackupRefused(f"There is no backup at {backup}.")
    manifest = _read_manifest(backup)
    with _failing_as("read"):
        if backup.stat().st_size != manifest.size or _sha256(backup) != manifest.sha256:
            raise BackupRefused(f"{backup} is not what its manifest describes: it was changed or cut short. {_other(backup)}")
    return manifest


def restoring_file(database: Path) -> Path:
    """A file beside the database, so that taking its place is one rename."""
    return _beside(database, "restoring")


def copy_for_restoring(backup: Path, database: Path) -> Path:
    """Copy a verified backup beside the database, to be made ready there, and return where.

    Raises:
        BackupRefused: it cannot be copied; nothing was changed.
    """
    draft = restoring_file(database)
    forget_draft(draft)
    with _failing_as("restored"):
        draft.touch(mode=0o600)
        with backup.open("rb") as source, draft.open("wb") as target:
            while piece := source.read(_CHUNK):
                target.write(piece)
        _sync(draft)
    return draft


def swap_in(draft: Path, database: Path) -> Path | None:
    """Put a database that was made ready in the place of one that nobody uses; return where the old one is kept, if there was one.

    Raises:
        BackupRefused: the files cannot be renamed.
    """
    with _failing_as("put in place"):
        aside = _keep_aside(database)
        draft.replace(database)
        _sync(database.parent)
    return aside


def forget_draft(draft: Path) -> None:
    """Delete what a restore has left behind."""
    for leftover in (*draft.parent.glob(f"{draft.name}.before-migration-*"), *(_beside(draft, end) for end in _PARTS), draft):
        leftover.unlink(missing_ok=True)


def _copy(database: Path, draft: Path) -> tuple[TableRows, ...]:
    """Copy one view of the database and return the rows of that very view."""
    with closing(_open(database, "ro")) as source, closing(_open(draft, "rw")) as copy:
        source.execute("BEGIN")
        counted = _counted(source)
        source.backup(copy)
        source.execute("COMMIT")
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute(f"PRAGMA {SHRINKABLE}")
        copy.execute("VACUUM")  # so that nothing deleted is left in free pages
        _require_whole(copy, draft)
        if _counted(copy) != counted:
            raise BackupRefused("The copy has other rows than the database had. Nothing was kept of it; try again.")
    return counted


def _put_in_place(backup: Path, draft: Path, draft_manifest: Path) -> None:
    """Rename both files; the pair that was there before is kept until the new one is complete."""
    earlier = [(path, _beside(path, "previous")) for path in (backup, manifest_file(backup)) if path.exists()]
    for path, kept in earlier:
        kept.unlink(missing_ok=True)
        os.link(path, kept)
    draft.replace(backup)
    draft_manifest.replace(manifest_file(backup))
    _sync(backup.parent)
    for _, kept in earlier:
        kept.unlink()


def _keep_aside(database: Path) -> Path | None:
    """Move a database away with the files that belong to it."""
    if not database.exists():
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = database.with_name(f"{database.name}.before-restore-{stamp}")
    for suffix in ("-wal", "-shm", ""):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside


def _read_manifest(backup: Path) -> Manifest:
    path = manifest_file(backup)
    try:
        value = json.loads(path.read_text(encoding="ascii"))
        rows = tuple(TableRows(str(one["table"]), int(one["rows"])) for one in value["rows"])
        return Manifest(str(value["made_at"]), str(value["schema"]), str(value["sha256"]), int(value["size"]), rows)
    except FileNotFoundError as error:
        raise BackupRefused(f"{path} is missing, so nobody can say whether {backup.name} is whole. {_other(backup)}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupRefused(f"{path} is not the manifest of a backup. {_other(backup)}") from error


def _other(backup: Path) -> str:
    previous = _beside(backup, "previous")
    return f"{previous} is the backup before it." if previous.exists() else "Take another backup."


def _require_whole(connection: sqlite3.Connection, path: Path) -> None:
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise BackupRefused(f"{path} is damaged ({verdict}). {_other(path)}")


def _counted(connection: sqlite3.Connection) -> tuple[TableRows, ...]:
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    own = [name for name in tables if not name.startswith("sqlite_")]
    return tuple(TableRows(name, connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in own)  # noqa: S608 - names of tables


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return open_plain(path, mode, _BUSY_SECONDS)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.name}.{suffix}" if suffix not in _PARTS else f"{path.name}-{suffix}")


@contextmanager
def _failing_as(what: str) -> Iterator[None]:
    """Turn what the system or SQLite says into a refusal that tells what was not done."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        raise BackupRefused(f"The backup could not be {what}: {error.strerror or error}. Nothing was changed.") from error
    except sqlite3.Error as error:
        raise BackupRefused(f"The backup could not be {what}: {error}. Nothing was changed.") from error
