"""Each lookup once in a real browser: what a member types, and what is on the page then."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.driving import VIEWS, use_command
from tests.browser.visiting import Visit, choose, press

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_lookup_is_typed_and_answered_on_the_page(page: Page, visit: Visit) -> None:
    assert visit.address
    for view in VIEWS:
        message = await use_command(page, view.command, **view.options)
        await expect(message).to_contain_text(view.text)


async def test_a_member_walks_through_the_tree_and_a_chart_has_its_alternative_text(page: Page, visit: Visit) -> None:
    assert visit.address
    message = await use_command(page, "browse")
    await choose(message.get_by_role("combobox"), "Licensing")
    await expect(page.get_by_role("article").last).to_contain_text("Permissive licenses")
    await press(page.get_by_role("button", name="All areas").last)
    await expect(page.get_by_role("article").last).to_contain_text("What would you like to read about?")
    chart = (await use_command(page, "timeline")).get_by_role("img", name="Bar chart of")
    await expect(chart).to_be_visible()
