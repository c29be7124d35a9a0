"""A long list, a page at a time, from where somebody was in it.

A page number says how many entries to leave out, so a list that has become shorter since then would skip some. A position names the entry
itself, by the values that the list is ordered by, and which way to go from there: nothing is skipped or shown twice, whatever was added or
taken away meanwhile. Page numbers are still understood, for controls that were posted before there were positions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import StoredRow

Item = TypeVar("Item")
Other = TypeVar("Other")

MOST_ON_A_PAGE = 25
"""Discord shows no more in one select."""
POSITION = r"[ab][0-9a-z]{1,13}(?:\.[0-9a-z]{1,13})?"
"""Pattern of an encoded position; at most 28 characters, none of them a colon, and never digits alone as a page number is."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list, named by the entry that is next to it."""

    key: tuple[int, ...]
    """What the list is ordered by, of that entry; it need not be there any more."""
    backwards: bool = False
    """Whether what comes before it is wanted, and not what follows."""

    @property
    def encoded(self) -> str:
        """The position as a part of a ``custom_id``; fits ``POSITION``."""
        return ("b" if self.backwards else "a") + ".".join(map(_in_base_36, self.key))

    @classmethod
    def decoded(cls, text: str) -> Self | None:
        """The position of a text; None where it is none, or names what no entry can have."""
        if not re.fullmatch(POSITION, text):
            return None
        key = tuple(int(part, 36) for part in text[1:].split("."))
        return cls(key, backwards=text[0] == "b") if max(key) <= _LARGEST else None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list."""

    items: tuple[Item, ...]
    page: int
    """From 0; rounded up where a position does not lie between two pages."""
    pages: int
    """At least 1; as many as there are when one goes on from here."""
    total: int
    """Items on all pages."""
    earlier: Position | None = None
    """Where the page before begins; None on the first."""
    later: Position | None = None
    """Where the page after begins; None on the last."""

    def of(self, items: tuple[Other, ...]) -> Page[Other]:
        """The same page with other items."""
        return Page(items, self.page, self.pages, self.total, self.earlier, self.later)


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by: whole numbers or moments, together different for each entry, all of them up or all down."""

    columns: tuple[sa.ColumnElement[object], ...]
    descending: bool = True

    def clauses(self, *, backwards: bool = False) -> tuple[sa.ColumnElement[object], ...]:
        """What goes into ``order_by``."""
        down = self.descending != backwards
        return tuple(column.desc() if down else column.asc() for column in self.columns)

    def beyond(self, key: Sequence[int], *, backwards: bool) -> sa.ColumnElement[bool]:
        """Whether an entry comes after, or before, the one with a key."""
        mine, other = sa.tuple_(*self.keys()), sa.tuple_(*(sa.literal(value, sa.BigInteger) for value in key))
        return mine < other if self.descending != backwards else mine > other

    def keys(self) -> tuple[sa.ColumnElement[int], ...]:
        """The numbers of an entry, moments as they are stored."""
        return tuple(sa.type_coerce(column, sa.BigInteger) for column in self.columns)


async def page_at(
    connection: AsyncConnection,
    query: sa.Select[*tuple[object, ...]],
    order: Order,
    at: int | Position,
    size: int,
    *,
    by_scan: bool = False,
) -> tuple[Sequence[StoredRow], Page[None]]:
    """The rows of a page, and which page it is; past either end it is the page at that end.

    Args:
        connection: a view of the database.
        query: the whole list, in any order.
        order: its order.
        at: a position in it, or a page number from 0.
        size: rows on a page, at most 25.
        by_scan: whether the list has to be worked out whole to count it; then it is counted while the page is fetched.
    """
    size = max(1, min(size, MOST_ON_A_PAGE))
    keyed = query.add_columns(*(key.label(f"key_{place}") for place, key in enumerate(order.keys())))
    if isinstance(at, Position) and len(at.key) == len(order.columns):
        rows = await _from_position(connection, keyed, order, at, size)
        total, before = await _counted(connection, query, order, _key(rows[0], order) if rows else None)
    else:
        rows, total, page = await _from_number(connection, keyed, order, 0 if isinstance(at, Position) else at, size, by_scan=by_scan)
        before = page * size
    return rows, _described(rows, order, total, before, size)


async def _from_position(
    connection: AsyncConnection, query: sa.Select[*tuple[object, ...]], order: Order, at: Position, size: int
) -> Sequence[StoredRow]:
    wanted = query.where(order.beyond(at.key, backwards=at.backwards)).order_by(*order.clauses(backwards=at.backwards)).limit(size)
    rows = (await connection.execute(wanted)).all()
    if at.backwards:
        if len(rows) == size:
            return rows[::-1]
        return (await connection.execute(query.order_by(*order.clauses()).limit(size))).all()  # there is less before: the first page, whole
    if rows:
        return rows
    return (await connection.execute(query.order_by(*order.clauses(backwards=True)).limit(size))).all()[::-1]


async def _counted(
    connection: AsyncConnection, query: sa.Select[*tuple[object, ...]], order: Order, first: tuple[int, ...] | None
) -> tuple[int, int]:
    """How many entries there are, and how many of them come before one."""
    before = sa.literal(0) if first is None else sa.case((order.beyond(first, backwards=True), 1), else_=0)
    listed = query.with_only_columns(before.label("before"), maintain_column_froms=True).order_by(None).subquery()
    row = (
        await connection.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(listed.c.before), 0)).select_from(listed))
    ).one()
    return int(row[0]), int(row[1])


async def _from_number(
    connection: AsyncConnection, query: sa.Select[*tuple[object, ...]], order: Order, page: int, size: int, *, by_scan: bool
) -> tuple[Sequence[StoredRow], int, int]:
    page = max(0, page)
    ordered = query.order_by(*order.clauses()).limit(size)
    if by_scan:
        rows = (await connection.execute(ordered.add_columns(sa.func.count().over().label("total")).offset(page * size))).all()
        if rows:
            return rows, int(rows[0].total), page
    total, _ = await _counted(connection, query, order, None)
    page = min(page, max(1, -(-total // size)) - 1)
    return (await connection.execute(ordered.offset(page * size))).all(), total, page


def _described(rows: Sequence[StoredRow], order: Order, total: int, before: int, size: int) -> Page[None]:
    page = -(-before // size)
    return Page(
        (),
        page,
        page + 1 - (before + len(rows) - total) // size,
        total,
        Position(_key(rows[0], order), backwards=True) if rows and before else None,
        Position(_key(rows[-1], order)) if rows and before + len(rows) < total else None,
    )


def _key(row: StoredRow, order: Order) -> tuple[int, ...]:
    return tuple(int(row._mapping[f"key_{place}"]) for place in range(len(order.columns)))


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
