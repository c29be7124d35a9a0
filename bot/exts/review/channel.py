"""What follows from a change to a case: cards are drawn again, the review channel hears of it, members who asked get a message.

A change is announced by the event ``cases_changed``, sent by whatever changed one. A pass every minute catches up on what was missed: a
restart, a channel that was closed for a while, a change by retention. Sending can always fail; a case is in the database and is never lost
with its message. What a member waits for is claimed before it is sent and noted after (``review.questions``), so nobody hears twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import discord
from discord.ext import commands, tasks

from bot.answering.engine import AnswerEngine
from bot.bootstrap.stages import Stages
from bot.cases.case import CaseKind, CaseState, CaseSummary, DismissReason, NoticeState, Place
from bot.corpus.document import digest
from bot.errors import NotFound
from bot.exts.kit.channels import post
from bot.exts.kit.interaction import NO_MENTIONS
from bot.exts.kit.panel import Block, Panel, Tone, escape, notice, one_line, rule
from bot.exts.kit.reach import UNREACHABLE, AddressBanned, may_pass
from bot.exts.review.case import case_panel
from bot.exts.review.gaps import digest_line
from bot.exts.review.open_cards import OpenCard, OpenCards
from bot.exts.review.phrasings import lost_panel
from bot.exts.review.proofs import what_changed
from bot.exts.review.reports import answers_text, worst_text
from bot.exts.review.words import age, moment
from bot.gaps.gaps import GapCounts
from bot.review.digest import Digest
from bot.review.questions import Notice
from bot.texts import cases as case_texts
from bot.texts import review as texts

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
    text = texts.channel_trouble(one_line(guild.name, _SERVER), f"<#{settings.review_channel_id}>", _trouble(error))
    await send_direct(client, guild.owner_id, notice(text, Tone.FAULT), name=f"trouble {guild_id} {discord.utils.utcnow():%Y-%m-%d %H}")


def _trouble(error: Exception) -> str:
    if isinstance(error, discord.NotFound):
        return texts.TROUBLE_GONE
    return texts.TROUBLE_FORBIDDEN if isinstance(error, discord.Forbidden) else texts.TROUBLE_OTHER


async def inform_members(client: discord.Client, stages: Stages) -> int:
    """Send what members wait for, as far as one pass goes; the number says how many messages were tried.

    Raises:
        StorageError: it could not be claimed or noted; what was not claimed is sent by the next pass.
    """
    notices = stages.review.notices
    tried = 0
    for news in await notices.pending():
        guild = client.get_guild(news.case.guild_id)
        panel = notice_panel(news, case_texts.A_SERVER if guild is None else guild.name, stages.knowledge.engine)
        if await notices.settle(news):  # first: rather unheard than heard twice
            tried += 1
            await notices.note(news, await send_direct(client, news.user_id, panel, name=f"notice {news.notice_id}"))
    return tried


async def send_direct(client: discord.Client, user_id: int, panel: Panel, *, name: str) -> NoticeState:
    """Send a direct message once; where Discord does not take it, there is a line in the log. Unknown where its answer was lost.

    Args:
        client: the bot.
        user_id: whose direct messages.
        panel: the message.
        name: of this very message, so that a request sent twice arrives once.
    """
    channel: discord.DMChannel | None = None
    try:
        channel = await client.create_dm(discord.Object(user_id))
        await post(channel, panel, nonce=digest(name))
    except UNREACHABLE as error:
        _log.info("a direct message was not taken: %s", error)
        never_left = channel is None or isinstance(error, AddressBanned | discord.RateLimited)
        return NoticeState.REFUSED if never_left or not may_pass(error) else NoticeState.UNKNOWN
    return NoticeState.SENT


def notice_panel(news: Notice, server: str, engine: AnswerEngine) -> Panel:
    """The message about a case that was decided, for a member who asked for it.

    Args:
        news: what is to be said, and to whom.
        server: the name of the server.
        engine: for the titles of sections.
    """
    case = news.case
    blocks: list[Block] = [case_texts.news(one_line(server, _SERVER)), _decision(case)]
    if case.question:
        blocks.insert(1, f"> {one_line(case.question, _QUESTION)}")
    if news.proof is not None:
        blocks += what_changed(news.proof, engine)
    if case.state is CaseState.RESOLVED and case.closing_text:
        blocks.append(case_texts.moderator_writes(escape(case.closing_text, _MESSAGE)))
    return Panel([*blocks, case_texts.NEWS_FOOT], Tone.SURE)


def _decision(case: CaseSummary) -> str:
    if case.kind is CaseKind.NOTE:
        return case_texts.NOTE_APPROVED if case.state is CaseState.RESOLVED else case_texts.NOTE_NOT_APPROVED
    if case.state is CaseState.RESOLVED and case.resolution is not None:
        return case_texts.news_resolved(*case_texts.RESOLUTIONS[case.resolution])
    return case_texts.news_dismissed(
        None if case.dismissal in (None, DismissReason.OTHER) else case_texts.DISMISSALS[case.dismissal][0].lower()
    )


def digest_panel(due: Digest, engine: AnswerEngine, gaps: GapCounts) -> Panel:
    """What a digest says."""
    report = due.report
    blocks: list[Block] = [
        f"{texts.DIGEST}\n{texts.period(moment(report.since), moment(report.until))}",
        texts.digest_cases(
            report.opened, report.closed, report.waiting, None if due.oldest_waiting_at is None else age(due.oldest_waiting_at)
        ),
        digest_line(gaps),
        answers_text(report),
        worst_text(report.worst, engine),
        texts.lost_words(due.without_words) if due.without_words else "",
        rule(),
        texts.DIGEST_FOOT,
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
        await card.message.edit(view=case_panel(shown, stages.knowledge.engine, card.moderator_id), allowed_mentions=NO_MENTIONS)
    except UNREACHABLE:
        cards.forget(card)  # closed by the moderator, or too old to be edited
        return
    cards.redrawn(card, shown.summary.version)


_SECONDS = 60.0
_DIGEST_MINUTES = 5.0
_LOOK_MINUTES = 5.0


class ReviewMaintenance(commands.Cog):
    """Keeps cards, members and moderators up to date."""

    def __init__(self, bot: commands.Bot, stages: Stages, open_cards: OpenCards) -> None:
        self.bot = bot
        self.stages = stages
        self.open_cards = open_cards
        self._passing = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._queued = False

    async def cog_load(self) -> None:
        """Start what is periodic."""
        self.catch_up.start()
        self.post_digests.start()
        self.look_again.start()

    async def cog_unload(self) -> None:
        """Stop it."""
        self.catch_up.cancel()
        self.post_digests.cancel()
        self.look_again.cancel()

    @commands.Cog.listener()
    async def on_cases_changed(self) -> None:
        """Follow a change at once; of several that come together one pass takes care."""
        if self._queued:
            return
        self._queued = True
        async with self._passing:
            self._queued = False
            for step in (self._redraw_open_cards, self._keep_cards, self._inform_members, self._announce_lost_words):
                await _attempt(step)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Follow what changed while the bot was away."""
        await self.on_cases_changed()
        await self.on_knowledge_changed()

    @commands.Cog.listener()
    async def on_knowledge_changed(self) -> None:
        """Ask fixed cases again, and bring back those whose answer got worse."""
        async with self._looking:
            await _attempt(self._look_again)

    @tasks.loop(minutes=_LOOK_MINUTES)
    async def look_again(self) -> None:
        """Follow what changes answers without an announcement: thresholds, phrasings, a reload by a signal."""
        if self.bot.is_ready():
            await self.on_knowledge_changed()

    async def _look_again(self) -> None:
        opened = await self.stages.review.watch.look()
        if opened:
            _log.info("%d cases were opened again, since their answers got worse", opened)
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

    async def _inform_members(self) -> None:
        if await inform_members(self.bot, self.stages):
            self.bot.dispatch("cases_changed")  # their cards say now who was told

    async def _announce_lost_words(self) -> None:
        """Inform the moderators where a member's deletion took the words of what one of them confirmed."""
        phrasings = self.stages.review.phrasings
        for lost in await phrasings.to_announce():
            settings = await self.stages.guilds.settings(lost.guild_id)
            if settings.review_channel_id is None or not await phrasings.settle(lost.phrasing_id):  # first: rather unheard than twice
                continue
            channel = self.bot.get_partial_messageable(settings.review_channel_id, guild_id=lost.guild_id)
            try:
                nonce = digest(f"lost {lost.guild_id} {lost.phrasing_id}")
                await post(channel, lost_panel(lost, self.stages.knowledge.engine), nonce=nonce)
            except UNREACHABLE as error:  # the home and the list say it too
                _log.warning("server %d: what lost its words could not be announced: %s", lost.guild_id, error)

    async def _post_digest(self, guild_id: int) -> None:
        settings = await self.stages.guilds.settings(guild_id)
        await self.stages.review.gaps.refresh(guild_id)  # before it is taken, so that a failure loses no digest
        due = await self.stages.review.digests.take(guild_id)
        if due is None or settings.review_channel_id is None:
            return
        gaps = await self.stages.review.gaps.counts(guild_id, due.report.since, due.report.until)
        channel = self.bot.get_partial_messageable(settings.review_channel_id, guild_id=guild_id)
        try:
            nonce = digest(f"digest {guild_id} {due.report.until.isoformat()}")
            await post(channel, digest_panel(due, self.stages.knowledge.engine, gaps), nonce=nonce)
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
