"""What moderators decide about a case: each decision is one conditional UPDATE, so of two who click together exactly one wins.

The condition names the guild, the states from which the step is possible and, where a claim counts, whose it is. Whoever comes second
changes nothing and sees how the case stands. A decision and its row in the audit log are stored together or not at all, and the row names
the interaction, so that the same click delivered again does nothing. Several cases are decided one by one, and the result says which could
not be and why. "Fixed" is kept with its proof; where today's answer is the one that members objected to, it needs a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import assert_never

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.case import (
    ACTIVE,
    CLOSED,
    WAITING,
    Actor,
    CaseKind,
    CaseState,
    CaseSummary,
    Decided,
    DismissReason,
    Done,
    Refusal,
    Refused,
    Resolution,
    find_case,
    summary_of,
)
from bot.cases.signals import REOPENED, bring_up_to_date, has_something_left
from bot.errors import InputError, NotFound, StorageError
from bot.query.message import storable
from bot.review.phrasings import take_phrasings_back
from bot.review.proof import Proof, Prover, store_proof
from bot.storage.audit import AuditAction, write_audit
from bot.storage.database import Database
from bot.storage.tables import audit, case_notes, cases, phrasings
from bot.texts import review as texts

LONGEST_TEXT = 1000
"""Characters kept of a moderator's note, message or reason."""

_CLAIMED = CaseState.CLAIMED.value
_NO_NOTE = cases.c.kind != CaseKind.NOTE.value


@dataclass(frozen=True, slots=True)
class _Step:
    """A decision, as the UPDATE that carries it out."""

    action: AuditAction
    leads_to: CaseState
    possible: sa.ColumnElement[bool]
    values: Mapping[str, object]
    detail: str | None = None
    proof: Proof | None = None
    """What is kept with it."""
    lacks_proof: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Take a case."""


@dataclass(frozen=True, slots=True)
class Resolve:
    """Resolve a case; a community note is approved by ``Resolution.APPROVED``."""

    resolution: Resolution
    message: str | None = None
    """What the members behind it get to read."""
    why: str | None = None
    """Why it is fixed although the answer is the same; for moderators only."""


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Dismiss a case."""

    reason: DismissReason
    text: str | None = None
    """For moderators only."""


Decision = Claim | Resolve | Dismiss
"""What can be decided about one case, or about several alike."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Carries out what moderators decide."""

    database: Database
    prove: Prover

    async def claim(self, actor: Actor, number: int) -> Decided:
        """Take a case that nobody has.

        Raises:
            NotFound: the guild has no such case.
            NotSaved: nothing was stored.
        """
        values = {"moderator_id": actor.moderator_id, "claimed_at": datetime.now(UTC)}
        return await self._decide(actor, number, _Step(AuditAction.CLAIMED, CaseState.CLAIMED, _in(WAITING), values))

    async def unclaim(self, actor: Actor, number: int, *, of_others: bool = False) -> Decided:
        """Give a claim back; with ``of_others`` also one that another moderator has.

        Raises:
            NotFound: the guild has no such case.
            NotSaved: nothing was stored.
        """
        claimed = cases.c.state == _CLAIMED
        possible = claimed if of_others else claimed & (cases.c.moderator_id == actor.moderator_id)
        values = {"moderator_id": None, "claimed_at": None}
        return await self._decide(actor, number, _Step(AuditAction.UNCLAIMED, CaseState.OPEN, possible, values))

    async def resolve(
        self, actor: Actor, number: int, resolution: Resolution, message: str | None = None, why: str | None = None
    ) -> Decided:
        """Resolve a case that nobody else has claimed; as fixed only with another answer than members objected to, or a reason.

        Args:
            actor: who, where and by which interaction.
            number: the case.
            resolution: how; a community note is approved instead.
            message: what the members behind it get to read.
            why: why it is fixed although the answer is the same; kept only then.

        Raises:
            NotFound: the guild has no such case.
            StorageError: the proof could not be made, or nothing was stored.
        """
        if resolution is Resolution.APPROVED:
            return await self.approve(actor, number, message)
        proof = await self.prove(actor.guild_id, number, stored_text(why)) if resolution is Resolution.FIXED else None
        detail = resolution.value if proof is None else f"{resolution.value}; {proof.summary}"
        lacks_proof = resolution is Resolution.FIXED and (proof is None or (not proof.changed and proof.why is None))
        values = _closing(actor, message) | {"resolution": resolution.value}
        possible = _open_to(actor) & _NO_NOTE
        return await self._decide(
            actor, number, _Step(AuditAction.RESOLVED, CaseState.RESOLVED, possible, values, detail, proof, lacks_proof)
        )

    async def approve(self, actor: Actor, number: int, message: str | None = None) -> Decided:
        """Approve a community note that nobody else has claimed; from then on it is published.

        Raises:
            NotFound: the guild has no such case.
            NotSaved: nothing was stored.
        """
        values = _closing(actor, message) | {"resolution": Resolution.APPROVED.value}
        return await self._decide(actor, number, _Step(AuditAction.APPROVED, CaseState.RESOLVED, _open_to(actor) & ~_NO_NOTE, values))

    async def dismiss(self, actor: Actor, number: int, reason: DismissReason, text: str | None = None) -> Decided:
        """Dismiss a case that nobody else has claimed; the phrasings that were confirmed on it are taken back with it.

        Raises:
            NotFound: the guild has no such case.
            NotSaved: nothing was stored.
        """
        values = _closing(actor, text) | {"dismissal": reason.value}
        step = _Step(AuditAction.DISMISSED, CaseState.DISMISSED, _open_to(actor), values, reason.value)
        return await self._decide(actor, number, step)

    async def reopen(self, actor: Actor, number: int) -> Decided:
        """Open a closed case again; a published note is then no longer published.

        Raises:
            NotFound: the guild has no such case.
            NotSaved: nothing was stored.
        """
        step = _Step(AuditAction.REOPENED, CaseState.REOPENED, _in(CLOSED) & has_something_left(), REOPENED)
        return await self._decide(actor, number, step)

    async def note(self, actor: Actor, number: int, text: str) -> CaseSummary:
        """Leave a note for the other moderators, whatever the state of the case.

        Raises:
            NotFound: the guild has no such case.
            NotSaved: nothing was stored.
        """
        now = datetime.now(UTC)
        async with self.database.write() as connection:
            case = await find_case(connection, actor.guild_id, number)
            if not await _delivered(connection, actor, number):
                row = {
                    "guild_id": actor.guild_id, "case": case.id, "moderator_id": actor.moderator_id, "text": stored_text(text),
                    "noted_at": now, "interaction_id": actor.interaction_id,
                }  # fmt: skip
                await connection.execute(sa.insert(case_notes).values(row))
                await bring_up_to_date(connection, [case.id], now)
                await _audited(connection, actor, number, AuditAction.NOTED, None, now)
            return summary_of(await find_case(connection, actor.guild_id, number))

    async def carry_out(self, actor: Actor, number: int, decision: Decision) -> Decided:
        """Do what a form or a bulk action decided.

        Raises:
            NotFound: the guild has no such case.
            NotSaved: nothing was stored.
        """
        match decision:
            case Claim():
                return await self.claim(actor, number)
            case Resolve(resolution, message, why):
                return await self.resolve(actor, number, resolution, message, why)
            case Dismiss(reason, text):
                return await self.dismiss(actor, number, reason, text)
            case _:
                assert_never(decision)

    async def _decide(self, actor: Actor, number: int, step: _Step) -> Decided:
        now = datetime.now(UTC)
        async with self.database.write() as connection:
            before = summary_of(await find_case(connection, actor.guild_id, number))
            if await _delivered(connection, actor, number):
                return Done(before)
            this = (cases.c.guild_id == actor.guild_id) & (cases.c.number == number)
            values = {**step.values, "state": step.leads_to.value}
            if step.lacks_proof and (await connection.execute(sa.select(cases.c.id).where(this, step.possible))).first() is not None:
                return Refused(Refusal.UNPROVEN, before)
            changed = await connection.execute(sa.update(cases).where(this, step.possible).values(values))
            if changed.rowcount == 0:
                return Refused(refusal(before, actor, step.leads_to), before)
            await _audited(connection, actor, number, step.action, step.detail, now)
            after = await find_case(connection, actor.guild_id, number)
            if step.leads_to is CaseState.DISMISSED:  # what was not worth acting on says nothing about a section either
                await take_phrasings_back(connection, actor, phrasings.c.case == after.id, now)
            if step.proof is not None:
                await store_proof(connection, after, step.proof)
            await bring_up_to_date(connection, [after.id], now)
            return Done(summary_of(await find_case(connection, actor.guild_id, number)))


def refusal(case: CaseSummary, actor: Actor, wanted: CaseState) -> Refusal:
    """Why a case as it stands could not be led to a state by a moderator."""
    mine = case.moderator_id == actor.moderator_id
    match case.state:
        case CaseState.WITHDRAWN:
            return Refusal.WITHDRAWN
        case CaseState.RESOLVED | CaseState.DISMISSED:
            if wanted is CaseState.REOPENED:
                return Refusal.WITHDRAWN
            return Refusal.ALREADY if mine and case.state is wanted else Refusal.CLOSED
        case CaseState.CLAIMED if not mine and wanted is not CaseState.REOPENED:
            return Refusal.TAKEN
        case CaseState.CLAIMED if wanted is CaseState.CLAIMED:
            return Refusal.ALREADY
        case CaseState.OPEN | CaseState.REOPENED | CaseState.CLAIMED:
            return _not_possible(wanted, case.state)


def _not_possible(wanted: CaseState, state: CaseState) -> Refusal:
    """Why a case that is in nobody else's hands cannot be led to a state."""
    if wanted is CaseState.REOPENED:
        return Refusal.ALREADY if state is CaseState.REOPENED else Refusal.NOT_CLOSED
    return Refusal.NOT_CLAIMED if wanted is CaseState.OPEN else Refusal.WRONG_KIND


def stored_text(text: str | None) -> str | None:
    """What is stored of a moderator's text: at most 1,000 characters, None where there is nothing."""
    return storable(text.strip()[:LONGEST_TEXT]) or None if text else None


def _in(states: frozenset[CaseState]) -> sa.ColumnElement[bool]:
    return cases.c.state.in_(sorted(state.value for state in states))


def _open_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether a case is active and not in another moderator's hands."""
    return _in(ACTIVE) & ((cases.c.state != _CLAIMED) | (cases.c.moderator_id == actor.moderator_id))


def _closing(actor: Actor, text: str | None) -> dict[str, object]:
    return {"moderator_id": actor.moderator_id, "closed_at": datetime.now(UTC), "closing_text": stored_text(text)}


async def _delivered(connection: AsyncConnection, actor: Actor, number: int) -> bool:
    """Whether this interaction has acted on the case already."""
    if actor.interaction_id is None:
        return False
    same = (audit.c.guild_id == actor.guild_id) & (audit.c.interaction_id == actor.interaction_id) & (audit.c.case_number == number)
    return (await connection.execute(sa.select(audit.c.id).where(same))).first() is not None


async def _audited(connection: AsyncConnection, actor: Actor, number: int, action: AuditAction, detail: str | None, now: datetime) -> None:
    await write_audit(
        connection, actor.guild_id, actor.moderator_id, action, now,
        case_number=number, detail=detail, interaction_id=actor.interaction_id,
    )  # fmt: skip


MOST_AT_ONCE = 25
"""Discord shows no more in one select."""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one of the cases."""

    number: int
    refusal: Refusal | None
    """Why it was not possible; None where it was done."""
    case: CaseSummary | None
    """The case as it stands; None where the guild has none of that number, or nothing was saved."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """Decides about several cases."""

    decisions: Decisions

    async def apply(self, actor: Actor, numbers: Sequence[int], decision: Decision) -> tuple[BulkResult, ...]:
        """Decide about each case once; the results are in the order given.

        Raises:
            InputError: there are more cases than can be decided at once.
        """
        chosen = tuple(dict.fromkeys(numbers))
        if len(chosen) > MOST_AT_ONCE:
            raise InputError(texts.too_many(MOST_AT_ONCE))
        return tuple([await self._one(actor, number, decision) for number in chosen])

    async def _one(self, actor: Actor, number: int, decision: Decision) -> BulkResult:
        try:
            decided = await self.decisions.carry_out(actor, number, decision)
        except NotFound:
            return BulkResult(number, Refusal.NOT_FOUND, None)
        except StorageError:  # also where the proof of a fix could not be made: then nothing is decided
            return BulkResult(number, Refusal.NOT_SAVED, None)
        match decided:
            case Done(case):
                return BulkResult(number, None, case)
            case Refused(reason, case):
                return BulkResult(number, reason, case)
