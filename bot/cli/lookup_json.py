"""What was looked up, as JSON objects for programs; the fields are documented in ``docs/programs.md``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from bot.cli.outcomes import SourceJson, source_json
from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, PartialDate, ProjectEntry, TimelineEvent
from bot.corpus.document import Section
from bot.lookup.browsing import Fact, Scope, SourceUse
from bot.lookup.comparison import Comparison, Guide, compare
from bot.lookup.directory import Directories
from bot.lookup.timeline import Chosen


class EventJson(TypedDict):
    """An event; ``date`` is as exact as it is known: ``2018``, ``2018-10`` or ``2018-10-11``."""

    id: str
    date: str
    event: str
    who: str
    kind: str
    note: str | None
    sources: list[SourceJson]


class TimelineJson(TypedDict):
    """Events, the oldest first."""

    title: str
    events: list[EventJson]


class LicenseJson(TypedDict):
    """A license."""

    id: str
    name: str
    spdx: str | None
    aliases: list[str]
    family: str
    summary: str
    permissions: list[str]
    conditions: list[str]
    limitations: list[str]
    patent_grant: bool | None
    osi_approved: bool
    used_by: list[str]
    url: str
    sources: list[SourceJson]


class ProjectJson(TypedDict):
    """A project or an organization."""

    id: str
    name: str
    aliases: list[str]
    kind: str
    summary: str
    who: str
    first_release: str
    license_code: str | None
    license_weights: str | None
    license_data: str | None
    url: str
    sources: list[SourceJson]


class ComparedFactJson(TypedDict):
    """One row of a comparison."""

    label: str
    left: list[str]
    right: list[str]
    differs: bool


class ComparisonJson(TypedDict):
    """Two entries side by side."""

    left: str
    right: str
    rows: list[ComparedFactJson]


class FamilyJson(TypedDict):
    """Licenses that do the same to whoever takes the work."""

    meaning: str
    licenses: list[str]


class GuideJson(TypedDict):
    """Which license for a kind of work; ``section`` is that of the advice."""

    work: str
    section: str | None
    advice: str | None
    families: list[FamilyJson]


class TermJson(TypedDict):
    """A term."""

    id: str
    term: str
    abbreviations: list[str]
    synonyms: list[str]
    definition: str
    see_also: list[str]
    sources: list[SourceJson]


class NeighboursJson(TypedDict):
    """Ids of the sections beside one."""

    previous: str | None
    next: str | None
    parent: str | None


class TopicJson(TypedDict):
    """A section."""

    section: str
    title: str
    text: str
    neighbours: NeighboursJson
    sources: list[SourceJson]


class FactJson(TypedDict):
    """A fact, and the section that it opens."""

    fact: str
    section: str
    title: str
    sources: list[SourceJson]


class SourceUseJson(TypedDict):
    """A source, and how many sections name it."""

    source: SourceJson
    sections: int


class SourcesJson(TypedDict):
    """The sources of a part of the knowledge."""

    topic: str
    sources: list[SourceUseJson]


def timeline_json(chosen: Chosen, lookup: Directories) -> TimelineJson:
    """The oldest event first; each with the sources of its section."""
    return {"title": chosen.title, "events": [_event(event, lookup) for event in chosen.events]}


def license_json(entry: LicenseEntry, lookup: Directories) -> LicenseJson:
    """``patent_grant`` is null where the text of the license says nothing about patents."""
    return {
        "id": entry.id,
        "name": entry.name,
        "spdx": entry.spdx,
        "aliases": list(entry.aliases),
        "family": entry.family.value,
        "summary": entry.summary,
        "permissions": list(entry.permissions),
        "conditions": list(entry.conditions),
        "limitations": list(entry.limitations),
        "patent_grant": entry.patent_grant,
        "osi_approved": entry.osi_approved,
        "used_by": list(entry.used_by),
        "url": entry.url,
        "sources": _sources(lookup.section_of(entry)),
    }


def project_json(entry: ProjectEntry, lookup: Directories) -> ProjectJson:
    """What is not known of a license is null."""
    return {
        "id": entry.id,
        "name": entry.name,
        "aliases": list(entry.aliases),
        "kind": entry.kind.value,
        "summary": entry.summary,
        "who": entry.who,
        "first_release": _date(entry.first_release),
        "license_code": entry.license_code,
        "license_weights": entry.license_weights,
        "license_data": entry.license_data,
        "url": entry.url,
        "sources": _sources(lookup.section_of(entry)),
    }


def comparison_json(left: LicenseEntry | ProjectEntry, right: LicenseEntry | ProjectEntry) -> ComparisonJson:
    """A row for each fact that one of both has."""
    comparison: Comparison = compare(left, right)
    rows: list[ComparedFactJson] = [
        {"label": row.label, "left": list(row.left), "right": list(row.right), "differs": row.differs} for row in comparison.rows
    ]
    return {"left": comparison.left, "right": comparison.right, "rows": rows}


def guide_json(found: Guide) -> GuideJson:
    """Names of licenses only; ``license NAME --json`` has the rest."""
    return {
        "work": found.work.value,
        "section": None if found.section is None else found.section.id,
        "advice": None if found.section is None else found.section.text,
        "families": [{"meaning": family.meaning, "licenses": [entry.name for entry in family.licenses]} for family in found.families],
    }


def term_json(entry: GlossaryTerm, lookup: Directories) -> TermJson:
    """``see_also`` holds ids of other terms."""
    return {
        "id": entry.id,
        "term": entry.term,
        "abbreviations": list(entry.abbreviations),
        "synonyms": list(entry.synonyms),
        "definition": entry.definition,
        "see_also": list(entry.see_also),
        "sources": _sources(lookup.section_of(entry)),
    }


def topic_json(section: Section, lookup: Directories) -> TopicJson:
    """The whole text, and the ids of what stands beside the section."""
    beside = lookup.tree.neighbours(section)
    return {
        "section": section.id,
        "title": section.title,
        "text": section.text,
        "neighbours": {"previous": _id(beside.previous), "next": _id(beside.following), "parent": _id(beside.parent)},
        "sources": _sources(section),
    }


def fact_json(fact: Fact) -> FactJson:
    """The sources are those of the section that the fact opens."""
    return {"fact": fact.text, "section": fact.section.id, "title": fact.section.title, "sources": _sources(fact.section)}


def sources_json(scope: Scope, uses: Sequence[SourceUse]) -> SourcesJson:
    """The source first on which most sections rest."""
    return {"topic": scope.title, "sources": [{"source": source_json(use.source), "sections": use.sections} for use in uses]}


def _event(event: TimelineEvent, lookup: Directories) -> EventJson:
    return {
        "id": event.id,
        "date": _date(event.date),
        "event": event.event,
        "who": event.who,
        "kind": event.kind.value,
        "note": event.note,
        "sources": _sources(lookup.section_of(event)),
    }


def _date(date: PartialDate) -> str:
    parts = [f"{date.year:04}", *([f"{date.month:02}"] if date.month else []), *([f"{date.day:02}"] if date.day else [])]
    return "-".join(parts)


def _id(section: Section | None) -> str | None:
    return None if section is None else section.id


def _sources(section: Section | None) -> list[SourceJson]:
    return [] if section is None else [source_json(source) for source in section.sources]
