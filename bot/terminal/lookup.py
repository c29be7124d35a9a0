"""What was looked up, for people at a terminal: rich tables and panels."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry
from bot.corpus.document import Section
from bot.lookup.comparison import compare, facts_of
from bot.lookup.directory import Lookup
from bot.lookup.facts import Fact
from bot.lookup.guide import Guide
from bot.lookup.sources import Scope, SourceUse
from bot.lookup.timeline import Chosen


def print_timeline(console: Console, chosen: Chosen) -> None:
    """Print events as a table."""
    table = Table("date", "what happened", "kind", title=chosen.title, title_justify="left")
    for event in chosen.events:
        table.add_row(str(event.date), escape(event.event), event.kind.value)
    console.print(table)
    console.print(f"{len(chosen.events)} event" + ("" if len(chosen.events) == 1 else "s"))


def print_entry(console: Console, entry: LicenseEntry | ProjectEntry, lookup: Lookup) -> None:
    """Print a license or a project as an infobox."""
    table = Table(show_header=False, box=None, padding=(0, 1))
    for fact in facts_of(entry):
        table.add_row(f"[bold]{escape(fact.label)}[/]", escape(fact.text))
    table.add_row("[bold]Link[/]", escape(entry.url))
    console.print(_panel(entry.name, Group(Text(entry.summary), Text(), table), lookup.section_of(entry)))


def print_comparison(console: Console, left: LicenseEntry | ProjectEntry, right: LicenseEntry | ProjectEntry) -> None:
    """Print two entries side by side; rows in which they differ are marked and bold."""
    comparison = compare(left, right)
    table = Table("", "", escape(comparison.left), escape(comparison.right), title="≠ differs   = the same", title_justify="left")
    for row in comparison.rows:
        style = "bold" if row.differs else "dim"
        table.add_row("≠" if row.differs else "=", row.label, escape(", ".join(row.left)), escape(", ".join(row.right)), style=style)
    console.print(table)


def print_guide(console: Console, found: Guide) -> None:
    """Print which licenses there are for a kind of work, and the advice."""
    if found.section is not None:
        console.print(_panel(found.section.title, Text(found.section.text), found.section))
    table = Table("licenses", "what they do", title=f"Licenses for {found.work.value}", title_justify="left")
    for family in found.families:
        table.add_row(escape("\n".join(entry.name for entry in family.licenses)), escape(family.meaning), end_section=True)
    console.print(table)


def print_term(console: Console, entry: GlossaryTerm, lookup: Lookup) -> None:
    """Print a definition."""
    also = [other.term for name in entry.see_also if (other := lookup.glossary.get(name))]
    names = (("Abbreviation", entry.abbreviations), ("Also called", entry.synonyms), ("See also", tuple(also)))
    table = Table(show_header=False, box=None, padding=(0, 1))
    for label, values in names:
        if values:
            table.add_row(f"[bold]{label}[/]", escape(", ".join(values)))
    console.print(_panel(entry.term, Group(Text(entry.definition), Text(), table), lookup.section_of(entry)))


def print_topic(console: Console, section: Section, lookup: Lookup) -> None:
    """Print a section, and what stands beside it."""
    console.print(_panel(section.title, Text(section.text), section))
    beside = lookup.tree.neighbours(section)
    for label, other in (("Previous", beside.previous), ("Next", beside.following), ("Up", beside.parent)):
        if other is not None:
            console.print(Text(f"{label}: {other.title}", style="dim"))


def print_fact(console: Console, fact: Fact) -> None:
    """Print a fact."""
    console.print(_panel("Did you know?", Text(fact.text), fact.section))


def print_sources(console: Console, scope: Scope, uses: Sequence[SourceUse]) -> None:
    """Print sources as a table, those first on which most rests."""
    table = Table("source", "address", "sections", title=f"Sources of {escape(scope.title)}", title_justify="left")
    table.columns[2].justify = "right"
    for use in uses:
        table.add_row(escape(str(use.source)), escape(use.source.url or ""), str(use.sections))
    console.print(table)
    console.print(f"{len(uses)} sources of {len(scope.sections)} sections")


def _panel(title: str, content: RenderableType, section: Section | None) -> Panel:
    sources = [] if section is None else [f"Source: {source}" + (f" {source.url}" if source.url else "") for source in section.sources]
    footer = Text("\n".join(sources), style="dim")
    subtitle = None if section is None else escape(section.id)
    return Panel(
        Group(content, Text(), footer) if sources else content, title=f"[bold]{escape(title)}[/]", title_align="left", subtitle=subtitle,
        subtitle_align="right",
    )  # fmt: skip
