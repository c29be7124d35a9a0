"""The review as a visitor of the demo tries it: a member complains, a moderator finds the case, claims and resolves it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.demo.world import SUGGESTED
from tests.browser.visiting import Visit, choose, command, press, suggested, view_as

pytestmark = pytest.mark.asyncio(loop_scope="module")


def stored_cases(folder: Path) -> list[tuple[str, str, str | None, str | None]]:
    with closing(sqlite3.connect(folder / "demo.sqlite3")) as connection:
        return connection.execute("SELECT kind, state, resolution, closing_text FROM cases ORDER BY number").fetchall()


async def vote_not_helpful(page: Page, comment: str) -> None:
    await press(page.get_by_role("button", name="Not helpful").last)
    form = page.get_by_role("dialog", name="What was wrong?")
    await form.get_by_role("combobox").click()
    await page.get_by_role("option", name="Unclear").click()
    await form.get_by_role("textbox").first.fill(comment)
    await press(form.get_by_role("button", name="Submit"))
    await expect(page.get_by_role("button", name="Not helpful · 1").last).to_be_visible()


async def test_a_complaint_becomes_a_case_that_a_moderator_claims_and_resolves(page: Page, visit: Visit) -> None:
    await suggested(page)
    await vote_not_helpful(page, "an example would help")

    await view_as(page, "moderator")
    await command(page, "/review queue", "What waits for a moderator")
    await expect(page.get_by_text("Review queue").last).to_be_visible()
    await choose(page.get_by_text("Open a case").last, f"#1 {SUGGESTED[0]}")
    await expect(page.get_by_text("an example would help").last).to_be_visible()
    await press(page.get_by_role("button", name="Claim", exact=True).last)
    await expect(page.get_by_role("button", name="Unclaim").last).to_be_visible()
    await press(page.get_by_role("button", name="Resolve", exact=True).last)
    form = page.get_by_role("dialog", name="Resolve case #1")
    await form.get_by_text("Fixed", exact=True).click()
    await form.get_by_label("Message to the members").fill("There is an example now.")
    await form.get_by_label("Why is it fixed?").fill("The example is on another page.")
    await press(form.get_by_role("button", name="Submit"))
    await expect(page.get_by_role("button", name="Reopen").last).to_be_visible()

    assert stored_cases(visit.folder)[0] == ("not-helpful", "resolved", "fixed", "There is an example now.")


async def test_a_question_without_an_answer_is_passed_on(page: Page, visit: Visit) -> None:
    await suggested(page, SUGGESTED[2])
    await press(page.get_by_role("button", name="Ask a moderator").last)
    form = page.get_by_role("dialog", name="Ask a moderator")
    await expect(form.get_by_text("word for word and without your name")).to_be_visible()
    await press(form.get_by_role("button", name="Submit"))
    await expect(page.get_by_text("The moderators have your question now").last).to_be_visible()

    assert stored_cases(visit.folder)[-1] == ("declined", "open", None, None)
