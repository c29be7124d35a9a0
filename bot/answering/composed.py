"""Sections that are put together from catalogue entries on demand: the events of some years, two entries side by side.

They have ids and keys like any section, so that every control works on them after a restart: the id names what it is made of, and it is
made again from the knowledge of the day. They are no part of the index. The facts of one entry are put together here, too: some attributes
of the schema are said by other fields, by its versions, or by the license that it is under.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import combinations

from bot.answering.entities import mentions
from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry, ProjectKind, TimelineEvent
from bot.corpus.document import Passage, PassageKind, Section, Source, section_key
from bot.corpus.sentences import split_sentences
from bot.lookup.comparison import Comparison, compare, sides_of
from bot.lookup.directory import Directories, Directory
from bot.lookup.names import spaced
from bot.lookup.timeline import Chosen, Impossible, select_events
from bot.query.patterns import Attribute
from bot.texts import lookup as texts

_TIMELINE = "catalogues/timeline#from-{first}-to-{last}"
_PERIOD = re.compile(r"catalogues/timeline#from-(?P<first>[0-9]{4})-to-(?P<last>[0-9]{4})")
_PAIR = re.compile(r"catalogues/(?P<kind>licenses|projects|glossary)#(?P<left>[a-z0-9-]+)\+(?P<right>[a-z0-9-]+)")

Comparable = LicenseEntry | ProjectEntry | GlossaryTerm
SIZE = "size"
"""The attribute of the schema that versions say, too."""
_VERSIONS, _COMMERCIAL_USE, _PRODUCTS = "versions", "commercial-use", "products"
"""Those that versions, licenses and other entries say."""
_ORIGINS = ("founders", "first-place")
"""Those that say who made a thing, too."""
_ROOM = 490
"""Characters that lines and what they are about take together, so that an excerpt of the usual length has both."""
_SITE_FOR_CODE = "://github.com/"
"""What the address of a repository has."""
_COMMERCIAL = "commercial use"
"""In what a license permits, or says that it does not."""
_PART = re.compile(r"[^;()]+")
"""Of what a project says of its license; each may name one."""
_BEFORE_NUMBER = re.compile(r"\bv(?=\d)")
_ABOVE = " above "
"""In a limitation by size, which decides whether somebody may."""
_EVERYDAY = ("noncommercial", "non commercial")
"""What a license is called that many are."""
_TITLES = {"licenses": "Licenses", "projects": "Projects and organizations", "glossary": "Glossary"}


class ComposedSections:
    """Makes composed sections of one state of the knowledge."""

    def __init__(self, lookup: Directories) -> None:
        self._lookup = lookup

    def section(self, section_id: str) -> Section | None:
        """The section that an id describes, None where it describes none or nothing is known of it."""
        period = _PERIOD.fullmatch(section_id)
        if period is not None:
            if int(period["first"]) not in self._years or int(period["last"]) not in self._years:
                return None
            chosen = select_events(self._lookup.corpus.catalogues.timeline, start=period["first"], end=period["last"])
            return None if isinstance(chosen, Impossible) else self._of_events(section_id, chosen)
        pair = _PAIR.fullmatch(section_id)
        if pair is None or pair["left"] == pair["right"]:
            return None
        directories: dict[str, Directory[LicenseEntry] | Directory[ProjectEntry] | Directory[GlossaryTerm]] = {
            "licenses": self._lookup.licenses, "projects": self._lookup.projects, "glossary": self._lookup.glossary,
        }  # fmt: skip
        directory = directories[pair["kind"]]
        left, right = directory.get(pair["left"]), directory.get(pair["right"])
        return None if left is None or right is None else self._of_pair(section_id, left, right)

    def section_of_key(self, key: str) -> Section | None:
        """The composed section that a key stands for, or None."""
        section_id = self._ids_by_key.get(key)
        return None if section_id is None else self.section(section_id)

    def period(self, chosen: Chosen) -> Section | None:
        """The section of the years of some events; None where the choice is by more than years."""
        if chosen.about or not chosen.events:
            return None
        first, last = chosen.period.first, chosen.period.last
        begin = self._years.start if first is None else max(first.year, self._years.start)
        end = self._years.stop - 1 if last is None else min(last.year, self._years.stop - 1)
        return self.section(_TIMELINE.format(first=begin, last=end))

    def pair(self, left: Comparable, right: Comparable) -> Section | None:
        """The section that has two entries of one kind side by side."""
        return self.section(f"catalogues/{_kind(left)}#{left.id}+{right.id}")

    def facts(self, entry: ProjectEntry | LicenseEntry, attribute: str, label: str) -> list[str]:
        """What an entry says of an attribute of the schema, as lines of a list; nothing where it says nothing."""
        lines = [f"• {fact.label}: {fact.text}" for fact in entry.facts if fact.attribute == attribute]
        if attribute == _PRODUCTS and isinstance(entry, ProjectEntry):
            made = ", ".join(one.name if "(" in one.name else f"{one.name} ({one.kind.value})" for one in self._made_by(entry))
            return lines or ([f"• {label}: {made}"] if made else self.facts(entry, _VERSIONS, label))
        if lines or attribute == _VERSIONS:
            held = [f"• {one.name}: {one.text}" for one in reversed(entry.versions)]
            return lines or (held and [*held, texts.VERSIONS_HELD])
        if attribute == SIZE:  # that of a family is that of its versions
            return [f"• {one.name}: {one.text}" for one in reversed(entry.versions) if one.sizes]
        if attribute == _COMMERCIAL_USE:
            return self._commercial_use(entry)
        said = _said(entry, attribute)
        return [f"• {label}: {said}"] if said else []

    def attribute(self, entry: ProjectEntry, attribute: Attribute) -> str | None:
        """The lines that answer for an attribute that every project has, and what it is; None where none does."""
        match attribute:
            case Attribute.MAKER:
                lines = self._makers(entry)
            case Attribute.DATE:
                lines = [f"• {texts.FIRST_RELEASED}: {entry.first_release}"]
            case Attribute.LICENSE:
                lines = [f"• {label}: {said}" for label, said in _licenses(entry) if said]
            case _:
                return None
        if not lines:
            return None
        said = "\n".join(lines)
        sentences = list(split_sentences(entry.summary))
        while len(sentences) > 1 and len(said) + len(" ".join(sentences)) > _ROOM:
            sentences.pop()
        return f"{said}\n\n{' '.join(sentences)}"

    def _makers(self, entry: ProjectEntry) -> list[str]:
        """Who made a thing, with who founded it and where it was first made."""
        said = entry.who.lower()
        origins = [fact for fact in entry.facts if fact.attribute in _ORIGINS and _PART.findall(fact.text.lower())[0].strip() not in said]
        return [f"• {texts.MADE_BY}: {entry.who}", *(f"• {fact.label}: {fact.text}" for fact in origins)]

    def _made_by(self, entry: ProjectEntry) -> list[ProjectEntry]:
        """What names an entry as who made it, or where it is at home."""
        return [other for other in self._lookup.corpus.catalogues.projects if other is not entry and mentions(other.who, entry)]

    def _commercial_use(self, entry: ProjectEntry | LicenseEntry) -> list[str]:
        """What the licenses of a thing, or the license itself, say of commercial use; nothing where none of them is known."""
        if isinstance(entry, LicenseEntry):
            return _of_commerce(entry)
        match entry.kind:
            case ProjectKind.MODEL:
                what, stated = "weights", entry.license_weights
            case ProjectKind.DATASET:
                what, stated = "data", entry.license_data
            case _:
                what, stated = "code", entry.license_code
        named = [held for part in _PART.findall(stated or "") if (held := self._license_in(part)) is not None]
        licenses = tuple(dict.fromkeys(named))
        said = [line for held in licenses for line in _of_commerce(held, in_short=len(licenses) > 1)]
        return [f"• License of the {what}: {stated}", *said] if said else []

    def _license_in(self, text: str) -> LicenseEntry | None:
        """The license whose name a text has, of several names the longest."""
        padded = f" {spaced(_BEFORE_NUMBER.sub('', text))} "
        every = self._lookup.licenses.entries
        names = ((spaced(name), entry) for entry in every for name in (entry.name.split(" (")[0], *entry.aliases, entry.spdx or ""))
        found = [(len(name), entry) for name, entry in names if name and name not in _EVERYDAY and f" {name} " in padded]
        return max(found, key=lambda one: one[0])[1] if found else None

    @cached_property
    def _years(self) -> range:
        """The years from the first to the last event; empty where there is none."""
        years = [event.date.year for event in self._lookup.corpus.catalogues.timeline]
        return range(min(years), max(years) + 1) if years else range(0)

    @cached_property
    def _ids_by_key(self) -> dict[str, str]:
        """Every composed section there can be; some thousand digests, made when the first key is asked for."""
        return {section_key(section_id): section_id for section_id in self._ids()}

    def _ids(self) -> Iterator[str]:
        catalogues = self._lookup.corpus.catalogues
        for first in self._years:
            for last in range(first, self._years.stop):
                yield _TIMELINE.format(first=first, last=last)
        for kind, entries in (("licenses", catalogues.licenses), ("projects", catalogues.projects), ("glossary", catalogues.glossary)):
            for one, other in combinations([entry.id for entry in entries], 2):
                yield f"catalogues/{kind}#{one}+{other}"
                yield f"catalogues/{kind}#{other}+{one}"

    def _of_events(self, section_id: str, chosen: Chosen) -> Section:
        numbered = enumerate(chosen.events)
        passages = [passage for block, event in numbered for passage in _event_passages(block, event)]
        return self._section(section_id, ("Timeline", _years(chosen)), passages, chosen.events)

    def _of_pair(self, section_id: str, left: Comparable, right: Comparable) -> Section:
        title = f"{name_of(left)} and {name_of(right)} compared"
        return self._section(section_id, (_TITLES[_kind(left)], title), _pair_passages(left, right), (left, right))

    def _section(
        self, section_id: str, path: tuple[str, ...], passages: list[Passage], entries: Sequence[TimelineEvent | Comparable]
    ) -> Section:
        own = [section for section in map(self._lookup.section_of, entries) if section is not None]
        sources: dict[Source, None] = dict.fromkeys(source for section in own for source in section.sources)
        return Section(
            id=section_id,
            key=section_key(section_id),
            area="catalogues",
            article=section_id.split("#", maxsplit=1)[0],
            heading_path=path,
            passages=tuple(passages),
            questions=(),
            sources=tuple(sources),
            path=own[0].path if own else "catalogues",
            line=own[0].line if own else 1,
            related=tuple(section.id for section in own),
        )


def _of_commerce(entry: LicenseEntry, *, in_short: bool = False) -> list[str]:
    allowed = [one for one in entry.permissions if one.startswith(_COMMERCIAL)]
    limits = [one for one in entry.limitations if one.startswith(f"no {_COMMERCIAL}")]
    if not (allowed or limits):
        return []
    if not allowed:
        return [f"• {entry.name}: {limits[0]}"]
    more = [*(one for one in entry.limitations if _ABOVE in one), *(() if in_short else entry.conditions)]
    said = texts.COMMERCE_ALLOWED.format(allowed[0])
    return [f"• {entry.name}: {texts.COMMERCE_CONDITIONS.format(said, '; '.join(more)) if more else said}"]


def _licenses(entry: ProjectEntry) -> tuple[tuple[str, str | None], ...]:
    return (
        (texts.CODE_LICENSE, entry.license_code),
        (texts.WEIGHTS_LICENSE, entry.license_weights),
        (texts.DATA_LICENSE, entry.license_data),
    )


def _said(entry: ProjectEntry | LicenseEntry, attribute: str) -> str | None:
    """What an entry itself says of an attribute of the schema, where it has a place of its own for that."""
    match attribute, entry:
        case "repository", _:
            return str(entry.url) if _SITE_FOR_CODE in str(entry.url) else None
        case "link", _:
            return str(entry.url)
        case "weights", ProjectEntry():
            return entry.license_weights
        case "data", ProjectEntry():
            return entry.license_data
        case _:
            return None


def opening(summary: str) -> str:
    """Its first sentence."""
    return split_sentences(summary)[0]


def _years(chosen: Chosen) -> str:
    return f"What happened, {chosen.period}"


def _event_passages(block: int, event: TimelineEvent) -> list[Passage]:
    return [Passage(f"• {event.date}: {event.event}", PassageKind.ITEM, block)]


def name_of(entry: Comparable) -> str:
    """The title under which members see an entry, whatever its kind calls that field."""
    return entry.term if isinstance(entry, GlossaryTerm) else entry.name


def _kind(entry: Comparable) -> str:
    match entry:
        case LicenseEntry():
            return "licenses"
        case ProjectEntry():
            return "projects"
        case GlossaryTerm():
            return "glossary"


def _pair_passages(left: Comparable, right: Comparable) -> list[Passage]:
    """The facts of two entries side by side; of terms, one definition below the other."""
    if isinstance(left, GlossaryTerm) or isinstance(right, GlossaryTerm):
        terms = [entry for entry in (left, right) if isinstance(entry, GlossaryTerm)]
        return [Passage(f"• {term.term}: {term.definition}", PassageKind.ITEM, 0) for term in terms]
    return _comparison_passages(compare(left, right))


def _comparison_passages(comparison: Comparison) -> list[Passage]:
    """What each is for, then what differs, the most telling first, then what is the same."""
    purposes, *rows = comparison.rows
    different = [f"{row.label}: {_sides(sides_of(row, comparison.heads))}" for row in rows if row.differs]
    alike = [f"• {row.label}: {', '.join(row.left)}" for row in rows if not row.differs]
    passages = [Passage(f"• {text}", PassageKind.ITEM, 0) for text in (*purposes.left, *purposes.right, *different)]
    if not different:
        passages.append(Passage(texts.NO_DIFFERENCE, PassageKind.SENTENCE, 1))
    if alike:
        passages.append(Passage(texts.THEY_AGREE, PassageKind.SENTENCE, 3))
        passages += [Passage(text, PassageKind.ITEM, 4) for text in alike]
    return passages


def _sides(sides: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return " · ".join(f"{who}: {', '.join(values)}" for who, values in sides)
