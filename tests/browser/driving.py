"""Using commands on the demo page as a visitor does: by typing them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, expect

from tests.browser.visiting import press, take_suggestion


@dataclass(frozen=True)
class View:
    """A command as a member uses it, and a text of its answer."""

    command: str
    text: str
    options: Mapping[str, str] = field(default_factory=dict)


VIEWS = (
    View("license", "Patents", {"name": "MIT", "compare": "apache 2"}),
    View("project", "First released", {"name": "PyTorch"}),
    View("glossary", "Low-rank adaptation", {"term": "LoRA"}),
    View("topic", "Openwashing means", {"name": "openwashing"}),
    View("timeline", "events", {"from": "2012"}),
    View("browse", "What would you like to read about?"),
    View("fact", "Did you know?", {"area": "Licensing"}),
    View("sources", "Sources for Licensing", {"topic": "Licensing"}),
)
"""One for each command."""


async def use_command(page: Page, command: str, **options: str) -> Locator:
    """Type a command with its options, send it, and return the message that answers it."""
    composer = page.locator("#channel-composer-input")
    await composer.click()
    await composer.type(f"/{command}")
    await expect(page.get_by_role("listbox", name="Application commands")).to_contain_text(f"/{command}")
    await page.keyboard.press("Enter")
    for number, (option, value) in enumerate(options.items()):
        if number:
            await page.get_by_text(re.compile(r"^\+[0-9]+ (more|options?|optional)$")).last.click()
        field = page.get_by_label(re.compile(rf"^{option}(, required)?$")).last
        if not await field.is_visible():
            await page.get_by_role("option", name=re.compile(rf"^{option}\b")).first.click()
        await page.keyboard.insert_text(value)
        await expect(page.get_by_text(f"options matching {value}")).to_be_visible()
        await take_suggestion(page)
    await press(page.get_by_role("button", name="Send"))
    message = page.get_by_role("article").last
    await expect(message).to_contain_text(f"used /{command}")
    return message
