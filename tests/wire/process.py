"""The shipped bot as a process of its own: started, read, signaled, killed."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.processes import environment
from tests.wire.changes import PATIENCE, Changes

TOKEN = ".".join(("MTIzNDU2Nzg5MDEyMzQ1Njc4", "Gabcde", "abcdefghijklmnopqrstuvwxyz0123456789"))
"""Has the form of a token and belongs to nobody; in parts, so that no scanner takes it for one."""
_CONFIG = """\
knowledge:
  path: {knowledge}
database:
  path: bot.sqlite3
limits:
  member_per_minute: 10000
  guild_per_minute: 100000
"""


class BotProcess:
    """One installation in a folder, of which at most one process runs at a time; it may be started again and again."""

    def __init__(self, folder: Path, address: str, changes: Changes, *, knowledge: Path = SMALL_KNOWLEDGE) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.yaml").write_text(_CONFIG.format(knowledge=knowledge), encoding="utf-8")
        self.folder = folder
        self.database = folder / "bot.sqlite3"
        self.log = ""
        """What the running process, or the one that ran last, has written to its standard streams; may be emptied."""
        self._address = address
        self._changes = changes
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether a process runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        return self._started.pid

    @property
    def _started(self) -> asyncio.subprocess.Process:
        assert self._process is not None, "the bot was not started"
        return self._process

    async def start(self, *, token: str = TOKEN, address: str | None = None, changes: Mapping[str, str] | None = None) -> None:
        """Start a process; ``ready`` waits for it.

        Args:
            token: what it logs in with.
            address: of Discord, where it is not the simulated one.
            changes: of its environment.
        """
        assert not self.running
        self.log = ""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.wire.launch", address or self._address, "run", "--config", "config.yaml"),
            cwd=self.folder,
            env=environment({"DISCORD_TOKEN": token, **(changes or {})}),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reading = asyncio.create_task(self._read(self._process), name="log of the bot")

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while chunk := await process.stdout.read(65536):
            self.log += chunk.decode(errors="replace")
            self._changes.notify()
        await process.wait()
        self._changes.notify()

    async def ready(self) -> None:
        """Wait until the running process is connected; fails with its log where it ends before."""
        await self._changes.until(lambda: "ready: version" in self.log or not self.running, "the bot is ready")
        assert self.running, self.log

    async def logged(self, text: str) -> None:
        """Wait until the log holds a text."""
        await self._changes.until(lambda: text in self.log, f"the log says {text!r}")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the running process."""
        self._started.send_signal(number)

    async def ended(self) -> int:
        """Wait until the process has ended; its exit code, or less the number of the signal that killed it."""
        reading = self._reading
        await self._changes.until(lambda: reading is None or reading.done(), f"the bot ends:\n{self.log}")
        code = self._started.returncode
        assert code is not None
        return code

    async def stop(self) -> int:
        """Ask the process to stop as a supervisor does, and wait for its end."""
        if self.running:
            self.signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        """End the process as a power cut or ``kill -9`` does; nothing where none runs."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._reading is not None:
            await self._reading

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database holds, read beside the bot."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
            return list(connection.execute(query, values))

    def write(self, statement: str, *values: object) -> None:
        """Change the database of a bot that does not run."""
        assert not self.running
        with closing(sqlite3.connect(self.database, timeout=PATIENCE)) as connection, connection:
            connection.execute(statement, values)
