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


class Changing(StrEnum):
    """What kind of fact changes, and how soon it should be looked up again: ``months`` of each kind."""

    VERSIONS = "versions"
    LAW = "law"
    PRICES = "prices"
    COUNTS = "counts"
    PEOPLE = "people"

    @property
    def months(self) -> int:
        """How long a fact of this kind may stand before ``check`` asks for another look."""
        return {Changing.VERSIONS: 3, Changing.LAW: 6, Changing.PRICES: 6}.get(self, 12)


@dataclass(frozen=True, slots=True, order=True)
class Checked:
    """When facts of one kind were last looked up."""

    month: PartialDate
    kind: Changing

    def due(self) -> PartialDate:
        """The month from which on it should be looked up again."""
        months = self.month.year * 12 + self.month.month - 1 + self.kind.months
        return PartialDate(months // 12, months % 12 + 1)


def _looked_up(value: object) -> object:
    """A mapping of kinds to months, as it is written, to the records it stands for; the oldest look comes first."""
    if not isinstance(value, dict):
        return value
    found = [Checked(_month(month), Changing(str(kind))) for kind, month in value.items()]
    return tuple(sorted(found))


def _month(value: object) -> PartialDate:
    found = _date(value)
    if not found.month or found.day:
        raise ValueError("must be a month in quotes: YYYY-MM")
    return found


LookedUp = Annotated[tuple[Checked, ...], BeforeValidator(_looked_up)]
"""In a file: ``checked: {versions: "2026-11"}``."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a catalogue says of one thing under an attribute of its schema."""

    attribute: EntryId
    values: Annotated[tuple[Line, ...], Field(min_length=1)]
    label: str = ""
    """The attribute's name for readers, from the schema."""

    @property
    def text(self) -> str:
        """All values on one line."""
        return "; ".join(self.values)


def _facts(value: object) -> object:
    """A mapping of attributes to one value or several, as it is written, to what the records are made of."""
    if not isinstance(value, dict):
        return value
    return [{"attribute": name, "values": held if isinstance(held, list) else [held]} for name, held in value.items()]


Facts = Annotated[tuple[Fact, ...], BeforeValidator(_facts)]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a project or license, with what differs from the others."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: Line
    date: EntryDate
    sizes: Line | None = None
    license: Line | None = None
    note: Line | None = None
    also: tuple[Line, ...] = ()
    """What people call it for short, where that is not a name of the entry and what follows it here."""

    @property
    def text(self) -> str:
        """What is known of it, without its name."""
        parts = (str(self.date), self.sizes and f"sizes: {self.sizes}", self.license and f"license: {self.license}", self.note)
        return "; ".join(part for part in parts if part)


NAME_IN_FORM = "{}"
"""What stands for the name of a thing in a form of question."""


def _question_form(value: str) -> str:
    try:
        re.compile(value.replace(NAME_IN_FORM, "x"))
    except re.error as error:
        raise ValueError(f"must be a regular expression: {error}") from error
    return value


QuestionForm = Annotated[Line, AfterValidator(_question_form)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeEntry:
    """An attribute that entries may have: how it is called, how it is asked for, and how fast it changes.

    A new attribute is a new entry of ``attributes.yaml`` and no code.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    id: EntryId
    label: Line
    changes: Changing | None = None
    question: Line
    """The question in full, with {} for the name."""
    asks: tuple[QuestionForm, ...] = ()
    """Regular expressions of whole questions, with {} for the name; one without it asks of what was spoken of before."""
    words: tuple[Line, ...] = ()
    """What is left of a question for it once the name and the words that ask for nothing are put aside: one of these, of several words
    all."""
    beside: tuple[Line, ...] = ()
    """What may be left as well."""


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
    formerly: tuple[Line, ...] = ()
    """Ids of sections, with their article, that were merged into this entry or renamed to it."""
    same_as: tuple[Line, ...] = ()
    """Ids of the sections of articles and of other entries that are about the same thing."""
    checked: LookedUp = ()


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
    facts: Facts = ()
    versions: tuple[Version, ...] = ()
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
    facts: Facts = ()
    versions: tuple[Version, ...] = ()
    """The oldest first."""
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
    attributes: tuple[AttributeEntry, ...] = ()
    """The schema of what entries may have beside their own keys, in the order in which it is shown."""


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
