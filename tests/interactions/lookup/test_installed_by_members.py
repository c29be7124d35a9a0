"""A member who installed the bot for themselves uses it in a server that has not: nothing there is that server's."""

from __future__ import annotations

from dataclasses import replace

from tests.integration.rows import second_program
from tests.interactions.conftest import Server
from tests.interactions.forging import in_foreign_server, press_forged, press_in_foreign_server, slash_from_foreign_server
from tests.interactions.reading import answer_message, controls, shown, vote
from tests.interactions.rows import rows, votes

FOREIGN = 1_500_000_000_000_000_000


async def test_a_lookup_there_is_answered_and_stored_as_in_a_direct_message(server: Server) -> None:
    await server.stages.guilds.change(FOREIGN, server.administrator.id, lambda now: replace(now, vote_controls=False))
    message = answer_message(await slash_from_foreign_server(server.member, server.channel, "license", FOREIGN, {"name": "mit"}))

    assert "The MIT License is a short permissive license." in shown(message)
    assert "Helpful" in controls(message)  # the settings of that server play no part
    member_hash = server.stages.hasher.hash(0, server.member.id)
    assert rows(server, "SELECT guild_id, member_hash FROM answers") == [(0, member_hash)]


async def test_others_there_can_vote_on_it(server: Server) -> None:
    message = answer_message(await slash_from_foreign_server(server.member, server.channel, "license", FOREIGN, {"name": "mit"}))
    for actor in (server.member, server.second):
        await press_in_foreign_server(actor, server.channel, message, vote(message, "Helpful"), FOREIGN, owner=server.member.id)

    assert "Helpful · 2" in controls(message)
    assert len(votes(server)) == 2
    assert rows(server, "SELECT DISTINCT guild_id FROM votes") == [(0,)]


async def test_an_answer_of_a_server_that_has_the_bot_is_not_found_from_there(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "license", name="mit"))
    reply = await press_in_foreign_server(
        server.member, server.channel, message, controls(message)["Helpful"], FOREIGN, owner=server.member.id
    )

    assert "no longer available" in shown(answer_message(reply))
    assert votes(server) == []


async def test_the_channels_and_moderators_of_that_server_play_no_part(server: Server) -> None:
    await server.stages.guilds.change(FOREIGN, server.administrator.id, lambda now: replace(now, answer_channels=frozenset({1})))
    looked_up = answer_message(await slash_from_foreign_server(server.member, server.channel, "license", FOREIGN, {"name": "mit"}))
    asked = answer_message(await slash_from_foreign_server(server.member, server.channel, "ask", FOREIGN, {"question": "who won the cup?"}))
    with in_foreign_server(server.member, FOREIGN):
        form = await server.member.click(looked_up, label="Not helpful")

    assert not looked_up.ephemeral
    assert "do not answer in this channel" not in shown(asked)
    assert "Ask a moderator" not in controls(asked)
    assert form.modal is not None
    assert "Tell me" not in str(form.modal)


async def test_notes_that_were_published_there_are_not_shown_under_sections(server: Server) -> None:
    section = server.stages.knowledge.engine.corpus.sections[0]
    await server.member.slash(server.channel, "note add", section=section.key, text="zebra note")
    await press_forged(server.moderator, server.channel, "review:approve:1")
    here = answer_message(await press_forged(server.member, server.channel, f"section:page:{section.key}:0"))
    with second_program(server.stages.database.path) as program:
        program.execute("UPDATE community_notes SET guild_id = ?", (FOREIGN,))
        program.execute("UPDATE cases SET guild_id = ?", (FOREIGN,))
    with in_foreign_server(server.member, FOREIGN):
        there = answer_message(await press_forged(server.member, server.channel, f"section:page:{section.key}:0"))

    assert "zebra note" in shown(here)
    assert "zebra note" not in shown(there)
