"""The demo as a visitor uses it: a real browser on the page, the real bot behind it, the row in the database at the end."""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.demo.world import SUGGESTED
from tests.browser.visiting import (
    Visit,
    ask,
    choose,
    command,
    go_to,
    open_page,
    press,
    running_demo,
    say,
    settled,
    suggested,
    take_suggestion,
    view_as,
)
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.asyncio(loop_scope="module")
SAID = ("is artificial intelligence that anyone may use", "allow the same uses", "I don't know")
"""What answers each of the guide's questions."""
SECTION_ID = re.compile(r"[a-z-]+/[a-z-]+#[a-z0-9-]+")


def stored(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "demo.sqlite3")) as connection:
        return connection.execute(query).fetchall()


async def expect_in_view(message: Locator) -> None:
    await expect(message.locator(".message-interaction-header, .message-author").first).to_be_in_viewport()


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
async def test_the_welcome_has_three_lines_and_three_buttons_that_ask_and_the_answers_come_into_view(
    page: Page, visit: Visit, width: int, height: int
) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    await settled(page)
    welcome = page.get_by_role("article").first
    for line in ("Ask:", "Judge:", "Direct messages"):
        await expect(welcome.locator("strong", has_text=line)).to_be_attached()
    for question, said in zip(SUGGESTED, SAID, strict=True):
        answer = await suggested(page, question)
        await expect(answer).to_contain_text(said)
        await expect(answer).to_contain_text("member used /ask")
        await expect_in_view(answer)

    asked = {question for (question,) in stored(visit.folder, "SELECT question FROM answers")}
    assert asked >= set(SUGGESTED)


@pytest.mark.parametrize("key", ["", "#of-an-earlier-run"])
async def test_an_address_without_the_key_of_this_run_says_what_to_open(browser: Browser, page: Page, visit: Visit, key: str) -> None:
    lost = await browser.new_page()
    await lost.goto(visit.address.partition("#")[0] + key)
    await expect(lost.get_by_role("alert").get_by_text("Open the whole address that stands in the terminal.")).to_be_visible()
    await expect(lost.get_by_role("button", name="Direct messages")).to_be_hidden()
    await lost.close()

    await expect(page.get_by_text("Open the whole address that stands in the terminal.")).to_be_hidden()


async def test_a_typed_mention_and_its_answer_come_into_view_also_after_scrolling_up(page: Page, visit: Visit) -> None:
    for question, said in (("what is openwashing?", "Openwashing means"), ("what is LoRA?", "Low-rank adaptation")):
        assert visit.address
        await page.locator("#channel-timeline").evaluate("log => { log.scrollTop = 0; }")
        await say(page, f"@osai-faq-bot {question}")
        answer = page.get_by_role("article").filter(has_text=said).last
        await expect_in_view(answer)
    await expect(page.get_by_text("New messages")).to_be_hidden()


async def test_tools_that_are_not_for_visitors_are_hidden(page: Page, visit: Visit) -> None:
    assert visit.address
    await expect(page).to_have_title("osai-faq-bot: demo")
    banner = page.get_by_role("banner")
    for name in ("Messages", "Refresh preview", "Capture", "Inspector", "Back", "View response"):
        await expect(banner.get_by_role("button", name=name, exact=True)).to_have_count(0)
    for hidden in (".preview-brand", ".session-menu", "#messages-sidebar", "#inspector-panel"):
        await expect(page.locator(hidden)).to_be_hidden()
    assert await banner.get_by_role("button").all_inner_texts() == ["# ask-the-bot", "Direct messages"]


async def test_a_command_that_a_viewer_may_not_use_says_so_to_that_viewer_alone(page: Page, visit: Visit) -> None:
    assert visit.address
    await say(page, "/settings")
    refused = page.get_by_role("article").filter(has_text="You may not use /settings. Choose administrator").last
    await expect_in_view(refused)
    await expect(refused).to_contain_text("Only you can see this")
    await view_as(page, "second-member")
    await expect(page.get_by_role("article").filter(has_text="/settings")).to_have_count(0)

    await view_as(page, "administrator")
    await command(page, "/settings", "Show or change this server's settings")
    await expect(page.get_by_role("article").last).to_contain_text("used /settings")


async def test_a_choice_is_shown_by_its_name_and_no_key_is_on_the_page(page: Page, visit: Visit) -> None:
    composer = page.locator("#channel-composer-input")
    await composer.click()
    await composer.type("/note add")
    await expect(page.get_by_role("listbox", name="Application commands")).to_contain_text("/note add")
    await page.keyboard.press("Enter")
    await page.keyboard.insert_text("openwashing")
    await take_suggestion(page, "Openwashing")
    chosen = page.get_by_label(re.compile("^section, required")).last
    await expect(chosen).to_have_value(re.compile("^Openwashing"))
    await page.keyboard.insert_text("There is an index of such claims.")
    await press(page.get_by_role("button", name="Send"))
    await expect(page.get_by_text("A moderator will read your note").last).to_be_visible()

    ((section,),) = stored(visit.folder, "SELECT section_id FROM community_notes")
    assert SECTION_ID.fullmatch(str(section))
    assert not SECTION_ID.search(await page.locator("body").inner_text())


async def test_direct_messages_bring_answers_and_what_became_of_a_question(page: Page, visit: Visit) -> None:
    await suggested(page, SUGGESTED[2])
    await press(page.get_by_role("button", name="Ask a moderator").last)
    form = page.get_by_role("dialog", name="Ask a moderator")
    await form.get_by_role("checkbox").first.check()
    await press(form.get_by_role("button", name="Submit"))
    await expect(page.get_by_text("The moderators have your question now").last).to_be_visible()
    await go_to(page, "Direct messages")
    await say(page, "what is openwashing?")
    await expect(page.get_by_role("article").filter(has_text="Openwashing means").last).to_be_visible()

    await view_as(page, "moderator")
    await expect(page.get_by_role("article").filter(has_text="Openwashing means")).to_have_count(0)
    await go_to(page, "ask-the-bot")
    number = stored(visit.folder, "SELECT max(number) FROM cases")[0][0]
    await command(page, "/review queue", "What waits for a moderator")
    await choose(page.get_by_text("Open a case").last, f"#{number} {SUGGESTED[2]}")
    await press(page.get_by_role("button", name="Resolve", exact=True).last)
    closing_form = page.get_by_role("dialog", name=f"Resolve case #{number}")
    await closing_form.get_by_text("Fixed", exact=True).click()
    await closing_form.get_by_label("Message to the members").fill("That is not about AI.")
    await closing_form.get_by_label("Why is it fixed?").fill("It is to be declined.")
    await press(closing_form.get_by_role("button", name="Submit"))
    await expect(page.get_by_role("button", name="Reopen").last).to_be_visible()

    await view_as(page, "member")
    await go_to(page, "Direct messages")
    await expect(page.get_by_role("article").filter(has_text="That is not about AI.")).to_be_visible()


async def test_a_visitor_votes_not_helpful_and_the_channel_is_as_it_was_after_a_restart_with_buttons_that_work(
    page: Page, tmp_path: Path, interrupts: None
) -> None:
    assert interrupts is None
    async with running_demo(tmp_path, signal.SIGINT) as address:
        await open_page(page, address)
        await ask(page, "What is openwashing?")
        await expect(page.get_by_text("Openwashing means").last).to_be_visible()
        await press(page.get_by_role("button", name="Not helpful").last)
        form = page.get_by_role("dialog", name="What was wrong?")
        await form.get_by_role("combobox").click()
        await page.get_by_role("option", name="Unclear").click()
        await form.get_by_role("textbox").first.fill("an example would help")
        await press(form.get_by_role("button", name="Submit"))
        await expect(page.get_by_role("button", name="Not helpful · 1").last).to_be_visible()
        before = await page.get_by_role("article").all_inner_texts()
    await page.goto("about:blank")

    async with running_demo(tmp_path, signal.SIGINT) as address:
        await open_page(page, address)
        assert await page.get_by_role("article").all_inner_texts() == before
        answer = page.get_by_role("article").filter(has_text="Openwashing means").last
        await press(answer.get_by_role("button", name="⋯"))
        await press(page.get_by_role("button", name="Why this answer?").last)
        await expect(page.get_by_text("I answer from").last).to_be_visible()
        assert await suggested(page)

    query = "SELECT helpful, reason, comment FROM votes ORDER BY id"
    assert stored(tmp_path, query) == [(0, "unclear", "an example would help")]


async def test_what_one_viewer_alone_sees_another_does_not(page: Page, visit: Visit) -> None:
    assert visit.address
    answer = await suggested(page)
    await press(answer.get_by_role("button", name="⋯"))
    await press(page.get_by_role("button", name="Why this answer?").last)
    await expect(page.get_by_text("I answer from").last).to_be_visible()
    await view_as(page, "second-member")
    await expect(page.get_by_role("article").filter(has_text=SAID[0]).last).to_be_visible()

    assert await page.get_by_text("I answer from").count() == 0


async def test_the_administrator_reloads_the_knowledge(page: Page, visit: Visit) -> None:
    assert visit.address
    await view_as(page, "administrator")
    await command(page, "/admin reload", "Read the knowledge folder again")
    reloaded = page.get_by_text("Reloaded: ").last
    await expect(reloaded).to_be_visible()
    assert re.search(r"Reloaded: \d+ sections, fingerprint unchanged \([0-9a-f]{16}\)", await reloaded.inner_text())


async def test_a_taken_port_is_a_clear_error(visit: Visit, tmp_path: Path) -> None:
    port = visit.address.split(":")[2].split("/")[0]
    call = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", port, "--data", str(tmp_path / "second")]
    process = await asyncio.create_subprocess_exec(*call, cwd=REPOSITORY, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    _, errors = await process.communicate()

    assert process.returncode == 2
    assert f"Port {port} is taken by another program" in errors.decode()
    assert "Traceback" not in errors.decode()
