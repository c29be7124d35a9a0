"""A long list, a page at a time: the rows of one page, and how many there are in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

Item = TypeVar("Item")
Other = TypeVar("Other")

MOST_ON_A_PAGE = 25
"""Discord shows no more in one select."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list."""

    items: tuple[Item, ...]
    page: int
    """From 0."""
    pages: int
    """At least 1."""
    total: int
    """Items on all pages."""

    def of(self, items: tuple[Other, ...]) -> Page[Other]:
        """Return the same page with other items."""
        return Page(items, self.page, self.pages, self.total)


async def page_of(
    connection: AsyncConnection, query: sa.Select[*tuple[object, ...]], page: int, size: int, *, by_scan: bool = False
) -> tuple[Sequence[sa.Row[*tuple[object, ...]]], Page[None]]:
    """Return the rows of a page, and which page it is; past the end it is the last one.

    Args:
        connection: a view of the database.
        query: the whole list, in its order.
        page: from 0.
        size: rows on a page, at most 25.
        by_scan: whether the list has to be worked out whole to count it; then it is counted while the page is fetched.
    """
    size = max(1, min(size, MOST_ON_A_PAGE))
    page = max(0, page)
    if by_scan:
        counted = query.add_columns(sa.func.count().over().label("total")).limit(size).offset(page * size)
        rows = (await connection.execute(counted)).all()
        if rows:
            total: int = rows[0].total
            return rows, Page((), page, -(-total // size), total)
    total = (await connection.execute(sa.select(sa.func.count()).select_from(query.order_by(None).subquery()))).scalar_one()
    pages = max(1, -(-total // size))
    page = min(page, pages - 1)
    return (await connection.execute(query.limit(size).offset(page * size))).all(), Page((), page, pages, total)
