"""Reaching Discord: the door that a ban shuts, and what is no answer of Discord's. What members see of it is in ``tests/wire``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import discord
import pytest
from aiohttp import test_utils, web

from bot.exts.kit.reach import AddressBanned, Door, NoAnswerOfDiscord
from bot.observing import Observer

BAN: Mapping[str, str] = {"Content-Type": "text/html"}
LIMIT: Mapping[str, str] = {"Content-Type": "application/json", "Via": "1.1 google"}


@asynccontextmanager
async def asking(door: Door, answers: list[tuple[int, Mapping[str, str]]]) -> AsyncIterator[aiohttp.ClientSession]:
    """A client behind a door, and a server that gives these answers in turn."""

    async def answer(_: web.Request) -> web.Response:
        status, headers = answers.pop(0)
        return web.Response(status=status, headers=headers, body=b"{}")

    app = web.Application()
    app.router.add_get("/", answer)
    async with (
        test_utils.TestServer(app) as server,
        aiohttp.ClientSession(str(server.make_url("/")), trace_configs=[door.watched()]) as client,
    ):
        yield client


async def ban_of(client: aiohttp.ClientSession) -> float:
    """For how many seconds nothing more is sent."""
    with pytest.raises(AddressBanned) as banned:
        await client.get("/")
    return banned.value.seconds


async def test_each_ban_that_follows_another_is_taken_to_last_twice_as_long_until_discord_answers_again() -> None:
    door = Door()
    async with asking(door, [(429, BAN), (429, BAN), (200, LIMIT), (429, BAN)]) as client:
        found = []
        for _ in range(4):
            response = await client.get("/")
            if response.status == 429:
                found.append(await ban_of(client))
                door._shut_until = 0.0  # time passes

    first, second, third = found
    assert 0 < first <= 5 < second <= 10
    assert 0 < third <= 5


async def test_a_ban_lasts_as_long_as_the_answer_says_and_at_most_an_hour() -> None:
    door = Door()
    async with asking(door, [(429, {**BAN, "Retry-After": "77"}), (429, {**BAN, "Retry-After": "99999999"})]) as client:
        await client.get("/")
        assert 70 < await ban_of(client) <= 77
        door._shut_until = 0.0
        await client.get("/")
        assert 3590 < await ban_of(client) <= 3600


@pytest.mark.parametrize(("asked", "refused"), [("29.5", False), ("31", True), ("soon", False)])
async def test_a_limit_of_discord_shuts_no_door_and_is_refused_only_where_it_is_long(asked: str, refused: bool) -> None:
    limited = (429, {**LIMIT, "Retry-After": asked})
    async with asking(Door(), [limited, (200, LIMIT)]) as client:
        if refused:
            with pytest.raises(discord.RateLimited) as caught:
                await client.get("/")
            assert caught.value.retry_after == float(asked)
        else:
            assert (await client.get("/")).status == 429
        assert (await client.get("/")).status == 200


async def test_a_page_of_html_is_no_answer_of_discord() -> None:
    async with asking(Door(), [(200, BAN), (502, BAN)]) as client:
        with pytest.raises(NoAnswerOfDiscord):
            await client.get("/")
        assert (await client.get("/")).status == 502


class Hearing(Observer):
    """Keeps what it hears of requests."""

    def __init__(self) -> None:
        self.heard: list[tuple[int | None, str | None]] = []

    def requested(self, status: int | None, limit: str | None = None) -> None:
        self.heard.append((status, limit))


async def test_each_request_is_heard_of_once_with_its_status_and_whose_limit_refused_it() -> None:
    hearing = Hearing()
    long, shared = {**LIMIT, "Retry-After": "99"}, {**LIMIT, "X-RateLimit-Scope": "shared"}
    other = {**LIMIT, "X-RateLimit-Scope": "<script>"}
    async with asking(Door(hearing), [(200, LIMIT), (200, BAN), (429, long), (429, shared), (429, other), (429, BAN)]) as client:
        await client.get("/")
        for failure in (NoAnswerOfDiscord, discord.RateLimited):
            with pytest.raises(failure):
                await client.get("/")
        for _ in range(3):
            await client.get("/")
        await ban_of(client)

    assert hearing.heard == [(200, None), (200, None), (429, "user"), (429, "shared"), (429, "user"), (429, "banned")]
    with pytest.raises(aiohttp.ClientConnectorError):
        async with aiohttp.ClientSession(trace_configs=[Door(hearing).watched()]) as nowhere:
            await nowhere.get("http://127.0.0.1:1/")
    assert hearing.heard[-1] == (None, None)
