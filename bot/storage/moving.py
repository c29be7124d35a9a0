"""From one database to another: every row is carried over, counted and compared before anything counts, or nothing is there.

The tables are made in the transaction that fills them, so a move that fails, or is killed, leaves an empty database, and the one before it
is only read. What is compared is every value of every row, read back from where it was written: as many rows, and the same sum of their
hashes, since databases do not agree in which order texts are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.errors import DatabaseRefused
from bot.storage.columns import StoredRow
from bot.storage.database import read_in_thread
from bot.storage.dialect import Place
from bot.storage.opening import created, require_current
from bot.storage.postgres import PostgresDatabase, number_on, storable_here
from bot.storage.tables import metadata

_AT_ONCE = 500
"""Rows read and written together."""
_BITS = 256


@dataclass(frozen=True, slots=True)
class Contents:
    """What a table holds."""

    table: str
    rows: int
    digest: str
    """The sum of the SHA-256 of its rows, in hexadecimal digits; no matter in which order they are."""


def carry_over(source: Place, target: Place) -> tuple[Contents, ...]:
    """Fill an empty database with everything that another holds; neither may be in use.

    Raises:
        DatabaseRefused: the target is not empty, one of them cannot be used, or what was written is not what was read. Nothing is in the
            target then, and nothing was changed in the source.
        StorageError: the source cannot be read.
    """
    require_current(source)
    with created(target) as writing, read_in_thread(source) as reading:
        moved = tuple(_carried(reading, writing, table) for table in metadata.sorted_tables)
        there = tuple(contents(writing, table) for table in metadata.sorted_tables)
        if moved != there:
            names = ", ".join(one.table for one, other in zip(moved, there, strict=True) if one != other)
            raise DatabaseRefused(f"What was written is not what was read ({names}). Nothing was kept of it, and {source} is as it was.")
        if isinstance(target, PostgresDatabase):
            for table in metadata.sorted_tables:
                if table.autoincrement_column is not None:
                    number_on(writing, table.name)
    return moved


def contents(connection: sa.Connection, table: sa.Table) -> Contents:
    """Count the rows of a table, and digest them."""
    rows = digested = 0
    for piece in _pieces(connection, table):
        rows += len(piece)
        digested += _digest(piece)
    return _described(table, rows, digested)


def _carried(reading: sa.Connection, writing: sa.Connection, table: sa.Table) -> Contents:
    rows = digested = 0
    for piece in _pieces(reading, table):
        writing.execute(sa.insert(table), [dict(row._mapping) for row in piece])
        rows += len(piece)
        digested += _digest(piece)
    return _described(table, rows, digested)


def _pieces(connection: sa.Connection, table: sa.Table) -> Iterable[Sequence[StoredRow]]:
    with connection.execute(sa.select(table), execution_options={"yield_per": _AT_ONCE}) as found:
        yield from found.partitions()


def _digest(rows: Sequence[StoredRow]) -> int:
    return sum(
        int.from_bytes(hashlib.sha256(repr([_comparable(value) for value in row]).encode("utf-8", "surrogatepass")).digest())
        for row in rows
    )


def _comparable(value: object) -> object:
    """A value as both databases give it back."""
    match value:
        case str():
            return storable_here(value)
        case frozenset():
            return sorted(value)
        case _:
            return value


def _described(table: sa.Table, rows: int, digested: int) -> Contents:
    return Contents(table.name, rows, f"{digested % 2**_BITS:064x}")
