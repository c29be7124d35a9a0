"""The YAML catalogues become records, and sections to answer from whose text is written from the keys of an entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, assert_never

from pydantic import ValidationError

from bot.corpus.catalogue.entries import AnyEntry, Catalogues, Entry, GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent
from bot.corpus.document import CATALOGUES, Article, Passage, PassageKind, Section, section_key
from bot.corpus.files import Limits, catalogue_files, read_text
from bot.corpus.problems import Problem
from bot.corpus.sections import split_sentences
from bot.corpus.yaml_reading import Schema, SourceEntry, YamlDocument, read_yaml, schema_problems


class TimelineFile(Schema):
    """``timeline.yaml``."""

    sources: dict[str, SourceEntry]
    entries: tuple[TimelineEvent, ...]


class LicensesFile(Schema):
    """``licenses.yaml``."""

    sources: dict[str, SourceEntry]
    entries: tuple[LicenseEntry, ...]


class ProjectsFile(Schema):
    """``projects.yaml``."""

    sources: dict[str, SourceEntry]
    entries: tuple[ProjectEntry, ...]


class GlossaryFile(Schema):
    """``glossary.yaml``."""

    sources: dict[str, SourceEntry]
    entries: tuple[GlossaryTerm, ...]


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
    """Ids of the sections and entries that an entry points at; whether they exist is checked later."""
    others = entry.see_also if isinstance(entry, GlossaryTerm) else []
    return (*entry.sections, *(f"{article}#{other}" for other in others))


_FILES: dict[str, type[TimelineFile] | type[LicensesFile] | type[ProjectsFile] | type[GlossaryFile]] = {
    "timeline": TimelineFile,
    "licenses": LicensesFile,
    "projects": ProjectsFile,
    "glossary": GlossaryFile,
}
_ENTRIES: dict[str, type[Entry]] = {"timeline": TimelineEvent, "licenses": LicenseEntry, "projects": ProjectEntry, "glossary": GlossaryTerm}
_TITLES = {"timeline": "Timeline", "licenses": "Licenses", "projects": "Projects and organizations", "glossary": "Glossary"}

_E = TypeVar("_E", bound=Entry)


@dataclass(frozen=True, slots=True)
class LoadedCatalogue:
    """One catalogue, as records, and as an article with a section for each entry."""

    article: Article
    sections: tuple[Section, ...]
    entries: tuple[AnyEntry, ...]


def load_catalogues(root: Path, limits: Limits, problems: list[Problem]) -> tuple[LoadedCatalogue, ...]:
    """Read the catalogues below a knowledge folder; a folder without them has none."""
    loaded: list[LoadedCatalogue] = []
    paths = catalogue_files(root, problems)
    if not any(path.stem in _FILES for path in paths):
        return ()  # somebody else's folder that happens to have this name
    for path in paths:
        if path.stem not in _FILES:
            known = ", ".join(f"{name}.yaml" for name in _FILES)
            problems.append(Problem(f"{CATALOGUES}/{path.name}", None, "is no catalogue of this bot.", f"There are {known}."))
            continue
        catalogue = _load(path, root, limits, problems)
        if catalogue is not None:
            loaded.append(catalogue)
    return tuple(loaded)


def collect(loaded: Iterable[LoadedCatalogue]) -> Catalogues:
    """The records by kind, whatever file they came from."""
    entries = [entry for catalogue in loaded for entry in catalogue.entries]

    def of(kind: type[_E]) -> tuple[_E, ...]:
        return tuple(entry for entry in entries if isinstance(entry, kind))

    return Catalogues(of(TimelineEvent), of(LicenseEntry), of(ProjectEntry), of(GlossaryTerm))


def _load(path: Path, root: Path, limits: Limits, problems: list[Problem]) -> LoadedCatalogue | None:
    source = read_text(path, root, limits, problems)
    document = None if source is None else read_yaml(source.text, source.path, limits, problems)
    if source is None or document is None:
        return None
    schema = _FILES[path.stem]
    try:
        content = schema.model_validate(document.values)
    except ValidationError as error:
        problems.extend(schema_problems(error, document, source.path, _places(path.stem)))
        return None
    before = len(problems)
    problems.extend(_faults(content.entries, content.sources, document, source.path))
    if len(problems) > before:
        return None
    slug = f"{CATALOGUES}/{path.stem}"
    entries: tuple[AnyEntry, ...] = content.entries
    sections = tuple(_section(entry, position, slug, content.sources, document, source.path) for position, entry in enumerate(entries))
    article = Article(
        slug=slug,
        area=CATALOGUES,
        title=_TITLES[path.stem],
        summary=None,
        updated=None,
        license=None,
        path=source.path,
        sections=tuple(section.id for section in sections),
        words=sum(len(section.text.split()) for section in sections),
    )
    return LoadedCatalogue(article, sections, entries)


def _places(name: str) -> dict[str, type[Schema] | type[Entry]]:
    return {"": _FILES[name], "entries": _ENTRIES[name], "sources": SourceEntry}


def _faults(entries: Iterable[Entry], sources: dict[str, SourceEntry], document: YamlDocument, path: str) -> Iterable[Problem]:
    first: dict[str, int | None] = {}
    for position, entry in enumerate(entries):
        line = document.line_of(("entries", position))
        if entry.id in first:
            yield Problem(path, line, f"the id {entry.id!r} is taken by the entry on line {first[entry.id]}.", "Give it another id.")
        first.setdefault(entry.id, line)
        for name in entry.sources:
            if name not in sources:
                yield Problem(
                    path,
                    document.line_of(("entries", position, "sources")),
                    f"{entry.id}: source {name!r} is not defined.",
                    "Define it under sources.",
                )


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
        sources=tuple(sources[name].source() for name in entry.sources),
        path=path,
        line=document.line_of(("entries", position)) or 1,
        aliases=rendered.aliases,
        related=related_ids(entry, article),
    )
