"""The YAML catalogues become records, and sections to answer from whose text is written from the keys of an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, assert_never

from pydantic import TypeAdapter, ValidationError

from bot.corpus.catalogue.entries import (
    AnyEntry,
    AttributeEntry,
    Catalogues,
    Entry,
    GlossaryTerm,
    LicenseEntry,
    LicenseFamily,
    ProjectEntry,
    TimelineEvent,
)
from bot.corpus.document import CATALOGUES, Article, Passage, PassageKind, Section, section_key
from bot.corpus.files import Limits, catalogue_files, read_text
from bot.corpus.problems import Problem
from bot.corpus.sentences import split_sentences
from bot.corpus.yaml_reading import Schema, SourceEntry, YamlDocument, entry_problems, read_yaml, schema_problems


class CatalogueFile(Schema):
    """A file of the folder of catalogues; its entries are checked one by one."""

    sources: dict[str, SourceEntry]
    entries: tuple[dict[str, object], ...]


class AttributeFile(Schema):
    """The schema of the attributes that entries may have."""

    attributes: tuple[AttributeEntry, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a member sees of an entry, and what else it is called."""

    title: str
    aliases: tuple[str, ...]
    passages: tuple[Passage, ...]


def render(entry: AnyEntry) -> Rendered:
    """Write the text of an entry from its keys, so that look-up and answer can never say different things."""
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


_FAMILIES = {
    LicenseFamily.PERMISSIVE: "permissive",
    LicenseFamily.WEAK_COPYLEFT: "weak copyleft",
    LicenseFamily.STRONG_COPYLEFT: "strong copyleft",
    LicenseFamily.PUBLIC_DOMAIN: "public domain",
    LicenseFamily.DATA: "for data",
    LicenseFamily.CONTENT: "for texts, pictures and other works",
    LicenseFamily.RESPONSIBLE_AI: "responsible AI",
    LicenseFamily.MODEL_SPECIFIC: "terms of one maker of models",
}


def _license(entry: LicenseEntry) -> Rendered:
    grant = {True: "yes", False: "no", None: "the text says nothing"}[entry.patent_grant]
    facts = (
        ("Kind of license", _FAMILIES[entry.family]),
        ("SPDX id", entry.spdx or "none"),
        ("Allows", ", ".join(entry.permissions)),
        ("Demands", ", ".join(entry.conditions)),
        ("Limits", ", ".join(entry.limitations)),
        ("Patent grant", grant),
        ("Approved by the OSI", "yes" if entry.osi_approved else "no"),
        ("Used by", ", ".join(entry.used_by)),
        *_more(entry),
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
        *_more(entry),
        ("Link", entry.url),
    )
    return Rendered(entry.name, tuple(entry.aliases), _passages([entry.summary], facts))


def _more(entry: LicenseEntry | ProjectEntry) -> tuple[tuple[str, str], ...]:
    """What the schema of attributes adds to an entry, then its versions."""
    facts = [(fact.label, fact.text) for fact in entry.facts]
    return (*facts, *((version.name, version.text) for version in entry.versions))


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
    """Ids of the sections and entries that an entry points at; whether they exist is checked later."""
    others = entry.see_also if isinstance(entry, GlossaryTerm) else []
    return (*entry.sections, *(f"{article}#{other}" for other in others))


_ENTRIES: dict[str, type[TimelineEvent] | type[LicenseEntry] | type[ProjectEntry] | type[GlossaryTerm]] = {
    "timeline": TimelineEvent,
    "licenses": LicenseEntry,
    "projects": ProjectEntry,
    "glossary": GlossaryTerm,
}
_SCHEMA = "attributes"
_TITLES = {"timeline": "Timeline", "licenses": "Licenses", "projects": "Projects and organizations", "glossary": "Glossary"}

_E = TypeVar("_E", bound=Entry)


@dataclass(frozen=True, slots=True)
class LoadedCatalogue:
    """One catalogue, as records, and as an article with a section for each entry that has the right form."""

    article: Article
    sections: tuple[Section, ...]
    entries: tuple[AnyEntry, ...]
    ids: tuple[str, ...]
    """Ids of the sections of all entries, also of those with faults, so that references to these are no further faults."""
    attributes: tuple[AttributeEntry, ...]
    usable: bool
    """False where a fault keeps the catalogue out of the corpus; what could be read takes part in further checks."""


def load_catalogues(root: Path, limits: Limits, problems: list[Problem]) -> tuple[LoadedCatalogue, ...]:
    """Read the catalogues below a knowledge folder; a folder without them has none."""
    loaded: list[LoadedCatalogue] = []
    paths = catalogue_files(root, problems)
    if not any(path.stem.lower() in _ENTRIES for path in paths):
        return ()  # somebody else's folder that happens to have this name
    first: dict[str, Path] = {}
    schemas = [load_attributes(path, root, limits, problems) for path in paths if path.stem.lower() == _SCHEMA]
    attributes = None if None in schemas else tuple(attribute for schema in schemas for attribute in schema or ())
    for path in paths:
        kind = path.stem.lower()
        place = f"{CATALOGUES}/{path.name}"
        if kind == _SCHEMA:
            continue
        if kind not in _ENTRIES:
            known = ", ".join(f"{name}.yaml" for name in (*_ENTRIES, _SCHEMA))
            problems.append(Problem(place, None, "is no catalogue of this bot.", f"There are {known}."))
        elif first.setdefault(kind, path) is not path:
            problems.append(Problem(place, None, f"is a second {kind} beside {first[kind].name}.", "Keep one of them."))
        else:
            loaded.extend(_load(path, kind, root, limits, problems, attributes))
    return tuple(loaded)


def collect(loaded: Iterable[LoadedCatalogue]) -> Catalogues:
    """The records by kind, whatever file they came from."""
    held = tuple(loaded)
    entries = [entry for catalogue in held for entry in catalogue.entries]

    def of(kind: type[_E]) -> tuple[_E, ...]:
        return tuple(entry for entry in entries if isinstance(entry, kind))

    attributes = next((catalogue.attributes for catalogue in held), ())
    return Catalogues(of(TimelineEvent), of(LicenseEntry), of(ProjectEntry), of(GlossaryTerm), attributes)


def _load(
    path: Path, kind: str, root: Path, limits: Limits, problems: list[Problem], attributes: tuple[AttributeEntry, ...] | None
) -> Iterator[LoadedCatalogue]:
    source = read_text(path, root, limits, problems)
    document = None if source is None else read_yaml(source.text, source.path, limits, problems)
    if source is None or document is None:
        return
    before = len(problems)
    sources = _sources(document, source.path, problems)
    slug = f"{CATALOGUES}/{kind}"
    schema = None if attributes is None else {attribute.id: attribute for attribute in attributes}
    placed = tuple(
        (position, _labeled(entry, schema, source.path, document.line_of(("entries", position)), problems))
        for position, entry in _entries(document, kind, source.path, problems)
    )
    sections = tuple(_section(entry, position, slug, sources, document, source.path) for position, entry in placed)
    article = Article(
        slug=slug,
        area=CATALOGUES,
        title=_TITLES[kind],
        summary=None,
        updated=None,
        license=None,
        path=source.path,
        sections=tuple(section.id for section in sections),
        words=sum(len(section.text.split()) for section in sections),
    )
    ids = tuple(f"{slug}#{entry['id']}" for _, entry in _written(document) if isinstance(entry.get("id"), str))
    yield LoadedCatalogue(article, sections, tuple(entry for _, entry in placed), ids, attributes or (), len(problems) == before)


def load_attributes(path: Path, root: Path, limits: Limits, problems: list[Problem]) -> tuple[AttributeEntry, ...] | None:
    """The attributes that entries of the other files may have, with the forms that ask for them; None where there are faults."""
    source = read_text(path, root, limits, problems)
    document = None if source is None else read_yaml(source.text, source.path, limits, problems)
    if source is None or document is None:
        return None
    try:
        return AttributeFile.model_validate(document.values).attributes
    except ValidationError as error:
        problems.extend(schema_problems(error, document, source.path, {"": AttributeFile, "attributes": AttributeEntry}))
        return None


def _labeled(
    entry: AnyEntry, schema: Mapping[str, AttributeEntry] | None, path: str, line: int | None, problems: list[Problem]
) -> AnyEntry:
    """The entry with the facts in the order and with the labels of the schema; one that the schema lacks is a fault.

    Of a schema that could not be read (None) nobody knows what it lacks.
    """
    if schema is None or not isinstance(entry, LicenseEntry | ProjectEntry) or not entry.facts:
        return entry
    for fact in entry.facts:
        if fact.attribute not in schema:
            known = ", ".join(schema) or "none"
            problems.append(Problem(path, line, f"{entry.id}: {fact.attribute!r} is no attribute.", f"{_SCHEMA}.yaml has {known}."))
    by_attribute = {fact.attribute: fact for fact in entry.facts}
    facts = tuple(replace(by_attribute[name], label=attribute.label) for name, attribute in schema.items() if name in by_attribute)
    return replace(entry, facts=facts)


def _sources(document: YamlDocument, path: str, problems: list[Problem]) -> dict[str, SourceEntry]:
    """The sources of a file; its entries are looked at whatever else is wrong with the file."""
    try:
        return CatalogueFile.model_validate(document.values).sources
    except ValidationError as error:
        problems.extend(schema_problems(error, document, path, {"": CatalogueFile, "sources": SourceEntry, "entries": Entry}))
        return {}


def _written(document: YamlDocument) -> list[tuple[int, Mapping[object, object]]]:
    """The entries of a file with their places, before anything is checked; what has no keys is named by the check of the file."""
    entries = document.values.get("entries")
    return [(place, entry) for place, entry in enumerate(entries) if isinstance(entry, dict)] if isinstance(entries, list) else []


def _entries(document: YamlDocument, kind: str, path: str, problems: list[Problem]) -> Iterator[tuple[int, AnyEntry]]:
    """Check every entry in every way, and yield those that have the right form, each with its place in the file."""
    adapter: TypeAdapter[AnyEntry] = TypeAdapter(_ENTRIES[kind])
    named = document.values.get("sources")
    sources = set(map(str, named)) if isinstance(named, dict) else set()
    first: dict[str, int | None] = {}
    for position, entry in _written(document):
        place = ("entries", position)
        written = entry.get("id")
        name = written if isinstance(written, str) else f"entry {position + 1}"
        line = document.line_of(place)
        if name in first:
            problems.append(Problem(path, line, f"the id {name!r} is taken by the entry on line {first[name]}.", "Give it another id."))
        first.setdefault(name, line)
        used = entry.get("sources")
        for source in used if isinstance(used, list) and sources else ():
            if str(source) not in sources:
                where = document.line_of((*place, "sources"))
                problems.append(Problem(path, where, f"{name}: source {str(source)!r} is not defined.", "Define it under sources."))
        try:
            yield position, adapter.validate_python(entry)
        except ValidationError as error:
            problems.extend(entry_problems(error, document, path, place, name, _ENTRIES[kind]))


def _section(entry: AnyEntry, position: int, article: str, sources: dict[str, SourceEntry], document: YamlDocument, path: str) -> Section:
    rendered = render(entry)
    section_id = f"{article}#{entry.id}"
    return Section(
        id=section_id,
        key=section_key(section_id),
        area=CATALOGUES,
        article=article,
        heading_path=(_TITLES[article.rsplit("/", 1)[1]], rendered.title),
        passages=rendered.passages,
        questions=tuple(entry.questions),
        messages=tuple(entry.messages),
        sources=tuple(sources[name].source() for name in entry.sources if name in sources),
        path=path,
        line=document.line_of(("entries", position)) or 1,
        aliases=rendered.aliases,
        related=related_ids(entry, article),
        formerly=entry.formerly,
        same_as=entry.same_as,
        checked=entry.checked,
    )
