"""The command line, one module for each kind of command.

Only the module of the command that is called is imported, so that ``ask`` never pays for Discord, the database or a table of licenses.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import typer

from bot.cli.app import app

COMMANDS = {
    "ask": ("ask", "chat", "replay"),
    "lookup": ("timeline", "license", "project", "glossary", "topic", "fact", "sources"),
    "check": ("check", "gate", "coverage", "commands"),
    "measure": ("evaluate", "calibrate"),
    "review": ("review",),
    "gaps": ("review",),
    "run": ("run", "demo", "health"),
    "status": ("status",),
    "setup": ("setup",),
    "backup": ("backup", "restore", "move-database"),
}
"""The commands that each module registers when it is imported, in the order of the help."""


def command_line(arguments: Sequence[str]) -> typer.Typer:
    """The application with the command that the first argument names; with all of them for help and for typing errors."""
    named = [module for module, commands in COMMANDS.items() if arguments and arguments[0] in commands]
    for module in named or COMMANDS:
        import_module(f"bot.cli.{module}")
    return app
