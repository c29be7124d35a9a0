"""From a name or a key to the message about it, whatever kind of thing it is; and what is said where nothing has the name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, assert_never

from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent
from bot.corpus.document import Section
from bot.errors import NotFound
from bot.lookup.directory import Directory, Lookup, Missed
from bot.views.controls import KEY, Click, Control
from bot.views.infobox import comparison_page, license_page, project_page
from bot.views.lookup_controls import OTHER_KEY, WAY, Way, choose_row, compare_button, open_button
from bot.views.lookup_page import Page, lookup_of, nothing_found, turn_to
from bot.views.panel import Button, Tone, rows
from bot.views.text import escape
from bot.views.topic import glossary_page, topic_page

_TYPED = 100
_E = TypeVar("_E", LicenseEntry, ProjectEntry, GlossaryTerm, Section)
_Box = TypeVar("_Box", LicenseEntry, ProjectEntry)


def entry_page(section: Section, lookup: Lookup) -> Page:
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


def named_page(typed: str, kind: str, directory: Directory[_E], lookup: Lookup) -> Page:
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


def compared_page(typed: str, other: str, kind: str, directory: Directory[_Box], lookup: Lookup) -> Page:
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


def _sides(interaction: Click, left_key: str, right_key: str) -> Page:
    lookup = lookup_of(interaction)
    sides = (lookup.entry_of(_section(interaction, left_key)), lookup.entry_of(_section(interaction, right_key)))
    match sides:
        case (LicenseEntry() as left, LicenseEntry() as right):
            return comparison_page(left, right, lookup)
        case (ProjectEntry() as first, ProjectEntry() as second):
            return comparison_page(first, second, lookup)
        case _:
            raise NotFound("these two cannot be compared")


def _section_of(found: LicenseEntry | ProjectEntry | GlossaryTerm | Section, lookup: Lookup) -> Section | None:
    return found if isinstance(found, Section) else lookup.section_of(found)


def _comparing(known: Section | None, *, missed_left: bool) -> Callable[[Section, str], Button]:
    """Return what makes a button that compares what was meant with the side that is known."""
    if known is None:
        return lambda section, label: open_button(Way.MEANT, section, label)
    if missed_left:
        return lambda section, label: compare_button(section, known, label)
    return lambda section, label: compare_button(known, section, label)


def _missed_page(
    missed: Missed[_E], kind: str, directory: Directory[_E], lookup: Lookup, make: Callable[[Section, str], Button]
) -> Page:  # fmt: skip
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
