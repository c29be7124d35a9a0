"""A sign of life for containers: a file beside the database that the connected bot touches regularly."""

from __future__ import annotations

import time
from pathlib import Path

from bot.errors import NoHeartbeat

EVERY_SECONDS = 30
_STALE_AFTER = 4 * EVERY_SECONDS


def heartbeat_file(database: Path) -> Path:
    """The file whose age says when the bot was last alive and connected."""
    return database.with_name(database.name + ".alive")


def beat(database: Path) -> None:
    """Say that the bot is alive and connected."""
    heartbeat_file(database).touch()


def require_heartbeat(database: Path) -> None:
    """Pass where the bot was alive and connected within the last two minutes.

    Raises:
        NoHeartbeat: it was not.
    """
    try:
        age = time.time() - heartbeat_file(database).stat().st_mtime
    except OSError as error:
        raise NoHeartbeat(f"There is no sign of life at {heartbeat_file(database)}: the bot has not connected yet.") from error
    if age > _STALE_AFTER:
        raise NoHeartbeat(f"The last sign of life is {age:.0f} seconds old; the bot has stopped or lost its connection.")
