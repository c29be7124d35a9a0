"""Pages from where somebody was: nothing is skipped or shown twice, whatever was taken away or added meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.database import Database
from bot.storage.dialect import upsert
from bot.storage.paging import POSITION, Order, Page, Position, page_at
from bot.storage.tables import audit, guild_settings

NEWEST_FIRST = Order((audit.c.id,))
OLDEST_FIRST = Order((audit.c.id,), descending=False)
BY_TIME = Order((audit.c.done_at, audit.c.id))
LIST = sa.select(audit.c.id)


async def put(database: Database, numbers: Iterable[int], done_at: int = 0) -> None:
    removed = datetime.fromtimestamp(0, UTC)  # of a server that removed the bot, rows of the audit log can be taken away
    async with database.write() as connection:
        await connection.execute(upsert(guild_settings, {"guild_id": 1}, {"removed_at": removed, "updated_at": removed}))
        for number in numbers:
            moment = datetime.fromtimestamp((done_at or 1000 * (number // 3)) / 1000, UTC)
            row = {"id": number, "guild_id": 1, "done_at": moment, "actor_id": 1, "action": "noted"}
            await connection.execute(sa.insert(audit).values(row))


async def take_away(database: Database, *numbers: int) -> None:
    async with database.write() as connection:
        await connection.execute(sa.delete(audit).where(audit.c.id.in_(numbers)))


async def page(database: Database, order: Order, at: int | Position, size: int = 3, *, by_scan: bool = False) -> Page[int]:
    async with database.read() as connection:
        rows, found = await page_at(connection, LIST, order, at, size, by_scan=by_scan)
    return found.of(tuple(int(str(row.id)) for row in rows))


def later(found: Page[int]) -> Position:
    assert found.later is not None
    return found.later


def earlier(found: Page[int]) -> Position:
    assert found.earlier is not None
    return found.earlier


@pytest.mark.parametrize("order", [NEWEST_FIRST, OLDEST_FIRST, BY_TIME])
@pytest.mark.parametrize("by_scan", [False, True])
async def test_going_to_the_end_and_back_shows_the_same_pages_as_their_numbers_do(database: Database, order: Order, by_scan: bool) -> None:
    await put(database, range(1, 9))
    numbered = [await page(database, order, number, by_scan=by_scan) for number in range(3)]

    forth = [await page(database, order, 0)]
    while forth[-1].later is not None:
        forth.append(await page(database, order, forth[-1].later))
    back = [forth[-1]]
    while back[0].earlier is not None:
        back.insert(0, await page(database, order, back[0].earlier))

    assert forth == numbered == back
    assert [(found.page, found.pages, found.total) for found in forth] == [(0, 3, 8), (1, 3, 8), (2, 3, 8)]


@pytest.mark.parametrize("order", [NEWEST_FIRST, OLDEST_FIRST, BY_TIME])
async def test_entries_that_go_while_somebody_reads_let_none_be_skipped(database: Database, order: Order) -> None:
    await put(database, range(1, 10))
    first = await page(database, order, 0)
    everything = [*first.items, *(await page(database, order, 1)).items, *(await page(database, order, 2)).items]
    await take_away(database, *first.items)

    second = await page(database, order, later(first))
    third = await page(database, order, later(second))

    assert [*second.items, *third.items] == everything[3:]


async def test_entries_that_are_added_before_the_place_let_none_be_shown_twice(database: Database) -> None:
    await put(database, range(1, 8))
    first = await page(database, NEWEST_FIRST, 0)
    await put(database, (20, 21))

    second = await page(database, NEWEST_FIRST, later(first))

    assert (first.items, second.items) == ((7, 6, 5), (4, 3, 2))
    assert (second.page, second.pages, second.total) == (2, 4, 9)


async def test_a_page_that_begins_too_near_the_start_is_the_first_one_whole(database: Database) -> None:
    await put(database, range(1, 10))
    second = await page(database, OLDEST_FIRST, 1)
    await take_away(database, 1, 2)

    assert (await page(database, OLDEST_FIRST, earlier(second))).items == (3, 4, 5)


async def test_past_the_end_is_the_last_page_and_an_empty_list_has_one(database: Database) -> None:
    await put(database, range(1, 6))
    first = await page(database, OLDEST_FIRST, 0)
    await take_away(database, 4, 5)

    assert (await page(database, OLDEST_FIRST, later(first))).items == (1, 2, 3)
    await take_away(database, 1, 2, 3)
    assert await page(database, OLDEST_FIRST, later(first)) == Page((), 0, 1, 0)
    assert await page(database, OLDEST_FIRST, 5) == Page((), 0, 1, 0)


async def test_entries_of_the_same_moment_keep_their_places(database: Database) -> None:
    await put(database, range(1, 6), done_at=7000)
    first = await page(database, BY_TIME, 0, 2)

    assert (await page(database, BY_TIME, later(first), 2)).items == (3, 2)


async def test_a_position_of_another_list_is_the_beginning_of_this_one(database: Database) -> None:
    await put(database, range(1, 6))

    assert (await page(database, NEWEST_FIRST, Position((5, 5)))).items == (5, 4, 3)


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=2), st.booleans())
def test_a_position_survives_a_custom_id(key: list[int], backwards: bool) -> None:
    position = Position(tuple(key), backwards)

    assert Position.decoded(position.encoded) == position
    assert len(position.encoded) <= 28
    assert ":" not in position.encoded


@pytest.mark.parametrize("text", ["", "3", "a", "b.", "a1.2.3", "c1", "a-1", "azzzzzzzzzzzzz", "a1\n", "a١", "A1"])
def test_what_is_no_position_is_none(text: str) -> None:
    assert Position.decoded(text) is None
    assert "(" in POSITION
