"""What members hear by direct message: how a case ended that they wanted to hear of, what changed, and what the bot says now.

A message is claimed in the database before it is sent and noted after, so a member hears at most once, whatever is killed in between
(``review.questions``). Direct messages are the one way: whoever has them closed is counted on the card, and nobody is held up.
"""

from __future__ import annotations

import logging

import discord

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import OutcomeKind
from bot.bootstrap.stages import Stages
from bot.cases.case import CaseKind, CaseState, CaseSummary, DismissReason, NoticeState
from bot.corpus.document import digest
from bot.exts.kit.channels import post
from bot.exts.kit.panel import Block, Panel, Tone, escape, one_line
from bot.exts.kit.reach import UNREACHABLE, AddressBanned, may_pass
from bot.exts.review.words import quoted, title_of
from bot.review.proof import Proof
from bot.review.questions import Notice
from bot.texts import cases as case_texts

_log = logging.getLogger(__name__)

_QUESTION = 300
_ANSWER = 1200
_MESSAGE = 1200
_SERVER = 100


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
        blocks += _what_changed(news.proof, engine)
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


def _what_changed(proof: Proof, engine: AnswerEngine) -> list[str]:
    """What was answered then, and the new answer; nothing where the answer is the same."""
    if not proof.changed or proof.after is None:
        return []
    before, after = title_of(engine, proof.before.section_id), title_of(engine, proof.after.section_id)
    same = proof.before.same_section(proof.after, engine.corpus)
    lines = [case_texts.what_changed(proof.before.outcome, before, proof.after.outcome, after, same_section=same)]
    if proof.text and proof.after.outcome != OutcomeKind.ABSTENTION:
        lines.append(quoted(escape(proof.text, _ANSWER)))
    return lines
