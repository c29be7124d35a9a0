"""Writes the software bill of materials of a release: what a server runs, in CycloneDX 1.6.

Listed is what ``requirements-run.lock`` holds, for all Pythons and platforms: every version with its marker, and the hashes of all files
that the lock accepts for it. The licenses are what the packages that are installed here say of themselves. The same commit and the same
packages give the same bytes: the serial number follows from the content. What is left out: what needs what, and the image's base.
"""

from __future__ import annotations

import json
import re
import uuid
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import HeaderParser
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import quote

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement

_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_LONGEST_NAME = 64
"""Characters; some packages have the whole text of their license where its name belongs."""
_NAMES = uuid.UUID("6f7a5ad3-5f0f-4c1e-9d68-0a4f3a2f7b11")
"""The name space of our serial numbers; drawn once."""


@dataclass(frozen=True)
class License:
    """What a package says of its license: an expression in SPDX's terms, else names in its own."""

    expression: str | None
    names: tuple[str, ...] = ()

    def as_json(self) -> list[Any]:
        """The value of ``licenses``; empty where nothing is known."""
        if self.expression is not None:
            return [{"expression": self.expression, "acknowledgement": "declared"}]
        return [{"license": {"name": name, "acknowledgement": "declared"}} for name in self.names]


@dataclass(frozen=True)
class Component:
    """One package in one version; ``remarks`` are ours, by a name that says what each is about."""

    name: str
    version: str
    purl: str
    hashes: tuple[str, ...]
    license: License
    remarks: tuple[tuple[str, str], ...] = ()
    kind: str = "library"

    def as_json(self) -> dict[str, Any]:
        """A component of the bill, without the fields that would be empty."""
        known: dict[str, Any] = {
            "type": self.kind,
            "bom-ref": self.purl,
            "name": self.name,
            "version": self.version,
            "hashes": [{"alg": "SHA-256", "content": digest} for digest in self.hashes],
            "licenses": self.license.as_json(),
            "purl": self.purl,
            "properties": [{"name": f"osai-faq-bot:{name}", "value": value} for name, value in self.remarks],
        }
        return {name: value for name, value in known.items() if value != []}


def bill(lock: str, wheel: Path, moment: datetime) -> str:
    """The bill as JSON.

    Args:
        lock: the text of a lock file with hashes.
        wheel: our own package; what it says of itself is taken for the main component.
        moment: of the commit that the wheel was built from.
    """
    listed = [_component(pin) for pin in _pins(lock)]
    content: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": _program(wheel).as_json(),
        },
        "components": [component.as_json() for component in listed],
    }
    serial = uuid.uuid5(_NAMES, json.dumps(content, sort_keys=True))
    return json.dumps({**content, "serialNumber": serial.urn}, indent=2, ensure_ascii=False) + "\n"


def _pins(lock: str) -> list[str]:
    """The entries of a lock file, each with its hashes."""
    return [entry for entry in re.split(r"\n(?=\w)", lock) if entry[:1].isalnum()]


def _component(pin: str) -> Component:
    required = Requirement(pin.partition("\\")[0].partition("--hash")[0])
    (exact,) = required.specifier
    purl = f"pkg:pypi/{required.name.lower().replace('_', '-')}@{quote(exact.version, safe='')}"
    remarks = [("only-where", str(required.marker))] if required.marker is not None else []
    license_ = License(None)
    try:
        found = distribution(required.name)
    except PackageNotFoundError:
        remarks.append(("license", "not read: the package is not installed where this bill was made"))
    else:
        license_ = _license(HeaderParser().parsestr(found.read_text("METADATA") or ""))
        if found.version != exact.version:
            remarks.append(("license", f"read from version {found.version}"))
    return Component(required.name, exact.version, purl, tuple(_HASH.findall(pin)), license_, tuple(remarks))


def _program(wheel: Path) -> Component:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        said = HeaderParser().parsestr(archive.read(path).decode("utf-8"))
    purl = f"pkg:generic/{said['Name']}@{quote(said['Version'], safe='')}"  # not pypi: nothing says that it is on an index
    digest = sha256(wheel.read_bytes()).hexdigest()
    return Component(said["Name"], said["Version"], purl, (digest,), _license(said), kind="application")


def _license(said: Message) -> License:
    for field in ("License-Expression", "License"):
        try:
            return License(canonicalize_license_expression(said.get(field, "")))
        except InvalidLicenseExpression:
            continue
    own = str(said.get("License", "")).strip()
    if own and "\n" not in own and len(own) <= _LONGEST_NAME:
        return License(None, (own,))
    classifiers = [str(line) for line in said.get_all("Classifier", [])]
    return License(None, tuple(line.rsplit(" :: ", 1)[1] for line in classifiers if line.startswith("License :: ")))
