"""Which commands count for which limit, as SECURITY.md tells it, and what is refused when there is too much to do at once."""

from __future__ import annotations

import pytest

from bot.client import FaqBot
from bot.config import LimitsConfig
from bot.exts.kit.limits import RateLimit, Workload
from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, controls, last, shown
from tests.interactions.rows import rows, votes

TOO_OFTEN = "That is a lot in one minute"
BUSY = "more to do than I can manage"


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


@pytest.fixture
def no_time(server: Server) -> Workload:
    """The bot has more to do than it can manage."""
    client = server.env.bot
    assert isinstance(client, FaqBot)
    client.workload._most = 1
    client.workload.begin(1)
    return client.workload


@pytest.mark.fault(26)
async def test_a_question_for_which_there_is_no_time_is_refused_kindly_and_nothing_of_it_is_stored(
    server: Server, no_time: Workload
) -> None:
    refused = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    no_time.end(1)
    answered = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))

    assert refused.ephemeral
    assert BUSY in shown(refused)
    assert "Copyleft demands" in shown(answered)
    assert rows(server, "SELECT count(*) FROM answers") == [(1,)]
    assert not no_time.full


@pytest.mark.fault(26)
async def test_a_press_for_which_there_is_no_time_is_refused_but_a_form_is_not_since_it_was_typed(
    server: Server, no_time: Workload
) -> None:
    no_time.end(1)
    message = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    form = await server.member.click(message, label="Not helpful")
    no_time.begin(1)
    pressed = answer_message(await server.second.click(message, label="Helpful"))
    await server.member.submit_modal(form, {"reason": ["wrong"], "comment": "typed for a while"})

    assert BUSY in shown(pressed)
    assert "Not helpful · 1" in controls(message)
    assert votes(server) == [(0, "wrong", "typed for a while", None)]


@pytest.mark.fault(26)
async def test_a_message_for_which_there_is_no_time_is_answered_with_that_and_nothing_is_offered_while_typing(
    server: Server, no_time: Workload
) -> None:
    await server.member.send(server.channel, f"{server.mention} what is copyleft?")

    assert BUSY in shown(last(server.channel))
    assert await server.member.autocomplete(server.channel, "ask", "question", "copy") == []
    no_time.end(1)
    assert await server.member.autocomplete(server.channel, "ask", "question", "copy") != []
