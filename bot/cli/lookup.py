"""Looking things up: ``timeline``, ``license``, ``project``, ``glossary``, ``topic``, ``fact`` and ``sources``, as tables or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.cli import lookup_json
from bot.cli.app import ConfigOption, KnowledgeOption, app, configured, open_engine, to_json
from bot.cli.outcomes import MOST_SOURCES, source_lines
from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry
from bot.corpus.document import Section
from bot.errors import InputError
from bot.lookup.browsing import Fact, Scope, SourceUse, facts_in_order, facts_of, used_sources
from bot.lookup.comparison import Guide, Work, guide, infobox_of
from bot.lookup.comparison import compare as compared
from bot.lookup.directory import Directories, Directory, Missed
from bot.lookup.timeline import Chosen, Impossible, select_events

_T = TypeVar("_T")
_Box = TypeVar("_Box", LicenseEntry, ProjectEntry)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def print_timeline(console: Console, chosen: Chosen) -> None:
    """Print events as a table."""
    table = Table("date", "what happened", "kind", title=chosen.title, title_justify="left")
    for event in chosen.events:
        table.add_row(str(event.date), escape(event.event), event.kind.value)
    console.print(table)
    console.print(f"{len(chosen.events)} event" + ("" if len(chosen.events) == 1 else "s"))


def print_entry(console: Console, entry: LicenseEntry | ProjectEntry, lookup: Directories) -> None:
    """Print a license or a project as an infobox."""
    table = Table(show_header=False, box=None, padding=(0, 1))
    for fact in infobox_of(entry):
        table.add_row(f"[bold]{escape(fact.label)}[/]", escape(fact.text))
    table.add_row("[bold]Link[/]", escape(entry.url))
    console.print(_panel(entry.name, Group(Text(entry.summary), Text(), table), lookup.section_of(entry)))


def print_comparison(console: Console, left: LicenseEntry | ProjectEntry, right: LicenseEntry | ProjectEntry) -> None:
    """Print two entries side by side; rows in which they differ are marked and bold."""
    comparison = compared(left, right)
    table = Table("", "", *map(escape, comparison.heads), title="≠ differs   = the same", title_justify="left")
    for row in comparison.rows:
        style = "bold" if row.differs else "dim"
        table.add_row("≠" if row.differs else "=", row.label, escape(", ".join(row.left)), escape(", ".join(row.right)), style=style)
    console.print(table)


def print_guide(console: Console, found: Guide) -> None:
    """Print which licenses there are for a kind of work, and the advice."""
    if found.section is not None:
        console.print(_panel(found.section.title, Text(found.section.text), found.section))
    if not found.families:
        return
    table = Table("licenses", "what they do", title=f"Licenses for {found.work.value}", title_justify="left")
    for family in found.families:
        table.add_row(escape("\n".join(entry.name for entry in family.licenses)), escape(family.meaning), end_section=True)
    console.print(table)


def print_term(console: Console, entry: GlossaryTerm, lookup: Directories) -> None:
    """Print a definition."""
    also = [other.term for name in entry.see_also if (other := lookup.glossary.get(name))]
    names = (("Abbreviation", entry.abbreviations), ("Also called", entry.synonyms), ("See also", tuple(also)))
    table = Table(show_header=False, box=None, padding=(0, 1))
    for label, values in names:
        if values:
            table.add_row(f"[bold]{label}[/]", escape(", ".join(values)))
    console.print(_panel(entry.term, Group(Text(entry.definition), Text(), table), lookup.section_of(entry)))


def print_topic(console: Console, section: Section, lookup: Directories) -> None:
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
    if not uses:
        console.print(Text(f"{scope.title} names no sources."))
        return
    table = Table("source", "address", "sections", title=f"Sources of {escape(scope.title)}", title_justify="left")
    table.columns[2].justify = "right"
    for use in uses:
        table.add_row(escape(str(use.source)), escape(use.source.url or ""), str(use.sections))
    console.print(table)
    console.print(f"{len(uses)} sources of {len(scope.sections)} sections")


def _panel(title: str, content: RenderableType, section: Section | None) -> Panel:
    sources = source_lines(section, MOST_SOURCES, "--json lists all") if section is not None and section.sources else []
    footer = Text("\n".join(sources), style="dim")
    subtitle = None if section is None else escape(section.id)
    return Panel(
        Group(content, Text(), footer) if sources else content, title=f"[bold]{escape(title)}[/]", title_align="left", subtitle=subtitle,
        subtitle_align="right",
    )  # fmt: skip


@app.command()
def timeline(
    year: Annotated[str, typer.Argument(help="A year or a month: 2018, 2018-03, 'March 2018'.", show_default=False)] = "",
    start: Annotated[str, typer.Option("--from", help="From this year or month on.", show_default=False)] = "",
    end: Annotated[str, typer.Option("--to", help="Up to this year or month.", show_default=False)] = "",
    about: Annotated[str, typer.Option(help="Only events about this.", show_default=False)] = "",
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Tell what happened when."""
    lookup = _open(config, knowledge)
    chosen = select_events(lookup.corpus.catalogues.timeline, year=year, start=start, end=end, about=about)
    if isinstance(chosen, Impossible):
        raise InputError(chosen.text)
    if as_json:
        _print_json(lookup_json.timeline_json(chosen, lookup))
    else:
        print_timeline(Console(), chosen)


@app.command("license")
def license_by_name(
    name: Annotated[list[str] | None, typer.Argument(help="The license.", show_default=False)] = None,
    compare: Annotated[str, typer.Option(help="Another license, to see both side by side.", show_default=False)] = "",
    guide: Annotated[Work | None, typer.Option(help="Which license for this kind of work?", show_default=False)] = None,
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Tell what a license allows, demands and limits; compare two; or help to choose one."""
    if (guide is None) == (not name):
        raise InputError("Name a license, or give --guide. For example: python -m bot license apache 2 --compare mit")
    lookup = _open(config, knowledge)
    if guide is not None:
        _guide(guide, lookup, as_json=as_json)
        return
    _infobox(" ".join(name or ()), compare, "license", lookup.licenses, lookup, lookup_json.license_json if as_json else None)


@app.command()
def project(
    name: Annotated[list[str], typer.Argument(help="The project or organization.")],
    compare: Annotated[str, typer.Option(help="Another one, to see both side by side.", show_default=False)] = "",
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Tell who made a project, when, and under which licenses; or compare two."""
    lookup = _open(config, knowledge)
    _infobox(" ".join(name), compare, "project", lookup.projects, lookup, lookup_json.project_json if as_json else None)


@app.command()
def glossary(
    term: Annotated[list[str], typer.Argument(help="The term or abbreviation.")],
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Tell what a term means."""
    lookup = _open(config, knowledge)
    found = _found(" ".join(term), "term", lookup.glossary)
    if as_json:
        _print_json(lookup_json.term_json(found, lookup))
    else:
        print_term(Console(), found, lookup)


@app.command()
def topic(
    name: Annotated[list[str], typer.Argument(help="Title or alias of a section.")],
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Show a section of the knowledge base."""
    lookup = _open(config, knowledge)
    found = _found(" ".join(name), "topic", lookup.topics)
    if as_json:
        _print_json(lookup_json.topic_json(found, lookup))
    else:
        print_topic(Console(), found, lookup)


@app.command()
def fact(
    area: Annotated[str, typer.Argument(help="Only from this area.", show_default=False)] = "",
    number: Annotated[int, typer.Option(min=0, help="Which one; each number is another fact, until all were shown.")] = 0,
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Tell one important fact."""
    lookup = _open(config, knowledge)
    ordered = facts_in_order(facts_of(lookup.corpus, _area(area, lookup)), "terminal")
    if not ordered:
        raise InputError("The knowledge base has no facts to tell there.")
    chosen = ordered[number % len(ordered)]
    if as_json:
        _print_json(lookup_json.fact_json(chosen))
    else:
        print_fact(Console(), chosen)


@app.command()
def sources(
    name: Annotated[
        list[str] | None, typer.Argument(metavar="[TOPIC]...", help="Only of this area, article or section.", show_default=False)
    ] = None,
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """List where the knowledge comes from."""
    lookup = _open(config, knowledge)
    everything = Scope("", "the whole knowledge base", lookup.corpus.sections)
    scope = _found(" ".join(name), "topic", lookup.scopes) if name else everything
    uses = used_sources(scope.sections)
    if as_json:
        _print_json(lookup_json.sources_json(scope, uses))
    else:
        print_sources(Console(), scope, uses)


def _guide(work: Work, lookup: Directories, *, as_json: bool) -> None:
    found = guide(work, lookup)
    if not found.families and found.section is None:
        raise InputError("The knowledge base has no licenses.")
    if as_json:
        _print_json(lookup_json.guide_json(found))
    else:
        print_guide(Console(), found)


def _infobox(
    name: str,
    other: str,
    kind: str,
    directory: Directory[_Box],
    lookup: Directories,
    to_json: Callable[[_Box, Directories], Mapping[str, object]] | None,
) -> None:
    """Print one entry or two side by side, as JSON where a way to make it is given."""
    found = _found(name, kind, directory)
    if other:
        second = _found(other, kind, directory)
        if to_json:
            _print_json(lookup_json.comparison_json(found, second))
        else:
            print_comparison(Console(), found, second)
    elif to_json:
        _print_json(to_json(found, lookup))
    else:
        print_entry(Console(), found, lookup)


def _found(name: str, kind: str, directory: Directory[_T]) -> _T:
    """What has that name, whatever the way it is written.

    Raises:
        InputError: nothing has it; the message says what may have been meant.
    """
    found = directory.find(name)
    if not isinstance(found, Missed):
        return found
    if not len(directory):
        raise InputError(f"The knowledge base has no {kind}s.")
    if found.several:
        raise InputError(f"Several {kind}s are called {name!r}: {', '.join(found.labels)}.")
    meant = f" Did you mean {', '.join(found.labels)}?" if found.labels else ""
    raise InputError(f"There is no {kind} called {name!r}.{meant}")


def _area(name: str, lookup: Directories) -> str | None:
    """The slug of the area that has that title or slug; None where none is named.

    Raises:
        InputError: there is no such area.
    """
    if not name:
        return None
    found = lookup.tree.area_named(name)
    if found is None:
        raise InputError(f"There is no area {name!r}. There are: {', '.join(area.title for area in lookup.tree.areas)}.")
    return found.slug


def _open(config: Path | None, knowledge: Path | None) -> Directories:
    return open_engine(configured(config, knowledge)).lookup


def _print_json(value: Mapping[str, object]) -> None:
    print(to_json(value))
