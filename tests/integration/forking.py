"""``python -m bot`` without the second that every start costs: a process that has the libraries loaded forks for each command.

What runs is a process of its own, with its own folder, variables, streams and exit code; only imports were done before. What is about a
start itself (which modules are loaded, closed streams, encodings, another version of the bot) gets a Python started for it: see
``processes``.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

LOADED = (
    "aiosqlite", "alembic.command", "bot.bootstrap.knowledge", "bot.bootstrap.stages", "bot.cli.app", "bot.cli.outcomes",
    "bot.evaluation.comparing", "bot.evaluation.summary", "bot.retrieval.fitting", "discord.ext.commands", "markdown_it",
    "matplotlib.figure", "rich.markdown", "rich.panel", "rich.table", "sklearn.linear_model", "sklearn.svm", "spellchecker",
    "sqlalchemy.ext.asyncio",
)  # fmt: skip
"""What the commands import, most of which is of others. Modules that register a command are not among it: they do so in an order."""
_LONGEST = 1 << 18
"""Bytes of a request: arguments and variables."""


class Template:
    """The process that forks, as its user sees it. It takes one command at a time; close it, or it stays."""

    def __init__(self, repository: Path, variables: Mapping[str, str]) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "tests.integration.forking", str(theirs.fileno())),
                cwd=repository,
                env=dict(variables),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.PIPE,  # pipes, as its children have, so that their streams are what they would be after a start
                stdout=subprocess.PIPE,
            )

    def close(self) -> None:
        """End the process."""
        self._ours.close()
        self._process.communicate()

    def bot(
        self, arguments: Sequence[str | bytes], cwd: Path, variables: Mapping[str, str], typed: bytes, patience: float
    ) -> subprocess.CompletedProcess[bytes]:
        """Run ``python -m bot`` with arguments to its end; it reads what was ``typed`` from a pipe.

        Raises:
            subprocess.TimeoutExpired: it did not end within ``patience`` seconds, and was killed.
        """
        words = [os.fsdecode(word) for word in arguments]
        request = json.dumps({"arguments": words, "cwd": str(cwd), "variables": dict(variables)}).encode()
        reading, writing = os.pipe()
        typist = threading.Thread(target=_type, args=(writing, typed))
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            socket.send_fds(self._ours, [request], [reading, output.fileno(), errors.fileno()])
            os.close(reading)
            typist.start()
            code = self._ended(words, patience)
            typist.join()
            return subprocess.CompletedProcess(words, code, _written(output), _written(errors))

    def _ended(self, words: Sequence[str], patience: float) -> int:
        self._ours.settimeout(patience)
        child = self._number()
        try:
            return self._number()
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            self._number()
            raise subprocess.TimeoutExpired(words, patience) from None

    def _number(self) -> int:
        answer = self._ours.recv(32)
        assert answer, "the process that forks has ended"
        return int(answer)


def _type(writing: int, typed: bytes) -> None:
    with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
        pipe.write(typed)


def _written(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _serve(asked: socket.socket) -> list[str] | None:
    """Fork for each request; returns the command in each child, and None in the template once nobody asks any more."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(asked, _LONGEST, 3)
        if not request:
            return None
        child = os.fork()
        if child == 0:
            asked.close()
            return _become(json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        asked.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        asked.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: dict[str, object], descriptors: Sequence[int]) -> list[str]:
    """Take over what a process gets at its start."""
    arguments, variables = request["arguments"], request["variables"]
    assert isinstance(arguments, list)
    assert isinstance(variables, dict)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(str(request["cwd"]))
    os.environ.clear()
    os.environ.update(variables)
    time.tzset()
    sys.path[0] = str(Path.cwd())
    return [str(word) for word in arguments]


def main() -> None:
    """Load what the commands need, then be the template, and in each child the bot."""
    for module in LOADED:
        importlib.import_module(module)
    gc.freeze()
    arguments = _serve(socket.socket(fileno=int(sys.argv[1])))
    if arguments is not None:
        sys.argv = ["bot", *arguments]
        _end(_code())


def _code() -> int:
    """Be the bot to its end; what Python does with the exception that ends a program."""
    try:
        runpy.run_module("bot", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - Python ends with any
        traceback.print_exc()
        return 1
    return 0


def _end(code: int) -> None:
    """End as Python does, but for giving back every object of the libraries, which would first copy the template's memory."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    with suppress(OSError):
        sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
