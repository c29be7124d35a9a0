"""``kill -9`` in the middle of votes: what a member was said to be saved is there, and the bot starts again."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from pathlib import Path

import pytest

from tests.integration.rows import rows
from tests.wire.conftest import wired
from tests.wire.voting import Voters

_AT_ONCE = 12
_LONGEST = 0.01
"""Seconds from the request in which a kill falls to the kill, at most; most of a vote is done between two requests."""


@pytest.mark.fault(34)
@pytest.mark.parametrize("kills", [20, pytest.param(100, marks=pytest.mark.soak)])
async def test_no_vote_that_was_confirmed_is_lost_however_often_the_bot_is_killed(tmp_path: Path, kills: int) -> None:
    chance = random.Random(34)
    async with wired(tmp_path) as wire:
        await wire.bot.start()
        await wire.bot.ready()
        voters = await Voters.of(wire)
        for _ in range(kills):
            reached = voters.requests() + chance.randint(1, 2 * _AT_ONCE)
            voters.vote(_AT_ONCE)
            await wire.discord.changes.until(partial(voters.have_led_to, reached), "the votes are being answered")
            await asyncio.sleep(chance.uniform(0, _LONGEST))  # the moment is drawn; nothing is waited for
            await wire.bot.kill()
            await wire.bot.start()
            await wire.bot.ready()
        await wire.works()
        assert await wire.bot.stop() == 0

        confirmed = voters.confirmed()
        assert confirmed - voters.stored(wire.bot.database) == set()
        assert 0 < len(confirmed) < voters.voted, "the kills fell before or after all votes, so they show nothing"
        assert rows(wire.bot.database, "PRAGMA integrity_check") == [("ok",)]
