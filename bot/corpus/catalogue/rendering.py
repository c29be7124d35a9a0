"""Catalogue entries as text: a title, other names, and passages, so that they are answered from like any section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from bot.corpus.catalogue.entries import AnyEntry, Entry, GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent
from bot.corpus.document import Passage, PassageKind
from bot.corpus.passages import split_sentences


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a member sees of an entry, and what else it is called."""

    title: str
    aliases: tuple[str, ...]
    passages: tuple[Passage, ...]


def render(entry: AnyEntry) -> Rendered:
    """Return an entry as text."""
    match entry:
        case TimelineEvent():
            return _event(entry)
        case LicenseEntry():
            return _license(entry)
        case ProjectEntry():
            return _project(entry)
        case GlossaryTerm():
            return _term(entry)
        case _:
            assert_never(entry)


def _event(entry: TimelineEvent) -> Rendered:
    paragraphs = [f"{entry.date}: {entry.event}"] + ([entry.note] if entry.note else [])
    return Rendered(f"{entry.date}: {entry.who}", (), _passages(paragraphs, ()))


def _license(entry: LicenseEntry) -> Rendered:
    grant = {True: "yes", False: "no", None: "the text says nothing"}[entry.patent_grant]
    facts = (
        ("SPDX id", entry.spdx or "none"),
        ("Allows", ", ".join(entry.permissions)),
        ("Demands", ", ".join(entry.conditions)),
        ("Limits", ", ".join(entry.limitations)),
        ("Patent grant", grant),
        ("Approved by the OSI", "yes" if entry.osi_approved else "no"),
        ("Used by", ", ".join(entry.used_by)),
        ("Text", entry.url),
    )
    aliases = (*entry.aliases, *([entry.spdx] if entry.spdx else []))
    return Rendered(entry.name, aliases, _passages([entry.summary], facts))


def _project(entry: ProjectEntry) -> Rendered:
    facts = (
        ("Made by", entry.who),
        ("First released", str(entry.first_release)),
        ("License of the code", entry.license_code or ""),
        ("License of the weights", entry.license_weights or ""),
        ("License of the data", entry.license_data or ""),
        ("Link", entry.url),
    )
    return Rendered(entry.name, tuple(entry.aliases), _passages([entry.summary], facts))


def _term(entry: GlossaryTerm) -> Rendered:
    names = (*entry.abbreviations, *entry.synonyms)
    title = entry.term[:1].upper() + entry.term[1:]
    if entry.abbreviations:
        title += f" ({', '.join(entry.abbreviations)})"
    facts = (("Also called", ", ".join(entry.synonyms)),)
    return Rendered(title, names, _passages([entry.definition], facts))


def _passages(paragraphs: list[str], facts: tuple[tuple[str, str], ...]) -> tuple[Passage, ...]:
    sentences = [
        Passage(sentence, PassageKind.SENTENCE, block)
        for block, paragraph in enumerate(paragraphs)
        for sentence in split_sentences(paragraph)
    ]
    lines = [Passage(f"• {name}: {value}", PassageKind.ITEM, len(paragraphs)) for name, value in facts if value]
    return (*sentences, *lines)


def related_ids(entry: Entry, article: str) -> tuple[str, ...]:
    """Return the ids of the sections and entries that an entry points at."""
    others = entry.see_also if isinstance(entry, GlossaryTerm) else []
    return (*entry.sections, *(f"{article}#{other}" for other in others))
