"""``make audit`` believes only a service that knows of an old vulnerability; a stand-in takes pip-audit's place here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.integration.setup.places import pip_environment, run

STAND_IN = """#!{python}
import json, pathlib, sys
service, file = (sys.argv[sys.argv.index(option) + 1] for option in ("--vulnerability-service", "--requirement"))
known = {known!r}.get(service)
if known is None:
    sys.exit("no such host")
pins = [line.split("==") for line in pathlib.Path(file).read_text().split()]
assert len(dict(pins)) == len(pins), "a package twice"
bad = [dict(id="X-1", fix_versions=["9"])]
print(json.dumps(dict(dependencies=[dict(name=n, version=v, vulns=bad if n + "==" + v in known else []) for n, v in pins])))
"""
LOCK = """plum==1.0 ; python_full_version < '3.12' \\
    --hash=sha256:00
plum==2.0 ; python_full_version >= '3.12' \\
    --hash=sha256:00
pear==3.0 \\
    --hash=sha256:00
"""


def _audit(folder: Path, known: dict[str, list[str]]) -> tuple[int, list[str]]:
    program, lock = folder / "pip-audit", folder / "requirements.lock"
    program.write_text(STAND_IN.format(python=sys.executable, known=known), encoding="utf-8")
    program.chmod(0o700)
    lock.write_text(LOCK, encoding="utf-8")
    command = (sys.executable, REPOSITORY / "scripts" / "audit.py", "--pip-audit", program, "--lock", lock)
    done = run(*command, cwd=folder, env=pip_environment())
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("known", [{}, {"pypi": [], "osv": []}, {"pypi": ["plum==1.0"]}])
def test_where_no_service_proves_to_know_vulnerabilities_nothing_is_claimed(tmp_path: Path, known: dict[str, list[str]]) -> None:
    code, lines = _audit(tmp_path, known)

    assert code == 3
    assert lines[-1].startswith("No service that knows vulnerabilities could be asked, so nothing is known of the locked versions.")


def test_a_lock_without_known_vulnerabilities_is_reported_with_the_service_that_was_asked(tmp_path: Path) -> None:
    assert _audit(tmp_path, {"osv": ["jinja2==2.4.1"]}) == (0, ["3 locked versions, no known vulnerability (asked: osv)"])


@pytest.mark.parametrize("bad", ["plum==1.0", "plum==2.0", "pear==3.0"])
def test_a_vulnerable_version_is_reported_with_the_release_that_fixes_it_whatever_python_it_is_for(tmp_path: Path, bad: str) -> None:
    code, lines = _audit(tmp_path, {"pypi": ["jinja2==2.4.1", bad]})

    assert (code, lines[0]) == (1, f"{bad.replace('==', ' ')}: X-1, fixed in 9")
