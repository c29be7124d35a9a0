"""Facts about the installation: stored, replaced, recalled byte for byte."""

from __future__ import annotations

import pytest

from bot.storage.database import Database, recall_fact, store_fact
from tests.integration.rows import HOSTILE_TEXTS, as_stored, rows


async def test_a_fact_that_was_never_stored_is_none(database: Database) -> None:
    assert await recall_fact(database, "color") is None


async def test_a_fact_is_replaced_by_a_later_one_of_the_same_name_only(database: Database) -> None:
    await store_fact(database, "color", "green")
    await store_fact(database, "shape", "round")
    await store_fact(database, "color", "red")

    assert await recall_fact(database, "color") == "red"
    assert rows(database.path, "SELECT name, value FROM facts ORDER BY name") == [("color", "red"), ("shape", "round")]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
async def test_names_and_values_are_stored_byte_for_byte(database: Database, text: str) -> None:
    await store_fact(database, text, text)

    assert await recall_fact(database, text) == as_stored(database, text)
    assert rows(database.path, "SELECT CAST(value AS BLOB) FROM facts") == [(as_stored(database, text).encode(),)]


async def test_a_name_with_wildcards_finds_only_itself(database: Database) -> None:
    await store_fact(database, "color", "green")

    assert await recall_fact(database, "col%") is None
    assert await recall_fact(database, "colo_") is None
