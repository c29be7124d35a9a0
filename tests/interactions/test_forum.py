"""New posts of a forum: answered by themselves from the title, once, only above the confidence, only where a server wants it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import simcord

from tests.interactions.conftest import Server
from tests.interactions.reading import controls, shown
from tests.interactions.rows import rows

SURE = "what is copyleft?"


async def choose_forum(server: Server, forum: simcord.ChannelHandle, threshold: float = 0.6) -> None:
    chosen = frozenset({forum.id})
    await server.stages.guilds.change(
        server.guild.id, server.administrator.id, lambda now: replace(now, forum_channels=chosen, forum_threshold=threshold)
    )


async def post(
    server: Server, forum: simcord.ChannelHandle, title: str, who: simcord.MemberActor | None = None, text: str = "Hi!"
) -> list[str]:
    """Post in a forum as a member does, and return what stands in the post then."""
    actor, backend = who or server.member, server.env.backend
    thread = backend.create_thread(forum.id, title, actor.id, broadcast=False)
    backend.announce_thread_create(thread)
    message = backend.create_message(thread.id, actor.id, text, broadcast=False)
    del backend.messages[thread.id][message.id]
    message.id = thread.id  # the first message of a post has the id of its thread
    backend.messages[thread.id][message.id] = message
    backend.announce_message_create(message)
    await server.env.settle()
    handle = next(one for one in forum.threads if one.id == thread.id)
    return [shown(found) for found in handle.history()]


@pytest.fixture
def forum(server: Server) -> simcord.ChannelHandle:
    """A forum."""
    return server.guild.create_forum_channel("help")


async def test_a_new_post_is_answered_from_its_title(server: Server, forum: simcord.ChannelHandle) -> None:
    await choose_forum(server, forum)
    there = await post(server, forum, SURE)

    assert len(there) == 2
    assert "Copyleft demands" in there[1]
    assert "Helpful" in controls(forum.threads[0].history()[1])
    assert rows(server, "SELECT outcome, message_id IS NOT NULL FROM answers") == [("answer", 1)]


async def test_forums_are_left_alone_where_nobody_has_chosen_them(server: Server, forum: simcord.ChannelHandle) -> None:
    assert len(await post(server, forum, SURE)) == 1
    assert rows(server, "SELECT 1 FROM answers") == []


@pytest.mark.parametrize("title", ["who won the cup?", "hello", "patent sale", "😀"])
async def test_a_post_that_the_bot_is_not_sure_of_is_left_alone_and_not_logged(
    server: Server, forum: simcord.ChannelHandle, title: str
) -> None:
    await choose_forum(server, forum, 0.99)
    there = await post(server, forum, title)

    assert len(there) == 1
    assert rows(server, "SELECT 1 FROM answers") == []


async def test_a_post_is_answered_once_however_often_discord_delivers_it(server: Server, forum: simcord.ChannelHandle) -> None:
    await choose_forum(server, forum)
    await post(server, forum, SURE)
    backend = server.env.backend
    thread = forum.threads[0]
    backend.announce_message_create(backend.get_message(thread.id, thread.id))
    await server.env.settle()
    await server.restart()
    backend.announce_message_create(backend.get_message(thread.id, thread.id))
    await server.env.settle()

    assert len(thread.history()) == 2


async def test_a_post_that_was_answered_is_not_answered_again_under_another_title(server: Server, forum: simcord.ChannelHandle) -> None:
    await choose_forum(server, forum)
    await post(server, forum, SURE)
    backend, thread = server.env.backend, forum.threads[0]
    backend.channels[thread.id].name = "what does the MIT license allow?"
    await server.restart()
    backend.announce_message_create(backend.get_message(thread.id, thread.id))
    await server.env.settle()

    assert len(thread.history()) == 2
    assert rows(server, "SELECT count(*) FROM answers") == [(1,)]


async def test_later_messages_in_a_post_are_not_answered(server: Server, forum: simcord.ChannelHandle) -> None:
    await choose_forum(server, forum)
    await post(server, forum, "who won the cup?")
    await server.second.send(forum.threads[0], SURE)

    assert len(forum.threads[0].history()) == 2


async def test_a_post_that_mentions_the_bot_is_answered_once(server: Server, forum: simcord.ChannelHandle) -> None:
    await choose_forum(server, forum)
    there = await post(server, forum, SURE, text=f"{server.mention} what does the MIT license allow?")

    assert len(there) == 2
    assert "The MIT License allows use" in there[1]


async def test_posts_of_bots_are_left_alone(server: Server, forum: simcord.ChannelHandle) -> None:
    await choose_forum(server, forum)
    robot = server.guild.add_member(server.env.create_user("robot", bot=True))

    assert len(await post(server, forum, SURE, robot)) == 1


async def test_a_post_that_cannot_be_answered_is_logged_and_the_bot_lives(
    server: Server, forum: simcord.ChannelHandle, caplog: pytest.LogCaptureFixture
) -> None:
    await choose_forum(server, forum)
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, message="Missing Permissions")
    there = await post(server, forum, SURE)

    assert len(there) == 1
    assert "could not be answered" in caplog.text
    assert not server.env.errors
