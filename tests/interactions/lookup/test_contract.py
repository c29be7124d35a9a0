"""Every body that a lookup sends is valid by Discord's own specification, and within the limits for components."""

from __future__ import annotations

import pytest

from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, controls, last, option_values, walk
from tests.interactions.specification import SPECIFICATION, bodies_of, validate


async def drive(server: Server) -> None:
    """Look everything up and press everything, as two members so that neither is over the limit."""
    for command, options in (
        ("license", {"name": "mit"}), ("license", {"name": "mit", "compare": "apache"}), ("license", {}), ("license", {"guide": "code"}),
        ("license", {"name": "zebra"}), ("project", {"name": "torch"}), ("glossary", {"term": "lora"}),
        ("topic", {"name": "signs of openwashing"}),
    ):  # fmt: skip
        await server.member.slash(server.channel, command, **options)
    for command, options in (("timeline", {}), ("timeline", {"year": "3000"}), ("fact", {}), ("sources", {})):
        await server.second.slash(server.channel, command, **options)
    message = answer_message(await server.second.slash(server.channel, "timeline"))
    await server.second.click(message, label="Older")
    await server.member.click(message, label="Newer")
    browse = answer_message(await server.second.slash(server.channel, "browse"))
    await server.second.select(browse, [option_values(browse, "Choose an area")[0]])
    await server.second.select(last(server.channel), [option_values(last(server.channel), "Choose an article")[0]])
    await server.second.click(last(server.channel), custom_id=controls(last(server.channel))["All areas"])
    await server.member.autocomplete(server.channel, "license", "name", "")


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="Discord's OpenAPI specification is not beside the checkout")
async def test_every_request_body_is_valid_by_discords_specification(server: Server) -> None:
    await drive(server)

    checked = [validate(request) for request in server.env.http_requests if request.json is not None]
    assert len([name for name in checked if name]) >= 25


@pytest.mark.fault(14)
async def test_messages_stay_within_the_limits_for_components(server: Server) -> None:
    await drive(server)

    bodies = list(bodies_of(server.env))
    assert len(bodies) >= 15
    for body in bodies:
        components = list(walk(body["components"]))
        assert len(components) <= 40
        assert sum(len(str(component.get("content", ""))) for component in components) <= 4000
        ids = [str(component["custom_id"]) for component in components if "custom_id" in component]
        assert len(ids) == len(set(ids))
        assert all(len(name) <= 100 for name in ids)
