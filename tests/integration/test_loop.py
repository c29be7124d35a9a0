"""The loop that the script plays, on a small knowledge base: each step leads to the next, and the fix is proved and kept as a test."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.config import Config, KnowledgeConfig
from bot.demo.running import demo_config
from bot.demo.world import demo_server
from scripts.loop import ADDED, OWN_WORDS, REPLY, Step, play
from tests.conftest import PATIENCE_SECONDS, SMALL_KNOWLEDGE


async def test_the_script_plays_from_a_bad_answer_to_a_proved_fix_and_the_news(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(SMALL_KNOWLEDGE, folder)
    config = demo_config(Config(knowledge=KnowledgeConfig(path=folder)), tmp_path)
    read: list[str] = []

    async def tell(step: Step) -> None:
        read.append(step.reads)

    async with demo_server(config, settle_seconds=PATIENCE_SECONDS) as server:
        await play(server, folder, tell, "what is copyleft?")

    first, _, card, corrected, refused, reloaded, proved, kept, news, log = read
    assert "Copyleft demands that changed versions are shared" in first
    assert "2 members" in card
    assert f"+{ADDED}" in corrected
    assert "needs a reason" in refused
    assert "Reloaded" in reloaded
    assert "Proof Copyleft has another text now" in proved
    assert "2 members got the news" in proved
    assert f"Kept as a test, in your words: “{OWN_WORDS}”" in kept
    assert "Copyleft says something else now" in news
    assert REPLY in news
    assert "resolved case #1: fixed (Copyleft → Copyleft; " in log
