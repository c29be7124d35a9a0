"""Rows of queries, and the types of columns: numbers of rows, sets of ids, and times that are always UTC."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

StoredRow = sa.Row[*tuple[object, ...]]
"""A row of a query as the database gives it; packages turn it into values of their own before it leaves them."""

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Numbers of rows: 64 bits in both databases; SQLite counts by itself only in a column that is called INTEGER."""

_Record = TypeVar("_Record", bound="DataclassInstance")


def record_of(kind: type[_Record], row: StoredRow, /, **others: object) -> _Record:
    """Make a record whose fields have the names of a row's columns.

    Args:
        kind: a dataclass.
        row: has a column for each field that is not given.
        others: the fields whose value is not the column's.

    Raises:
        AttributeError: a field is neither given nor a column.
    """
    return kind(**{field.name: others[field.name] if field.name in others else getattr(row, field.name) for field in fields(kind)})


class IdSet(sa.TypeDecorator[frozenset[int]]):
    """Ids of Discord, as numbers with spaces between them, in ascending order; NULL is the empty set."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: frozenset[int] | None, dialect: sa.Dialect) -> str:
        """Text that sorts the ids, so that equal sets are equal texts."""
        return " ".join(map(str, sorted(value or ())))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> frozenset[int]:
        """The empty set also where nothing was ever stored."""
        return frozenset(map(int, (value or "").split()))


class UtcTime(sa.TypeDecorator[datetime]):
    """A moment as whole milliseconds since 1970 in UTC: it sorts, compares and never loses its zone."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Milliseconds; a time without zone is refused, since nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs a zone to be stored")
        return round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        """Always in UTC, whatever zone it was stored from."""
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)
