"""Confirmed phrasings: questions of which a moderator said that a certain section answers them.

They are what a better ranking may learn from: chosen by people who answer for it, one by one, and taken back as easily. A
guild's phrasings say nothing about another guild. Where the words are a member's, they go when the member deletes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.answering.question import clean_question
from bot.errors import NotFound
from bot.review.case import Actor
from bot.review.reading import Row, find_case
from bot.storage.audit import AuditAction, write_audit
from bot.storage.database import Database
from bot.storage.review_tables import phrasings


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A question, and the section that answers it."""

    phrasing_id: int
    guild_id: int
    section_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Stores what moderators confirm."""

    database: Database

    async def confirm(self, actor: Actor, number: int, section_id: str, text: str | None = None) -> Phrasing:
        """Store that a section answers the question of a case; a second time changes nothing.

        Args:
            actor: who, where and by which interaction.
            number: the case.
            section_id: the section; the caller has looked it up.
            text: the question in the moderator's own words; None takes that of the case.

        Raises:
            NotFound: the guild has no such case, or its question is gone and none is given.
            NotSaved: nothing was stored.
        """
        now = datetime.now(UTC)
        async with self.database.write() as connection:
            case = await find_case(connection, actor.guild_id, number)
            question = clean_question(text or case.question or "")
            if not question:
                raise NotFound(f"the question of case {number} is gone")
            row = {
                "guild_id": actor.guild_id, "answer": None if text else case.answer, "section_id": section_id, "text": question,
                "moderator_id": actor.moderator_id, "confirmed_at": now,
            }  # fmt: skip
            stored = (await connection.execute(insert(phrasings).values(row).on_conflict_do_nothing())).rowcount
            if stored:
                action = AuditAction.CONFIRMED_PHRASING
                await write_audit(connection, actor.guild_id, actor.moderator_id, action, now, case_number=number, detail=section_id)
            same = (phrasings.c.guild_id == actor.guild_id) & (phrasings.c.section_id == section_id) & (phrasings.c.text == question)
            return _phrasing((await connection.execute(sa.select(phrasings).where(same))).one())

    async def withdraw(self, actor: Actor, phrasing_id: int) -> bool:
        """Take a phrasing back; return whether the guild had it.

        Raises:
            NotSaved: nothing was changed.
        """
        this = (phrasings.c.guild_id == actor.guild_id) & (phrasings.c.id == phrasing_id)
        async with self.database.write() as connection:
            section_id = (await connection.execute(sa.delete(phrasings).where(this).returning(phrasings.c.section_id))).scalar()
            if section_id is not None:
                action, now = AuditAction.WITHDREW_PHRASING, datetime.now(UTC)
                await write_audit(connection, actor.guild_id, actor.moderator_id, action, now, detail=section_id)
        return section_id is not None

    async def confirmed(self, guild_id: int | None = None) -> tuple[Phrasing, ...]:
        """Return the phrasings of a guild, or of all, in the order in which they were confirmed."""
        query = sa.select(phrasings).order_by(phrasings.c.id)
        if guild_id is not None:
            query = query.where(phrasings.c.guild_id == guild_id)
        async with self.database.read() as connection:
            return tuple(_phrasing(row) for row in await connection.execute(query))


def _phrasing(row: Row) -> Phrasing:
    return Phrasing(row.id, row.guild_id, row.section_id, row.text)
