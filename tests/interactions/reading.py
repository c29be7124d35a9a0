"""Reading messages as a member does: the text of all blocks, and the labels of all controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import discord
import simcord

Json = Mapping[str, object]
Message = simcord.ResponseMessage | discord.Message


def raw_components(message: Message) -> list[Json]:
    if isinstance(message, simcord.ResponseMessage):
        return list(message.components)
    return [component.to_dict() for component in message.components]


def walk(node: object) -> Iterator[Json]:
    """Yield every component of a message, nested ones too."""
    if isinstance(node, Mapping):
        yield node
        for key in ("components", "component", "accessory"):
            yield from walk(node.get(key))
    elif isinstance(node, list):
        for child in node:
            yield from walk(child)


def shown(message: Message) -> str:
    """Return all text of a message."""
    parts = [str(component["content"]) for component in walk(raw_components(message)) if "content" in component]
    return "\n".join([message.content, *parts])


def controls(message: Message) -> dict[str, str]:
    """Return the custom id of each button by its label, and of each select by its placeholder."""
    return {
        str(component.get("label") or component.get("placeholder")): str(component["custom_id"])
        for component in walk(raw_components(message))
        if "custom_id" in component
    }


def vote(message: Message, label: str) -> str:
    """The custom id of a vote button, whatever count stands on it."""
    return next(custom_id for name, custom_id in controls(message).items() if name.partition(" · ")[0] == label)


async def behind_the_dots(actor: simcord.MemberActor, message: Message) -> simcord.ResponseMessage:
    """Press the three dots under an answer; what they show to whoever pressed."""
    return answer_message(await actor.click(message, custom_id=controls(message)["⋯"]))


async def why(actor: simcord.MemberActor, message: Message, label: str = "Why this answer?") -> simcord.ResponseMessage:
    """The plain words behind the three dots."""
    return answer_message(await actor.click(await behind_the_dots(actor, message), label=label))


async def details(actor: simcord.MemberActor, message: Message, label: str = "Why this answer?") -> simcord.ResponseMessage:
    """The arithmetic behind the plain words."""
    return answer_message(await actor.click(await why(actor, message, label), label="Details"))


def last(channel: simcord.ChannelHandle) -> discord.Message:
    """Return the newest message of a channel."""
    message = channel.last_message
    assert message is not None, "the channel is empty"
    return message


def sent_messages(env: simcord.Env) -> list[dict[str, Any]]:
    """Return every message body with components that the bot has sent, in order."""
    bodies = [request.json.get("data", request.json) for request in env.http_requests if isinstance(request.json, dict)]
    return [body for body in bodies if isinstance(body, dict) and "components" in body and "title" not in body]


def option_values(message: Message, placeholder: str) -> list[str]:
    """Return the values that a select offers."""
    for component in walk(raw_components(message)):
        if component.get("placeholder") == placeholder:
            options = component["options"]
            assert isinstance(options, list)
            return [str(option["value"]) for option in options]
    raise AssertionError(f"no select {placeholder!r}")


def answer_message(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """Return the message that answers an interaction."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None, "the interaction was not answered"
    return message
