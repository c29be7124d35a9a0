"""One browser and one demo for each module, a page of its own for each test; without a browser on the machine the tests are skipped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.visiting import CHROMIUM, PATIENCE, QUIET, Visit, open_page, running_demo


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine; apt install chromium")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=PATIENCE)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page that shares nothing with those of other tests."""
    opened = await browser.new_page(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(PATIENCE)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Visit]:
    """A running demo that the tests of a module share; what one says, the others find in the channel."""
    assert browser.is_connected()
    folder: Path = tmp_path_factory.mktemp("demo")
    async with running_demo(folder) as address:
        yield Visit(address, folder)


@pytest_asyncio.fixture(loop_scope="module")
async def visit(page: Page, demo: Visit) -> Visit:
    """The shared demo, open on the page."""
    await open_page(page, demo.address)
    return demo
