"""What the log keeps of lookups for good: text of the knowledge base, and nothing that was typed."""

from __future__ import annotations

import pytest

from tests.interactions.conftest import Server
from tests.interactions.lookup.logged import LOGGED
from tests.interactions.reading import answer_message
from tests.interactions.rows import rows


@pytest.mark.parametrize(("command", "options", "text", "asked"), LOGGED)
async def test_what_is_kept_of_a_lookup_is_plain_text_of_the_knowledge_base_without_what_was_typed(
    server: Server, command: str, options: dict[str, str], text: str, asked: str
) -> None:
    assert text
    assert asked
    await server.member.slash(server.channel, command, **options)
    ((kept,),) = rows(server, "SELECT text FROM shown_texts")

    assert kept.strip()
    assert not any(mark in kept for mark in ("###", "-#", "**", "__", "\\", "licences"))


async def test_a_kept_timeline_is_its_events(server: Server) -> None:
    await server.member.slash(server.channel, "timeline", **{"from": "2022", "about": "licences"})

    assert rows(server, "SELECT text FROM shown_texts") == [("May 2, 2022: A license for models is published.",)]


async def test_votes_on_the_same_lookup_make_one_case(server: Server) -> None:
    for actor, name in ((server.member, "mit"), (server.second, "MIT license")):
        message = answer_message(await actor.slash(server.channel, "license", name=name))
        await actor.submit_modal(await actor.click(message, label="Not helpful"), {"reason": ["outdated"]})

    assert rows(server, "SELECT signals FROM cases") == [(2,)]
    assert rows(server, "SELECT DISTINCT normalized_question IS NULL FROM answers") == [(0,)]
