"""What members say that a moderator should hear of, and the case that it joins.

Many signals about the same answer, or about the same question however it was typed, make one case with a counter. A signal is sent in
the transaction of whatever caused it, so that neither is ever stored alone. Direct messages have no moderators, so nothing
becomes a case there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.knowledge import Knowledge
from bot.feedback.case_kinds import CaseKind, CaseState
from bot.feedback.case_upkeep import about_answers, bring_up_to_date, take_back
from bot.feedback.reasons import Reason
from bot.privacy.hashing import MemberHasher
from bot.storage.review_tables import cases, signals
from bot.storage.tables import DIRECT_MESSAGES

_ABOUT_ANSWERS = (CaseKind.NOT_HELPFUL, CaseKind.CORRECTION, CaseKind.REVIEW)


@dataclass(frozen=True, slots=True)
class Signal:
    """What one member said."""

    guild_id: int
    kind: CaseKind
    answer: int | None = None
    """Row of the answer that it is about."""
    normalized_question: str | None = None
    section_id: str | None = None
    member_hash: str | None = None
    """None where a moderator opens the case: nobody is counted."""
    vote: int | None = None
    reason: Reason | None = None
    notify_user_id: int | None = None
    """The Discord id of a member who wants to be told what became of it; forgotten once they were."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The case that a signal joined."""

    case: int
    """Its row."""
    number: int
    opened: bool
    """Whether the signal opened it."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Puts signals into cases."""

    hasher: MemberHasher
    knowledge: Knowledge

    async def send(self, connection: AsyncConnection, signal: Signal) -> Joined | None:
        """Add a signal to the case that it belongs to, opening one where there is none; None for direct messages.

        A vote has at most one signal in a case that is not closed; sent again, that one is changed.
        """
        if signal.guild_id == DIRECT_MESSAGES:
            return None
        now = datetime.now(UTC)
        key = self._key(signal)
        joined = await _active_case(connection, signal, key) or await self._open(connection, signal, key, now)
        if signal.member_hash is not None:
            known = await _known(connection, signal, joined.case)
            if known is None:
                await connection.execute(sa.insert(signals).values(case=joined.case, sent_at=now, **_columns(signal)))
                counted = {"signals": cases.c.signals + 1, "last_signal_at": now}
                await connection.execute(sa.update(cases).where(cases.c.id == joined.case).values(counted))
            else:
                await connection.execute(sa.update(signals).where(signals.c.id == known).values(_columns(signal)))
            await bring_up_to_date(connection, [joined.case], now)
        return joined

    async def take_back_vote(self, connection: AsyncConnection, vote: int) -> None:
        """Take back what a vote said, because the member votes otherwise now."""
        await take_back(connection, signals.c.vote == vote, datetime.now(UTC))

    async def _open(self, connection: AsyncConnection, signal: Signal, key: str | None, now: datetime) -> Joined:
        last = sa.select(sa.func.coalesce(sa.func.max(cases.c.number), 0)).where(cases.c.guild_id == signal.guild_id)
        number = (await connection.execute(last)).scalar_one() + 1
        section = None if signal.section_id is None else self.knowledge.engine.section(signal.section_id)
        row = {
            "guild_id": signal.guild_id, "number": number, "kind": signal.kind.value, "state": CaseState.OPEN.value, "question_key": key,
            "answer": signal.answer, "section_id": signal.section_id, "area": None if section is None else section.area,
            "reason": None if signal.reason is None else signal.reason.value, "signals": 0, "opened_at": now, "last_signal_at": now,
        }  # fmt: skip
        stored: int = (await connection.execute(sa.insert(cases).values(row).returning(cases.c.id))).scalar_one()
        await bring_up_to_date(connection, [stored], now)
        return Joined(stored, number, opened=True)

    def _key(self, signal: Signal) -> str | None:
        """Return what the same question is known by; None where its words are not known, or it has none."""
        if signal.kind is CaseKind.NOTE or not signal.normalized_question:
            return None
        about = "answer" if signal.kind in _ABOUT_ANSWERS else signal.kind.value
        return self.hasher.question_key(signal.guild_id, about, signal.normalized_question)


async def _active_case(connection: AsyncConnection, signal: Signal, key: str | None) -> Joined | None:
    """Return the case, not yet closed, about the same answer or else about the same question."""
    if signal.kind is CaseKind.NOTE:
        return None
    kinds = _ABOUT_ANSWERS if signal.kind in _ABOUT_ANSWERS else (signal.kind,)
    active = sa.select(cases.c.id, cases.c.number).where(cases.c.guild_id == signal.guild_id, cases.c.closed_at.is_(None))
    # looked up first, so that SQLite goes by their numbers and does not search the whole queue on every vote
    known = (
        []
        if signal.answer is None
        else [row.id for row in await connection.execute(sa.select(cases.c.id).where(about_answers(signal.answer)))]
    )
    same_answer = cases.c.id.in_(known) & cases.c.kind.in_([kind.value for kind in kinds])
    same_question = sa.false() if key is None else cases.c.question_key == key
    for condition in (same_answer, same_question):
        row = (await connection.execute(active.where(condition))).first()
        if row is not None:
            return Joined(row.id, row.number, opened=False)
    return None


async def _known(connection: AsyncConnection, signal: Signal, case: int) -> int | None:
    """Return the row of the signal that this one takes the place of, in the same case."""
    same = signals.c.vote == signal.vote if signal.vote is not None else signals.c.answer == signal.answer
    mine = (signals.c.case == case) & same & (signals.c.member_hash == signal.member_hash) & signals.c.withdrawn_at.is_(None)
    found: int | None = (await connection.execute(sa.select(signals.c.id).where(mine))).scalar()
    return found


def _columns(signal: Signal) -> dict[str, str | int | None]:
    return {
        "guild_id": signal.guild_id, "kind": signal.kind.value, "answer": signal.answer, "vote": signal.vote,
        "reason": None if signal.reason is None else signal.reason.value, "member_hash": signal.member_hash,
        "notify_user_id": signal.notify_user_id,
    }  # fmt: skip
