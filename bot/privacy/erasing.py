"""The deletions themselves, each within a transaction of its caller: of a member's rows, of a note, of a whole server.

Called when somebody deletes, and once more after an older backup was restored. What others wrote stays, counts stay, and cases are
brought up to date in the same transaction, so that no card shows what is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.feedback.case_kinds import CaseKind
from bot.feedback.case_upkeep import about_answers, bring_up_to_date, take_back
from bot.storage.review_tables import BY_GUILD, case_notes, cases, community_notes, phrasings, signals
from bot.storage.tables import NO_QUESTION_TEXT, answers, guild_settings, judgements, votes


async def erase_member(connection: AsyncConnection, hashes: Sequence[str], now: datetime, *, before: datetime | None = None) -> int:
    """Delete what is stored under a member's hashes and return how many rows were theirs.

    Args:
        connection: the transaction.
        hashes: the member's, at most 500 of them.
        now: the moment of the deletion.
        before: only rows that are older, where a deletion is repeated.
    """
    mine = answers.c.member_hash.in_(hashes) & _older(answers.c.asked_at, before)
    asked = sa.select(answers.c.id).where(mine)
    # whatever case shows one of these questions is to be made anew, also where somebody else's vote made it
    touched = await _ids(connection, sa.select(cases.c.id).where(about_answers(asked)))
    sent = signals.c.member_hash.in_(hashes) & _older(signals.c.sent_at, before)
    changed = len(await _ids(connection, sa.select(signals.c.id).where(sent, signals.c.kind == CaseKind.DECLINED.value)))
    changed += await _delete(connection, community_notes, community_notes.c.added_at, hashes, before)
    changed += (await connection.execute(sa.delete(phrasings).where(phrasings.c.answer.in_(asked)))).rowcount
    touched += await take_back(connection, sent, now)
    for table, moment in ((votes, votes.c.voted_at), (judgements, judgements.c.judged_at)):
        changed += await _delete(connection, table, moment, hashes, before)
    anonymous = {**NO_QUESTION_TEXT, "member_hash": None}
    changed += (await connection.execute(sa.update(answers).where(mine).values(anonymous))).rowcount
    await bring_up_to_date(connection, touched, now)
    return changed


async def erase_note(connection: AsyncConnection, note_id: int, now: datetime, *, before: datetime | None = None) -> None:
    """Delete a community note."""
    this = (community_notes.c.id == note_id) & _older(community_notes.c.added_at, before)
    case = (await connection.execute(sa.delete(community_notes).where(this).returning(community_notes.c.case))).scalar()
    if case is not None:
        await take_back(connection, signals.c.case == case, now)


async def erase_moderator_notes(
    connection: AsyncConnection, note_ids: Sequence[int], now: datetime, *, before: datetime | None = None
) -> None:
    """Delete the text of notes that moderators left for each other; that there was one stays."""
    these = case_notes.c.id.in_(note_ids) & _older(case_notes.c.noted_at, before)
    statement = sa.update(case_notes).where(these).values(text=None).returning(case_notes.c.case)
    await bring_up_to_date(connection, await _ids(connection, statement), now)


async def erase_guilds(connection: AsyncConnection, guild_ids: Sequence[int], now: datetime) -> None:
    """Delete all data of servers, their audit logs included; these can be deleted only of a server that removed the bot."""
    for guild_id in guild_ids:
        removed = insert(guild_settings).values(guild_id=guild_id, updated_at=now, removed_at=now)
        await connection.execute(removed.on_conflict_do_update(index_elements=["guild_id"], set_={"removed_at": now}))
    for table in (*BY_GUILD, votes, judgements, answers, guild_settings):
        await connection.execute(sa.delete(table).where(table.c.guild_id.in_(guild_ids)))


async def _delete(
    connection: AsyncConnection, table: sa.Table, moment: sa.Column[datetime], hashes: Sequence[str], before: datetime | None
) -> int:
    statement = sa.delete(table).where(table.c.member_hash.in_(hashes), _older(moment, before))
    return (await connection.execute(statement)).rowcount


async def _ids(connection: AsyncConnection, query: sa.Executable) -> list[int]:
    return [row[0] for row in await connection.execute(query)]


def _older(moment: sa.Column[datetime], before: datetime | None) -> sa.ColumnElement[bool]:
    return sa.true() if before is None else moment <= before
