"""A power cut, by the model in ``power``: what a member was said to be saved is on the disk, and the database is whole.

``kill -9`` cannot show this: what a killed process has written stays in the system's memory and reaches the disk whatever the program did.
So there is a control that writes as SQLite does by default in this mode, without waiting for the disk; it must lose votes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.storage.opening import prepare_database
from tests.integration.rows import rows
from tests.interactions.reading import answer_message
from tests.wire.conftest import wired
from tests.wire.launch import NOTES, SYNCHRONOUS
from tests.wire.power import cuts
from tests.wire.recording import AVAILABLE
from tests.wire.voting import Voters

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="Python's SQLite hides the functions by which its writes can be noted")
_AT_ONCE = 8


@dataclass(frozen=True)
class Recorded:
    """A life of the bot, with everything its database wrote."""

    voters: Voters
    start: Mapping[str, bytes]
    """The files of the database before it."""
    notes: Path
    said: Mapping[int, int]
    """For each member whose vote was confirmed: how long the notes were then."""


async def recorded(folder: Path, votes: int, changes: Mapping[str, str]) -> Recorded:
    """Let members vote, one delete their data, and the bot stop; note what reaches the files."""
    notes = folder / "notes"
    async with wired(folder / "bot") as wire:
        await wire.bot.start()
        await wire.bot.ready()
        voters = await Voters.of(wire)
        assert await wire.bot.stop() == 0
        start = {file.name: file.read_bytes() for file in wire.bot.folder.glob(f"{wire.bot.database.name}*")}
        await wire.bot.start(changes={NOTES: str(notes), **changes})
        await wire.bot.ready()
        said: dict[int, int] = {}

        def heard() -> bool:
            size = notes.stat().st_size
            for member in voters.confirmed() - said.keys():
                said[member] = size
            return voters.all_answered()

        while voters.voted < votes:
            voters.vote(_AT_ONCE)
            await wire.discord.changes.until(heard, "the votes are answered")
            if voters.voted == votes // 2 // _AT_ONCE * _AT_ONCE:
                asked = await wire.member.slash(wire.channel, "privacy delete")
                await wire.answered(asked)
                await wire.answered(await wire.press(answer_message(asked), "Delete everything"), "deleted")
        assert await wire.bot.stop() == 0
        return Recorded(voters, start, notes, said)


def lost(life: Recorded, folder: Path, number: int, chance: random.Random) -> Iterator[int]:
    """Cut the power so many times, half of them just after a vote was confirmed; how many confirmed votes each cut has lost."""
    length, moments = life.notes.stat().st_size, sorted(life.said.values())
    ends = sorted(chance.choice(moments) if cut % 2 else chance.randrange(length) for cut in range(number))
    for cut, (end, files) in enumerate(zip(ends, cuts(life.start, life.notes, ends, chance), strict=True)):
        place = folder / f"cut-{cut}"
        place.mkdir()
        for name, content in files.items():
            (place / name).write_bytes(content)
        database = place / "bot.sqlite3"
        prepare_database(database, must_exist=True)
        assert rows(database, "PRAGMA integrity_check") == [("ok",)]
        assert rows(database, "PRAGMA foreign_key_check") == []
        confirmed = {member for member, size in life.said.items() if size <= end}
        yield len(confirmed - life.voters.stored(database))


@pytest.mark.fault(35)
@pytest.mark.parametrize(("votes", "number"), [(160, 20), pytest.param(1600, 200, marks=pytest.mark.soak)])
async def test_no_vote_that_was_confirmed_is_lost_by_a_power_cut(tmp_path: Path, votes: int, number: int) -> None:
    life = await recorded(tmp_path, votes, {})

    assert list(lost(life, tmp_path, number, random.Random(35))) == [0] * number


@pytest.mark.fault(35)
async def test_the_model_sees_votes_that_are_confirmed_before_they_are_on_the_disk(tmp_path: Path) -> None:
    life = await recorded(tmp_path, 80, {SYNCHRONOUS: "NORMAL"})

    assert sum(lost(life, tmp_path, 20, random.Random(35))) > 0
