"""What the lookup commands have in common: where they work, how often, and how a page becomes an answer.

They may be installed by a member for themselves, and then work in direct messages and in servers that have not installed the bot.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from discord import app_commands
from discord.ext import commands

from bot.lookup.directory import Choice, Lookup
from bot.views.access import guild_of
from bot.views.controls import Click
from bot.views.lookup_page import Page, PageMaker, lookup_of, noted, send_page
from bot.views.panel import MOST_OPTIONS, Tone, notice
from bot.views.permission import channels_instead
from bot.views.rate_limit import RateLimit
from bot.views.respond import acknowledge, guarded, respond
from bot.views.text import LONGEST_OPTION, cut

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

    async def look_up(self, interaction: Click, make: Callable[[Lookup], Page | PageMaker], *, private: bool) -> None:
        """Answer with a page; what finds nothing is told to the member alone."""
        async with guarded(interaction):
            if not await self.allowed(interaction):
                return
            made = make(lookup_of(interaction))
            missed = isinstance(made, Page) and not made.found
            note = "" if private or missed else await why_private(interaction)
            private = private or missed or bool(note)
            await acknowledge(interaction, private=private)
            await send_page(interaction, noted(made, note), private=private)


async def why_private(interaction: Click) -> str:
    """Return why the member alone sees what they looked up in this channel; "" where everybody may see it."""
    others = await channels_instead(interaction)
    return f"-# Only you see this, since this server wants my answers elsewhere: {others}" if others else ""


def choices(found: Iterable[Choice]) -> list[app_commands.Choice[str]]:
    """Return completions in the form that Discord shows them in."""
    fitting = (choice for choice in found if choice.label.strip() and len(choice.value) <= LONGEST_OPTION)
    return [app_commands.Choice(name=cut(choice.label, LONGEST_OPTION), value=choice.value) for choice in fitting][:MOST_OPTIONS]
