"""The audit log: who did what, one row for each action, written in the transaction that carries the action out, and read by pages.

The words for the actions are here, below everything that acts. A row never holds what a member wrote, and nothing changes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import StoredRow
from bot.storage.database import Database
from bot.storage.paging import Order, Page, Position, page_at
from bot.storage.tables import audit


class AuditAction(StrEnum):
    """What can be done; stored as written here."""

    OPENED = "opened"
    CLAIMED = "claimed"
    UNCLAIMED = "unclaimed"
    RESOLVED = "resolved"
    APPROVED = "approved"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    NOTED = "noted"
    CONFIRMED_PHRASING = "confirmed-phrasing"
    WITHDREW_PHRASING = "withdrew-phrasing"
    REWORDED_PHRASING = "reworded-phrasing"
    KEPT_QUESTION = "kept-question"
    REMOVED_QUESTION = "removed-question"
    PROPOSED_CORRECTION = "proposed-correction"
    HANDED_ON_CORRECTION = "handed-on-correction"
    DROPPED_CORRECTION = "dropped-correction"
    EXPORTED = "exported"
    EXPORTED_IDENTITIES = "exported-identities"
    CHANGED_SETTING = "changed-setting"
    SET_GAP_ASIDE = "set-gap-aside"
    REOPENED_GAP = "reopened-gap"
    REOPENED_WORSE = "reopened-worse"
    """By the program itself: what was fixed got worse."""


BY_ITSELF = 0
"""The ``actor_id`` of what nobody did."""


async def write_audit(
    connection: AsyncConnection,
    guild_id: int,
    actor_id: int,
    action: AuditAction,
    done_at: datetime,
    *,
    case_number: int | None = None,
    detail: str | None = None,
    interaction_id: int | None = None,
) -> None:
    """Add a row, to be committed with the action itself.

    Args:
        connection: the transaction of the action.
        guild_id: where it was done.
        actor_id: Discord id of who did it.
        action: what was done.
        done_at: when.
        case_number: the case that it was done to, if it was a case.
        detail: more in words of this program, such as a setting's name and values.
        interaction_id: the interaction that asked for it.
    """
    row = {
        "guild_id": guild_id, "actor_id": actor_id, "action": action.value, "done_at": done_at, "case_number": case_number,
        "detail": detail, "interaction_id": interaction_id,
    }  # fmt: skip
    await connection.execute(sa.insert(audit).values(row))


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
        self, guild_id: int, at: int | Position = 0, size: int = 15, *, moderator_id: int | None = None, number: int | None = None
    ) -> Page[AuditEntry]:
        """A page of what was done, the newest first.

        Args:
            guild_id: whose log.
            at: a position in the log, or a page number from 0; past the end it is the last page.
            size: entries on a page.
            moderator_id: only what this moderator did.
            number: only what was done to this case.
        """
        query = sa.select(audit).where(audit.c.guild_id == guild_id)
        if moderator_id is not None:
            query = query.where(audit.c.actor_id == moderator_id)
        if number is not None:
            query = query.where(audit.c.case_number == number)
        async with self.database.read() as connection:
            rows, paging = await page_at(connection, query, Order((audit.c.id,)), at, size)
        return paging.of(tuple(entry_of(row) for row in rows))


def entry_of(row: StoredRow) -> AuditEntry:
    """Turn a row of the table ``audit`` into values."""
    return AuditEntry(row.done_at, row.actor_id, AuditAction(row.action), row.case_number, row.detail)
