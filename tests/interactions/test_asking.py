"""Asking: by command, mention, reply, direct message and menu."""

from __future__ import annotations

import discord
import pytest

from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, controls, last, sent_messages, shown
from tests.interactions.rows import rows


async def test_ask_answers_in_the_channel_with_a_bold_sentence_its_source_and_confidence_in_words(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="what are open weights?"))

    text = shown(message)
    assert not message.ephemeral
    assert "-# “what are open weights?”\n**" in text
    assert "trained parameters of a model can be downloaded by anyone.**" in text
    assert "-# sure · [\\[1\\]](<https://opensource.org/ai>)" in text
    assert "%" not in text
    assert list(controls(message)) == ["Helpful", "Not helpful", "⋯"]
    assert rows(server, "SELECT channel_id FROM answers") == [(server.channel.id,)]


async def test_a_private_answer_is_seen_by_the_asker_only(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?", private=True))

    assert message.ephemeral
    assert "Copyleft demands" in shown(message)
    assert "“what is copyleft?”" not in shown(message)


async def test_the_bot_says_so_when_it_does_not_know(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="who won the football cup yesterday?"))

    asked, said, known = shown(message).strip().splitlines()
    assert (asked, said) == ("-# “who won the football cup yesterday?”", "I don't know that, and I would rather not guess.")
    assert known == "-# I know about Basics: /browse"
    assert next(iter(controls(message))) == "Ask a moderator"
    assert set(controls(message)) <= {"Ask a moderator", "⋯"}


async def test_an_uncertain_answer_offers_suggestions_to_pick_from(server: Server) -> None:
    with server.unsure():
        message = answer_message(await server.member.slash(server.channel, "ask", question="what about patents?"))

    assert "Is it one of these?" in shown(message)
    assert "Show 1" in controls(message)


async def test_autocomplete_offers_the_questions_of_the_knowledge_base(server: Server) -> None:
    choices = await server.member.autocomplete(server.channel, "ask", "question", "what is copy")

    assert choices[0]["value"] == "What is copyleft?"
    assert len(choices) <= 25


async def test_a_mention_is_answered_by_a_reply_without_a_ping(server: Server) -> None:
    asked = await server.member.send(server.channel, f"{server.mention} what does the MIT license allow?")

    reply = last(server.channel)
    assert reply.reference is not None
    assert reply.reference.message_id == asked.id
    assert not reply.mentions
    assert "MIT License allows use, modification and sale" in shown(reply)


async def test_a_mention_in_a_thread_is_answered_there(server: Server) -> None:
    channel = server.env.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="talk", type=discord.ChannelType.public_thread)
    thread = server.channel.threads[0]

    await server.member.send(thread, f"{server.mention} what is copyleft?")

    assert "Copyleft demands" in shown(last(thread))


async def test_a_mention_without_words_gets_help(server: Server) -> None:
    await server.member.send(server.channel, server.mention)

    assert "Ask me about open-source AI" in shown(last(server.channel))


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
async def test_whoever_asks_what_the_bot_can_do_gets_three_questions_to_press(server: Server, restarted: bool) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="what can you do?"))
    if restarted:
        await server.restart()
    answers = [answer_message(await server.second.click(message, label=question)) for question in list(controls(message))]
    greeting = answer_message(await server.member.slash(server.channel, "ask", question="hello"))

    assert "I answer questions from a curated knowledge base" in shown(message)
    assert list(controls(message)) == ["What are open weights?", "What is copyleft?", "What is a closed model?"]
    assert all(answer.ephemeral and "Helpful" in controls(answer) for answer in answers)
    assert controls(greeting) == {}


@pytest.mark.parametrize("text", ["@everyone what is copyleft?", "what is copyleft?", "<@&{role}> what is copyleft?"])
async def test_nothing_that_does_not_speak_to_the_bot_is_answered(server: Server, text: str) -> None:
    role = server.guild.create_role("Bots")
    sent = await server.administrator.send(server.channel, text.format(role=role.id))

    assert last(server.channel).id == sent.id


async def test_another_bot_is_never_answered(server: Server) -> None:
    robot = server.guild.add_member(server.env.create_user("robot", bot=True))
    sent = await robot.send(server.channel, f"{server.mention} what is copyleft?")

    assert last(server.channel).id == sent.id


async def test_a_direct_message_is_answered(server: Server) -> None:
    user = server.member.user
    await user.send_dm("what is copyleft?")

    assert "Copyleft demands" in shown(last(user.dm_channel))


async def test_the_menu_finds_an_answer_to_what_somebody_wrote_for_whoever_asks(server: Server) -> None:
    written = await server.second.send(server.channel, "hm, what is special about the apache license")
    message = answer_message(await server.member.context_menu(server.channel, "Find an answer", written))

    assert message.ephemeral
    assert "grants a patent license" in shown(message)


async def test_a_greeting_gets_a_human_reply_and_no_section(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="hello there!"))

    assert shown(message).strip() == "Hello! What would you like to know?"


async def test_a_follow_up_is_understood_from_the_answer_before_it(server: Server) -> None:
    await server.member.slash(server.channel, "ask", question="what is special about the apache license?")
    message = answer_message(await server.member.slash(server.channel, "ask", question="when was it published?"))

    assert "January 2004" in shown(message)


async def test_another_members_conversation_does_not_bend_a_question(server: Server) -> None:
    await server.member.slash(server.channel, "ask", question="what is special about the apache license?")
    message = answer_message(await server.second.slash(server.channel, "ask", question="when was it published?"))

    assert "**Apache License" not in shown(message)
    assert "Helpful" not in controls(message)
    assert rows(server, "SELECT context_id FROM answers ORDER BY id") == [(None,), (None,)]


@pytest.mark.fault(52)
@pytest.mark.parametrize("question", ["   ", "😀", "a" * 6000, "Z" + "\u0301" * 500, "\u202eevil", "\x00", "'; DROP TABLE votes; --"])
async def test_odd_input_gets_a_sentence_and_no_error(server: Server, question: str) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question=question))

    assert len(shown(message)) > 20


@pytest.mark.fault(26)
async def test_more_questions_than_the_limit_are_refused_kindly(server: Server) -> None:
    for _ in range(server.stages.config.limits.member_per_minute):
        await server.member.slash(server.channel, "ask", question="what is copyleft?")
    refused = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    other = answer_message(await server.second.slash(server.channel, "ask", question="what is copyleft?"))

    assert "Please try again in" in shown(refused)
    assert refused.ephemeral
    assert "Copyleft demands" in shown(other)


@pytest.mark.fault(26)
async def test_a_flood_of_mentions_is_answered_once_and_then_ignored(server: Server) -> None:
    for _ in range(server.stages.config.limits.member_per_minute + 3):
        await server.member.send(server.channel, f"{server.mention} what is copyleft?")

    notice = [message for message in server.channel.history() if "Please try again in" in shown(message)]
    assert len(notice) == 1


async def test_a_stranger_in_another_server_gets_an_answer_of_their_own(server: Server) -> None:
    message = answer_message(await server.stranger.slash(server.elsewhere, "ask", question="what is copyleft?"))

    assert "Copyleft demands" in shown(message)


@pytest.mark.fault(17)
async def test_asking_works_after_a_restart(server: Server) -> None:
    await server.restart()
    message = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))

    assert "Copyleft demands" in shown(message)


@pytest.mark.fault(57)
async def test_no_message_may_ping_anybody(server: Server) -> None:
    await server.member.slash(server.channel, "ask", question="@everyone <@123> what is copyleft?")
    await server.member.send(server.channel, f"{server.mention} @everyone what is copyleft?")

    sent = sent_messages(server.env)
    assert len(sent) == 2
    assert all(body["allowed_mentions"]["parse"] == [] for body in sent)


async def test_a_reply_whose_text_discord_withholds_is_shown_how_to_ask(server: Server) -> None:
    answer = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    await server.second.send(server.channel, "and why does it matter?", reply_to=answer)

    assert "Mention me in the reply, or use /ask." in shown(last(server.channel))


async def test_the_menu_reads_what_a_forwarded_message_says(server: Server) -> None:
    written = await server.second.send(server.channel, "what is special about the apache license")
    forwarded = await server.member.forward(written, server.channel)
    message = answer_message(await server.second.context_menu(server.channel, "Find an answer", forwarded))

    assert "grants a patent license" in shown(message)


async def test_a_forwarded_direct_message_is_answered_and_its_words_are_not_the_askers(server: Server) -> None:
    written = await server.second.send(server.channel, "who won the football cup yesterday?")
    known = await server.second.send(server.channel, "what is special about the apache license")
    user = server.member.user
    await user.send_dm("hello")
    await server.member.forward(known, user.dm_channel)
    answered = shown(last(user.dm_channel))
    await server.member.forward(written, user.dm_channel)

    assert "grants a patent license" in answered
    assert "I don't know that" in shown(last(user.dm_channel))
    assert "Ask a moderator" not in controls(last(user.dm_channel))


async def test_a_mention_that_comes_by_an_edit_is_answered_once(server: Server) -> None:
    asked = await server.member.send(server.channel, "hi all")
    await server.member.edit(asked, f"{server.mention} what is copyleft?")
    reply = last(server.channel)
    await server.member.edit(asked, f"{server.mention} what is copyleft really?")

    assert reply.reference is not None
    assert reply.reference.message_id == asked.id
    assert "Copyleft demands" in shown(reply)
    assert last(server.channel).id == reply.id


async def test_an_answered_mention_that_is_edited_is_not_answered_again(server: Server) -> None:
    asked = await server.member.send(server.channel, f"{server.mention} what is copyleft?")
    reply = last(server.channel)
    await server.member.edit(asked, f"{server.mention} what is copyleft??")

    assert last(server.channel).id == reply.id


async def test_a_mention_that_is_added_much_later_is_not_answered(server: Server) -> None:
    asked = await server.member.send(server.channel, "hi all")
    await server.env.advance_time(5 * 60 + 1)
    await server.member.edit(asked, f"{server.mention} what is copyleft?")

    assert last(server.channel).id == asked.id


PICTURE = "I cannot read pictures"


async def test_a_message_with_a_picture_alone_hears_that_pictures_cannot_be_read(server: Server) -> None:
    user = server.member.user
    await user.send_dm("hello")
    stored = server.env.backend.store_attachments(user.dm_channel.id, [("error.png", b"picture")])
    await user.send_dm("", attachments=stored)
    alone = shown(last(user.dm_channel))
    asked = await server.member.send(server.channel, server.mention, attachments=[("error.png", b"picture")])
    mentioned = shown(last(server.channel))
    written = await server.second.send(server.channel, "", attachments=[("error.png", b"picture")])
    found = answer_message(await server.member.context_menu(server.channel, "Find an answer", written))

    assert asked.attachments
    assert all(PICTURE in notice for notice in (alone, mentioned, shown(found)))
    assert found.ephemeral


async def test_a_question_with_a_picture_is_answered(server: Server) -> None:
    await server.member.send(server.channel, f"{server.mention} what is copyleft?", attachments=[("error.png", b"picture")])

    assert "Copyleft demands" in shown(last(server.channel))
