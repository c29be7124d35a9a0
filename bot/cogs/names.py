"""/license, /project, /glossary and /topic: what has a name is looked up by it."""

from __future__ import annotations

from typing import Literal

from discord import app_commands

from bot.cogs.lookup import LONGEST_NAME, PRIVATE, LookupCog, choices, everywhere
from bot.lookup.directory import Lookup
from bot.lookup.guide import Work
from bot.views.controls import Click
from bot.views.license_guide import guide_page, guides_page
from bot.views.lookup_page import Page, lookup_of
from bot.views.opening import compared_page, named_page

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


def _license(lookup: Lookup, name: str, compare: str, guide: Work | None) -> Page:
    if guide is not None:
        return guide_page(guide, lookup)
    if name and compare:
        return compared_page(name, compare, "license", lookup.licenses, lookup)
    if name or compare:
        return named_page(name or compare, "license", lookup.licenses, lookup)
    return guides_page(lookup)
