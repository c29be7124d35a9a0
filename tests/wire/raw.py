"""Interactions that go around the simulator's model: in numbers that it could not carry, and such as no client would send.

The bot's answers to them are not shown to anybody; ``Discord.raw`` lists them by token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import simcord
from simcord.backend import serializers
from simcord.enums import InteractionType

from tests.wire.simulation import RAW, Discord, snowflake

_COMPONENTS_V2_PRIVATE = 1 << 15 | 1 << 6


@dataclass(frozen=True, slots=True)
class RawInteraction:
    """An interaction as the gateway carries it."""

    token: str
    payload: Mapping[str, Any]

    def deliver(self, to: Discord) -> None:
        """Hand it to the bot; twice is possible, as after an interruption."""
        to.gateway.event("INTERACTION_CREATE", self.payload)


def command(discord: Discord, channel: simcord.ChannelHandle, name: str, *, user_id: int | None = None, **options: str) -> RawInteraction:
    """A slash command with options of text, by somebody of the given id or a new one."""
    given = [{"type": 3, "name": option, "value": value} for option, value in options.items()]
    return _made(discord, channel, InteractionType.APPLICATION_COMMAND, {"id": "1", "name": name, "type": 1, "options": given}, user_id)


def press(discord: Discord, channel: simcord.ChannelHandle, custom_id: str, *, user_id: int | None = None) -> RawInteraction:
    """A press of a button with any ``custom_id``, on a message of the bot."""
    data = {"custom_id": custom_id, "component_type": 2}
    made = _made(discord, channel, InteractionType.MESSAGE_COMPONENT, data, user_id)
    button = {"type": 2, "style": 1, "label": "forged", "custom_id": custom_id}
    return RawInteraction(made.token, {**made.payload, "message": _carrying(discord, channel, button)})


def submit(
    discord: Discord,
    channel: simcord.ChannelHandle,
    custom_id: str,
    fields: Mapping[str, str | Sequence[str]],
    *,
    user_id: int | None = None,
) -> RawInteraction:
    """A form with any ``custom_id`` and any values: text, or what was chosen."""
    rows = [
        {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}}
        if isinstance(value, str)
        else {"type": 18, "component": {"type": 3, "custom_id": name, "values": list(value)}}
        for name, value in fields.items()
    ]
    return _made(discord, channel, InteractionType.MODAL_SUBMIT, {"custom_id": custom_id, "components": rows}, user_id)


def _made(
    discord: Discord, channel: simcord.ChannelHandle, kind: InteractionType, data: Mapping[str, object], user_id: int | None
) -> RawInteraction:
    backend = discord.backend
    number = snowflake()
    token = f"{RAW}{number}"
    place = backend.get_channel(channel.id)
    guild = str(place.guild_id)
    user = {"id": str(user_id or snowflake()), "username": "raw", "discriminator": "0", "avatar": None, "global_name": None}
    member = {
        "user": user,
        "roles": [],
        "joined_at": "2025-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": "1024",
        "avatar": None,
        "nick": None,
        "premium_since": None,
        "pending": False,
        "communication_disabled_until": None,
    }
    payload = {
        "id": str(number),
        "application_id": str(backend.application_id),
        "type": int(kind),
        "token": token,
        "version": 1,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": guild},
        "context": 0,
        "attachment_size_limit": 10_000_000,
        "app_permissions": str(backend.compute_permissions(int(guild), backend.bot_user.id, channel.id)),
        "channel_id": str(channel.id),
        "channel": dict(serializers.channel_payload(backend, place)),
        "guild_id": guild,
        "guild": {"id": guild, "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "member": member,
        "data": dict(data),
    }
    return RawInteraction(token, payload)


def _carrying(discord: Discord, channel: simcord.ChannelHandle, component: Mapping[str, object]) -> dict[str, object]:
    empty: dict[str, object] = {name: [] for name in ("mentions", "mention_roles", "attachments", "embeds")}
    return {
        "id": str(snowflake()),
        "channel_id": str(channel.id),
        "author": dict(serializers.user_payload(discord.backend.bot_user)),
        "content": "",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "pinned": False,
        "type": 0,
        "flags": _COMPONENTS_V2_PRIVATE,
        "components": [{"type": 17, "components": [{"type": 1, "components": [dict(component)]}]}],
        **empty,
    }
