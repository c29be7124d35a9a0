"""Cases like a case: about the same section, or with a question in nearly the same words."""

from __future__ import annotations

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.review.case import CaseSummary
from bot.review.reading import Row, summary_of, summary_query
from bot.storage.review_tables import cases
from bot.storage.tables import answers

_MOST = 5
_LOOKED_AT = 300
"""The newest cases that a question is compared with; all of them would make a card slow in a large queue."""
_ALIKE = 75.0
"""From 0 to 100; below it, questions were found to share only their grammar."""


async def similar_cases(connection: AsyncConnection, case: Row) -> tuple[CaseSummary, ...]:
    """Return other cases of the guild that are worth a look: those with a like question first, then those of the same section."""
    alike = await _with_like_question(connection, case)
    if case.section_id is not None and len(alike) < _MOST:
        same = (cases.c.guild_id == case.guild_id) & (cases.c.section_id == case.section_id) & (cases.c.id != case.id)
        query = sa.select(cases.c.id).where(same).order_by(cases.c.number.desc()).limit(_MOST)
        alike += [row.id for row in await connection.execute(query) if row.id not in alike]
    rows = {row.id: row for row in await connection.execute(summary_query().where(cases.c.id.in_(alike[:_MOST])))}
    return tuple(summary_of(rows[one]) for one in alike[:_MOST])


async def _with_like_question(connection: AsyncConnection, case: Row) -> list[int]:
    if case.question is None:
        return []
    others = (cases.c.guild_id == case.guild_id) & (cases.c.id != case.id) & answers.c.question.is_not(None)
    query = sa.select(cases.c.id, answers.c.question).join(answers, cases.c.answer == answers.c.id).where(others)
    rows = await connection.execute(query.order_by(cases.c.number.desc()).limit(_LOOKED_AT))
    questions: dict[int, str] = {row.id: row.question for row in rows}
    best = process.extract(case.question, questions, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE, limit=_MOST)
    return [found for _, _, found in best]
