"""What the bot says by itself about cases: the review channel, the digest, and messages to members who asked for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import discord
import pytest
import simcord

from bot.exts.review.channel import ReviewMaintenance
from bot.guilds.settings import DigestRhythm
from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, controls, last, shown
from tests.interactions.reviewing import COMMENT, ask, card, case_row, one_case, some_cases, states, vote_against
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])


@pytest.fixture
async def review_channel(server: Server) -> simcord.ChannelHandle:
    """A channel that cases are posted in."""
    channel = server.guild.create_text_channel("review")
    await choose_channel(server, channel.id)
    return channel


async def choose_channel(server: Server, channel_id: int | None) -> None:
    decide = lambda settings: replace(settings, review_channel_id=channel_id)  # noqa: E731
    await server.stages.guilds.change(server.guild.id, server.administrator.id, decide)


async def catch_up(server: Server) -> None:
    """Let a minute go by, so that the periodic pass runs."""
    await server.env.advance_time(61)


async def test_a_new_case_is_posted_and_its_card_kept_up_to_date(server: Server, review_channel: simcord.ChannelHandle) -> None:
    message = await one_case(server)
    posted = last(review_channel)
    assert "Case #1 · Not helpful" in shown(posted)
    await vote_against(server, message, server.second, comment="me too")
    joined = last(review_channel)
    form = await server.moderator.click(await card(server), label="Dismiss")
    await server.moderator.submit_modal(form, {"reason": "spam"})

    assert "me too" in shown(joined)
    assert [found.id for found in review_channel.history()] == [posted.id]
    assert "Dismissed by" in shown(last(review_channel))


@pytest.mark.fault(17)
@RESTARTED
async def test_the_controls_of_a_posted_card_work(server: Server, review_channel: simcord.ChannelHandle, restarted: bool) -> None:
    await one_case(server)
    if restarted:
        await server.restart()
    refused = answer_message(await server.member.click(last(review_channel), label="Claim"))
    await server.moderator.click(last(review_channel), label="Claim")
    late = await server.second_moderator.click(last(review_channel), label="Unclaim")
    form = await server.moderator.click(last(review_channel), label="Resolve")
    await server.moderator.submit_modal(form, {"outcome": "no-change"})

    assert "That is for moderators" in shown(refused)
    assert late.followups[-1].ephemeral
    assert f"is with <@{server.moderator.id}>" in shown(late.followups[-1])
    assert case_row(server)[:3] == ("resolved", server.moderator.id, "no-change")
    assert "no change needed" in shown(last(review_channel))


async def test_next_on_a_posted_card_opens_another_case_for_the_moderator_alone(
    server: Server, review_channel: simcord.ChannelHandle
) -> None:
    await some_cases(server, 2)
    first = review_channel.history()[0]
    opened = answer_message(await server.moderator.click(first, label="Next"))

    assert opened.ephemeral
    assert "Case #2" in shown(opened)
    assert "Case #1" in shown(review_channel.history()[0])


async def test_a_card_on_another_moderators_screen_changes_too(server: Server) -> None:
    await one_case(server)
    theirs = await card(server, who=server.second_moderator)
    await server.moderator.click(await card(server), label="Claim")

    assert f"With <@{server.moderator.id}>" in shown(theirs)


@pytest.mark.fault(28)
async def test_fault_28_a_deletion_takes_the_words_off_the_posted_card_at_once(
    server: Server, review_channel: simcord.ChannelHandle
) -> None:
    await one_case(server)
    assert COMMENT in shown(last(review_channel))
    question = answer_message(await server.member.slash(server.channel, "privacy delete"))
    await server.member.click(question, label="Delete everything")

    assert COMMENT not in shown(last(review_channel))
    assert "Taken back by whoever said it" in shown(last(review_channel))
    assert COMMENT.encode() not in b"".join(
        file.read_bytes() for file in server.stages.database.path.parent.glob(server.stages.database.path.name + "*")
    )


@pytest.mark.fault(11)
async def test_fault_11_a_deleted_card_loses_no_case_and_a_new_one_is_posted(server: Server, review_channel: simcord.ChannelHandle) -> None:
    message = await one_case(server)
    gone = last(review_channel)
    await server.administrator.delete(gone)
    await vote_against(server, message, server.second)

    assert states(server) == ["open"]
    assert last(review_channel).id != gone.id
    assert "2 members" in shown(last(review_channel))


@pytest.mark.fault(11)
async def test_fault_11_a_message_deleted_while_it_is_reviewed_is_replaced_for_the_moderator(
    server: Server, review_channel: simcord.ChannelHandle
) -> None:
    await one_case(server)
    server.env.inject_error("PATCH", "/webhooks/*", status=404, code=10008, message="Unknown Message")
    result = await server.moderator.click(last(review_channel), label="Claim")

    assert "With <@" in shown(result.followups[-1])
    assert result.followups[-1].ephemeral
    assert case_row(server)[0] == "claimed"


@pytest.mark.fault(11)
async def test_fault_11_a_deleted_channel_loses_no_case_and_the_owner_is_reported(
    server: Server, review_channel: simcord.ChannelHandle
) -> None:
    found = server.env.bot.get_channel(review_channel.id)
    assert isinstance(found, discord.TextChannel)
    await found.delete()
    await server.env.settle()
    await one_case(server)
    queue = answer_message(await server.moderator.slash(server.channel, "review queue"))

    assert "**#1**" in shown(queue)
    assert "is gone" in shown(last(server.guild.owner.dm_channel))


@pytest.mark.fault(12)
async def test_fault_12_a_forbidden_channel_is_reported_to_the_owner_once_and_not_hammered(
    server: Server, review_channel: simcord.ChannelHandle
) -> None:
    path = f"/channels/{review_channel.id}/messages"
    server.env.inject_error("POST", path, status=403, code=50013, message="Missing Permissions", times=None)
    await some_cases(server, 3)
    for _ in range(5):
        await catch_up(server)

    tried = [request for request in server.env.http_requests if request.path == path]
    reply = [message for message in server.guild.owner.dm_channel.history() if "does not let me post" in shown(message)]
    assert len(tried) == 1
    assert len(reply) == 1
    assert states(server) == ["open"] * 3


@pytest.mark.fault(15)
async def test_a_card_in_an_archived_thread_is_left_alone_and_the_owner_is_told(
    server: Server, review_channel: simcord.ChannelHandle
) -> None:
    message = await one_case(server)
    server.env.inject_error("PATCH", "/channels/*/messages/*", status=400, code=50083, message="Thread is archived", times=None)
    for member in (server.second, server.moderator):
        await vote_against(server, message, member)
        await catch_up(server)

    tried = [request for request in server.env.http_requests if request.method == "PATCH" and request.path.startswith("/channels/")]
    assert len(tried) == 1
    assert "an archived thread, for example, does not" in shown(last(server.guild.owner.dm_channel))
    assert "3 members" in shown(answer_message(await server.moderator.slash(server.channel, "review show", case=1)))


@pytest.mark.fault(15)
@pytest.mark.parametrize("code", [30046, 20028], ids=["too many edits of an old message", "too many writes in the channel"])
async def test_a_card_that_was_edited_too_often_is_drawn_by_a_later_pass(
    server: Server, review_channel: simcord.ChannelHandle, code: int
) -> None:
    message = await one_case(server)
    server.env.inject_error("PATCH", "/channels/*/messages/*", status=429, code=code, message="Try again later")
    await vote_against(server, message, server.second)
    missed = shown(last(review_channel))
    await catch_up(server)

    assert "2 members" not in missed
    assert "2 members" in shown(last(review_channel))


async def test_a_channel_that_takes_messages_again_gets_what_it_missed(server: Server, review_channel: simcord.ChannelHandle) -> None:
    server.env.inject_error("POST", f"/channels/{review_channel.id}/messages", status=403, code=50013, message="Missing Permissions")
    await one_case(server)
    before = review_channel.last_message
    rows_before = rows(server, "SELECT card_message_id FROM cases")
    await choose_channel(server, None)
    await choose_channel(server, review_channel.id)
    await vote_against(server, await ask(server, question="what are open weights?"))

    assert before is None
    assert rows_before == [(None,)]
    assert "Case #2" in shown(last(review_channel))


async def test_a_server_error_of_discord_is_tried_again_later(server: Server, review_channel: simcord.ChannelHandle) -> None:
    server.env.inject_error("POST", f"/channels/{review_channel.id}/messages", status=503, message="Unavailable", times=2)
    await one_case(server)
    missed = review_channel.last_message
    await catch_up(server)

    assert missed is None
    assert "Case #1" in shown(last(review_channel))


async def test_what_was_missed_while_the_bot_was_away_is_posted_after_the_start(
    server: Server, review_channel: simcord.ChannelHandle
) -> None:
    server.env.inject_error("POST", f"/channels/{review_channel.id}/messages", status=503, message="Unavailable", times=2)
    await one_case(server)
    await server.restart()

    assert "Case #1" in shown(last(review_channel))


@pytest.mark.parametrize("kind", ["resolved", "dismissed"])
async def test_a_member_who_asked_is_reported_what_became_of_it_and_their_id_is_forgotten(server: Server, kind: str) -> None:
    await one_case(server, tell=True)
    assert rows(server, "SELECT notify_user_id FROM signals") == [(server.member.id,)]
    opened = await card(server)
    if kind == "resolved":
        form = await server.moderator.click(opened, label="Resolve")
        await server.moderator.submit_modal(form, {"outcome": "fixed", "why": "by the next reload", "message": "Thanks, *fixed*"})
    else:
        form = await server.moderator.click(opened, label="Dismiss")
        await server.moderator.submit_modal(form, {"reason": "spam", "text": "for moderators only"})

    reply = shown(last(server.member.user.dm_channel))
    assert "> what is copyleft?" in reply
    assert ("**Fixed**" in reply and "Thanks, \\*fixed\\*" in reply) == (kind == "resolved")
    assert "for moderators only" not in reply
    assert rows(server, "SELECT notify_user_id FROM signals") == [(None,)]


async def test_a_member_who_did_not_ask_gets_no_message(server: Server) -> None:
    await one_case(server)
    form = await server.moderator.click(await card(server), label="Resolve")
    await server.moderator.submit_modal(form, {"outcome": "fixed", "why": "by the next reload"})

    assert server.member.user.dm_channel.last_message is None


@pytest.mark.fault(13)
async def test_fault_13_a_closed_direct_message_falls_back_silently(server: Server) -> None:
    await one_case(server, tell=True)
    dm = server.member.user.dm_channel
    server.env.inject_error("POST", f"/channels/{dm.id}/messages", status=403, code=50007, message="Cannot send messages to this user")
    opened = await card(server)
    form = await server.moderator.click(opened, label="Resolve")
    result = await server.moderator.submit_modal(form, {"outcome": "fixed", "why": "by the next reload", "keep": False})
    await catch_up(server)

    assert not result.followups
    assert "Resolved by" in shown(opened)
    assert dm.last_message is None
    assert rows(server, "SELECT notify_user_id FROM signals") == [(None,)]


@pytest.mark.parametrize("rhythm", [DigestRhythm.DAILY, DigestRhythm.WEEKLY])
async def test_a_digest_is_posted_once_when_its_hour_has_come(
    server: Server, review_channel: simcord.ChannelHandle, rhythm: DigestRhythm
) -> None:
    await server.administrator.slash(server.channel, "settings", digest=rhythm.value)
    await one_case(server)
    _sent_long_ago(server)
    maintenance = server.env.bot.get_cog("ReviewMaintenance")  # type: ignore[attr-defined]
    assert isinstance(maintenance, ReviewMaintenance)
    for _ in range(2):
        await server.env.advance_time(301)

    digests = [message for message in review_channel.history() if "Review digest" in shown(message)]
    assert len(digests) == 1
    assert "waiting" in shown(digests[0])


async def test_no_digest_comes_where_it_is_off(server: Server, review_channel: simcord.ChannelHandle) -> None:
    await server.env.advance_time(601)

    assert review_channel.last_message is None


def _sent_long_ago(server: Server) -> None:
    """Date the last digest back, past the bot, as if days had gone by."""
    import sqlite3
    from contextlib import closing

    then = datetime.now(UTC) - timedelta(days=30)
    with closing(sqlite3.connect(server.stages.database.path)) as connection:
        connection.execute("UPDATE guild_settings SET digest_sent_at = ?", (int(then.timestamp() * 1000),))
        connection.commit()


async def test_a_card_carries_no_controls_that_do_not_fit(server: Server, review_channel: simcord.ChannelHandle) -> None:
    await one_case(server)
    form = await server.moderator.click(last(review_channel), label="Dismiss")
    await server.moderator.submit_modal(form, {"reason": "spam"})

    assert set(controls(last(review_channel))) == {"Reopen", "Note", "Why?", "Right section", "Correct the section", "Next"}


async def test_no_two_messages_share_a_nonce_since_discord_would_take_the_second_for_the_first(
    server: Server, review_channel: simcord.ChannelHandle
) -> None:
    theirs = server.foreign_moderator.guild.create_text_channel("review")
    await server.stages.guilds.change(
        server.foreign_moderator.guild.id, server.foreign_moderator.id, lambda settings: replace(settings, review_channel_id=theirs.id)
    )
    await one_case(server, tell=True)
    answer = answer_message(await server.stranger.slash(server.elsewhere, "ask", question="what is copyleft?"))
    form = await server.stranger.click(answer, label="Not helpful")
    await server.stranger.submit_modal(form, {"reason": ["wrong"], "tell": True})
    for moderator, channel in ((server.moderator, review_channel), (server.foreign_moderator, theirs)):
        resolve = await moderator.click(last(channel), label="Resolve")
        await moderator.submit_modal(resolve, {"outcome": "fixed", "why": "by the next reload"})

    nonces = [
        str(request.json["nonce"]) for request in server.env.http_requests if isinstance(request.json, dict) and "nonce" in request.json
    ]
    assert len(nonces) == 4
    assert len(set(nonces)) == 4
    assert all(len(nonce) <= 25 for nonce in nonces)


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
async def test_fault_28_only_the_words_of_whoever_deletes_go_also_from_closed_cases(
    server: Server, review_channel: simcord.ChannelHandle, closed: bool
) -> None:
    message = await one_case(server)
    await vote_against(server, message, server.second, comment="giraffe crossing comment")
    if closed:
        form = await server.moderator.click(last(review_channel), label="Resolve")
        await server.moderator.submit_modal(form, {"outcome": "fixed", "why": "by the next reload"})
    question = answer_message(await server.member.slash(server.channel, "privacy delete"))
    await server.member.click(question, label="Delete everything")

    text = shown(last(review_channel))
    assert COMMENT not in text
    assert "giraffe crossing comment" in text
    assert "2 members" in text
    assert states(server) == ["resolved" if closed else "open"]


async def test_a_changed_vote_takes_the_complaint_off_the_card(server: Server, review_channel: simcord.ChannelHandle) -> None:
    message = await one_case(server)
    await server.member.submit_modal(await server.member.click(message, label="Helpful"), {})

    assert COMMENT not in shown(last(review_channel))
    assert states(server) == ["withdrawn"]
