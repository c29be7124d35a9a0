"""Starting and stopping: what Discord refuses for good, what a signal leaves finished, and what outlives a restart."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing

import pytest

from bot.errors import NO_RESTART, ExitCode
from tests.wire.changes import PATIENCE
from tests.wire.conftest import Wire
from tests.wire.faults import FOLLOWUP
from tests.wire.gateway import Greeting
from tests.wire.process import TOKEN

VOTES = "SELECT helpful, comment FROM votes ORDER BY id"


@pytest.mark.fault(33)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_an_answer_and_a_write_finish_and_takes_nothing_new(live: Wire, number: signal.Signals) -> None:
    voter = live.another("voter")
    message = await live.votable(voter)
    votes = live.bot.rows("SELECT count(*) FROM votes")[0][0]
    with closing(sqlite3.connect(live.bot.database, isolation_level=None, timeout=PATIENCE)) as other:
        other.execute("BEGIN IMMEDIATE")  # so that the vote waits
        with live.discord.holding(FOLLOWUP, method="*", times=1) as answer:
            await live.press(message, "Helpful", by=voter)
            asked = await live.press(message, "⋯", by=voter)
            await answer.reached()
            live.bot.signal(number)
            await live.bot.logged("stopping when")
            late = await live.ask()
            other.execute("ROLLBACK")
            await live.counts(message, "Helpful · 1")
            answer.release()
            await live.answered(asked, "ource")

    assert await live.bot.ended() == ExitCode.OK
    assert live.bot.log.rstrip().endswith("stopped")
    assert live.bot.rows("SELECT count(*) FROM votes") == [(votes + 1,)]
    assert not late.acknowledged
    assert "Traceback" not in live.bot.log


@pytest.mark.fault(33)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, ExitCode.INTERRUPTED)])
async def test_a_second_signal_stops_now(live: Wire, number: signal.Signals, code: int) -> None:
    with live.discord.holding(FOLLOWUP) as answer:
        asked = await live.ask()
        await answer.reached()
        live.bot.signal(number)
        await live.bot.logged("stopping when")
        live.bot.signal(number)

        assert await live.bot.ended() == code
        assert asked.deferred


@pytest.mark.fault(17, 18)
async def test_a_form_that_was_opened_before_a_restart_is_saved_after_it_and_older_buttons_work(live: Wire) -> None:
    typing, pressing = live.another("typing"), live.another("pressing")
    message = await live.votable(typing)
    form = await live.form(await live.press(message, "Not helpful", by=typing))
    assert await live.bot.stop() == ExitCode.OK
    await live.bot.start()
    await live.bot.ready()
    live.discord.forget()

    await live.submit(form, {"reason": ["outdated"], "comment": "typed before the restart"}, by=typing)
    await live.counts(message, "Not helpful · 1")
    await live.press(message, "Helpful", by=pressing)
    await live.counts(message, "Helpful · 1")

    assert (0, "typed before the restart") in live.bot.rows(VOTES)
    assert live.discord.asked("PUT", "/commands") == []


REFUSALS = {
    4014: (ExitCode.REFUSED, "this bot asks for none"),
    4004: (ExitCode.CONFIG, "the token is not valid"),
}


@pytest.mark.fault(4)
@pytest.mark.parametrize("code", REFUSALS)
async def test_a_connection_that_discord_refuses_for_good_is_tried_once_and_said_in_one_line(idle: Wire, code: int) -> None:
    exit_code, cause = REFUSALS[code]
    idle.discord.gateway.refuses = code
    try:
        await idle.bot.start()
        assert await idle.bot.ended() == exit_code
    finally:
        idle.discord.gateway.refuses = None

    assert exit_code in NO_RESTART
    assert idle.discord.gateway.greetings == [Greeting.IDENTIFY]
    assert [cause in line for line in idle.bot.log.splitlines() if line.startswith("error: ")] == [True]
    assert "Traceback" not in idle.bot.log


@pytest.mark.fault(4)
async def test_a_token_that_discord_does_not_know_is_tried_once_and_never_shown(idle: Wire) -> None:
    wrong = TOKEN.replace("abc", "cba")
    await idle.bot.start(token=wrong)

    assert await idle.bot.ended() == ExitCode.CONFIG
    assert len(idle.discord.requests) == 1
    assert "Reset it on the page Bot" in idle.bot.log
    assert wrong not in idle.bot.log
    assert "Traceback" not in idle.bot.log


@pytest.mark.fault(8)
async def test_a_start_without_a_network_asks_for_a_restart(idle: Wire) -> None:
    await idle.bot.start(address="http://discord.invalid")

    assert await idle.bot.ended() == ExitCode.RESTART
