"""The two engines on a real file: what is saved is saved, and what fails is said and does not last."""

# ruff: noqa: ASYNC240 - nothing else waits for the loop while a test looks at its files

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import NotSaved, StorageError
from bot.storage.database import TURN_SECONDS, Database, recall_fact, store_fact
from bot.storage.dialect import BUSY_SECONDS
from bot.storage.opening import prepare_database
from bot.storage.tables import facts
from tests.integration.rows import rows, second_program


@pytest.mark.fault(35)
@pytest.mark.only_sqlite("its settings and files")
async def test_writes_survive_a_power_cut_because_every_commit_reaches_the_disk(database: Database) -> None:
    async with database.write() as connection:
        found = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


async def test_what_is_written_is_in_the_file_for_other_programs_when_the_block_has_ended(database: Database) -> None:
    await store_fact(database, "color", "green")

    assert rows(database.path, "SELECT name, value FROM facts") == [("color", "green")]


async def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    async def write_and_fail() -> None:
        async with database.write() as connection:
            await connection.execute(sa.insert(facts).values(name="color", value="green"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()

    assert await recall_fact(database, "color") is None


async def test_a_statement_that_fails_is_said_and_takes_the_whole_block_with_it(database: Database) -> None:
    async def write_twice() -> None:
        async with database.write() as connection:
            await connection.execute(sa.insert(facts).values(name="color", value="green"))
            await connection.execute(sa.insert(facts).values(name="color", value="red"))

    with pytest.raises(NotSaved, match=r"UNIQUE|does not fit"):
        await write_twice()

    assert rows(database.path, "SELECT * FROM facts") == []


async def test_a_read_does_not_wait_for_the_writer_and_does_not_see_what_is_not_committed(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(sa.insert(facts).values(name="color", value="green"))
        meanwhile = await recall_fact(database, "color")

    assert meanwhile is None
    assert await recall_fact(database, "color") == "green"


async def test_a_read_block_sees_one_state_of_the_database_from_its_first_query_to_its_last(database: Database) -> None:
    await store_fact(database, "color", "green")
    query = sa.select(facts.c.value)

    async with database.read() as connection:
        before = (await connection.execute(query)).scalar_one()
        await store_fact(database, "color", "red")
        after = (await connection.execute(query)).scalar_one()

    assert (before, after) == ("green", "green")
    assert await recall_fact(database, "color") == "red"


async def test_a_read_block_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError, match=r"readonly|takes no writes"):
        async with database.read() as connection:
            await connection.execute(sa.insert(facts).values(name="color", value="green"))

    assert await recall_fact(database, "color") is None


async def test_concurrent_writes_of_50_tasks_are_all_saved(database: Database) -> None:
    await asyncio.gather(*(store_fact(database, f"fact-{number}", str(number)) for number in range(50)))

    assert set(rows(database.path, "SELECT name, value FROM facts")) == {(f"fact-{number}", str(number)) for number in range(50)}


async def test_more_readers_than_there_are_connections_all_get_their_answer(database: Database) -> None:
    await store_fact(database, "color", "green")

    assert await asyncio.gather(*(recall_fact(database, "color") for _ in range(40))) == ["green"] * 40


@pytest.mark.fault(37)
@pytest.mark.usefixtures("short_wait")
async def test_a_write_that_another_process_keeps_out_is_not_saved_and_the_next_one_is(path: Path) -> None:
    """Row 37 of the faults."""
    prepare_database(path, must_exist=False)
    database = Database(path)
    try:
        with second_program(path) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(NotSaved, match="nothing was saved: database is locked"):
                await store_fact(database, "color", "green")
            while_locked = await recall_fact(database, "color")
            other.execute("ROLLBACK")

            await store_fact(database, "color", "red")

        assert while_locked is None
        assert await recall_fact(database, "color") == "red"
    finally:
        await database.close()


@pytest.mark.fault(37)
@pytest.mark.only_sqlite("its settings and files")
async def test_the_wait_for_another_process_is_at_most_two_seconds(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 37 of the faults."""
    monkeypatch.setattr("bot.storage.dialect.BUSY_SECONDS", BUSY_SECONDS)  # as outside of tests
    own = Database(database.path)
    try:
        async with own.write() as connection:
            waits = (await connection.exec_driver_sql("PRAGMA busy_timeout")).scalar_one()
    finally:
        await own.close()

    assert waits == 2000


@pytest.mark.fault(36)
@pytest.mark.only_sqlite("its settings and files")
async def test_a_full_disk_is_said_reads_go_on_and_the_same_database_works_when_there_is_space_again(database: Database) -> None:
    """Row 36 of the faults."""
    await store_fact(database, "color", "green")
    async with database.write() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(NotSaved, match="database or disk is full"):
        await store_fact(database, "story", "x" * 1_000_000)
    while_full = await recall_fact(database, "color"), await recall_fact(database, "story")
    async with database.write() as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1000}")
    await store_fact(database, "story", "x" * 1_000_000)

    assert while_full == ("green", None)
    assert await recall_fact(database, "story") == "x" * 1_000_000
    assert rows(database.path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("steps", range(0, 40, 3))
async def test_a_write_that_is_cancelled_leaves_the_database_usable_and_is_never_saved_in_part(database: Database, steps: int) -> None:
    async def write_two() -> None:
        async with database.write() as connection:
            await connection.execute(sa.insert(facts).values(name="first", value="1"))
            await connection.execute(sa.insert(facts).values(name="second", value="2"))

    await store_fact(database, "before", "0")
    task = asyncio.create_task(write_two())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store_fact(database, "after", "3")

    names = {name for (name,) in rows(database.path, "SELECT name FROM facts")}
    assert names in ({"before", "after"}, {"before", "first", "second", "after"})


@pytest.mark.fault(33)
@pytest.mark.parametrize("steps", range(4))
async def test_a_cancelled_read_ends_also_where_the_loop_ends_while_its_connection_is_closed(database: Database, steps: int) -> None:
    counting = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 100000) SELECT max(x) FROM n"
    begun = asyncio.Event()

    async def read() -> None:
        async with database.read() as connection:
            begun.set()
            await connection.exec_driver_sql(counting)

    here = asyncio.all_tasks()
    reading = asyncio.create_task(read())
    await begun.wait()
    for _ in range(steps):
        await asyncio.sleep(0)
    reading.cancel()  # as a periodic task is at the end
    for _ in range(3):
        await asyncio.sleep(0)  # its connection is being closed now, in a task of its own
    left = asyncio.all_tasks() - here
    for task in left:
        task.cancel()  # as asyncio.run does with whatever is left

    assert left
    assert not (await asyncio.wait(left, timeout=60))[1]


@pytest.mark.only_sqlite("its settings and files")
async def test_emptying_the_log_leaves_its_rows_in_the_main_file(database: Database) -> None:
    await store_fact(database, "color", "green")

    await database.forget_deleted_bytes()

    assert database.path.with_name(database.path.name + "-wal").stat().st_size == 0
    assert b"green" in database.path.read_bytes()


@pytest.mark.usefixtures("short_wait")
async def test_emptying_the_log_while_it_is_being_read_breaks_neither_the_reader_nor_later_writes(path: Path) -> None:
    prepare_database(path, must_exist=False)
    database = Database(path)
    try:
        await store_fact(database, "color", "green")
        async with database.read() as connection:
            await connection.execute(sa.select(facts.c.value))
            await store_fact(database, "color", "red")
            await database.forget_deleted_bytes()
            seen = (await connection.execute(sa.select(facts.c.value))).scalar_one()
        await store_fact(database, "color", "blue")

        assert seen == "green"
        assert await recall_fact(database, "color") == "blue"
    finally:
        await database.close()


@pytest.mark.parametrize(
    "name",
    [
        "with space", "héß 日本", "100% sure", "a&mode=ro", "it's", "a;b",
        "c%20d", "what?", "no#1",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("threads_end")
async def test_the_folder_of_a_database_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    path = folder / "bot.sqlite3"
    prepare_database(path, must_exist=False)
    database = Database(path)
    try:
        await store_fact(database, "color", "green")

        assert rows(path, "SELECT value FROM facts") == [("green",)]
    finally:
        await database.close()


@pytest.mark.usefixtures("threads_end")
async def test_reading_a_database_that_is_not_there_is_a_storage_error_and_creates_nothing(path: Path) -> None:
    database = Database(path)
    try:
        with pytest.raises(StorageError, match="cannot be read"):
            await recall_fact(database, "color")
        with pytest.raises(NotSaved, match="nothing was saved"):
            await store_fact(database, "color", "green")

        assert not path.exists()
    finally:
        await database.close()


@pytest.mark.parametrize("trouble", ["renamed", "deleted", "replaced"])
async def test_a_write_into_a_file_that_is_not_at_its_path_any_more_is_not_said_to_be_saved(path: Path, trouble: str) -> None:
    prepare_database(path, must_exist=False)
    database = Database(path)
    try:
        await store_fact(database, "color", "green")
        assert await recall_fact(database, "color") == "green"
        kept = path.rename(path.with_name("kept.sqlite3"))
        match trouble:
            case "deleted":
                kept.unlink()
            case "replaced":
                path.write_bytes(kept.read_bytes())

        with pytest.raises(NotSaved, match="was renamed, deleted or replaced"):
            await store_fact(database, "color", "red")

        assert await recall_fact(database, "color") == "green"
    finally:
        await database.close()


async def test_a_file_that_disappears_while_a_block_writes_is_not_said_to_be_saved(path: Path) -> None:
    prepare_database(path, must_exist=False)
    database = Database(path)

    async def write_and_rename() -> None:
        async with database.write() as connection:
            await connection.execute(sa.insert(facts).values(name="color", value="green"))
            path.rename(path.with_name("kept.sqlite3"))

    try:
        with pytest.raises(NotSaved, match="was renamed, deleted or replaced"):
            await write_and_rename()
    finally:
        await database.close()


async def test_a_file_that_was_put_back_is_written_again(path: Path) -> None:
    prepare_database(path, must_exist=False)
    database = Database(path)
    try:
        kept = path.rename(path.with_name("kept.sqlite3"))
        with pytest.raises(NotSaved):
            await store_fact(database, "color", "red")
        kept.rename(path)

        await store_fact(database, "color", "green")

        assert rows(path, "SELECT value FROM facts") == [("green",)]
    finally:
        await database.close()


@pytest.mark.fault(26)
async def test_a_write_that_waits_too_long_for_its_turn_is_given_up_and_the_one_before_it_is_saved(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.database.TURN_SECONDS", 0.05)
    prepare_database(path, must_exist=False)
    database = Database(path)
    try:
        async with database.write() as connection:
            await connection.execute(sa.insert(facts).values(name="color", value="green"))
            with pytest.raises(NotSaved, match="not enough for the writes before this one"):
                await store_fact(database, "shape", "round")

        assert (await recall_fact(database, "color"), await recall_fact(database, "shape")) == ("green", None)
        await store_fact(database, "shape", "square")
        assert await recall_fact(database, "shape") == "square"
    finally:
        await database.close()


def test_the_wait_for_a_turn_is_at_most_two_seconds() -> None:
    assert TURN_SECONDS <= 2
