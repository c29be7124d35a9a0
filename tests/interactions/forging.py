"""Interactions that no client would offer: any custom id, in any channel. The simulator only lets real controls be pressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import pytest
import simcord
from simcord import actors, interactions
from simcord.backend import serializers
from simcord.backend.models import Message
from simcord.enums import ComponentType, InteractionType

_COMPONENTS_V2 = 1 << 15


def _carrying(actor: simcord.MemberActor, channel: simcord.ChannelHandle, component: Mapping[str, object]) -> Message:
    """Return a message of the bot that carries a forged control."""
    backend = actor._env.backend
    container = {"type": 17, "components": [{"type": 1, "components": [dict(component)]}]}
    return backend.create_message(channel.id, backend.bot_user.id, components=[container], flags=_COMPONENTS_V2)


async def press_forged(actor: simcord.MemberActor, channel: simcord.ChannelHandle, custom_id: str) -> simcord.InteractionResult:
    """Press a button with any custom id, as a modified client can."""
    backend = actor._env.backend
    button = {"type": 2, "style": 1, "label": "forged", "custom_id": custom_id}
    message = _carrying(actor, channel, button)
    return await actors._dispatch_actor_interaction(
        actor,
        InteractionType.MESSAGE_COMPONENT,
        channel,
        {"custom_id": custom_id, "component_type": ComponentType.BUTTON},
        extra={"message": dict(serializers.message_payload(backend, message))},
        source_message_id=message.id,
    )


async def choose_forged(
    actor: simcord.MemberActor, channel: simcord.ChannelHandle, custom_id: str, kind: ComponentType, values: Sequence[str]
) -> simcord.InteractionResult:
    """Choose any values in a select with any custom id, as a modified client can; roles and channels are not resolved."""
    backend = actor._env.backend
    select: dict[str, object] = {"type": int(kind), "custom_id": custom_id, "max_values": 1, "min_values": 0}
    if kind is ComponentType.STRING_SELECT:
        select["options"] = [{"label": "offered", "value": "offered"}]
    message = _carrying(actor, channel, select)
    return await actors._dispatch_actor_interaction(
        actor,
        InteractionType.MESSAGE_COMPONENT,
        channel,
        {"custom_id": custom_id, "component_type": kind, "values": list(values)}
        | ({} if kind is ComponentType.STRING_SELECT else {"resolved": {}}),
        extra={"message": dict(serializers.message_payload(backend, message))},
        source_message_id=message.id,
    )


async def submit_forged(
    actor: simcord.MemberActor, channel: simcord.ChannelHandle, custom_id: str, fields: Mapping[str, str | Sequence[str]]
) -> simcord.InteractionResult:
    """Submit a form with any custom id and values, as a modified client can."""
    components = [
        {
            "type": ComponentType.LABEL,
            "component": {"type": ComponentType.TEXT_INPUT, "custom_id": name, "value": value}
            if isinstance(value, str)
            else {"type": ComponentType.STRING_SELECT, "custom_id": name, "values": list(value)},
        }
        for name, value in fields.items()
    ]
    return await actors._dispatch_actor_interaction(
        actor, InteractionType.MODAL_SUBMIT, channel, {"custom_id": custom_id, "components": components}
    )


async def press_together(
    presses: Sequence[tuple[simcord.MemberActor, simcord.ResponseMessage, str]], deliveries: int = 1
) -> list[simcord.InteractionResult]:
    """Deliver several presses at once, so that the bot handles them at the same time, and each as often as it should come."""
    env = presses[0][0]._env
    records = []
    for actor, shown, custom_id in presses:
        message = env.backend.get_message(shown.channel_id, shown.id)
        record, payload = interactions.base_payload(
            env.backend,
            type=InteractionType.MESSAGE_COMPONENT,
            channel_id=shown.channel_id,
            guild_id=actor.guild.id,
            user_id=actor.id,
            data={"custom_id": custom_id, "component_type": ComponentType.BUTTON},
        )
        payload["message"] = dict(serializers.message_payload(env.backend, message))
        record.source_message_id = message.id
        for _ in range(deliveries):
            env.backend.emit("INTERACTION_CREATE", payload)
        records.append(record)
    await env.settle()
    return [simcord.InteractionResult(env, record) for record in records]


async def slash_from_foreign_server(
    actor: simcord.MemberActor, channel: simcord.ChannelHandle, name: str, guild_id: int, options: Mapping[str, str]
) -> simcord.InteractionResult:
    """Use a command as a member who installed the bot for themselves does in a server that has not; the simulator has no such installs."""
    root = actor._resolve_root(name, 1, channel.id)
    given = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
    return await actors._dispatch_actor_interaction(
        actor,
        InteractionType.APPLICATION_COMMAND,
        channel,
        {"id": root["id"], "name": name, "type": 1, "options": given},
        extra=_foreign(guild_id, actor.id),
    )


async def press_in_foreign_server(
    actor: simcord.MemberActor, channel: simcord.ChannelHandle, message: simcord.ResponseMessage, custom_id: str, guild_id: int, owner: int
) -> simcord.InteractionResult:
    """Press a button in such a server, on a message that answers the member ``owner``."""
    backend = actor._env.backend
    stored = backend.get_message(channel.id, message.id)
    return await actors._dispatch_actor_interaction(
        actor,
        InteractionType.MESSAGE_COMPONENT,
        channel,
        {"custom_id": custom_id, "component_type": ComponentType.BUTTON},
        extra={"message": dict(serializers.message_payload(backend, stored)), **_foreign(guild_id, owner)},
        source_message_id=message.id,
    )


@contextmanager
def in_foreign_server(actor: simcord.MemberActor, guild_id: int) -> Iterator[None]:
    """Let whatever a member does come from such a server, with the permissions that they have where they act."""
    backend = actor._env.backend
    emit = backend.emit

    def moved(event: str, payload: Mapping[str, object]) -> None:
        emit(event, {**payload, **_foreign(guild_id, actor.id)} if event == "INTERACTION_CREATE" else payload)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backend, "emit", moved)
        yield


def _foreign(guild_id: int, owner: int) -> dict[str, object]:
    return {"guild_id": str(guild_id), "guild": {"id": str(guild_id), "features": [], "locale": "en-US"},
            "authorizing_integration_owners": {"1": str(owner)}}  # fmt: skip
