"""The sign of life: a file beside the database that is young enough."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bot.errors import ExitCode, NoHeartbeat
from bot.heartbeat import EVERY_SECONDS, beat, heartbeat_file, require_heartbeat


def test_a_bot_that_has_just_given_a_sign_is_alive(path: Path) -> None:
    beat(path)

    require_heartbeat(path)

    assert heartbeat_file(path) == path.parent / "bot.sqlite3.alive"


def test_a_bot_that_never_gave_a_sign_is_not_alive(path: Path) -> None:
    with pytest.raises(NoHeartbeat, match="has not connected yet") as raised:
        require_heartbeat(path)

    assert raised.value.exit_code == ExitCode.UNAVAILABLE


@pytest.mark.parametrize(("missed", "alive"), [(0, True), (2, True), (5, False), (10_000, False)])
def test_a_bot_may_miss_a_few_signs_but_not_many(path: Path, missed: int, alive: bool) -> None:
    beat(path)
    at = time.time() - missed * EVERY_SECONDS
    os.utime(heartbeat_file(path), (at, at))

    if alive:
        require_heartbeat(path)
    else:
        with pytest.raises(NoHeartbeat, match=r"\d+ seconds old"):
            require_heartbeat(path)


def test_a_later_sign_brings_a_bot_back_to_life(path: Path) -> None:
    beat(path)
    os.utime(heartbeat_file(path), (0, 0))

    beat(path)

    require_heartbeat(path)
    assert heartbeat_file(path).stat().st_mtime > 0
