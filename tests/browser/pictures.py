"""Takes the pictures of README and the documents from the demo, and writes beside them what was asked and said: ``make pictures``.

What the pictures show is asked in the simulated server, so the record is what the bot said, and a test asks again and compares: a picture
that shows another answer than the bot gives is taken again. Pictures of the whole page are taken at the width of a desk and of a phone.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from contextvars import Context
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, async_playwright, expect
from simcord.backend.models import Message
from simcord.results import InteractionResult

from bot.answering.knowledge import BuiltKnowledge
from bot.config import Config, KnowledgeConfig
from bot.demo.page import DemoPage
from bot.demo.running import demo_config
from bot.demo.world import BOT_NAME, DemoServer, demo_server
from tests.browser.visiting import CHROMIUM, QUIET, settled, view_as
from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "docs" / "pictures"
RECORD = FOLDER / "said.json"
_COLORS = 128
_TIMES = re.compile(r"<t:\d+(?=:)")
_TEXTS = ("content", "label", "placeholder", "description")
_PARTS = ("components", "items", "accessory", "component")


@dataclass(frozen=True)
class Picture:
    """What is asked, as whom, and how the page is looked at."""

    name: str
    """Of the file; a picture of docs/commands.md has that of its command."""
    command: str = ""
    """None: ``question`` is written as a mention."""
    question: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    """As they are typed; the first one that the bot offers for it is taken."""
    number: int | None = None
    """Of a case that is shown."""
    viewer: str = "member"
    sizes: tuple[tuple[str, int, int], ...] = ()
    """Ending of the file's name, width and height, where the whole page is shown, else the answer alone."""

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files."""
        return tuple(f"{self.name}-{ending}.png" for ending, _, _ in self.sizes) or (f"{self.name}.png",)


_BOTH = (("desk", 1000, 730), ("phone", 390, 844))
PICTURES = (
    Picture("answer", question="what is open-source AI?", sizes=_BOTH),
    Picture("decline", question="who won the football cup yesterday?", sizes=_BOTH),
    Picture("license", "license", options={"name": "MIT", "compare": "Apache"}),
    Picture("project", "project", options={"name": "PyTorch"}),
    Picture("glossary", "glossary", options={"term": "LoRA"}),
    Picture("topic", "topic", options={"name": "openwashing"}),
    Picture("timeline", "timeline", options={"from": "2012"}),
    Picture("browse", "browse"),
    Picture("fact", "fact", options={"area": "Licensing"}),
    Picture("sources", "sources", options={"topic": "Licensing"}),
    Picture("settings", "settings", viewer="administrator"),
    Picture("review-home", "review home", viewer="moderator"),
    Picture("review-queue", "review queue", viewer="moderator"),
    Picture("review-show", "review show", number=1, viewer="moderator"),
    Picture("review-proof", "review show", number=1, viewer="moderator"),
)
"""In the order in which they are asked, which decides what a conversation makes of them."""
_DISPUTED = "what is openwashing?"
_REWORDED = "How do I recognize openwashing?"
_REPLY = "Thank you. You get another section now."
_COMMENT = "It does not say how I can recognize it before I download something."


@asynccontextmanager
async def fresh_server(folder: Path, built: BuiltKnowledge | None = None) -> AsyncIterator[DemoServer]:
    """The demo with the knowledge that ships and its default settings, in which nothing was asked yet."""
    config = demo_config(Config(knowledge=KnowledgeConfig(path=REPOSITORY / "knowledge")), folder)
    async with demo_server(config, built) as server:
        yield server


async def complain(server: DemoServer) -> None:
    """Let one member find an answer wanting and another ask a moderator, so that there are two cases to look at."""
    member, second = server.person("member").actor, server.person("second-member").actor
    answer = await member.slash(server.channel, "ask", question=_DISPUTED)
    assert answer.response is not None
    form = await member.click(answer.response, label="Not helpful")
    await member.submit_modal(form, {"reason": ["incomplete"], "comment": _COMMENT})
    declined = await second.slash(server.channel, "ask", question=PICTURES[1].question)
    assert declined.response is not None
    await second.submit_modal(await second.click(declined.response, label="Ask a moderator"), {})


async def asked(server: DemoServer, picture: Picture) -> Message:
    """Ask what a picture shows in the emptied channel, through the simulated Discord; the bot's answer.

    Before the first picture of moderators something is made for them to look at.
    """
    actor = server.person(picture.viewer).actor
    if picture.name == "review-home":
        await complain(server)
    if picture.name == "review-proof":
        await repair(server)
    server.env.backend.messages[server.channel.id].clear()
    if not picture.command:
        await actor.send(server.channel, f"@{BOT_NAME} {picture.question}")
        return list(server.env.backend.messages[server.channel.id].values())[-1]
    options: dict[str, str | int] = {} if picture.number is None else {"case": picture.number}
    for name, typed in picture.options.items():
        offered = await actor.autocomplete(server.channel, picture.command, name, typed, **options)
        options[name] = offered[0]["value"] if offered else typed
    result: InteractionResult = await actor.slash(server.channel, picture.command, **options)
    assert result.response is not None, picture.name
    return server.env.backend.get_message(server.channel.id, result.response.id)


async def repair(server: DemoServer) -> None:
    """Let a moderator name another section for the first case, confirm that after its preview, and resolve the case as fixed."""
    moderator = server.person("moderator").actor
    shown = await moderator.slash(server.channel, "review show", case=1)
    assert shown.response is not None
    form = await moderator.click(shown.response, label="Right section")
    assert form.modal is not None
    offered = next(row["component"]["options"] for row in form.modal["components"] if "options" in row.get("component", {}))
    other = next(option for option in offered if "openwashing" not in option["label"].lower())
    preview = await moderator.submit_modal(form, {"section": [other["value"]], "wording": _REWORDED})
    message = preview.followups[-1] if preview.followups else preview.response
    assert message is not None
    await moderator.click(message, label="Confirm")
    resolving = await moderator.click(shown.response, label="Resolve")
    await moderator.submit_modal(resolving, {"outcome": "fixed", "message": _REPLY})


def said(message: Message) -> list[str]:
    """All that a message says, line by line: text, labels and what stands for its pictures; moments without their date."""
    texts = [message.content, *(text for component in message.components for text in _texts(component))]
    return [_TIMES.sub("<t", line) for text in texts for line in text.splitlines() if line.strip()]


def _texts(component: Mapping[str, Any]) -> Iterator[str]:
    yield from (component[name] for name in _TEXTS if isinstance(component.get(name), str))
    for name in _PARTS:
        part = component.get(name)
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, dict):
                yield from _texts(inner)


def digest(path: Path) -> str:
    """Says whether a file is the one that was taken."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def _take(browser: Browser, page: DemoPage, picture: Picture, message: Message) -> None:
    """Take every picture of a message."""
    sizes = picture.sizes or (("", 940, 2600),)
    for file, (_, width, height) in zip(picture.files, sizes, strict=True):
        tab = await browser.new_page(viewport={"width": width, "height": height})
        await tab.goto(page.url)
        if picture.viewer != "member":
            await view_as(tab, picture.viewer)
        shown = tab.locator(f'article[data-message-id="{message.id}"]')
        await expect(shown).to_be_visible()
        await settled(tab)
        await tab.mouse.move(0, 0)
        shot = await (tab.screenshot() if picture.sizes else shown.screenshot())
        with Image.open(BytesIO(shot)) as taken:
            taken.convert("RGB").quantize(_COLORS).save(FOLDER / file, optimize=True)
        await tab.close()


async def main() -> None:
    """Take all pictures again."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if CHROMIUM is None:
        raise SystemExit("There is no Chromium on this computer. Install it: apt install chromium")
    record: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright, fresh_server(Path(folder)) as server, DemoPage(server, 0, "UTC") as page:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for picture in PICTURES:
                async with server.turn:
                    await server.catch_up()
                    message = await asked(server, picture)
                await asyncio.create_task(_take(browser, page, picture, message), context=Context())
                record[picture.name] = {"said": said(message), "files": {file: digest(FOLDER / file) for file in picture.files}}
                print(picture.name, *picture.files)
            await browser.close()
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
