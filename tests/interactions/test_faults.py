"""What goes wrong on Discord's side or ours: the member gets a sentence, the log the rest, and the bot lives."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing

import discord
import pytest

from bot.client import FaqBot
from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, controls, last, shown, why
from tests.interactions.rows import rows, votes


@pytest.mark.fault(37)
@pytest.mark.usefixtures("short_wait")
async def test_a_locked_database_costs_the_vote_but_not_the_answer(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with closing(sqlite3.connect(server.stages.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        message = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
        other.execute("ROLLBACK")
    later = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))

    assert "Copyleft demands" in shown(message)
    assert controls(message) == {}
    assert "could not be logged" in caplog.text
    assert "Helpful" in controls(later)


@pytest.mark.fault(37)
@pytest.mark.usefixtures("short_wait")
async def test_a_vote_that_cannot_be_saved_is_reported_with_a_reference(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    with closing(sqlite3.connect(server.stages.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        reply = shown(answer_message(await server.member.click(message, label="Helpful")))
        other.execute("ROLLBACK")

    reference = reply.rsplit(" ", 1)[-1]
    assert "could not save" in reply
    assert reference in caplog.text
    assert "Traceback" in caplog.text
    assert votes(server) == []


async def test_a_channel_where_the_bot_may_not_write_is_logged_and_the_bot_lives(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, message="Missing Permissions")
    await server.member.send(server.channel, f"{server.mention} what is copyleft?")
    await server.member.send(server.channel, f"{server.mention} what is copyleft?")

    assert "could not be answered" in caplog.text
    assert "Copyleft demands" in shown(last(server.channel))


@pytest.mark.fault(15)
@pytest.mark.parametrize(("code", "message"), [(50083, "Thread is archived"), (50001, "Missing Access"), (160005, "Thread is locked")])
async def test_a_mention_in_a_thread_that_takes_no_messages_any_more_is_tried_once_and_logged(
    server: Server, caplog: pytest.LogCaptureFixture, code: int, message: str
) -> None:
    channel = server.env.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="closed", type=discord.ChannelType.public_thread)
    thread = server.channel.threads[0]
    server.env.inject_error("POST", f"/channels/{thread.id}/messages", status=403, code=code, message=message, times=None)
    await server.member.send(thread, f"{server.mention} what is copyleft?")
    await server.member.send(server.channel, f"{server.mention} what is copyleft?")

    tried = [
        request for request in server.env.http_requests if (request.method, request.path) == ("POST", f"/channels/{thread.id}/messages")
    ]
    assert len(tried) == 1
    assert "could not be answered" in caplog.text
    assert "Traceback" not in caplog.text
    assert "Copyleft demands" in shown(last(server.channel))


@pytest.mark.fault(9)
async def test_an_interaction_that_has_expired_is_logged_in_one_line(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, message="Unknown interaction")
    await server.member.slash(server.channel, "ask", question="what is copyleft?")

    assert "no longer accepts it" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.fault(16)
@pytest.mark.parametrize("code", [50027, 10015])
async def test_an_interaction_whose_token_has_expired_is_logged_in_one_line(
    server: Server, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    server.env.inject_error("POST", "/interactions/*/callback", status=404, code=code, message="Invalid Webhook Token")
    await server.member.slash(server.channel, "ask", question="what is copyleft?")

    assert "no longer accepts it" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.fault(10)
async def test_a_form_that_discord_shows_already_is_no_fault(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    server.env.inject_error("POST", "/interactions/*/callback", status=400, code=40060, message="already acknowledged")
    await server.member.click(message, label="Not helpful")

    assert "reference" not in caplog.text


@pytest.mark.fault(19)
async def test_an_unexpected_error_in_a_command_gives_a_reference_number(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("kaputt")

    monkeypatch.setattr("bot.exts.about.about_panel", broken)
    reply = shown(answer_message(await server.member.slash(server.channel, "about")))

    assert "Something went wrong on my side" in reply
    assert reply.rsplit(" ", 1)[-1] in caplog.text
    assert "kaputt" in caplog.text
    assert "kaputt" not in reply


@pytest.mark.fault(19)
async def test_an_unexpected_error_in_a_button_gives_a_reference_number(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("kaputt")

    message = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    monkeypatch.setattr("bot.exts.ask.why.why_panel", broken)
    reply = shown(await why(server.member, message))

    assert "tell a moderator this reference" in reply
    assert "kaputt" in caplog.text


@pytest.mark.fault(19)
async def test_an_unexpected_error_in_answering_a_message_gives_a_reference_number(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("kaputt")

    monkeypatch.setattr("bot.exts.ask.commands.reply_panel", broken)
    await server.member.send(server.channel, f"{server.mention} what is copyleft?")

    reply = shown(last(server.channel))
    assert "tell a moderator this reference" in reply
    assert reply.rsplit(" ", 1)[-1] in caplog.text
    assert "kaputt" in caplog.text


@pytest.mark.fault(32)
async def test_commands_are_sent_once_and_not_again_after_a_restart(server: Server) -> None:
    await server.restart()
    await server.restart()

    puts = [request for request in server.env.http_requests if request.method == "PUT" and request.path.endswith("/commands")]
    assert len(puts) == 1


async def test_the_start_is_logged_in_one_line(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="bot"):
        await server.restart()

    line = next(record.getMessage() for record in caplog.records if record.getMessage().startswith("ready"))
    assert server.stages.knowledge.engine.fingerprint in line
    assert "2 servers" in line
    assert str(server.stages.database.path) in line


def test_discord_is_asked_for_servers_and_messages_and_for_nothing_privileged_or_unused(server: Server) -> None:
    assert isinstance(server.env.bot, FaqBot)
    assert {name for name, asked in server.env.bot.intents if asked} == {"guilds", "guild_messages", "dm_messages"}


@pytest.mark.fault(31)
async def test_being_removed_from_a_server_starts_the_clock_of_retention(server: Server) -> None:
    await server.member.slash(server.channel, "ask", question="what is copyleft?")
    guild = server.env.bot.get_guild(server.guild.id)
    assert isinstance(guild, discord.Guild)
    await guild.leave()
    await server.env.settle()

    assert rows(server, "SELECT guild_id FROM guild_settings WHERE removed_at IS NOT NULL") == [(server.guild.id,)]
