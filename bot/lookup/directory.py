"""Everything that can be looked up in one state of the knowledge, by its names: licenses, projects, terms, topics.

Each directory is made when the first look-up asks for it, and then held for as long as the knowledge serves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from bot.corpus.catalogue.entries import AnyEntry, GlossaryTerm, LicenseEntry, ProjectEntry, section_id_of
from bot.corpus.document import Corpus, Section
from bot.lookup.browsing import Scope, Tree, named_scopes
from bot.lookup.names import MOST_CHOICES, Match, Named, Names, name_base, normal_form, without_parenthesis

_T = TypeVar("_T")
_OFFERED = 5
_LONGEST_WORD = 8
"""Letters; longer ones are several words joined."""


@dataclass(frozen=True, slots=True)
class Missed(Generic[_T]):
    """Nothing has that name, or several things have it."""

    typed: str
    closest: tuple[_T, ...]
    """What may have been meant, most likely first; may be empty."""
    labels: tuple[str, ...]
    """Under which names to offer it."""
    several: bool = False
    """Whether several things have the name, and not none."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What is offered while a name is typed."""

    label: str
    value: str
    """What resolves to exactly this entry."""


class Directory(Generic[_T]):
    """Entries of one kind, by name."""

    def __init__(self, entries: Iterable[tuple[Named, _T]]) -> None:
        held = tuple(entries)
        self.names = Names(named for named, _ in held)
        self._entries = {named.key: entry for named, entry in held}

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> tuple[_T, ...]:
        """All entries, the most popular first."""
        return tuple(self._entries[named.key] for named in self.names.entries)

    def get(self, key: str) -> _T | None:
        """By the id of a catalogue entry, or the key of a section or a scope."""
        return self._entries.get(key)

    def find(self, typed: str) -> _T | Missed[_T]:
        """Return what a name stands for, or what may have been meant."""
        match = self.names.resolve(typed)
        if match is not None:
            return self._entries[match.named.key]
        closest = self.names.closest(typed, _OFFERED)
        several = self.names.is_ambiguous(typed)
        return Missed(typed, tuple(self._entries[named.key] for named in closest), tuple(named.label for named in closest), several)

    def match(self, typed: str) -> Match | None:
        """Return what a name stands for, and how surely; None where that is not clear."""
        return self.names.resolve(typed)

    def written(self, typed: str) -> Match | None:
        """The same without the names that are recognized by likeness, which costs far more."""
        return self.names.written(typed)

    def complete(self, typed: str, limit: int = MOST_CHOICES) -> tuple[Completion, ...]:
        """What to offer for what has been typed so far; the most popular where that is nothing."""
        return tuple(Completion(named.label, self.names.value_of(named)) for named in self.names.complete(typed, limit))


class Directories:
    """The directories of one corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    @cached_property
    def licenses(self) -> Directory[LicenseEntry]:
        """The licenses, by name, alias and SPDX id."""
        return Directory(
            (Named(entry.id, entry.name, _others(entry), len(entry.used_by) + self._popularity(entry)), entry)
            for entry in self.corpus.catalogues.licenses
        )

    @cached_property
    def projects(self) -> Directory[ProjectEntry]:
        """The projects and organizations, by name and alias."""
        return Directory(
            (Named(entry.id, entry.name, entry.aliases, self._popularity(entry)), entry) for entry in self.corpus.catalogues.projects
        )

    @cached_property
    def glossary(self) -> Directory[GlossaryTerm]:
        """The terms, by name, abbreviation and synonym."""
        return Directory(
            (Named(entry.id, entry.term, (*entry.abbreviations, *entry.synonyms), self._popularity(entry)), entry)
            for entry in self.corpus.catalogues.glossary
        )

    @cached_property
    def bases(self) -> frozenset[str]:
        """What licenses and projects are called in one word, their versions left out."""
        licenses = (name for entry in self.corpus.catalogues.licenses for name in (entry.name, *_others(entry)))
        projects = (name for entry in self.corpus.catalogues.projects for name in (entry.name, *entry.aliases))
        return frozenset(map(name_base, (*licenses, *projects))) - {""}

    @cached_property
    def license_words(self) -> frozenset[str]:
        """What licenses are called in one word ("mit", "gpl"), and nothing else is."""
        names = (name for entry in self.corpus.catalogues.licenses for name in (entry.name, *_others(entry)))
        projects = {name_base(name) for entry in self.corpus.catalogues.projects for name in (entry.name, *entry.aliases)}
        return frozenset(base for base in map(name_base, names) if base.isalpha() and len(base) <= _LONGEST_WORD) - projects

    @cached_property
    def called(self) -> frozenset[str]:
        """The normal forms of what entries are called, and sections of articles."""
        catalogues = self.corpus.catalogues
        articles = (section for section in self.corpus.sections if not self.corpus.is_catalogue(section))
        return frozenset(
            normal_form(name)
            for names in (
                *((entry.name, *_others(entry)) for entry in catalogues.licenses),
                *((entry.name, without_parenthesis(entry.name), *entry.aliases) for entry in catalogues.projects),
                *((entry.term, *entry.abbreviations, *entry.synonyms) for entry in catalogues.glossary),
                *((section.title, *section.aliases) for section in articles),
            )
            for name in names
        )

    @cached_property
    def topics(self) -> Directory[Section]:
        """The sections, by title and alias; events have dates instead of titles and are in the timeline only."""
        timeline = {section_id_of(event) for event in self.corpus.catalogues.timeline}
        sections = [section for section in self.corpus.sections if section.id not in timeline]
        titles = Counter(section.title.casefold() for section in sections)
        return Directory(
            (Named(section.key, _title(section, titles), (section.title, *section.aliases), self._references[section.id]), section)
            for section in sections
        )

    @cached_property
    def tree(self) -> Tree:
        """The areas, articles and sections."""
        return Tree(self.corpus)

    @cached_property
    def scopes(self) -> Directory[Scope]:
        """The areas, articles and sections, by name; a larger one goes before a smaller one of the same name."""
        return Directory(named_scopes(self.corpus))

    def prepare(self) -> None:
        """Make all directories now, so that no member waits for them."""
        for names in (self.licenses.names, self.projects.names, self.glossary.names, self.topics.names, self.scopes.names):
            names.prepare()
        _ = self.called

    def section_of(self, entry: AnyEntry) -> Section | None:
        """The section that an entry is also known as: it has the sources, and what an answer's controls refer to."""
        return self.corpus.section(section_id_of(entry))

    def entry_of(self, section: Section) -> AnyEntry | None:
        """None where the section is part of an article."""
        return self._entries.get(section.id)

    @cached_property
    def _entries(self) -> dict[str, AnyEntry]:
        catalogues = self.corpus.catalogues
        every: tuple[tuple[AnyEntry, ...], ...] = (catalogues.timeline, catalogues.licenses, catalogues.projects, catalogues.glossary)
        return {section_id_of(entry): entry for entries in every for entry in entries}

    @cached_property
    def _references(self) -> Counter[str]:
        """How many sections point at each section."""
        return Counter(target for section in self.corpus.sections for target in section.related)

    def _popularity(self, entry: LicenseEntry | ProjectEntry | GlossaryTerm) -> int:
        return self._references[section_id_of(entry)] + len(entry.sections)


def _others(entry: LicenseEntry) -> tuple[str, ...]:
    return (*entry.aliases, entry.spdx) if entry.spdx else entry.aliases


def _title(section: Section, titles: Counter[str]) -> str:
    """With its article where other sections have the same title."""
    shared = titles[section.title.casefold()] > 1 and len(section.heading_path) > 1
    return f"{section.title} ({section.heading_path[0]})" if shared else section.title
