"""``timeline``, ``license``, ``project``, ``glossary``, ``topic``, ``fact`` and ``sources``: looking things up in the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console

from bot.cli.app import app
from bot.cli.options import ConfigOption, KnowledgeOption, configured, open_engine
from bot.errors import InputError
from bot.lookup.guide import Work

if TYPE_CHECKING:
    from bot.corpus.catalogue.entries import LicenseEntry, ProjectEntry
    from bot.lookup.directory import Directory, Lookup

_T = TypeVar("_T")
_Box = TypeVar("_Box", "LicenseEntry", "ProjectEntry")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


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
    from bot.lookup.timeline import Impossible, select_events
    from bot.terminal.lookup import print_timeline
    from bot.terminal.lookup_json import timeline_json

    lookup = _open(config, knowledge)
    chosen = select_events(lookup.corpus.catalogues.timeline, year=year, start=start, end=end, about=about)
    if isinstance(chosen, Impossible):
        raise InputError(chosen.text)
    if as_json:
        _print_json(timeline_json(chosen, lookup))
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
    from bot.terminal.lookup_json import license_json

    _infobox(" ".join(name or ()), compare, "license", lookup.licenses, lookup, license_json if as_json else None)


@app.command()
def project(
    name: Annotated[list[str], typer.Argument(help="The project or organization.")],
    compare: Annotated[str, typer.Option(help="Another one, to see both side by side.", show_default=False)] = "",
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Tell who made a project, when, and under which licenses; or compare two."""
    from bot.terminal.lookup_json import project_json

    lookup = _open(config, knowledge)
    _infobox(" ".join(name), compare, "project", lookup.projects, lookup, project_json if as_json else None)


@app.command()
def glossary(
    term: Annotated[list[str], typer.Argument(help="The term or abbreviation.")],
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Tell what a term means."""
    from bot.terminal.lookup import print_term
    from bot.terminal.lookup_json import term_json

    lookup = _open(config, knowledge)
    found = _found(" ".join(term), "term", lookup.glossary)
    if as_json:
        _print_json(term_json(found, lookup))
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
    from bot.terminal.lookup import print_topic
    from bot.terminal.lookup_json import topic_json

    lookup = _open(config, knowledge)
    found = _found(" ".join(name), "topic", lookup.topics)
    if as_json:
        _print_json(topic_json(found, lookup))
    else:
        print_topic(Console(), found, lookup)


@app.command()
def fact(
    area: Annotated[str, typer.Argument(help="Only from this area.", show_default=False)] = "",
    number: Annotated[int, typer.Option(min=0, help="Which one; each number is another fact, until all were told.")] = 0,
    as_json: Json = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Tell one important fact."""
    from bot.lookup.facts import facts_in_order, facts_of
    from bot.terminal.lookup import print_fact
    from bot.terminal.lookup_json import fact_json

    lookup = _open(config, knowledge)
    ordered = facts_in_order(facts_of(lookup.corpus, _area(area, lookup)), "terminal")
    if not ordered:
        raise InputError("The knowledge base has no facts to tell there.")
    told = ordered[number % len(ordered)]
    if as_json:
        _print_json(fact_json(told))
    else:
        print_fact(Console(), told)


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
    from bot.lookup.sources import Scope, used_sources
    from bot.terminal.lookup import print_sources
    from bot.terminal.lookup_json import sources_json

    lookup = _open(config, knowledge)
    everything = Scope("", "the whole knowledge base", lookup.corpus.sections)
    scope = _found(" ".join(name), "topic", lookup.scopes) if name else everything
    uses = used_sources(scope.sections)
    if as_json:
        _print_json(sources_json(scope, uses))
    else:
        print_sources(Console(), scope, uses)


def _guide(work: Work, lookup: Lookup, *, as_json: bool) -> None:
    from bot.lookup.guide import guide
    from bot.terminal.lookup import print_guide
    from bot.terminal.lookup_json import guide_json

    found = guide(work, lookup)
    if as_json:
        _print_json(guide_json(found))
    else:
        print_guide(Console(), found)


def _infobox(
    name: str,
    other: str,
    kind: str,
    directory: Directory[_Box],
    lookup: Lookup,
    to_json: Callable[[_Box, Lookup], Mapping[str, object]] | None,
) -> None:
    """Print one entry or two side by side, as JSON where a way to make it is given."""
    from bot.terminal.lookup import print_comparison, print_entry
    from bot.terminal.lookup_json import comparison_json

    found = _found(name, kind, directory)
    if other:
        second = _found(other, kind, directory)
        if to_json:
            _print_json(comparison_json(found, second))
        else:
            print_comparison(Console(), found, second)
    elif to_json:
        _print_json(to_json(found, lookup))
    else:
        print_entry(Console(), found, lookup)


def _found(name: str, kind: str, directory: Directory[_T]) -> _T:
    """Return what has a name.

    Raises:
        InputError: nothing has it; the message says what may have been meant.
    """
    from bot.lookup.directory import Missed

    found = directory.find(name)
    if not isinstance(found, Missed):
        return found
    if not len(directory):
        raise InputError(f"The knowledge base has no {kind}s.")
    meant = f" Did you mean {', '.join(found.labels)}?" if found.labels else ""
    raise InputError(f"There is no {kind} called {name!r}.{meant}")


def _area(name: str, lookup: Lookup) -> str | None:
    """Return the slug of an area by its name; None where no area is named.

    Raises:
        InputError: there is no such area.
    """
    if not name:
        return None
    found = lookup.tree.area_named(name)
    if found is None:
        raise InputError(f"There is no area {name!r}. There are: {', '.join(area.title for area in lookup.tree.areas)}.")
    return found.slug


def _open(config: Path | None, knowledge: Path | None) -> Lookup:
    return open_engine(configured(config, knowledge)).lookup


def _print_json(value: Mapping[str, object]) -> None:
    print(json.dumps(value, ensure_ascii=False))
