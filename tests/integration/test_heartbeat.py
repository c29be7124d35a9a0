"""The sign of life: a file beside the database that is young enough."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from bot.config import Config, DatabaseConfig, ShardingConfig
from bot.errors import ExitCode, NoHeartbeat
from bot.heartbeat import EVERY_SECONDS, beat, heartbeat_file, require_heartbeat


@pytest.fixture
def config(path: Path) -> Config:
    """Of a bot with that database."""
    return Config(database=DatabaseConfig(path=path))


def test_a_bot_that_has_just_given_a_sign_is_alive(config: Config) -> None:
    beat(config)

    require_heartbeat(config)

    assert heartbeat_file(config) == config.database.path.parent / "bot.sqlite3.alive"


def test_a_bot_that_never_gave_a_sign_is_not_alive(config: Config) -> None:
    with pytest.raises(NoHeartbeat, match="has not connected yet") as raised:
        require_heartbeat(config)

    assert raised.value.exit_code == ExitCode.UNAVAILABLE


@pytest.mark.parametrize(("missed", "alive"), [(0, True), (2, True), (5, False), (10_000, False)])
def test_a_bot_may_miss_a_few_signs_but_not_many(config: Config, missed: int, alive: bool) -> None:
    beat(config)
    at = time.time() - missed * EVERY_SECONDS
    os.utime(heartbeat_file(config), (at, at))

    if alive:
        require_heartbeat(config)
    else:
        with pytest.raises(NoHeartbeat, match=r"\d+ seconds old"):
            require_heartbeat(config)


def test_a_later_sign_brings_a_bot_back_to_life(config: Config) -> None:
    beat(config)
    os.utime(heartbeat_file(config), (0, 0))

    beat(config)

    require_heartbeat(config)
    assert heartbeat_file(config).stat().st_mtime > 0


def test_of_several_processes_that_share_a_folder_each_computer_gives_its_own_sign(config: Config) -> None:
    together = config.model_copy(update={"sharding": ShardingConfig(shards="auto/4")})

    beat(together)

    require_heartbeat(together)
    assert socket.gethostname() in heartbeat_file(together).name
    with pytest.raises(NoHeartbeat):
        require_heartbeat(config)
