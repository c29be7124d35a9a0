"""Discord's own API specification, and what the bot sent as seen by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import simcord
from jsonschema.exceptions import best_match

from tests.conftest import SHARED

SPECIFICATION = SHARED / "discord-openapi.json"
_NUMBERED_IDS = ("message_id", "channel_id", "guild_id", "recipient_id")


def bodies_of(env: simcord.Env) -> Iterator[dict[str, Any]]:
    """What was sent with components."""
    for request in env.http_requests:
        if isinstance(request.json, dict):
            body = request.json.get("data") or request.json
            if isinstance(body, dict) and "components" in body:
                yield body


def validate(request: simcord.HttpLogEntry) -> str:
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
        chosen = value.get("type") in ("role", "channel")  # what a select has chosen already
        return {
            key: str(held) if (key in _NUMBERED_IDS or (chosen and key == "id")) and isinstance(held, int) else _with_text_ids(held)
            for key, held in value.items()
        }
    return [_with_text_ids(held) for held in value] if isinstance(value, list) else value


def _route(method: str, path: str) -> str | None:
    parts = path.partition("?")[0].strip("/").split("/")
    for route, operations in _specification()["paths"].items():
        names = route.strip("/").split("/")
        fits = len(names) == len(parts) and all(name.startswith("{") or name == part for name, part in zip(names, parts, strict=True))
        if fits and "requestBody" in operations.get(method.lower(), {}):
            return str(route)
    return None


@cache
def _specification() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    return loaded
