"""``scripts/pythons`` finds the Pythons that really start, wherever they are, and chooses sensibly among them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.integration.setup.places import pip_environment, run

VERSION = ".".join(map(str, sys.version_info[:3]))
NEWER = "3.99.0"


class Machine:
    """A machine whose only Pythons are those that a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.pyenv = folder / "pyenv"
        self.home = folder / "home"
        self.bin.mkdir()
        for tool in ("sh", "awk", "sort", "tail"):
            (self.bin / tool).symlink_to(shutil.which(tool) or pytest.skip(f"there is no {tool} here"))

    def put(self, place: Path, text: str) -> Path:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        place.chmod(0o700)
        return place

    def pythons(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = pip_environment() | {"PATH": str(self.bin), "PYENV_ROOT": str(self.pyenv), "HOME": str(self.home)}
        return run(self.bin / "sh", REPOSITORY / "scripts" / "pythons", *arguments, cwd=self.home.parent, env=env)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.put(made.bin / "python3", 'echo "pyenv: python3: command not found" >&2; exit 127')
    return made


def test_a_python_of_pyenv_is_found_and_chosen_where_the_shim_does_not_start(machine: Machine) -> None:
    real = f'exec "{sys.executable}" "$@"'
    machine.put(machine.pyenv / "versions" / VERSION / "bin" / "python3", real)

    listed = machine.pythons().stdout.splitlines()

    assert [line.split(" ")[0] for line in listed] == [VERSION]
    assert Path(listed[0].split(" ", 1)[1]).exists()
    assert machine.pythons("--choose").stdout.strip() == listed[0].split(" ", 1)[1]


def test_what_python3_means_is_chosen_before_a_newer_one_and_each_version_is_listed_once_oldest_first(machine: Machine) -> None:
    for name in ("python3", "python3.11", "python3.12"):
        machine.put(machine.bin / name, "echo 3.12.4 /here/python3")
    machine.put(machine.home / ".pyenv" / "versions" / NEWER / "bin" / "python3", f"echo {NEWER} /there/python3")
    machine.put(machine.pyenv / "versions" / "3.12.10" / "bin" / "python3", "echo 3.12.10 /third/python3")

    assert machine.pythons().stdout.splitlines() == ["3.12.4 /here/python3", "3.12.10 /third/python3", f"{NEWER} /there/python3"]
    assert machine.pythons("--choose").stdout == "/here/python3\n"


def test_where_there_is_none_nothing_is_chosen_and_that_is_a_failure(machine: Machine) -> None:
    done = machine.pythons("--choose")

    assert (done.returncode, done.stdout) == (1, "")
