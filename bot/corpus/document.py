"""What a knowledge folder is in memory: a corpus of articles, sections and passages, with their sources; and the names of sections.

How it is read is in ``loading``, how it is searched in ``bot.retrieval``.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from bot.corpus.catalogue.entries import Catalogues, Checked, PartialDate

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
KEY_LENGTH = 12
"""Characters of a section key: 60 bits, so that two of a million sections collide once in a million corpora."""


def slugify(text: str) -> str:
    """Text in lower case, each run of other characters than letters and digits as one hyphen; never empty.

    >>> slugify("What is open weights?")
    'what-is-open-weights'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_ALPHANUMERIC.sub("-", folded).strip("-") or "section"


def unique_slug(slug: str, taken: dict[str, int]) -> str:
    """The slug, or the slug with the first free number; it is added to ``taken``, whose values are the highest numbers given so far.

    The time for many equal slugs grows with their number, not with its square.
    """
    candidate = slug
    number = taken.get(slug, 1)
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    taken[slug] = number
    taken.setdefault(candidate, 1)
    return candidate


def section_key(section_id: str) -> str:
    """A short stand-in of a section id; the same id has the same key in every corpus."""
    hashed = hashlib.blake2b(section_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return base64.b32encode(hashed).decode("ascii").lower()[:KEY_LENGTH]


CATALOGUES = "catalogues"
"""The area of the catalogues, and the name of their folder."""
FINGERPRINT_BYTES = 8
"""Bytes of a fingerprint: 64 bits distinguish any two states of one knowledge base."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was looked up."""

    title: str
    publisher: str | None = None
    year: int | None = None
    url: str | None = None

    def __str__(self) -> str:
        details = ", ".join(str(part) for part in (self.publisher, self.year) if part is not None)
        return f"{self.title} ({details})" if details else self.title


class PassageKind(StrEnum):
    """What a passage was in its article; it decides how passages are joined and shown."""

    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest piece that is ever shown: a sentence, a list item, a table row or a code block."""

    text: str
    kind: PassageKind = PassageKind.SENTENCE
    block: int = 0
    """Number of the paragraph, list, table or code block within the section."""


def join_passages(passages: tuple[Passage, ...]) -> str:
    """Running text: sentences on a line, items on lines, blocks apart."""
    parts: list[str] = []
    previous: Passage | None = None
    for passage in passages:
        if previous is not None:
            if passage.block != previous.block:
                parts.append("\n\n")
            elif passage.kind is PassageKind.SENTENCE and previous.kind is PassageKind.SENTENCE:
                parts.append(" ")
            else:
                parts.append("\n")
        parts.append(passage.text)
        previous = passage
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Section:
    """What lies under one heading, and what one answer is made of."""

    id: str
    key: str
    """Twelve characters that stand for the id where Discord leaves little space."""
    area: str
    article: str
    heading_path: tuple[str, ...]
    """The article's title, then each heading down to this one."""
    passages: tuple[Passage, ...]
    questions: tuple[str, ...]
    sources: tuple[Source, ...]
    path: str
    """The file, relative to the knowledge folder, with forward slashes."""
    line: int
    aliases: tuple[str, ...] = ()
    """Other names of what the section is about."""
    related: tuple[str, ...] = ()
    """Ids of sections that an editor says hold more."""
    messages: tuple[str, ...] = ()
    """Messages as people write them that the section answers; searched like ``questions``, never offered or shown."""
    formerly: tuple[str, ...] = ()
    """Ids that the section, or one that was merged into it, had before; whatever was stored under them finds it."""
    same_as: tuple[str, ...] = ()
    """Ids of the sections that are about the same thing, as an entry of a catalogue says it; both sides have each other."""
    checked: tuple[Checked, ...] = ()
    """When facts that change were last looked up; what is due first comes first."""

    @property
    def title(self) -> str:
        """The section's own heading."""
        return self.heading_path[-1]

    @property
    def text(self) -> str:
        """The whole section as plain text."""
        return join_passages(self.passages)

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id under which something about the section may be stored, its own first."""
        return (self.id, *self.formerly)

    @property
    def as_of(self) -> PartialDate | None:
        """The month of the oldest look at a fact in it that changes; None where nothing in it is known to change."""
        return min((one.month for one in self.checked), default=None)


@dataclass(frozen=True, slots=True)
class Article:
    """One file: its front matter and the ids of its sections, in order."""

    slug: str
    area: str
    title: str
    summary: str | None
    updated: date | None
    license: str | None
    path: str
    sections: tuple[str, ...]
    words: int


@dataclass(frozen=True)
class Corpus:
    """All articles and sections, in the order of their ids, and the records of the catalogues."""

    articles: tuple[Article, ...]
    sections: tuple[Section, ...]
    catalogues: Catalogues = field(default_factory=Catalogues)
    """The entries as records; each is also a section, for searching."""
    known_fingerprint: str | None = field(default=None, repr=False, compare=False)
    """What ``fingerprint`` would compute, where another process or an earlier start did already."""
    known_catalogues: str | None = field(default=None, repr=False, compare=False)
    """The digest of the catalogues as they are stored, where they were read from there."""
    _by_id: Mapping[str, Section] = field(init=False, repr=False, compare=False)
    _by_key: Mapping[str, Section] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._build_lookups()

    def _build_lookups(self) -> None:
        before = {name: section for section in self.sections for name in section.formerly}
        by_id = before | {section.id: section for section in self.sections}
        by_key = {section_key(name): section for name, section in before.items()} | {section.key: section for section in self.sections}
        object.__setattr__(self, "_by_id", MappingProxyType(by_id))
        object.__setattr__(self, "_by_key", MappingProxyType(by_key))

    def __getstate__(self) -> tuple[tuple[Article, ...], tuple[Section, ...], Catalogues]:
        return self.articles, self.sections, self.catalogues

    def __setstate__(self, state: tuple[tuple[Article, ...], tuple[Section, ...], Catalogues]) -> None:
        for name, value in zip(("articles", "sections", "catalogues"), state, strict=True):
            object.__setattr__(self, name, value)
        self._build_lookups()

    def section(self, section_id: str) -> Section | None:
        """By the id of today or one of before; None where this corpus has no such section."""
        return self._by_id.get(section_id)

    def current(self, section_id: str) -> str:
        """The id of today for one that was stored; what the corpus does not know stays as it is."""
        section = self._by_id.get(section_id)
        return section_id if section is None else section.id

    def section_of_key(self, key: str) -> Section | None:
        """What a key from a ``custom_id`` stands for; None where it is forged or its section has gone."""
        return self._by_key.get(key)

    def is_catalogue(self, section: Section) -> bool:
        """Whether a section is an entry of a catalogue, and not part of an article."""
        return section.area == CATALOGUES

    def neighbours(self, section: Section) -> tuple[Section, ...]:
        """The other sections of the section's article, in reading order."""
        return tuple(other for other in self._of_article.get(section.article, ()) if other.id != section.id)

    @cached_property
    def _of_article(self) -> Mapping[str, Sequence[Section]]:
        found: dict[str, list[Section]] = {}
        for section in self.sections:
            found.setdefault(section.article, []).append(section)
        return found

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """Every question that a section says it answers, in the order of the sections."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def fingerprint(self) -> str:
        """A digest of everything that can be shown or searched, whatever the files' form."""
        if self.known_fingerprint is not None:
            return self.known_fingerprint
        content = [
            (
                section.id,
                section.heading_path,
                section.aliases,
                section.passages,
                section.questions,
                section.sources,
                section.related,
                section.messages,
                section.same_as,
                section.checked,
            )
            for section in self.sections
        ]
        return digest(repr(content))


def digest(text: str) -> str:
    """A short hexadecimal digest; enough to distinguish states of the program, no protection against forgery."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=FINGERPRINT_BYTES).hexdigest()
