"""``commands``: docs/commands.md, made from the commands that the bot sends to Discord, so that the page cannot say anything else.

Who may use a command and where is read from its definition; examples and pictures are kept here and beside the page.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from discord import AppCommandOptionType, Permissions, app_commands

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import open_stages
from bot.client import FaqBot
from bot.config import Config, SyncCommands

PAGE = Path("docs/commands.md")
PICTURES = "pictures"

AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu

_EXAMPLES = {
    "ask": "/ask question:what is open weights?",
    "license": "/license name:MIT compare:Apache 2.0",
    "project": "/project name:PyTorch",
    "glossary": "/glossary term:LoRA",
    "topic": "/topic name:openwashing",
    "timeline": "/timeline from:2023 about:license",
    "fact": "/fact area:Licensing",
    "sources": "/sources topic:Licensing",
    "settings": "/settings vote_controls:False",
}
"""For commands whose plain name is no good example."""
_HEAD = (
    "# Commands\n\nWritten by `python -m bot commands` from what the bot sends to Discord; a test fails when it is stale. Beside these, "
    "mention the bot in a message, or write it a direct message, and it answers.\n\n"
    "While you type the name of something, the bot offers what it knows. Names may be written in any way (`apache 2`, `Apache-2.0`, "
    "`apache licence version two`) and with a typing error or two. With `private`, only you see the answer; so it is with lookups outside "
    "the channels in which a server wants its answers. Under each answer and each lookup you can say whether it was **Helpful** or "
    "**Not helpful**.\n"
)
_TYPES = {
    AppCommandOptionType.string: "text",
    AppCommandOptionType.integer: "whole number",
    AppCommandOptionType.number: "number",
    AppCommandOptionType.boolean: "yes or no",
    AppCommandOptionType.user: "member",
    AppCommandOptionType.channel: "channel",
    AppCommandOptionType.role: "role",
    AppCommandOptionType.mentionable: "member or role",
    AppCommandOptionType.attachment: "file",
}


async def command_reference(config: Config, pictures: Path, built: BuiltKnowledge | None = None) -> str:
    """The whole page in Markdown.

    Args:
        config: any configuration; its database is not touched.
        pictures: the folder whose ``name.png`` shows the command of that name.
        built: knowledge that was built already.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = config.database.model_copy(update={"path": Path(folder) / "commands.sqlite3", "url": None})
        never = config.discord.model_copy(update={"sync_commands": SyncCommands.NEVER})
        async with open_stages(config.model_copy(update={"database": database, "discord": never}), built) as stages:
            client = FaqBot(stages)
            try:
                await client.setup_hook()
                return "\n".join([_HEAD, *(_entry(command, pictures) for command in _leaves(client.tree.get_commands()))])
            finally:
                await client.close()


def _leaves(commands: Iterable[AnyCommand | app_commands.Group]) -> Iterator[AnyCommand]:
    """Each command that can be used, by name, menus last."""
    for command in sorted(commands, key=lambda command: (isinstance(command, app_commands.ContextMenu), command.name)):
        if isinstance(command, app_commands.Group):
            yield from _leaves(command.commands)
        else:
            yield command


def _entry(command: AnyCommand, pictures: Path) -> str:
    if isinstance(command, app_commands.ContextMenu):
        title, text = command.name, "In the menu of a message: right-click or hold it, then **Apps**."
        lines = [f"## {title}", text, _audience(command)]
    else:
        title = f"/{command.qualified_name}"
        lines = [f"## {title}", f"{command.description}.", *_options(command), _audience(command), f"Example: `{_example(command)}`"]
    name = command.qualified_name.replace(" ", "-").lower()
    if (pictures / f"{name}.png").is_file():
        lines.append(f"![{title} in the demo]({PICTURES}/{name}.png)")
    return "\n\n".join(lines) + "\n"


def _options(command: app_commands.Command[Any, ..., Any]) -> list[str]:
    if not command.parameters:
        return []
    rows = [
        f"| `{option.display_name}` | {_type(option)} | {'yes' if option.required else 'no'} | {option.description} |"
        for option in command.parameters
    ]
    return ["\n".join(["| option | kind | needed | what it is |", "| --- | --- | --- | --- |", *rows])]


def _type(option: app_commands.Parameter) -> str:
    if option.choices:
        return ", ".join(f"`{choice.name}`" for choice in option.choices)
    kind = _TYPES.get(option.type, option.type.name)
    return f"{kind}, offered while you type" if option.autocomplete else kind


def _audience(command: AnyCommand) -> str:
    """Who may use a command, and where."""
    top = getattr(command, "root_parent", None) or command
    needed = top.default_permissions
    who = "Everyone" if needed is None else f"By default only members who may: {_names(needed)}"
    where = "in servers" if top.guild_only else "in servers and direct messages"
    own = top.allowed_installs is not None and top.allowed_installs.user
    return f"Who: {who}, {where}." + (" Also for members who installed the bot for themselves, anywhere." if own else "")


def _names(permissions: Permissions) -> str:
    return ", ".join(name.replace("_", " ") for name, held in permissions if held)


def _example(command: app_commands.Command[Any, ..., Any]) -> str:
    plain = " ".join([f"/{command.qualified_name}", *(f"{option.display_name}:…" for option in command.parameters if option.required)])
    return _EXAMPLES.get(command.qualified_name, plain)
