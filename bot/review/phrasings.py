"""Confirmed phrasings: questions of which a moderator said that a certain section answers them.

They take effect at once: whoever asks that very question in the guild is shown that section, and questions like it rank it higher. They
are taken back as easily. A guild's phrasings say nothing about another guild. Each belongs to the answer whose question it puts into
words, also where a moderator reworded it, and goes when the member who asked deletes their data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.case import Actor, CaseRow, find_case
from bot.cases.signals import about_answers
from bot.errors import NotFound
from bot.query.message import clean_question
from bot.storage.audit import AuditAction, write_audit
from bot.storage.database import Database
from bot.storage.paging import Page
from bot.storage.tables import answers, cases, phrasings


@dataclass(frozen=True, slots=True)
class ConfirmedPhrasing:
    """A question, and the section that answers it."""

    phrasing_id: int
    guild_id: int
    section_id: str
    text: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Stores what moderators confirm."""

    database: Database

    async def confirm(
        self, actor: Actor, number: int, section_id: str, text: str | None = None, *, answer_id: str | None = None
    ) -> ConfirmedPhrasing:
        """Store that a section answers the question of a case, from the next question on; a second time changes nothing.

        Args:
            actor: who, where and by which interaction.
            number: the case.
            section_id: the section; the caller has looked it up.
            text: the question in the moderator's own words; None takes it as it was asked.
            answer_id: the answer of the case whose question it is; None takes the one that stands for the case now.

        Raises:
            NotFound: the guild has no such case, the case has no such answer, or the text of its question is gone.
            NotSaved: nothing was stored.
        """
        now = datetime.now(UTC)
        async with self.database.write() as connection:
            case = await find_case(connection, actor.guild_id, number)
            answer = await _asked(connection, case, answer_id)
            question = clean_question(text or answer.question)
            row = {
                "guild_id": actor.guild_id, "answer": answer.id, "section_id": section_id, "text": question,
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

    async def page(self, guild_id: int, page: int = 0, size: int = 10) -> Page[ConfirmedPhrasing]:
        """Return a page of a guild's phrasings, the newest first; past the end, the last one is returned."""
        newest_first = (await self.confirmed(guild_id))[::-1]  # few: all of them are read with every question
        pages = max(1, -(-len(newest_first) // size))
        page = max(0, min(page, pages - 1))
        return Page(newest_first[page * size : (page + 1) * size], page, pages, len(newest_first))

    async def confirmed(self, guild_id: int | None = None) -> tuple[ConfirmedPhrasing, ...]:
        """The phrasings of a guild, or of all, in the order in which they were confirmed."""
        query = sa.select(phrasings).order_by(phrasings.c.id)
        if guild_id is not None:
            query = query.where(phrasings.c.guild_id == guild_id)
        async with self.database.read() as connection:
            return tuple(_phrasing(row) for row in await connection.execute(query))


async def _asked(connection: AsyncConnection, case: CaseRow, answer_id: str | None) -> CaseRow:
    """The answer of a case whose question is put into words; without its text nobody could say whose words they are.

    Raises:
        NotFound: the case has no such answer, or the text of its question is gone.
    """
    this = answers.c.id == case.answer if answer_id is None else answers.c.answer_id == answer_id
    found = (await connection.execute(sa.select(answers).where(answers.c.guild_id == case.guild_id, this))).first()
    if found is None or not found.question:
        raise NotFound(f"the question of case {case.number} is gone")
    about = sa.select(cases.c.id).where(cases.c.id == case.id, about_answers(found.id))
    if (await connection.execute(about)).first() is None:
        raise NotFound(f"case {case.number} is not about answer {answer_id}")
    return found


def _phrasing(row: CaseRow) -> ConfirmedPhrasing:
    return ConfirmedPhrasing(row.id, row.guild_id, row.section_id, row.text, row.confirmed_at)
