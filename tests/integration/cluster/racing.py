"""One of several processes in which moderators and members click at the same moment: a line says what is clicked, a line what came of it.

    python -m tests.integration.cluster.racing URL PATH

Run by ``test_races``; it ends when nothing more is to be read.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from benchmarks.review_rows import no_proof
from bot.cases.case import Actor, Decided, DismissReason, Done, Reason, Resolution
from bot.feedback.votes import NotHelpful
from bot.review.decisions import Decisions
from bot.storage import database as storage
from bot.storage.database import Database
from bot.storage.postgres import PostgresDatabase
from tests.conftest import PATIENCE_SECONDS
from tests.integration.rows import GUILD, votes_of

ANSWER = "answer000001"
VOTE = "vote"
STEPS: dict[str, Callable[[Decisions, Actor], Awaitable[Decided]]] = {
    "claim": lambda one, actor: one.claim(actor, 1),
    "unclaim": lambda one, actor: one.unclaim(actor, 1),
    "resolve": lambda one, actor: one.resolve(actor, 1, Resolution.NO_CHANGE),
    "dismiss": lambda one, actor: one.dismiss(actor, 1, DismissReason.SPAM),
    "reopen": lambda one, actor: one.reopen(actor, 1),
}
UNDONE_BY = {"claim": "unclaim", "resolve": "reopen", "dismiss": "reopen"}


class Click(BaseModel):
    """Somebody presses a button."""

    who: int
    interaction: int
    turns: int
    """How often others come first in this process."""


class Race(BaseModel):
    """Clicks that come together."""

    step: str
    clicks: list[Click]


class Effect(BaseModel):
    """What took place, by whom and by which click."""

    holder: int | None
    interaction: int


EFFECTS = TypeAdapter(list[Effect])


async def _clicked(database: Database, step: str, click: Click) -> Effect | None:
    for _ in range(click.turns):
        await asyncio.sleep(0)
    if step == VOTE:
        await votes_of(database).cast(ANSWER, GUILD, f"member-{click.who}", NotHelpful(Reason.WRONG))
        return None
    result = await STEPS[step](Decisions(database, no_proof), Actor(GUILD, click.who, click.interaction))
    return Effect(holder=result.case.moderator_id, interaction=click.interaction) if isinstance(result, Done) else None


async def _run(url: str, path: Path) -> None:
    storage.TURN_SECONDS = PATIENCE_SECONDS  # a busy machine is no fault of the race
    database = Database(PostgresDatabase.at(url, path))
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            race = Race.model_validate_json(line)
            found = await asyncio.gather(*(_clicked(database, race.step, click) for click in race.clicks))
            sys.stdout.write(EFFECTS.dump_json([one for one in found if one is not None]).decode() + "\n")
            sys.stdout.flush()
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], Path(sys.argv[2])))
