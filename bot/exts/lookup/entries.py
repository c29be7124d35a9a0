"""A license or a project as an infobox, and two of them side by side.

A section and a term as messages, with what stands beside them.

From a name or a key to the message about it, whatever kind of thing it is; and what is said where nothing has the name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, assert_never

from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent
from bot.corpus.document import Section
from bot.errors import NotFound
from bot.exts.kit.controls import KEY, Click, Control
from bot.exts.kit.panel import Block, Button, Tone, button, escape, link_button, rows, rule
from bot.exts.kit.sections import body, heading, pages_of, sources_line
from bot.exts.lookup.page import (
    OTHER_KEY,
    WAY,
    LookupMessage,
    Way,
    article_button,
    choose_row,
    compare_button,
    compare_row,
    lookup_of,
    nothing_found,
    open_button,
    turn_to,
)
from bot.lookup.comparison import ComparedRow, Comparison, InfoboxRow, compare, infobox_of
from bot.lookup.directory import Directories, Directory, Missed

_NAME = 200
_SUMMARY = 1200
_FACT = 500
_SIDE = 240
_LINK = 500
"""Characters of a web address that a link button takes; a catalogue allows no more, Discord 512."""

_AnyEntry = TypeVar("_AnyEntry", LicenseEntry, ProjectEntry)


def license_page(entry: LicenseEntry, lookup: Directories) -> LookupMessage:
    """Return what a license allows, demands and limits, and who uses it."""
    links = [link_button("License text", entry.url)] if len(entry.url) <= _LINK else []
    return _page(entry, lookup, lookup.licenses, "license", [*links, button("Which license should I use?", "license:guides")])


def project_page(entry: ProjectEntry, lookup: Directories) -> LookupMessage:
    """Return the infobox of a project or an organization."""
    links = [link_button("Website", entry.url)] if len(entry.url) <= _LINK else []
    return _page(entry, lookup, lookup.projects, "project", links)


def comparison_page(left: _AnyEntry, right: _AnyEntry, lookup: Directories) -> LookupMessage:
    """Return two entries of one kind side by side: first what differs, then what is the same."""
    comparison = compare(left, right)
    sections = _sections(lookup, left, right)
    command = "license" if isinstance(left, LicenseEntry) else "project"
    agreements: str = _agreements(comparison)
    ending: list[Block] = [rule(), agreements] if agreements else []
    blocks: tuple[Block, ...] = (
        f"### {escape(left.name, _NAME)} and {escape(right.name, _NAME)}",
        _differences(comparison),
        *ending,
    )
    openings = choose_row("Show one of them", "sides", [(section, section.title, "") for section in sections])
    return LookupMessage(
        asked=f"/{command} {left.name} compare {right.name}",
        blocks=blocks,
        logged=_plain(comparison),
        sections=sections,
        rows=tuple(openings),
        footer=sources_line(tuple(dict.fromkeys(source for section in sections for source in section.sources))),
    )


def _page(
    entry: _AnyEntry, lookup: Directories, directory: Directory[_AnyEntry], command: str, buttons: list[Button]
) -> LookupMessage:  # fmt: skip
    sections: tuple[Section, ...] = _sections(lookup, entry)
    facts: tuple[InfoboxRow, ...] = infobox_of(entry)
    listed = "\n".join(f"**{fact.label}:** {escape(fact.text, _FACT)}" for fact in facts)
    others: list[tuple[Section, str]] = [
        (section, other.name) for other in directory.entries if other is not entry for section in _sections(lookup, other)
    ]
    related: list[tuple[Section, str, str]] = [(section, section.title, section.heading_path[0]) for section in _related(sections, lookup)]
    return LookupMessage(
        asked=f"/{command} {entry.name}",
        blocks=(f"### {escape(entry.name, _NAME)}", f"{escape(entry.summary, _SUMMARY)}\n\n{listed}"),
        logged="\n".join([entry.summary, *(f"{fact.label}: {fact.text}" for fact in facts)]),
        sections=sections,
        rows=(
            *(row for section in sections for row in compare_row(section, others)),
            *choose_row("Read more", "related", related),
            *rows(buttons),
        ),
    )


def _related(sections: tuple[Section, ...], lookup: Directories) -> list[Section]:
    targets = dict.fromkeys(target for section in sections for target in section.related)
    return [section for section in map(lookup.corpus.section, targets) if section is not None]


def _sections(lookup: Directories, *entries: LicenseEntry | ProjectEntry) -> tuple[Section, ...]:
    return tuple(section for section in map(lookup.section_of, entries) if section is not None)


def _plain(comparison: Comparison) -> str:
    sides = [f"{row.label}: {', '.join(row.left)} / {', '.join(row.right)}" for row in comparison.rows]
    return "\n".join([f"{comparison.left} / {comparison.right}", *sides])


def _differences(comparison: Comparison) -> str:
    if not comparison.differences:
        return "They do not differ in anything that I know of them."
    return "**What differs** (bold: on this side only)\n" + "\n".join(
        f"≠ __{row.label}__\n"
        f"• {escape(comparison.left, 80)}: {_side(row.left, row.only_left)}\n"
        f"• {escape(comparison.right, 80)}: {_side(row.right, row.only_right)}"
        for row in comparison.differences
    )  # fmt: skip


def _side(values: tuple[str, ...], only: tuple[str, ...]) -> str:
    """Return the values of one side, those that the other lacks in bold, in a limited length."""
    parts: list[str] = []
    length = 0
    for value in values:
        length += len(value) + 2
        if length > _SIDE and parts:
            parts.append("…")
            break
        shown = escape(value, _SIDE)
        parts.append(f"**{shown}**" if value in only else shown)
    return ", ".join(parts)


def _agreements(comparison: Comparison) -> str:
    rows_of_both: tuple[ComparedRow, ...] = comparison.agreements
    lines = [f"= {row.label}: {escape(', '.join(row.left), _SIDE)}" for row in rows_of_both]
    return "**The same for both**\n" + "\n".join(lines) if lines else ""


_TERM = 200
_DEFINITION = 2600
_NAMES = 500


def topic_page(section: Section, lookup: Directories) -> LookupMessage:
    """Return a section with the ways to the one before it, after it and above it."""
    pages = pages_of(section)
    related = [other for other in map(lookup.corpus.section, section.related) if other is not None]
    return LookupMessage(
        asked=f"/topic {section.title}",
        blocks=(heading(section), body(pages[0], section.passages)),
        logged=pages[0],
        sections=(section,),
        rows=(
            *rows(_ways(section, lookup)),
            *choose_row("Related topics", "related", [(other, other.title, other.heading_path[0]) for other in related]),
        ),
        full_section=len(pages) > 1,
    )


def glossary_page(term: GlossaryTerm, lookup: Directories) -> LookupMessage:
    """Return a definition, other names, and terms to see also."""
    section = lookup.section_of(term)
    others = [lookup.glossary.get(name) for name in term.see_also]
    also = [(other, lookup.section_of(other)) for other in others if other is not None]
    more = [] if section is None else [lookup.corpus.section(target) for target in term.sections]
    names = (("Abbreviation", term.abbreviations), ("Also called", term.synonyms), ("See also", tuple(other.term for other, _ in also)))
    facts = "\n".join(f"**{label}:** {escape(', '.join(values), _NAMES)}" for label, values in names if values)
    targets = [(target, other.term, "Term") for other, target in also if target is not None]
    targets += [(target, target.title, target.heading_path[0]) for target in more if target is not None]
    return LookupMessage(
        asked=f"/glossary {term.term}",
        blocks=(
            f"### {escape(term.term[:1].upper() + term.term[1:], _TERM)}",
            f"{escape(term.definition, _DEFINITION)}\n\n{facts}".rstrip(),
        ),
        logged="\n".join([term.definition, *(f"{label}: {', '.join(values)}" for label, values in names if values)]),
        sections=() if section is None else (section,),
        rows=tuple(choose_row("See also", "related", targets)),
    )


def _ways(section: Section, lookup: Directories) -> list[Button]:
    tree = lookup.tree
    beside = tree.neighbours(section)
    article = tree.article_of(section)
    ways = [
        (Way.PREVIOUS, beside.previous, "Previous: {}"),
        (Way.NEXT, beside.following, "Next: {}"),
        (Way.PARENT, beside.parent, "Up: {}"),
    ]
    buttons = [open_button(way, other, label.format(other.title)) for way, other, label in ways if other is not None]
    return [*buttons, *([] if article is None else [article_button(article)])]


_TYPED = 100
_Entry = TypeVar("_Entry", LicenseEntry, ProjectEntry, GlossaryTerm, Section)
_Box = TypeVar("_Box", LicenseEntry, ProjectEntry)


def entry_page(section: Section, lookup: Directories) -> LookupMessage:
    """Return the message about a section: that of its entry where it is one of a catalogue."""
    entry = lookup.entry_of(section)
    match entry:
        case LicenseEntry():
            return license_page(entry, lookup)
        case ProjectEntry():
            return project_page(entry, lookup)
        case GlossaryTerm():
            return glossary_page(entry, lookup)
        case TimelineEvent() | None:
            return topic_page(section, lookup)
        case _:
            assert_never(entry)


def named_page(typed: str, kind: str, directory: Directory[_Entry], lookup: Directories) -> LookupMessage:
    """Return the message about what has a name, or what may have been meant.

    Args:
        typed: the name.
        kind: what it should be the name of, for the reader: "license", "project", "term", "topic".
        directory: where to look.
        lookup: all that can be looked up.
    """
    found = directory.find(typed)
    if isinstance(found, Missed):
        return _missed_page(found, kind, directory, lookup, lambda section, label: open_button(Way.MEANT, section, label))
    section = _section_of(found, lookup)
    if section is None:
        raise NotFound("an entry of a catalogue has no section")
    return entry_page(section, lookup)


def compared_page(typed: str, other: str, kind: str, directory: Directory[_Box], lookup: Directories) -> LookupMessage:
    """Return two entries side by side; where one name is not known, what may have been meant by it, still to be compared."""
    left, right = directory.find(typed), directory.find(other)
    if isinstance(left, Missed):
        known = None if isinstance(right, Missed) else lookup.section_of(right)
        return _missed_page(left, kind, directory, lookup, _comparing(known, missed_left=True))
    if isinstance(right, Missed):
        return _missed_page(right, kind, directory, lookup, _comparing(lookup.section_of(left), missed_left=False))
    return comparison_page(left, right, lookup)


class OpenEntry(Control, template=f"lookup:open:{WAY}:{KEY}"):
    """Opens an entry or a section."""

    async def press(self, interaction: Click) -> None:
        """Show it."""
        await turn_to(interaction, entry_page(_section(interaction, self.state["key"]), lookup_of(interaction)))


class ChooseEntry(Control, template=f"lookup:choose:{WAY}"):
    """Opens what was chosen in a select."""

    async def press(self, interaction: Click) -> None:
        """Show it."""
        await turn_to(interaction, entry_page(_section(interaction, self.chosen), lookup_of(interaction)))


class CompareWith(Control, template=f"lookup:compare:{KEY}"):
    """Compares an entry with what was chosen in a select."""

    async def press(self, interaction: Click) -> None:
        """Show both side by side."""
        await turn_to(interaction, _sides(interaction, self.state["key"], self.chosen))


class CompareSides(Control, template=f"lookup:sides:{KEY}:{OTHER_KEY}"):
    """Compares two entries."""

    async def press(self, interaction: Click) -> None:
        """Show both side by side."""
        await turn_to(interaction, _sides(interaction, self.state["key"], self.state["other"]))


def _section(interaction: Click, key: str) -> Section:
    section = lookup_of(interaction).corpus.section_of_key(key)
    if section is None:
        raise NotFound("the entry is no longer in the knowledge base")
    return section


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


def _section_of(found: LicenseEntry | ProjectEntry | GlossaryTerm | Section, lookup: Directories) -> Section | None:
    return found if isinstance(found, Section) else lookup.section_of(found)


def _comparing(known: Section | None, *, missed_left: bool) -> Callable[[Section, str], Button]:
    """Return what makes a button that compares what was meant with the side that is known."""
    if known is None:
        return lambda section, label: open_button(Way.MEANT, section, label)
    if missed_left:
        return lambda section, label: compare_button(section, known, label)
    return lambda section, label: compare_button(known, section, label)


def _missed_page(
    missed: Missed[_Entry], kind: str, directory: Directory[_Entry], lookup: Directories, make: Callable[[Section, str], Button]
) -> LookupMessage:  # fmt: skip
    if not len(directory):
        return nothing_found(f"My knowledge base has no {kind}s.", tone=Tone.NONE)
    meant = [
        (section, label) for entry, label in zip(missed.closest, missed.labels, strict=True) if (section := _section_of(entry, lookup))
    ]
    text = f"I know no {kind} called “{escape(missed.typed, _TYPED)}”."
    if meant:
        return nothing_found(f"{text} Did you mean one of these?", *rows([make(*pair) for pair in meant]))
    popular = [(section, section.title, "") for entry in directory.entries if (section := _section_of(entry, lookup))]
    hint = f"{text} These are some that I know; while you type a name, I offer more."
    return nothing_found(hint, *choose_row(f"Choose a {kind}", "popular", popular))
