"""What is stored of one member: to be shown, handed out and deleted at their word.

A member's hash differs in every server, so all servers with rows are asked; what a member gets to see is only
ever their own. Deleting leaves the counts (an answer was given, a vote is gone) and no text and no name.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.privacy.hashing import MemberHasher
from bot.storage.database import Database
from bot.storage.tables import NO_QUESTION_TEXT, answers, judgements, votes

_log = logging.getLogger(__name__)

_CHUNK = 500
"""Hashes in one statement; SQLite allows 32,766 parameters."""


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question that the member asked."""

    answer_id: str
    guild_id: int
    asked_at: datetime
    question: str | None
    outcome: str
    section_id: str | None
    searched: str | None
    channel_id: int
    message_id: int | None
    confidence: float | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class OwnVote:
    """A vote that the member cast."""

    answer_id: str
    guild_id: int
    voted_at: datetime
    helpful: bool
    reason: str | None
    comment: str | None
    correction: str | None


@dataclass(frozen=True, slots=True)
class OwnJudgement:
    """A choice among suggestions that the member made."""

    answer_id: str
    guild_id: int
    judged_at: datetime
    section_id: str


@dataclass(frozen=True, slots=True)
class MemberData:
    """Everything that is stored of a member."""

    questions: tuple[OwnQuestion, ...]
    votes: tuple[OwnVote, ...]
    judgements: tuple[OwnJudgement, ...]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return len(self.questions) + len(self.votes) + len(self.judgements)


@dataclass(frozen=True, slots=True)
class MemberRecords:
    """Finds and deletes the rows of a member."""

    database: Database
    hasher: MemberHasher

    async def of(self, member_id: int) -> MemberData:
        """Return everything that is stored of a member, in all servers."""
        async with self.database.read() as connection:
            hashes = await self._hashes(connection, member_id)
            questions = [OwnQuestion(*row) for part in hashes for row in await connection.execute(_asked(part))]
            cast = [OwnVote(*row) for part in hashes for row in await connection.execute(_cast(part))]
            judged = [OwnJudgement(*row) for part in hashes for row in await connection.execute(_judged(part))]
        return MemberData(tuple(questions), tuple(cast), tuple(judged))

    async def delete(self, member_id: int) -> int:
        """Delete a member's votes, choices and the text of their questions; return how many rows were theirs.

        When this returns, no byte of the text is left in the database file; should that fail, the next periodic pass does it.

        Raises:
            NotSaved: nothing was deleted.
        """
        async with self.database.write() as connection:
            changed = 0
            for part in await self._hashes(connection, member_id):
                for table in (votes, judgements):
                    changed += (await connection.execute(sa.delete(table).where(table.c.member_hash.in_(part)))).rowcount
                anonymous = {**NO_QUESTION_TEXT, "member_hash": None}
                mine = answers.c.member_hash.in_(part)
                changed += (await connection.execute(sa.update(answers).where(mine).values(anonymous))).rowcount
        try:
            await self.database.forget_deleted_bytes()
        except StorageError:
            _log.exception("the rows of a member are deleted; their bytes are overwritten by the next pass")
        return changed

    async def _hashes(self, connection: AsyncConnection, member_id: int) -> list[Sequence[str]]:
        """Return the member's hashes in all servers that have rows, in chunks for one statement each."""
        parts = [sa.select(table.c.guild_id) for table in (answers, votes, judgements)]
        guilds = [row.guild_id for row in await connection.execute(sa.union(*parts))]
        hashes = [self.hasher.hash(guild_id, member_id) for guild_id in guilds]
        return [hashes[start : start + _CHUNK] for start in range(0, len(hashes), _CHUNK)]


def _asked(
    hashes: Sequence[str],
) -> sa.Select[str, int, datetime, str | None, str, str | None, str | None, int, int | None, float | None, str]:
    shown = (
        answers.c.answer_id, answers.c.guild_id, answers.c.asked_at, answers.c.question, answers.c.outcome, answers.c.section_id,
        answers.c.searched, answers.c.channel_id, answers.c.message_id, answers.c.confidence, answers.c.fingerprint,
    )  # fmt: skip
    return sa.select(*shown).where(answers.c.member_hash.in_(hashes)).order_by(answers.c.id)


def _cast(hashes: Sequence[str]) -> sa.Select[str, int, datetime, bool, str | None, str | None, str | None]:
    shown = (
        answers.c.answer_id, votes.c.guild_id, votes.c.voted_at, votes.c.helpful, votes.c.reason, votes.c.comment, votes.c.correction,
    )  # fmt: skip
    joined = votes.join(answers, votes.c.answer == answers.c.id)
    return sa.select(*shown).select_from(joined).where(votes.c.member_hash.in_(hashes)).order_by(votes.c.id)


def _judged(hashes: Sequence[str]) -> sa.Select[str, int, datetime, str]:
    shown = (answers.c.answer_id, judgements.c.guild_id, judgements.c.judged_at, judgements.c.section_id)
    joined = judgements.join(answers, judgements.c.answer == answers.c.id)
    return sa.select(*shown).select_from(joined).where(judgements.c.member_hash.in_(hashes)).order_by(judgements.c.id)
