"""The migrations lead to exactly today's tables; tomorrow's are tried on a copy of the program that has one step more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.errors import DatabaseRefused
from bot.storage import tables
from bot.storage.database import Database, recall_fact, store_fact
from bot.storage.migrations.versions import RELEASED, RETIRED
from bot.storage.opening import prepare_database
from bot.storage.tables import metadata
from tests.conftest import REPOSITORY
from tests.integration.processes import python
from tests.integration.rows import rows, second_program

ADD_COLUMN = "    op.add_column('facts', sa.Column('noted_by', sa.Text()))\n"
PREPARE = """
import sys
from pathlib import Path
from bot.storage.opening import prepare_database

prepare_database(Path(sys.argv[1]), must_exist=True)
"""


def newer_program(folder: Path, steps: str) -> Path:
    """Copy the program and add a migration of these steps; return what goes on the path."""
    shutil.copytree(REPOSITORY / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "bot" / "storage" / "migrations" / "versions" / "tomorrow.py").write_text(
        "import os\nimport signal\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n"
        "revision = 'tomorrow'\ndown_revision = '0013'\nbranch_labels = None\ndepends_on = None\n\n\n"
        f"def upgrade() -> None:\n{steps}",
        encoding="utf-8",
    )
    return folder


def released_with(program: Path, step: str) -> None:
    """Let a copy of the program be one whose newest release had the schema of that step."""
    schema = program / "bot" / "storage" / "migrations" / "versions" / "__init__.py"
    schema.write_text(
        schema.read_text(encoding="utf-8").replace(f'RELEASED: Final = "{RELEASED}"', f'RELEASED: Final = "{step}"'), encoding="utf-8"
    )


def columns_of_facts(path: Path) -> list[str]:
    return [str(row[1]) for row in rows(path, "PRAGMA table_info(facts)")]


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.before-migration-*"))


@pytest.fixture
async def filled(path: Path, empty_database: Path) -> Path:
    """A closed database of today with one fact in it."""
    shutil.copy2(empty_database, path)
    database = Database(path)
    await store_fact(database, "color", "green")
    await database.close()
    return path


def test_the_migrations_lead_to_the_tables_that_the_code_uses(path: Path) -> None:
    prepare_database(path, must_exist=False)
    assert tables.cases.metadata is metadata

    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
            differences = compare_metadata(context, metadata)
    finally:
        engine.dispose()

    unused = {f"{one[2]}.{one[3].name}" for one in differences if one[0] == "remove_column"}
    assert [one for one in differences if one[0] != "remove_column"] == []
    assert unused <= set(RETIRED)


@pytest.mark.parametrize("table", ["hits", "votes", "judgements"])
def test_what_belongs_to_an_answer_goes_with_it(path: Path, table: str) -> None:
    prepare_database(path, must_exist=False)

    (key,) = rows(path, f"PRAGMA foreign_key_list({table})")

    assert (key[2], key[3], key[4], key[6]) == ("answers", "answer", "id", "CASCADE")


@pytest.mark.fault(41)
async def test_an_older_database_is_copied_and_then_migrated_with_its_rows(filled: Path, tmp_path: Path) -> None:
    """Row 41 of the faults."""
    newer = newer_program(tmp_path / "newer", ADD_COLUMN)

    done = python("-c", PREPARE, str(filled), cwd=tmp_path, package=newer)

    assert done.stderr == ""
    assert columns_of_facts(filled) == ["name", "value", "noted_by"]
    assert rows(filled, "SELECT name, value, noted_by FROM facts WHERE name = 'color'") == [("color", "green", None)]
    (copy,) = copies(filled)
    assert copy.name.startswith("bot.sqlite3.before-migration-0013-")
    assert columns_of_facts(copy) == ["name", "value"]
    assert rows(copy, "SELECT name, value FROM facts") == [("color", "green")]
    assert copy.stat().st_mode & 0o777 == 0o600


async def test_the_copy_holds_what_was_still_in_the_log_of_a_killed_process(filled: Path, tmp_path: Path) -> None:
    newer = newer_program(tmp_path / "newer", ADD_COLUMN)
    write_and_die = (
        "import os, signal, sqlite3, sys\n"
        "sqlite3.connect(sys.argv[1], isolation_level=None).execute(\"INSERT INTO facts VALUES ('shape', 'round')\")\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    python("-c", write_and_die, str(filled), cwd=tmp_path)

    python("-c", PREPARE, str(filled), cwd=tmp_path, package=newer)

    (copy,) = copies(filled)
    assert rows(copy, "SELECT name FROM facts ORDER BY name") == [("color",), ("shape",)]


async def test_the_copy_is_a_database_that_the_older_program_opens(filled: Path, tmp_path: Path) -> None:
    python("-c", PREPARE, str(filled), cwd=tmp_path, package=newer_program(tmp_path / "newer", ADD_COLUMN))
    (copy,) = copies(filled)

    prepare_database(copy, must_exist=True)

    database = Database(copy)
    try:
        assert await recall_fact(database, "color") == "green"
    finally:
        await database.close()


async def test_a_migrated_database_is_refused_by_a_program_older_than_the_release_before(filled: Path, tmp_path: Path) -> None:
    newer = newer_program(tmp_path / "newer", ADD_COLUMN)
    released_with(newer, "tomorrow")
    python("-c", PREPARE, str(filled), cwd=tmp_path, package=newer)

    with pytest.raises(DatabaseRefused, match=r"has schema tomorrow.*used by a newer one"):
        prepare_database(filled, must_exist=True)


async def test_the_program_of_the_release_before_goes_on_with_a_database_that_was_migrated(filled: Path, tmp_path: Path) -> None:
    newer = newer_program(tmp_path / "newer", ADD_COLUMN)
    released_with(newer, "0013")
    assert python("-c", PREPARE, str(filled), cwd=tmp_path, package=newer).stderr == ""

    prepare_database(filled, must_exist=True)

    assert "noted_by" in columns_of_facts(filled)


async def test_a_second_start_of_the_newer_program_neither_copies_nor_migrates_again(filled: Path, tmp_path: Path) -> None:
    newer = newer_program(tmp_path / "newer", ADD_COLUMN)

    codes = [python("-c", PREPARE, str(filled), cwd=tmp_path, package=newer).returncode for _ in range(2)]

    assert codes == [0, 0]
    assert len(copies(filled)) == 1


@pytest.mark.fault(41)
@pytest.mark.parametrize(
    ("trouble", "code"),
    [("    raise RuntimeError('half done')\n", 1), ("    os.kill(os.getpid(), signal.SIGKILL)\n", -9)],
    ids=["an error", "kill -9"],
)
async def test_a_migration_that_ends_half_way_leaves_the_older_schema_whole(filled: Path, tmp_path: Path, trouble: str, code: int) -> None:
    """Row 41 of the faults."""
    newer = newer_program(tmp_path / "newer", ADD_COLUMN + trouble)

    done = python("-c", PREPARE, str(filled), cwd=tmp_path, package=newer)

    assert done.returncode == code
    prepare_database(filled, must_exist=True)
    assert columns_of_facts(filled) == ["name", "value"]
    assert rows(filled, "SELECT name, value FROM facts") == [("color", "green")]


OLDER_SCHEMA = """
import sys
from pathlib import Path
from alembic import command
import bot.storage.opening as opening

to_head = command.upgrade
command.upgrade = lambda config, _revision: to_head(config, sys.argv[2])
opening.prepare_database(Path(sys.argv[1]), must_exist=False)
"""


@pytest.mark.fault(41)
def test_row_41_a_database_of_the_first_schema_keeps_its_rows_and_its_votes_learn_their_sections(path: Path, tmp_path: Path) -> None:
    python("-c", OLDER_SCHEMA, str(path), "0001", cwd=tmp_path)
    with second_program(path) as older:
        older.executescript(
            "INSERT INTO answers (id, answer_id, guild_id, channel_id, outcome, section_id, shown_digest, fingerprint, asked_at) "
            "VALUES (1, 'answer000001', 101, 7, 'answer', 'a#b', 'd', 'f', 1);"
            "INSERT INTO votes (id, answer, guild_id, member_hash, helpful, voted_at) VALUES (5, 1, 101, 'ana', 0, 2);"
            "INSERT INTO guild_settings (guild_id, vote_controls, updated_at) VALUES (101, 0, 3);"
        )

    prepare_database(path, must_exist=True)

    assert rows(path, "SELECT id, member_hash, helpful, section_id FROM votes") == [(5, "ana", 0, "a#b")]
    assert rows(path, "SELECT vote_controls, digest, time_zone, forum_threshold, moderator_roles FROM guild_settings") == [
        (0, "off", "UTC", 0.85, None)
    ]
    assert len(copies(path)) == 1


def test_what_lookups_said_before_goes_since_it_held_typed_words_and_what_answers_said_stays(path: Path, tmp_path: Path) -> None:
    python("-c", OLDER_SCHEMA, str(path), "0003", cwd=tmp_path)
    with second_program(path) as older:
        older.executescript(
            "INSERT INTO answers (answer_id, guild_id, channel_id, outcome, shown_digest, fingerprint, asked_at) VALUES "
            "('answer000001', 101, 7, 'answer', 'said', 'f', 1), ('answer000002', 101, 7, 'lookup', 'typed', 'f', 1), "
            "('answer000003', 101, 7, 'lookup', 'said', 'f', 1);"
            "INSERT INTO shown_texts VALUES ('said', 'Open weights.'), ('typed', 'about my secret'), ('erased', 'about another');"
        )

    prepare_database(path, must_exist=True)

    assert rows(path, "SELECT text FROM shown_texts") == [("Open weights.",)]
    assert rows(path, "SELECT count(*) FROM answers") == [(3,)]
