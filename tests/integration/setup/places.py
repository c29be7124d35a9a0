"""A package index in a folder, with packages that are made up, and a project whose lock was written before the index got newer releases."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pip
import pytest

from tests.conftest import REPOSITORY

OLDEST_PIP = "22.3.1"
"""The series that Python 3.11.0 brought."""
PATIENCE = 3600
"""Seconds; a busy machine unpacks the locked packages in many minutes."""


def pip_environment(index: str | None = None) -> dict[str, str]:
    """This process's variables; with an index, pip knows that one alone, whatever this machine's settings are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "DISCORD_", "PYTHON", "MAKE", "VENV"))}
    if index is None:
        return kept
    return {name: value for name, value in kept.items() if not name.startswith("PIP_")} | {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": index,
    }


def run(*command: str | Path, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run([str(word) for word in command], cwd=cwd, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)


@dataclass(frozen=True)
class Index:
    """A package index as pip reads it: a folder for each package, with links to its wheels."""

    folder: Path

    @property
    def address(self) -> str:
        return self.folder.as_uri()

    def add(self, name: str, version: str, *metadata: str) -> str:
        """Release a package that holds one module, and return its line in a lock file."""
        place = self.folder / name
        place.mkdir(parents=True, exist_ok=True)
        wheel = place / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        files = {
            f"{name}.py": f"version = {version!r}\n",
            f"{info}/METADATA": "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata, ""]),
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
            archive.writestr(f"{info}/RECORD", "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"]))
        links = "".join(f'<a href="{file.name}">{file.name}</a>\n' for file in sorted(place.glob("*.whl")))
        (place / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>", encoding="utf-8")
        return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@dataclass(frozen=True)
class Orchard:
    """A project that needs orchard, which needs ladder with its extra; of ladder there is a release newer than the lock."""

    folder: Path
    index: Index
    locked: dict[str, str]

    @classmethod
    def plant(cls, folder: Path) -> Orchard:
        index = Index(folder / "simple")
        ladder = ("Provides-Extra: safe", 'Requires-Dist: rope; extra == "safe"')
        locked = {
            "ladder": index.add("ladder", "1.0", *ladder),
            "orchard": index.add("orchard", "1.0", "Requires-Dist: ladder[safe]"),
            "rope": index.add("rope", "1.0"),
        }
        for name, metadata in {"ladder": ladder, "orchard": ("Requires-Dist: ladder[safe]",), "rope": ()}.items():
            index.add(name, "1.1", *metadata)
        project = folder / "project"
        shutil.copytree(REPOSITORY / "scripts", project / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        (project / "pyproject.toml").write_text('[project]\nname = "garden"\nversion = "1"\ndependencies = ["orchard"]\n', encoding="utf-8")
        orchard = cls(project, index, locked)
        orchard.lock(*locked)
        return orchard

    @property
    def environment(self) -> Path:
        return self.folder / "environment"

    def prepare(self, environment: Path) -> None:
        """Make an environment that shares this Python's pip, since bringing up one of its own takes seconds."""
        done = run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=self.folder, env=pip_environment(self.index.address))
        assert done.returncode == 0, done.stderr
        site = next((environment / "lib").glob("python*/site-packages"))
        (site / "pip").symlink_to(Path(pip.__file__).parent)

    def lock(self, *names: str) -> None:
        (self.folder / "requirements.lock").write_text("".join(self.locked[name] for name in names), encoding="utf-8")

    def install(self) -> subprocess.CompletedProcess[str]:
        """Install the lock as `make setup`, `make install` and the Dockerfile do."""
        command = ("sh", "scripts/install", "--python", sys.executable, self.environment, "requirements.lock")
        return run(*command, cwd=self.folder, env=pip_environment(self.index.address))

    def pip(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        python = self.environment / "bin" / "python"
        return run(python, "-m", "pip", *arguments, cwd=self.folder, env=pip_environment(self.index.address))

    def installed(self) -> dict[str, str]:
        listed = self.pip("list", "--format", "freeze", "--disable-pip-version-check").stdout.split()
        return {name: version for name, version in (line.split("==") for line in listed) if name in self.locked}


def python_for_the_oldest_pip() -> str:
    """A Python on which that pip starts; it does not on 3.12 and later, which came with newer ones."""
    if sys.hexversion < 0x030C0000:
        return sys.executable
    listed = run("sh", REPOSITORY / "scripts" / "pythons", cwd=REPOSITORY, env=pip_environment()).stdout.splitlines()
    for line in listed:
        version, path = line.split(" ", 1)
        if version.startswith("3.11."):
            return path
    pytest.skip(f"pip {OLDEST_PIP} starts on Python 3.11 only, and there is none here")
