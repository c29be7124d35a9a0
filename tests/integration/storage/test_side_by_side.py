"""The newest release goes on working beside today's program, on a schema that today's has migrated: a migration since only adds.

Looked at is the schema, before and after, on both databases; docs/releasing.md has the rule. What a migration does to rows, and what a new
trigger refuses, no comparison of schemas shows.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from packaging.version import Version

import bot
from bot.storage.dialect import Place, migration_engine
from bot.storage.migrations.versions import RELEASED, RETIRED
from tests.conftest import REPOSITORY
from tests.integration.postgres import TEMPLATE, Server

MIGRATIONS = REPOSITORY / "bot" / "storage" / "migrations"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = {head!r}


def altered(name):
    return op.batch_alter_table(name, recreate="always" if op.get_context().dialect.name == "sqlite" else "never")


def upgrade():
    {step}
"""
REFERRING = "op.create_table('plums', sa.Column('id', sa.Integer, primary_key=True), sa.Column('answer', sa.BigInteger, sa.ForeignKey({})))"
FACTS = "with altered('facts') as table: table."
ADDING = {
    "a table": REFERRING.format("'answers.id', ondelete='CASCADE'"),
    "a column that may be empty": "op.add_column('facts', sa.Column('noted_by', sa.Text))",
    "a column with a default": "op.add_column('facts', sa.Column('kind', sa.Text, nullable=False, server_default='plain'))",
    "an index": "op.create_index('ix_facts_value', 'facts', ['value'])",
    "a unique column": "op.add_column('facts', sa.Column('code', sa.Text)); op.create_index('uq', 'facts', ['code'], unique=True)",
}
BREAKING = {
    "op.drop_table('facts')": ["facts.name is gone", "facts.value is gone"],
    FACTS + "drop_column('value')": ["facts.value is gone"],
    FACTS + "alter_column('value', new_column_name='content')": ["facts.content must be given", "facts.value is gone"],
    FACTS + "alter_column('value', type_=sa.String(9))": ["facts.value was TEXT, required and is VARCHAR(9), required"],
    FACTS + "alter_column('value', nullable=True)": ["facts.value was TEXT, required and is TEXT"],
    FACTS + "add_column(sa.Column('kind', sa.Text, nullable=False))": ["facts.kind must be given"],
    FACTS + "create_unique_constraint('uq', ['value'])": ["facts: unique value is new"],
    FACTS + "create_check_constraint(op.f('ck'), sa.text('length(value) > 1'))": ["facts: check ck is new"],
    "with altered('gaps') as table: table.alter_column('support', server_default=None)": [
        "gaps.support was INTEGER, required, by default 0 and is INTEGER, required"
    ],
    "op.drop_index('uq_audit_delivery', 'audit')": ["audit: unique guild_id, interaction_id, case_number is gone"],
    REFERRING.format("'answers.id'"): ["plums.answer keeps rows of answers from being deleted"],
}


@dataclass(frozen=True)
class Schema:
    """What a program relies on: columns by ``table.column``, rules of tables by what they say, and what refers to what."""

    columns: Mapping[str, str]
    rules: frozenset[tuple[str, str, tuple[str, ...]]]
    holding: frozenset[tuple[str, str]]
    """Columns, and the tables whose rows cannot be deleted while these refer to them."""


def schema(connection: sa.Connection) -> Schema:
    columns: dict[str, str] = {}
    rules: set[tuple[str, str, tuple[str, ...]]] = set()
    holding: set[tuple[str, str]] = set()
    inspector = sa.inspect(connection)
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        columns |= {f"{table}.{column['name']}": _said(column) for column in inspector.get_columns(table)}
        unique = [tuple(one["column_names"]) for one in inspector.get_unique_constraints(table)]
        for index in inspector.get_indexes(table):
            if index["unique"]:
                unique.append(tuple(str(name) for name in index.get("expressions") or index["column_names"]))
        rules |= {(table, f"unique {', '.join(over)}", over) for over in unique}
        rules |= {(table, f"check {check['name']}", ()) for check in inspector.get_check_constraints(table)}
        for key in inspector.get_foreign_keys(table):
            if key["options"].get("ondelete") not in {"CASCADE", "SET NULL"}:
                holding |= {(f"{table}.{name}", key["referred_table"]) for name in key["constrained_columns"]}
    return Schema(columns, frozenset(rules), frozenset(holding))


def _said(column: Any) -> str:
    required = "" if column["nullable"] else ", required"
    value = None if column["default"] is None else column["default"].split("::")[0].strip("'")  # PostgreSQL: 'text'::text
    return f"{column['type']}{required}" + ("" if value is None else f", by default {value}")


def breaches(before: Schema, after: Schema, retired: frozenset[str] = frozenset()) -> Iterator[str]:
    """What a program of the schema before may stumble over in the one after; columns that it does not use may be gone."""
    tables = {name.split(".")[0] for name in before.columns}
    for name, said in before.columns.items():
        if name not in after.columns and name not in retired:
            yield f"{name} is gone"
        elif after.columns.get(name, said) != said:
            yield f"{name} was {said} and is {after.columns[name]}"
    added = {name: said for name, said in after.columns.items() if name.split(".")[0] in tables and name not in before.columns}
    yield from (f"{name} must be given" for name, said in added.items() if ", required" in said and ", by default" not in said)
    for table, rule, over in sorted(before.rules ^ after.rules):
        of = {f"{table}.{name}" for name in over}
        if table in tables and not (of & set(added) or of & retired):
            yield f"{table}: {rule} is {'new' if (table, rule, over) in after.rules else 'gone'}"
    yield from (f"{name} keeps rows of {table} from being deleted" for name, table in after.holding - before.holding if table in tables)


def steps_later(place: Place, folder: Path, released: str, retired: frozenset[str] = frozenset()) -> list[str]:
    """Migrate to the released step, where the database is older, and then to the newest; what the released program may stumble over."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(folder))
    engine = migration_engine(place)
    found = []
    for revision in (released, "head"):
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            found.append(schema(connection))
    engine.dispose()
    return sorted(breaches(found[0], found[1], retired))


@pytest.fixture
def nothing(dialect: str, path: Path, request: pytest.FixtureRequest) -> Place:
    """A database without any table: a file, or one on the server."""
    if dialect == "sqlite":
        path.touch()
        return path
    return _made(path, request, "template0")


@pytest.fixture
def current(dialect: str, path: Path, empty_database: Path, request: pytest.FixtureRequest) -> Place:
    """A database of today's schema that a test may change."""
    if dialect == "sqlite":
        shutil.copy2(empty_database, path)
        return path
    return _made(path, request, TEMPLATE)


def _made(path: Path, request: pytest.FixtureRequest, template: str) -> Place:
    server: Server = request.getfixturevalue("server")
    server.make("migrated", template)
    return server.database(path, "migrated")


@pytest.fixture
def with_next(tmp_path: Path) -> Callable[[str], Path]:
    """Gives the migrations with one more, of this step."""

    def make(step: str) -> Path:
        folder = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "next.py").write_text(NEXT.format(head=head(), step=step), encoding="utf-8")
        return folder

    return make


def head() -> str:
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def retired() -> frozenset[str]:
    """Columns that the newest release does not use any more."""
    return frozenset(name for name, without in RETIRED.items() if Version(without) <= Version(bot.__version__))


def test_the_newest_release_works_on_the_schema_of_today(nothing: Place) -> None:
    assert steps_later(nothing, MIGRATIONS, RELEASED, retired()) == []


@pytest.mark.parametrize("step", ADDING.values(), ids=ADDING)
def test_a_migration_may_add(current: Place, with_next: Callable[[str], Path], step: str) -> None:
    assert steps_later(current, with_next(step), head()) == []


@pytest.mark.parametrize(("step", "said"), BREAKING.items(), ids=range(len(BREAKING)))
def test_what_a_migration_takes_away_or_asks_for_is_named(
    current: Place, with_next: Callable[[str], Path], step: str, said: list[str]
) -> None:
    assert steps_later(current, with_next(step), head()) == said


def test_a_column_that_the_newest_release_does_without_may_go(current: Place, with_next: Callable[[str], Path]) -> None:
    folder = with_next(FACTS + "drop_column('value')")

    assert steps_later(current, folder, head(), frozenset({"facts.value"})) == []
