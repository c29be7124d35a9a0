"""The connection: how it breaks while somebody waits for an answer, what comes over it that makes no sense, and what it says twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.errors import ExitCode
from tests.wire.conftest import ANSWER, QUESTION, Wire, wired
from tests.wire.faults import FOLLOWUP
from tests.wire.gateway import Gateway, Greeting
from tests.wire.launch import PATIENCE

Break = Callable[[Gateway], Awaitable[None]]


async def abort(gateway: Gateway) -> None:
    gateway.abort()


async def op_7(gateway: Gateway) -> None:
    gateway.ask_to_reconnect()


def close(code: int) -> Break:
    async def closing(gateway: Gateway) -> None:
        await gateway.close(code)

    return closing


async def op_9_resumable(gateway: Gateway) -> None:
    gateway.invalidate(resumable=True)


async def op_9(gateway: Gateway) -> None:
    gateway.invalidate(resumable=False)


RESUMED = [Greeting.RESUME]
BREAKS: list[tuple[str, Break, list[Greeting]]] = [
    ("abort", abort, RESUMED),
    ("op 7", op_7, RESUMED),
    ("1000", close(1000), RESUMED),
    ("4000", close(4000), RESUMED),
    ("op 9 resumable", op_9_resumable, RESUMED),
    ("4009", close(4009), [Greeting.RESUME, Greeting.IDENTIFY]),
]


@pytest.mark.fault(1)
@pytest.mark.parametrize(("breaks", "greetings"), [pytest.param(one[1], one[2], id=one[0]) for one in BREAKS])
async def test_an_answer_is_delivered_once_although_the_connection_breaks_meanwhile(
    live: Wire, breaks: Break, greetings: list[Greeting]
) -> None:
    answers = live.bot.rows("SELECT count(*) FROM answers")[0][0]
    with live.discord.holding(FOLLOWUP) as answer:
        asked = await live.ask()
        await answer.reached()
        await breaks(live.discord.gateway)
        await live.discord.changes.until(lambda: len(live.discord.gateway.greetings) >= len(greetings), "the bot connects again")
        answer.release()
        await live.answered(asked, ANSWER)
    await live.discord.changes.until(lambda: live.discord.gateway.connected, "the connection is back")

    assert live.discord.gateway.greetings == greetings
    assert asked.followups == []
    assert len(live.discord.asked("POST", "/callback")) == 1
    assert live.bot.rows("SELECT count(*) FROM answers")[0][0] == answers + 1
    await live.works()


@pytest.mark.fault(2)
async def test_after_a_session_that_discord_ended_commands_and_earlier_buttons_work(live: Wire) -> None:
    voter = live.another("voter")
    earlier = await live.votable(voter)
    await op_9(live.discord.gateway)
    await live.discord.changes.until(lambda: live.discord.gateway.greetings == [Greeting.IDENTIFY], "the bot begins a new session")
    await live.discord.changes.until(lambda: live.discord.gateway.connected, "the connection is back")

    await live.press(earlier, "Helpful", by=voter)
    await live.counts(earlier, "Helpful · 1")
    await live.works()


@pytest.mark.fault(2)
async def test_a_connection_on_which_no_heartbeat_is_answered_is_replaced(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        gateway = wire.discord.gateway
        gateway.heartbeat_seconds = 0.5
        await wire.bot.start(changes={PATIENCE: "10"})
        await wire.bot.ready()
        wire.discord.forget()
        gateway.deaf = True
        await wire.discord.changes.until(lambda: gateway.greetings, "the bot connects again")
        gateway.deaf = False
        await wire.discord.changes.until(lambda: gateway.connected, "the connection is back")

        assert gateway.greetings[0] is Greeting.RESUME
        await wire.works()


MALFORMED: dict[str, Callable[[Gateway], None]] = {
    "bad JSON": lambda gateway: gateway.send_text("{bad json"),
    "an interaction without fields": lambda gateway: gateway.event("INTERACTION_CREATE", {}),
    "a server that is null": lambda gateway: gateway.event("GUILD_CREATE", None),
}


@pytest.mark.fault(3)
@pytest.mark.parametrize("malformed", MALFORMED.values(), ids=MALFORMED.keys())
async def test_an_event_that_makes_no_sense_ends_the_bot_after_what_was_under_way_and_asks_for_a_restart(
    live: Wire, malformed: Callable[[Gateway], None]
) -> None:
    voter = live.another("voter")
    message = await live.votable(voter)
    votes = live.bot.rows("SELECT count(*) FROM votes")[0][0]
    with live.discord.holding(FOLLOWUP, times=2) as held:
        asked = await live.ask()
        await live.press(message, "Helpful", by=voter)
        await held.reached(2)
        malformed(live.discord.gateway)
        await live.bot.logged("stopping when")
        held.release()
        await live.answered(asked, ANSWER)
        await live.counts(message, "Helpful · 1")

    assert await live.bot.ended() == ExitCode.RESTART
    assert live.bot.rows("SELECT count(*) FROM votes") == [(votes + 1,)]
    assert "a restart should help" in live.bot.log


@pytest.mark.fault(3)
async def test_an_event_that_nobody_knows_is_passed_over(live: Wire) -> None:
    live.discord.gateway.event("SOMETHING_NEW", {"a": 1})

    await live.works()


@pytest.mark.fault(31)
async def test_a_server_with_an_outage_is_no_server_that_was_left(live: Wire) -> None:
    removed = "SELECT guild_id FROM guild_settings WHERE removed_at IS NOT NULL"
    await live.works()
    other = live.discord.env.create_guild("Elsewhere")
    live.discord.gateway.event("GUILD_DELETE", {"id": str(live.guild.id), "unavailable": True})
    live.discord.gateway.event("GUILD_DELETE", {"id": str(other.id)})
    await live.discord.changes.until(lambda: live.bot.rows(removed), "the server that was left is noted")

    assert live.bot.rows(removed) == [(other.id,)]
    await live.works()

    for outage in (True, True, False):  # the second time what the first one has led to is seen
        live.bot.log = ""
        live.discord.gateway.say_ready(outage=outage)
        await live.bot.logged("ready: version")
        await live.works()
        assert (live.guild.id,) not in live.bot.rows(removed)


@pytest.mark.fault(32)
async def test_a_bot_that_is_ready_twice_sends_no_commands_again_and_does_everything_once(live: Wire) -> None:
    form = await live.administrator.slash(live.channel, "settings")
    settings = await live.answered(form)
    await live.answered(await live.administrator.select(settings, [live.review], custom_id="settings:review-channel"), "review")
    live.discord.forget()
    for _ in range(2):
        live.bot.log = ""
        live.discord.gateway.say_ready()
        await live.bot.logged("ready: version")

    said = await live.say(f"{live.mention} {QUESTION}")
    assert [ANSWER in reply for reply in await live.replies(said)] == [True]
    voter = live.another("voter")
    message = await live.votable(voter)
    reasons = await live.form(await live.press(message, "Not helpful", by=voter))
    await live.submit(reasons, {"reason": ["wrong"], "comment": "read twice"}, by=voter)
    await live.counts(message, "Not helpful · 1")
    await live.discord.changes.until(lambda: live.discord.asked("POST", f"/channels/{live.review.id}/messages"), "a card is posted")
    await live.works()

    assert live.discord.asked("PUT", "/commands") == []
    assert len(live.replies_now(said)) == 1
    assert len(live.discord.asked("POST", f"/channels/{live.review.id}/messages")) == 1
    assert live.bot.rows("SELECT count(*) FROM votes WHERE comment = 'read twice'") == [(1,)]
