"""Requests that fail, or that Discord serves although we cannot know: everybody gets an answer or one clear message, and nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interactions.reading import shown
from tests.wire.conftest import ANSWER, QUESTION, Wire, seen, wired
from tests.wire.faults import (
    CALLBACK,
    FOLLOWUP,
    MESSAGES,
    Exhausted,
    Lost,
    Outcome,
    Page,
    Refused,
    Reset,
    Silent,
    Truncated,
    banned,
    too_many,
)
from tests.wire.launch import PATIENCE
from tests.wire.simulation import Request

SORRY = "Something went wrong on my side"


def outcomes(*wanted: Outcome) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("outcome", wanted, ids=map(named, wanted))


def named(outcome: Outcome) -> str:
    match outcome:
        case Refused(status=429, extra=extra):
            return f"429 {extra['retry_after']} s{' everywhere' if extra['global'] else ''}"
        case Refused(status=status, code=code):
            return f"{status}-{code}" if code else str(status)
        case Page(status=status):
            return f"{status}-HTML"
        case Lost(instead=instead):
            return f"served-then-{named(instead)}"
        case _:
            return type(outcome).__name__


REFUSALS = (Refused(500), Page(502), Refused(503), Refused(504), Refused(520), too_many(0.1), too_many(0.1, everywhere=True))
BROKEN = (Reset(), Truncated(), Page(200))
LOST = (Lost(Page(502)), Lost(Reset()), Lost(Truncated()))


def finished(wire: Wire, part: str) -> list[Request]:
    """The requests to paths with a part that have ended, be it without an answer."""
    return [one for one in wire.discord.requests if part in one.path and one.ended]


@pytest.mark.fault(5, 6, 7, 8)
@outcomes(*REFUSALS, *BROKEN)
async def test_a_command_whose_acknowledgement_fails_once_is_answered_once(live: Wire, outcome: Outcome) -> None:
    with live.discord.failing(CALLBACK, outcome) as fault:
        asked = await live.ask()
        await live.answered(asked, ANSWER)

    assert fault.hits == 1
    assert asked.followups == []


@pytest.mark.fault(5, 6, 7, 8)
@outcomes(*REFUSALS, *BROKEN)
async def test_a_command_whose_answer_fails_once_is_answered_once(live: Wire, outcome: Outcome) -> None:
    with live.discord.failing(FOLLOWUP, outcome) as fault:
        asked = await live.ask()
        await live.answered(asked, ANSWER)

    assert fault.hits == 1
    assert asked.followups == []


@pytest.mark.fault(5, 8)
@outcomes(*LOST)
async def test_an_answer_that_was_served_although_we_cannot_know_is_shown_once(live: Wire, outcome: Outcome) -> None:
    with live.discord.failing(FOLLOWUP, outcome):
        asked = await live.ask()
        await live.discord.changes.until(lambda: len(finished(live, "/webhooks/")) == 2, "a second try")
        await live.works()

    assert ANSWER in seen(asked)
    assert asked.followups == []


@pytest.mark.fault(5, 8, 10)
@outcomes(*LOST)
async def test_a_vote_whose_acknowledgement_was_served_although_we_cannot_know_is_saved_once(live: Wire, outcome: Outcome) -> None:
    voter = live.another("voter")
    message = await live.votable(voter)
    votes = live.bot.rows("SELECT count(*) FROM votes")[0][0]
    live.discord.forget()
    with live.discord.failing(CALLBACK, outcome):
        voted = await live.press(message, "Helpful", by=voter)
        await live.counts(message, "Helpful · 1")

    assert [one.status for one in live.discord.asked("POST", "/callback")][1:] == [400]
    assert live.bot.rows("SELECT count(*) FROM votes") == [(votes + 1,)]
    assert voted.followups == []


@pytest.mark.fault(8)
async def test_an_answer_that_breaks_twice_is_apologized_for_with_a_reference_to_the_log(live: Wire) -> None:
    with live.discord.failing(FOLLOWUP, Reset(), times=2):
        asked = await live.ask()
        answer = shown(await live.answered(asked))

    assert SORRY in answer
    assert f"reference {answer.split()[-1]}: " in live.bot.log
    assert asked.followups == []


@pytest.mark.fault(8)
async def test_discord_that_never_answers_is_given_up(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        await wire.bot.start(changes={PATIENCE: "8"})
        await wire.bot.ready()
        with wire.discord.failing(FOLLOWUP, Silent()) as fault:
            asked = await wire.ask()
            await wire.answered(asked, ANSWER)

        assert fault.hits == 1
        assert asked.followups == []


@pytest.mark.fault(5, 6, 7, 8)
@outcomes(Refused(500), Refused(503), Refused(520), too_many(0.1), Reset(), Truncated(), Page(200), banned(1), *LOST)
async def test_a_mention_whose_reply_fails_once_gets_one_reply(live: Wire, outcome: Outcome) -> None:
    with live.discord.failing(MESSAGES, outcome, method="POST"):
        said = await live.say(f"{live.mention} {QUESTION}")
        await live.discord.changes.until(lambda: len(finished(live, f"/channels/{live.channel.id}/messages")) == 2, "a second try")
        await live.works()

    assert [ANSWER in reply for reply in live.replies_now(said)] == [True]
    assert {one.body["nonce"] for one in live.discord.asked("POST", f"/channels/{live.channel.id}/messages")} == {str(said.id)}


@pytest.mark.fault(6, 7)
@outcomes(Refused(503), Refused(520), too_many(60), too_many(60, everywhere=True))
async def test_a_mention_that_cannot_be_answered_for_long_is_marked(live: Wire, outcome: Outcome) -> None:
    with live.discord.failing(MESSAGES, outcome, method="POST", times=2):
        said = await live.say(f"{live.mention} {QUESTION}")
        await live.discord.changes.until(lambda: live.discord.asked("PUT", f"/messages/{said.id}/reactions/"), "a reaction")
        await live.works()

    assert live.replies_now(said) == []


@pytest.mark.fault(7)
async def test_a_reply_after_which_discord_takes_nothing_for_a_minute_counts_as_sent(live: Wire) -> None:
    posts = f"/channels/{live.review.id}/messages"
    noted = "SELECT 1 FROM answers WHERE channel_id = ? AND message_id IS NOT NULL"
    with live.discord.failing(posts, Exhausted(60), method="POST"):
        said = await live.member.send(live.review, f"{live.mention} {QUESTION}")
        await live.discord.changes.until(lambda: live.bot.rows(noted, live.review.id), "the reply is noted")

    assert live.discord.asked("PUT", f"/messages/{said.id}/reactions/") == []


@pytest.mark.fault(7)
@pytest.mark.parametrize("path", [CALLBACK, FOLLOWUP])
async def test_a_command_that_discord_would_take_in_a_minute_is_refused_at_once_and_says_so(live: Wire, path: str) -> None:
    with live.discord.failing(path, too_many(60)):
        asked = await live.ask()
        await live.answered(asked, "Please try again in 60 seconds")

    assert asked.followups == []


@pytest.mark.fault(7)
async def test_a_banned_address_sends_nothing_until_the_ban_is_over_and_goes_on_by_itself(live: Wire) -> None:
    with live.discord.failing("/webhooks/*", banned(3)) as ban:
        asked = await live.ask()
        await live.bot.logged("nothing is sent for 3 seconds")
        live.discord.forget()
        late = await live.say(f"{live.mention} {QUESTION}")
        await live.answered(asked, ANSWER)
        await live.replies(late)

    assert ban.hits == 1
    assert min(one.at for one in live.discord.requests) >= ban.at + 3


@pytest.mark.fault(9)
async def test_an_interaction_that_is_replayed_too_late_is_logged_once_and_not_tried_again(live: Wire) -> None:
    live.discord.gateway.abort()
    asked = await live.ask(hurry=True)
    live.discord.expire(4)
    await live.bot.logged("Discord no longer accepts it")
    await live.works()

    assert [one.status for one in live.discord.asked("POST", f"/interactions/{asked._interaction.id}/")] == [404]
    assert live.bot.log.count("Discord no longer accepts it") == 1
    assert "Traceback" not in live.bot.log


@pytest.mark.fault(9, 16)
@outcomes(Refused(404, 10015), Refused(401, 50027), Refused(404, 10062))
async def test_a_vote_whose_thanks_come_too_late_is_kept_and_logged_once(live: Wire, outcome: Outcome) -> None:
    voter = live.another("voter")
    message = await live.votable(voter)
    votes = live.bot.rows("SELECT count(*) FROM votes")[0][0]
    with live.discord.failing(FOLLOWUP, outcome) as fault:
        await live.press(message, "Helpful", by=voter)
        await live.bot.logged("Discord no longer accepts it")
        await live.works()

    assert fault.hits == 1
    assert live.bot.log.count("Discord no longer accepts it") == 1
    assert live.bot.rows("SELECT count(*) FROM votes") == [(votes + 1,)]


@pytest.mark.fault(5)
@pytest.mark.soak
@pytest.mark.parametrize("failures", [2, 5])
async def test_a_command_whose_answer_fails_again_and_again_gets_one_message(live: Wire, failures: int) -> None:
    with live.discord.failing(FOLLOWUP, Refused(502), times=failures):
        asked = await live.ask()
        answer = shown(await live.answered(asked))
        await live.works()

    assert (ANSWER if failures == 2 else SORRY) in answer
    assert asked.followups == []


@pytest.mark.fault(5)
@pytest.mark.soak
async def test_a_command_whose_answer_always_fails_leaves_a_line_in_the_log_and_the_bot_alive(live: Wire) -> None:
    with live.discord.failing(FOLLOWUP, Refused(502), times=1000):
        asked = await live.ask()
        await live.bot.logged("the member could not be shown the error")
    await live.works()

    assert seen(asked) == ""
