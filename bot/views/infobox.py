"""A license or a project as an infobox, and two of them side by side."""

from __future__ import annotations

from typing import TypeVar

from bot.corpus.catalogue.entries import LicenseEntry, ProjectEntry
from bot.corpus.document import Section
from bot.lookup.comparison import ComparedFact, Comparison, Fact, compare, facts_of
from bot.lookup.directory import Directory, Lookup
from bot.views.lookup_controls import choose_row, compare_row
from bot.views.lookup_page import Page
from bot.views.panel import Block, Button, button, link_button, rows, rule
from bot.views.section_panel import sources_line
from bot.views.text import escape

_NAME = 200
_SUMMARY = 1200
_FACT = 500
_SIDE = 240
_LINK = 500
"""Characters of a web address that a link button takes; a catalogue allows no more, Discord 512."""

_E = TypeVar("_E", LicenseEntry, ProjectEntry)


def license_page(entry: LicenseEntry, lookup: Lookup) -> Page:
    """Return what a license allows, demands and limits, and who uses it."""
    links = [link_button("License text", entry.url)] if len(entry.url) <= _LINK else []
    return _page(entry, lookup, lookup.licenses, "license", [*links, button("Which license should I use?", "license:guides")])


def project_page(entry: ProjectEntry, lookup: Lookup) -> Page:
    """Return the infobox of a project or an organization."""
    links = [link_button("Website", entry.url)] if len(entry.url) <= _LINK else []
    return _page(entry, lookup, lookup.projects, "project", links)


def comparison_page(left: _E, right: _E, lookup: Lookup) -> Page:
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
    return Page(
        asked=f"/{command} {left.name} compare {right.name}",
        blocks=blocks,
        logged=_plain(comparison),
        sections=sections,
        rows=tuple(openings),
        footer=sources_line(tuple(dict.fromkeys(source for section in sections for source in section.sources))),
    )


def _page(
    entry: _E, lookup: Lookup, directory: Directory[_E], command: str, buttons: list[Button]
) -> Page:  # fmt: skip
    sections: tuple[Section, ...] = _sections(lookup, entry)
    facts: tuple[Fact, ...] = facts_of(entry)
    listed = "\n".join(f"**{fact.label}:** {escape(fact.text, _FACT)}" for fact in facts)
    others: list[tuple[Section, str]] = [
        (section, other.name) for other in directory.entries if other is not entry for section in _sections(lookup, other)
    ]
    related: list[tuple[Section, str, str]] = [(section, section.title, section.heading_path[0]) for section in _related(sections, lookup)]
    return Page(
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


def _related(sections: tuple[Section, ...], lookup: Lookup) -> list[Section]:
    targets = dict.fromkeys(target for section in sections for target in section.related)
    return [section for section in map(lookup.corpus.section, targets) if section is not None]


def _sections(lookup: Lookup, *entries: LicenseEntry | ProjectEntry) -> tuple[Section, ...]:
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
    rows_of_both: tuple[ComparedFact, ...] = comparison.agreements
    lines = [f"= {row.label}: {escape(', '.join(row.left), _SIDE)}" for row in rows_of_both]
    return "**The same for both**\n" + "\n".join(lines) if lines else ""
