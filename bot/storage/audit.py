"""Writing down who did what: one row for each action, in the transaction that carries the action out.

The words for the actions are here, below everything that acts. A row never holds what a member wrote.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

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
    EXPORTED = "exported"
    EXPORTED_IDENTITIES = "exported-identities"
    CHANGED_SETTING = "changed-setting"


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
