"""Checks that nothing is missing after an install without dependency resolution.

Called as ``python scripts/complete.py PYPROJECT LOCK EXTRAS`` by the environment's own Python. ``pip check`` is not enough: it
passes over the extras that packages ask of each other, and complains of what else somebody installed there. This looks at what
the project asks for, at what that asks for and so on, and at the versions that the lock names. What it needs comes with pip,
which every environment has while it is being set up.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement


def wanted(pyproject: Path, extras: list[str]) -> list[Requirement]:
    """What the project asks for, with the given extras."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    optional = project.get("optional-dependencies", {})
    return [Requirement(line) for line in [*project.get("dependencies", []), *(line for extra in extras for line in optional[extra])]]


def locked(lock: Path) -> list[Requirement]:
    """The pins of a lock file, without their hashes."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [Requirement(line.split("\\")[0].split(" --hash")[0]) for line in lines if line[:1].isalnum()]


def faults(asked: list[Requirement], by: str) -> Iterator[str]:
    """Yield one line for every requirement that is not met, following those that are."""
    todo = [(requirement, by) for requirement in asked if _applies(requirement, "")]
    seen: set[tuple[str, str]] = set()
    while todo:
        requirement, who = todo.pop()
        try:
            found = distribution(requirement.name)
        except PackageNotFoundError:
            yield f"{who} needs {requirement}, which is not installed"
            continue
        if not requirement.specifier.contains(found.version, prereleases=True):
            yield f"{who} needs {requirement}, but {found.version} is installed"
        for extra in {"", *requirement.extras}:
            if (requirement.name.lower(), extra) not in seen:
                seen.add((requirement.name.lower(), extra))
                needed = [Requirement(line) for line in found.requires or []]
                todo += [(further, requirement.name) for further in needed if _applies(further, extra)]


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def main(pyproject: str, lock: str, extras: str) -> int:
    """Print what is missing; return 1 where anything is."""
    asked = wanted(Path(pyproject), [extra for extra in extras.split(",") if extra])
    found = sorted({*faults(locked(Path(lock)), Path(lock).name), *faults(asked, "the project")})
    print("\n".join(found) if found else f"Nothing is missing of what {Path(lock).name} holds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
