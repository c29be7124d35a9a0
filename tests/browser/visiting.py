"""Visiting the demo: run it as `make demo` does, open its page in a browser, type commands."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Locator, Page, Request, expect
from playwright.async_api import TimeoutError as TooLate

from bot.demo.world import SUGGESTED
from tests.conftest import PATIENCE_SECONDS, REPOSITORY

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
_TRY = 10_000
_SENT = """() => {
    const composer = document.querySelector("#channel-composer-input");
    return !(composer.value ?? composer.textContent).trim();
}"""
_READY = """() => {
    const page = window.simcordPreview;
    return page.ready && !(page.awaitingRevision > page.publishedRevision);
}"""
_ACTIONS = {"click", "select", "modal_submit", "run_command"}
PATIENCE = 1000 * PATIENCE_SECONDS
"""Milliseconds for whatever the page or the browser does."""

expect.set_options(timeout=PATIENCE)  # a busy machine is no fault of the page


@dataclass(frozen=True)
class Visit:
    """A demo that is running."""

    address: str
    folder: Path
    """Of what it stores."""


@asynccontextmanager
async def running_demo(folder: Path, end: signal.Signals = signal.SIGTERM) -> AsyncIterator[str]:
    """Run the demo as `make demo` does, and give the address that it prints."""
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0", "--data", str(folder)]
    process = await asyncio.create_subprocess_exec(*command, cwd=REPOSITORY, stdout=subprocess.PIPE, env=environment())
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (found := re.search(rb"http://127\.0\.0\.1:\S+", line := await process.stdout.readline())):
                assert line, "the demo ended before it printed its address"
        yield found.group().decode()
    finally:
        process.send_signal(end)
        async with asyncio.timeout(PATIENCE_SECONDS):
            code = await process.wait()
    assert code == 0


def environment() -> dict[str, str]:
    """Of a demo whose visitor is a script: on a fast machine it asks more than a member may ask in a minute."""
    of_this_machine = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return of_this_machine | {"PYTHONUNBUFFERED": "1", "BOT_LIMITS_MEMBER_PER_MINUTE": "10000"}


async def ask(page: Page, question: str) -> None:
    """Type /ask, paste a question that the knowledge base knows, and send it."""
    composer = page.locator("#channel-composer-input")
    await composer.click()
    await composer.type("/ask")
    await expect(page.get_by_text("Ask a question about open-source AI")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.insert_text(question)  # at once: choices for half a question could open the list again after it is closed
    await expect(page.get_by_role("option", name=question, exact=True)).to_be_visible()
    await _send(page, page.get_by_role("combobox", name="question, required"))
    await expect(page.get_by_text("used /ask").last).to_be_visible()


async def _send(page: Page, option: Locator) -> None:
    """Close the list of choices and send, again if choices that came late opened it in between: Enter then took one of them instead."""
    for _ in range(int(PATIENCE // _TRY)):
        await page.keyboard.press("Escape")  # keeps what was typed
        await page.keyboard.press("Enter")
        with suppress(AssertionError):
            await expect(option).to_be_hidden(timeout=_TRY)
            return
    raise AssertionError("the command could not be sent")


async def open_page(page: Page, address: str) -> None:
    await page.goto(address)
    await expect(page.get_by_role("button", name=SUGGESTED[0]).first).to_be_attached()
    await settled(page)


async def settled(page: Page) -> None:
    """Wait until the page shows what it was sent and takes the next action: before that it ignores what is pressed."""
    await expect(page.locator("#preview-app[aria-busy=false]")).to_be_visible()
    await page.wait_for_function(_READY)


async def press(button: Locator) -> str:
    """Press what sends something to the bot, and return what the page was answered."""
    return await _act(button.page, button)


async def choose(opener: Locator, option: str) -> str:
    """Open a list of a message and choose from it; the same as `press`."""
    return await _act(opener.page, opener, opener.page.get_by_role("option", name=option))


async def _act(page: Page, *clicked: Locator) -> str:
    """Click one after another what in the end sends something, again where the page was drawing and ignored it."""
    for _ in range(int(PATIENCE // _TRY)):
        await settled(page)
        try:
            async with page.expect_request(_is_action, timeout=_TRY) as sent:
                for one in clicked:
                    await one.click()
        except TooLate:
            continue
        response = await (await sent.value).response()
        assert response is not None
        receipt = await response.text()
        if not json.loads(receipt).get("rejected"):
            return receipt
    raise AssertionError(f"the page does not take it: {clicked}")


def _is_action(request: Request) -> bool:
    """Whether a request is something that a visitor did, and not a search for choices or for what is new."""
    return request.url.endswith("/api/action") and (request.post_data_json or {}).get("kind") in _ACTIONS


async def say(page: Page, text: str) -> None:
    """Write a message and send it, again while its text is still there: a list that came late can take Enter."""
    composer = page.locator("#channel-composer-input")
    await composer.click()
    await composer.type(text)
    for _ in range(int(PATIENCE // _TRY)):
        await composer.press("Enter")
        with suppress(TooLate):
            await page.wait_for_function(_SENT, timeout=_TRY)
            return
    raise AssertionError("the message could not be sent")


async def suggested(page: Page, question: str = SUGGESTED[0]) -> Locator:
    """Press a question of the guide, and return the answer."""
    before = await page.get_by_role("article").count()
    await press(page.get_by_role("button", name=question).first)
    await expect(page.get_by_role("article")).to_have_count(before + 1)
    answer = page.get_by_role("article").last
    await expect(answer).to_contain_text(f"“{question}”")
    return answer


async def command(page: Page, text: str, description: str) -> None:
    """Type a command that needs no options, again where the page was still drawing another visitor's, and send it."""
    composer = page.locator("#channel-composer-input")
    for _ in range(int(PATIENCE // _TRY)):
        await composer.click()
        await composer.fill("")
        await composer.type(text)
        with suppress(TooLate):
            await page.get_by_text(description).wait_for(timeout=_TRY)
            break
    await expect(page.get_by_text(description)).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")  # closes the list of options, if there are any
    await page.keyboard.press("Enter")


async def take_suggestion(page: Page, name: str | None = None) -> None:
    """Take the first suggestion for an option (with that name), again where the list was drawn anew beneath the pointer or opened again."""
    suggestions = page.locator("#command-suggestion-listbox")
    await expect(suggestions.get_by_role("option", name=name).first).to_be_visible()
    for _ in range(int(PATIENCE // _TRY)):
        if await suggestions.get_by_role("option", name=name).count():
            with suppress(TooLate):
                await suggestions.get_by_role("option", name=name).first.click(timeout=_TRY)
        else:
            await page.keyboard.press("Escape")  # one was taken, and the list opened again without any
        with suppress(AssertionError):
            await expect(suggestions).to_be_hidden(timeout=_TRY)
            return
    raise AssertionError("no suggestion can be taken")


async def view_as(page: Page, who: str) -> None:
    """Look at the channel as somebody else."""
    await page.locator("#viewer-picker").select_option(label=who)
    await expect(page.locator("#viewer-picker option:checked")).to_have_text(who)
    await settled(page)


async def go_to(page: Page, place: str) -> None:
    """Choose the server or the direct messages."""
    await page.get_by_role("button", name=place).click()
    await expect(page.get_by_role("button", name=place)).to_have_attribute("aria-pressed", "true")
    await settled(page)
