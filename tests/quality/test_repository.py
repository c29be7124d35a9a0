"""What the repository as a whole must not hold: the address of any package index, which is each machine's own affair."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

INDEXES = ["pypi", "npmjs", "pythonhosted", "yarnpkg", "crates", "rubygems", "anaconda"]
"""Names of package indexes and of what they deliver from; with an ending of a host they are addresses."""
ADDRESS = re.compile(rf"\b(?:{'|'.join(INDEXES)})\.(?:org|com|io|dev)\b|https?://[^\s\"'<>()]+/simple\b", re.IGNORECASE)


def test_no_file_names_the_address_of_a_package_index() -> None:
    kept = _kept()
    assert Path(__file__) in kept
    found = [f"{path.relative_to(REPOSITORY)}: {address}" for path in kept for address in ADDRESS.findall(_text(path))]

    assert found == []


@pytest.mark.parametrize(
    "host", [f"{INDEXES[0]}.org", f"FILES.{INDEXES[2]}.ORG", f"registry.{INDEXES[1]}.org", "http://10.0.0.1/any" + "/simple"]
)
def test_an_address_would_be_found(host: str) -> None:
    assert ADDRESS.search(f"see {host} for more")


def _kept() -> list[Path]:
    """The files that git keeps, or would keep at the next commit."""
    if shutil.which("git") is None or not (REPOSITORY / ".git").exists():
        pytest.skip("not a git checkout, so what belongs to the repository is not known")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=REPOSITORY, capture_output=True, check=True
    )
    return [path for name in listed.stdout.decode().split("\0") if name and (path := REPOSITORY / name).is_file()]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")
