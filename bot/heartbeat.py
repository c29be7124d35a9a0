"""A sign of life for containers: a file beside the database that the connected bot touches regularly."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from bot.config import Config
from bot.errors import NoHeartbeat

EVERY_SECONDS = 30
_STALE_AFTER = 4 * EVERY_SECONDS


def heartbeat_file(config: Config) -> Path:
    """The file whose age says when the bot was last alive and connected; of several processes, each computer's has its own."""
    path, host = config.database.path, "" if config.sharding.shards is None else f".{socket.gethostname()}"
    return path.with_name(f"{path.name}{host}.alive")


def beat(config: Config) -> None:
    """Say that the bot is alive, and connected or standing by."""
    heartbeat_file(config).touch()


def require_heartbeat(config: Config) -> None:
    """Pass where the bot was alive and connected within the last two minutes.

    Raises:
        NoHeartbeat: it was not.
    """
    file = heartbeat_file(config)
    try:
        age = time.time() - file.stat().st_mtime
    except OSError as error:
        raise NoHeartbeat(f"There is no sign of life at {file}: the bot has not connected yet.") from error
    if age > _STALE_AFTER:
        raise NoHeartbeat(f"The last sign of life is {age:.0f} seconds old; the bot has stopped or lost its connection.")
