"""A Discord of thousands of servers, for load: small, so that it takes little from the bot beside which it runs.

Where ``simulation`` keeps a model of everything, this one knows servers with some channels, and interactions and messages in them. It takes
every request, keeps what each interaction was answered with and when, and hands each event to the one connection that has the shard. What
happens while a shard has none is lost, as on Discord, and counted. A session is never resumed.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.wire.changes import Changes
from tests.wire.gateway import Socket
from tests.wire.simulation import snowflake

DEFERRED = (5, 6)
"""The types of an answer that says only that another will come, or that the message will change."""
_API = "/api/v10"
_HELLO, _HEARTBEAT, _ACK, _IDENTIFY, _RESUME, _INVALID = 10, 1, 11, 2, 6, 9
_HEARTBEAT_MS = 41_250
_APPLICATION = "1000"
_BOT = {"id": _APPLICATION, "username": "faq", "discriminator": "0", "avatar": None, "global_name": None, "bot": True}
_CHANNELS, _ROLES = 20, 10
_EVERYTHING = str((1 << 47) - 1)


@dataclass(slots=True)
class Exchange:
    """An interaction and what came of it."""

    shard: int
    sent: float
    """By ``time.monotonic()``, as the other times."""
    delivered: bool
    """Whether a connection had the shard."""
    acknowledged: float | None = None
    finished: float | None = None
    """When something was said that is not only a promise."""
    answers: int = 0
    """How often something was said that is not only a promise; a message that is changed twice counts twice."""
    callbacks: int = 0
    said: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Community:
    """A server and one of its channels."""

    id: int
    channel: int


class Crowd:
    """Servers, the connections of a bot that is in them, and what it answers."""

    def __init__(self, servers: int, shards: int, concurrency: int = 1) -> None:
        self.changes = Changes()
        self.shards = shards
        self.communities = [self._community(number) for number in range(servers)]
        self.exchanges: dict[str, Exchange] = {}
        """By the interaction's token."""
        self.identified: list[tuple[int, float]] = []
        """Which shard identified when."""
        self.silences: list[float] = []
        """Seconds for which a shard had no connection, each time one came after another."""
        self.unknown: list[str] = []
        """Requests that nothing here answers."""
        self.address = ""
        self._concurrency = concurrency
        self._numbers = itertools.count(1)
        self._sockets: dict[int, tuple[Socket, itertools.count[int]]] = {}
        self._left: dict[int, float] = {}

    def _community(self, number: int) -> Community:
        """A server of a shard of its own turn: the bits above the 22nd decide."""
        first = (1_000_000 + number) << 22
        return Community(first, first + 1)

    def shard_of(self, community: Community) -> int:
        """The shard that hears of a server."""
        return (community.id >> 22) % self.shards

    def has(self, shard: int) -> bool:
        """Whether a shard has a connection."""
        return shard in self._sockets

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Crowd]:
        """Serve on a free port of this computer."""
        app = web.Application()
        app.router.add_get("/gateway", self._connection)
        app.router.add_get("/gateway/", self._connection)
        app.router.add_route("*", _API + "/{tail:.*}", self._request)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            self.address = f"http://{host}:{port}"
            yield self
        finally:
            await runner.cleanup()

    # What happens in the servers

    def command(self, community: Community, name: str, member: int, *, typing: bool = False, **options: str) -> Exchange:
        """Somebody uses a slash command with options of text; or still types the last one of them."""
        given: list[dict[str, object]] = [{"type": 3, "name": option, "value": value} for option, value in options.items()]
        if typing:
            given[-1]["focused"] = True
        return self._interaction(community, 4 if typing else 2, {"id": "1", "name": name, "type": 1, "options": given}, member)

    def press(self, community: Community, custom_id: str, member: int) -> Exchange:
        """Somebody presses a button of the bot."""
        button = {"type": 2, "style": 1, "label": "button", "custom_id": custom_id}
        row = {"type": 17, "components": [{"type": 1, "components": [button]}]}
        message = {**_message(community, _BOT), "flags": 1 << 15, "components": [row]}
        return self._interaction(community, 3, {"custom_id": custom_id, "component_type": 2}, member, message=message)

    def message(self, community: Community, member: int) -> None:
        """Somebody writes something that is none of the bot's business; without the privilege, its text stays hidden."""
        self._tell(self.shard_of(community), "MESSAGE_CREATE", {**_message(community, _user(member)), "guild_id": str(community.id)})

    def _interaction(self, community: Community, kind: int, data: Mapping[str, object], member: int, **more: object) -> Exchange:
        number = snowflake()
        token = f"token-{number}"
        shard = self.shard_of(community)
        payload = {
            "id": str(number),
            "application_id": _APPLICATION,
            "type": kind,
            "token": token,
            "version": 1,
            "locale": "en-US",
            "guild_locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(community.id)},
            "context": 0,
            "attachment_size_limit": 10_000_000,
            "app_permissions": _EVERYTHING,
            "channel_id": str(community.channel),
            "channel": {"id": str(community.channel), "type": 0, "name": "general", "guild_id": str(community.id), "permissions": "0"},
            "guild_id": str(community.id),
            "guild": {"id": str(community.id), "locale": "en-US", "features": []},
            "member": {**_membership(), "user": _user(member), "permissions": "1024"},
            "data": data,
            **more,
        }
        made = self.exchanges[token] = Exchange(shard, time.monotonic(), self._tell(shard, "INTERACTION_CREATE", payload))
        return made

    def _tell(self, shard: int, kind: str, data: object) -> bool:
        """Hand an event to the connection of a shard; False where it has none."""
        if shard not in self._sockets:
            return False
        socket, numbers = self._sockets[shard]
        socket.send(json.dumps({"op": 0, "t": kind, "s": next(numbers), "d": data}))
        return True

    # The gateway

    async def _connection(self, request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(max_msg_size=1 << 20)
        await websocket.prepare(request)
        socket = Socket(websocket, request)
        socket.send(json.dumps({"op": _HELLO, "d": {"heartbeat_interval": _HEARTBEAT_MS}}))
        try:
            async for message in websocket:
                if message.type is WSMsgType.TEXT:
                    self._receive(socket, message.json())
        finally:
            socket.end()
            for shard in [shard for shard, one in self._sockets.items() if one[0] is socket]:
                del self._sockets[shard]
                self._left[shard] = time.monotonic()
            self.changes.notify()
        return websocket

    def _receive(self, socket: Socket, frame: Mapping[str, Any]) -> None:
        match frame["op"]:
            case op if op == _HEARTBEAT:
                socket.send(json.dumps({"op": _ACK}))
            case op if op == _RESUME:
                socket.send(json.dumps({"op": _INVALID, "d": False}))
            case op if op == _IDENTIFY:
                self._identify(socket, frame["d"].get("shard", (0, 1)))

    def _identify(self, socket: Socket, shard: tuple[int, int]) -> None:
        number, count = shard
        assert count == self.shards, f"the bot has {count} shards here"
        mine = [one for one in self.communities if self.shard_of(one) == number]
        self._sockets[number] = (socket, itertools.count(1))
        guilds = [{"id": str(one.id), "unavailable": True} for one in mine]
        application = {"id": _APPLICATION, "flags": 0}
        ready = {"v": 10, "user": _BOT, "session_id": f"session-{next(self._numbers)}", "shard": shard, "guilds": guilds}
        self._tell(number, "READY", {**ready, "resume_gateway_url": self.address, "application": application})
        for one in mine:
            self._tell(number, "GUILD_CREATE", _guild(one))
        self.identified.append((number, time.monotonic()))
        if (left := self._left.pop(number, None)) is not None:
            self.silences.append(self.identified[-1][1] - left)
        self.changes.notify()

    # The interface for requests

    async def _request(self, request: web.Request) -> web.Response:
        path = request.raw_path.split("?", 1)[0].removeprefix(_API)
        parts = path.split("/")[1:]
        if parts[0] in {"interactions", "webhooks"}:
            return await self._answered(request, parts)
        match request.method, parts:
            case "GET", ["users", "@me"]:
                return _json(_BOT)
            case "GET", ["applications" | "oauth2", *_]:
                return _json({"id": _APPLICATION, "name": "faq", "description": "", "icon": None, "owner": _BOT, "bot_public": True,
                              "bot_require_code_grant": False, "verify_key": "", "team": None, "flags": 0})  # fmt: skip
            case "GET", ["gateway", *_]:
                limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": self._concurrency}
                return _json(
                    {"url": self.address.replace("http", "ws", 1) + "/gateway", "shards": self.shards, "session_start_limit": limit}
                )
            case "PUT", ["applications", _, "commands"]:
                sent = await request.json()
                return _json(
                    [{**one, "id": str(number), "application_id": _APPLICATION, "version": "1"} for number, one in enumerate(sent, 1)]
                )
            case _:
                self.unknown.append(f"{request.method} {path}")
                return _json({"message": "Unknown", "code": 0}, 404)

    async def _answered(self, request: web.Request, parts: list[str]) -> web.Response:
        exchange = self.exchanges.get(parts[2])
        if exchange is None:
            return _json({"message": "Unknown interaction", "code": 10062}, 404)
        body = await request.json() if request.can_read_body else {}
        now = time.monotonic()
        if parts[-1] == "callback":
            exchange.callbacks += 1
            exchange.acknowledged = exchange.acknowledged or now
        if request.method != "DELETE" and body.get("type") not in DEFERRED:
            exchange.answers += 1
            exchange.finished = exchange.finished or now
            exchange.said.append(body)
        self.changes.notify()
        if parts[-1] == "callback" and not request.query.get("with_response"):
            return web.Response(status=204)
        if parts[-1] == "callback":
            made = {"id": parts[1], "type": 2, "response_message_id": "1", "response_message_loading": True}
            return _json({"interaction": made, "resource": None})
        return _json({**_message(self.communities[0], _BOT), "flags": 64, "webhook_id": _APPLICATION})


def _json(value: object, status: int = 200) -> web.Response:
    # discord.py compares the content type for equality, so it must not name a charset
    return web.Response(body=json.dumps(value).encode(), status=status, headers={"Content-Type": "application/json"})


def _user(number: int) -> dict[str, object]:
    return {"id": str(number), "username": "member", "discriminator": "0", "avatar": None, "global_name": None}


def _membership() -> dict[str, object]:
    return {"roles": [], "joined_at": "2025-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0, "avatar": None, "nick": None}


def _message(community: Community, author: Mapping[str, object]) -> dict[str, object]:
    empty: dict[str, object] = {name: [] for name in ("mentions", "mention_roles", "attachments", "embeds", "components")}
    rest = {"edited_timestamp": None, "tts": False, "mention_everyone": False, "pinned": False, "type": 0, "flags": 0, "content": ""}
    place = {"id": str(snowflake()), "channel_id": str(community.channel), "timestamp": "2026-01-01T00:00:00+00:00"}
    return {**place, "author": author, **rest, **empty}


def _guild(community: Community) -> dict[str, object]:
    """A server as a bot without privileges hears of it: its channels and roles, and no member but itself."""
    guild = str(community.id)
    roles = [
        {"id": str(community.id + (100 * number if number else 0)), "name": f"role {number}", "permissions": "1024", "position": number,
         "color": 0, "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}, "hoist": False, "managed": False,
         "mentionable": False, "flags": 0}
        for number in range(_ROLES)
    ]  # fmt: skip
    channels: list[dict[str, object]] = [
        {"id": str(community.channel + number), "type": 0, "name": f"channel-{number}", "position": number, "permission_overwrites": [],
         "topic": None, "nsfw": False, "parent_id": None, "last_message_id": None, "rate_limit_per_user": 0, "flags": 0}
        for number in range(_CHANNELS)
    ]  # fmt: skip
    nothing: dict[str, object] = {
        name: []
        for name in ("emojis", "stickers", "features", "threads", "presences", "voice_states", "stage_instances", "guild_scheduled_events")
    }
    plain = dict.fromkeys(
        ("icon", "splash", "discovery_splash", "description", "banner", "afk_channel_id", "application_id", "system_channel_id",
         "rules_channel_id", "public_updates_channel_id", "vanity_url_code", "safety_alerts_channel_id")
    )  # fmt: skip
    numbers = dict.fromkeys(
        ("afk_timeout", "verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level", "premium_tier",
         "nsfw_level", "system_channel_flags", "premium_subscription_count"), 0
    )  # fmt: skip
    return {
        "id": guild,
        "name": f"Server {guild}",
        "owner_id": "2",
        "member_count": 100,
        "large": False,
        "unavailable": False,
        "preferred_locale": "en-US",
        "joined_at": "2025-01-01T00:00:00+00:00",
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "roles": roles,
        "channels": channels,
        "members": [{**_membership(), "user": _BOT}],
        **nothing,
        **plain,
        **numbers,
    }
