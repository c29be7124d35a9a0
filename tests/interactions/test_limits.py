"""Which commands count for which limit, as SECURITY.md tells it."""

from __future__ import annotations

import pytest

from bot.client import FaqBot
from bot.config import LimitsConfig
from bot.exts.kit.interaction import RateLimit
from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, shown

TOO_OFTEN = "That is a lot in one minute"


@pytest.mark.parametrize("command", ["review queue", "note list", "settings"])
async def test_what_moderators_and_notes_do_counts_like_presses(server: Server, command: str) -> None:
    client = server.env.bot
    assert isinstance(client, FaqBot)
    client.presses = RateLimit(LimitsConfig(member_per_minute=1))
    first = answer_message(await server.administrator.slash(server.channel, command))
    second = answer_message(await server.administrator.slash(server.channel, command))

    assert TOO_OFTEN not in shown(first)
    assert TOO_OFTEN in shown(second)


@pytest.mark.parametrize("command", ["help", "about", "privacy show"])
async def test_help_and_own_data_are_never_refused(server: Server, command: str) -> None:
    for _ in range(server.stages.config.limits.member_per_minute):
        await server.member.slash(server.channel, "ask", question="hello")
    client = server.env.bot
    assert isinstance(client, FaqBot)
    client.presses = RateLimit(LimitsConfig(member_per_minute=1))
    for _ in range(2):
        assert TOO_OFTEN not in shown(answer_message(await server.member.slash(server.channel, command)))
