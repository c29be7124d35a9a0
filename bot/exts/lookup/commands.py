"""The lookup commands: what has a name by its name, and the rest by time, by area, at random, and by where it comes from.

They may be installed by a member for themselves, and then work in direct messages and in servers that have not installed the bot. What they
show is made in ``entries``, ``timeline`` and ``sources``; here are the options, how often they may be used, and what is said where nothing
has the name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from discord import app_commands
from discord.ext import commands

from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry
from bot.corpus.document import Section
from bot.errors import InputError, NotFound
from bot.exts.kit.channels import channels_instead, everywhere
from bot.exts.kit.controls import chosen_word
from bot.exts.kit.interaction import Click, acknowledge, admit, guarded, stages_of
from bot.exts.kit.limits import RateLimit
from bot.exts.kit.panel import LONGEST_OPTION, MOST_OPTIONS, Button, Tone, cut, escape, one_line
from bot.exts.lookup import entries
from bot.exts.lookup.browse import areas_page
from bot.exts.lookup.page import LookupMessage, lookup_of, nothing_found, send_lookup
from bot.exts.lookup.sources import show_fact, sources_page
from bot.exts.lookup.timeline import LONGEST_ABOUT, timeline_page
from bot.lookup.comparison import Work
from bot.lookup.directory import Completion, Directories, Directory, Missed
from bot.lookup.timeline import subjects_of, years_of
from bot.query.message import clean_question
from bot.texts import lookup as texts

LONGEST_NAME = 100

_Entry = TypeVar("_Entry", LicenseEntry, ProjectEntry, GlossaryTerm, Section)
_Box = TypeVar("_Box", LicenseEntry, ProjectEntry)


class LookupCog(commands.Cog):
    """A cog whose commands look things up."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit

    async def look_up(self, interaction: Click, make: Callable[[Directories], LookupMessage], *, private: bool) -> None:
        """Answer with a lookup; what finds nothing is said to the member alone."""
        async with guarded(interaction):
            await admit(interaction, limit=self.limit)
            page = make(lookup_of(interaction))
            private = private or not page.found
            note = "" if private else await why_private(interaction)
            private = private or bool(note)
            await acknowledge(interaction, private=private)
            await send_lookup(interaction, page.noted(note), private=private)


async def why_private(interaction: Click) -> str:
    """Why the member alone sees what they looked up in this channel; "" where everybody may see it."""
    others = await channels_instead(interaction)
    return texts.private_because(others) if others else ""


def choices(found: Iterable[Completion]) -> list[app_commands.Choice[str]]:
    """Completions in the form that Discord shows them in."""
    fitting = (choice for choice in found if choice.label.strip() and len(choice.value) <= LONGEST_OPTION)
    return [app_commands.Choice(name=cut(choice.label, LONGEST_OPTION), value=choice.value) for choice in fitting][:MOST_OPTIONS]


Name = app_commands.Range[str, 1, LONGEST_NAME]
Kind = Literal["code", "weights", "data"]
Found = list[app_commands.Choice[str]]


class NamedEntries(LookupCog):
    """Looks up licenses, projects, terms and topics."""

    @app_commands.command(name="license", description=texts.LICENSE)
    @app_commands.describe(
        name=texts.LICENSE_NAME,
        compare=texts.LICENSE_COMPARE,
        guide=texts.LICENSE_GUIDE,
        private=texts.PRIVATE,
    )
    @everywhere
    async def license_by_name(
        self, interaction: Click, name: Name | None = None, compare: Name | None = None, guide: Kind | None = None, private: bool = False
    ) -> None:
        """Show a license, two licenses, or which license to choose."""
        await self.look_up(
            interaction,
            lambda lookup: _license(lookup, name or "", compare or "", chosen_word(guide, Work) if guide else None),
            private=private,
        )

    @app_commands.command(name="project", description=texts.PROJECT)
    @app_commands.describe(name=texts.PROJECT_NAME, compare=texts.PROJECT_COMPARE, private=texts.PRIVATE)
    @everywhere
    async def project(self, interaction: Click, name: Name, compare: Name | None = None, private: bool = False) -> None:
        """Show a project or two."""
        await self.look_up(
            interaction,
            lambda lookup: (
                compared_page(name, compare, "project", lookup.projects, lookup)
                if compare
                else named_page(name, "project", lookup.projects, lookup)
            ),
            private=private,
        )

    @app_commands.command(name="glossary", description=texts.GLOSSARY)
    @app_commands.describe(term=texts.GLOSSARY_TERM, private=texts.PRIVATE)
    @everywhere
    async def glossary(self, interaction: Click, term: Name, private: bool = False) -> None:
        """Show a definition."""
        await self.look_up(interaction, lambda lookup: named_page(term, "term", lookup.glossary, lookup), private=private)

    @app_commands.command(name="topic", description=texts.TOPIC)
    @app_commands.describe(name=texts.TOPIC_NAME, private=texts.PRIVATE)
    @everywhere
    async def topic(self, interaction: Click, name: Name, private: bool = False) -> None:
        """Show a section."""
        await self.look_up(interaction, lambda lookup: named_page(name, "topic", lookup.topics, lookup, whole=private), private=private)

    @license_by_name.autocomplete("name")
    @license_by_name.autocomplete("compare")
    async def licenses(self, interaction: Click, typed: str) -> Found:
        """Offer licenses."""
        return choices(lookup_of(interaction).licenses.complete(typed))

    @project.autocomplete("name")
    @project.autocomplete("compare")
    async def projects(self, interaction: Click, typed: str) -> Found:
        """Offer projects and organizations."""
        return choices(lookup_of(interaction).projects.complete(typed))

    @glossary.autocomplete("term")
    async def terms(self, interaction: Click, typed: str) -> Found:
        """Offer terms."""
        return choices(lookup_of(interaction).glossary.complete(typed))

    @topic.autocomplete("name")
    async def topics(self, interaction: Click, typed: str) -> Found:
        """Offer topics."""
        return choices(lookup_of(interaction).topics.complete(typed))


def _license(lookup: Directories, name: str, compare: str, guide: Work | None) -> LookupMessage:
    if guide is not None:
        return entries.guide_page(guide, lookup)
    if name and compare:
        return compared_page(name, compare, "license", lookup.licenses, lookup)
    if name or compare:
        return named_page(name or compare, "license", lookup.licenses, lookup)
    return entries.guides_page(lookup)


def named_page(typed: str, kind: str, directory: Directory[_Entry], lookup: Directories, *, whole: bool = False) -> LookupMessage:
    """The message about what has a name, or what may have been meant.

    Args:
        typed: the name.
        kind: what it should be the name of, for the reader: "license", "project", "term", "topic".
        directory: where to look.
        lookup: all that can be looked up.
        whole: whether all of a topic is shown and not its opening.
    """
    found = directory.find(typed)
    if isinstance(found, Missed):
        return _missed_page(found, kind, directory, lookup, lambda section, label: entries.OpenEntry.of(entries.Way.MEANT, section, label))
    section = _section_of(found, lookup)
    if section is None:
        raise NotFound("an entry of a catalogue has no section")
    return entries.entry_page(section, lookup, whole=whole)


def compared_page(typed: str, other: str, kind: str, directory: Directory[_Box], lookup: Directories) -> LookupMessage:
    """Two entries side by side; where one name is not known, what may have been meant by it, still to be compared."""
    left, right = directory.find(typed), directory.find(other)
    if isinstance(left, Missed):
        known = None if isinstance(right, Missed) else lookup.section_of(right)
        return _missed_page(left, kind, directory, lookup, _comparing(known, missed_left=True))
    if isinstance(right, Missed):
        return _missed_page(right, kind, directory, lookup, _comparing(lookup.section_of(left), missed_left=False))
    return entries.comparison_page(left, right, lookup)


def _section_of(found: LicenseEntry | ProjectEntry | GlossaryTerm | Section, lookup: Directories) -> Section | None:
    return found if isinstance(found, Section) else lookup.section_of(found)


def _comparing(known: Section | None, *, missed_left: bool) -> Callable[[Section, str], Button]:
    """What makes a button that compares what was meant with the side that is known."""
    if known is None:
        return lambda section, label: entries.OpenEntry.of(entries.Way.MEANT, section, label)
    if missed_left:
        return lambda section, label: entries.CompareSides.of(section, known, label)
    return lambda section, label: entries.CompareSides.of(known, section, label)


def _missed_page(
    missed: Missed[_Entry], kind: str, directory: Directory[_Entry], lookup: Directories, make: Callable[[Section, str], Button]
) -> LookupMessage:  # fmt: skip
    if not len(directory):
        return nothing_found(texts.none_of_kind(kind), tone=Tone.NONE)
    meant = [
        (section, label) for entry, label in zip(missed.closest, missed.labels, strict=True) if (section := _section_of(entry, lookup))
    ]
    text = texts.missed(kind, one_line(missed.typed, LONGEST_NAME))
    if meant:
        return nothing_found(texts.did_you_mean(text), *(make(*pair) for pair in meant))
    popular = [(section, section.title, "") for entry in directory.entries if (section := _section_of(entry, lookup))]
    return nothing_found(texts.some_known(text), entries.ChooseEntry.of(texts.choose_a(kind), "popular", popular))


Moment = app_commands.Range[str, 1, 20]
About = app_commands.Range[str, 1, LONGEST_ABOUT]
ReferenceFound = list[app_commands.Choice[str]]


class Reference(LookupCog):
    """Looks things up that have no name of their own."""

    @app_commands.command(name="timeline", description=texts.TIMELINE)
    @app_commands.describe(
        year=texts.TIMELINE_YEAR, start=texts.TIMELINE_FROM, end=texts.TIMELINE_TO, about=texts.TIMELINE_ABOUT, private=texts.PRIVATE,
    )  # fmt: skip
    @app_commands.rename(start="from", end="to")
    @everywhere
    async def timeline(
        self, interaction: Click, year: Moment | None = None, start: Moment | None = None, end: Moment | None = None,
        about: About | None = None, private: bool = False,
    ) -> None:  # fmt: skip
        """Show events."""
        subject = clean_question(about or "")[:LONGEST_ABOUT]
        await self.look_up(
            interaction,
            lambda lookup: timeline_page(lookup, year=year or "", start=start or "", end=end or "", about=subject),
            private=private,
        )

    @app_commands.command(name="browse", description=texts.BROWSE)
    @app_commands.describe(private=texts.PRIVATE)
    @everywhere
    async def browse(self, interaction: Click, private: bool = False) -> None:
        """Show the areas."""
        await self.look_up(interaction, areas_page, private=private)

    @app_commands.command(name="fact", description=texts.FACT)
    @app_commands.describe(area=texts.FACT_AREA, private=texts.PRIVATE)
    @everywhere
    async def fact(self, interaction: Click, area: app_commands.Range[str, 1, 100] | None = None, private: bool = False) -> None:
        """Show a fact that this channel has not seen yet."""
        async with guarded(interaction):
            await admit(interaction, limit=self.limit)
            tree = lookup_of(interaction).tree
            held = tree.area_named(area) if area else None
            if area and held is None:
                names = texts.listed([one.title for one in tree.areas])
                raise InputError(texts.unknown_area(one_line(area, LONGEST_NAME), escape(names, 1000)))
            note = "" if private else await why_private(interaction)
            await acknowledge(interaction, private=private or bool(note))
            await show_fact(interaction, held.slug if held else None, in_place=False, private=private or bool(note), note=note)

    @app_commands.command(name="sources", description=texts.SOURCES)
    @app_commands.describe(topic=texts.SOURCES_TOPIC, private=texts.PRIVATE)
    @everywhere
    async def sources(self, interaction: Click, topic: app_commands.Range[str, 1, 100] | None = None, private: bool = False) -> None:
        """List the sources."""
        await self.look_up(interaction, lambda lookup: sources_page(lookup, topic or ""), private=private)

    @timeline.autocomplete("year")
    @timeline.autocomplete("start")
    @timeline.autocomplete("end")
    async def years(self, interaction: Click, typed: str) -> ReferenceFound:
        """Offer the years that have events."""
        counts = years_of(stages_of(interaction).knowledge.engine.corpus.catalogues.timeline)
        fitting = [year for year in counts if str(year).startswith(typed.strip())]
        return choices(Completion(f"{year} ({counts[year]})", str(year)) for year in fitting)

    @timeline.autocomplete("about")
    async def subjects(self, interaction: Click, typed: str) -> ReferenceFound:
        """Offer kinds of events and those who did something."""
        wanted = typed.strip().casefold()
        subjects = subjects_of(stages_of(interaction).knowledge.engine.corpus.catalogues.timeline)
        fitting = sorted((name for name in subjects if wanted in name.casefold()), key=lambda name: not name.casefold().startswith(wanted))
        return choices(Completion(name, name) for name in fitting if len(name) <= LONGEST_ABOUT)

    @fact.autocomplete("area")
    async def areas(self, interaction: Click, typed: str) -> ReferenceFound:
        """Offer the areas."""
        titles = [area.title for area in lookup_of(interaction).tree.areas]
        return choices(Completion(title, title) for title in titles if typed.strip().casefold() in title.casefold())

    @sources.autocomplete("topic")
    async def scopes(self, interaction: Click, typed: str) -> ReferenceFound:
        """Offer areas, articles and sections."""
        return choices(lookup_of(interaction).scopes.complete(typed))
