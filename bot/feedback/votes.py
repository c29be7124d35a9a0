"""Votes on answers: one row for each member and answer, whose last choice counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.cases.case import CaseKind, Reason
from bot.cases.signals import Signal, Signals
from bot.feedback.question_log import find_row
from bot.query.message import storable
from bot.storage.columns import StoredRow
from bot.storage.database import Database
from bot.storage.dialect import upsert
from bot.storage.tables import judgements, votes


@dataclass(frozen=True, slots=True)
class Helpful:
    """The answer helped."""


@dataclass(frozen=True, slots=True)
class NotHelpful:
    """The answer did not help."""

    reason: Reason
    comment: str | None = None
    correction: str | None = None


Vote = Helpful | NotHelpful


@dataclass(frozen=True, slots=True)
class VoteCount:
    """How many members found an answer helpful, and how many did not."""

    helpful: int
    not_helpful: int


NO_VOTES = VoteCount(0, 0)


@dataclass(frozen=True, slots=True)
class Votes:
    """Stores votes, counts them, and passes on what moderators should hear of."""

    database: Database
    signals: Signals

    async def cast(self, answer_id: str, guild_id: int, member_hash: str, vote: Vote, *, notify_user_id: int | None = None) -> bool:
        """Store a member's vote in place of an earlier one, with the case it belongs to; return whether there was one.

        Args:
            answer_id: the answer.
            guild_id: where it was given.
            member_hash: who votes.
            vote: what they say.
            notify_user_id: their Discord id, where they want to hear what became of it.

        Raises:
            NotFound: the guild has no such answer.
            NotSaved: nothing was stored.
        """
        choice = _columns(vote)
        async with self.database.write(guild_id) as connection:
            answer = await find_row(connection, answer_id, guild_id)
            before = (await connection.execute(sa.select(votes).where(_of_member(answer, member_hash)))).first()
            about = {"guild_id": guild_id, "section_id": answer.section_id}
            statement = upsert(votes, {"answer": answer.id, "member_hash": member_hash}, choice, about)
            vote_id: int = (await connection.execute(statement.returning(votes.c.id))).scalar_one()
            same = before is not None and all(getattr(before, name) == choice[name] for name in _CONTENT)
            if isinstance(vote, Helpful):
                await self.signals.take_back_vote(connection, vote_id)
            elif not (same and notify_user_id is None):
                await self.signals.send(connection, _signal(vote, answer, vote_id, member_hash, notify_user_id))
        return before is not None

    async def of(self, answer_id: str, guild_id: int, member_hash: str) -> Vote | None:
        """A member's vote on an answer, with what they wrote as far as it is still stored; None where they have none.

        Raises:
            NotFound: the guild has no such answer.
        """
        async with self.database.read() as connection:
            answer = await find_row(connection, answer_id, guild_id)
            found = (await connection.execute(sa.select(votes).where(_of_member(answer, member_hash)))).first()
        if found is None:
            return None
        return Helpful() if found.helpful else NotHelpful(Reason(found.reason), found.comment, found.correction)

    async def take_back(self, answer_id: str, guild_id: int, member_hash: str) -> bool:
        """Delete a member's vote on an answer with what they wrote, also for the moderators; return whether there was one.

        Raises:
            NotFound: the guild has no such answer.
            NotSaved: nothing was deleted.
        """
        async with self.database.write(guild_id) as connection:
            mine = _of_member(await find_row(connection, answer_id, guild_id), member_hash)
            vote_id: int | None = (await connection.execute(sa.select(votes.c.id).where(mine))).scalar()
            if vote_id is not None:
                await self.signals.take_back_vote(connection, vote_id)
                await connection.execute(sa.delete(votes).where(mine))
        return vote_id is not None

    async def count(self, answer_id: str, guild_id: int) -> VoteCount:
        """Count the members' last choices about an answer.

        Raises:
            NotFound: the guild has no such answer.
        """
        return await count_votes(self.database, answer_id, guild_id)

    async def judge(self, answer_id: str, guild_id: int, member_hash: str, section_id: str) -> None:
        """Store which of the suggested sections a member says answers the question.

        Raises:
            NotFound: the guild has no such answer.
            NotSaved: nothing was stored.
        """
        choice = {"section_id": section_id, "judged_at": datetime.now(UTC)}
        async with self.database.write(guild_id) as connection:
            answer = await find_row(connection, answer_id, guild_id)
            key = {"answer": answer.id, "member_hash": member_hash}
            await connection.execute(upsert(judgements, key, choice, {"guild_id": guild_id}))


async def count_votes(database: Database, answer_id: str, guild_id: int) -> VoteCount:
    """Count the members' last choices about an answer.

    Raises:
        NotFound: the guild has no such answer.
    """
    async with database.read() as connection:
        answer = await find_row(connection, answer_id, guild_id)
        query = sa.select(votes.c.helpful, sa.func.count()).where(votes.c.answer == answer.id).group_by(votes.c.helpful)
        counts = {bool(helpful): number for helpful, number in await connection.execute(query)}
    return VoteCount(counts.get(True, 0), counts.get(False, 0))


def _of_member(answer: StoredRow, member_hash: str) -> sa.ColumnElement[bool]:
    return sa.and_(votes.c.answer == answer.id, votes.c.member_hash == member_hash)


_CONTENT = ("helpful", "reason", "comment", "correction")


def _signal(vote: NotHelpful, answer: StoredRow, vote_id: int, member_hash: str, notify_user_id: int | None) -> Signal:
    return Signal(
        guild_id=answer.guild_id,
        kind=CaseKind.CORRECTION if vote.correction else CaseKind.NOT_HELPFUL,
        answer=answer.id,
        normalized_question=answer.normalized_question,
        section_id=answer.section_id,
        member_hash=member_hash,
        vote=vote_id,
        reason=vote.reason,
        notify_user_id=notify_user_id,
    )


def _kept(text: str | None) -> str | None:
    return storable(text) if text else None


def _columns(vote: Vote) -> dict[str, bool | str | datetime | None]:
    now = datetime.now(UTC)
    match vote:
        case Helpful():
            return {"helpful": True, "reason": None, "comment": None, "correction": None, "voted_at": now}
        case NotHelpful(reason, comment, correction):
            return {
                "helpful": False, "reason": reason.value, "comment": _kept(comment), "correction": _kept(correction), "voted_at": now,
            }  # fmt: skip
