"""Running on Discord: what signals do, and what the end of a connection means for whoever supervises the process."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import discord
import pytest
import pytest_asyncio
from aiohttp import test_utils, web

from bot.bootstrap.stages import Stages, open_stages
from bot.config import Config, KnowledgeConfig
from bot.errors import NO_RESTART, BotError, ConnectionRefused, ExitCode, TokenError
from bot.serving import ended, on_signals
from tests.conftest import REPOSITORY, SMALL_KNOWLEDGE
from tests.integration.processes import PATIENCE


@pytest_asyncio.fixture
async def stages(config: Config, tmp_path: Path) -> AsyncIterator[Stages]:
    folder = tmp_path / "knowledge"
    shutil.copytree(SMALL_KNOWLEDGE, folder)
    own = config.model_copy(update={"knowledge": KnowledgeConfig(path=folder)})
    async with open_stages(own) as opened:
        yield opened


async def hang_up(reloads: set[asyncio.Task[None]]) -> None:
    os.kill(os.getpid(), signal.SIGHUP)
    async with asyncio.timeout(PATIENCE):
        while not reloads:  # noqa: ASYNC110 - the loop hears of a signal a turn later, and offers no event for it
            await asyncio.sleep(0)
    await asyncio.gather(*reloads)


async def test_sighup_takes_up_a_changed_article(stages: Stages) -> None:
    reloads = on_signals(asyncio.Event(), stages)
    article = stages.config.knowledge.path / "news.md"
    article.write_text("# News\n\n## Zebras\n\nZebras have stripes.\n", encoding="utf-8")

    await hang_up(reloads)

    assert stages.knowledge.engine.corpus.section("news#zebras") is not None


async def test_sighup_with_a_faulty_folder_leaves_the_old_knowledge_serving(stages: Stages, caplog: pytest.LogCaptureFixture) -> None:
    reloads = on_signals(asyncio.Event(), stages)
    before = stages.knowledge.engine
    (stages.config.knowledge.path / "bad.md").write_bytes(b"caf\xe9\n")

    await hang_up(reloads)

    assert stages.knowledge.engine is before
    assert "bad.md:1: is not UTF-8" in caplog.text


@pytest.mark.fault(33)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_asks_for_a_clean_end_and_the_next_one_has_its_default_effect(stages: Stages, number: signal.Signals) -> None:
    stop = asyncio.Event()
    on_signals(stop, stages)

    os.kill(os.getpid(), number)
    await stop.wait()

    assert signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)


def test_an_unexpected_end_asks_for_a_restart(caplog: pytest.LogCaptureFixture) -> None:
    assert ended(RuntimeError("gateway")) is ExitCode.RESTART
    assert "a restart should help" in caplog.text


def test_a_clean_end_is_a_success() -> None:
    assert ended(None) is ExitCode.OK


@pytest.mark.fault(4)
def test_a_refused_token_asks_for_another_one_and_no_restart() -> None:
    with pytest.raises(TokenError, match="Reset it on the page Bot") as caught:
        ended(discord.LoginFailure("Improper token has been passed."))

    assert caught.value.exit_code is ExitCode.CONFIG


@pytest.mark.fault(4)
def test_a_missing_privileged_intent_is_said_in_one_line_and_no_restart() -> None:
    with pytest.raises(ConnectionRefused, match="this bot asks for none"):
        ended(discord.PrivilegedIntentsRequired(None))


def closed(code: int) -> discord.ConnectionClosed:
    """An end of the connection as discord.py raises it; of the socket it reads nothing but the code."""
    return discord.ConnectionClosed(SimpleNamespace(close_code=code), shard_id=None)  # type: ignore[arg-type]


@pytest.mark.fault(4)
@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
def test_a_connection_that_would_be_closed_again_asks_for_no_restart(code: int) -> None:
    with pytest.raises(BotError, match="Discord ended the connection: ") as caught:
        ended(closed(code))

    assert caught.value.exit_code in NO_RESTART


@pytest.mark.fault(3)
@pytest.mark.parametrize("code", [1000, 1006, 4000, 4007, 4008, 4009])
def test_any_other_close_of_a_connection_asks_for_a_restart(code: int) -> None:
    assert ended(closed(code)) is ExitCode.RESTART


@pytest.mark.fault(7)
@pytest.mark.parametrize("status", [403, 429])
async def test_a_banned_address_asks_for_no_restart(status: int) -> None:
    with pytest.raises(ConnectionRefused, match="banned for a while"):
        ended(await refused_login(status))


async def test_a_login_that_fails_on_discords_side_asks_for_a_restart() -> None:
    assert ended(await refused_login(520)) is ExitCode.RESTART


async def refused_login(status: int) -> BaseException:
    """What a login raises where something in front of Discord answers it with a page of HTML."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>error code: 1015</html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    client = discord.Client(intents=discord.Intents.default())
    async with test_utils.TestServer(app) as server, client:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(discord.http.Route, "BASE", str(server.make_url("/api")))
            with pytest.raises(discord.DiscordException) as caught:
                await client.login("x" * 24)
    return caught.value


def test_the_unit_and_the_page_name_the_codes_against_which_a_restart_does_not_help() -> None:
    page = (REPOSITORY / "docs" / "deploying.md").read_text(encoding="utf-8")
    (unit,) = re.findall(r"^RestartPreventExitStatus=(.+)$", page, re.MULTILINE)
    rows = re.findall(r"^\| (\d+) \| ([A-Z]+) \|.*\| ?([a-z]*) ?\|$", page, re.MULTILINE)

    assert tuple(map(int, unit.split())) == NO_RESTART
    assert {int(code): name for code, name, _ in rows} == {code.value: code.name for code in ExitCode}
    assert tuple(int(code) for code, _, restart in rows if restart == "no") == NO_RESTART
