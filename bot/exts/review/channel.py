"""What follows from a change to a case: cards are drawn again, the review channel hears of it, members who asked get a message.

A change is announced by the event ``cases_changed``, sent by whatever changed one. A pass every minute catches up on what was missed: a
restart, a channel that was closed for a while, a change by retention. Sending can always fail; a case is in the database and is never lost
with its message.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import discord
from discord.ext import commands, tasks

from bot.answering.engine import AnswerEngine
from bot.bootstrap.stages import Stages
from bot.cases.case import CaseKind, CaseState, CaseSummary, DismissReason, Place
from bot.corpus.document import digest
from bot.errors import NotFound
from bot.exts.kit.channels import post
from bot.exts.kit.interaction import NO_MENTIONS
from bot.exts.kit.panel import Block, Panel, Tone, escape, notice, one_line, rule
from bot.exts.kit.reach import UNREACHABLE, may_pass
from bot.exts.review.case import OpenCard, OpenCards, case_panel
from bot.exts.review.reports import answers_text, worst_text
from bot.exts.review.words import DISMISSALS, RESOLUTIONS, age, moment
from bot.review.digest import Digest
from bot.review.questions import Notice

_log = logging.getLogger(__name__)

_QUESTION = 300
_MESSAGE = 1200
_SERVER = 100


async def keep_card(client: discord.Client, stages: Stages, case: CaseSummary) -> bool:
    """Bring the card of a case in the review channel up to date, or post it; say whether the channel took it."""
    settings = await stages.guilds.settings(case.guild_id)
    if settings.review_channel_id is None:
        return False
    card = await stages.review.cards.show(case.guild_id, case.number)
    panel = case_panel(card, stages.knowledge.engine)
    place = card.summary.card
    try:
        if place is None or place.message_id is None:
            channel = client.get_partial_messageable(settings.review_channel_id, guild_id=case.guild_id)
            nonce = digest(f"card {case.guild_id} {case.number} {card.summary.version}")
            sent = await post(channel, panel, nonce=nonce)
            place = Place(sent.channel.id, sent.id)
        else:
            held = client.get_partial_messageable(place.channel_id, guild_id=case.guild_id)
            await held.get_partial_message(place.message_id).edit(view=panel, allowed_mentions=NO_MENTIONS)
    except UNREACHABLE as error:
        await _card_failed(client, stages, card.summary, error)
        return False
    await stages.review.channel.posted(case.guild_id, case.number, place, card.summary.version)
    return True


async def _card_failed(client: discord.Client, stages: Stages, case: CaseSummary, error: Exception) -> None:
    """Take note of a card that could not be drawn: forget where it was, or leave the channel alone for a while."""
    channel = stages.review.channel
    held = case.card is not None and case.card.message_id is not None
    if held and isinstance(error, discord.NotFound):
        await channel.lost(case.guild_id, case.number, case.version - 1)  # so that an active case gets a new card
        client.dispatch("cases_changed")
    elif not may_pass(error):
        await channel_refused(client, stages, case.guild_id, error)
    else:
        _log.warning(
            "the card of case %d in server %d could not be drawn; the next pass tries again: %s", case.number, case.guild_id, error
        )


async def channel_refused(client: discord.Client, stages: Stages, guild_id: int, error: Exception) -> None:
    """Leave the review channel of a server alone for a while, and tell its owner at most once a day."""
    await stages.review.channel.pause(guild_id)
    _log.warning("server %d: the review channel refuses messages: %s", guild_id, error)
    guild = client.get_guild(guild_id)
    if guild is None or guild.owner_id is None or not await stages.review.channel.may_report_trouble(guild_id):
        return
    settings = await stages.guilds.settings(guild_id)
    text = (
        f"In **{one_line(guild.name, _SERVER)}**, the review channel <#{settings.review_channel_id}> {_trouble(error)}. "
        "No case is lost: /review queue shows them all. Please choose another channel in /settings, or give me the permission."
    )
    await send_direct(client, guild.owner_id, notice(text, Tone.FAULT), name=f"trouble {guild_id} {discord.utils.utcnow():%Y-%m-%d %H}")


def _trouble(error: Exception) -> str:
    if isinstance(error, discord.NotFound):
        return "is gone"
    if isinstance(error, discord.Forbidden):
        return "does not let me post: I need View Channel and Send Messages there"
    return "does not take my messages; an archived thread, for example, does not"


async def send_direct(client: discord.Client, user_id: int, panel: Panel, *, name: str) -> None:
    """Send a direct message; where the member's are closed, or Discord fails, nothing happens but a line in the log.

    Args:
        client: the bot.
        user_id: whose direct messages.
        panel: the message.
        name: of this very message, so that a request sent twice arrives once.
    """
    try:
        channel = await client.create_dm(discord.Object(user_id))
        await post(channel, panel, nonce=digest(name))
    except UNREACHABLE as error:
        _log.info("a direct message was not taken: %s", error)


def notice_panel(news: Notice, server: str) -> Panel:
    """The message about a case that was decided, for a member who asked for it."""
    case = news.case
    blocks: list[Block] = [f"You asked what became of what you sent in **{one_line(server, _SERVER)}**.", _decision(case)]
    if case.question:
        blocks.insert(1, f"> {one_line(case.question, _QUESTION)}")
    if case.state is CaseState.RESOLVED and case.closing_text:
        blocks.append(f"A moderator writes:\n{escape(case.closing_text, _MESSAGE)}")
    return Panel([*blocks, "-# I no longer keep your id for this. /privacy in the server shows what is stored about you."], Tone.SURE)


def _decision(case: CaseSummary) -> str:
    if case.kind is CaseKind.NOTE:
        return "Your note was approved and stands under its section." if case.state is CaseState.RESOLVED else "Your note was not approved."
    if case.state is CaseState.RESOLVED and case.resolution is not None:
        label, text = RESOLUTIONS[case.resolution]
        return f"The moderators resolved it: **{label}**. {text}."
    reason = "" if case.dismissal in (None, DismissReason.OTHER) else f" ({DISMISSALS[case.dismissal][0].lower()})"
    return f"The moderators looked at it and decided not to act on it{reason}."


def digest_panel(due: Digest, engine: AnswerEngine) -> Panel:
    """What a digest says."""
    report = due.report
    oldest = "" if due.oldest_waiting_at is None else f", the oldest since {age(due.oldest_waiting_at)}"
    blocks: list[Block] = [
        f"### Review digest\n-# From {moment(report.since)} to {moment(report.until)}",
        f"**Cases** {report.opened} opened, {report.closed} closed, {report.waiting} waiting{oldest}",
        answers_text(report),
        worst_text(report.worst, engine),
        rule(),
        "-# /review queue shows what waits · /settings changes how often this comes",
    ]
    return Panel(blocks, Tone.LIKELY)


async def redraw_open(stages: Stages, cards: OpenCards, card: OpenCard) -> None:
    """Draw a card on a moderator's own screen again where its case has changed.

    Raises:
        NotFound: the server has no such case any more.
    """
    now = await stages.review.queue.find(card.guild_id, card.number)
    if now.version == card.version:
        return
    shown = await stages.review.cards.show(card.guild_id, card.number)
    try:
        await card.message.edit(view=case_panel(shown, stages.knowledge.engine), allowed_mentions=NO_MENTIONS)
    except UNREACHABLE:
        cards.forget(card)  # closed by the moderator, or too old to be edited
        return
    cards.redrawn(card, shown.summary.version)


_SECONDS = 60.0
_DIGEST_MINUTES = 5.0


class ReviewMaintenance(commands.Cog):
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
        for news in await notices.pending():
            guild = self.bot.get_guild(news.case.guild_id)
            panel = notice_panel(news, "a server" if guild is None else guild.name)
            if await notices.settle(news.notice_id):  # first: rather unheard than heard twice
                await send_direct(self.bot, news.user_id, panel, name=f"notice {news.notice_id}")

    async def _post_digest(self, guild_id: int) -> None:
        settings = await self.stages.guilds.settings(guild_id)
        due = await self.stages.review.digests.take(guild_id)
        if due is None or settings.review_channel_id is None:
            return
        channel = self.bot.get_partial_messageable(settings.review_channel_id, guild_id=guild_id)
        try:
            nonce = digest(f"digest {guild_id} {due.report.until.isoformat()}")
            await post(channel, digest_panel(due, self.stages.knowledge.engine), nonce=nonce)
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
