"""/review gaps and the weeks of /review stats: for moderators, without a word of one member, and also after a restart."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from simcord.enums import ComponentType

from bot.exts.review.gaps import GapMaintenance, digest_line
from bot.gaps.gaps import GapCounts
from bot.guilds.settings import DigestRhythm
from bot.storage.tables import answers, votes
from tests.interactions.conftest import Server
from tests.interactions.forging import choose_forged, press_forged
from tests.interactions.reading import answer_message, controls, last, option_values, raw_components, shown, walk
from tests.interactions.reviewing import GAP_QUESTIONS, ask, one_case, one_gap
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
GONE = "no longer available"


async def maybe_restart(server: Server, restarted: bool) -> None:
    if restarted:
        await server.restart()


@RESTARTED
async def test_a_gap_is_listed_opened_set_aside_and_opened_again(server: Server, restarted: bool) -> None:
    await one_gap(server)
    listed = answer_message(await server.moderator.slash(server.channel, "review gaps"))
    first = shown(listed)
    (value,) = option_values(listed, "Open a gap")
    await maybe_restart(server, restarted)
    await server.moderator.select(listed, [value], custom_id=controls(listed)["Open a gap"])
    opened = shown(listed)
    await server.moderator.click(listed, label="Set aside")
    aside = shown(listed)
    await maybe_restart(server, restarted)
    await server.moderator.click(listed, label="Back to the list")
    closed = shown(listed)
    await server.moderator.select(listed, [value], custom_id=controls(listed)["Open a gap"])
    await server.moderator.click(listed, label="Open again")
    again = shown(listed)

    assert listed.ephemeral
    for text in (first, opened):
        assert "3 members since" in text or "3 members asked 3 questions, from" in text
        assert "Out of scope" in text
    assert "quantize" in first
    assert "**The knowledge base has never seen** " in opened
    assert "· set aside" in aside
    assert "### Closed gaps" in closed
    assert "set aside" in closed
    assert "· set aside" not in again
    assert not any(question in text for question in GAP_QUESTIONS for text in (first, opened, aside, closed, again))


async def test_of_two_members_nothing_is_listed(server: Server) -> None:
    for who, question in zip((server.member, server.second), GAP_QUESTIONS, strict=False):
        await ask(server, who, question)

    listed = answer_message(await server.moderator.slash(server.channel, "review gaps"))

    assert "No gaps now" in shown(listed)
    assert "quantize" not in shown(listed)


@pytest.mark.parametrize("custom_id", ["review:gap-aside:{gap}", "review:gap-reopen:{gap}"])
async def test_the_gap_of_another_server_is_not_there(server: Server, custom_id: str) -> None:
    key = await one_gap(server)
    before = rows(server, "SELECT * FROM gaps")

    pressed = answer_message(await press_forged(server.foreign_moderator, server.elsewhere, custom_id.format(gap=key)))
    chosen = await choose_forged(server.foreign_moderator, server.elsewhere, "review:gap", ComponentType.STRING_SELECT, [key])
    listed = answer_message(await server.foreign_moderator.slash(server.elsewhere, "review gaps"))

    assert GONE in shown(pressed)
    assert GONE in shown(answer_message(chosen))
    assert "quantize" not in shown(listed)
    assert rows(server, "SELECT * FROM gaps") == before


async def test_members_and_moderators_of_another_server_see_no_gaps(server: Server) -> None:
    await one_gap(server)
    refused = shown(answer_message(await server.member.slash(server.channel, "review gaps")))
    foreign = shown(answer_message(await server.foreign_moderator.slash(server.elsewhere, "review gaps")))

    assert "That is for moderators" in refused
    assert "quantize" not in refused
    assert "quantize" not in foreign


@pytest.mark.parametrize("form", ["csv", "jsonl", "md"])
async def test_an_export_holds_numbers_and_shared_words_and_is_in_the_audit_log(server: Server, form: str) -> None:
    key = await one_gap(server)

    message = answer_message(await server.moderator.slash(server.channel, "review gaps", export=form))
    content = (await message.attachments[0].read()).decode("utf-8-sig")

    assert message.ephemeral
    assert key in content
    assert "gguf" in content
    assert not any(question in content for question in GAP_QUESTIONS)
    assert not any(str(row[0]) in content for row in rows(server, "SELECT member_hash FROM answers"))
    if form == "jsonl":
        (row,) = map(json.loads, content.splitlines())
        assert (row["askers"], row["questions"], row["kind"]) == (3, 3, "out-of-scope")
    assert rows(server, "SELECT action, detail FROM audit") == [("exported", f"gaps {form}")]


async def test_a_digest_has_a_line_about_gaps(server: Server) -> None:
    await one_gap(server)
    channel = server.guild.create_text_channel("review")
    await server.stages.guilds.change(
        server.guild.id, server.administrator.id, lambda now: replace(now, review_channel_id=channel.id, digest=DigestRhythm.DAILY)
    )
    async with server.stages.database.write() as connection:
        await connection.execute(sa.text("UPDATE guild_settings SET digest_sent_at = 0"))
    cog = server.env.bot.get_cog("ReviewMaintenance")  # type: ignore[attr-defined]
    await cog._post_digests()
    await server.env.settle()

    posted = shown(last(channel))
    assert "Review digest" in posted
    assert "**Gaps** 0 new, 0 answered, 1 open" in posted
    assert "quantize" not in posted
    assert digest_line(GapCounts(0, 0, 0)) == ""


async def test_gaps_are_looked_for_without_anybody_asking(server: Server) -> None:
    for who, question in zip((server.member, server.second, server.second_moderator), GAP_QUESTIONS, strict=True):
        await ask(server, who, question)
    cog = server.env.bot.get_cog("GapMaintenance")  # type: ignore[attr-defined]
    assert isinstance(cog, GapMaintenance)

    await cog.look.coro(cog)

    assert rows(server, "SELECT count(*) FROM gaps") == [(1,)]


async def vote_many(server: Server, confidence: float, helpful: int, against: int) -> None:
    """Let many members vote on answers of one confidence."""
    message = await ask(server)
    assert message is not None
    async with server.stages.database.write() as connection:
        (answer,) = (await connection.execute(sa.select(sa.func.max(answers.c.id)))).one()
        await connection.execute(sa.update(answers).where(answers.c.id == answer).values(confidence=confidence))
        moment = datetime.now(UTC)
        voted = [
            {
                "answer": answer,
                "guild_id": server.guild.id,
                "member_hash": f"m{answer}-{number}",
                "helpful": number < helpful,
                "voted_at": moment,
            }
            for number in range(helpful + against)
        ]
        await connection.execute(sa.insert(votes), voted)


@RESTARTED
async def test_stats_say_by_week_what_members_got_and_propose_a_threshold_that_an_administrator_accepts(
    server: Server, restarted: bool
) -> None:
    await vote_many(server, 0.93, 46, 6)
    await vote_many(server, 0.86, 46, 4)
    await vote_many(server, 0.72, 3, 9)
    await ask(server, server.second, "who won the cup?")
    result = await server.moderator.slash(server.channel, "review stats", days=30)
    weeks = result.followups[-1]
    await maybe_restart(server, restarted)
    refused = answer_message(await server.moderator.click(weeks, label="See what 86 % changes"))
    before = rows(server, "SELECT answer_threshold FROM guild_settings")
    theirs = (await server.administrator.slash(server.channel, "review stats", days=30)).followups[-1]
    await maybe_restart(server, restarted)
    accepted = answer_message(await server.administrator.click(theirs, label="See what 86 % changes"))
    unsaved = rows(server, "SELECT answer_threshold FROM guild_settings")
    await maybe_restart(server, restarted)
    await server.administrator.click(accepted, label="Save")

    text = shown(weeks)
    assert weeks.ephemeral
    assert "3 answered right away, 0 after suggestions, 0 with suggestions that nobody took, 1 declined" in text
    assert "said 93 %, 46 of 52 helpful" in text
    assert "Answer from 86 % on (now 75 %). From there, voters found helpful: 90 % of 102 votes" in text
    assert text.count("**Week of") == 1  # weeks in which nothing happened are left out
    image = next(item for item in walk(raw_components(weeks)) if "items" in item)
    assert "Where the bot said 70 to 80 %, answers helped less often." in str(image["items"])
    assert "Only members who may manage this server" in shown(refused)
    assert before in ([], [(None,)])
    assert unsaved == before
    assert "from now on I answer here from 86 % on" in shown(accepted)
    assert rows(server, "SELECT answer_threshold FROM guild_settings") == [(0.86,)]
    assert ("changed-setting", "answer_threshold: default → 0.86") in rows(server, "SELECT action, detail FROM audit")


async def test_without_votes_the_weeks_stand_alone(server: Server) -> None:
    await one_case(server)
    result = await server.foreign_moderator.slash(server.elsewhere, "review stats")

    text = shown(result.followups[-1])
    assert "Did it help?" in text
    assert "No votes on answers in this period" in text


async def test_a_threshold_that_nobody_can_have_is_refused(server: Server) -> None:
    pressed = answer_message(await press_forged(server.administrator, server.channel, "review:threshold:07"))

    assert GONE in shown(pressed)
    assert rows(server, "SELECT answer_threshold FROM guild_settings WHERE answer_threshold IS NOT NULL") == []
