"""How tall messages are on a phone, held on a few of each kind; ``python -m tests.browser.heights`` measures more."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.bootstrap.knowledge import load_knowledge
from bot.config import Config, KnowledgeConfig
from bot.demo.page import DemoPage
from bot.exts.kit.panel import notice
from tests.browser.heights import KINDS, LIMITS, Kind, case_panels, golden_sample, heights_of_panels, percentile, shown
from tests.browser.pictures import fresh_server
from tests.conftest import REPOSITORY


@pytest.mark.asyncio(loop_scope="module")
async def test_every_line_more_makes_a_message_taller_and_each_is_measured_as_if_it_stood_alone(browser: Browser, tmp_path: Path) -> None:
    lines = [notice("\n".join(["A line."] * number)) for number in range(1, 46)]
    async with fresh_server(tmp_path) as server, DemoPage(server, 0, "UTC") as page:
        heights = await heights_of_panels(browser, server, page, lines)

    steps = {later - earlier for earlier, later in pairwise(heights)}
    assert len(steps) == 1
    assert min(steps) > 10


@pytest.mark.asyncio(loop_scope="module")
async def test_answers_suggestions_and_declines_fit_a_phone(browser: Browser, tmp_path: Path) -> None:
    built = load_knowledge(Config(knowledge=KnowledgeConfig(path=REPOSITORY / "knowledge")))
    sample = list(golden_sample(built.engine, 60, seed=7))
    async with fresh_server(tmp_path, built) as server, DemoPage(server, 0, "UTC") as page:
        heights = await heights_of_panels(browser, server, page, [shown(outcome, built.engine) for _, outcome in sample])

    for kind in KINDS.values():
        mine = sorted(height for (one, _), height in zip(sample, heights, strict=True) if one is kind)
        assert len(mine) >= 5, kind
        assert mine[-2] <= LIMITS[kind], (kind, mine)  # of so few, one may be the one of twenty


@pytest.mark.asyncio(loop_scope="module")
async def test_the_cards_of_cases_fit_a_phone(browser: Browser, tmp_path: Path) -> None:
    async with fresh_server(tmp_path) as server, DemoPage(server, 0, "UTC") as page:
        cards = await case_panels(server, 20, seed=7)
        heights = sorted(await heights_of_panels(browser, server, page, list(cards.values())))

    assert len(heights) >= 15
    assert heights[-2] <= LIMITS[Kind.CASE], heights


def test_the_percentile_of_a_few_is_the_tallest_and_of_a_hundred_the_ninety_fifth() -> None:
    assert percentile([3, 1, 2]) == 3
    assert percentile(range(100, 0, -1)) == 95
