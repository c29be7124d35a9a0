"""What Discord does with our requests: served although their answer was lost, refused for a moment, or answered too late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import aiohttp
import discord
import pytest
import simcord
from simcord.backend.errors import BackendError
from simcord.http import client as transport
from simcord.http import router

from bot.exts.kit import reach
from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged, press_together
from tests.interactions.reading import answer_message, controls, last, shown
from tests.interactions.reviewing import card, case_row, one_case
from tests.interactions.rows import rows, votes

ALREADY_ACKNOWLEDGED = 40060
REPLIES = "/messages"


@contextmanager
def failing(path: str, fail: Callable[[], Exception], *, served: bool = False, times: int = 1) -> Iterator[None]:
    """Let requests to paths with an ending fail, after Discord has served them or instead of that."""
    original, left = router.dispatch, times

    def dispatch(backend: simcord.backend.Backend, method: str, at: str, **request: object) -> object:
        nonlocal left
        hit = left > 0 and method == "POST" and at.endswith(path)
        left -= hit
        if hit and served:
            original(backend, method, at, **request)  # type: ignore[arg-type]
        if hit:
            raise fail()
        return original(backend, method, at, **request)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(router, "dispatch", dispatch)
        yield


def acknowledged() -> Exception:
    """What discord.py raises after it has sent an acknowledgement again whose first answer was a 502."""
    return BackendError(400, ALREADY_ACKNOWLEDGED, "Interaction has already been acknowledged.")


def posts(server: Server, channel: simcord.ChannelHandle) -> list[dict[str, object]]:
    """Return the bodies of all messages that the bot sent to a channel by itself."""
    path = f"/channels/{channel.id}/messages"
    return [request.json for request in server.env.http_requests if (request.method, request.path) == ("POST", path) and request.json]


@pytest.mark.fault(5, 10)
async def test_f1_a_question_whose_deferral_was_served_although_its_answer_was_lost_is_answered(server: Server) -> None:
    with failing("/callback", acknowledged, served=True):
        result = await server.member.slash(server.channel, "ask", question="what is copyleft?")

    assert "Copyleft demands" in shown(answer_message(result))
    assert "Helpful" in controls(answer_message(result))


@pytest.mark.fault(10)
async def test_f1_a_vote_is_saved_and_counted(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    with failing("/callback", acknowledged, served=True):
        await server.member.click(message, label="Helpful")

    assert "Helpful · 1" in controls(message)
    assert votes(server) == [(1, None, None, None)]


async def test_f1_a_typed_comment_is_saved(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    form = await server.member.click(message, label="Not helpful")
    with failing("/callback", acknowledged, served=True):
        await server.member.submit_modal(form, {"reason": ["wrong"], "comment": "typed for a while"})

    assert "Not helpful · 1" in controls(message)
    assert votes(server) == [(0, "wrong", "typed for a while", None)]


async def test_f1_a_case_is_claimed_and_its_card_drawn_again(server: Server) -> None:
    await one_case(server)
    opened = await card(server)
    with failing("/callback", acknowledged, served=True):
        await server.moderator.click(opened, label="Claim")

    assert case_row(server)[0] == "claimed"
    assert "With <@" in shown(await card(server))
    assert not server.env.errors


async def test_f1_a_message_that_was_served_is_not_sent_a_second_time(server: Server) -> None:
    with failing("/callback", acknowledged, served=True):
        result = await server.member.slash(server.channel, "help")

    assert "Ask me about open-source AI" in shown(answer_message(result))
    assert result.followups == []


@pytest.mark.fault(10, 25)
async def test_f1_an_interaction_that_comes_twice_is_still_answered_once(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    before = len(server.env.http_requests)
    await press_together([(server.member, message, controls(message)["Helpful"])], deliveries=2)

    counted = [request for request in server.env.http_requests[before:] if "Helpful · 1" in str(request.json)]
    assert len(counted) == 1
    assert votes(server) == [(1, None, None, None)]


def unavailable() -> Exception:
    return BackendError(503, 0, "Service Unavailable")


def too_many() -> Exception:
    return BackendError(429, 0, "You are being rate limited.")


def reset() -> Exception:
    return aiohttp.ClientOSError(104, "Connection reset by peer")


FAULTS = pytest.mark.parametrize("fault", [unavailable, too_many, reset])


@pytest.mark.fault(5, 6, 7, 8)
@FAULTS
async def test_f4_a_mention_whose_reply_fails_once_is_answered_under_the_same_nonce(server: Server, fault: Callable[[], Exception]) -> None:
    with failing(REPLIES, fault):
        asked = await server.member.send(server.channel, f"{server.mention} what is copyleft?")

    assert "Copyleft demands" in shown(last(server.channel))
    sent = posts(server, server.channel)
    assert {body["nonce"] for body in sent} == {str(asked.id)}
    assert all(body["enforce_nonce"] for body in sent)


@pytest.mark.fault(6, 7, 8)
@FAULTS
async def test_f4_a_mention_whose_reply_fails_twice_is_marked_by_a_reaction(server: Server, fault: Callable[[], Exception]) -> None:
    with failing(REPLIES, fault, times=2):
        asked = await server.member.send(server.channel, f"{server.mention} what is copyleft?")

    assert last(server.channel).id == asked.id
    assert [str(reaction.emoji) for reaction in last(server.channel).reactions] == ["⚠️"]
    assert not server.env.errors


async def test_f4_a_reply_that_is_refused_is_tried_once_and_marks_nothing(server: Server) -> None:
    with failing(REPLIES, lambda: BackendError(403, 50013, "Missing Permissions"), times=2):
        asked = await server.member.send(server.channel, f"{server.mention} what is copyleft?")
        await server.member.send(server.channel, f"{server.mention} what is copyleft?")
        await server.member.send(server.channel, f"{server.mention} what is copyleft?")

    channel = server.env.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    assert (await channel.fetch_message(asked.id)).reactions == []
    assert "Copyleft demands" in shown(last(server.channel))


@pytest.mark.fault(7, 8)
async def test_f4_a_reply_that_takes_too_long_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    request = transport.FakeHTTPClient.request

    async def waiting(client: transport.FakeHTTPClient, route: discord.http.Route, **parameters: object) -> object:
        if route.method == "POST" and route.path.endswith(REPLIES):
            await asyncio.sleep(3600)  # the simulator knows a long sleep for one, and does not wait for it
        return await request(client, route, **parameters)

    monkeypatch.setattr(transport.FakeHTTPClient, "request", waiting)
    monkeypatch.setattr(reach, "_DEADLINE_SECONDS", 0.1)
    asked = await server.member.send(server.channel, f"{server.mention} what is copyleft?")

    assert last(server.channel).id == asked.id
    assert [str(reaction.emoji) for reaction in last(server.channel).reactions] == ["⚠️"]


async def test_a_forged_button_whose_acknowledgement_was_lost_changes_nothing(server: Server) -> None:
    await one_case(server)
    with failing("/callback", acknowledged, served=True):
        await press_forged(server.member, server.channel, "review:claim:1")

    assert case_row(server)[0] == "open"
    assert rows(server, "SELECT 1 FROM audit WHERE action = 'claimed'") == []
