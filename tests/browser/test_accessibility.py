"""The demo page as axe sees it, whatever is shown on it: nothing of ours is in the way of those who do not see it or use no mouse.

Every control of the messages is used once, by its place and not by its words, so that a new one is looked at too. What simcord's own page
is at fault for is named here and in docs/demo.md, and nothing else may be found.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect

from bot.demo.world import SUGGESTED
from tests.browser.driving import VIEWS, use_command
from tests.browser.visiting import PATIENCE, Visit, command, press, settled, suggested, view_as

pytestmark = pytest.mark.asyncio(loop_scope="module")
_TRY = 5_000
SIMCORDS = {
    ("aria-allowed-attr", "aria-valuetext"),  # its lists are buttons that say so what is chosen
    ("aria-allowed-attr", "aria-expanded"),  # its field for messages says so whether its list of commands is open
    ("aria-allowed-role", "dialog"),  # its window for forms is a form element
    ("aria-required-children", 'role="listbox"'),  # a list that has no options says so in words within itself
    ("scrollable-region-focusable", "select-list"),  # the arrow keys move in its lists, the tab key does not reach them
}
"""Rules that simcord's page breaks by itself, and the attribute or role by which it does."""


async def found_by_axe(page: Page) -> list[str]:
    """What is in the way on the page as it is now, but for what is simcord's."""
    results = await Axe().run(page)
    found = [
        (str(violation["id"]), f"{node['failureSummary']} {node['html'][:200]}")
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]
    return [f"{rule}: {what}" for rule, what in found if not any(rule == known and part in what for known, part in SIMCORDS)]


async def escape(page: Page, opened: Locator) -> None:
    """Close what is open, again where the page was drawing and did not take the key."""
    for _ in range(int(PATIENCE // _TRY)):
        await page.keyboard.press("Escape")
        with suppress(AssertionError):
            await expect(opened).to_be_hidden(timeout=_TRY)
            return
    raise AssertionError("what was opened does not close")


async def use_everything(page: Page, message: Locator) -> list[str]:
    """Press each button and open each list of a message, look at what opens, and at the end at all that was said."""
    found = []
    pinned = page.locator(f'article[data-message-id="{await message.get_attribute("data-message-id")}"]')
    keys = await pinned.locator(".message-components button[data-control-key]:visible").evaluate_all(
        "all => all.map(one => one.dataset.controlKey)"
    )
    for key in keys:
        control = pinned.locator(f'button[data-control-key="{key}"]')
        if "select-trigger" in (await control.get_attribute("class") or ""):
            await control.click()
            opened: Locator | None = page.get_by_role("listbox")
        else:
            opened = page.get_by_role("dialog") if '"modal"' in await press(control) else None
        if opened is not None:
            await expect(opened).to_be_visible()
            found += await found_by_axe(page)
            await escape(page, opened)
    await settled(page)
    return found + await found_by_axe(page)


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
async def test_nothing_of_ours_is_in_the_way_where_somebody_asks(page: Page, visit: Visit, width: int, height: int) -> None:
    assert visit.address
    await page.set_viewport_size({"width": width, "height": height})
    await settled(page)
    found = []
    for question in SUGGESTED:
        found += await use_everything(page, await suggested(page, question))

    assert found == []


async def test_nothing_of_ours_is_in_the_way_of_a_lookup(page: Page, visit: Visit) -> None:
    assert visit.address
    for view in VIEWS:
        await use_command(page, view.command, **view.options)

    assert await found_by_axe(page) == []


async def test_nothing_of_ours_is_in_the_way_of_a_moderator_and_an_administrator(page: Page, visit: Visit) -> None:
    assert visit.address
    await suggested(page, SUGGESTED[2])
    await press(page.get_by_role("button", name="Ask a moderator").last)
    await press(page.get_by_role("dialog").get_by_role("button", name="Submit"))
    await settled(page)
    await view_as(page, "moderator")
    await command(page, "/review queue", "What waits for a moderator")
    await expect(page.get_by_text("used /review").last).to_be_visible()
    found = await use_everything(page, page.get_by_role("article").last)
    await view_as(page, "administrator")
    await command(page, "/settings", "Show or change this server's settings")
    await expect(page.get_by_text("used /settings").last).to_be_visible()
    found += await use_everything(page, page.get_by_role("article").last)

    assert found == []


async def test_axe_finds_a_control_without_words_and_a_picture_without_a_text(page: Page, visit: Visit) -> None:
    assert visit.address
    await page.locator("main").evaluate("main => main.insertAdjacentHTML('beforeend', '<button></button><img src=x>')")

    assert {fault.partition(":")[0] for fault in await found_by_axe(page)} == {"button-name", "image-alt"}
