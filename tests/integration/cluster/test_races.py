"""Moderators and members who click at the same moment in two processes of the bot, as while a shard is handed over: one effect each."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.storage.postgres import session
from tests.integration.cluster.racing import ANSWER, EFFECTS, UNDONE_BY, VOTE, Click, Effect, Race
from tests.integration.postgres import Server
from tests.integration.processes import started
from tests.integration.rows import GUILD, MODERATOR, OTHER_MODERATOR

_PROGRAM = "tests.integration.cluster.racing"
_VOTES = 0.3
"""The share of races that are votes."""


class Rivals:
    """Two processes that do what they are told at the same moment."""

    def __init__(self, processes: Sequence[subprocess.Popen[bytes]]) -> None:
        self._processes = processes

    def click(self, step: str, *clicks: Sequence[Click]) -> list[Effect]:
        """Let the clicks of each process happen, and give back what took effect."""
        for process, own in zip(self._processes, clicks, strict=True):
            assert process.stdin is not None
            process.stdin.write(Race(step=step, clicks=list(own)).model_dump_json().encode() + b"\n")
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.flush()
        found: list[Effect] = []
        for process in self._processes:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                _, said = process.communicate()
                pytest.fail(said.decode())
            found += EFFECTS.validate_json(line)
        return found


@pytest.fixture
def rivals(server: Server, tmp_path: Path) -> Iterator[Rivals]:
    """Two processes over one database with a case, number 1, and an answer."""
    server.make("bot")
    case = "guild_id, number, kind, state, signals, opened_at, last_signal_at"
    answer = "answer_id, guild_id, channel_id, question, normalized_question, searched, outcome, shown_digest, fingerprint, asked_at"
    server.run(
        f"INSERT INTO cases ({case}) VALUES ({GUILD}, 1, 'review', 'open', 0, 1, 1)",
        f"INSERT INTO answers ({answer}) VALUES ('{ANSWER}', {GUILD}, 7, 'a?', 'a', 'a', 'answer', 'd', 'f', 1)",
        name="bot",
    )
    with ExitStack() as stack:
        yield Rivals(
            [stack.enter_context(started("-m", _PROGRAM, server.url(), str(tmp_path / "bot.sqlite3"), cwd=tmp_path)) for _ in range(2)]
        )


@pytest.mark.parametrize("races", [150, pytest.param(10_000, marks=pytest.mark.soak)])
def test_of_clicks_in_two_processes_exactly_one_takes_effect(rivals: Rivals, server: Server, tmp_path: Path, races: int) -> None:
    chance = random.Random(23)
    voters, decided = 0, 0
    for race in range(races):
        if chance.random() < _VOTES:
            voters += 1
            twice = [Click(who=race, interaction=10 * race, turns=chance.randrange(3)) for _ in range(2)]
            rivals.click(VOTE, twice[:1], twice[1:])
            continue
        decided += 1
        step = chance.choice(list(UNDONE_BY))
        effects = rivals.click(step, *(_clicks(chance, race) for _ in range(2)))
        assert len({(one.holder, one.interaction) for one in effects}) == 1, (race, effects)
        undoing = Click(who=effects[0].holder or 0, interaction=10 * race + 9, turns=0)
        assert len(rivals.click(UNDONE_BY[step], [undoing], [])) == 1

    with session(server.database(tmp_path, "bot")) as connection:
        counted = [
            connection.execute(query).fetchone()[0]
            for query in ("SELECT count(*) FROM audit", "SELECT count(*) FROM votes", "SELECT count(DISTINCT member_hash) FROM votes",
                          "SELECT count(*) FROM signals", "SELECT count(*) FROM cases")
        ]  # fmt: skip
    assert counted == [2 * decided, voters, voters, voters, 2]


def _clicks(chance: random.Random, race: int) -> list[Click]:
    """A click of each of two moderators, some of them delivered twice; in both processes the same."""
    clicks = [Click(who=who, interaction=10 * race + place, turns=0) for place, who in enumerate((MODERATOR, OTHER_MODERATOR))]
    chosen = [*clicks, *chance.sample(clicks, chance.randrange(3))]
    chance.shuffle(chosen)
    return [one.model_copy(update={"turns": chance.randrange(4)}) for one in chosen]
