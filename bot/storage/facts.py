"""Small facts that the installation remembers about itself."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.storage.database import Database
from bot.storage.tables import facts


async def recall_fact(database: Database, name: str) -> str | None:
    """Return a fact, or None when it was never stored."""
    async with database.read() as connection:
        value: str | None = (await connection.execute(sa.select(facts.c.value).where(facts.c.name == name))).scalar()
        return value


async def store_fact(database: Database, name: str, value: str) -> None:
    """Store a fact in place of an earlier one."""
    statement = insert(facts).values(name=name, value=value)
    async with database.write() as connection:
        await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
