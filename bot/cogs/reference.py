"""/timeline, /browse, /fact and /sources: the knowledge by time, by area, at random, and where it comes from."""

from __future__ import annotations

from discord import app_commands

from bot.answering.question import clean_question
from bot.cogs.lookup import PRIVATE, LookupCog, choices, everywhere, why_private
from bot.lookup.directory import Choice
from bot.lookup.timeline import subjects_of, years_of
from bot.views.access import stages_of
from bot.views.browse import areas_page
from bot.views.controls import Click
from bot.views.facts import tell_fact, unknown_area_text
from bot.views.lookup_page import lookup_of
from bot.views.panel import Tone, notice
from bot.views.respond import acknowledge, guarded, respond
from bot.views.sources import sources_page
from bot.views.timeline import LONGEST_ABOUT, timeline_page

Moment = app_commands.Range[str, 1, 20]
About = app_commands.Range[str, 1, LONGEST_ABOUT]
Found = list[app_commands.Choice[str]]


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
    async def years(self, interaction: Click, typed: str) -> Found:
        """Offer the years that have events."""
        counts = years_of(stages_of(interaction).knowledge.engine.corpus.catalogues.timeline)
        fitting = [year for year in counts if str(year).startswith(typed.strip())]
        return choices(Choice(f"{year} ({counts[year]})", str(year)) for year in fitting)

    @timeline.autocomplete("about")
    async def subjects(self, interaction: Click, typed: str) -> Found:
        """Offer kinds of events and those who did something."""
        wanted = typed.strip().casefold()
        subjects = subjects_of(stages_of(interaction).knowledge.engine.corpus.catalogues.timeline)
        fitting = sorted((name for name in subjects if wanted in name.casefold()), key=lambda name: not name.casefold().startswith(wanted))
        return choices(Choice(name, name) for name in fitting if len(name) <= LONGEST_ABOUT)

    @fact.autocomplete("area")
    async def areas(self, interaction: Click, typed: str) -> Found:
        """Offer the areas."""
        titles = [area.title for area in lookup_of(interaction).tree.areas]
        return choices(Choice(title, title) for title in titles if typed.strip().casefold() in title.casefold())

    @sources.autocomplete("topic")
    async def scopes(self, interaction: Click, typed: str) -> Found:
        """Offer areas, articles and sections."""
        return choices(lookup_of(interaction).scopes.complete(typed))
