"""From one kind of database to the other and back: every row of every table, with key and deletions, or nothing at all."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import open_stages
from bot.cli.backup import moved, place_at
from bot.config import Config, DatabaseConfig
from bot.errors import DatabaseRefused, InputError
from bot.privacy.deletion import tombstone_file
from bot.storage import moving
from bot.storage.database import read_in_thread
from bot.storage.hashing import key_file
from bot.storage.moving import Contents, carry_over
from bot.storage.opening import ProcessLock, is_empty, prepare_database
from bot.storage.postgres import PostgresDatabase, session
from bot.storage.tables import metadata
from tests.conftest import TESTS
from tests.integration.making import ask, open_case
from tests.integration.postgres import Server
from tests.integration.processes import python

BEFORE = TESTS / "data" / "upgrade"
ANA = 1001


@pytest.fixture
def filled(path: Path) -> Path:
    """A database with rows of every kind, as an earlier version of the bot has left it, with its key and its list of deletions."""
    connection = sqlite3.connect(path)
    connection.executescript((BEFORE / "database.sql").read_text(encoding="utf-8"))
    connection.close()
    prepare_database(path, must_exist=True)
    key_file(path).write_text(bytes(range(32)).hex() + "\n")
    tombstone_file(path).write_bytes((BEFORE / "database.deletions").read_bytes())
    return path


@pytest.fixture
def place(server: Server, path: Path) -> PostgresDatabase:
    """A database with nothing in it, not even tables, beside which the same key lies."""
    server.run("DROP DATABASE IF EXISTS bot WITH (FORCE)", "CREATE DATABASE bot")
    return server.database(path)


def everything(place: PostgresDatabase | Path) -> tuple[Contents, ...]:
    with read_in_thread(place) as connection:
        return tuple(moving.contents(connection, table) for table in metadata.sorted_tables)


def test_every_row_of_every_table_is_the_same_there_and_back(filled: Path, place: PostgresDatabase, tmp_path: Path) -> None:
    with sqlite3.connect(filled) as connection:
        connection.execute("INSERT INTO facts VALUES ('café 🦙', ?)", ("x\n\\.\t" * 1000,))
        connection.execute("UPDATE answers SET confidence = 0.1 + 0.2, message_id = ? WHERE id = 1", (2**63 - 1,))
    connection.close()
    back = tmp_path / "back.sqlite3"

    there, again = carry_over(filled, place), carry_over(place, back)

    assert there == again == everything(filled) == everything(place) == everything(back)
    assert sum(one.rows for one in there) > 100
    assert [file.name for file in tmp_path.glob("back*") if "wal" not in file.name and "shm" not in file.name] == ["back.sqlite3"]


async def test_what_comes_later_is_numbered_on(stages_of: Config, built: BuiltKnowledge) -> None:
    async with open_stages(stages_of, built) as stages:
        await open_case(stages.database)
        assert (await stages.members.of(ANA)).rows > 0


@pytest.fixture
def stages_of(filled: Path, place: PostgresDatabase, server: Server, config: Config) -> Config:
    """A bot on a server, to which an old database was carried over."""
    carry_over(filled, place)
    return config.model_copy(update={"database": DatabaseConfig(path=place.path, url=server.url())})


def test_a_database_in_which_something_is_is_left_alone(filled: Path, place: PostgresDatabase, tmp_path: Path) -> None:
    taken = tmp_path / "taken.sqlite3"
    taken.write_text("something")
    carry_over(filled, place)
    before = everything(place)

    for target in (place, taken):
        with pytest.raises(DatabaseRefused, match=r"is not empty|is there already"):
            carry_over(filled, target)

    assert everything(place) == before
    assert taken.read_text() == "something"


@pytest.mark.parametrize("to_file", [False, True])
def test_where_what_was_written_is_not_what_was_read_nothing_is_kept(
    filled: Path, place: PostgresDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to_file: bool
) -> None:
    before = everything(filled)
    monkeypatch.setattr(moving, "contents", lambda _connection, table: Contents(table.name, 0, ""))
    target = tmp_path / "target.sqlite3" if to_file else place

    with pytest.raises(DatabaseRefused, match="not what was read"):
        carry_over(filled, target)

    assert list(tmp_path.glob("target*")) == []
    assert is_empty(place)
    monkeypatch.undo()
    assert everything(filled) == before


def test_while_a_bot_is_running_on_either_nothing_is_moved(filled: Path, place: PostgresDatabase, tmp_path: Path) -> None:
    lock = ProcessLock(filled)
    lock.acquire()
    try:
        with pytest.raises(DatabaseRefused, match="Another bot process"):
            moved(filled, place)
    finally:
        lock.release()
    with session(place, alone=True), pytest.raises(DatabaseRefused, match="Another bot process"):
        moved(filled, place)
    moved(filled, place)
    with session(place, alone=True), pytest.raises(DatabaseRefused, match="Another bot process"):
        moved(place, tmp_path / "back.sqlite3")

    assert not (tmp_path / "back.sqlite3").exists()


async def test_key_and_deletions_come_along_where_they_lie_elsewhere(
    config: Config, place: PostgresDatabase, built: BuiltKnowledge, tmp_path: Path
) -> None:
    async with open_stages(config, built) as stages:
        await open_case(stages.database)
        await stages.members.delete(ANA)
        await ask(stages.database, "a late question")
    other = tmp_path / "other" / "bot.sqlite3"

    def move() -> None:
        moved(config.database.path, place)
        moved(place, other)

    await asyncio.to_thread(move)

    async with open_stages(config.model_copy(update={"database": DatabaseConfig(path=other)}), built) as stages:
        assert (await stages.members.of(ANA)).rows == 0
    names = {file.name for file in other.parent.iterdir()}
    assert {"bot.sqlite3", "bot.sqlite3.key"} <= names


def test_an_address_with_a_password_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds a password") as caught:
        place_at("postgresql://faq:hunter2@db.example/faq", DatabaseConfig(path=tmp_path / "bot.sqlite3"))

    assert "hunter2" not in str(caught.value)


def test_the_command_says_what_was_carried_over_and_what_is_left_to_do(filled: Path, place: PostgresDatabase, server: Server) -> None:
    variables = {"BOT_DATABASE_PATH": str(filled)}

    done = python("-m", "bot", "move-database", str(filled), server.url(), cwd=filled.parent, changes=variables)

    assert (done.returncode, done.stderr) == (0, "")
    assert "answers" in done.stdout
    assert "compared row by row. Set database.url to it" in " ".join(done.stdout.split())
    shown = python(
        "-m", "bot", "review", "list", "--all", "--guild", "101", cwd=filled.parent, changes=variables | {"BOT_DATABASE_URL": server.url()}
    )
    assert shown.returncode == 0, shown.stderr
    ready = python("-m", "bot", "run", "--dry-run", cwd=filled.parent, changes=variables | {"BOT_DATABASE_URL": server.url()})
    assert f"Database: {place} is ready" in " ".join(ready.stdout.split()), ready.stderr
