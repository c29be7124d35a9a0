"""What the lookup commands have in common: where they work, how often, and how a page becomes an answer.

They may be installed by a member for themselves, and then work in direct messages and in servers that have not installed the bot.

/license, /project, /glossary and /topic: what has a name is looked up by it.

/timeline, /browse, /fact and /sources: the knowledge by time, by area, at random, and where it comes from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from discord import app_commands
from discord.ext import commands

from bot.exts.kit.controls import Click
from bot.exts.kit.interaction import RateLimit, acknowledge, channels_instead, guarded, guild_of, respond, stages_of
from bot.exts.kit.panel import LONGEST_OPTION, MOST_OPTIONS, Tone, cut, notice
from bot.exts.lookup.browse import areas_page, sources_page, tell_fact, unknown_area_text
from bot.exts.lookup.entries import compared_page, named_page
from bot.exts.lookup.guide import guide_page, guides_page
from bot.exts.lookup.page import LookupMessage, LookupMessageMaker, lookup_of, noted, send_lookup
from bot.exts.lookup.timeline import LONGEST_ABOUT, timeline_page
from bot.lookup.directory import Completion, Directories
from bot.lookup.guide import Work
from bot.lookup.timeline import subjects_of, years_of
from bot.query.message import clean_question

PRIVATE = "Only you see the answer"
LONGEST_NAME = 100

_C = TypeVar("_C")


def everywhere(command: _C) -> _C:
    """Let a command be used in servers, direct messages and group chats, and be installed by members for themselves."""
    installed = app_commands.allowed_installs(guilds=True, users=True)
    reached = app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    return reached(installed(command))


class LookupCog(commands.Cog):
    """A cog whose commands look things up."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit

    async def allowed(self, interaction: Click) -> bool:
        """Count a lookup; return whether it may go on, after telling the member where it may not."""
        refused = self.limit.refuse(guild_of(interaction), interaction.user.id, time.perf_counter())
        if refused is not None:
            await respond(interaction, notice(refused.text, Tone.UNSURE), private=True)
        return refused is None

    async def look_up(
        self, interaction: Click, make: Callable[[Directories], LookupMessage | LookupMessageMaker], *, private: bool
    ) -> None:
        """Answer with a page; what finds nothing is told to the member alone."""
        async with guarded(interaction):
            if not await self.allowed(interaction):
                return
            made = make(lookup_of(interaction))
            missed = isinstance(made, LookupMessage) and not made.found
            note = "" if private or missed else await why_private(interaction)
            private = private or missed or bool(note)
            await acknowledge(interaction, private=private)
            await send_lookup(interaction, noted(made, note), private=private)


async def why_private(interaction: Click) -> str:
    """Return why the member alone sees what they looked up in this channel; "" where everybody may see it."""
    others = await channels_instead(interaction)
    return f"-# Only you see this, since this server wants my answers elsewhere: {others}" if others else ""


def choices(found: Iterable[Completion]) -> list[app_commands.Choice[str]]:
    """Return completions in the form that Discord shows them in."""
    fitting = (choice for choice in found if choice.label.strip() and len(choice.value) <= LONGEST_OPTION)
    return [app_commands.Choice(name=cut(choice.label, LONGEST_OPTION), value=choice.value) for choice in fitting][:MOST_OPTIONS]


Name = app_commands.Range[str, 1, LONGEST_NAME]
Kind = Literal["code", "weights", "data"]
Found = list[app_commands.Choice[str]]


class NamedEntries(LookupCog):
    """Looks up licenses, projects, terms and topics."""

    @app_commands.command(name="license", description="What a license allows, demands and limits; two of them side by side")
    @app_commands.describe(
        name="The license, such as MIT or Apache 2.0",
        compare="Another license, to see both side by side",
        guide="Which license for code, weights or data?",
        private=PRIVATE,
    )
    @everywhere
    async def license_by_name(
        self, interaction: Click, name: Name | None = None, compare: Name | None = None, guide: Kind | None = None, private: bool = False
    ) -> None:
        """Show a license, two licenses, or which license to choose."""
        await self.look_up(
            interaction, lambda lookup: _license(lookup, name or "", compare or "", Work(guide) if guide else None), private=private
        )

    @app_commands.command(name="project", description="Who made a project, when, and under which licenses; two of them side by side")
    @app_commands.describe(
        name="The project or organization, such as PyTorch", compare="Another one, to see both side by side", private=PRIVATE
    )
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

    @app_commands.command(name="glossary", description="What a term or an abbreviation means")
    @app_commands.describe(term="The term, such as LoRA or open weights", private=PRIVATE)
    @everywhere
    async def glossary(self, interaction: Click, term: Name, private: bool = False) -> None:
        """Show a definition."""
        await self.look_up(interaction, lambda lookup: named_page(term, "term", lookup.glossary, lookup), private=private)

    @app_commands.command(name="topic", description="A section of the knowledge base by its title")
    @app_commands.describe(name="The topic, such as openwashing", private=PRIVATE)
    @everywhere
    async def topic(self, interaction: Click, name: Name, private: bool = False) -> None:
        """Show a section."""
        await self.look_up(interaction, lambda lookup: named_page(name, "topic", lookup.topics, lookup), private=private)

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
        return guide_page(guide, lookup)
    if name and compare:
        return compared_page(name, compare, "license", lookup.licenses, lookup)
    if name or compare:
        return named_page(name or compare, "license", lookup.licenses, lookup)
    return guides_page(lookup)


Moment = app_commands.Range[str, 1, 20]
About = app_commands.Range[str, 1, LONGEST_ABOUT]
ReferenceFound = list[app_commands.Choice[str]]


class Reference(LookupCog):
    """Looks things up that have no name of their own."""

    @app_commands.command(name="timeline", description="What happened when in open-source AI")
    @app_commands.describe(
        year="One year or month: 2018, March 2018", start="From this year or month on", end="Up to this year or month",
        about="Only events about this, such as license, or Meta", private=PRIVATE,
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

    @app_commands.command(name="browse", description="Look around: areas, their articles, their sections")
    @app_commands.describe(private=PRIVATE)
    @everywhere
    async def browse(self, interaction: Click, private: bool = False) -> None:
        """Show the areas."""
        await self.look_up(interaction, areas_page, private=private)

    @app_commands.command(name="fact", description="One important fact about open-source AI")
    @app_commands.describe(area="Only from this area", private=PRIVATE)
    @everywhere
    async def fact(self, interaction: Click, area: app_commands.Range[str, 1, 100] | None = None, private: bool = False) -> None:
        """Tell a fact that this channel has not been told yet."""
        async with guarded(interaction):
            if not await self.allowed(interaction):
                return
            held = lookup_of(interaction).tree.area_named(area) if area else None
            if area and held is None:
                await respond(interaction, notice(unknown_area_text(area, interaction), Tone.UNSURE), private=True)
                return
            note = "" if private else await why_private(interaction)
            await acknowledge(interaction, private=private or bool(note))
            await tell_fact(interaction, held.slug if held else None, in_place=False, private=private or bool(note), note=note)

    @app_commands.command(name="sources", description="Where the knowledge comes from, with links")
    @app_commands.describe(topic="Only for this area, article or section", private=PRIVATE)
    @everywhere
    async def sources(self, interaction: Click, topic: app_commands.Range[str, 1, 100] | None = None, private: bool = False) -> None:
        """List the sources."""
        await self.look_up(interaction, lambda _: sources_page(interaction, topic or ""), private=private)

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
