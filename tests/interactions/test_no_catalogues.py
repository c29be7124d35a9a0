"""A knowledge folder without catalogues: each lookup says so kindly, and what does not need them works."""

from __future__ import annotations

import pytest

from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, shown


@pytest.mark.parametrize(
    ("command", "options", "text"),
    [
        ("license", {}, "My knowledge base has no licenses."),
        ("license", {"name": "mit"}, "My knowledge base has no licenses."),
        ("license", {"name": "mit", "compare": "gpl"}, "My knowledge base has no licenses."),
        ("license", {"guide": "weights"}, "My knowledge base has no licenses for weights."),
        ("project", {"name": "pytorch"}, "My knowledge base has no projects."),
        ("glossary", {"term": "lora"}, "My knowledge base has no terms."),
        ("timeline", {}, "My knowledge base has no timeline."),
    ],
)
async def test_a_lookup_without_its_catalogue_says_so_to_the_member_alone(
    server: Server, command: str, options: dict[str, str], text: str
) -> None:
    message = answer_message(await server.member.slash(server.channel, command, **options))

    assert shown(message).strip() == text
    assert message.ephemeral


@pytest.mark.parametrize(
    ("command", "options", "text"),
    [
        ("topic", {"name": "copyleft"}, "### Copyleft"),
        ("browse", {}, "Basics"),
        ("fact", {}, "Did you know?"),
        ("sources", {}, "### Sources"),
    ],
)
async def test_topics_areas_facts_and_sources_need_no_catalogue(server: Server, command: str, options: dict[str, str], text: str) -> None:
    assert text in shown(answer_message(await server.member.slash(server.channel, command, **options)))


@pytest.mark.parametrize(("command", "option"), [("license", "name"), ("project", "name"), ("glossary", "term"), ("timeline", "year")])
async def test_there_is_nothing_to_offer_while_typing(server: Server, command: str, option: str) -> None:
    assert await server.member.autocomplete(server.channel, command, option, "m") == []
