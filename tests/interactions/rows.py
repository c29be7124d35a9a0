"""Looking into the database as an operator would, past the bot."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from tests.interactions.conftest import Server


def rows(server: Server, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Return the rows of a query on the bot's database file."""
    with closing(sqlite3.connect(server.stages.database.path)) as connection:
        return connection.execute(query, parameters).fetchall()


def votes(server: Server) -> list[tuple[Any, ...]]:
    """Return helpful, reason, comment and correction of every vote."""
    return rows(server, "SELECT helpful, reason, comment, correction FROM votes ORDER BY id")
