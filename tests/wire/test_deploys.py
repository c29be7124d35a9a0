"""A deploy while members go on: each process is replaced by a new one, and whatever reaches the bot is answered once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.load import deploy
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.postgres import Server, running_server

_SILENT_SECONDS = 10.0


@pytest.fixture(scope="module")
def server(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Iterator[Server]:
    """A PostgreSQL server."""
    with running_server(made_once) as server:
        yield server


async def test_while_all_processes_are_replaced_whatever_reaches_the_bot_is_answered_once(server: Server) -> None:
    seen = await deploy(server, processes=2, rate=3, servers=60, shards=2, knowledge=SMALL_KNOWLEDGE)

    assert (seen.unanswered, seen.twice) == (0, 0)
    assert len(seen.silences) >= 2
    assert seen.undelivered < seen.sent / 2


@pytest.mark.soak
async def test_while_three_processes_with_ten_thousand_servers_are_replaced_no_shard_is_silent_for_long(server: Server) -> None:
    seen = await deploy(server)

    assert (seen.unanswered, seen.twice) == (0, 0)
    assert max(seen.silences) <= _SILENT_SECONDS
