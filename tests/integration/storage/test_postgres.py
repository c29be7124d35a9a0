"""PostgreSQL, and what is otherwise there than with SQLite: who may write, what can go wrong with a server, and that races are none.

That everything else is the same is shown by the tests beside this one, which run on both databases.
"""

# ruff: noqa: ASYNC220 - nothing else waits for the loop while a test starts a process or waits for its end

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.cases.case import Resolution
from bot.config import Config, DatabaseConfig
from bot.demo.running import demo_config
from bot.errors import DatabaseRefused, NotSaved, StorageError
from bot.guilds.settings import Guilds
from bot.privacy.deletion import Deleted, Tombstones, tombstone_file
from bot.storage import postgres
from bot.storage.database import Database, recall_fact, store_fact
from bot.storage.dialect import one_of, place_of, thread_engine
from bot.storage.opening import prepare_database, require_current
from bot.storage.postgres import PostgresDatabase, Serving
from bot.storage.tables import answers, facts, metadata
from tests.conftest import PATIENCE_SECONDS
from tests.integration.conftest import DIALECTS
from tests.integration.making import ask, done, moderator, open_case
from tests.integration.postgres import TEMPLATE, Server, why_not
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD, review_of

SECRET = "nobody-reads-this"


def test_all_tests_of_storage_run_on_postgresql_too(request: pytest.FixtureRequest) -> None:
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    server: Server = request.getfixturevalue("server")
    with postgres.session(server.database(Path("bot.sqlite3"))) as connection:
        found = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
        assert {table.name for table in metadata.sorted_tables} < {name for (name,) in found}
    assert DIALECTS == ("sqlite", "postgresql")


@pytest.fixture
def place(server: Server, tmp_path: Path) -> PostgresDatabase:
    """An empty database of today's schema."""
    server.make("bot", TEMPLATE)
    return server.database(tmp_path / "bot.sqlite3")


@asynccontextmanager
async def opened(place: PostgresDatabase, serving: Serving = Serving.NOT) -> AsyncIterator[Database]:
    database = Database(place, serving=serving)
    try:
        yield database
    finally:
        await database.close()


def test_the_schema_is_the_same_as_in_a_file(place: PostgresDatabase, empty_database: Path) -> None:
    def described(of: PostgresDatabase | Path) -> dict[str, object]:
        engine = thread_engine(of)
        try:
            found = sa.inspect(engine)
            return {
                table.name: (
                    [(column["name"], column["nullable"]) for column in found.get_columns(table.name)],
                    sorted(
                        (
                            index["name"] or "",
                            bool(index["unique"]),
                            f"{'sqlite' if isinstance(of, Path) else 'postgresql'}_where" in index["dialect_options"],
                        )
                        for index in found.get_indexes(table.name)
                        if not (index["name"] or "").startswith("uq_")
                        or index["name"] in ("uq_audit_delivery", "uq_cases_open_question_key")
                    ),
                    sorted((str(key["name"]), str(key["options"].get("ondelete"))) for key in found.get_foreign_keys(table.name)),
                )
                for table in metadata.sorted_tables
            }
        finally:
            engine.dispose()

    assert described(place) == described(empty_database)


def test_the_audit_log_does_not_let_itself_be_emptied(place: PostgresDatabase) -> None:
    with pytest.raises(DatabaseRefused, match="append-only"), postgres.session(place) as other:
        other.execute("TRUNCATE audit")


async def test_a_list_of_any_length_is_one_parameter(place: PostgresDatabase) -> None:
    names = [f"name {number} 'quoted\" 🦙" for number in range(70_000)]
    async with opened(place) as database:
        await store_fact(database, names[-1], "found")
        async with database.read() as connection:
            found = (await connection.execute(sa.select(facts.c.value).where(one_of(facts.c.name, names)))).scalars().all()

    assert found == ["found"]


async def test_the_longest_question_in_any_script_can_be_kept(place: PostgresDatabase) -> None:
    draw = random.Random(1)
    wording = "".join(chr(draw.randrange(0x4E00, 0x9FFF)) for _ in range(1000))
    async with opened(place) as database:
        review = review_of(database)
        await open_case(database)
        done(await review.decisions.resolve(moderator(), 1, Resolution.ANSWERED))
        for section in (None, "basics/openness#open-weights"):
            await review.kept.keep(moderator(), 1, wording, section)
        kept = await review.kept.of_guild(GUILD)

    assert [(one.question, one.section_id) for one in kept] == [(wording, "basics/openness#open-weights")]


@pytest.mark.fault(43)
async def test_a_second_bot_is_refused_by_the_name_of_the_first_and_reading_is_not(place: PostgresDatabase) -> None:
    async with opened(place, serving=Serving.ALONE) as first:
        await first.claim()
        await store_fact(first, "color", "green")

        with pytest.raises(DatabaseRefused, match=r"Another bot process \(osai-faq-bot .* pid \d+\) uses this database"):
            prepare_database(place, must_exist=True)
        async with opened(place, serving=Serving.ALONE) as second, opened(place) as terminal:
            with pytest.raises(DatabaseRefused, match="Another bot process"):
                await second.claim()
            with pytest.raises(NotSaved, match="Another bot process"):
                await store_fact(second, "color", "red")
            assert await recall_fact(terminal, "color") == "green"

    async with opened(place, serving=Serving.ALONE) as third:
        await third.claim()
        assert await recall_fact(third, "color") == "green"


HOLDER = """
import sys
from pathlib import Path
from bot.storage import postgres
with postgres.session(postgres.PostgresDatabase.at(sys.argv[1], Path(sys.argv[2])), alone=True):
    print("held", flush=True)
    sys.stdin.read()
"""


async def test_the_lock_goes_with_a_process_however_it_ends(place: PostgresDatabase, server: Server) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, server.url(), str(place.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder.stdin, closing(holder.stdout):
        assert holder.stdout.readline() == "held\n"
        async with opened(place, serving=Serving.ALONE) as database:
            with pytest.raises(DatabaseRefused, match=f"pid {holder.pid}"):
                await database.claim()

            holder.kill()
            holder.wait()

            await database.claim()


@pytest.mark.fault(65)
async def test_a_server_that_was_restarted_is_used_again_and_what_was_not_saved_is_said(place: PostgresDatabase, server: Server) -> None:
    async with opened(place, serving=Serving.ALONE) as database:
        await database.claim()
        await store_fact(database, "color", "green")

        server.stop("fast")
        try:
            with pytest.raises(NotSaved, match=r"the server cannot be reached|the connection to the server was lost|starting or stopping"):
                await store_fact(database, "color", "red")
            with pytest.raises(
                StorageError, match=r"the server cannot be reached|the connection to the server was lost|starting or stopping"
            ):
                await recall_fact(database, "color")
            assert not await database.answers(60)
        finally:
            server.start()

        assert await database.answers(60)
        assert await recall_fact(database, "color") == "green"
        await store_fact(database, "color", "blue")
        assert await recall_fact(database, "color") == "blue"
        async with opened(place, serving=Serving.ALONE) as second:
            with pytest.raises(DatabaseRefused, match="Another bot process"):  # the lock was taken again
                await second.claim()


@pytest.mark.fault(35, 65)
async def test_nothing_that_was_said_to_be_saved_is_lost_when_the_server_crashes_under_load(
    place: PostgresDatabase, server: Server
) -> None:
    saved: list[str] = []
    ends, more = asyncio.Event(), asyncio.Condition()

    async def write(database: Database, name: str) -> None:
        number = 0
        while not ends.is_set():
            number += 1
            try:
                await store_fact(database, f"{name} {number}", "saved")
            except NotSaved:
                await asyncio.sleep(0)  # a socket that nobody listens on fails without waiting
                continue
            async with more:
                saved.append(f"{name} {number}")
                more.notify_all()

    async with opened(place, serving=Serving.ALONE) as database:
        await database.claim()
        writing = [asyncio.create_task(write(database, name)) for name in "abc"]
        for crash in range(1, 4):
            async with more:
                await more.wait_for(lambda crash=crash: len(saved) >= 50 * crash)  # type: ignore[misc]
            await asyncio.to_thread(server.stop, "immediate")
            await asyncio.to_thread(server.start)
        ends.set()
        await asyncio.gather(*writing)
        async with database.read() as connection:
            stored = set((await connection.execute(sa.select(facts.c.name))).scalars())

    assert len(saved) >= 150
    assert set(saved) <= stored


async def test_a_bot_that_was_cut_off_writes_nothing_while_another_one_serves(place: PostgresDatabase, server: Server) -> None:
    async with opened(place, serving=Serving.ALONE) as first, opened(place, serving=Serving.ALONE) as second:
        await first.claim()
        server.stop("fast")
        server.start()

        await second.claim()

        with pytest.raises(NotSaved, match="Another bot process"):
            await store_fact(first, "color", "red")
        await store_fact(second, "color", "green")
        assert await recall_fact(first, "color") == "green"


@pytest.mark.fault(65)
async def test_a_connection_that_is_lost_within_a_block_saves_nothing_of_it(place: PostgresDatabase, server: Server) -> None:
    async def cut_off() -> None:
        async with database.write() as connection:
            await connection.execute(sa.insert(facts).values(name="color", value="red"))
            server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'bot' AND state = 'idle in transaction'")
            await connection.execute(sa.insert(facts).values(name="shape", value="round"))

    async with opened(place) as database:
        with pytest.raises(NotSaved):
            await cut_off()

        assert await recall_fact(database, "color") is None
        await store_fact(database, "color", "green")
        assert await recall_fact(database, "color") == "green"


async def test_of_many_who_write_at_once_through_two_connections_none_gets_in_the_way_of_another(place: PostgresDatabase) -> None:
    async with opened(place) as one, opened(place) as other:
        both = (one, other)
        await asyncio.gather(*(open_case(both[number % 2], f"What is question number {number}?", number) for number in range(1, 41)))
        tombstones = Tombstones(tombstone_file(place.path))

        async def delete(database: Database, number: int) -> None:
            async with database.write() as connection:
                await tombstones.add(connection, Deleted.NOTE, [number], datetime.now(UTC))

        async def raise_hour(database: Database) -> None:
            await Guilds(database).change(GUILD, MODERATOR, lambda now: replace(now, digest_hour=now.digest_hour + 1))

        await asyncio.gather(*(delete(both[number % 2], number) for number in range(40)))
        await asyncio.gather(*(raise_hour(both[number % 2]) for number in range(10)))
        async with one.read() as connection:
            numbers = (await connection.execute(sa.text("SELECT number FROM cases ORDER BY number"))).scalars().all()

        assert numbers == list(range(1, 41))
        given = [one.number for one in tombstones._read()]
        assert given == sorted(set(given))
        assert len(given) == 40
        assert (await Guilds(one).settings(GUILD)).digest_hour == 9 + 10


async def test_processes_of_one_bot_write_about_different_servers_at_once_and_about_one_in_turns(place: PostgresDatabase) -> None:
    here, there = (Database(place, serving=Serving.TOGETHER) for _ in range(2))
    ended: list[str] = []

    async def note(database: Database, guild_id: int | None, name: str) -> None:
        async with database.write(guild_id):
            pass
        ended.append(name)

    try:
        for first in (here, there):
            async with first.write(GUILD << 22):
                await note(here, OTHER_GUILD << 22, "another server, here")
                await note(there, OTHER_GUILD << 22, "another server, there")
                same = asyncio.create_task(note(there, GUILD << 22, "the same server"))
                all_of_them = asyncio.create_task(note(here, None, "all servers"))
                await until_waiting(place, 2)
                assert ended == ["another server, here", "another server, there"]
            await asyncio.gather(same, all_of_them)
            ended.clear()
    finally:
        await here.close()
        await there.close()


async def test_whoever_writes_about_all_servers_waits_for_each_and_lets_none_begin(place: PostgresDatabase) -> None:
    database = Database(place, serving=Serving.TOGETHER)
    try:
        async with database.write():
            about_one = asyncio.create_task(note_of(database, GUILD << 22))
            await until_waiting(place, 1)
            assert not about_one.done()
        await about_one
    finally:
        await database.close()


async def note_of(database: Database, guild_id: int) -> None:
    async with database.write(guild_id):
        pass


async def until_waiting(place: PostgresDatabase, how_many: int) -> None:
    """Wait until so many connections wait for a turn."""
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    async with asyncio.timeout(PATIENCE_SECONDS):
        with postgres.session(place) as connection:
            while connection.execute(waiting).fetchone() != (how_many,):  # noqa: ASYNC110 - the server tells nobody who waits
                await asyncio.sleep(0)


async def test_an_error_shows_no_value_of_a_statement(place: PostgresDatabase) -> None:
    async def write_twice() -> None:
        async with database.write() as connection:
            for _ in range(2):
                await connection.execute(sa.insert(facts).values(name=SECRET, value=SECRET))

    async def write_too_much() -> None:
        async with database.write() as connection:
            await connection.execute(sa.insert(facts).values(name=SECRET * 10, value=SECRET))

    async with opened(place) as database:
        for write in (write_twice, write_too_much):
            with pytest.raises(NotSaved, match="a value does not fit") as caught:
                await write()
            assert SECRET not in "".join(traceback.format_exception(caught.value))


async def test_what_was_deleted_is_in_no_row_of_a_table_file_after_the_space_was_given_back(
    place: PostgresDatabase, server: Server
) -> None:
    def items() -> int:
        with postgres.session(place) as connection:
            query = (
                "SELECT count(*) FROM generate_series(0, pg_relation_size('answers') / 8192 - 1) page, "
                f"heap_page_items(get_raw_page('answers', page::int)) WHERE position('{SECRET}'::bytea IN t_data) > 0"
            )
            found = connection.execute(query).fetchone()
            assert found is not None
            return int(found[0])

    try:
        server.run("CREATE EXTENSION pageinspect", name="bot")
    except Exception as error:  # noqa: BLE001 - an extension that distributions may leave out
        pytest.skip(f"pageinspect is not installed: {error}")
    async with opened(place) as database:
        await ask(database, SECRET)
        async with database.write() as connection:
            await connection.execute(sa.update(answers).values(question=None, normalized_question=None, searched=None))
        assert items() > 0

        await database.forget_deleted_bytes(whole=True)

        assert items() == 0


def test_the_demo_keeps_to_a_file_of_its_own_whatever_is_configured(tmp_path: Path) -> None:
    configured = Config(database=DatabaseConfig(url="postgresql://faq@db.example/faq"))

    assert place_of(demo_config(configured, tmp_path).database) == tmp_path / "demo.sqlite3"


@pytest.fixture
def restricted(server: Server, tmp_path: Path) -> PostgresDatabase:
    """A database whose owner needs a password: "right"."""
    server.run("DROP DATABASE IF EXISTS restricted", "CREATE DATABASE restricted OWNER restricted")
    return PostgresDatabase.at(f"postgresql://restricted@/restricted?host={server.folder}", tmp_path / "bot.sqlite3")


def test_the_password_comes_from_a_file_and_a_wrong_one_is_said_without_it(restricted: PostgresDatabase, tmp_path: Path) -> None:
    file = tmp_path / "password"
    place = replace(restricted, password_file=file)
    for text in ("right", SECRET):
        file.write_text(f"{text}\n")
        if text == "right":
            prepare_database(place, must_exist=False)
            require_current(place)
            continue
        with pytest.raises(DatabaseRefused, match="does not take the user or the password") as caught:
            prepare_database(place, must_exist=False)
        assert SECRET not in "".join(traceback.format_exception(caught.value))
        assert SECRET not in f"{place!r} {place}"
    file.unlink()
    with pytest.raises(DatabaseRefused, match=r"database.password_file: .* cannot be read"):
        prepare_database(place, must_exist=False)
    with pytest.raises(DatabaseRefused, match="does not take the user or the password"):
        prepare_database(restricted, must_exist=False)


@pytest.mark.fault(65)
def test_where_all_connections_are_used_up_it_is_said_and_the_next_one_goes_through(restricted: PostgresDatabase, server: Server) -> None:
    server.run("ALTER ROLE restricted CONNECTION LIMIT 0")
    file = restricted.path.with_name("password")
    file.write_text("right")
    try:
        with pytest.raises(DatabaseRefused, match="has no connection left; raise max_connections"):
            prepare_database(replace(restricted, password_file=file), must_exist=False)
    finally:
        server.run("ALTER ROLE restricted CONNECTION LIMIT -1")
    prepare_database(replace(restricted, password_file=file), must_exist=False)


def _nothing(_server: Server) -> None:
    """Nothing has to be done for it."""


def _foreign(server: Server) -> None:
    server.run("CREATE TABLE customers (id int)", name="other")


def _latin(server: Server) -> None:
    server.run("DROP DATABASE other", "CREATE DATABASE other ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")


def _newer(server: Server) -> None:
    server.run("CREATE TABLE alembic_version (version_num text)", "INSERT INTO alembic_version VALUES ('9999')", name="other")


@pytest.mark.parametrize(
    ("url", "before", "said"),
    [
        ("postgresql://faq@/missing?host={folder}", _nothing, "has no such database; create it"),
        ("postgresql://stranger@/other?host={folder}", _nothing, "does not let this user in"),
        ("postgresql://faq@/other?host={folder}/nowhere", _nothing, "the server cannot be reached"),
        ("postgresql://faq@127.0.0.1:1/other", _nothing, "the server cannot be reached"),
        ("postgresql://faq@no-such-host.invalid/other", _nothing, "the server cannot be reached"),
        ("postgresql://faq@/other?host={folder}", _foreign, "is that of another program"),
        ("postgresql://faq@/other?host={folder}", _latin, "does not store text as UTF8"),
        ("postgresql://faq@/other?host={folder}", _newer, "which this version of the bot does not know"),
        ("postgresql://faq@/other?host={folder}", _nothing, "is empty, but this installation has had a database"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused_with_the_remedy(
    server: Server, tmp_path: Path, url: str, before: Callable[[Server], None], said: str
) -> None:
    server.run("DROP DATABASE IF EXISTS other", "CREATE DATABASE other")
    before(server)

    with pytest.raises(DatabaseRefused, match=said):
        prepare_database(PostgresDatabase.at(url.format(folder=server.folder), tmp_path / "bot.sqlite3"), must_exist=True)


def test_a_server_that_is_too_old_is_refused(place: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "OLDEST_VERSION", 99)

    with pytest.raises(DatabaseRefused, match="the bot needs 99 or newer"):
        prepare_database(place, must_exist=False)


def test_a_pooler_between_the_bot_and_the_server_is_refused(place: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    monkeypatch.setattr(psycopg.ConnectionInfo, "backend_pid", 1)  # as a pooler makes it up for its clients

    with pytest.raises(DatabaseRefused, match="PgBouncer"):
        prepare_database(place, must_exist=False)


def test_without_the_driver_the_remedy_is_said(place: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(DatabaseRefused, match=r"pip install 'osai-faq-bot\[postgres\]'"):
        prepare_database(place, must_exist=False)
