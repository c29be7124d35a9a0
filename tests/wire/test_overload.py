"""Overload: at four times what the machine can do, every member hears in time that their question is taken, or kindly that it is not.

What the machine can do is found first, so that the figures mean the same on a fast machine and on a slow one; ``python -m
tests.wire.test_overload`` prints them. It takes about ten minutes.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.wire.conftest import Wire, wired
from tests.wire.load import Load, Outcome
from tests.wire.process import BotProcess

_SECONDS = 60.0
_PROBE_SECONDS = 15.0
_LOWEST, _HIGHEST = 2.0, 1000.0
_NEAR = 1.15
"""How far the highest rate that was good may be from the lowest that was not."""
_FACTORS = (1, 2, 4)
_NORMAL_AGAIN = 10.0
_MOST_MEMORY = 1.5


@dataclass(frozen=True, slots=True)
class Overload:
    """What became of the bot at its capacity, above it, and afterwards."""

    at: dict[int, Outcome]
    """By how many times the capacity."""
    afterwards: Outcome
    """At half of the capacity, for some seconds that begin as long after the last overload as the bot may take to recover."""


async def overload(wire: Wire) -> Overload:
    """Find the capacity of a connected bot, then ask more of it."""
    load = await Load.of(wire)
    capacity = await found(load)
    at = {factor: await load.run(factor * capacity, _SECONDS) for factor in _FACTORS}
    await asyncio.sleep(_NORMAL_AGAIN)  # the time it is given
    return Overload(at, await load.run(capacity / 2, _PROBE_SECONDS))


async def found(load: Load) -> float:
    """The highest rate at which everything is taken in time for a minute."""
    good, bad = 0.0, _LOWEST
    while bad < _HIGHEST and _all_taken(await load.run(bad, _PROBE_SECONDS)):
        good, bad = bad, 2 * bad
    while good and bad / good > _NEAR:
        middle = (good * bad) ** 0.5
        good, bad = (middle, bad) if _all_taken(await load.run(middle, _PROBE_SECONDS)) else (good, middle)
    while good and not _all_taken(await load.run(good, _SECONDS)):
        good /= _NEAR
    assert good > 0, f"this machine does not take {_LOWEST} interactions a second, so nothing can be measured on it now"
    return good


def _all_taken(outcome: Outcome) -> bool:
    print("   ", outcome, flush=True)
    return outcome.taken == outcome.sent and outcome.lost == 0


async def measured(folder: Path) -> Overload:
    """Measure a bot with the knowledge that ships."""
    async with wired(folder) as wire:
        wire.bot = BotProcess(folder, wire.discord.address, wire.discord.changes, knowledge=REPOSITORY / "knowledge")
        await wire.bot.start()
        await wire.bot.ready()
        seen = await overload(wire)
        assert await wire.bot.stop() == 0
        return seen


@pytest.mark.soak
@pytest.mark.fault(26)
async def test_at_four_times_the_capacity_everybody_is_answered_in_time_and_nothing_is_lost(tmp_path: Path) -> None:
    seen = await measured(tmp_path)

    assert [factor for factor, outcome in seen.at.items() if not outcome.good] == []
    assert max(outcome.memory for outcome in seen.at.values()) <= _MOST_MEMORY * seen.at[1].memory
    assert seen.afterwards.taken == seen.afterwards.sent


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        result = asyncio.run(measured(Path(place)))
    for times, outcome in result.at.items():
        print(f"{times} x  {outcome}")
    print(f"after  {result.afterwards}")
