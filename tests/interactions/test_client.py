"""The client itself: a start goes on where Discord does not take the commands."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from bot.client import FaqBot
from bot.config import SyncCommands
from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, shown


async def restart_sending(server: Server) -> None:
    """Start a new bot that sends its commands whatever was sent before."""
    config = server.stages.config
    always = config.model_copy(update={"discord": config.discord.model_copy(update={"sync_commands": SyncCommands.ALWAYS})})
    await server.env.restart_bot(FaqBot(replace(server.stages, config=always)))


@pytest.mark.parametrize(("status", "code"), [(400, 30034), (400, 50035), (403, 50001), (503, 0)])
async def test_commands_that_discord_refuses_do_not_end_a_start_and_are_sent_again(
    server: Server, caplog: pytest.LogCaptureFixture, status: int, code: int
) -> None:
    caplog.set_level(logging.INFO, "bot.client")
    server.env.inject_error("PUT", "/applications/*/commands", status=status, code=code, message="not now", times=2)

    await restart_sending(server)
    answered = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    await server.env.advance_time(5 * 60)
    refused_twice = caplog.text
    await server.env.advance_time(15 * 60)

    assert "Copyleft demands" in shown(answered)
    assert refused_twice.count("Discord did not take the commands") == 2
    assert "commands sent to Discord" not in refused_twice
    assert caplog.text.count("commands sent to Discord") == 1


async def test_a_bot_that_is_stopped_sends_no_commands_any_more(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.env.inject_error("PUT", "/applications/*/commands", status=503)
    await restart_sending(server)

    await server.restart()
    await server.env.advance_time(60 * 60)

    assert caplog.text.count("Discord did not take the commands") == 1
