"""The command line, one module for each kind of command; importing them in this order is what registers them.

Imports happen inside the commands, so that ``ask`` never pays for Discord or the database.
"""

from bot.cli import (  # noqa: F401 - importing registers the commands
    answering,
    backup,
    checking,
    documenting,
    lookup,
    measuring,
    review,
    running,
)
from bot.cli.app import app

__all__ = ["app"]
