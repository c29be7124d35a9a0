"""A page in a real browser; without one on the machine the tests are skipped."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from tests.browser.visiting import CHROMIUM, PATIENCE, QUIET


@pytest_asyncio.fixture
async def page(interrupts: None) -> AsyncIterator[Page]:
    """A page in headless Chromium."""
    assert interrupts is None
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine; apt install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=PATIENCE)
        try:
            page = await browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(PATIENCE)
            yield page
        finally:
            await browser.close()
