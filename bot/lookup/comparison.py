"""A license or a project as rows of facts, and two of them side by side with what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.corpus.catalogue.entries import LicenseEntry, ProjectEntry
from bot.retrieval.analyzer import fold

_NOTHING = "not listed"


@dataclass(frozen=True, slots=True)
class InfoboxRow:
    """One row of an infobox."""

    label: str
    values: tuple[str, ...]
    """At least one; several where the fact is a list."""

    @property
    def text(self) -> str:
        """The values on one line."""
        return ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One row of a comparison."""

    label: str
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the two sides say different things, whatever their order and case."""
        return {fold(value) for value in self.left} != {fold(value) for value in self.right}

    @property
    def only_left(self) -> tuple[str, ...]:
        """What only the left side has."""
        return _without(self.left, self.right)

    @property
    def only_right(self) -> tuple[str, ...]:
        """What only the right side has."""
        return _without(self.right, self.left)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two entries side by side."""

    left: str
    right: str
    rows: tuple[ComparedRow, ...]

    @property
    def differences(self) -> tuple[ComparedRow, ...]:
        """The rows in which they differ."""
        return tuple(row for row in self.rows if row.differs)

    @property
    def agreements(self) -> tuple[ComparedRow, ...]:
        """The rows in which they agree."""
        return tuple(row for row in self.rows if not row.differs)


Entry = LicenseEntry | ProjectEntry


def infobox_of(entry: Entry) -> tuple[InfoboxRow, ...]:
    """Facts in the order in which they matter; what is not known is left out."""
    match entry:
        case LicenseEntry():
            rows = _license(entry)
        case ProjectEntry():
            rows = _project(entry)
        case _:
            assert_never(entry)
    return tuple(InfoboxRow(label, values) for label, values in rows if values)


def compare(left: Entry, right: Entry) -> Comparison:
    """Two entries of one kind; what only one of them has is "not listed" of the other."""
    sides = [{fact.label: fact.values for fact in infobox_of(entry)} for entry in (left, right)]
    labels = dict.fromkeys([fact.label for entry in (left, right) for fact in infobox_of(entry)])
    order = _order(*(_license(entry) if isinstance(entry, LicenseEntry) else _project(entry) for entry in (left, right)))
    rows = [ComparedRow(label, *(side.get(label, (_NOTHING,)) for side in sides)) for label in sorted(labels, key=order.index)]
    return Comparison(left.name, right.name, tuple(rows))


def _order(left: Rows, right: Rows) -> list[str]:
    """All labels, what only the right side has behind the label that it stands behind there."""
    labels = [label for label, _ in left]
    for place, (label, _) in enumerate(right):
        if label not in labels:
            before = right[place - 1][0] if place else ""
            labels.insert(labels.index(before) + 1 if before else 0, label)
    return labels


Rows = Sequence[tuple[str, tuple[str, ...]]]


def _license(entry: LicenseEntry) -> Rows:
    grant = {True: "yes", False: "no", None: "the text says nothing"}[entry.patent_grant]
    return (
        ("Kind", (entry.family.value.replace("-", " "),)),
        ("SPDX id", (entry.spdx or "none",)),
        ("Approved by the OSI", ("yes" if entry.osi_approved else "no",)),
        ("Patent grant", (grant,)),
        ("Permissions", entry.permissions),
        ("Conditions", entry.conditions),
        ("Limits", entry.limitations),
        ("Used by", entry.used_by),
        *_more(entry),
    )


def _project(entry: ProjectEntry) -> Rows:
    return (
        ("Kind", (entry.kind.value,)),
        ("Made by", (entry.who,)),
        ("First released", (str(entry.first_release),)),
        ("License of the code", _known(entry.license_code)),
        ("License of the weights", _known(entry.license_weights)),
        ("License of the data", _known(entry.license_data)),
        *_more(entry),
    )


def _more(entry: Entry) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the schema of attributes adds, and how many versions there are."""
    yield from ((fact.label, fact.values) for fact in entry.facts)
    if entry.versions:
        yield "Versions", tuple(version.name for version in entry.versions)


def _known(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _without(values: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    there = {fold(value) for value in others}
    return tuple(value for value in values if fold(value) not in there)
