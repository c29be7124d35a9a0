"""The files under ``knowledge/catalogues`` to records and sections, with every fault named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from bot.corpus.catalogue.entries import AnyEntry, Catalogues, Entry, GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent
from bot.corpus.catalogue.rendering import related_ids, render
from bot.corpus.catalogue.schema import GlossaryFile, LicensesFile, ProjectsFile, TimelineFile
from bot.corpus.document import CATALOGUES, Article, Section
from bot.corpus.limits import Limits
from bot.corpus.problems import Problem
from bot.corpus.reading import catalogue_files, read_text
from bot.corpus.schema import Schema, SourceEntry, schema_problems
from bot.corpus.slugs import section_key
from bot.corpus.yaml_document import YamlDocument, read_yaml

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
    """Return the records of all catalogues by kind."""
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
