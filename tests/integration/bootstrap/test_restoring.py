"""Restoring: verified, under the lock, without what was deleted since; and whatever is refused leaves the database as it was."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import open_stages
from bot.cli.backup import restore_backup
from bot.config import Config
from bot.errors import BackupRefused, DatabaseRefused, StorageError
from bot.storage.backup import make_backup, manifest_file
from bot.storage.hashing import key_file
from bot.storage.opening import ProcessLock
from tests.integration.making import ask
from tests.integration.rows import in_files, rows

ANA = 1001


@pytest.fixture
async def backup(config: Config, built: BuiltKnowledge, tmp_path: Path) -> Path:
    """A backup of a database with one question; another was asked since, and Ana has deleted the first."""
    file = tmp_path / "backups" / "backup.sqlite3"
    file.parent.mkdir()
    async with open_stages(config, built) as stages:
        await ask(stages.database, "an early question that was deleted")
        async with stages.database.write() as connection:
            await connection.exec_driver_sql("UPDATE answers SET member_hash = ?", (stages.hasher.hash(101, ANA),))
        make_backup(config.database.path, file)
        assert await stages.members.delete(ANA) == 1
        await ask(stages.database, "a late question")
    return file


def questions(config: Config) -> list[object]:
    return [row[0] for row in rows(config.database.path, "SELECT question FROM answers ORDER BY id")]


def files(config: Config) -> dict[str, bytes]:
    """Return what lies in the folder of the database, but for the lock and what SQLite keeps while it is open."""
    folder = config.database.path.parent
    return {
        file.name: file.read_bytes() for file in folder.iterdir() if file.is_file() and not file.name.endswith((".lock", "-wal", "-shm"))
    }


async def test_row_29_a_restored_backup_is_without_what_was_deleted_since(config: Config, backup: Path) -> None:
    restored = await restore_backup(config, backup)

    assert restored.deletions == 1
    assert questions(config) == [None]
    assert in_files(config.database.path, "an early question that was deleted") == []
    assert restored.kept_aside is not None
    assert rows(restored.kept_aside, "SELECT question FROM answers ORDER BY id") == [(None,), ("a late question",)]


async def test_the_bot_serves_from_a_restored_backup_and_members_find_their_rows(
    config: Config, backup: Path, built: BuiltKnowledge
) -> None:
    await restore_backup(config, backup)

    async with open_stages(config, built) as stages:
        assert (await stages.members.of(ANA)).rows == 0
        await ask(stages.database, "another question")


@pytest.mark.fault(29)
async def test_row_29_a_backup_that_was_put_back_by_hand_loses_the_deleted_rows_at_the_next_start(
    config: Config, backup: Path, built: BuiltKnowledge
) -> None:
    await asyncio.to_thread(shutil.copy, backup, config.database.path)

    async with open_stages(config, built):
        assert in_files(config.database.path, "an early question that was deleted") == []


async def test_a_restore_is_refused_while_a_bot_is_running(config: Config, backup: Path) -> None:
    lock = ProcessLock(config.database.path)
    lock.acquire()
    before = files(config)
    try:
        with pytest.raises(DatabaseRefused, match="Another bot process"):
            await restore_backup(config, backup)
    finally:
        lock.release()
    assert files(config) == before


@pytest.mark.fault(39)
async def test_row_39_a_damaged_database_is_kept_aside_and_replaced(config: Config, backup: Path) -> None:
    damaged = b"this is no database any more" * 1000
    config.database.path.write_bytes(damaged)

    restored = await restore_backup(config, backup)

    assert restored.kept_aside is not None
    assert restored.kept_aside.read_bytes() == damaged
    assert questions(config) == [None]


@pytest.mark.fault(40)
async def test_row_40_a_missing_database_is_restored(config: Config, backup: Path) -> None:
    config.database.path.unlink()

    restored = await restore_backup(config, backup)

    assert restored.kept_aside is None
    assert questions(config) == [None]


def _another_key(config: Config, _backup: Path) -> None:
    key_file(config.database.path).write_text("ab" * 32)


def _no_key(config: Config, _backup: Path) -> None:
    key_file(config.database.path).unlink()


def _cut_short(_config: Config, backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-100])


def _no_manifest(_config: Config, backup: Path) -> None:
    manifest_file(backup).unlink()


def _newer(_config: Config, backup: Path) -> None:
    with sqlite3.connect(backup) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'tomorrow'")
    connection.close()
    value = json.loads(manifest_file(backup).read_text())
    value |= {"sha256": hashlib.sha256(backup.read_bytes()).hexdigest(), "size": backup.stat().st_size}
    manifest_file(backup).write_text(json.dumps(value))


@pytest.mark.parametrize(
    ("trouble", "reply"),
    [
        (_another_key, "not the one under which it was filled"),
        (_no_key, "is missing"),
        (_cut_short, "not what its manifest describes"),
        (_no_manifest, "is missing, so nobody can say"),
        (_newer, "used by a newer one"),
    ],
)
async def test_what_must_not_be_restored_is_said_and_nothing_is_changed(
    config: Config, backup: Path, trouble: Callable[[Config, Path], None], reply: str
) -> None:
    trouble(config, backup)
    before = files(config)

    with pytest.raises(StorageError, match=reply):
        await restore_backup(config, backup)

    assert files(config) == before


async def test_a_backup_that_is_not_there_is_said(config: Config, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="no backup"):
        await restore_backup(config, tmp_path / "nothing.sqlite3")
