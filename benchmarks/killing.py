"""``kill -9`` during writes, many times: is anything lost that somebody was promised is saved?

Run as a process of its own, without threads, so that a child can be forked in milliseconds. The control acknowledges before it
commits; it must lose rows, or the experiment could not see a loss at all.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from benchmarks.review_rows import GUILD, no_proof, one_case
from bot.cases.case import Actor
from bot.review.decisions import Decisions
from bot.storage.database import Database
from bot.storage.opening import prepare_database

_LONGEST = 0.03
"""Seconds for which a child writes after its first acknowledgment, at the most."""


def main() -> None:
    """Kill and print what was found as JSON. Arguments: the database, how many times, and "acknowledge-late" or "acknowledge-early"."""
    path, times, early = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "acknowledge-early"
    one_case(path)
    chance = random.Random(9)
    acknowledged = {note for life in range(times) for note in _live_and_die(path, life, early, chance.uniform(0, _LONGEST))}
    start = time.perf_counter()
    prepare_database(path, must_exist=True)
    seconds = time.perf_counter() - start
    with closing(sqlite3.connect(path)) as connection:
        stored = {text for (text,) in connection.execute("SELECT text FROM case_notes")}
        audited = connection.execute("SELECT count(*) FROM audit").fetchone()[0]
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    print(
        json.dumps(
            {
                "kills": times, "acknowledged": len(acknowledged), "lost": len(acknowledged - stored), "stored": len(stored),
                "half": abs(audited - len(stored)), "whole": whole, "seconds_to_open": seconds,
            }
        )
    )  # fmt: skip


def _live_and_die(path: Path, life: int, early: bool, seconds: float) -> set[str]:
    """Let a child write until it is killed, and return what it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _write_for_ever(path, life, early, writing)
    os.close(writing)
    select.select([reading], [], [])
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().decode().splitlines(keepends=True)
    return {line.rstrip("\n") for line in lines if line.endswith("\n")}


def _write_for_ever(path: Path, life: int, early: bool, acknowledgments: int) -> NoReturn:
    async def write() -> None:
        decisions = Decisions(Database(path), no_proof)
        number = 0
        while True:
            note = f"{life}-{number}"
            if early:
                os.write(acknowledgments, f"{note}\n".encode())
            await decisions.note(Actor(GUILD, 9001), 1, note)
            if not early:
                os.write(acknowledgments, f"{note}\n".encode())
            number += 1

    try:
        asyncio.run(write())
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
