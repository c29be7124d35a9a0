"""Turns to identify: Discord lets shards of one bucket (``shard % max_concurrency``) do so only every five seconds, in whatever process.

discord.py counts those of one process. Here a fact in the database says when a bucket is free again, on the clock of the server; whoever
wants to identify moves it on and waits until then. How many did so today is counted beside it.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.storage.database import Database, fact_in, put_fact, recall_fact
from bot.storage.tables import facts

_APART_MS = 5_250
"""Discord's five seconds and a little more, since requests do not all take equally long."""
COUNTED = "identified:"
"""What a fact begins with that says how often shards identified on a day, in UTC; there is one of the last such day only."""


async def take_turn(database: Database, shard: int, concurrency: int) -> float:
    """Seconds until a shard may identify; nobody else of its bucket does so before or shortly after.

    Args:
        database: a PostgreSQL database.
        shard: the shard.
        concurrency: Discord's ``max_concurrency``.

    Raises:
        StorageError: nobody can say.
    """
    async with database.write() as connection:
        now = await _now(connection)
        turn = max(now, int(await fact_in(connection, _bucket(shard, concurrency)) or 0))
        today = f"{COUNTED}{datetime.fromtimestamp(now / 1000, UTC).date()}"
        already = int(await fact_in(connection, today) or 0)
        await connection.execute(sa.delete(facts).where(facts.c.name.startswith(COUNTED), facts.c.name != today))
        await put_fact(connection, _bucket(shard, concurrency), str(turn + _APART_MS))
        await put_fact(connection, today, str(already + 1))
    return (turn - now) / 1000


async def free_at(database: Database, shard: int, concurrency: int) -> int:
    """When the bucket of a shard is free, in milliseconds since 1970 on the server's clock; 0 where nobody can say."""
    with contextlib.suppress(StorageError):
        return int(await recall_fact(database, _bucket(shard, concurrency)) or 0)
    return 0


async def seconds_until_free(database: Database, shard: int, concurrency: int) -> float:
    """How long a shard that is left now could not identify elsewhere; 0 or less where it could at once, or nobody can say."""
    free = await free_at(database, shard, concurrency)
    with contextlib.suppress(StorageError):
        async with database.read() as connection:
            return (free - await _now(connection)) / 1000
    return 0.0


def _bucket(shard: int, concurrency: int) -> str:
    return f"identify:{shard % concurrency}"


async def _now(connection: AsyncConnection) -> int:
    return int((await connection.execute(sa.select(sa.func.extract("epoch", sa.func.clock_timestamp()) * 1000))).scalar_one())
