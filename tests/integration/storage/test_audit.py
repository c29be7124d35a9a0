"""The audit log cannot be changed, not even by a statement that is not ours, until its server has removed the bot."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest

from bot.errors import DatabaseRefused
from bot.storage.audit import AuditAction, write_audit
from bot.storage.database import Database
from tests.integration.rows import GUILD, MODERATOR, rows, second_program


@pytest.fixture
async def one_row(database: Database) -> Database:
    """A database with one row in its audit log."""
    async with database.write() as connection:
        await write_audit(connection, GUILD, MODERATOR, AuditAction.CLAIMED, datetime.now(UTC), case_number=1)
    return database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor_id = 1",
        "UPDATE audit SET action = 'noted'",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT * FROM audit WHERE true ON CONFLICT (id) DO UPDATE SET actor_id = 1",
    ],
)
async def test_a_row_of_the_audit_log_is_neither_changed_nor_deleted(one_row: Database, statement: str) -> None:
    before = rows(one_row.path, "SELECT * FROM audit")

    refused_by(one_row, statement)

    assert rows(one_row.path, "SELECT * FROM audit") == before


@pytest.mark.only_sqlite("PostgreSQL has no such statement")
async def test_a_row_of_the_audit_log_is_not_replaced(one_row: Database) -> None:
    before = rows(one_row.path, "SELECT * FROM audit")

    refused_by(one_row, "REPLACE INTO audit SELECT * FROM audit")

    assert rows(one_row.path, "SELECT * FROM audit") == before


def refused_by(database: Database, statement: str) -> None:
    with (
        pytest.raises((sqlite3.IntegrityError, DatabaseRefused), match="append-only"),
        second_program(database.path) as other,
    ):
        other.execute(statement)


async def test_it_goes_with_all_data_of_a_server_that_removed_the_bot(one_row: Database) -> None:
    with second_program(one_row.path) as other:
        other.execute("INSERT INTO guild_settings (guild_id, updated_at, removed_at) VALUES (?, 1, 1)", (GUILD,))
        other.execute("DELETE FROM audit")

    assert rows(one_row.path, "SELECT * FROM audit") == []
