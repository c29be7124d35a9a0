"""/note add and list: sent by members, published by moderators, taken back by whoever wrote them."""

from __future__ import annotations

import pytest
import simcord

from bot.review.community_notes import LONGEST_NOTE, MOST_WAITING
from tests.interactions.conftest import Server
from tests.interactions.forging import choose_forged
from tests.interactions.reading import answer_message, controls, last, option_values, shown
from tests.interactions.reviewing import card, states
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
NOTE = "zebra note, *see* [here](https://evil.example)"


async def add(server: Server, text: str = NOTE, section: str = "Copyleft", **options: object) -> simcord.ResponseMessage:
    return answer_message(await server.member.slash(server.channel, "note add", section=section, text=text, **options))


async def listed(server: Server, who: simcord.MemberActor | None = None, **options: object) -> simcord.ResponseMessage:
    return answer_message(await (who or server.member).slash(server.channel, "note list", **options))


async def approve(server: Server, number: int = 1) -> None:
    await server.moderator.click(await card(server, number), label="Approve note")


async def test_a_note_waits_for_a_moderator_and_is_then_published(server: Server) -> None:
    thanks = await add(server)
    waiting = shown(await listed(server, server.second))
    await approve(server)
    published = shown(await listed(server, server.second))

    assert "A moderator will read your note" in shown(thanks)
    assert "zebra note" not in waiting
    assert "**Copyleft**\nzebra note, \\*see\\*" in published
    assert "[here](" not in published


async def test_a_note_can_be_listed_by_section(server: Server) -> None:
    await add(server)
    await add(server, "about weights", "Open weights")
    for number in (1, 2):
        await approve(server, number)
    text = shown(await listed(server, server.second, section="Open weights"))

    assert "about weights" in text
    assert "zebra" not in text


async def test_a_dismissed_note_is_never_shown(server: Server) -> None:
    await add(server, tell_me=True)
    form = await server.moderator.click(await card(server), label="Dismiss")
    await server.moderator.submit_modal(form, {"reason": "off-topic"})

    assert "zebra" not in shown(await listed(server, server.second))
    assert "decided not to publish it" in shown(last(server.member.user.dm_channel))


async def test_the_writer_is_reported_when_the_note_is_approved(server: Server) -> None:
    await add(server, tell_me=True)
    await approve(server)

    assert "Your note was approved" in shown(last(server.member.user.dm_channel))
    assert rows(server, "SELECT notify_user_id FROM signals") == [(None,)]


@RESTARTED
async def test_a_member_takes_a_note_back(server: Server, restarted: bool) -> None:
    await add(server)
    await approve(server)
    own = await listed(server)
    value = option_values(own, "Take one of your notes back")[0]
    if restarted:
        await server.restart()
    reply = answer_message(await server.member.select(own, [value], custom_id="note:withdraw"))

    assert "Your note is deleted" in shown(reply)
    assert "zebra" not in shown(await listed(server, server.second))
    assert rows(server, "SELECT 1 FROM community_notes") == []


async def test_nobody_takes_back_somebody_elses_note(server: Server) -> None:
    await add(server)
    note = str(rows(server, "SELECT id FROM community_notes")[0][0])
    for who, channel in ((server.second, server.channel), (server.stranger, server.elsewhere)):
        reply = answer_message(await choose_forged(who, channel, "note:withdraw", simcord.enums.ComponentType.STRING_SELECT, [note]))
        assert "not there any more" in shown(reply)

    assert len(rows(server, "SELECT 1 FROM community_notes")) == 1


async def test_a_member_may_have_a_few_notes_waiting_only(server: Server) -> None:
    for number in range(MOST_WAITING):
        await add(server, f"note {number}")
    refused = await add(server, "one too many")

    assert "are waiting for a moderator already" in shown(refused)
    assert len(states(server)) == MOST_WAITING


async def test_a_blank_note_and_one_on_no_section_are_refused(server: Server) -> None:
    blank = await add(server, " \n ")
    nowhere = await add(server, "text", "no such section")

    assert "The note is empty" in shown(blank)
    assert "I do not know which section you mean" in shown(nowhere)
    assert states(server) == []


async def test_the_longest_note_fits_and_is_shown(server: Server) -> None:
    await add(server, "*" * LONGEST_NOTE)
    await approve(server)

    assert "\\*" in shown(await listed(server, server.second))


@RESTARTED
async def test_many_notes_are_paged(server: Server, restarted: bool) -> None:
    for number in range(6):
        who = (server.member, server.second)[number % 2]
        await who.slash(server.channel, "note add", section="Copyleft", text=f"note number {number}")
        await approve(server, number + 1)
    message = await listed(server)
    if restarted:
        await server.restart()
    await server.member.click(message, label="Next page")

    assert "note number 0" in shown(message)
    assert "note number 5" not in shown(message)
    assert "Previous page" in controls(message)


async def test_the_next_page_of_notes_skips_none_although_one_was_taken_back(server: Server) -> None:
    for number in range(7):
        who = (server.member, server.second)[number % 2]
        await who.slash(server.channel, "note add", section="Copyleft", text=f"note number {number}")
        await approve(server, number + 1)
    message = await listed(server, server.moderator)
    await choose_forged(server.member, server.channel, "note:withdraw", simcord.enums.ComponentType.STRING_SELECT, ["7"])
    await server.moderator.click(message, label="Next page")

    assert all(f"note number {number}" in shown(message) for number in (0, 1))


async def test_the_section_is_completed_while_typing(server: Server) -> None:
    choices = await server.member.autocomplete(server.channel, "note add", "section", "open w")

    assert choices[0]["name"].startswith("Open weights")


async def test_notes_of_another_server_are_not_listed(server: Server) -> None:
    await add(server)
    await approve(server)
    text = shown(answer_message(await server.stranger.slash(server.elsewhere, "note list")))

    assert "zebra" not in text
