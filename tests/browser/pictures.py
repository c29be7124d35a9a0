"""``python -m tests.browser.pictures``: the pictures of docs/commands.md, taken from the demo and made small."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import async_playwright, expect

from bot.command_reference import PAGE, PICTURES
from tests.browser import visiting as demo
from tests.browser.driving import VIEWS, use_command
from tests.conftest import REPOSITORY

_COLORS = 128
_FOLDER = REPOSITORY / PAGE.parent / PICTURES


async def main() -> None:
    """Use each lookup in the demo and keep a picture of its answer."""
    _FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=demo.CHROMIUM, args=demo.QUIET)
        page = await browser.new_page(viewport={"width": 940, "height": 2600})
        with tempfile.TemporaryDirectory() as folder:
            async with demo.running_demo(Path(folder)) as address:
                await demo.open_page(page, address)
                for view in VIEWS:
                    message = await use_command(page, view.command, **view.options)
                    await expect(message).to_contain_text(view.text)
                    shot = Path(folder) / "shot.png"
                    await message.screenshot(path=shot)
                    with Image.open(shot) as picture:
                        picture.quantize(_COLORS).save(_FOLDER / f"{view.command}.png", optimize=True)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
