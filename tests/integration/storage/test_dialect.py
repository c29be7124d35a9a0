"""What differs between databases is in one package: its helpers do what their names say, and nobody else speaks a dialect."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

import bot
from bot.storage.database import Database, read_in_thread
from bot.storage.dialect import at_least, contains, insert_once, upsert
from bot.storage.tables import facts, guild_settings

PACKAGE = Path(bot.__file__).parent
DRIVERS = ("sqlalchemy.dialects", "sqlite3", "aiosqlite", "alembic", "psycopg", "asyncpg")
OWN_SPEECH = frozenset({"exec_driver_sql", "on_conflict_do_update", "on_conflict_do_nothing", "instr", "sqlite_where", "text_clause"})


def outside() -> Iterator[Path]:
    return (file for file in sorted(PACKAGE.rglob("*.py")) if "storage" not in file.relative_to(PACKAGE).parts)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_no_other_package_imports_a_dialect_nor_a_driver() -> None:
    found = [(file.name, name) for file in outside() for name in imported(ast.parse(file.read_text())) if name.startswith(DRIVERS)]

    assert found == []


def test_no_other_package_writes_what_only_one_database_understands() -> None:
    def spoken(tree: ast.AST) -> Iterator[str]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                yield "text_clause" if (node.attr, getattr(node.value, "id", "")) == ("text", "sa") else node.attr
            elif isinstance(node, ast.keyword) and node.arg is not None:
                yield node.arg

    found = [(file.name, name) for file in outside() for name in spoken(ast.parse(file.read_text())) if name in OWN_SPEECH]

    assert found == []


async def test_an_upsert_changes_what_it_names_and_leaves_the_rest_of_an_old_row(database: Database) -> None:
    first, second = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2))
    async with database.write() as connection:
        for zone, moment in (("Europe/Paris", first), ("Asia/Tokyo", second)):
            await connection.execute(upsert(guild_settings, {"guild_id": 1}, {"time_zone": zone}, {"updated_at": moment}))
        rows = await connection.execute(sa.select(guild_settings.c.guild_id, guild_settings.c.time_zone, guild_settings.c.updated_at))

    assert [tuple(row) for row in rows] == [(1, "Asia/Tokyo", first)]


async def test_an_insert_once_says_by_what_it_returns_whether_it_did(database: Database) -> None:
    async with database.write() as connection:
        done = [
            (await connection.execute(insert_once(facts, {"name": "color", "value": value}).returning(facts.c.name))).scalar()
            for value in "ab"
        ]

    assert done == ["color", None]


@pytest.mark.parametrize(("text", "found"), [("10%_", True), ("10%", True), ("1%_", False), ("_", True), ("A", False)])
async def test_no_sign_of_a_searched_text_is_a_wildcard(database: Database, text: str, found: bool) -> None:
    async with database.write() as connection:
        await connection.execute(insert_once(facts, {"name": "text", "value": "110%_ and a"}))
        assert (await connection.execute(sa.select(contains(facts.c.value, text)))).scalar_one() is found


async def test_a_value_is_raised_to_the_lowest_it_may_have(database: Database) -> None:
    async with database.read() as connection:
        values = [(await connection.execute(sa.select(at_least(sa.literal(value), 0)))).scalar_one() for value in (-5, 0, 7)]

    assert values == [0, 0, 7]


async def test_a_reader_in_a_thread_sees_one_state_from_its_first_query_to_its_last(database: Database) -> None:
    count = sa.select(sa.func.count()).select_from(facts)
    with read_in_thread(database.place) as connection:
        before = connection.execute(count).scalar_one()
        async with database.write() as writing:
            await writing.execute(insert_once(facts, {"name": "color", "value": "green"}))
        after = connection.execute(count).scalar_one()

    assert (before, after) == (0, 0)
