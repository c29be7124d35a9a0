"""The knowledge as something to walk through: licenses, projects, terms and topics by name, and side by side.

Every message here leads to others of its kind, so they and the controls between them stand in one module. All state is in the ids of the
controls. The words of an entry are in ``infobox``; how a message is logged and sent, in ``page``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar, assert_never

from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent, Version
from bot.corpus.document import Section, section_key
from bot.errors import NotFound
from bot.exts.kit import panel
from bot.exts.kit.controls import KEY, KEY_PATTERN, Control
from bot.exts.kit.interaction import Click
from bot.exts.kit.sections import heading, pages_of, source_marks
from bot.exts.lookup import infobox
from bot.exts.lookup.page import LookupMessage, is_private, lookup_of, nothing_found, section_of, show_aside, turn_to
from bot.lookup.comparison import Entry, Work, compare, guide
from bot.lookup.directory import Directories, Directory
from bot.texts import lookup as texts

_NAME = 200
_SIDES = 2
_LINK = 500
"""Characters of a web address that a link button takes; a catalogue allows no more, Discord 512."""

_Box = TypeVar("_Box", LicenseEntry, ProjectEntry)
_Offered = tuple[Section, str, str]
"""A section with its label and a description in a menu."""


class Way(StrEnum):
    """Why a button leads to an entry; keeps two buttons to the same entry apart, which Discord demands."""

    PREVIOUS = "previous"
    NEXT = "next"
    PARENT = "parent"
    MEANT = "meant"
    LEFT = "left"
    RIGHT = "right"
    BACK = "back"


class OpenEntry(Control, template=f"lookup:open:(?P<way>[a-z]{{1,10}}):{KEY}"):
    """Opens an entry or a section."""

    @classmethod
    def of(cls, way: Way, section: Section, label: str) -> panel.Button:
        """The button that leads to it."""
        return panel.button(label, cls.id_of(way=way, key=section.key))

    async def press(self, interaction: Click) -> None:
        """Show it."""
        section = section_of(interaction, self.state["key"])
        await turn_to(interaction, entry_page(section, lookup_of(interaction), whole=is_private(interaction)))


class OpenMore(Control, template=f"lookup:more:{KEY}"):
    """Shows what leads on from an entry to whoever wants it: more facts, what to compare it with, what to read next."""

    @classmethod
    def of(cls, section: Section, label: str = texts.MORE) -> panel.Button:
        """The button under an entry."""
        return panel.button(label, cls.id_of(key=section.key))

    async def press(self, interaction: Click) -> None:
        """Show it."""
        await show_aside(interaction, more_page(section_of(interaction, self.state["key"]), lookup_of(interaction)))


class ChooseEntry(Control, template="lookup:choose:(?P<slot>[a-z]{1,10})"):
    """Opens what was chosen in a select."""

    @classmethod
    def of(cls, placeholder: str, slot: str, sections: Iterable[_Offered]) -> panel.Select:
        """The select of some sections.

        Args:
            placeholder: what the select is for.
            slot: one word, different for each select of a message.
            sections: what can be opened, each with its label and a description.
        """
        options = (panel.option(label, section.key, text) for section, label, text in sections)
        return panel.select(placeholder, cls.id_of(slot=slot), options)

    async def press(self, interaction: Click) -> None:
        """Show it."""
        section = section_of(interaction, self.chosen)
        await turn_to(interaction, entry_page(section, lookup_of(interaction), whole=is_private(interaction)))


class CompareWith(Control, template=f"lookup:compare:{KEY}"):
    """Compares an entry with what was chosen in a select."""

    @classmethod
    def of(cls, section: Section, others: Iterable[tuple[Section, str]]) -> panel.Select:
        """The select of what an entry can be compared with."""
        return panel.select(texts.COMPARE_WITH, cls.id_of(key=section.key), (panel.option(label, other.key) for other, label in others))

    async def press(self, interaction: Click) -> None:
        """Show both side by side."""
        await turn_to(interaction, _sides(interaction, self.state["key"], self.chosen))


class ChooseVersion(Control, template=f"lookup:version:{KEY}"):
    """Opens a version of an entry that was chosen in a select."""

    @classmethod
    def of(cls, section: Section, versions: Sequence[Version]) -> panel.Select:
        """The select of an entry's versions, the newest first; of more than it can offer, the oldest are only in the text."""
        options = (panel.option(version.name, _version_value(version), version.text) for version in reversed(versions))
        return panel.select(texts.CHOOSE_VERSION, cls.id_of(key=section.key), options)

    async def press(self, interaction: Click) -> None:
        """Show it."""
        lookup = lookup_of(interaction)
        section = section_of(interaction, self.state["key"])
        entry = lookup.entry_of(section)
        versions = entry.versions if isinstance(entry, LicenseEntry | ProjectEntry) else ()
        version = next((one for one in versions if _version_value(one) == self.chosen), None)
        if version is None or not isinstance(entry, LicenseEntry | ProjectEntry):
            raise NotFound("the version is no longer in the knowledge base")
        await turn_to(interaction, version_page(entry, version, section))


class CompareSides(Control, template=f"lookup:sides:{KEY}:(?P<other>{KEY_PATTERN})"):
    """Compares two entries."""

    @classmethod
    def of(cls, left: Section, right: Section, label: str) -> panel.Button:
        """The button that compares them."""
        return panel.button(label, cls.id_of(key=left.key, other=right.key))

    async def press(self, interaction: Click) -> None:
        """Show both side by side."""
        await turn_to(interaction, _sides(interaction, self.state["key"], self.state["other"]))


class CompareInFull(Control, template=f"lookup:whole:{KEY}:(?P<other>{KEY_PATTERN})"):
    """Shows all that is known of two entries side by side to whoever wants it."""

    @classmethod
    def of(cls, left: Section, right: Section) -> panel.Button:
        """The button under a comparison."""
        return panel.button(texts.MORE, cls.id_of(key=left.key, other=right.key))

    async def press(self, interaction: Click) -> None:
        """Show it."""
        left, right = _compared(interaction, self.state["key"], self.state["other"])
        await show_aside(interaction, whole_comparison_page(left, right, lookup_of(interaction)))


class OpenGuide(Control, template=f"license:guide:(?P<work>{'|'.join(Work)})"):
    """Opens the guide for one kind of work."""

    @classmethod
    def of(cls, work: Work) -> panel.Button:
        """The button that opens it."""
        return panel.button(texts.for_work(work.value), cls.id_of(work=work))

    async def press(self, interaction: Click) -> None:
        """Show the advice."""
        await turn_to(interaction, guide_page(Work(self.state["work"]), lookup_of(interaction)))


class OpenGuides(Control, template="license:guides"):
    """Asks for which kind of work a license is wanted."""

    @classmethod
    def of(cls) -> panel.Button:
        """The button beside what can be compared with a license."""
        return panel.button(texts.WHICH_LICENSE, cls.id_of())

    async def press(self, interaction: Click) -> None:
        """Show the choice."""
        await turn_to(interaction, guides_page(lookup_of(interaction)))


def entry_page(section: Section, lookup: Directories, *, whole: bool = False) -> LookupMessage:
    """The message about a section: that of its entry where it is one of a catalogue.

    Args:
        section: what is shown.
        lookup: all that can be looked up.
        whole: whether all of a topic is shown and not its opening; for what one member sees alone.
    """
    entry = lookup.entry_of(section)
    match entry:
        case LicenseEntry():
            return _box_page(entry, section, "license", texts.LICENSE_TEXT)
        case ProjectEntry():
            return _box_page(entry, section, "project", texts.WEBSITE)
        case GlossaryTerm():
            return _glossary_page(entry, section, lookup)
        case TimelineEvent() | None:
            return _topic_page(section, lookup, whole=whole)
        case _:
            assert_never(entry)


def more_page(section: Section, lookup: Directories) -> LookupMessage:
    """What leads on from an entry: the facts that its message leaves out, menus of where to go, and the way back."""
    entry = lookup.entry_of(section)
    text = ""
    controls: list[panel.Button | panel.Select] = []
    match entry:
        case LicenseEntry():
            text = infobox.more_text(entry)
            controls = [_others(entry, section, lookup, lookup.licenses), _related(section, lookup), OpenGuides.of()]
        case ProjectEntry():
            text = infobox.more_text(entry)
            controls = [_others(entry, section, lookup, lookup.projects), _related(section, lookup)]
        case GlossaryTerm():
            controls = [ChooseEntry.of(texts.SEE_ALSO, "related", _see_also(entry, lookup))]
        case TimelineEvent() | None:
            controls = [ChooseEntry.of(texts.WHERE_NEXT, "related", _around(section, lookup))]
        case _:
            assert_never(entry)
    back = OpenEntry.of(Way.BACK, section, texts.back_to(section.title))
    return LookupMessage(
        "",
        (f"### {panel.escape(texts.more_about(section.title), _NAME)}", text),
        controls=(*controls, back),
        tone=panel.Tone.NONE,
    )


def version_page(entry: LicenseEntry | ProjectEntry, version: Version, section: Section) -> LookupMessage:
    """One version of an entry, with the menu of the others."""
    command = "license" if isinstance(entry, LicenseEntry) else "project"
    return LookupMessage(
        asked=f"/{command} {entry.name}: {version.name}",
        blocks=(f"### {panel.escape(version.name, _NAME)}", infobox.version_text(entry, version)),
        logged=infobox.version_log(version),
        sections=(section,),
        controls=(ChooseVersion.of(section, entry.versions), OpenEntry.of(Way.PARENT, section, texts.all_about(entry.name))),
    )


def _version_value(version: Version) -> str:
    """What stands for a version in a menu: it has the same value after others are added."""
    return section_key(version.name)


def comparison_page(left: Entry, right: Entry, lookup: Directories) -> LookupMessage:
    """Two entries of one kind side by side: what each is for, then what differs."""
    comparison = compare(left, right)
    sections = _sections(lookup, left, right)
    # the own source of each side before the others: three are shown
    sources = [source for section in sections for source in section.sources[:1]]
    sources += [source for section in sections for source in section.sources[1:]]
    return LookupMessage(
        asked=f"/{'license' if isinstance(left, LicenseEntry) else 'project'} {left.name} compare {right.name}",
        blocks=(
            f"### {panel.escape(texts.compared(*comparison.heads), _NAME)}",
            *infobox.comparison_blocks(left, right, comparison),
        ),
        logged=infobox.comparison_log(comparison),
        sections=sections,
        controls=(CompareInFull.of(sections[0], sections[1]),) if len(sections) == _SIDES else (),
        footer=source_marks(replace(sections[0], sources=tuple(dict.fromkeys(sources)))) if sections else "",
    )


def whole_comparison_page(left: Entry, right: Entry, lookup: Directories) -> LookupMessage:
    """All that is known of two entries of one kind, side by side, with the way to each and back."""
    comparison = compare(left, right)
    sections = _sections(lookup, left, right)
    ways = zip((Way.LEFT, Way.RIGHT), sections, comparison.heads, strict=False)
    back = (CompareSides.of(sections[0], sections[1], texts.BACK_TO_COMPARISON),) if len(sections) == _SIDES else ()
    return LookupMessage(
        "",
        (f"### {panel.escape(texts.compared(*comparison.heads), _NAME)}", *infobox.whole_comparison(left, right, comparison)),
        controls=(*(OpenEntry.of(way, section, head) for way, section, head in ways), *back),
        tone=panel.Tone.NONE,
    )


def _box_page(entry: Entry, section: Section, command: str, link: str) -> LookupMessage:
    links = [panel.link_button(link, entry.url)] if len(entry.url) <= _LINK else []
    versions = [ChooseVersion.of(section, entry.versions)] if entry.versions else []
    return LookupMessage(
        asked=f"/{command} {entry.name}",
        blocks=(f"### {panel.escape(entry.name, _NAME)}", infobox.entry_text(entry)),
        logged=infobox.entry_log(entry),
        sections=(section,),
        controls=(*versions, OpenMore.of(section), *links),
    )


def _others(entry: _Box, section: Section, lookup: Directories, directory: Directory[_Box]) -> panel.Select:
    others = (other for other in directory.entries if other is not entry)
    return CompareWith.of(section, ((found, other.name) for other in others for found in _sections(lookup, other)))


def _related(section: Section, lookup: Directories) -> panel.Select:
    found = [other for other in map(lookup.corpus.section, section.related) if other is not None]
    return ChooseEntry.of(texts.SEE_ALSO, "related", [(other, other.title, other.heading_path[0]) for other in found])


def _topic_page(section: Section, lookup: Directories, *, whole: bool) -> LookupMessage:
    """A section, or its opening, with the way to those around it."""
    text = pages_of(section)[0] if whole else infobox.section_opening(section)
    return LookupMessage(
        asked=f"/topic {section.title}",
        blocks=(heading(section), infobox.section_text(section, text)),
        logged=text,
        sections=(section,),
        controls=(OpenMore.of(section, texts.SEE_ALSO),) if _around(section, lookup) else (),
        full_section=text != section.text,
    )


def _around(section: Section, lookup: Directories) -> list[_Offered]:
    """What to read after a section, each once: the one after it, before it, above it, what is related, the rest of the article."""
    beside = lookup.tree.neighbours(section)
    article = lookup.tree.article_of(section)
    found: dict[str, _Offered] = {}
    ways = ((beside.following, texts.AFTER), (beside.previous, texts.BEFORE), (beside.parent, texts.ABOVE))
    related = ((other, texts.RELATED) for other in map(lookup.corpus.section, section.related))
    rest = ((other, texts.HERE) for other in (() if article is None else lookup.tree.sections(article)))
    for other, why in (*ways, *related, *rest):
        if other is not None and other.id != section.id:
            found.setdefault(other.key, (other, other.title, why))
    return list(found.values())


def _glossary_page(term: GlossaryTerm, section: Section, lookup: Directories) -> LookupMessage:
    """A definition and other names."""
    return LookupMessage(
        asked=f"/glossary {term.term}",
        blocks=(f"### {panel.escape(term.term[:1].upper() + term.term[1:], _NAME)}", infobox.term_text(term)),
        logged=infobox.term_log(term),
        sections=(section,),
        controls=(OpenMore.of(section, texts.SEE_ALSO),) if _see_also(term, lookup) else (),
    )


def _see_also(term: GlossaryTerm, lookup: Directories) -> list[_Offered]:
    """Other terms, then sections of articles."""
    also = (other for other in map(lookup.glossary.get, term.see_also) if other is not None)
    terms = [(target, other.term, texts.A_TERM) for other in also if (target := lookup.section_of(other)) is not None]
    return [*terms, *((target, target.title, target.heading_path[0]) for target in map(lookup.corpus.section, term.sections) if target)]


def guide_page(work: Work, lookup: Directories) -> LookupMessage:
    """Which license for one kind of work: advice, and its licenses."""
    found = guide(work, lookup)
    if not found.families and found.section is None:
        return nothing_found(texts.no_licenses_for(work.value), tone=panel.Tone.NONE)
    return LookupMessage(
        asked=f"/license guide {work.value}",
        blocks=(f"### {texts.guide_title(work.value)}", *infobox.guide_text(found)),
        logged=infobox.guide_log(found),
        sections=() if found.section is None else (found.section,),
        controls=tuple(OpenGuide.of(other) for other in Work if other is not work),
        full_section=False if found.section is None else infobox.advice(found) != found.section.text,
    )


def guides_page(lookup: Directories) -> LookupMessage:
    """The question for which kind of work a license is wanted."""
    popular = [(section, entry.name, "") for entry in lookup.licenses.entries if (section := lookup.section_of(entry))]
    if not popular:
        return nothing_found(texts.NO_LICENSES, tone=panel.Tone.NONE)
    controls: tuple[panel.Button | panel.Select, ...] = (ChooseEntry.of(texts.CHOOSE_LICENSE, "popular", popular), *map(OpenGuide.of, Work))
    return LookupMessage("", (f"### {texts.GUIDES_TITLE}", texts.GUIDES), controls=controls, tone=panel.Tone.NONE)


def _sections(lookup: Directories, *entries: LicenseEntry | ProjectEntry) -> tuple[Section, ...]:
    return tuple(section for section in map(lookup.section_of, entries) if section is not None)


def _sides(interaction: Click, left_key: str, right_key: str) -> LookupMessage:
    return comparison_page(*_compared(interaction, left_key, right_key), lookup_of(interaction))


def _compared(interaction: Click, left_key: str, right_key: str) -> tuple[Entry, Entry]:
    """Two entries of one kind.

    Raises:
        NotFound: they are of different kinds, or gone.
    """
    lookup = lookup_of(interaction)
    sides = (lookup.entry_of(section_of(interaction, left_key)), lookup.entry_of(section_of(interaction, right_key)))
    match sides:
        case (LicenseEntry(), LicenseEntry()) | (ProjectEntry(), ProjectEntry()):
            return sides
        case _:
            raise NotFound("these two cannot be compared")
