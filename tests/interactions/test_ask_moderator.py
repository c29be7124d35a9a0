"""Ask a moderator: a question that the bot declined goes to the queue, by the asker's word only."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import simcord

from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged, submit_forged
from tests.interactions.reading import answer_message, behind_the_dots, controls, last, shown
from tests.interactions.reviewing import ask, card, states
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
UNKNOWN = "who won the zebra cup?"


async def maybe_restart(server: Server, restarted: bool) -> None:
    if restarted:
        await server.restart()


@pytest.mark.fault(17, 18)
@RESTARTED
async def test_the_asker_consents_and_a_moderator_gets_the_question(server: Server, restarted: bool) -> None:
    declined = await ask(server, question=UNKNOWN)
    await maybe_restart(server, restarted)
    form = await server.member.click(declined, label="Ask a moderator")
    assert states(server) == []
    await maybe_restart(server, restarted)
    thanks = answer_message(await server.member.submit_modal(form, {}))
    text = shown(await card(server))

    assert form.modal is not None
    assert UNKNOWN in str(form.modal)
    assert thanks.ephemeral
    assert "The moderators have your question now" in shown(thanks)
    assert "Case #1 · Unanswered question" in text
    assert UNKNOWN in text


async def test_the_asker_who_wants_to_hear_gets_a_message(server: Server) -> None:
    form = await server.member.click(await ask(server, question=UNKNOWN), label="Ask a moderator")
    thanks = answer_message(await server.member.submit_modal(form, {"tell": True}))
    assert "The moderators have your question now. I'll write you a direct message when there is news." in shown(thanks)
    resolve = await server.moderator.click(await card(server), label="Resolve")
    await server.moderator.submit_modal(resolve, {"outcome": "answered", "message": "The zebras did."})

    assert "The zebras did." in shown(last(server.member.user.dm_channel))


async def test_nobody_else_can_pass_a_question_on(server: Server) -> None:
    declined = await ask(server, question=UNKNOWN)
    notice = answer_message(await server.second.click(declined, label="Ask a moderator"))
    answer = rows(server, "SELECT answer_id FROM answers")[0][0]
    forged = answer_message(await submit_forged(server.second, server.channel, f"answer:moderator:{answer}", {}))

    assert "Only the member who asked" in shown(notice)
    assert "Only the member who asked" in shown(forged)
    assert states(server) == []


async def test_asking_twice_is_one_case(server: Server) -> None:
    declined = await ask(server, question=UNKNOWN)
    for _ in range(2):
        form = await server.member.click(declined, label="Ask a moderator")
        thanks = answer_message(await server.member.submit_modal(form, {}))

    assert "have your question already" in shown(thanks)
    assert states(server) == ["open"]
    assert "1 member" in shown(await card(server))


async def test_the_same_question_of_two_members_is_one_case(server: Server) -> None:
    for who in (server.member, server.second):
        form = await who.click(await ask(server, who, UNKNOWN), label="Ask a moderator")
        await who.submit_modal(form, {})

    assert states(server) == ["open"]
    assert "2 members" in shown(await card(server))


async def test_a_question_whose_text_has_expired_is_typed_again(server: Server) -> None:
    declined = await ask(server, question=UNKNOWN)
    with closing(sqlite3.connect(server.stages.database.path)) as connection:
        connection.execute("UPDATE answers SET question = NULL, normalized_question = NULL, searched = NULL")
        connection.commit()
    form = await server.member.click(declined, label="Ask a moderator")
    await server.member.submit_modal(form, {"question": "Which zebra won?"})

    assert "Which zebra won?" in shown(await card(server))


async def test_suggestions_can_be_passed_on_too_and_answers_cannot(server: Server) -> None:
    with server.unsure():
        unsure = await ask(server, question="what about patents?")
    answered = await ask(server)
    answer = rows(server, "SELECT answer_id FROM answers ORDER BY id DESC LIMIT 1")[0][0]
    notice = answer_message(await submit_forged(server.member, server.channel, f"answer:moderator:{answer}", {}))

    assert "Ask a moderator" in controls(await behind_the_dots(server.member, unsure))
    assert "Ask a moderator" not in controls(await behind_the_dots(server.member, answered))
    assert "That question was answered" in shown(notice)


async def test_it_is_offered_where_it_can_work_only(server: Server) -> None:
    written = await server.second.send(server.channel, UNKNOWN)
    somebody_elses = answer_message(await server.member.context_menu(server.channel, "Find an answer", written))
    nothing = await ask(server, question="😀")
    await server.member.user.send_dm(UNKNOWN)

    assert "Ask a moderator" not in controls(somebody_elses)
    assert "Ask a moderator" not in controls(nothing)
    assert "Ask a moderator" not in controls(last(server.member.user.dm_channel))


async def test_a_question_of_another_server_is_not_found(server: Server) -> None:
    await ask(server, question=UNKNOWN)
    answer = rows(server, "SELECT answer_id FROM answers")[0][0]
    notice = answer_message(await press_forged(server.stranger, server.elsewhere, f"answer:moderator:{answer}"))

    assert "no longer available" in shown(notice)


async def test_a_vote_in_a_direct_message_makes_no_case_and_offers_no_message(server: Server) -> None:
    user = server.member.user
    await user.send_dm("what is copyleft?")
    reply = user.dm_channel.last_message
    assert reply is not None
    form = await user.click(reply, label="Not helpful")
    await user.submit_modal(form, {"reason": ["wrong"]})

    assert isinstance(form, simcord.InteractionResult)
    assert "Tell me" not in str(form.modal)
    assert states(server) == []
