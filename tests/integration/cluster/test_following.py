"""What one process does, the others know: settings, deletions, and a reload in all of them or in none."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import Stages, open_stages
from bot.cluster.shards import ShardPlan
from bot.config import Config, DatabaseConfig
from bot.errors import KnowledgeError
from tests.conftest import PATIENCE_SECONDS, SMALL_KNOWLEDGE
from tests.integration.postgres import TEMPLATE, Server
from tests.integration.rows import GUILD, MODERATOR


@pytest.fixture
async def both(server: Server, config: Config, built: BuiltKnowledge, tmp_path: Path) -> AsyncIterator[list[Stages]]:
    """Two processes that serve one bot, with one knowledge folder that a test may change."""
    server.make("bot", TEMPLATE)
    folder = Path(shutil.copytree(SMALL_KNOWLEDGE, tmp_path / "knowledge"))
    own = replace(built, source=replace(built.source, path=folder))
    placed = config.model_copy(update={"database": DatabaseConfig(path=config.database.path, url=server.url())})
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_stages(placed, own, plan=ShardPlan.read("auto/2", 1))) for _ in range(2)]


async def until(stages: Stages, condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what is so after a look of a process."""
    assert stages.cluster is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():
            await stages.cluster.looked()


def change(folder: Path, text: str) -> None:
    article = folder / "basics" / "licenses.md"
    article.write_text(article.read_text(encoding="utf-8") + text, encoding="utf-8")


async def test_a_setting_that_one_changes_the_other_obeys(both: list[Stages]) -> None:
    here, there = both
    assert (await there.guilds.settings(GUILD)).vote_controls

    await here.guilds.change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=False))

    async def obeyed() -> bool:
        return not (await there.guilds.settings(GUILD)).vote_controls

    await until(there, obeyed)


async def test_a_reload_takes_place_in_both_and_a_fault_of_one_keeps_it_from_both(both: list[Stages]) -> None:
    here, there = both
    change(here.knowledge.folder, "\nOne more sentence.\n")

    done = await here.reloading.reload()

    async def served() -> bool:
        return there.knowledge.engine.fingerprint == done.after

    await until(there, served)
    assert done.changed
    (here.knowledge.folder / "worse.md").write_bytes(b"\0")
    with pytest.raises(KnowledgeError, match=r"in none of the processes\. Number \d could not build it"):
        await there.reloading.reload()
    assert here.knowledge.engine.fingerprint == there.knowledge.engine.fingerprint == done.after


async def test_a_reload_that_one_did_not_hear_of_is_taken_up_when_it_is_connected_again(both: list[Stages], server: Server) -> None:
    here, there = both
    assert here.cluster is not None
    assert there.cluster is not None
    assert there.following is not None
    there.following.cut_off(True)
    there.cluster.hears.clear()  # as if it were connected to nobody
    change(here.knowledge.folder, "\nOne more sentence.\n")
    asked = asyncio.create_task(here.reloading.reload())

    async def built() -> bool:
        assert here.cluster is not None
        return bool(await here.cluster.reported())

    await until(here, built)
    await there.cluster.report(next(iter((await here.cluster.reported()).values())))
    done = await asked

    there.following.cut_off(False)

    async def served() -> bool:
        return there.knowledge.engine.fingerprint == done.after

    await until(there, served)


async def test_processes_that_are_started_at_once_from_one_folder_make_one_key(
    server: Server, config: Config, built: BuiltKnowledge
) -> None:
    server.make("bot", TEMPLATE)
    placed = config.model_copy(update={"database": DatabaseConfig(path=config.database.path, url=server.url())})

    async def check() -> str:
        async with open_stages(placed, built, plan=ShardPlan.read("auto/2", 1)) as stages:
            return stages.hasher.check

    assert len(set(await asyncio.gather(*(check() for _ in range(4))))) == 1
