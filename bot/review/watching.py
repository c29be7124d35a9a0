"""Fixed cases are asked again when the state of the bot is another one, and a case whose answer got worse opens again by itself.

Only cases that were fixed by another answer are watched: where a moderator gave a reason instead, there is nothing to fall back from. Each
state, known by its fingerprint, is put to a case once, also across restarts; a question whose words are gone cannot be put any more. A case
opens again by itself once for each time that a moderator resolves it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.engine import AnswerEngine
from bot.cases.case import CaseState, Resolution
from bot.cases.signals import bring_up_to_date
from bot.feedback.question_log import StoredAnswer, stored_answer
from bot.feedback.recording import ServerEngines
from bot.feedback.replaying import searched_again
from bot.review.decisions import REOPENED, has_something_left
from bot.review.proof import Proof, got_worse, of_answer, proof_columns, proof_of, seen_of
from bot.storage.audit import BY_ITSELF, AuditAction, write_audit
from bot.storage.database import Database
from bot.storage.tables import answers, cases, proofs

_AT_ONCE = 25
"""Cases that are asked, and then written, together."""
_FIXED = (cases.c.state == CaseState.RESOLVED.value) & (cases.c.resolution == Resolution.FIXED.value)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A fixed case, and what it stands on."""

    case: int
    number: int
    stored: StoredAnswer
    proof: Proof


@dataclass(frozen=True, slots=True)
class Watch:
    """Asks fixed cases again."""

    database: Database
    engines: ServerEngines

    async def look(self) -> int:
        """Put the state that is live to every fixed case that has not seen it; the number is of those that opened again.

        Raises:
            StorageError: it could not be finished; the next look does the rest.
        """
        watched = proofs.join(cases, proofs.c.case == cases.c.id)
        query = sa.select(proofs.c.guild_id).select_from(watched).where(_FIXED, proofs.c.changed).distinct()
        async with self.database.read() as connection:
            guilds = sorted((await connection.execute(query)).scalars())
        return sum([await self._look_in(guild_id) for guild_id in guilds])

    async def _look_in(self, guild_id: int) -> int:
        engine = await self.engines.engine(guild_id)
        opened = 0
        while watched := await self._not_asked(guild_id, engine.fingerprint):
            worse = await asyncio.to_thread(_worse, engine, watched)
            async with self.database.write() as connection:
                for one in watched:
                    opened += await _settle(connection, guild_id, one, engine.fingerprint, worse.get(one.case))
        return opened

    async def _not_asked(self, guild_id: int, fingerprint: str) -> list[_Watched]:
        joined = proofs.join(cases, proofs.c.case == cases.c.id).join(answers, cases.c.answer == answers.c.id)
        mine = (proofs.c.guild_id == guild_id) & (proofs.c.checked != fingerprint) & proofs.c.changed & _FIXED
        query = sa.select(cases.c.id.label("case_id"), cases.c.number, *proof_columns(), answers).select_from(joined).where(mine)
        watched = []
        async with self.database.read() as connection:
            for row in (await connection.execute(query.order_by(cases.c.id).limit(_AT_ONCE))).all():
                proof = proof_of(row)
                if proof is not None:
                    watched.append(_Watched(row.case_id, row.number, await stored_answer(connection, row), proof))
        return watched


def _worse(engine: AnswerEngine, watched: Sequence[_Watched]) -> dict[int, str]:
    """What is answered now to the cases whose answer got worse, by their rows."""
    found = {}
    for one in watched:
        outcome = searched_again(one.stored, engine)
        if outcome is not None and got_worse(one.proof, seen_of(outcome), engine.corpus):
            found[one.case] = of_answer(seen_of(outcome))
    return found


async def _settle(connection: AsyncConnection, guild_id: int, one: _Watched, fingerprint: str, worse: str | None) -> bool:
    """Take note that a case was asked, and open it again where it got worse; nothing where it was decided about meanwhile."""
    now = datetime.now(UTC)
    same = (proofs.c.case == one.case) & (proofs.c.proved_at == one.proof.proved_at)
    noted = await connection.execute(sa.update(proofs).where(same).values(checked=fingerprint))
    if worse is None or noted.rowcount == 0:
        return False
    values = {**REOPENED, "state": CaseState.REOPENED.value}
    if (
        await connection.execute(sa.update(cases).where(cases.c.id == one.case, _FIXED, has_something_left()).values(values))
    ).rowcount == 0:
        return False
    await connection.execute(sa.update(proofs).where(same).values(worsened_at=now))
    detail = f"{of_answer(one.proof.after)} → {worse}; {one.proof.fingerprint_after} → {fingerprint}"
    await write_audit(connection, guild_id, BY_ITSELF, AuditAction.REOPENED_WORSE, now, case_number=one.number, detail=detail)
    await bring_up_to_date(connection, [one.case], now)
    return True
