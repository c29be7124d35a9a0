"""Other processes for the tests: Python with the repository on its path, in a folder and with variables of the test's choosing."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.conftest import PATIENCE_SECONDS, REPOSITORY
from tests.integration.forking import Template

PATIENCE = PATIENCE_SECONDS
"""After which a process that should end by itself counts as hanging."""


def environment(changes: Mapping[str, str] | None = None, package: Path = REPOSITORY) -> dict[str, str]:
    """Return this process's variables without any of the bot's, and with those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "DISCORD_", "PYTHON", "COLUMNS"))}
    return {**kept, "PYTHONPATH": str(package), "PYTHONIOENCODING": "utf-8", **(changes or {})}


def python(
    *arguments: str | bytes, cwd: Path, typed: bytes = b"", changes: Mapping[str, str] | None = None, package: Path = REPOSITORY
) -> subprocess.CompletedProcess[str]:
    """Run Python to its end and return what it printed; the bot of this repository is forked off, which takes a tenth of the time."""
    command: Sequence[str | bytes] = (sys.executable, *arguments)
    variables = environment(changes, package)
    if arguments[:2] == ("-m", "bot") and package == REPOSITORY and not any(name.startswith("PYTHON") for name in changes or ()):
        done = _template().bot(arguments[2:], cwd, variables, typed, PATIENCE)
    else:
        done = subprocess.run(command, cwd=cwd, input=typed, env=variables, capture_output=True, timeout=PATIENCE, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


@cache
def _template() -> Template:
    made = Template(REPOSITORY, environment())
    atexit.register(made.close)
    return made


def started(*arguments: str, cwd: Path, changes: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start Python with pipes and return it while it runs."""
    return subprocess.Popen(
        (sys.executable, *arguments),
        cwd=cwd,
        env=environment(changes),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def git(repository: Path, *arguments: str) -> str:
    """What git prints in a repository, as somebody."""
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(("git", *identity, *arguments), cwd=repository, capture_output=True, encoding="utf-8", check=True)
    return done.stdout
