"""One decision for several cases: each is decided by itself, and the result says which could not be and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.errors import InputError, NotFound, NotSaved
from bot.feedback.case_kinds import DismissReason, Resolution
from bot.review.case import Actor, CaseSummary, Decided, Done, Refusal, Refused
from bot.review.decisions import Decisions

MOST_AT_ONCE = 25
"""Discord shows no more in one select."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Take the cases."""


@dataclass(frozen=True, slots=True)
class Resolve:
    """Resolve the cases alike; community notes are approved by ``Resolution.APPROVED``."""

    resolution: Resolution
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Dismiss the cases for one reason."""

    reason: DismissReason
    text: str | None = None


BulkDecision = Claim | Resolve | Dismiss


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

    async def apply(self, actor: Actor, numbers: Sequence[int], decision: BulkDecision) -> tuple[BulkResult, ...]:
        """Decide about each case once and return the results in the order given.

        Raises:
            InputError: there are more cases than can be decided at once.
        """
        chosen = tuple(dict.fromkeys(numbers))
        if len(chosen) > MOST_AT_ONCE:
            raise InputError(f"At most {MOST_AT_ONCE} cases can be decided at once.")
        return tuple([await self._one(actor, number, decision) for number in chosen])

    async def _one(self, actor: Actor, number: int, decision: BulkDecision) -> BulkResult:
        try:
            decided = await self._decide(actor, number, decision)
        except NotFound:
            return BulkResult(number, Refusal.NOT_FOUND, None)
        except NotSaved:
            return BulkResult(number, Refusal.NOT_SAVED, None)
        match decided:
            case Done(case):
                return BulkResult(number, None, case)
            case Refused(reason, case):
                return BulkResult(number, reason, case)

    async def _decide(self, actor: Actor, number: int, decision: BulkDecision) -> Decided:
        match decision:
            case Claim():
                return await self.decisions.claim(actor, number)
            case Resolve(resolution, message):
                return await self.decisions.resolve(actor, number, resolution, message)
            case Dismiss(reason, text):
                return await self.decisions.dismiss(actor, number, reason, text)
            case _:
                assert_never(decision)
