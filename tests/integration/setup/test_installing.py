"""Setting up on a day when the index has newer releases of everything, with the oldest pip too: ``scripts/install`` and ``make``."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.integration.setup.places import OLDEST_PIP, Orchard, pip_environment, python_for_the_oldest_pip, run

ALL = {"orchard": "1.0", "ladder": "1.0", "rope": "1.0"}


@pytest.fixture
def orchard(tmp_path: Path) -> Orchard:
    return Orchard.plant(tmp_path)


@pytest.fixture
def prepared(orchard: Orchard) -> Orchard:
    """The project with an empty environment, which need not be made again then."""
    orchard.prepare(orchard.environment)
    return orchard


@pytest.fixture(scope="module")
def oldest_pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The oldest pip that must do, unpacked, from whatever index this machine has."""
    folder = tmp_path_factory.mktemp("pip")
    command = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, f"pip=={OLDEST_PIP}")
    done = run(*command, cwd=folder, env=pip_environment())
    wheels = list(folder.glob("*.whl"))
    if not wheels:
        pytest.skip(f"pip {OLDEST_PIP} cannot be had here: {(done.stderr.splitlines() or ['pip said nothing'])[-1]}")
    with zipfile.ZipFile(wheels[0]) as wheel:
        wheel.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.fixture
def with_oldest_pip(orchard: Orchard, oldest_pip: Path) -> Orchard:
    """The project with an environment that holds the oldest pip and nothing else."""
    python = python_for_the_oldest_pip()
    env = pip_environment(orchard.index.address)
    assert run(python, "-m", "venv", "--without-pip", orchard.environment, cwd=orchard.folder, env=env).returncode == 0
    site = next((orchard.environment / "lib").glob("python*/site-packages"))
    for part in oldest_pip.iterdir():
        (site / part.name).symlink_to(part)
    assert orchard.pip("--version").stdout.startswith(f"pip {OLDEST_PIP} ")
    return orchard


def test_the_oldest_pip_installs_the_lock_though_the_index_has_newer_releases(with_oldest_pip: Orchard) -> None:
    done = with_oldest_pip.install()

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert with_oldest_pip.installed() == ALL


def test_the_oldest_pip_would_fail_if_it_resolved_what_the_lock_holds(with_oldest_pip: Orchard) -> None:
    done = with_oldest_pip.pip("install", "--require-hashes", "--requirement", "requirements.lock")

    assert done.returncode == 1
    assert re.search(r"Hashes are required|versions pinned with ==", done.stderr)
    assert with_oldest_pip.installed() == {}


def test_this_pythons_own_pip_installs_the_lock_too(orchard: Orchard) -> None:
    done = orchard.install()

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert orchard.installed() == ALL


def test_what_only_an_extra_asks_for_is_missed_where_the_lock_forgot_it(prepared: Orchard) -> None:
    prepared.lock("orchard", "ladder")

    done = prepared.install()

    assert done.returncode == 1
    assert 'ladder needs rope; extra == "safe", which is not installed' in done.stderr
    assert done.stdout.splitlines()[-1].startswith("Setting up failed: requirements.lock does not fit pyproject.toml")


def test_a_file_that_is_not_the_locked_one_is_refused(prepared: Orchard) -> None:
    prepared.index.add("rope", "1.0", "Summary: not what was locked")

    done = prepared.install()

    assert done.returncode == 1
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
    assert prepared.installed() == {}


def test_a_folder_that_is_no_environment_is_left_as_it_is(orchard: Orchard) -> None:
    orchard.environment.mkdir()
    (orchard.environment / "diary.txt").write_text("mine", encoding="utf-8")

    done = orchard.install()

    assert done.returncode == 1
    assert (
        done.stdout
        == f"Setting up failed: {orchard.environment} is no virtual environment. Move it away, then run the same command again.\n"
    )
    assert (orchard.environment / "diary.txt").read_text(encoding="utf-8") == "mine"


def _make(orchard: Orchard, *arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("make") is None:
        pytest.skip("there is no make here")
    shutil.copy2(REPOSITORY / "Makefile", orchard.folder)
    for needed in ("setup.py", "requirements-run.lock"):
        shutil.copy2(REPOSITORY / needed, orchard.folder)
    return run("make", f"PYTHON={sys.executable}", *arguments, cwd=orchard.folder, env=pip_environment(orchard.index.address))


@pytest.mark.parametrize("target", ["setup", "install", "demo"])
def test_when_setting_up_fails_the_last_line_says_what_to_do(orchard: Orchard, target: str) -> None:
    orchard.prepare(orchard.folder / ".venv")
    shutil.rmtree(orchard.index.folder)

    done = _make(orchard, target)

    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert "Setting up failed; pip says why, above. See that pip reaches a package index" in last
    assert "then run the same command again" in last
    assert not list((orchard.folder / ".venv").glob("ready"))


def test_a_python_that_is_too_old_and_none_at_all_are_named_with_the_remedy(orchard: Orchard) -> None:
    done = _make(orchard, "setup", "PYTHON=false")

    assert done.returncode == 2
    assert "Name one that is: make setup PYTHON=/path/to/python3" in done.stderr.splitlines()[-1]


def test_what_a_server_needs_is_locked_at_the_same_versions_and_hashes_as_everything() -> None:
    everything = _pins("requirements.lock")

    assert _pins("requirements-run.lock").items() <= everything.items()
    assert {line for line in everything if "[" in line.split(";")[0]} == set()


def _pins(lock: str) -> dict[str, tuple[str, ...]]:
    """The hashes of each locked version."""
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    blocks = [block.split(" \\\n") for block in re.split(r"\n(?=[a-z0-9])", text.strip())]
    return {pin.strip(): tuple(one.split("#")[0].strip() for one in hashes) for pin, *hashes in blocks}
