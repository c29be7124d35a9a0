"""The conversation around a question: what the same member asked right before and after it, as far as the bot took that for one.

A follow-up such as "who does that?" means nothing alone, so whoever decides on it reads what came before. Only turns that an answer was
understood by are part of it; whatever else the member asked is nobody's business. Texts are read where they are stored, so one that has
expired or was deleted is gone here too, and whoever lets texts expire asks ``shown_beside`` which cases show them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import StoredRow
from bot.storage.tables import answers, cases

_WITHIN = timedelta(hours=1)
"""Between two turns; conversations are shorter unless the operator lets them last longer."""
_MOST_BEFORE = 2
_READ = 10
"""Rows looked at on either side."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the conversation, and what it got."""

    question: str | None
    """None once its text has expired or was deleted, or where somebody else's message was asked about."""
    outcome: str
    section_id: str | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked around a question, in the order in which it was asked."""

    before: tuple[Turn, ...] = ()
    """At most two."""
    after: tuple[Turn, ...] = ()
    """At most one."""


async def conversation_around(connection: AsyncConnection, answer: StoredRow) -> Conversation:
    """The turns around an answer, a row of ``answers``; none where nobody is known to have asked it."""
    if answer.member_hash is None:
        return Conversation()
    same = (answers.c.guild_id == answer.guild_id) & (answers.c.member_hash == answer.member_hash)
    near = same & (answers.c.channel_id == answer.channel_id)
    near &= answers.c.asked_at.between(answer.asked_at - _WITHIN, answer.asked_at + _WITHIN)
    earlier = sa.select(answers).where(near, answers.c.id < answer.id).order_by(answers.c.id.desc()).limit(_READ)
    later = sa.select(answers).where(near, answers.c.id > answer.id).order_by(answers.c.id).limit(1)
    before = _leading_to(answer, (await connection.execute(earlier)).all())
    after = [_turn(row) for row in await connection.execute(later) if row.context_id is not None]
    return Conversation(tuple(before), tuple(after))


def _leading_to(answer: StoredRow, earlier: Sequence[StoredRow]) -> list[Turn]:
    """The turns by which a question was understood; ``earlier`` has the newest first."""
    turns: list[Turn] = []
    follows = answer
    for row in earlier:
        if follows.context_id is None or len(turns) == _MOST_BEFORE:
            break
        if row.section_id is not None:  # what got no section is not what a follow-up was about
            turns.insert(0, _turn(row))
            follows = row
    return turns


def _turn(row: StoredRow) -> Turn:
    return Turn(row.question, row.outcome, row.section_id, row.asked_at)


def shown_beside(which: sa.Select[int]) -> sa.Select[int]:
    """The rows of cases whose cards may show some answers' questions as part of the conversation around their own."""
    turn, own = answers.alias(), answers.alias()
    apart = sa.func.abs(sa.type_coerce(own.c.asked_at, sa.BigInteger) - sa.type_coerce(turn.c.asked_at, sa.BigInteger))
    together = (own.c.guild_id == turn.c.guild_id) & (own.c.member_hash == turn.c.member_hash) & (own.c.channel_id == turn.c.channel_id)
    near = together & (own.c.id != turn.c.id) & (apart <= _MOST_BEFORE * _WITHIN / timedelta(milliseconds=1))
    joined = turn.join(own, near).join(cases, cases.c.answer == own.c.id)
    return sa.select(cases.c.id).select_from(joined).where(turn.c.id.in_(which)).distinct()
