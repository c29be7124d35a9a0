"""Files that must not be opened are refused with the way out, and stay as they are; others are created or taken over."""

# ruff: noqa: ASYNC240 - nothing else waits for the loop while a test looks at its files

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from bot.errors import DatabaseRefused
from bot.storage.database import Database, recall_fact, store_fact
from bot.storage.opening import prepare_database
from tests.integration.processes import python
from tests.integration.rows import rows, second_program

as_user = pytest.mark.skipif(sys.platform != "win32" and os.getuid() == 0, reason="permission bits do not bind root")


def write_database(path: Path, *statements: str) -> None:
    with second_program(path) as connection:
        for statement in statements:
            connection.execute(statement)


async def fill(path: Path, count: int) -> None:
    database = Database(path)
    try:
        for number in range(count):
            await store_fact(database, f"fact-{number}", "x" * 3000)
    finally:
        await database.close()


def test_a_database_is_created_where_there_is_none(path: Path) -> None:
    prepare_database(path, must_exist=False)

    assert {"answers", "votes", "facts"} <= {name for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_the_folder_of_a_new_database_is_created_for_its_owner_only(tmp_path: Path) -> None:
    prepare_database(tmp_path / "data" / "bot.sqlite3", must_exist=False)

    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


async def test_preparing_a_database_of_todays_schema_changes_none_of_its_rows_and_makes_no_copy(path: Path) -> None:
    prepare_database(path, must_exist=False)
    await fill(path, 1)

    prepare_database(path, must_exist=True)

    assert rows(path, "SELECT name FROM facts") == [("fact-0",)]
    assert list(path.parent.glob("*before-migration*")) == []


def test_an_empty_file_is_filled_where_no_database_is_expected(path: Path) -> None:
    path.touch()

    prepare_database(path, must_exist=False)

    assert rows(path, "SELECT count(*) FROM answers") == [(0,)]


@pytest.mark.fault(40)
def test_a_missing_database_is_refused_where_one_is_expected_and_none_is_created(path: Path) -> None:
    """Row 40 of the faults."""
    with pytest.raises(DatabaseRefused, match=r"There is no database at .*bot\.sqlite3.*--init"):
        prepare_database(path, must_exist=True)

    assert not path.exists()


@pytest.mark.fault(40)
def test_an_empty_file_is_refused_where_a_database_is_expected(path: Path) -> None:
    """Row 40 of the faults."""
    path.touch()

    with pytest.raises(DatabaseRefused, match="--init"):
        prepare_database(path, must_exist=True)

    assert path.stat().st_size == 0


@pytest.mark.fault(38)
def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused, match=r"The folder of the database, .*nowhere/data, does not exist"):
        prepare_database(tmp_path / "nowhere" / "data" / "bot.sqlite3", must_exist=False)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir()

    with pytest.raises(DatabaseRefused, match="is a folder"):
        prepare_database(path, must_exist=False)


@pytest.mark.fault(39)
@pytest.mark.parametrize("content", [b"hello", b"SQLite format 2\0" + bytes(100), b"\0" * 4096, b"PK\x03\x04" * 1000], ids=repr)
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path, content: bytes) -> None:
    """Row 39 of the faults."""
    path.write_bytes(content)

    with pytest.raises(DatabaseRefused, match=r"bot\.sqlite3 is not a SQLite database"):
        prepare_database(path, must_exist=False)

    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.fault(39)
async def test_a_damaged_database_is_refused_with_the_repair_and_left_as_it_is(path: Path) -> None:
    """Row 39 of the faults."""
    prepare_database(path, must_exist=False)
    await fill(path, 30)
    content = bytearray(path.read_bytes())
    content[3 * 4096 : len(content) - 4096] = b"\xa5" * (len(content) - 4 * 4096)
    path.write_bytes(content)

    with pytest.raises(DatabaseRefused, match=r"(?s)is damaged \(.+\).*left as it is.*\.recover"):
        prepare_database(path, must_exist=True)

    assert path.read_bytes() == content


@pytest.mark.fault(39)
async def test_a_database_that_was_cut_off_is_refused_and_left_as_it_is(path: Path) -> None:
    """Row 39 of the faults."""
    prepare_database(path, must_exist=False)
    await fill(path, 30)
    content = path.read_bytes()[: 10 * 4096]
    path.write_bytes(content)

    with pytest.raises(DatabaseRefused, match="damaged"):
        prepare_database(path, must_exist=True)

    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_its_tables_stay(path: Path) -> None:
    write_database(path, "CREATE TABLE songs (title)", "INSERT INTO songs VALUES ('one')")

    with pytest.raises(DatabaseRefused, match="database of another program"):
        prepare_database(path, must_exist=False)

    assert rows(path, "SELECT name FROM sqlite_master") == [("songs",)]
    assert rows(path, "SELECT title FROM songs") == [("one",)]


def test_a_database_of_another_program_is_left_byte_for_byte(path: Path) -> None:
    write_database(path, "CREATE TABLE songs (title)")
    before = path.read_bytes()

    with pytest.raises(DatabaseRefused):
        prepare_database(path, must_exist=False)

    assert path.read_bytes() == before


@pytest.mark.fault(41)
def test_a_newer_schema_is_refused_by_its_name_and_left_as_it_is(path: Path) -> None:
    """Row 41 of the faults."""
    prepare_database(path, must_exist=False)
    write_database(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()

    with pytest.raises(DatabaseRefused, match=r"has schema 9999, which this version of the bot does not know.*newer"):
        prepare_database(path, must_exist=True)

    assert path.read_bytes() == before
    assert list(path.parent.glob("*before-migration*")) == []


def test_a_database_that_another_program_holds_is_not_called_damaged(path: Path) -> None:
    prepare_database(path, must_exist=False)
    with second_program(path) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("INSERT INTO facts VALUES ('color', 'green')")

        with pytest.raises(DatabaseRefused) as refused:
            prepare_database(path, must_exist=True)

    assert "damaged" not in str(refused.value)
    assert "nother program" in str(refused.value)


async def test_a_database_whose_writer_was_killed_is_opened_with_all_its_committed_rows(path: Path) -> None:
    prepare_database(path, must_exist=False)
    write_and_die = (
        "import os, signal, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute(\"INSERT INTO facts VALUES ('color', 'green')\")\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "connection.execute(\"INSERT INTO facts VALUES ('shape', 'round')\")\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert python("-c", write_and_die, str(path), cwd=path.parent).returncode == -9

    prepare_database(path, must_exist=True)

    database = Database(path)
    try:
        assert await recall_fact(database, "color") == "green"
        assert await recall_fact(database, "shape") is None
    finally:
        await database.close()


def test_copies_of_earlier_migrations_are_deleted_after_a_month_and_nothing_else_is(path: Path) -> None:
    ages = {
        "bot.sqlite3.before-migration-0001-a": 31,
        "bot.sqlite3.before-migration-0001-b": 29,
        "other.sqlite3.before-migration-0001-a": 31,
    }
    for name, days in ages.items():
        (path.parent / name).touch()
        os.utime(path.parent / name, (time.time() - days * 86_400,) * 2)

    prepare_database(path, must_exist=False)

    assert sorted(copy.name for copy in path.parent.glob("*before*")) == [
        "bot.sqlite3.before-migration-0001-b",
        "other.sqlite3.before-migration-0001-a",
    ]


@pytest.mark.fault(38)
@as_user
def test_a_read_only_file_is_refused_with_its_path(path: Path) -> None:
    """Row 38 of the faults."""
    prepare_database(path, must_exist=False)
    path.chmod(0o400)

    with pytest.raises(DatabaseRefused, match=r"bot\.sqlite3 cannot be written.*runs as user"):
        prepare_database(path, must_exist=True)


@pytest.mark.fault(38)
@as_user
def test_a_read_only_folder_is_refused_with_its_path(tmp_path: Path) -> None:
    """Row 38 of the faults."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)

    with pytest.raises(DatabaseRefused, match=r"data cannot be written.*runs as user"):
        prepare_database(folder / "bot.sqlite3", must_exist=False)

    assert list(folder.iterdir()) == []


@pytest.mark.fault(38)
@as_user
def test_a_file_that_may_not_be_read_is_refused_with_its_path(path: Path) -> None:
    prepare_database(path, must_exist=False)
    path.chmod(0o200)

    with pytest.raises(DatabaseRefused, match=r"bot\.sqlite3"):
        prepare_database(path, must_exist=True)
