"""Running on Discord: what signals do, and what the end of a connection means for whoever supervises the process."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
import pytest_asyncio

from bot.bootstrap.stages import Stages, open_stages
from bot.config import Config, KnowledgeConfig
from bot.errors import BotError, ExitCode, TokenError
from bot.serving import ended, on_signals
from tests.conftest import SMALL_KNOWLEDGE


@pytest_asyncio.fixture
async def stages(config: Config, tmp_path: Path) -> AsyncIterator[Stages]:
    folder = tmp_path / "knowledge"
    shutil.copytree(SMALL_KNOWLEDGE, folder)
    own = config.model_copy(update={"knowledge": KnowledgeConfig(path=folder)})
    async with open_stages(own) as opened:
        yield opened


async def hang_up(reloads: set[asyncio.Task[None]]) -> None:
    os.kill(os.getpid(), signal.SIGHUP)
    async with asyncio.timeout(10):
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


def test_a_refused_token_asks_for_another_one_and_no_restart() -> None:
    with pytest.raises(TokenError, match="Reset it on the page Bot") as caught:
        ended(discord.LoginFailure("Improper token has been passed."))

    assert caught.value.exit_code is ExitCode.CONFIG


def test_a_missing_privileged_intent_is_told_in_one_line_and_no_restart() -> None:
    with pytest.raises(BotError, match="this bot asks for none"):
        ended(discord.PrivilegedIntentsRequired(None))
