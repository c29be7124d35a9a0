"""Every body that the bot sends is valid by Discord's own API specification, and within the limits for components."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import simcord
from jsonschema.exceptions import best_match

from tests.conftest import SHARED
from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, option_values, walk

SPECIFICATION = SHARED / "discord-openapi.json"


async def drive(server: Server) -> None:
    """Use everything there is, so that every kind of message is sent."""
    ask = answer_message(await server.member.slash(server.channel, "ask", question="how do i install the tools?"))
    await server.member.click(ask, label="Helpful")
    form = await server.member.click(ask, label="Not helpful")
    await server.member.submit_modal(form, {"reason": ["wrong"], "comment": "c" * 1000, "correction": "d" * 1000})
    for label in ("Why this answer?", "Full section"):
        await server.member.click(ask, label=label)
    await server.member.select(ask, [option_values(ask, "Related topics")[0]])
    with server.unsure():
        unsure = answer_message(await server.member.slash(server.channel, "ask", question="what about patents?"))
    pick = next(str(c["custom_id"]) for c in walk(list(unsure.components)) if str(c.get("custom_id")).startswith("suggestion:"))
    await server.member.click(unsure, custom_id=pick)
    for question in ("hello", "who won the cup?", "@everyone `*_~|<>[](){}#" * 200):
        await server.member.slash(server.channel, "ask", question=question, private=True)
    for name in ("help", "about", "privacy show", "privacy export", "privacy delete"):
        await server.member.slash(server.channel, name)
    await server.administrator.slash(server.channel, "settings", vote_controls=True)
    await server.administrator.slash(server.channel, "admin reload")
    await server.member.autocomplete(server.channel, "ask", "question", "what")
    await server.second.send(server.channel, f"{server.mention} what is copyleft?")


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="Discord's OpenAPI specification is not beside the checkout")
async def test_every_request_body_is_valid_by_discords_specification(server: Server) -> None:
    await drive(server)

    checked = [_validate(request) for request in server.env.http_requests if request.json is not None]
    assert len([name for name in checked if name]) >= 25


async def test_messages_stay_within_the_limits_for_components(server: Server) -> None:
    await drive(server)

    bodies = list(_bodies(server.env))
    assert len(bodies) >= 15
    for body in bodies:
        components = list(walk(body["components"]))
        assert len(components) <= 40
        assert sum(len(str(component.get("content", ""))) for component in components) <= 4000
        assert all(len(str(component.get("custom_id", ""))) <= 100 for component in components)
        assert all(len(str(component.get("label", ""))) <= 80 for component in components)


def _bodies(env: simcord.Env) -> Iterator[dict[str, Any]]:
    for request in env.http_requests:
        if isinstance(request.json, dict):
            body = request.json.get("data") or request.json
            if isinstance(body, dict) and "components" in body:
                yield body


def _validate(request: simcord.HttpLogEntry) -> str:
    """Validate one request's JSON against the schema of its route; return the route, or "" where it is unknown."""
    route = _route(request.method, request.path)
    if route is None:
        return ""
    content = _specification()["paths"][route][request.method.lower()]["requestBody"]["content"]
    body = _with_text_ids(json.loads(json.dumps(request.json)))
    if isinstance(body, dict):
        for attachment in body.get("attachments", []):
            attachment["id"] = str(attachment["id"])
    form = "multipart/form-data" if isinstance(body, dict) and "attachments" in body else "application/json"
    schema = {**content[form]["schema"], "components": _specification()["components"]}
    fault = best_match(jsonschema.Draft202012Validator(schema).iter_errors(body))
    assert fault is None, f"{request.method} {request.path}: {fault.json_path}: {fault.message[:300]}"
    return route


def _with_text_ids(value: Any) -> Any:
    """Return a body with ids as text, as the specification has them; discord.py sends some as numbers, which Discord takes too."""
    if isinstance(value, dict):
        return {key: str(held) if key in _NUMBERED_IDS and isinstance(held, int) else _with_text_ids(held) for key, held in value.items()}
    return [_with_text_ids(held) for held in value] if isinstance(value, list) else value


def _route(method: str, path: str) -> str | None:
    parts = path.partition("?")[0].strip("/").split("/")
    for route, operations in _specification()["paths"].items():
        names = route.strip("/").split("/")
        fits = len(names) == len(parts) and all(name.startswith("{") or name == part for name, part in zip(names, parts, strict=True))
        if fits and "requestBody" in operations.get(method.lower(), {}):
            return str(route)
    return None


_NUMBERED_IDS = ("message_id", "channel_id", "guild_id")
_LOADED: dict[str, Any] = {}


def _specification() -> dict[str, Any]:
    if not _LOADED:
        _LOADED.update(json.loads(SPECIFICATION.read_text(encoding="utf-8")))
    return _LOADED
