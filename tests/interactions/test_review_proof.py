"""The loop on Discord: fixed needs proof or a reason, members hear what changed, and what got worse comes back by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import simcord

from bot.client import FaqBot
from bot.corpus.document import Corpus
from bot.retrieval.tfidf import TfidfIndex
from tests.conftest import SMALL_KNOWLEDGE
from tests.interactions.conftest import Server
from tests.interactions.forging import submit_forged
from tests.interactions.reading import answer_message, controls, last, shown
from tests.interactions.reviewing import ask, card, case_row, one_case, states, vote_against
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
UNKNOWN = "who won the zebra cup?"
MESSAGE = "It is *fixed* now."


async def maybe_restart(server: Server, restarted: bool) -> None:
    if restarted:
        await server.restart()


async def passed_on(server: Server, who: simcord.MemberActor) -> None:
    """Ask something that nothing answers, pass it on, and ask to hear of it."""
    declined = await ask(server, who, UNKNOWN)
    await who.submit_modal(await who.click(declined, label="Ask a moderator"), {"tell": True})


async def name_copyleft(server: Server) -> None:
    """Name the section on copyleft as the right one for the question of case 1."""
    answer = rows(server, "SELECT answer_id FROM answers ORDER BY id DESC")[0][0]
    section = next(section for section in server.stages.knowledge.engine.corpus.sections if section.title == "Copyleft")
    fields = {"section": [section.key], "question": ""}
    previewed = answer_message(await submit_forged(server.moderator, server.channel, f"review:section:1:{answer}", fields))
    await server.moderator.click(previewed, label="Confirm")


async def resolve(server: Server, opened: simcord.ResponseMessage, **fields: str) -> simcord.InteractionResult:
    form = await server.moderator.click(opened, label="Resolve")
    return await server.moderator.submit_modal(form, {"outcome": "fixed", **fields})


@contextmanager
def reloaded(server: Server) -> Iterator[None]:
    """Put knowledge without the section on copyleft into service for a while, as a reload does."""
    knowledge = server.stages.knowledge
    engine = knowledge.engine
    sections = tuple(section for section in engine.corpus.sections if section.title != "Copyleft")
    corpus = Corpus(engine.corpus.articles, sections)
    knowledge.engine = type(engine)(corpus, TfidfIndex().fit(sections), engine.settings, engine.confidence)
    try:
        yield
    finally:
        knowledge.engine = engine


@RESTARTED
async def test_fixed_with_the_same_answer_asks_for_a_reason_and_hands_back_what_was_written(server: Server, restarted: bool) -> None:
    await one_case(server)
    refused = answer_message(await resolve(server, await card(server), message=MESSAGE))
    before = states(server)
    await maybe_restart(server, restarted)
    form = await server.moderator.click(refused, label="Resolve")
    await maybe_restart(server, restarted)
    await server.moderator.submit_modal(form, {"outcome": "fixed", "message": MESSAGE, "why": "the *new* text comes on Monday"})

    assert refused.ephemeral
    assert before == ["open"]
    assert case_row(server) == ("resolved", server.moderator.id, "fixed", None, MESSAGE)
    assert "**Fixed, though the answer is the same** the \\*new\\* text comes on Monday" in shown(await card(server))


async def test_the_refusal_says_why_and_quotes_the_message(server: Server) -> None:
    await one_case(server)
    refused = shown(answer_message(await resolve(server, await card(server), message=MESSAGE)))

    assert "Case #1 was not resolved: the answer is the same as before, or can no longer be asked, so **Fixed** needs a reason." in refused
    assert "> It is \\*fixed\\* now." in refused


@pytest.mark.parametrize("length", range(40, 101, 10))
async def test_a_card_with_a_proof_whose_words_are_cut_has_more(server: Server, length: int) -> None:
    ending = "to the end"
    said = "so " * ((length - len(ending)) // 3) + ending
    message = await ask(server)
    for who in (server.member, server.second):
        await vote_against(server, message, who, comment=said)
    await server.moderator.submit_modal(await server.moderator.click(await card(server), label="Note"), {"text": said})
    await resolve(server, await card(server), why="the new text comes on Monday, " * 3)

    assert "**Fixed, though the answer is the same**" in shown(await card(server))
    assert shown(await card(server)).count(ending) == 3 or "More" in controls(await card(server))


@RESTARTED
async def test_a_member_hears_what_changed_and_the_card_says_who_was_told(server: Server, restarted: bool) -> None:
    await passed_on(server, server.member)
    await passed_on(server, server.second)
    await name_copyleft(server)
    opened = await card(server)
    await maybe_restart(server, restarted)
    server.env.inject_error(
        "POST",
        f"/channels/{server.second.user.dm_channel.id}/messages",
        status=403,
        code=50007,
        message="Cannot send messages to this user",
    )
    await resolve(server, opened, message=MESSAGE)
    await server.env.advance_time(61)

    news = shown(last(server.member.user.dm_channel))
    assert f"> {UNKNOWN}" in news
    assert "Back then I had no answer for it. Now I answer from **Copyleft**:" in news
    assert "Copyleft demands that changed versions are shared under the same license." in news
    assert "It is \\*fixed\\* now." in news
    assert server.second.user.dm_channel.last_message is None
    text = shown(await card(server))
    assert "**Proof** then no answer, now Copyleft" in text
    assert "**News** 1 member got the news, 1 could not be reached" in text
    assert rows(server, "SELECT notify_user_id FROM signals") == [(None,), (None,)]


async def test_a_message_whose_answer_was_lost_is_not_sent_again_and_not_called_sent(server: Server) -> None:
    await passed_on(server, server.member)
    await name_copyleft(server)
    dm = server.member.user.dm_channel
    server.env.inject_error("POST", f"/channels/{dm.id}/messages", status=503, message="Unavailable", times=2)
    await resolve(server, await card(server))
    for _ in range(2):
        await server.env.advance_time(61)

    assert dm.last_message is None
    assert "of 1 it is not known whether the message was sent" in shown(await card(server))


@RESTARTED
async def test_a_case_whose_answer_got_worse_is_open_again(server: Server, restarted: bool) -> None:
    await passed_on(server, server.member)
    await name_copyleft(server)
    await resolve(server, await card(server))
    assert states(server) == ["resolved"]

    with reloaded(server):
        if restarted:
            await server.restart()
        else:
            await server.env.advance_time(301)
        text = shown(await card(server))
        log = shown(answer_message(await server.moderator.slash(server.channel, "review audit")))

    assert states(server) == ["reopened"]
    assert "**Worse again**" in text
    assert "I opened case #1 again, since its answer got worse (a section that was removed since → no answer;" in log


async def test_the_audit_log_says_the_proof_in_words(server: Server) -> None:
    await passed_on(server, server.member)
    await name_copyleft(server)
    await resolve(server, await card(server))
    log = shown(answer_message(await server.moderator.slash(server.channel, "review audit")))
    states_of = rows(server, "SELECT fingerprint_before, fingerprint_after FROM proofs")[0]

    assert f"resolved case #1: fixed (no answer → Copyleft; {states_of[0]} → {states_of[1]})" in log


async def test_several_resolved_together_without_a_reason_are_refused_with_the_reason_why(server: Server) -> None:
    await one_case(server)
    result = await submit_forged(server.moderator, server.channel, "review:bulk-resolve:1.2", {"outcome": ["fixed"]})
    done = await submit_forged(server.moderator, server.channel, "review:bulk-resolve:1", {"outcome": ["fixed"], "why": "soon"})

    assert "**Fixed** needs a reason" in shown(answer_message(result))
    assert "1 of 1 case" in shown(answer_message(done))


async def test_a_reload_by_the_owner_looks_at_once(server: Server, tmp_path: Path) -> None:
    await passed_on(server, server.member)
    await name_copyleft(server)
    await resolve(server, await card(server))
    folder = tmp_path / "edited"
    for path in SMALL_KNOWLEDGE.rglob("*.md"):
        copy = folder / path.relative_to(SMALL_KNOWLEDGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text().replace("## Copyleft", "## Share alike").replace("copyleft:", "share-alike:"))
    knowledge, client = server.stages.knowledge, server.env.bot
    assert isinstance(client, FaqBot)
    client.owner_ids = {server.administrator.id}
    knowledge._source = replace(knowledge._source, path=folder)

    await server.administrator.slash(server.channel, "admin reload")
    await server.env.settle()

    assert states(server) == ["reopened"]
