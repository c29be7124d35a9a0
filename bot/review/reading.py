"""Rows of cases as summaries, for every list and card. The text is looked up where it is stored, so what is deleted there is gone here."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotFound
from bot.feedback.case_kinds import CaseKind, CaseState, DismissReason, Resolution
from bot.feedback.reasons import Reason
from bot.review.case import CaseSummary, Place
from bot.storage.review_tables import cases, community_notes
from bot.storage.tables import answers

Row = sa.Row[*tuple[object, ...]]

HIGHEST_NUMBER = 2**31 - 1


def summary_query() -> sa.Select[*tuple[object, ...]]:
    """Return the query for all that a summary needs, to be narrowed by the caller."""
    note = sa.select(community_notes.c.text).where(community_notes.c.case == cases.c.id).scalar_subquery()
    question = sa.select(answers.c.question).where(answers.c.id == cases.c.answer).scalar_subquery()
    return sa.select(cases, question.label("question"), note.label("note"))


async def find_case(connection: AsyncConnection, guild_id: int, number: int) -> Row:
    """Return the row of a guild's case, with what a summary needs.

    Raises:
        NotFound: the guild has no such case.
    """
    row = None
    if 0 < number <= HIGHEST_NUMBER:
        query = summary_query().where(cases.c.guild_id == guild_id, cases.c.number == number)
        row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"no case {number} in guild {guild_id}")
    return row


def summary_of(row: Row) -> CaseSummary:
    """Return a row of ``summary_query``."""
    card = None if row.card_channel_id is None else Place(row.card_channel_id, row.card_message_id)
    return CaseSummary(
        guild_id=row.guild_id,
        number=row.number,
        kind=CaseKind(row.kind),
        state=CaseState(row.state),
        question=row.question,
        note=row.note,
        section_id=row.section_id,
        area=row.area,
        reason=None if row.reason is None else Reason(row.reason),
        signals=row.signals,
        opened_at=row.opened_at,
        last_signal_at=row.last_signal_at,
        moderator_id=row.moderator_id,
        closed_at=row.closed_at,
        resolution=None if row.resolution is None else Resolution(row.resolution),
        dismissal=None if row.dismissal is None else DismissReason(row.dismissal),
        closing_text=row.closing_text,
        card=card,
        version=row.version,
    )
