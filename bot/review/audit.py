"""The audit log as administrators and moderators read it. Writing it is in ``storage.audit``; nothing changes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.storage.audit import AuditAction
from bot.storage.database import Database
from bot.storage.paging import Page, page_of
from bot.storage.tables import audit


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What somebody did."""

    done_at: datetime
    actor_id: int
    """Discord id."""
    action: AuditAction
    case_number: int | None
    detail: str | None
    """More in words of this program; never a member's."""


@dataclass(frozen=True, slots=True)
class AuditLog:
    """Reads the log of a guild."""

    database: Database

    async def page(
        self, guild_id: int, page: int = 0, size: int = 15, *, moderator_id: int | None = None, number: int | None = None
    ) -> Page[AuditEntry]:
        """Return a page of what was done, the newest first.

        Args:
            guild_id: whose log.
            page: from 0; past the end, the last one is returned.
            size: entries on a page.
            moderator_id: only what this moderator did.
            number: only what was done to this case.
        """
        query = sa.select(audit).where(audit.c.guild_id == guild_id).order_by(audit.c.id.desc())
        if moderator_id is not None:
            query = query.where(audit.c.actor_id == moderator_id)
        if number is not None:
            query = query.where(audit.c.case_number == number)
        async with self.database.read() as connection:
            rows, paging = await page_of(connection, query, page, size)
        return paging.of(tuple(entry_of(row) for row in rows))


def entry_of(row: sa.Row[*tuple[object, ...]]) -> AuditEntry:
    """Turn a row of the table ``audit`` into values."""
    return AuditEntry(row.done_at, row.actor_id, AuditAction(row.action), row.case_number, row.detail)
