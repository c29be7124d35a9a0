"""The demo as a visitor uses it: a real browser on the page, the real bot behind it, the row in the database at the end."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.visiting import ask, open_page, running_demo
from tests.conftest import REPOSITORY


def stored_votes(folder: Path) -> list[tuple[int, str | None, str | None]]:
    with closing(sqlite3.connect(folder / "demo.sqlite3")) as connection:
        return connection.execute("SELECT helpful, reason, comment FROM votes ORDER BY id").fetchall()


async def test_a_visitor_asks_votes_not_helpful_and_the_row_is_in_the_database_after_a_restart(page: Page, tmp_path: Path) -> None:
    async with running_demo(tmp_path) as address:
        await open_page(page, address)
        await ask(page, "What is openwashing?")
        await expect(page.get_by_text("Openwashing means").last).to_be_visible()
        await page.get_by_role("button", name="Not helpful").last.click()
        form = page.get_by_role("dialog", name="What was wrong?")
        await form.get_by_role("combobox").click()
        await page.get_by_role("option", name="Unclear").click()
        await form.get_by_role("textbox").first.fill("an example would help")
        await form.get_by_role("button", name="Submit").click()
        await expect(page.get_by_text("your feedback is saved").last).to_be_visible()

    assert stored_votes(tmp_path) == [(0, "unclear", "an example would help")]

    async with running_demo(tmp_path) as address:
        await open_page(page, address)

    assert stored_votes(tmp_path) == [(0, "unclear", "an example would help")]


async def test_a_visitor_mentions_the_bot_and_switches_to_the_moderator_who_sees_the_answer(page: Page, tmp_path: Path) -> None:
    async with running_demo(tmp_path) as address:
        await open_page(page, address)
        await page.get_by_role("button", name="Why this answer?").last.click()
        await expect(page.get_by_text("Words that matched").last).to_be_visible()
        await page.locator("#viewer-picker").select_option(label="moderator")
        await expect(page.get_by_text("Open-source AI is artificial intelligence").first).to_be_visible()

        assert await page.get_by_text("Words that matched").count() == 0


async def test_a_visitor_types_a_mention_and_the_moderator_reloads_the_knowledge(page: Page, tmp_path: Path) -> None:
    async with running_demo(tmp_path) as address:
        await open_page(page, address)
        composer = page.locator("#channel-composer-input")
        await composer.click()
        await composer.type("@osai-faq-bot what is openwashing?")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Openwashing means").last).to_be_visible()
        assert await page.get_by_text("Reloaded: ").count() == 0

        await page.locator("#viewer-picker").select_option(label="moderator")
        await composer.click()
        await composer.type("/admin reload")
        await expect(page.get_by_text("Read the knowledge folder again")).to_be_visible()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        reloaded = page.get_by_text("Reloaded: ").last
        await expect(reloaded).to_be_visible()
        assert re.search(r"Reloaded: \d+ sections, fingerprint unchanged \([0-9a-f]{16}\)", await reloaded.inner_text())


async def test_a_taken_port_is_a_clear_error(tmp_path: Path) -> None:
    async with running_demo(tmp_path / "first") as address:
        port = address.split(":")[2].split("/")[0]
        command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", port, "--data", str(tmp_path / "second")]
        process = await asyncio.create_subprocess_exec(*command, cwd=REPOSITORY, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        _, errors = await process.communicate()

    assert process.returncode == 2
    assert f"Port {port} is taken by another program" in errors.decode()
    assert "Traceback" not in errors.decode()
