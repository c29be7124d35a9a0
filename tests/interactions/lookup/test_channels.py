"""Lookups where a server wants the bot's answers in other channels: seen by the member alone, with the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
import simcord

from tests.interactions.conftest import Server
from tests.interactions.lookup.logged import LOGGED
from tests.interactions.reading import answer_message, shown

ELSEWHERE = "Only you can see this. This server wants my answers in"


async def _answer_elsewhere(server: Server) -> simcord.ChannelHandle:
    chosen = server.guild.create_text_channel("questions")
    await server.stages.guilds.change(
        server.guild.id, server.administrator.id, lambda now: replace(now, answer_channels=frozenset({chosen.id}))
    )
    return chosen


@pytest.mark.parametrize(("command", "options", "text", "asked"), LOGGED)
async def test_where_the_bot_may_not_answer_a_lookup_is_seen_by_the_member_alone_who_reads_why(
    server: Server, command: str, options: dict[str, str], text: str, asked: str
) -> None:
    assert asked
    chosen = await _answer_elsewhere(server)
    there = answer_message(await server.member.slash(chosen, command, **options))
    here = answer_message(await server.member.slash(server.channel, command, **options))

    assert not there.ephemeral
    assert ELSEWHERE not in shown(there)
    assert here.ephemeral
    assert f"{ELSEWHERE} <#{chosen.id}>" in shown(here)
    if command != "fact":  # the next one is another
        assert text in shown(here)


@pytest.mark.parametrize(("command", "options"), [("browse", {"private": True}), ("fact", {"private": True}), ("license", {"name": "zzz"})])
async def test_what_is_private_anyway_needs_no_reason(server: Server, command: str, options: dict[str, object]) -> None:
    await _answer_elsewhere(server)
    message = answer_message(await server.member.slash(server.channel, command, **options))

    assert message.ephemeral
    assert ELSEWHERE not in shown(message)
