"""The shipped bot on PostgreSQL: it answers, stores, is killed and goes on, survives a restart of the server, and is alone."""

from __future__ import annotations

import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import ExitCode
from bot.storage.postgres import session
from tests.integration.postgres import Server, running_server
from tests.wire.conftest import ANSWER, Wire
from tests.wire.process import BotProcess


@pytest.fixture(scope="module")
def server(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Iterator[Server]:
    """A PostgreSQL server."""
    with running_server(made_once) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def on_server(wire: Wire, server: Server) -> AsyncIterator[Wire]:
    """The bot, connected to Discord and to a database of its own."""
    server.run("DROP DATABASE IF EXISTS served WITH (FORCE)", "CREATE DATABASE served")
    wire.bot.database.with_name("bot.sqlite3.key").unlink(missing_ok=True)
    await started(wire.bot, server)
    yield wire
    await wire.bot.kill()


async def started(bot: BotProcess, server: Server) -> None:
    await bot.start(changes={"BOT_DATABASE_URL": server.url("served")})
    await bot.ready()


def stored(server: Server, query: str) -> list[tuple[object, ...]]:
    with session(server.database(server.folder / "bot.sqlite3", "served")) as connection:
        return list(connection.execute(query).fetchall())


async def test_an_answer_and_a_vote_are_stored_there_and_found_again_after_kill_9(on_server: Wire, server: Server) -> None:
    message = await on_server.votable(on_server.member)
    await on_server.press(message, "Helpful")
    await on_server.counts(message, "Helpful · 1")

    await on_server.bot.kill()
    await started(on_server.bot, server)
    voter = on_server.another("voter")
    await on_server.press(message, "Helpful · 1", by=voter)
    await on_server.counts(message, "Helpful · 2")

    assert stored(server, "SELECT count(*) FROM votes WHERE helpful") == [(2,)]
    assert not on_server.bot.database.exists()
    assert "database PostgreSQL database served on" in on_server.bot.log
    assert await on_server.bot.stop() == ExitCode.OK
    assert "Traceback" not in on_server.bot.log


async def test_a_restart_of_the_server_is_survived_without_one_of_the_bot(on_server: Wire, server: Server) -> None:
    server.stop("fast")
    down = await on_server.ask()
    await on_server.answered(down, ANSWER)  # without controls
    server.start()

    message = await on_server.votable(on_server.member)
    await on_server.press(message, "Helpful")
    await on_server.counts(message, "Helpful · 1")

    assert on_server.bot.running
    assert stored(server, "SELECT count(*) FROM votes") == [(1,)]


async def test_a_second_bot_from_another_folder_is_refused_before_it_connects(on_server: Wire, server: Server, tmp_path: Path) -> None:
    second = BotProcess(tmp_path / "second", on_server.discord.address, on_server.discord.changes)
    on_server.discord.forget()

    await second.start(changes={"BOT_DATABASE_URL": server.url("served")})

    assert await second.ended() == ExitCode.STORAGE
    assert re.search(rf"Another bot process \(osai-faq-bot .* pid {on_server.bot.pid}\) uses this database", second.log)
    assert on_server.discord.gateway.greetings == []
    await on_server.works()
    on_server.bot.signal(signal.SIGTERM)
    assert await on_server.bot.ended() == ExitCode.OK
