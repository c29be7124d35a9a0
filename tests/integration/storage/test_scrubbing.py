"""What was deleted is in no file any more, whatever SQLite did with its pages before and does with them after; and nothing else is lost."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage import scrubbing
from bot.storage.database import Database, recall_fact, store_fact
from bot.storage.opening import prepare_database
from bot.storage.scrubbing import Scrubber
from tests.integration.rows import in_files, rows, second_program

SECRET = "kumquat"
CHURN = (
    "CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, owner INTEGER, text TEXT, later INTEGER)",
    "CREATE UNIQUE INDEX IF NOT EXISTS by_text ON texts (text)",
)


def churned(path: Path, seed: int = 1, count: int = 4000) -> None:
    """Fill a table and its index by inserts, growth and deletions at random places, so that SQLite moves rows between pages."""
    order = random.Random(seed)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN")
        for statement in CHURN:
            connection.execute(statement)
        for number in order.sample(range(count), count):
            text = f"{SECRET if number % 10 == 0 else 'other'} {order.random()} " * order.randint(1, 12)
            connection.execute("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, NULL)", (number, number % 10, text))
        for number in order.sample(range(count), count // 2):
            connection.execute("UPDATE texts SET later = ? WHERE id = ?", (2**62, number))
        connection.execute(f"DELETE FROM texts WHERE owner = 3 AND id < {count // 2}")
        connection.execute("COMMIT")


def forget(path: Path) -> None:
    """Delete what is secret, as rows are deleted by the bot."""
    with second_program(path) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("UPDATE texts SET text = NULL WHERE owner = 0 AND id % 20 = 0")
        connection.execute("DELETE FROM texts WHERE owner = 0 AND id % 20 <> 0")


@pytest.fixture
def scrubber(path: Path) -> Iterator[Scrubber]:
    """What cleans a database with rows that SQLite has moved about, and of which some were deleted."""
    prepare_database(path, must_exist=False)
    churned(path)
    forget(path)
    scrubber = Scrubber(path)
    yield scrubber
    scrubber.close()


def test_copies_that_sqlite_left_of_deleted_rows_are_gone(path: Path, scrubber: Scrubber) -> None:
    with second_program(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert in_files(path, SECRET) == ["bot.sqlite3"]

    assert scrubber.run(pages=True)

    assert in_files(path, SECRET) == []


def test_every_row_that_was_not_deleted_is_as_it_was(path: Path, scrubber: Scrubber) -> None:
    before = rows(path, "SELECT * FROM texts ORDER BY id"), rows(path, "SELECT * FROM sqlite_master")

    assert scrubber.run(pages=True)

    assert (rows(path, "SELECT * FROM texts ORDER BY id"), rows(path, "SELECT * FROM sqlite_master")) == before
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("page_size", [512, 1024, 8192, 65536])
@pytest.mark.parametrize("shrinkable", [0, 1, 2])
def test_the_size_of_pages_and_the_kind_of_file_do_not_matter(path: Path, page_size: int, shrinkable: int) -> None:
    with second_program(path) as connection:
        for pragma in (f"page_size = {page_size}", f"auto_vacuum = {shrinkable}", "journal_mode = WAL"):
            connection.execute(f"PRAGMA {pragma}")
    churned(path, count=1500)
    forget(path)
    before = rows(path, "SELECT * FROM texts ORDER BY id")
    scrubber = Scrubber(path)

    assert scrubber.run(pages=True)

    assert in_files(path, SECRET) == []
    assert rows(path, "SELECT * FROM texts ORDER BY id") == before
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    scrubber.close()


async def test_what_is_written_while_and_after_a_file_is_cleaned_brings_nothing_back(path: Path) -> None:
    prepare_database(path, must_exist=False)
    churned(path)
    database = Database(path)
    try:
        async with database.write() as connection:  # so that the writer holds pages as they were
            await connection.exec_driver_sql("SELECT count(*) FROM texts WHERE text LIKE '%9%'")
            await connection.exec_driver_sql("UPDATE texts SET text = NULL WHERE owner = 0 AND id % 20 = 0")
            await connection.exec_driver_sql("DELETE FROM texts WHERE owner = 0 AND id % 20 <> 0")

        async def write(number: int) -> None:
            async with database.write() as connection:
                await connection.exec_driver_sql("UPDATE texts SET text = 'new ' || id WHERE id % 97 = ? AND owner <> 0", (number,))

        await asyncio.gather(database.forget_deleted_bytes(whole=True), *(write(number) for number in range(20)))
        for number in range(20, 97):
            await write(number)
        await database.forget_deleted_bytes(rewrite=False, whole=True)

        assert in_files(path, SECRET) == []
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]
        assert (
            rows(path, "SELECT count(*) FROM texts WHERE text LIKE 'new %'")[0][0]
            == rows(path, "SELECT count(*) FROM texts WHERE owner <> 0")[0][0]
        )
    finally:
        await database.close()


def test_a_writer_that_has_read_the_pages_just_before_they_are_cleaned_does_not_write_them_back_as_they_were(
    path: Path, scrubber: Scrubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_emptied = scrubbing._emptied
    with second_program(path) as writer:
        writer.execute("PRAGMA cache_size = -100000")

        def emptied(connection: sqlite3.Connection) -> bool:
            writer.execute("UPDATE texts SET later = coalesce(later, 1000) + 1 WHERE id % 50 = 1")
            done = really_emptied(connection)
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("SELECT sum(length(text)), max(later) FROM texts NOT INDEXED").fetchall()
            writer.execute("ROLLBACK")
            return done

        monkeypatch.setattr(scrubbing, "_emptied", emptied)
        assert scrubber.run(pages=True)

    assert in_files(path, SECRET) == []


async def test_writes_go_on_while_a_large_file_is_cleaned(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One page at a time here, so that there are as many steps as in a large file."""
    monkeypatch.setattr("bot.storage.scrubbing._PAGES_CLEANED", 1)
    prepare_database(path, must_exist=False)
    churned(path, count=2000)
    forget(path)
    database = Database(path)
    try:
        cleaning = asyncio.create_task(database.forget_deleted_bytes(whole=True))
        saved = 0
        while not cleaning.done():
            await store_fact(database, "saved", str(saved))
            saved += 1
        await cleaning

        assert saved > 10
        assert await recall_fact(database, "saved") == str(saved - 1)
        assert in_files(path, SECRET) == []
    finally:
        await database.close()


def test_a_file_that_another_connection_has_locked_whole_is_cleaned_once_it_lets_go(
    path: Path, scrubber: Scrubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the first connection of all does while it puts the log in order."""
    first = sqlite3.connect(path, isolation_level=None)
    first.execute("PRAGMA locking_mode = EXCLUSIVE")
    first.execute("CREATE TABLE other (number INTEGER)")
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        first.close()

    monkeypatch.setattr(scrubber._stopped, "wait", pause)

    assert scrubber.run(pages=True)

    assert len(pauses) == 1
    assert in_files(path, SECRET) == []


async def test_a_deletion_does_not_wait_for_a_reader_and_its_bytes_go_when_that_has_ended(path: Path) -> None:
    prepare_database(path, must_exist=False)
    await_reader = Database(path)
    try:
        await store_fact(await_reader, "secret", SECRET)
        async with await_reader.read() as connection:
            await connection.exec_driver_sql("SELECT * FROM facts")
            await store_fact(await_reader, "secret", "gone")
            await await_reader.forget_deleted_bytes()
            assert in_files(path, SECRET) != []
        await await_reader.forget_deleted_bytes(whole=True)

        assert in_files(path, SECRET) == []
    finally:
        await await_reader.close()


def test_pages_that_nothing_uses_are_given_back(path: Path, scrubber: Scrubber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.scrubbing._FREE_PAGES_KEPT", 10)
    size = path.stat().st_size
    with second_program(path) as connection:
        connection.execute("DELETE FROM texts")

    assert scrubber.run(pages=True)

    assert path.stat().st_size < size / 2
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_stopped_run_ends_and_says_that_it_is_not_done(path: Path, scrubber: Scrubber) -> None:
    scrubber.stop()

    assert not scrubber.run(pages=True)
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
