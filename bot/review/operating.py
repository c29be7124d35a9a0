"""The review from the operator's terminal: the same cases and numbers, read while the bot may be running.

Nothing is changed here, so neither the lock nor a migration is needed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice

import sqlalchemy as sa

from bot.answering.knowledge import BuiltKnowledge, Knowledge
from bot.cases.case import summary_query
from bot.errors import InputError, NotFound, NothingYet
from bot.feedback.recording import ServerEngines
from bot.guilds.settings import Guilds
from bot.review.cards import read_card
from bot.review.export import CaseDetails, ExportRow, export_rows, rows_of
from bot.review.queue import QueueFilter
from bot.review.statistics import Report, Statistics
from bot.storage.audit import AuditEntry
from bot.storage.database import Database, read_in_thread
from bot.storage.dialect import Place
from bot.storage.opening import require_current
from bot.storage.tables import DIRECT_MESSAGES, answers, cases


def only_guild(place: Place, wanted: int | None) -> int:
    """Find out which guild is meant: the one that is named, or the only one there is.

    Raises:
        InputError: several have data, and none is named; or the one that is named has none.
        NothingYet: none has data, and none is named.
        DatabaseRefused: there is no database of today's schema.
    """
    require_current(place)
    known = sa.union(sa.select(cases.c.guild_id), sa.select(answers.c.guild_id))
    with read_in_thread(place) as connection:
        guilds = sorted({row.guild_id for row in connection.execute(known)} - {DIRECT_MESSAGES})
    if wanted is not None and wanted not in guilds:
        raise InputError(f"There is nothing of server {wanted} in {place}. Servers with data: {_listed(guilds)}.")
    if wanted is None and not guilds:
        raise NothingYet("No cases yet.")
    if wanted is None and len(guilds) != 1:
        raise InputError(f"Name a server with --guild. Servers with data: {_listed(guilds)}.")
    return guilds[0] if wanted is None else wanted


def list_cases(place: Place, guild_id: int, filters: QueueFilter, most: int) -> tuple[ExportRow, ...]:
    """The first cases that a filter lets through, in the order of the queue."""
    with read_in_thread(place) as connection:
        return tuple(islice(export_rows(connection, guild_id, filters, identities=False), most))


async def case_details(place: Place, built: BuiltKnowledge, guild_id: int, number: int) -> CaseDetails:
    """Read a case beside what the bot would say today by the server's own threshold and phrasings.

    Raises:
        InputError: the guild has no such case.
    """
    async with _opened(place) as database:
        try:
            engine = await ServerEngines(Knowledge(built), Guilds(database), database).engine(guild_id)
            card = await read_card(database, engine, guild_id, number)
        except NotFound as error:
            raise InputError(f"Server {guild_id} has no case {number}.") from error
    shown, today = (None, None) if card.answer is None else (card.answer.text, card.answer.today)
    return CaseDetails(_row(place, guild_id, number), shown, today, tuple(map(_line, card.history)))


async def report_of(place: Place, guild_id: int, days: int) -> Report:
    """Count the last days, today included, on the guild's clock."""
    async with _opened(place) as database:
        return await Statistics(database, Guilds(database)).of(guild_id, days)


def _row(place: Place, guild_id: int, number: int) -> ExportRow:
    query = summary_query().where(cases.c.guild_id == guild_id, cases.c.number == number)
    with read_in_thread(place) as connection:
        return next(rows_of(connection, connection.execute(query).all(), identities=False))


@asynccontextmanager
async def _opened(place: Place) -> AsyncIterator[Database]:
    database = Database(place)
    try:
        yield database
    finally:
        await database.close()


def _line(entry: AuditEntry) -> str:
    return f"{entry.done_at:%Y-%m-%d %H:%M} UTC: {entry.actor_id} {entry.action.value} {entry.detail or ''}".rstrip()


def _listed(guilds: list[int]) -> str:
    return ", ".join(map(str, guilds)) or "none"
