"""Confirmed phrasings: questions of which a moderator said that a certain section answers them.

Each begins as a draft, which counts for nothing, so that what it changes can be previewed. Once it is accepted, whoever asks that very
question in the guild is shown that section, and questions like it rank it higher. It is taken back as easily, alone or with the dismissal
of its case. A guild's phrasings say nothing about another guild.

A phrasing belongs to the server; the words of the member who asked do not. They go when the member deletes their data. What a moderator
wrote in their own words stays, so that the rule goes on; where nothing was written, the rule counts for nothing, and waits for a wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.case import Actor, find_case
from bot.cases.signals import about_answers, bring_up_to_date
from bot.cluster.shards import Shards
from bot.errors import InputError, NotFound
from bot.feedback.recording import in_effect
from bot.query.message import clean_question, normalized
from bot.retrieval.hit import Phrasing
from bot.storage.audit import AuditAction, write_audit
from bot.storage.columns import StoredRow
from bot.storage.database import Database
from bot.storage.paging import Order, Page, Position, page_at
from bot.storage.tables import answers, cases, guild_settings, phrasing_drafts, phrasings
from bot.texts import cases as texts


@dataclass(frozen=True, slots=True)
class ConfirmedPhrasing:
    """A question, and the section that answers it."""

    phrasing_id: int
    guild_id: int
    section_id: str
    text: str | None
    """In the member's words; None once they deleted them, or where only the moderator's count."""
    wording: str | None
    """In the moderator's own words, if they wrote any."""
    case_number: int | None
    moderator_id: int
    """Discord id of who confirmed it, or gave it its wording since."""
    confirmed_at: datetime

    @property
    def words(self) -> str | None:
        """What it is known by; None where it has lost its words, so that it counts for nothing."""
        return self.wording or self.text


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be confirmed, or to be put into other words."""

    draft_id: int
    guild_id: int
    section_id: str
    wording: str | None
    """In the moderator's own words, if they wrote any."""
    phrasing_id: int | None
    """What is put into other words; None for a new one."""
    case_number: int | None
    answer_id: str | None
    """Whose question it is; it has the member's words."""


@dataclass(frozen=True, slots=True)
class PhrasingChange:
    """What a draft does to the phrasings of its guild, as engines take them."""

    now: tuple[Phrasing, ...]
    then: tuple[Phrasing, ...]
    changing: tuple[Phrasing, ...]
    """Those that are the draft's, as they are and as they will be."""


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Stores what moderators confirm."""

    database: Database
    shards: Shards = field(default_factory=Shards)

    async def draft(self, actor: Actor, number: int, section_id: str, wording: str | None = None, *, answer_id: str | None = None) -> Draft:
        """Store that a section may answer the question of a case; it counts once it is accepted, and waits for a day.

        The member's words will count too, except where the question was a follow-up: without what came before, they would catch anything.

        Args:
            actor: who, where and by which interaction.
            number: the case.
            section_id: the section; the caller has looked it up.
            wording: the question in the moderator's own words; what only repeats the member's counts as the member's.
            answer_id: the answer of the case whose question it is; None takes the one that stands for the case now.

        Raises:
            NotFound: the guild has no such case, the case has no such answer, or the text of its question is gone.
            InputError: it was a follow-up, and no wording was given.
            NotSaved: nothing was stored.
        """
        async with self.database.write() as connection:
            case = await find_case(connection, actor.guild_id, number)
            answer = await _asked(connection, case, answer_id)
            own = own_words(wording, answer.question)
            if own is None and answer.context_id is not None:
                raise InputError(texts.FOLLOW_UP_NEEDS_WORDING)
            return await _drafted(connection, actor, {"case": case.id, "answer": answer.id, "section_id": section_id, "wording": own})

    async def draft_wording(self, actor: Actor, phrasing_id: int, wording: str) -> Draft:
        """Store a moderator's own words for a phrasing, to take the place of any that it has once they are accepted.

        Raises:
            NotFound: the guild has no such phrasing.
            InputError: there are no words in it, or they are the member's.
            NotSaved: nothing was stored.
        """
        async with self.database.write() as connection:
            before = await _found(connection, actor.guild_id, phrasing_id)
            own = own_words(wording, before.text or "")
            if own is None:
                raise InputError(texts.NO_OWN_WORDS)
            return await _drafted(connection, actor, {"phrasing": phrasing_id, "section_id": before.section_id, "wording": own})

    async def foresee(self, draft: Draft) -> PhrasingChange:
        """What accepting a draft will do; nothing where it is confirmed already.

        Raises:
            NotFound: the text of its question is gone, or what it puts into other words.
        """
        here = phrasings.c.guild_id == draft.guild_id
        query = sa.select(phrasings.c.id, phrasings.c.section_id, phrasings.c.text, phrasings.c.wording).where(here)
        async with self.database.read() as connection:
            plan = await _planned(connection, draft)
            rows = {row.id: (row.section_id, row.text, row.wording) for row in await connection.execute(query.order_by(phrasings.c.id))}
        now, (place, row) = in_effect(rows.values()), plan.row
        before = [] if place is None else [rows[place]]
        then = in_effect({**rows, place: row}.values())  # a new one has no place, and comes last
        return PhrasingChange(now, then, in_effect([*before, row]))

    async def find_draft(self, guild_id: int, draft_id: int) -> Draft:
        """A draft that waits to be accepted.

        Raises:
            NotFound: the guild has no such draft.
        """
        async with self.database.read() as connection:
            return await _found_draft(connection, guild_id, draft_id)

    async def accept(self, actor: Actor, draft_id: int) -> ConfirmedPhrasing:
        """Let a draft count from the next question on; what is confirmed already stays as it is.

        Raises:
            NotFound: the guild has no such draft: it was accepted, dropped or waited too long, or the text of its question is gone.
            NotSaved: nothing was changed.
        """
        now = datetime.now(UTC)
        async with self.database.write() as connection:
            draft = await _found_draft(connection, actor.guild_id, draft_id)
            plan = await _planned(connection, draft)
            await connection.execute(sa.delete(phrasing_drafts).where(phrasing_drafts.c.id == draft_id))
            if plan.before is None:
                return await _confirmed(connection, actor, draft, plan, now)
            if draft.wording is not None and draft.wording != plan.before.wording:
                await _give_words(connection, actor, plan.before, draft.wording, now)
            return await _found(connection, actor.guild_id, plan.before.phrasing_id)

    async def drop(self, guild_id: int, draft_id: int) -> None:
        """Forget a draft of a guild; one that was accepted meanwhile counts all the same.

        Raises:
            NotSaved: nothing was changed.
        """
        this = (phrasing_drafts.c.guild_id == guild_id) & (phrasing_drafts.c.id == draft_id)
        async with self.database.write() as connection:
            await connection.execute(sa.delete(phrasing_drafts).where(this))

    async def find(self, guild_id: int, phrasing_id: int) -> ConfirmedPhrasing:
        """A phrasing.

        Raises:
            NotFound: the guild has no such phrasing.
        """
        async with self.database.read() as connection:
            return await _found(connection, guild_id, phrasing_id)

    async def withdraw(self, actor: Actor, phrasing_id: int) -> bool:
        """Take a phrasing back; whether the guild had it.

        Raises:
            NotSaved: nothing was changed.
        """
        this = (phrasings.c.guild_id == actor.guild_id) & (phrasings.c.id == phrasing_id)
        async with self.database.write() as connection:
            return await take_phrasings_back(connection, actor, this, datetime.now(UTC)) > 0

    async def page(self, guild_id: int, at: int | Position = 0, size: int = 10) -> Page[ConfirmedPhrasing]:
        """A page of a guild's phrasings, the newest first, from a position or by its number; past the end it is the last page."""
        query = _query(phrasings.c.guild_id == guild_id)
        async with self.database.read() as connection:
            rows, paging = await page_at(connection, query, Order((phrasings.c.id,)), at, size)
        return paging.of(tuple(_phrasing(row) for row in rows))

    async def confirmed(self, guild_id: int | None = None) -> tuple[ConfirmedPhrasing, ...]:
        """The phrasings of a guild, or of all, that count for something, in the order in which they were confirmed."""
        here = sa.true() if guild_id is None else phrasings.c.guild_id == guild_id
        async with self.database.read() as connection:
            rows = await connection.execute(_query(here & ~WITHOUT_WORDS).order_by(phrasings.c.id))
            return tuple(_phrasing(row) for row in rows)

    async def without_words(self, guild_id: int) -> int:
        """How many phrasings of a guild have lost their words and wait for a wording."""
        lost = (phrasings.c.guild_id == guild_id) & WITHOUT_WORDS
        async with self.database.read() as connection:
            return (await connection.execute(sa.select(sa.func.count()).select_from(phrasings).where(lost))).scalar_one()

    async def to_announce(self) -> tuple[ConfirmedPhrasing, ...]:
        """Phrasings that have lost their words without anybody being informed, in guilds that have a review channel."""
        where = WITHOUT_WORDS & phrasings.c.announced_at.is_(None)
        channel = guild_settings.c.review_channel_id.is_not(None) & guild_settings.c.removed_at.is_(None)
        where &= channel & self.shards.owned(phrasings.c.guild_id)
        query = _query(where).join(guild_settings, guild_settings.c.guild_id == phrasings.c.guild_id)
        async with self.database.read() as connection:
            return tuple(_phrasing(row) for row in await connection.execute(query.order_by(phrasings.c.id).limit(25)))

    async def settle(self, phrasing_id: int) -> bool:
        """Take note that moderators are being informed; False where that was done already, so that they are at most once.

        Raises:
            NotSaved: it is not noted, so nothing should be sent.
        """
        waiting = (phrasings.c.id == phrasing_id) & phrasings.c.announced_at.is_(None)
        async with self.database.write() as connection:
            statement = sa.update(phrasings).where(waiting).values(announced_at=datetime.now(UTC))
            return (await connection.execute(statement)).rowcount == 1


WITHOUT_WORDS = phrasings.c.text.is_(None) & phrasings.c.wording.is_(None)


async def take_phrasings_back(connection: AsyncConnection, actor: Actor, which: sa.ColumnElement[bool], now: datetime) -> int:
    """Delete phrasings within a transaction, and write each down in the audit log; the number says how many there were."""
    query = sa.select(phrasings.c.id, phrasings.c.section_id, phrasings.c.case, cases.c.number)
    found = (await connection.execute(query.outerjoin(cases, phrasings.c.case == cases.c.id).where(which))).all()
    await connection.execute(sa.delete(phrasings).where(phrasings.c.id.in_([row.id for row in found])))
    for row in found:
        action = AuditAction.WITHDREW_PHRASING
        await write_audit(connection, actor.guild_id, actor.moderator_id, action, now, case_number=row.number, detail=row.section_id)
    await bring_up_to_date(connection, [row.case for row in found if row.case is not None], now)
    return len(found)


async def phrasings_of(connection: AsyncConnection, case: int) -> tuple[ConfirmedPhrasing, ...]:
    """What was confirmed on a case, by its row, the newest first."""
    return tuple(_phrasing(row) for row in await connection.execute(_query(phrasings.c.case == case).order_by(phrasings.c.id.desc())))


def own_words(wording: str | None, asked: str) -> str | None:
    """A moderator's wording, or None where it has no words or only repeats what the member wrote."""
    own = clean_question(wording or "")
    return own if normalized(own) and normalized(own) != normalized(asked) else None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What accepting a draft comes to."""

    case: StoredRow | None
    answer: StoredRow | None
    """What a new phrasing belongs to; None where its words must not count alone."""
    text: str | None
    wording: str | None
    section_id: str
    before: ConfirmedPhrasing | None
    """What gets the words, where it is there already; None for a new one."""

    @property
    def row(self) -> tuple[int | None, tuple[str, str | None, str | None]]:
        """The phrasing as it will be, with the row that it is in already, if any."""
        place = None if self.before is None else self.before.phrasing_id
        kept = None if self.before is None else self.before.wording
        return place, (self.section_id, self.text, self.wording or kept)


async def _planned(connection: AsyncConnection, draft: Draft) -> _Plan:
    if draft.phrasing_id is not None:
        before = await _found(connection, draft.guild_id, draft.phrasing_id)
        return _Plan(None, None, before.text, draft.wording, draft.section_id, before)
    if draft.case_number is None:
        raise NotFound(f"the case of draft {draft.draft_id} is gone")
    case = await find_case(connection, draft.guild_id, draft.case_number)
    answer = await _asked(connection, case, draft.answer_id)
    alone = answer.context_id is None
    text = clean_question(answer.question) if alone else None
    same = await _same(connection, case, draft.section_id, text, draft.wording)
    return _Plan(case, answer if alone else None, text, draft.wording, draft.section_id, same)


async def _confirmed(connection: AsyncConnection, actor: Actor, draft: Draft, plan: _Plan, now: datetime) -> ConfirmedPhrasing:
    """Store a new phrasing, and write that down."""
    case, answer = plan.case, plan.answer
    row = {
        "guild_id": actor.guild_id, "case": None if case is None else case.id, "section_id": draft.section_id, "text": plan.text,
        "wording": draft.wording, "answer": None if answer is None else answer.id, "moderator_id": actor.moderator_id, "confirmed_at": now,
    }  # fmt: skip
    stored: int = (await connection.execute(sa.insert(phrasings).values(row).returning(phrasings.c.id))).scalar_one()
    action = AuditAction.CONFIRMED_PHRASING
    await write_audit(
        connection, actor.guild_id, actor.moderator_id, action, now, case_number=draft.case_number, detail=draft.section_id
    )  # fmt: skip
    await bring_up_to_date(connection, [] if case is None else [case.id], now)
    return await _found(connection, actor.guild_id, stored)


async def _drafted(connection: AsyncConnection, actor: Actor, values: dict[str, object]) -> Draft:
    row = {"guild_id": actor.guild_id, "moderator_id": actor.moderator_id, "drafted_at": datetime.now(UTC), **values}
    stored: int = (await connection.execute(sa.insert(phrasing_drafts).values(row).returning(phrasing_drafts.c.id))).scalar_one()
    return await _found_draft(connection, actor.guild_id, stored)


async def _found_draft(connection: AsyncConnection, guild_id: int, draft_id: int) -> Draft:
    joined = phrasing_drafts.outerjoin(cases, phrasing_drafts.c.case == cases.c.id).outerjoin(
        answers, phrasing_drafts.c.answer == answers.c.id
    )
    query = sa.select(phrasing_drafts, cases.c.number, answers.c.answer_id).select_from(joined)
    this = (phrasing_drafts.c.guild_id == guild_id) & (phrasing_drafts.c.id == draft_id)
    row = (await connection.execute(query.where(this))).first()
    if row is None:
        raise NotFound(f"guild {guild_id} has no draft {draft_id}")
    return Draft(row.id, row.guild_id, row.section_id, row.wording, row.phrasing, row.number, row.answer_id)


async def _same(
    connection: AsyncConnection, case: StoredRow, section_id: str, text: str | None, own: str | None
) -> ConfirmedPhrasing | None:
    """What was confirmed in these words already, or in the member's alone, so that a moderator's can be put beside them."""
    here = (phrasings.c.case == case.id) & (phrasings.c.section_id == section_id) & phrasings.c.text.is_not_distinct_from(text)
    found = [_phrasing(row) for row in await connection.execute(_query(here).order_by(phrasings.c.id))]
    fitting = found if own is None else [one for one in found if one.wording in (own, None)]
    return max(fitting, key=lambda one: one.wording == own, default=None)


async def _give_words(connection: AsyncConnection, actor: Actor, phrasing: ConfirmedPhrasing, own: str, now: datetime) -> None:
    """Put a moderator's words to a phrasing, and write that down."""
    changed = {"wording": own, "moderator_id": actor.moderator_id, "words_gone_at": None}
    this = phrasings.c.id == phrasing.phrasing_id
    case = (await connection.execute(sa.update(phrasings).where(this).values(changed).returning(phrasings.c.case))).scalar()
    await write_audit(
        connection, actor.guild_id, actor.moderator_id, AuditAction.REWORDED_PHRASING, now,
        case_number=phrasing.case_number, detail=phrasing.section_id,
    )  # fmt: skip
    await bring_up_to_date(connection, [] if case is None else [case], now)


async def _asked(connection: AsyncConnection, case: StoredRow, answer_id: str | None) -> StoredRow:
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


def _query(*conditions: sa.ColumnElement[bool]) -> sa.Select[*tuple[object, ...]]:
    number = sa.select(cases.c.number).where(cases.c.id == phrasings.c.case).scalar_subquery()
    return sa.select(phrasings, number.label("case_number")).where(*conditions)


async def _found(connection: AsyncConnection, guild_id: int, phrasing_id: int) -> ConfirmedPhrasing:
    this = (phrasings.c.guild_id == guild_id) & (phrasings.c.id == phrasing_id)
    found: Sequence[StoredRow] = (await connection.execute(_query(this))).all()
    if not found:
        raise NotFound(f"guild {guild_id} has no phrasing {phrasing_id}")
    return _phrasing(found[0])


def _phrasing(row: StoredRow) -> ConfirmedPhrasing:
    return ConfirmedPhrasing(
        row.id, row.guild_id, row.section_id, row.text, row.wording, row.case_number, row.moderator_id, row.confirmed_at
    )
