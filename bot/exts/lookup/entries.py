"""The knowledge as something to walk through: licenses, projects, terms and topics by name, side by side, and area by area.

Every message here leads to others of its kind, so they and the controls between them stand in one module. All state is in the ids of the
controls. The words of an entry are in ``infobox``; how a message is logged and sent, in ``page``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeVar, assert_never

from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent, Version
from bot.corpus.document import Article, Section, section_key
from bot.errors import NotFound
from bot.exts.kit import panel
from bot.exts.kit.controls import KEY, KEY_PATTERN, NUMBER, Control
from bot.exts.kit.interaction import Click
from bot.exts.kit.sections import body, heading, pages_of, sources_line
from bot.exts.lookup import infobox
from bot.exts.lookup.page import LookupMessage, lookup_of, nothing_found, turn_button, turn_buttons, turn_to
from bot.lookup.browsing import Area, article_key
from bot.lookup.comparison import compare
from bot.lookup.directory import Directories, Directory
from bot.lookup.guide import Work, guide

_NAME = 200
_LINE = 90
_ARTICLE_SUMMARY = 500
_LINK = 500
"""Characters of a web address that a link button takes; a catalogue allows no more, Discord 512."""
_ALL = "-"
_INDENT = "\u2003"

_Box = TypeVar("_Box", LicenseEntry, ProjectEntry)


class Way(StrEnum):
    """Why a button leads to an entry; keeps two buttons to the same entry apart, which Discord demands."""

    PREVIOUS = "previous"
    NEXT = "next"
    PARENT = "parent"
    MEANT = "meant"


class OpenEntry(Control, template=f"lookup:open:(?P<way>[a-z]{{1,10}}):{KEY}"):
    """Opens an entry or a section."""

    @classmethod
    def of(cls, way: Way, section: Section, label: str) -> panel.Button:
        """The button that leads to it."""
        return panel.button(label, cls.id_of(way=way, key=section.key))

    async def press(self, interaction: Click) -> None:
        """Show it."""
        await turn_to(interaction, entry_page(_section(interaction, self.state["key"]), lookup_of(interaction)))


class ChooseEntry(Control, template="lookup:choose:(?P<slot>[a-z]{1,10})"):
    """Opens what was chosen in a select."""

    @classmethod
    def of(cls, placeholder: str, slot: str, sections: Iterable[tuple[Section, str, str]]) -> panel.Select:
        """The select of some sections.

        Args:
            placeholder: what the select is for.
            slot: one word, different for each select of a message.
            sections: what can be opened, each with its label and a description.
        """
        return panel.select(
            placeholder, cls.id_of(slot=slot), (panel.option(label, section.key, text) for section, label, text in sections)
        )

    async def press(self, interaction: Click) -> None:
        """Show it."""
        await turn_to(interaction, entry_page(_section(interaction, self.chosen), lookup_of(interaction)))


class CompareWith(Control, template=f"lookup:compare:{KEY}"):
    """Compares an entry with what was chosen in a select."""

    @classmethod
    def of(cls, section: Section, others: Iterable[tuple[Section, str]]) -> panel.Select:
        """The select of what an entry can be compared with."""
        return panel.select("Compare with …", cls.id_of(key=section.key), (panel.option(label, other.key) for other, label in others))

    async def press(self, interaction: Click) -> None:
        """Show both side by side."""
        await turn_to(interaction, _sides(interaction, self.state["key"], self.chosen))


class ChooseVersion(Control, template=f"lookup:version:{KEY}"):
    """Opens a version of an entry that was chosen in a select."""

    @classmethod
    def of(cls, section: Section, versions: Sequence[Version]) -> panel.Select:
        """The select of an entry's versions, the newest first; of more than it can offer, the oldest are only in the text."""
        options = (panel.option(version.name, _version_value(version), version.text) for version in reversed(versions))
        return panel.select("Show a version", cls.id_of(key=section.key), options)

    async def press(self, interaction: Click) -> None:
        """Show it."""
        lookup = lookup_of(interaction)
        section = _section(interaction, self.state["key"])
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


class OpenGuide(Control, template=f"license:guide:(?P<work>{'|'.join(Work)})"):
    """Opens the guide for one kind of work."""

    @classmethod
    def of(cls, work: Work) -> panel.Button:
        """The button that opens it."""
        return panel.button(f"For {work.value}", cls.id_of(work=work))

    async def press(self, interaction: Click) -> None:
        """Show the advice."""
        await turn_to(interaction, guide_page(Work(self.state["work"]), lookup_of(interaction)))


class OpenGuides(Control, template="license:guides"):
    """Asks for which kind of work a license is wanted."""

    @classmethod
    def of(cls) -> panel.Button:
        """The button under a license."""
        return panel.button("Which license should I use?", cls.id_of())

    async def press(self, interaction: Click) -> None:
        """Show the choice."""
        await turn_to(interaction, guides_page(lookup_of(interaction)))


class Level(StrEnum):
    """How deep into the knowledge a page looks."""

    AREAS = "areas"
    AREA = "area"
    ARTICLE = "article"


class BrowseTo(Control, template=f"browse:(?P<level>{'|'.join(Level)}):(?P<key>{KEY_PATTERN}|{_ALL}):{NUMBER}"):
    """Leads to a page of a level: back, or on to its next page."""

    @classmethod
    def of(cls, level: Level, key: str, label: str) -> panel.Button:
        """The button to the first page."""
        return panel.button(label, cls.id_of(level=level, key=key, number=0))

    @classmethod
    def turns(cls, level: Level, key: str, number: int, pages: int) -> list[panel.Button]:
        """The buttons to the pages before and after one."""
        return turn_buttons(
            number, pages, lambda target, label: turn_button(label, cls.id_of(level=level, key=key, number=target))
        )  # fmt: skip

    async def press(self, interaction: Click) -> None:
        """Show it."""
        page = _level(Level(self.state["level"]), self.state["key"], int(self.state["number"]), lookup_of(interaction))
        await turn_to(interaction, page)


class BrowseInto(Control, template=f"browse:choose:(?P<level>{Level.AREA}|{Level.ARTICLE})"):
    """Opens the area or article that was chosen."""

    @classmethod
    def of_areas(cls, areas: Iterable[Area]) -> panel.Select:
        """The select of areas."""
        return panel.select("Choose an area", cls.id_of(level=Level.AREA), (panel.option(area.title, area.key) for area in areas))

    @classmethod
    def of_articles(cls, articles: Iterable[Article]) -> panel.Select:
        """The select of articles."""
        options = (panel.option(article.title, article_key(article), article.summary or "") for article in articles)
        return panel.select("Choose an article", cls.id_of(level=Level.ARTICLE), options)

    async def press(self, interaction: Click) -> None:
        """Show it."""
        await turn_to(interaction, _level(Level(self.state["level"]), self.chosen, 0, lookup_of(interaction)))


def entry_page(section: Section, lookup: Directories) -> LookupMessage:
    """The message about a section: that of its entry where it is one of a catalogue."""
    entry = lookup.entry_of(section)
    match entry:
        case LicenseEntry():
            links = [panel.link_button("License text", entry.url)] if len(entry.url) <= _LINK else []
            return _box_page(entry, lookup, lookup.licenses, "license", [*links, OpenGuides.of()])
        case ProjectEntry():
            links = [panel.link_button("Website", entry.url)] if len(entry.url) <= _LINK else []
            return _box_page(entry, lookup, lookup.projects, "project", links)
        case GlossaryTerm():
            return _glossary_page(entry, lookup)
        case TimelineEvent() | None:
            return _topic_page(section, lookup)
        case _:
            assert_never(entry)


def version_page(entry: LicenseEntry | ProjectEntry, version: Version, section: Section) -> LookupMessage:
    """One version of an entry, with the menu of the others."""
    command = "license" if isinstance(entry, LicenseEntry) else "project"
    return LookupMessage(
        asked=f"/{command} {entry.name}: {version.name}",
        blocks=(f"### {panel.escape(version.name, _NAME)}", infobox.version_text(entry, version)),
        logged=infobox.version_log(version),
        sections=(section,),
        rows=tuple(panel.rows(ChooseVersion.of(section, entry.versions), OpenEntry.of(Way.PARENT, section, f"All about {entry.name}"))),
    )


def _version_value(version: Version) -> str:
    """What stands for a version in a menu: it has the same value after others are added."""
    return section_key(version.name)


def comparison_page(left: _Box, right: _Box, lookup: Directories) -> LookupMessage:
    """Two entries of one kind side by side: first what differs, then what is the same."""
    comparison = compare(left, right)
    sections = _sections(lookup, left, right)
    agreements = infobox.agreements_text(comparison)
    ending: list[panel.Block] = [panel.rule(), agreements] if agreements else []
    return LookupMessage(
        asked=f"/{'license' if isinstance(left, LicenseEntry) else 'project'} {left.name} compare {right.name}",
        blocks=(
            f"### {panel.escape(left.name, _NAME)} and {panel.escape(right.name, _NAME)}",
            infobox.differences_text(comparison),
            *ending,
        ),
        logged=infobox.comparison_log(comparison),
        sections=sections,
        rows=tuple(panel.rows(ChooseEntry.of("Show one of them", "sides", [(section, section.title, "") for section in sections]))),
        footer=sources_line(tuple(dict.fromkeys(source for section in sections for source in section.sources))),
    )


def _box_page(entry: _Box, lookup: Directories, directory: Directory[_Box], command: str, buttons: list[panel.Button]) -> LookupMessage:
    sections = _sections(lookup, entry)
    others = [(section, other.name) for other in directory.entries if other is not entry for section in _sections(lookup, other)]
    targets = dict.fromkeys(target for section in sections for target in section.related)
    related = [section for section in map(lookup.corpus.section, targets) if section is not None]
    return LookupMessage(
        asked=f"/{command} {entry.name}",
        blocks=(f"### {panel.escape(entry.name, _NAME)}", infobox.entry_text(entry)),
        logged=infobox.entry_log(entry),
        sections=sections,
        rows=tuple(
            panel.rows(
                *(ChooseVersion.of(section, entry.versions) for section in sections if entry.versions),
                *(CompareWith.of(section, others) for section in sections),
                ChooseEntry.of("Read more", "related", [(section, section.title, section.heading_path[0]) for section in related]),
                *buttons,
            )
        ),
    )


def _topic_page(section: Section, lookup: Directories) -> LookupMessage:
    """A section with the ways to the one before it, after it and above it."""
    pages = pages_of(section)
    beside = lookup.tree.neighbours(section)
    article = lookup.tree.article_of(section)
    ways = (
        (Way.PREVIOUS, beside.previous, "Previous: {}"),
        (Way.NEXT, beside.following, "Next: {}"),
        (Way.PARENT, beside.parent, "Up: {}"),
    )
    buttons = [OpenEntry.of(way, other, label.format(other.title)) for way, other, label in ways if other is not None]
    buttons += [] if article is None else [BrowseTo.of(Level.ARTICLE, article_key(article), f"All of “{article.title}”")]
    related = [other for other in map(lookup.corpus.section, section.related) if other is not None]
    return LookupMessage(
        asked=f"/topic {section.title}",
        blocks=(heading(section), body(pages[0], section.passages)),
        logged=pages[0],
        sections=(section,),
        rows=tuple(
            panel.rows(
                *buttons, ChooseEntry.of("Related topics", "related", [(other, other.title, other.heading_path[0]) for other in related])
            )
        ),
        full_section=len(pages) > 1,
    )


def _glossary_page(term: GlossaryTerm, lookup: Directories) -> LookupMessage:
    """A definition, other names, and terms to see also."""
    section = lookup.section_of(term)
    also = [other for other in map(lookup.glossary.get, term.see_also) if other is not None]
    more = [] if section is None else [lookup.corpus.section(target) for target in term.sections]
    targets = [(target, other.term, "Term") for other in also if (target := lookup.section_of(other)) is not None]
    targets += [(target, target.title, target.heading_path[0]) for target in more if target is not None]
    names = tuple(other.term for other in also)
    return LookupMessage(
        asked=f"/glossary {term.term}",
        blocks=(f"### {panel.escape(term.term[:1].upper() + term.term[1:], _NAME)}", infobox.term_text(term, names)),
        logged=infobox.term_log(term, names),
        sections=() if section is None else (section,),
        rows=tuple(panel.rows(ChooseEntry.of("See also", "related", targets))),
    )


def guide_page(work: Work, lookup: Directories) -> LookupMessage:
    """Which license for one kind of work: advice, with its licenses to open."""
    found = guide(work, lookup)
    if not found.families and found.section is None:
        return nothing_found(f"My knowledge base has no licenses for {work.value}.", tone=panel.Tone.NONE)
    entries = [
        (section, entry.name, family.meaning)
        for family in found.families
        for entry in family.licenses
        if (section := lookup.section_of(entry))
    ]
    others = [OpenGuide.of(other) for other in Work if other is not work]
    return LookupMessage(
        asked=f"/license guide {work.value}",
        blocks=(f"### Which license for {work.value}?", infobox.advice_text(found), panel.rule(), infobox.families_text(found)),
        logged=infobox.guide_log(found),
        sections=() if found.section is None else (found.section,),
        rows=tuple(panel.rows(ChooseEntry.of("Show a license", "license", entries), *others)),
        full_section=found.section is not None and len(pages_of(found.section)) > 1,
    )


def guides_page(lookup: Directories) -> LookupMessage:
    """The question for which kind of work a license is wanted."""
    popular = [(section, entry.name, "") for entry in lookup.licenses.entries if (section := lookup.section_of(entry))]
    if not popular:
        return nothing_found("My knowledge base has no licenses.", tone=panel.Tone.NONE)
    text = "What would you like to license? Or name a license that you want to know about: `/license name:`"
    controls = panel.rows(*map(OpenGuide.of, Work), ChooseEntry.of("Show a license", "popular", popular))
    return LookupMessage("", ("### Which license?", text), rows=tuple(controls), tone=panel.Tone.NONE)


def areas_page(lookup: Directories, number: int = 0) -> LookupMessage:
    """All areas to choose from."""
    if not lookup.tree.areas:
        return nothing_found("My knowledge base has nothing to browse.", tone=panel.Tone.NONE)
    pages = panel.slices(lookup.tree.areas, panel.MOST_OPTIONS)
    shown, number = panel.page_at(pages, number)
    lines = "\n".join(f"• **{panel.escape(area.title, _LINE)}**: {panel.counted(len(area.articles), 'article')}" for area in shown)
    controls = panel.rows(BrowseInto.of_areas(shown), *BrowseTo.turns(Level.AREAS, _ALL, number, len(pages)))
    return LookupMessage("", ("### What I know about", lines), rows=tuple(controls), tone=panel.Tone.NONE)


def area_page(area: Area, number: int = 0) -> LookupMessage:
    """The articles of an area to choose from."""
    pages = panel.slices(area.articles, panel.MOST_OPTIONS)
    shown, number = panel.page_at(pages, number)
    lines = "\n".join(f"• **{panel.escape(article.title, _LINE)}**: {panel.counted(len(article.sections), 'section')}" for article in shown)
    back = BrowseTo.of(Level.AREAS, _ALL, "All areas")
    controls = panel.rows(BrowseInto.of_articles(shown), back, *BrowseTo.turns(Level.AREA, area.key, number, len(pages)))
    return LookupMessage("", (f"### {panel.escape(area.title, _NAME)}", lines), rows=tuple(controls), tone=panel.Tone.NONE)


def article_page(article: Article, lookup: Directories, number: int = 0) -> LookupMessage:
    """The sections of an article to choose from, indented as its headings are."""
    pages = panel.slices(lookup.tree.sections(article), panel.MOST_OPTIONS)
    shown, number = panel.page_at(pages, number)
    area = lookup.tree.area_of(article)
    summary = [panel.escape(article.summary, _ARTICLE_SUMMARY)] if article.summary else []
    lines = "\n".join(
        f"• {_INDENT * max(0, len(section.heading_path) - 2)}{panel.escape(section.title, _LINE)}" for section in shown
    )  # fmt: skip
    place = [f"-# Page {number + 1} of {len(pages)}"] if len(pages) > 1 else []
    back = [] if area is None else [BrowseTo.of(Level.AREA, area.key, f"Back to {area.title}")]
    controls = panel.rows(
        ChooseEntry.of("Choose a section", "section", [(section, section.title, section.passages[0].text) for section in shown]),
        *back,
        BrowseTo.of(Level.AREAS, _ALL, "All areas"),
        *BrowseTo.turns(Level.ARTICLE, article_key(article), number, len(pages)),
    )
    return LookupMessage(
        "", (f"### {panel.escape(article.title, _NAME)}", *summary, lines, *place), rows=tuple(controls), tone=panel.Tone.NONE
    )


def _level(level: Level, key: str, number: int, lookup: Directories) -> LookupMessage:
    match level:
        case Level.AREAS:
            return areas_page(lookup, number)
        case Level.AREA:
            area = lookup.tree.area(key)
            if area is not None:
                return area_page(area, number)
        case Level.ARTICLE:
            article = lookup.tree.article(key)
            if article is not None:
                return article_page(article, lookup, number)
    raise NotFound("that part of the knowledge base is no longer there")


def _section(interaction: Click, key: str) -> Section:
    section = lookup_of(interaction).corpus.section_of_key(key)
    if section is None:
        raise NotFound("the entry is no longer in the knowledge base")
    return section


def _sections(lookup: Directories, *entries: LicenseEntry | ProjectEntry) -> tuple[Section, ...]:
    return tuple(section for section in map(lookup.section_of, entries) if section is not None)


def _sides(interaction: Click, left_key: str, right_key: str) -> LookupMessage:
    lookup = lookup_of(interaction)
    sides = (lookup.entry_of(_section(interaction, left_key)), lookup.entry_of(_section(interaction, right_key)))
    match sides:
        case (LicenseEntry() as left, LicenseEntry() as right):
            return comparison_page(left, right, lookup)
        case (ProjectEntry() as first, ProjectEntry() as second):
            return comparison_page(first, second, lookup)
        case _:
            raise NotFound("these two cannot be compared")
