"""Backups of PostgreSQL by its own programs: verified, without what was deleted since, and what is refused leaves everything as it was."""

# ruff: noqa: ASYNC240 - nothing else waits for the loop while a test looks at its files

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import open_stages
from bot.cli.backup import restore_backup
from bot.config import Config, DatabaseConfig
from bot.errors import BackupRefused, DatabaseRefused, StorageError
from bot.storage import dumping, moving, opening
from bot.storage.backup import manifest_file
from bot.storage.database import read_in_thread
from bot.storage.hashing import key_file
from bot.storage.postgres import PostgresDatabase, session
from bot.storage.tables import metadata
from tests.integration.making import ask
from tests.integration.postgres import ON_SERVER, TEMPLATE, Server
from tests.integration.rows import in_files, rows

ANA = 1001


@pytest.fixture
def place(server: Server, config: Config) -> PostgresDatabase:
    """An empty database of today's schema, and what rows are looked for in."""
    if shutil.which("pg_dump") is None:
        pytest.skip("the programs of PostgreSQL are not on the path")
    server.make("bot", TEMPLATE)
    place = server.database(config.database.path)
    ON_SERVER[place.path] = place
    return place


@pytest.fixture
def on_server(place: PostgresDatabase, config: Config, server: Server) -> Config:
    """The configuration of a bot that uses it."""
    return config.model_copy(update={"database": DatabaseConfig(path=place.path, url=server.url())})


@pytest.fixture
async def backup(on_server: Config, place: PostgresDatabase, built: BuiltKnowledge, tmp_path: Path) -> Path:
    """A backup of a database with one question; another was asked since, and Ana has deleted the first."""
    file = tmp_path / "backups" / "backup.dump"
    file.parent.mkdir()
    async with open_stages(on_server, built) as stages:
        await ask(stages.database, "an early question\tthat was deleted\n\\.\n")
        with session(place) as other:
            other.execute("UPDATE answers SET member_hash = %s", [stages.hasher.hash(101, ANA)])
        await asyncio.to_thread(dumping.make_dump, place, file)  # while the bot has it open
        assert await stages.members.delete(ANA) == 1
        await ask(stages.database, "a late question")
    return file


def everything(place: PostgresDatabase) -> list[moving.Contents]:
    with read_in_thread(place) as connection:
        return [moving.contents(connection, table) for table in metadata.sorted_tables]


def files(config: Config) -> dict[str, bytes]:
    folder = config.database.path.parent
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file() and not file.name.endswith(".lock")}


async def test_a_backup_has_every_row_and_a_manifest_that_describes_it(backup: Path) -> None:
    manifest = dumping.verify_dump(backup)

    assert {one.table: one.rows for one in manifest.rows}["answers"] == 1
    assert {one.table for one in manifest.rows} == {*metadata.tables, "alembic_version"}
    assert manifest.size == backup.stat().st_size
    assert sorted(file.name for file in backup.parent.iterdir()) == ["backup.dump", "backup.dump.manifest.json"]
    assert oct(backup.stat().st_mode)[-3:] == "600"


async def test_a_restored_backup_is_without_what_was_deleted_since(on_server: Config, backup: Path, built: BuiltKnowledge) -> None:
    restored = await restore_backup(on_server, backup)

    assert restored.deletions == 1
    assert rows(on_server.database.path, "SELECT question FROM answers") == [(None,)]
    assert in_files(on_server.database.path, "early question") == []
    assert restored.kept_aside is not None
    assert {one.table: one.rows for one in dumping.dumped_rows(restored.kept_aside)}["answers"] == 2
    async with open_stages(on_server, built) as stages:
        assert (await stages.members.of(ANA)).rows == 0
        await ask(stages.database, "another question")


async def test_a_dump_that_was_loaded_by_hand_loses_the_deleted_rows_at_the_next_start(
    on_server: Config, backup: Path, place: PostgresDatabase, built: BuiltKnowledge
) -> None:
    dumping.load_dump(place, backup)
    assert in_files(place.path, "early question") != []

    async with open_stages(on_server, built):
        assert in_files(place.path, "early question") == []


async def test_a_backup_is_restored_into_an_empty_database(on_server: Config, backup: Path, server: Server) -> None:
    server.run("DROP DATABASE bot", "CREATE DATABASE bot")

    restored = await restore_backup(on_server, backup)

    assert (restored.deletions, restored.kept_aside) == (1, None)
    assert rows(on_server.database.path, "SELECT question FROM answers") == [(None,)]
    with pytest.raises(DatabaseRefused, match="append-only"), session(server.database(on_server.database.path)) as other:
        other.execute("TRUNCATE audit")


async def test_a_backup_of_an_older_schema_is_migrated(on_server: Config, place: PostgresDatabase, server: Server, tmp_path: Path) -> None:
    server.run("DROP DATABASE bot", "CREATE DATABASE bot")
    with opening._migration_connection(place) as connection:
        config = opening._alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
    old = dumping.make_dump(place, tmp_path / "old.dump")
    opening.prepare_database(place, must_exist=True)

    await restore_backup(on_server, tmp_path / "old.dump")

    assert old.schema == "0008"
    opening.require_current(place)


async def test_a_restore_is_refused_while_a_bot_is_running_on_another_computer(
    on_server: Config, backup: Path, place: PostgresDatabase
) -> None:
    before = everything(place)

    with session(place, alone=True), pytest.raises(DatabaseRefused, match="Another bot process"):
        await restore_backup(on_server, backup)

    assert everything(place) == before


def _another_key(config: Config, _backup: Path) -> None:
    key_file(config.database.path).write_text("ab" * 32)


def _cut_short(_config: Config, backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-100])


def _no_manifest(_config: Config, backup: Path) -> None:
    manifest_file(backup).unlink()


@pytest.mark.parametrize(
    ("trouble", "reply"),
    [
        (_another_key, "not the one under which it was filled"),
        (_cut_short, "not what its manifest describes"),
        (_no_manifest, "is missing, so nobody can say"),
    ],
)
async def test_what_must_not_be_restored_is_said_and_nothing_is_changed(
    on_server: Config, backup: Path, place: PostgresDatabase, trouble: Callable[[Config, Path], None], reply: str
) -> None:
    trouble(on_server, backup)
    before, beside = everything(place), files(on_server)

    with pytest.raises(StorageError, match=reply):
        await restore_backup(on_server, backup)

    assert everything(place) == before
    assert files(on_server) == beside


async def test_a_dump_that_breaks_off_while_it_is_loaded_changes_nothing(backup: Path, place: PostgresDatabase) -> None:
    before = everything(place)
    backup.write_bytes(backup.read_bytes()[:-200])

    with pytest.raises(BackupRefused):
        dumping.load_dump(place, backup)

    assert everything(place) == before


async def test_where_a_dump_cannot_be_loaded_no_copy_of_the_database_stays_behind(
    on_server: Config, backup: Path, place: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_place: PostgresDatabase, _dump: Path | None) -> None:
        raise BackupRefused("the server's disk is full")

    before, beside = everything(place), files(on_server)
    monkeypatch.setattr(dumping, "load_dump", refused)

    with pytest.raises(BackupRefused, match="disk is full"):
        await restore_backup(on_server, backup)

    assert (everything(place), files(on_server)) == (before, beside)


def test_without_the_programs_of_postgresql_the_remedy_is_said(
    place: PostgresDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupRefused, match="apt install postgresql-client"):
        dumping.make_dump(place, tmp_path / "backup.dump")

    assert list(tmp_path.glob("backup*")) == []
