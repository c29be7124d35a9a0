"""Sections that are put together from catalogue entries on demand: the events of some years, two entries side by side.

They have ids and keys like any section, so that every control works on them after a restart: the id names what it is made of, and it is
made again from the knowledge of the day. They are no part of the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import combinations

from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent
from bot.corpus.document import Passage, PassageKind, Section, Source, section_key
from bot.lookup.comparison import Comparison, compare, sides_of
from bot.lookup.directory import Directories, Directory
from bot.lookup.timeline import Chosen, Impossible, select_events
from bot.texts import lookup as texts

_TIMELINE = "catalogues/timeline#from-{first}-to-{last}"
_PERIOD = re.compile(r"catalogues/timeline#from-(?P<first>[0-9]{4})-to-(?P<last>[0-9]{4})")
_PAIR = re.compile(r"catalogues/(?P<kind>licenses|projects|glossary)#(?P<left>[a-z0-9-]+)\+(?P<right>[a-z0-9-]+)")

Comparable = LicenseEntry | ProjectEntry | GlossaryTerm
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
