"""Which shards a process is asked to take, and which server belongs to it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.cluster.shards import ShardPlan, Shards
from bot.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "at_most", "plan"),
    [
        ("0-3/16", None, ShardPlan(frozenset({0, 1, 2, 3}), 16, 4)),
        ("0,2, 5-6/16", None, ShardPlan(frozenset({0, 2, 5, 6}), 16, 4)),
        ("0-3/16", 2, ShardPlan(frozenset({0, 1, 2, 3}), 16, 2)),
        ("0/1", None, ShardPlan(frozenset({0}), 1, 1)),
        ("auto/16", 6, ShardPlan(None, 16, 6)),
        ("auto", 6, ShardPlan(None, None, 6)),
    ],
)
def test_a_plan_is_read_as_it_is_written(text: str, at_most: int | None, plan: ShardPlan) -> None:
    assert ShardPlan.read(text, at_most) == plan


@pytest.mark.parametrize(
    "text", ["", "0-3", "16", "0-3/", "3-0/16", "0-16/16", "16/16", "0-3/0", "auto/0", "auto/9999", "all/4", "-1/4", "0-3/x", "0--3/4"]
)
def test_a_plan_that_cannot_be_meant_is_refused_by_the_name_of_the_key(text: str) -> None:
    with pytest.raises(ConfigError, match=r"sharding\.shards: "):
        ShardPlan.read(text)


def test_each_server_belongs_to_exactly_one_shard_and_direct_messages_to_the_first() -> None:
    parts = [Shards(4, {number}, leads=False) for number in range(4)]

    for guild_id in (1 << 22, (2 << 22) + 5, 123456789012345678, 0):
        assert sum(part.owns(guild_id) for part in parts) == 1
    assert parts[0].owns(0)
    assert parts[3].owns((7 << 22) + 1)


@pytest.mark.parametrize("held", [{1, 2}, {0, 1, 2, 3}, set()])
def test_the_condition_on_a_column_chooses_the_same_servers(held: set[int]) -> None:
    ids = [0, 1 << 22, (2 << 22) + 5, (6 << 22) + 1, 123456789012345678]
    some, table = Shards(4, held, leads=False), sa.table("servers", sa.column("guild_id", sa.BigInteger))
    engine = sa.create_engine("sqlite://", poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE servers (guild_id BIGINT)")
        connection.execute(sa.insert(table), [{"guild_id": guild_id} for guild_id in ids])
        found = list(connection.execute(sa.select(table.c.guild_id).where(some.owned(table.c.guild_id))).scalars())

    assert found == [guild_id for guild_id in ids if some.owns(guild_id)]
