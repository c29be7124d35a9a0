"""A member who installed the bot for themselves uses it in a server that has not: nothing there is that server's."""

from __future__ import annotations

from dataclasses import replace

from tests.interactions.conftest import Server
from tests.interactions.forging import press_in_foreign_server, slash_from_foreign_server
from tests.interactions.reading import answer_message, controls, shown
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
        told = await press_in_foreign_server(actor, server.channel, message, controls(message)["Helpful"], FOREIGN, owner=server.member.id)
        assert "your vote is saved" in shown(answer_message(told))

    assert len(votes(server)) == 2
    assert rows(server, "SELECT DISTINCT guild_id FROM votes") == [(0,)]


async def test_an_answer_of_a_server_that_has_the_bot_is_not_found_from_there(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "license", name="mit"))
    told = await press_in_foreign_server(
        server.member, server.channel, message, controls(message)["Helpful"], FOREIGN, owner=server.member.id
    )

    assert "no longer available" in shown(answer_message(told))
    assert votes(server) == []
