"""The page about the commands says what the bot sends to Discord."""

from __future__ import annotations

import re
from pathlib import Path

from bot.answering.knowledge import BuiltKnowledge
from bot.command_reference import PAGE, PICTURES, command_reference
from bot.config import Config
from tests.conftest import REPOSITORY

_MOST_BYTES = 150_000


async def test_the_page_is_what_the_commands_say(config: Config, built: BuiltKnowledge) -> None:
    page = REPOSITORY / PAGE
    made = await command_reference(config, page.parent / PICTURES, built)

    assert made == page.read_text(encoding="utf-8"), "stale: run `python -m bot commands`"
    assert not config.database.path.exists()


def test_pictures_are_small_and_each_is_shown_by_a_page() -> None:
    folder = (REPOSITORY / PAGE).parent
    pages = "\n".join(page.read_text(encoding="utf-8") for page in (*folder.glob("*.md"), REPOSITORY / "README.md"))
    shown = set(re.findall(rf"{PICTURES}/[a-z-]+\.png", pages))
    held = {f"{PICTURES}/{path.name}" for path in (folder / PICTURES).glob("*.png")}

    assert shown == held
    assert all(0 < (folder / name).stat().st_size < _MOST_BYTES for name in shown)


async def test_the_page_tells_options_audience_and_example(config: Config, built: BuiltKnowledge, tmp_path: Path) -> None:
    (tmp_path / "license.png").write_bytes(b"png")
    made = await command_reference(config, tmp_path, built)

    entry = made[made.index("## /license") : made.index("## /privacy delete")]
    assert "| `name` | text, offered while you type | no | A license, such as MIT or Apache 2.0 |" in entry
    assert "| `guide` | `code`, `weights`, `data` | no |" in entry.replace("CODE", "code").replace("WEIGHTS", "weights").replace(
        "DATA", "data"
    )
    assert "Who: Everyone, in servers and direct messages. Also for members who installed the bot for themselves, anywhere." in entry
    assert "Example: `/license name:MIT compare:Apache 2.0`" in entry
    assert "![/license in the demo](pictures/license.png)" in entry
    assert "Who: By default only members who may: manage guild, in servers." in made
    assert "## Find an answer" in made
