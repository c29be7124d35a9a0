"""``commands``: the page about the bot's commands."""

from __future__ import annotations

from bot.cli.app import app
from bot.cli.options import ConfigOption, KnowledgeOption, configured


@app.command()
def commands(knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Write docs/commands.md: what each command does, who may use it, and how."""
    import asyncio

    from bot.command_reference import PAGE, PICTURES, command_reference

    PAGE.parent.mkdir(exist_ok=True)
    page = asyncio.run(command_reference(configured(config, knowledge), PAGE.parent / PICTURES))
    PAGE.write_text(page, encoding="utf-8")
    print(f"{PAGE} is written")
