"""The records of the catalogues, and what their fields may hold in a YAML file under ``knowledge/catalogues``.

Plain dataclasses, so that a cached start makes them without a validator; ``schema`` is where pydantic checks them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from bot.corpus.catalogue.dates import PartialDate
from bot.corpus.fields import Line, Paragraph, WebAddress


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
    """Ids of article sections that tell more."""
    questions: tuple[Line, ...] = ()


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
    """Return the id of the section that an entry is searched and shown as."""
    return f"{_ARTICLES[type(entry)]}#{entry.id}"
