"""Each lookup once in a real browser: what a member types, and what is on the page then."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser import visiting as demo
from tests.browser.driving import VIEWS, use_command


async def test_every_lookup_is_typed_and_answered_on_the_page(page: Page, tmp_path: Path) -> None:
    screenshots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    async with demo.running_demo(tmp_path) as address:
        await demo.open_page(page, address)
        for view in VIEWS:
            message = await use_command(page, view.command, **view.options)
            await expect(message).to_contain_text(view.text)
            await message.screenshot(path=screenshots / f"{view.command}.png")

    assert all((screenshots / f"{view.command}.png").stat().st_size > 5_000 for view in VIEWS)


async def test_a_member_walks_through_the_tree_and_a_chart_has_its_alternative_text(page: Page, tmp_path: Path) -> None:
    async with demo.running_demo(tmp_path) as address:
        await demo.open_page(page, address)
        message = await use_command(page, "browse")
        await message.get_by_role("combobox").click()
        await page.get_by_role("option", name="Licensing").click()
        await expect(page.get_by_role("article").last).to_contain_text("Permissive licenses")
        await page.get_by_role("button", name="All areas").click()
        await expect(page.get_by_role("article").last).to_contain_text("What I know about")
        chart = (await use_command(page, "timeline")).get_by_role("img", name="Bar chart of")
        await expect(chart).to_be_visible()
