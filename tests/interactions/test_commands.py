"""/help, /about, /privacy, /admin and /settings, for member, moderator, administrator and stranger."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import simcord

import bot
from bot.guilds.settings import GuildSettings
from bot.retrieval.tfidf import TfidfIndex
from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, controls, details, shown
from tests.interactions.rows import rows

EVERYBODY = pytest.mark.parametrize("who", ["member", "moderator", "administrator"])


def actor(server: Server, who: str) -> simcord.MemberActor:
    found = getattr(server, who)
    assert isinstance(found, simcord.MemberActor)
    return found


@EVERYBODY
async def test_help_tells_every_way_to_ask_to_the_one_who_asks(server: Server, who: str) -> None:
    message = answer_message(await actor(server, who).slash(server.channel, "help"))

    text = shown(message)
    assert message.ephemeral
    assert all(way in text for way in ("/ask", server.mention, "direct message", "Find an answer", "/privacy"))


@EVERYBODY
async def test_about_tells_version_fingerprint_counts_and_license(server: Server, who: str) -> None:
    text = shown(answer_message(await actor(server, who).slash(server.channel, "about")))

    assert bot.__version__ in text
    assert server.stages.knowledge.engine.fingerprint in text
    assert "7 sections in 2 articles, 21 known phrasings" in text
    assert "in 2 servers" in text
    assert "Apache-2.0" in text
    assert "CC BY 4.0" in text


async def test_a_stranger_in_another_server_can_use_help_about_and_privacy(server: Server) -> None:
    for name in ("help", "about", "privacy show"):
        assert answer_message(await server.stranger.slash(server.elsewhere, name)).ephemeral


async def test_privacy_show_lists_own_questions_and_votes_only(server: Server) -> None:
    asked = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    await server.second.slash(server.channel, "ask", question="what does the MIT license allow?")
    form = await server.member.click(asked, label="Not helpful")
    await server.member.submit_modal(form, {"reason": ["unclear"], "comment": "too *short*"})

    message = answer_message(await server.member.slash(server.channel, "privacy show"))

    text = shown(message)
    assert message.ephemeral
    assert "“what is copyleft?”, I answered from **Copyleft**" in text
    assert text.index("• **Questions** for 24 hours") < text.index("• **Where it goes** Discord sees all")
    assert "nothing leaves" not in text
    assert not any(section.id in text for section in server.stages.knowledge.engine.corpus.sections)
    assert "not helpful (unclear), “too \\*short\\*”" in text
    assert "MIT" not in text


async def test_privacy_show_counts_as_many_entries_as_a_deletion_takes(server: Server) -> None:
    asked = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    form = await server.member.click(asked, label="Not helpful")
    await server.member.submit_modal(form, {"reason": ["off-topic"], "comment": "too short"})
    declined = answer_message(await server.member.slash(server.channel, "ask", question="who won the football cup yesterday?"))
    await server.member.submit_modal(await server.member.click(declined, label="Ask a moderator"), {})
    await server.member.slash(server.channel, "note add", section="Copyleft", text="See also the guide.")

    text = shown(answer_message(await server.member.slash(server.channel, "privacy show")))
    question = answer_message(await server.member.slash(server.channel, "privacy delete"))
    asked_once_more = shown(question)
    await server.member.click(question, label="Delete everything")

    assert sum(int(number) for number in re.findall(r"^\*\*[^*]+: (\d+)\*\*$", text, re.MULTILINE)) == 5
    assert "5 entries of yours:" in text
    assert "not helpful (not my question), “too short”" in text
    assert "your vote against an answer, case #1: waits for a moderator" in text.partition("**With the moderators**")[2]
    assert "Delete your 5 entries" in asked_once_more
    assert "5 entries deleted" in shown(question)
    assert controls(question) == {}


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
async def test_privacy_delete_can_be_canceled(server: Server, restarted: bool) -> None:
    await server.member.slash(server.channel, "ask", question="what is copyleft?")
    question = answer_message(await server.member.slash(server.channel, "privacy delete"))
    if restarted:
        await server.restart()
    await server.member.click(question, label="Cancel")

    assert "Nothing was deleted." in shown(question)
    assert controls(question) == {}
    assert rows(server, "SELECT question FROM answers") == [("what is copyleft?",)]


async def test_privacy_export_hands_out_everything_as_json(server: Server) -> None:
    asked = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    await server.member.click(asked, label="Helpful")

    message = answer_message(await server.member.slash(server.channel, "privacy export"))

    assert message.ephemeral
    content = json.loads(await message.attachments[0].read())
    assert [question["question"] for question in content["questions"]] == ["what is copyleft?"]
    assert [vote["helpful"] for vote in content["votes"]] == [True]


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
async def test_privacy_delete_asks_once_more_and_then_leaves_no_byte(server: Server, restarted: bool) -> None:
    secret = "zebra parameters under copyleft terms"
    asked = answer_message(await server.member.slash(server.channel, "ask", question=secret))
    await server.second.slash(server.channel, "ask", question="what is copyleft?")
    question = answer_message(await server.member.slash(server.channel, "privacy delete"))
    if restarted:
        await server.restart()
    await server.member.click(question, label="Delete everything")

    assert asked is not None
    assert question.ephemeral
    assert "1 entry deleted" in shown(question)
    assert rows(server, "SELECT question FROM answers ORDER BY id") == [(None,), ("what is copyleft?",)]
    assert b"zebra" not in _bytes(server.stages.database.path)


async def test_privacy_delete_with_nothing_stored_says_so(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "privacy delete"))

    assert "nothing stored" in shown(message)
    assert controls(message) == {}


async def test_why_still_shows_the_scores_after_the_text_is_deleted(server: Server) -> None:
    asked = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    question = answer_message(await server.member.slash(server.channel, "privacy delete"))
    await server.member.click(question, label="Delete everything")

    text = shown(await details(server.second, asked))

    assert "not stored any more" in text
    assert "1. Copyleft: " in text


@pytest.mark.parametrize("who", ["member", "moderator"])
async def test_settings_cannot_be_run_without_the_permission(server: Server, who: str) -> None:
    with pytest.raises(simcord.SetupError, match="default-member-permissions"):
        await actor(server, who).slash(server.channel, "settings", vote_controls=False)


async def test_settings_are_refused_at_execution_where_a_server_has_opened_the_command_to_all(server: Server) -> None:
    command = next(command for command in await server.env.bot.tree.fetch_commands() if command.name == "settings")  # type: ignore[attr-defined]
    server.guild.set_command_permissions(command, {server.member: True})
    message = answer_message(await server.member.slash(server.channel, "settings", vote_controls=False))

    assert "Only members who may manage this server" in shown(message)
    assert rows(server, "SELECT * FROM guild_settings WHERE vote_controls = 0") == []


async def test_an_administrator_changes_the_settings_of_this_server_only(server: Server) -> None:
    message = answer_message(await server.administrator.slash(server.channel, "settings", vote_controls=False))
    elsewhere = answer_message(await server.stranger.slash(server.elsewhere, "ask", question="what is copyleft?"))

    assert "**Vote buttons** hidden" in shown(message)
    assert "Helpful" in controls(elsewhere)


async def test_reload_is_for_owners_only(server: Server) -> None:
    message = answer_message(await server.administrator.slash(server.channel, "admin reload"))

    assert "Only the owner of this bot" in shown(message)


@pytest.mark.fault(49)
async def test_an_owner_reloads_the_knowledge_in_another_process(server: Server) -> None:
    _make_owner(server)
    before = server.stages.knowledge.engine
    message = answer_message(await server.administrator.slash(server.channel, "admin reload"))

    assert "Reloaded: 7 sections" in shown(message)
    assert f"unchanged ({before.fingerprint})" in shown(message)
    assert server.stages.knowledge.engine is not before


def _make_owner(server: Server) -> None:
    from bot.client import FaqBot

    client = server.env.bot
    assert isinstance(client, FaqBot)
    client.owner_ids = {server.administrator.id}


def _bytes(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


async def test_privacy_show_lists_what_moderators_have_of_a_member_and_what_a_moderator_did(server: Server) -> None:
    declined = answer_message(await server.member.slash(server.channel, "ask", question="who won the cup?"))
    await server.member.submit_modal(await server.member.click(declined, label="Ask a moderator"), {"tell": True})
    await server.member.slash(server.channel, "note add", section="Copyleft", text="my *note*")
    card = answer_message(await server.moderator.slash(server.channel, "review show", case=1))
    await server.moderator.submit_modal(await server.moderator.click(card, label="Note"), {"text": "a moderator's words"})

    of_member = shown(answer_message(await server.member.slash(server.channel, "privacy show")))
    of_moderator = shown(answer_message(await server.moderator.slash(server.channel, "privacy show")))
    deleting = answer_message(await server.moderator.slash(server.channel, "privacy delete"))

    assert "**Sent to moderators: 1**" in of_member
    assert "your question, case #1: waits for a moderator; you will get a message" in of_member
    assert "**Community notes: 1**" in of_member
    assert "my \\*note\\*" in of_member
    assert "a moderator's words" not in of_member
    assert "“a moderator's words”" in of_moderator
    assert "**Done as a moderator, kept for good: 1**" in of_moderator
    assert "What you did as a moderator stays in the audit log" in shown(deleting)


async def test_privacy_show_tells_the_period_of_the_server_where_that_is_shorter(server: Server) -> None:
    operators = shown(answer_message(await server.member.slash(server.channel, "privacy show")))
    for days in (7, 365):
        await server.stages.guilds.change(server.guild.id, server.administrator.id, partial(_keeping, days))
        reply = shown(answer_message(await server.member.slash(server.channel, "privacy show")))
        own = " (this server's own choice)" if days == 7 else ""
        assert f"or {min(days, 90)} days{own} if you voted on the answer, chose a suggestion or asked a moderator" in reply
    elsewhere = shown(answer_message(await server.stranger.slash(server.elsewhere, "privacy show")))

    assert "or 90 days if you voted" in operators
    assert "or 90 days if you voted" in elsewhere


def _keeping(days: int, now: GuildSettings) -> GuildSettings:
    return replace(now, feedback_days=days)


async def test_privacy_delete_leaves_no_question_in_what_is_held_for_speed(server: Server) -> None:
    await server.member.slash(server.channel, "ask", question="zebra parameters under copyleft terms")
    index = server.stages.knowledge.engine.index
    assert isinstance(index, TfidfIndex)
    held = index.ask("zebra parameters under copyleft terms")
    assert index.ask("zebra parameters under copyleft terms") is held

    question = answer_message(await server.member.slash(server.channel, "privacy delete"))
    await server.member.click(question, label="Delete everything")

    assert index.ask("zebra parameters under copyleft terms") is not held


async def test_discord_offers_the_commands_of_moderators_to_whoever_may_manage_messages_alone(server: Server) -> None:
    def offered(actor: simcord.MemberActor) -> set[str]:
        found = server.env.backend.visible_commands(user_id=actor.id, channel_id=server.elsewhere.id)
        return {str(command["name"]) for command in found}

    assert {"ask", "help"} <= offered(server.stranger)
    assert not {"review", "settings"} & offered(server.stranger)
    assert {"review", "settings"} <= offered(server.foreign_moderator)
