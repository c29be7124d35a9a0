"""The rows of an export, read in pieces from the database by a thread: never all of them at once, never on the event loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.review.export_row import ExportRow
from bot.review.queue import QueueFilter, conditions, order_of
from bot.review.reading import Row, summary_query
from bot.storage.review_tables import case_notes, signals
from bot.storage.tables import votes

_PIECE = 500
"""Cases read together."""


def export_rows(connection: sa.Connection, guild_id: int, filters: QueueFilter, *, identities: bool) -> Iterator[ExportRow]:
    """Yield the cases that a filter lets through, in the order of the queue."""
    query = summary_query().where(*conditions(guild_id, filters)).order_by(*order_of(filters))
    with connection.execute(query, execution_options={"yield_per": _PIECE}) as found:
        for piece in found.partitions():
            yield from rows_of(connection, piece, identities=identities)


def rows_of(connection: sa.Connection, piece: Sequence[Row], *, identities: bool) -> Iterator[ExportRow]:
    """Yield rows of ``summary_query`` with what members and moderators wrote about them."""
    ids = [row.id for row in piece]
    said = _by_case(connection, _said(ids))
    notes = _by_case(
        connection, sa.select(case_notes.c.case, case_notes.c.text).where(case_notes.c.case.in_(ids)).order_by(case_notes.c.id)
    )
    favor = {row.case: row.helpful for row in connection.execute(_helpful(ids))}
    for row in piece:
        behind = said.get(row.id, ())
        yield ExportRow(
            number=row.number,
            kind=row.kind,
            state=row.state,
            opened_at=_moment(row.opened_at),
            last_signal_at=_moment(row.last_signal_at),
            closed_at=None if row.closed_at is None else _moment(row.closed_at),
            signals=row.signals,
            question=row.question,
            note=row.note,
            section_id=row.section_id,
            area=row.area,
            reasons=tuple(one.reason for one in behind if one.reason),
            comments=tuple(one.comment for one in behind if one.comment),
            corrections=tuple(one.correction for one in behind if one.correction),
            helpful=favor.get(row.id, 0),
            not_helpful=sum(one.vote is not None for one in behind),
            resolution=row.resolution,
            dismissal=row.dismissal,
            closing_text=row.closing_text,
            moderator_notes=tuple(one.text for one in notes.get(row.id, ()) if one.text),
            members=tuple(one.member_hash for one in behind if one.member_hash) if identities else (),
            moderator_id=row.moderator_id if identities else None,
        )


def _said(ids: Sequence[int]) -> sa.Select[*tuple[object, ...]]:
    shown = (signals.c.case, signals.c.reason, signals.c.member_hash, signals.c.vote, votes.c.comment, votes.c.correction)
    joined = signals.outerjoin(votes, signals.c.vote == votes.c.id)
    live = signals.c.case.in_(ids) & signals.c.withdrawn_at.is_(None)
    return sa.select(*shown).select_from(joined).where(live).order_by(signals.c.id)


def _helpful(ids: Sequence[int]) -> sa.Select[*tuple[object, ...]]:
    """Return the query for votes in favor of the answers that cases are about."""
    joined = sa.select(signals.c.case, signals.c.answer).where(signals.c.case.in_(ids), signals.c.answer.is_not(None)).distinct().subquery()
    query = sa.select(joined.c.case, sa.func.count().label("helpful")).join(votes, votes.c.answer == joined.c.answer)
    return query.where(votes.c.helpful).group_by(joined.c.case)


def _by_case(connection: sa.Connection, query: sa.Executable) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = {}
    for row in connection.execute(query):
        grouped.setdefault(row.case, []).append(row)
    return grouped


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
