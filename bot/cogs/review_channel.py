"""What follows from a change to a case: cards are redrawn, the review channel hears of it, members who asked are told.

A change is announced by the event ``cases_changed`` (``views.review.changes``), sent by whatever changed one. A pass every minute
catches up on what was missed: a restart, a channel that was closed for a while, a change by retention.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import discord
from discord.ext import commands, tasks

from bot.errors import NotFound
from bot.stages import Stages
from bot.views.respond import NO_MENTIONS, UNREACHABLE
from bot.views.review.open_cards import OpenCards
from bot.views.review.posting import channel_refused, digest_panel, keep_card, notice_panel, redraw_open, send_direct

_log = logging.getLogger(__name__)

_SECONDS = 60.0
_DIGEST_MINUTES = 5.0


class ReviewUpkeep(commands.Cog):
    """Keeps cards, members and moderators up to date."""

    def __init__(self, bot: commands.Bot, stages: Stages, open_cards: OpenCards) -> None:
        self.bot = bot
        self.stages = stages
        self.open_cards = open_cards
        self._passing = asyncio.Lock()
        self._queued = False

    async def cog_load(self) -> None:
        """Start what is periodic."""
        self.catch_up.start()
        self.post_digests.start()

    async def cog_unload(self) -> None:
        """Stop it."""
        self.catch_up.cancel()
        self.post_digests.cancel()

    @commands.Cog.listener()
    async def on_cases_changed(self) -> None:
        """Follow a change at once; of several that come together one pass takes care."""
        if self._queued:
            return
        self._queued = True
        async with self._passing:
            self._queued = False
            for step in (self._redraw_open_cards, self._keep_cards, self._tell_members):
                await _attempt(step)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Follow what changed while the bot was away."""
        await self.on_cases_changed()

    @tasks.loop(seconds=_SECONDS)
    async def catch_up(self) -> None:
        """Follow what nobody announced."""
        if self.bot.is_ready():
            await self.on_cases_changed()

    @tasks.loop(minutes=_DIGEST_MINUTES)
    async def post_digests(self) -> None:
        """Post the digests whose hour has come."""
        if not self.bot.is_ready():
            return
        await _attempt(self._post_digests)

    async def _post_digests(self) -> None:
        for guild_id in await self.stages.review.digests.due():
            await self._post_digest(guild_id)

    async def _redraw_open_cards(self) -> None:
        for card in self.open_cards.editable():
            try:
                await redraw_open(self.stages, self.open_cards, card)
            except NotFound:
                self.open_cards.forget(card)

    async def _keep_cards(self) -> None:
        failed: set[int] = set()
        for case in await self.stages.review.channel.outdated():
            if case.guild_id not in failed and not await keep_card(self.bot, self.stages, case):
                failed.add(case.guild_id)  # one refusal is enough; the others would be refused too

    async def _tell_members(self) -> None:
        notices = self.stages.review.notices
        for told in await notices.pending():
            guild = self.bot.get_guild(told.case.guild_id)
            panel = notice_panel(told, "a server" if guild is None else guild.name)
            if await notices.settle(told.notice_id):  # first: rather not told than told twice
                await send_direct(self.bot, told.user_id, panel, name=f"notice {told.notice_id}")

    async def _post_digest(self, guild_id: int) -> None:
        settings = await self.stages.guilds.settings(guild_id)
        digest = await self.stages.review.digests.take(guild_id)
        if digest is None or settings.review_channel_id is None:
            return
        channel = self.bot.get_partial_messageable(settings.review_channel_id, guild_id=guild_id)
        try:
            await channel.send(view=digest_panel(digest, self.stages.knowledge.engine), allowed_mentions=NO_MENTIONS)
        except (discord.Forbidden, discord.NotFound) as error:
            await channel_refused(self.bot, self.stages, guild_id, error)
        except UNREACHABLE as error:
            _log.warning("server %d: the digest could not be posted: %s", guild_id, error)


async def _attempt(step: Callable[[], Awaitable[None]]) -> None:
    """Take a step of a pass; whatever goes wrong is logged, so that it neither stops the others nor ends the passes for good."""
    try:
        await step()
    except Exception:  # noqa: BLE001 - the boundary of what happens by itself
        _log.exception("what follows from a change to a case could not be done; the next pass tries again")
