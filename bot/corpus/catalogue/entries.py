"""The records of the catalogues: dated events, licenses, projects and terms. Dates are as exact as is known."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A year, perhaps with month and day; 0 stands for what is not known, so that it sorts first."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, and nothing else.

        Raises:
            ValueError: it has another form, or there is no such day.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError("must be YYYY, YYYY-MM or YYYY-MM-DD, in quotes")
        year, month, day = (int(part or 0) for part in match.groups())
        date(year, month if match[2] else 1, day if match[3] else 1)
        return cls(year, month, day)

    def __str__(self) -> str:
        if not self.month:
            return str(self.year)
        month = month_name[self.month]
        return f"{month} {self.day}, {self.year}" if self.day else f"{month} {self.year}"


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(character.isspace() for character in value):
        raise ValueError("must be a web address that starts with https:// or http://")
    return value


WebAddress = Annotated[Line, AfterValidator(_web_address)]


def _entry_id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", value):
        raise ValueError("must be lower-case letters and digits with single hyphens")
    return value


def _date(value: object) -> PartialDate:
    if isinstance(value, PartialDate):
        return value
    if not isinstance(value, str):
        raise ValueError("must be in quotes: YYYY, YYYY-MM or YYYY-MM-DD")  # noqa: TRY004 - pydantic reports ValueError only
    return PartialDate.parse(value)


EntryId = Annotated[Line, AfterValidator(_entry_id)]
EntryDate = Annotated[PartialDate, BeforeValidator(_date)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What all entries have."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    id: EntryId
    sources: Annotated[tuple[Line, ...], Field(min_length=1)]
    sections: tuple[Line, ...] = ()
    """Ids of article sections that say more."""
    questions: tuple[Line, ...] = ()
    messages: tuple[Line, ...] = ()
    """The same as people write it: the story first, claims to confirm, other words."""


class EventKind(StrEnum):
    """What happened."""

    PAPER = "paper"
    MODEL = "model"
    DATASET = "dataset"
    FRAMEWORK = "framework"
    LICENSE = "license"
    ORGANIZATION = "organization"
    POLICY = "policy"
    PRODUCT = "product"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent(Entry):
    """A dated event."""

    date: EntryDate
    event: Line
    who: Line
    kind: EventKind
    note: Paragraph | None = None


class LicenseFamily(StrEnum):
    """What kind of license it is."""

    PERMISSIVE = "permissive"
    WEAK_COPYLEFT = "weak-copyleft"
    STRONG_COPYLEFT = "strong-copyleft"
    PUBLIC_DOMAIN = "public-domain"
    DATA = "data"
    CONTENT = "content"
    RESPONSIBLE_AI = "responsible-ai"
    MODEL_SPECIFIC = "model-specific"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseEntry(Entry):
    """A license."""

    name: Line
    spdx: Line | None
    aliases: tuple[Line, ...] = ()
    family: LicenseFamily
    summary: Paragraph
    permissions: tuple[Line, ...]
    conditions: tuple[Line, ...]
    limitations: tuple[Line, ...]
    patent_grant: bool | None
    """None where the text says nothing about patents."""
    osi_approved: bool
    used_by: tuple[Line, ...] = ()
    url: WebAddress


class ProjectKind(StrEnum):
    """What kind of project it is."""

    FRAMEWORK = "framework"
    LIBRARY = "library"
    MODEL = "model"
    DATASET = "dataset"
    ORGANIZATION = "organization"
    PLATFORM = "platform"
    TOOL = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectEntry(Entry):
    """A project or an organization."""

    name: Line
    aliases: tuple[Line, ...] = ()
    kind: ProjectKind
    summary: Paragraph
    who: Line
    first_release: EntryDate
    license_code: Line | None = None
    license_weights: Line | None = None
    license_data: Line | None = None
    url: WebAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryTerm(Entry):
    """A term."""

    term: Line
    abbreviations: tuple[Line, ...] = ()
    synonyms: tuple[Line, ...] = ()
    definition: Paragraph
    see_also: tuple[EntryId, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogues:
    """All entries, each catalogue in the order of its file."""

    timeline: tuple[TimelineEvent, ...] = ()
    licenses: tuple[LicenseEntry, ...] = ()
    projects: tuple[ProjectEntry, ...] = ()
    glossary: tuple[GlossaryTerm, ...] = ()


AnyEntry = TimelineEvent | LicenseEntry | ProjectEntry | GlossaryTerm

_ARTICLES: dict[type[Entry], str] = {
    TimelineEvent: "catalogues/timeline",
    LicenseEntry: "catalogues/licenses",
    ProjectEntry: "catalogues/projects",
    GlossaryTerm: "catalogues/glossary",
}


def section_id_of(entry: AnyEntry) -> str:
    """The id of the section that an entry is searched and shown as."""
    return f"{_ARTICLES[type(entry)]}#{entry.id}"
