"""Looks for known vulnerabilities of every version that ``requirements.lock`` names: ``make audit``.

pip-audit asks the services; it gets an environment of its own, so that it has no part in the lock. A service that cannot be reached
must not look like good news, and pip-audit passes over what a service does not know. So each service is first asked of a release
whose vulnerability has been known for years; only one that knows of it is believed.

Ends with 0 where nothing is known, 1 where something is, and 3 where no service could be asked, which the last line says.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = CHECKOUT / "requirements.lock"
ENVIRONMENT = CHECKOUT / "build" / "audit"
SERVICES = ("pypi", "osv")
KNOWN_BAD = "jinja2==2.4.1"
"""Has had advisories since 2014, in every service."""
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*==[\w.!+-]+)", re.MULTILINE)
NO_PROGRAM = "pip-audit could not be installed, so nobody was asked about vulnerabilities. Run make audit where pip reaches its index."
NO_SERVICE = (
    "No service that knows vulnerabilities could be asked, so nothing is known of the locked versions. Run make audit where one is reached."
)
CLEAN, FOUND, NOT_LOOKED = 0, 1, 3


def pins(lock: str) -> list[list[str]]:
    """The pins of a lock for all Pythons and platforms, in lists that name no package twice, as pip-audit wants it."""
    lists: list[dict[str, str]] = []
    for pin in PIN.findall(lock):
        name = pin.split("==")[0]
        free = next((taken for taken in lists if name not in taken), None)
        if free is None:
            lists.append(free := {})
        free[name] = pin
    return [list(taken.values()) for taken in lists]


def installed() -> Path | None:
    """The program pip-audit, set up in an environment of its own, or nothing where it cannot be had."""
    program = ENVIRONMENT / "bin" / "pip-audit"
    if not program.exists():
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        command = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "pip-audit"]
        subprocess.run(command, check=False)  # noqa: S603
    return program if program.exists() else None


def ask(program: Path, service: str, asked: Iterable[str]) -> list[str] | None:
    """One line for each vulnerability that the service knows of, or nothing where it gave no full answer."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pins.txt")
        file.write_text("".join(f"{pin}\n" for pin in asked), encoding="utf-8")
        options = ["--strict", "--no-deps", "--disable-pip", "--progress-spinner", "off", "--desc", "off", "--format", "json"]
        command = [str(program), *options, "--vulnerability-service", service, "--requirement", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    try:
        packages = json.loads(done.stdout)["dependencies"]
        return [
            f"{package['name']} {package['version']}: {known['id']}, fixed in {', '.join(known['fix_versions']) or 'no release yet'}"
            for package in packages
            for known in package["vulns"]
        ]
    except (ValueError, KeyError):
        return None


def audit(program: Path, lists: list[list[str]]) -> tuple[int, list[str]]:
    """Ask the first service that proves to know vulnerabilities; return the exit code and what to print."""
    for service in SERVICES:
        if not ask(program, service, [KNOWN_BAD]):
            continue
        answers = [ask(program, service, some) for some in lists]
        found = [line for answer in answers for line in answer or []]
        if found:
            return FOUND, [*found, "Raise the bound in pyproject.toml where needed, run make lock, and then the tests."]
        if None not in answers:
            return CLEAN, [f"{sum(map(len, lists))} locked versions, no known vulnerability (asked: {service})"]
    return NOT_LOOKED, [NO_SERVICE]


def main() -> int:
    """Audit the lock, and print what came of it."""
    parser = argparse.ArgumentParser(description="Look for known vulnerabilities of the locked versions.")
    parser.add_argument("--pip-audit", type=Path, help="a pip-audit that is there already")
    parser.add_argument("--lock", type=Path, default=LOCK)
    options = parser.parse_args()
    program = options.pip_audit or installed()
    if program is None:
        code, lines = NOT_LOOKED, [NO_PROGRAM]
    else:
        code, lines = audit(program, pins(options.lock.read_text(encoding="utf-8")))
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
