"""A license or a project as rows of facts, two of them side by side, and which license for code, weights or data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from bot.corpus.catalogue.entries import LicenseEntry, LicenseFamily, ProjectEntry
from bot.corpus.document import Section
from bot.corpus.sentences import split_sentences
from bot.lookup.directory import Directories
from bot.lookup.names import MatchKind
from bot.retrieval.analyzer import fold
from bot.texts import lookup as texts

_LITTLE_WORDS = re.compile(r"\s*\([^)]*\)|\s+(?:License Agreement|License|Agreement)\b|\s*,\s*$", re.IGNORECASE)
_LATER = re.compile(r"-(?:only|or-later)$")
_BEFORE_VERSION = re.compile(r"-(?=\d)")
_VERSION = re.compile(r"\s+v?\d+(?:\.\d+)*$")
_SHORT = 15
"""Characters up to which a name needs no shorter form."""
_PATENT_USE = "patent use"
_DENIED = "no "
"""What a limitation begins with that denies something."""


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
    def shared(self) -> tuple[str, ...]:
        """What both sides have."""
        return tuple(value for value in self.left if value not in self.only_left)

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
    heads: tuple[str, str]
    """Short names of both, for where there is little room."""

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
    """Two entries of one kind, what each is for first; what only one of them has is "not listed" of the other."""
    sides = [{fact.label: fact.values for fact in infobox_of(entry)} for entry in (left, right)]
    if isinstance(left, LicenseEntry) and isinstance(right, LicenseEntry):
        sides = [_without_unsaid(sides[0], right), _without_unsaid(sides[1], left)]
    labels = dict.fromkeys(label for side in sides for label in side)
    order = _order(*(_license(entry) if isinstance(entry, LicenseEntry) else _project(entry) for entry in (left, right)))
    rows = [ComparedRow(label, *(side.get(label, (texts.NOT_LISTED,)) for side in sides)) for label in sorted(labels, key=order.index)]
    purposes = ComparedRow(texts.PURPOSE, (split_sentences(left.summary)[0],), (split_sentences(right.summary)[0],))
    return Comparison(left.name, right.name, (purposes, *rows), (short_name(left), short_name(right)))


def _without_unsaid(side: dict[str, tuple[str, ...]], other: LicenseEntry) -> dict[str, tuple[str, ...]]:
    """The facts of a license without what it permits and the other one says nothing of: not to list a permission is not to deny it."""
    denied = (limit.removeprefix(_DENIED) for limit in other.limitations if limit.startswith(_DENIED))
    said = [fold(text) for text in (*other.permissions, *denied)]
    kept = tuple(
        value
        for value in side.get(texts.PERMISSIONS, ())
        if any(one.startswith(fold(value)) or fold(value).startswith(one) for one in said)
    )
    return {label: kept if label == texts.PERMISSIONS else values for label, values in side.items() if label != texts.PERMISSIONS or kept}


def short_name(entry: Entry) -> str:
    """What an entry is called where there is little room: its name without "License", or else its SPDX id as people write it."""
    plain = _LITTLE_WORDS.sub("", entry.name).strip() or entry.name
    if len(plain) <= _SHORT or not isinstance(entry, LicenseEntry) or entry.spdx is None:
        return plain
    spdx = _BEFORE_VERSION.sub(" ", _LATER.sub("", entry.spdx))
    return min(spdx, plain, key=len)


def introduction(entry: Entry) -> tuple[str, str]:
    """The short name of an entry, and what it is for, to be read behind the name: " is a short permissive license"."""
    sentence = split_sentences(entry.summary)[0]
    head = short_name(entry)
    ids = (entry.spdx,) if isinstance(entry, LicenseEntry) and entry.spdx else ()
    names = {form for name in (entry.name, *entry.aliases, *ids) for form in (name, _LITTLE_WORDS.sub("", name), _VERSION.sub("", name))}
    for name in sorted(names - {""}, key=len, reverse=True):
        match = re.match(rf"(?:The\s+)?{re.escape(name)}(?=\s+[a-z(])", sentence)
        if match is not None:
            return head, sentence[match.end() :]
    return head, f": {sentence}"


def sides_of(row: ComparedRow, heads: tuple[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who has which values, without what both have; where they share some, the rest is marked as "only" of a side."""
    if not row.shared:
        return ((heads[0], row.left), (heads[1], row.right))
    pairs = ((texts.only(heads[0]), row.only_left), (texts.only(heads[1]), row.only_right))
    return tuple((who, values) for who, values in pairs if values)


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
    grant = {True: texts.GRANTED, False: texts.NOT_GRANTED, None: texts.NOT_MENTIONED}[entry.patent_grant]
    said_above = {_PATENT_USE} if entry.patent_grant else set()
    return (
        (texts.CONDITIONS, entry.conditions or (texts.NO_CONDITIONS,)),
        (texts.PATENTS, (grant,)),
        (texts.LIMITS, entry.limitations),
        (texts.PERMISSIONS, tuple(value for value in entry.permissions if value not in said_above)),
        *_facts(entry),
        (texts.USED_BY, entry.used_by),
        (texts.KIND, (entry.family.value.replace("-", " "),)),
        (texts.OSI, (texts.YES if entry.osi_approved else texts.NO,)),
        (texts.SPDX, (entry.spdx or texts.NO_SPDX,)),
    )


def _project(entry: ProjectEntry) -> Rows:
    return (
        (texts.CODE_LICENSE, _known(entry.license_code)),
        (texts.WEIGHTS_LICENSE, _known(entry.license_weights)),
        (texts.DATA_LICENSE, _known(entry.license_data)),
        (texts.MADE_BY, (entry.who,)),
        (texts.FIRST_RELEASED, (str(entry.first_release),)),
        (texts.KIND, (entry.kind.value,)),
        *_facts(entry),
    )


def _facts(entry: Entry) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the schema of attributes adds, and which versions there are."""
    yield from ((fact.label, fact.values) for fact in entry.facts)
    if entry.versions:
        yield texts.VERSIONS, tuple(version.name for version in entry.versions)


def _known(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _without(values: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    there = {fold(value) for value in others}
    return tuple(value for value in values if fold(value) not in there)


class Work(StrEnum):
    """What is to be licensed."""

    CODE = "code"
    WEIGHTS = "weights"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class FamilyOfLicenses:
    """Licenses that do the same to whoever takes the work."""

    meaning: str
    licenses: tuple[LicenseEntry, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """Advice for one kind of work."""

    work: Work
    families: tuple[FamilyOfLicenses, ...]
    section: Section | None
    """The section of the knowledge base that advises; None where it has none."""


_MEANINGS = {
    LicenseFamily.PERMISSIVE: texts.PERMISSIVE,
    LicenseFamily.WEAK_COPYLEFT: texts.WEAK_COPYLEFT,
    LicenseFamily.STRONG_COPYLEFT: texts.STRONG_COPYLEFT,
    LicenseFamily.PUBLIC_DOMAIN: texts.PUBLIC_DOMAIN,
    LicenseFamily.DATA: texts.DATA,
    LicenseFamily.CONTENT: texts.CONTENT,
    LicenseFamily.RESPONSIBLE_AI: texts.RESPONSIBLE_AI,
    LicenseFamily.MODEL_SPECIFIC: texts.MODEL_SPECIFIC,
}
_FAMILIES = {
    Work.CODE: (LicenseFamily.PERMISSIVE, LicenseFamily.WEAK_COPYLEFT, LicenseFamily.STRONG_COPYLEFT),
    Work.WEIGHTS: (LicenseFamily.PERMISSIVE, LicenseFamily.RESPONSIBLE_AI, LicenseFamily.MODEL_SPECIFIC),
    Work.DATA: (LicenseFamily.PUBLIC_DOMAIN, LicenseFamily.DATA, LicenseFamily.CONTENT),
}
_ADVICE = {
    Work.CODE: ("Which license for my code?", "Choosing a license for code"),
    Work.WEIGHTS: ("Which license for my model weights?", "Choosing a license for weights"),
    Work.DATA: ("Which license for my dataset?", "Choosing a license for data"),
}
"""Titles under which a knowledge base may hold its advice."""


def guide(work: Work, lookup: Directories) -> Guide:
    """Families without a license in the catalogue are left out; without catalogues nothing but the advice is left."""
    families = (
        FamilyOfLicenses(_MEANINGS[family], tuple(entry for entry in lookup.licenses.entries if entry.family is family))
        for family in _FAMILIES[work]
    )
    return Guide(work, tuple(family for family in families if family.licenses), _advice(work, lookup))


def _advice(work: Work, lookup: Directories) -> Section | None:
    for title in _ADVICE[work]:
        match = lookup.topics.match(title)
        if match is not None and match.kind in (MatchKind.EXACT, MatchKind.NORMALIZED):
            return lookup.topics.get(match.named.key)
    return None
