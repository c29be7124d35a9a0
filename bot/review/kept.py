"""Kept questions: what resolved cases asked, as golden questions of their server, so that nobody breaks unnoticed what was repaired.

Each is in a moderator's own words, never in the member's, so it stays when the member deletes their data. It names the section that answers
it, or says that it must be declined. ``python -m bot evaluate --server`` and the previews ask them; to members they mean nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.case import Actor, CaseState, find_case
from bot.errors import InputError
from bot.feedback.question_log import LOOKUP
from bot.query.message import clean_question, normalized
from bot.review.phrasings import own_words, phrasings_of
from bot.storage.audit import AuditAction, write_audit
from bot.storage.columns import StoredRow
from bot.storage.database import Database
from bot.storage.paging import Order, Page, Position, page_at
from bot.storage.tables import answers, cases, kept_questions, signals
from bot.texts import cases as texts
from bot.texts import proofs as proof_texts


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A golden question of a server."""

    kept_id: int
    guild_id: int
    question: str
    """In a moderator's words."""
    section_id: str | None
    """What answers it; None where it must be declined."""
    case_number: int | None
    moderator_id: int
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class KeptQuestions:
    """Stores what moderators keep."""

    database: Database

    async def keep_worded(self, actor: Actor, number: int) -> tuple[KeptQuestion, ...]:
        """Keep what moderators put into words on a resolved case, with the sections that they confirmed; a second time changes nothing.

        Of the same words with several sections, the newest counts. Each belongs to the moderator who wrote it, whoever resolves the case.

        Raises:
            NotFound: the guild has no such case.
            NotSaved: nothing was stored.
        """
        async with self.database.write() as connection:
            case = await find_case(connection, actor.guild_id, number)
            if case.state != CaseState.RESOLVED.value:
                return ()
            asked = await _asked(connection, case)
            newest: dict[str, KeptQuestion] = {}
            for one in await phrasings_of(connection, case.id):
                wording = one.wording or ""
                words = normalized(wording)
                if words not in newest and _is_own(wording, asked):
                    newest[words] = await _kept(connection, actor, case, wording, one.section_id, one.moderator_id)
            return tuple(newest.values())

    async def keep(self, actor: Actor, number: int, wording: str, section_id: str | None) -> KeptQuestion:
        """Keep the question of a resolved case; in place of one in the same words.

        Args:
            actor: who, where and by which interaction.
            number: the case.
            wording: the question in the moderator's own words.
            section_id: the section that answers it; the caller has looked it up. None: it must be declined.

        Raises:
            NotFound: the guild has no such case.
            InputError: there are no words in it, they are a member's, or the case is not resolved.
            NotSaved: nothing was stored.
        """
        async with self.database.write() as connection:
            case = await find_case(connection, actor.guild_id, number)
            if case.state != CaseState.RESOLVED.value:
                raise InputError(proof_texts.KEEP_RESOLVED_ONLY)
            if not _is_own(wording, await _asked(connection, case)):
                raise InputError(texts.NO_OWN_WORDS)
            return await _kept(connection, actor, case, clean_question(wording), section_id, actor.moderator_id)

    async def waits_for_words(self, guild_id: int, number: int) -> bool:
        """Whether nothing is kept yet of what a resolved case asks, so that a moderator could put it into words.

        Raises:
            NotFound: the guild has no such case.
        """
        async with self.database.read() as connection:
            return await waits_for_words(connection, await find_case(connection, guild_id, number))

    async def page(self, guild_id: int, at: int | Position = 0, size: int = 10) -> Page[KeptQuestion]:
        """A page of a guild's questions, the newest first, from a position or by its number; past the end it is the last page."""
        async with self.database.read() as connection:
            rows, paging = await page_at(connection, _query(guild_id), Order((kept_questions.c.id,)), at, size)
        return paging.of(tuple(_question(row) for row in rows))

    async def of_guild(self, guild_id: int) -> tuple[KeptQuestion, ...]:
        """All questions of a guild, in the order in which they were kept."""
        async with self.database.read() as connection:
            return tuple(_question(row) for row in await connection.execute(_query(guild_id).order_by(kept_questions.c.id)))

    async def remove(self, actor: Actor, kept_id: int) -> bool:
        """Remove a question; whether the guild had it.

        Raises:
            NotSaved: nothing was changed.
        """
        this = kept_questions.c.id == kept_id
        async with self.database.write() as connection:
            row = (await connection.execute(_query(actor.guild_id).where(this))).first()
            if row is None:
                return False
            await connection.execute(sa.delete(kept_questions).where(this))
            await write_audit(
                connection, actor.guild_id, actor.moderator_id, AuditAction.REMOVED_QUESTION, datetime.now(UTC),
                case_number=row.case_number, detail=row.section_id,
            )  # fmt: skip
            await _drawn_again(connection, row.case)
            return True


async def waits_for_words(connection: AsyncConnection, case: StoredRow) -> bool:
    """The same as ``KeptQuestions.waits_for_words``, within a view of the database."""
    if case.state != CaseState.RESOLVED.value:
        return False
    is_kept = (await connection.execute(sa.select(kept_questions.c.id).where(kept_questions.c.case == case.id))).first() is not None
    return not is_kept and bool(await _asked(connection, case))


async def _kept(
    connection: AsyncConnection, actor: Actor, case: StoredRow, question: str, section_id: str | None, author_id: int
) -> KeptQuestion:
    now = datetime.now(UTC)
    this: dict[str, object] = {"guild_id": actor.guild_id, "question": question}
    same = _query(actor.guild_id).where(kept_questions.c.question == question)
    before = (await connection.execute(same)).first()
    if before is not None and (before.section_id, before.case) == (section_id, case.id):
        return _question(before)
    values: dict[str, object] = {"case": case.id, "section_id": section_id, "moderator_id": author_id, "kept_at": now}
    if before is None:  # no upsert: a long text has a unique index only over its hash, and nobody else writes meanwhile
        await connection.execute(sa.insert(kept_questions).values(this | values))
    else:
        await connection.execute(sa.update(kept_questions).where(kept_questions.c.id == before.id).values(values))
    await write_audit(
        connection, actor.guild_id, actor.moderator_id, AuditAction.KEPT_QUESTION, now, case_number=case.number, detail=section_id
    )
    await _drawn_again(connection, case.id)
    return _question((await connection.execute(same)).one())


async def _drawn_again(connection: AsyncConnection, case: int | None) -> None:
    """Let the card of a case be drawn again, which offers to keep its question where nothing of it is kept."""
    await connection.execute(sa.update(cases).where(cases.c.id == case).values(version=cases.c.version + 1))


async def _asked(connection: AsyncConnection, case: StoredRow) -> Sequence[str]:
    """What members asked, of all the answers that a case is about, as far as its text is stored; nothing was asked in a lookup."""
    of_signals = sa.select(signals.c.answer).where(signals.c.case == case.id, signals.c.answer.is_not(None))
    about = answers.c.id.in_(of_signals) | (answers.c.id == case.answer)
    query = sa.select(answers.c.question).where(about, answers.c.question.is_not(None), answers.c.outcome != LOOKUP)
    return (await connection.execute(query)).scalars().all()


def _is_own(wording: str, asked: Sequence[str]) -> bool:
    """Whether there are words in it, and they are not what a member wrote."""
    return all(own_words(wording, one) is not None for one in ("", *asked))


def _query(guild_id: int) -> sa.Select[*tuple[object, ...]]:
    number = sa.select(cases.c.number).where(cases.c.id == kept_questions.c.case).scalar_subquery()
    return sa.select(kept_questions, number.label("case_number")).where(kept_questions.c.guild_id == guild_id)


def _question(row: StoredRow) -> KeptQuestion:
    return KeptQuestion(row.id, row.guild_id, row.question, row.section_id, row.case_number, row.moderator_id, row.kept_at)
