"""Who wants to be told what became of it, and has not been told yet.

A member's Discord id is stored for this alone, only where they asked for it, and forgotten as soon as they were told or could
not be. What is still to be told is worked out from the closed cases, so a crash between decision and message loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from bot.feedback.case_kinds import CLOSED
from bot.review.case import CaseSummary
from bot.review.reading import summary_of, summary_query
from bot.storage.database import Database
from bot.storage.review_tables import cases, signals

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Notice:
    """A member to tell."""

    notice_id: int
    user_id: int
    """Discord id."""
    case: CaseSummary
    """Closed: ``resolution`` or ``dismissal`` says how, ``closing_text`` what the moderator wrote."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Knows who is to be told."""

    database: Database

    async def pending(self, guild_id: int | None = None, number: int | None = None) -> tuple[Notice, ...]:
        """Return whom to tell, at most 50 at once; of one guild, or of one case there."""
        closed = cases.c.state.in_(sorted(state.value for state in CLOSED))
        query = (
            summary_query()
            .add_columns(signals.c.id.label("notice_id"), signals.c.notify_user_id)
            .join(signals, signals.c.case == cases.c.id)
            .where(signals.c.notify_user_id.is_not(None), closed)
            .order_by(signals.c.id)
            .limit(_AT_ONCE)
        )
        if guild_id is not None:
            query = query.where(cases.c.guild_id == guild_id)
        if number is not None:
            query = query.where(cases.c.number == number)
        async with self.database.read() as connection:
            return tuple(Notice(row.notice_id, row.notify_user_id, summary_of(row)) for row in await connection.execute(query))

    async def settle(self, notice_id: int) -> bool:
        """Forget a member's id before they are told; return False where somebody else has done so already.

        Settle first and send then: a member is rather not told than told twice.

        Raises:
            NotSaved: the id is still stored.
        """
        waiting = (signals.c.id == notice_id) & signals.c.notify_user_id.is_not(None)
        async with self.database.write() as connection:
            return (await connection.execute(sa.update(signals).where(waiting).values(notify_user_id=None))).rowcount == 1
