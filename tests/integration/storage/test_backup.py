"""Backups: made while others write, verified before they count, and never at the cost of the last good one."""

from __future__ import annotations

import asyncio
import hashlib
import json
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import BackupRefused
from bot.storage.backup import make_backup, manifest_file, verify_backup
from bot.storage.database import Database, store_fact
from bot.storage.opening import prepare_database
from tests.integration.processes import PATIENCE, python, started
from tests.integration.rows import in_files, rows

WRITE_FOR_EVER = """
import asyncio, itertools, sys
from pathlib import Path
from bot.storage.database import Database
from bot.storage.database import store_fact

async def main() -> None:
    database = Database(Path(sys.argv[1]))
    for number in itertools.count():
        await store_fact(database, f"fact {number}", "x" * 500)
        print(number, flush=True)

asyncio.run(main())
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def with_facts(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A closed database with 200 facts, made once and copied."""
    path: Path = tmp_path_factory.mktemp("facts") / "bot.sqlite3"
    shutil.copy2(empty_database, path)
    database = Database(path)
    for number in range(200):
        await store_fact(database, f"fact {number}", "a value " * 20)
    await database.close()
    return path


@pytest.fixture
def filled(path: Path, with_facts: Path) -> Path:
    """A database, in use by no one, with 200 facts."""
    shutil.copy2(with_facts, path)
    return path


def facts(path: Path) -> int:
    ((number,),) = rows(path, "SELECT count(*) FROM facts")
    assert isinstance(number, int)
    return number


def beside(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir() if file.name.startswith(path.name))


def test_a_backup_has_every_row_and_a_manifest_that_describes_it(filled: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite3"

    manifest = make_backup(filled, backup)

    assert facts(backup) == 200
    assert manifest.sha256 == hashlib.sha256(backup.read_bytes()).hexdigest()
    assert {one.table: one.rows for one in manifest.rows}["facts"] == 200
    assert manifest.size == backup.stat().st_size
    assert verify_backup(backup) == manifest
    assert beside(backup) == ["backup.sqlite3", "backup.sqlite3.manifest.json"]
    assert backup.stat().st_mode & 0o077 == 0


@pytest.mark.fault(62)
async def test_row_62_a_backup_while_another_process_writes_is_whole_and_has_what_was_acknowledged_before(
    filled: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.sqlite3"
    with started("-c", WRITE_FOR_EVER, str(filled), cwd=tmp_path) as child:
        assert child.stdout is not None
        try:
            for _ in range(3):
                acknowledged = int([child.stdout.readline() for _ in range(20)][-1])
                manifest = await asyncio.to_thread(make_backup, filled, backup)
                assert facts(backup) > max(200, acknowledged) - (acknowledged < 200)
                assert {one.table: one.rows for one in manifest.rows}["facts"] == facts(backup)
                verify_backup(backup)
        finally:
            child.kill()
            child.wait(PATIENCE)


def test_nothing_that_was_deleted_is_left_in_a_backup(filled: Path, tmp_path: Path) -> None:
    with sqlite3.connect(filled) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("INSERT INTO facts VALUES ('gone', 'a secret that was deleted')")
        connection.commit()
        connection.execute("DELETE FROM facts WHERE name = 'gone'")
    connection.close()
    assert in_files(filled, "a secret that was deleted") == ["bot.sqlite3"]

    make_backup(filled, tmp_path / "backup.sqlite3")

    assert in_files(tmp_path / "backup.sqlite3", "a secret that was deleted") == []


@pytest.mark.fault(62)
def test_row_62_a_backup_to_a_full_disk_is_said_and_the_last_good_one_stays(filled: Path, tmp_path: Path) -> None:
    """The limit on the size of files stands for the full disk: the copy cannot be written whole."""
    backup = tmp_path / "backup.sqlite3"
    first = make_backup(filled, backup)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 * 1024, before[1]))
    try:
        with pytest.raises(BackupRefused, match="could not be made"):
            make_backup(filled, backup)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)

    assert verify_backup(backup) == first
    assert beside(backup) == ["backup.sqlite3", "backup.sqlite3.manifest.json"]


@pytest.mark.fault(62)
def test_row_62_a_backup_killed_half_way_leaves_the_last_good_one(filled: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite3"
    first = make_backup(filled, backup)
    die = (
        "import os, signal, sys\nfrom pathlib import Path\nimport bot.storage.backup as backup\n"
        "backup._sha256 = lambda path: os.kill(os.getpid(), signal.SIGKILL)\n"
        "backup.make_backup(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )

    done = python("-c", die, str(filled), str(backup), cwd=tmp_path)

    assert done.returncode == -9
    assert verify_backup(backup) == first
    assert make_backup(filled, backup).rows == first.rows


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
        lambda content: content + b"\0",
    ],
    ids=["last byte", "half", "empty", "one bit", "one byte more"],
)
def test_a_backup_that_was_changed_is_refused(filled: Path, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    backup = tmp_path / "backup.sqlite3"
    make_backup(filled, backup)
    backup.write_bytes(damage(backup.read_bytes()))

    with pytest.raises(BackupRefused, match="not what its manifest describes"):
        verify_backup(backup)


@pytest.mark.fault(42)
async def test_row_42_a_copy_without_its_write_ahead_log_is_noticed(path: Path, tmp_path: Path) -> None:
    prepare_database(path, must_exist=False)
    database = Database(path)
    await store_fact(database, "first", "in the main file")
    await database.forget_deleted_bytes()
    copied = tmp_path / "copied.sqlite3"
    await store_fact(database, "second", "in the log only")
    manifest = await asyncio.to_thread(make_backup, path, tmp_path / "backup.sqlite3")
    await asyncio.to_thread(shutil.copy, path, copied)
    await database.close()
    await asyncio.to_thread(shutil.copy, manifest_file(tmp_path / "backup.sqlite3"), manifest_file(copied))

    assert (facts(copied), {one.table: one.rows for one in manifest.rows}["facts"]) == (1, 2)
    with pytest.raises(BackupRefused):
        verify_backup(copied)


@pytest.mark.fault(42)
def test_row_42_rows_are_counted_even_where_somebody_made_the_checksum_fit(filled: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite3"
    make_backup(filled, backup)
    with sqlite3.connect(backup) as connection:
        connection.execute("DELETE FROM facts WHERE name = 'fact 7'")
    connection.close()
    value = json.loads(manifest_file(backup).read_text())
    value |= {"sha256": hashlib.sha256(backup.read_bytes()).hexdigest(), "size": backup.stat().st_size}
    manifest_file(backup).write_text(json.dumps(value))

    with pytest.raises(BackupRefused, match="other rows"):
        verify_backup(backup)


@pytest.mark.parametrize("manifest", [None, "", "[]", "{}", '{"rows": [{"table": 1}]}', "not json"])
def test_a_backup_without_a_manifest_is_refused(filled: Path, tmp_path: Path, manifest: str | None) -> None:
    backup = tmp_path / "backup.sqlite3"
    make_backup(filled, backup)
    if manifest is None:
        manifest_file(backup).unlink()
    else:
        manifest_file(backup).write_text(manifest)

    with pytest.raises(BackupRefused, match=r"manifest"):
        verify_backup(backup)


def test_a_database_that_is_not_there_and_one_that_is_its_own_backup_are_refused(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="no database"):
        make_backup(tmp_path / "nothing", tmp_path / "backup")
    with pytest.raises(BackupRefused, match="file of its own"):
        make_backup(filled, filled)
    with pytest.raises(BackupRefused, match="file of its own"):
        make_backup(filled, tmp_path)
    assert facts(filled) == 200


def test_a_backup_into_a_folder_that_is_not_there_is_refused(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="could not be made"):
        make_backup(filled, tmp_path / "nowhere" / "backup.sqlite3")


def test_a_damaged_database_makes_no_backup(filled: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite3"
    first = make_backup(filled, backup)
    with filled.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * 4096 * 4)

    with pytest.raises(BackupRefused):
        make_backup(filled, backup)
    assert verify_backup(backup) == first
