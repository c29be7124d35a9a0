"""The gateway of the simulated Discord: sessions that can be resumed, and everything that can happen to a connection.

A session outlives its socket: what happens meanwhile is kept, and handed over when the client resumes. As on Discord, some codes with
which a connection is closed end its session as well.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
import time
import zlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import discord
from aiohttp import WSMsgType, web
from simcord import intents
from simcord.backend import Backend, serializers

from tests.wire.changes import Changes

_HEARTBEAT_SECONDS = 41.25
_HELLO, _HEARTBEAT, _ACK, _IDENTIFY, _RESUME, _RECONNECT, _INVALID = 10, 1, 11, 2, 6, 7, 9
_ENDED_BY_DISCORD = (4003, 4007, 4009)
_ENDED_BY_CLIENT = (1000, 1001)
"""The codes with which Discord, or the client, closes a connection so that its session is over (Discord's list of close codes)."""
_KEPT = 1000
_WRONG_TOKEN = 4004


class Greeting(StrEnum):
    """How a client begins a connection."""

    IDENTIFY = "identify"
    RESUME = "resume"


class Session:
    """What a client hears of, in order; numbered, so that it can say what it has."""

    def __init__(self, name: str, wanted: discord.Intents, shard: tuple[int, int]) -> None:
        self.name = name
        self.wanted = wanted
        self.shard = shard
        """Its number, and of how many."""
        self.socket: Socket | None = None
        self._numbers = itertools.count(1)
        self._frames: list[dict[str, Any]] = []

    def hears_of(self, guild_id: int) -> bool:
        """Whether what happens in a server, or outside of servers (0), is this shard's."""
        number, count = self.shard
        return (guild_id >> 22) % count == number

    def tell(self, kind: str, data: object) -> None:
        """Send an event, now or when the session is resumed."""
        frame = {"op": 0, "t": kind, "s": next(self._numbers), "d": data}
        self._frames.append(frame)
        del self._frames[:-_KEPT]
        if self.socket is not None:
            self.socket.send(json.dumps(frame))

    def resume(self, socket: Socket, last: int) -> None:
        """Go on by another socket, from the last event that the client has."""
        self.socket = socket
        for frame in self._frames:
            if frame["s"] > last:
                socket.send(json.dumps(frame))
        self.tell("RESUMED", {})


class Socket:
    """One connection, with an order in which frames leave it."""

    def __init__(self, websocket: web.WebSocketResponse, request: web.Request) -> None:
        self.websocket = websocket
        self.transport = request.transport
        self.closed_here = False
        """Whether this side has closed it."""
        self._zlib = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._sending = asyncio.create_task(self._send_all(), name="gateway socket")

    def send(self, text: str) -> None:
        """Put a frame into the line."""
        self._queue.put_nowait(text)

    async def _send_all(self) -> None:
        while True:
            text = await self._queue.get()
            try:
                if self._zlib is None:
                    await self.websocket.send_str(text)
                else:
                    await self.websocket.send_bytes(self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH))
            except ConnectionError:
                return  # the client is gone; its session keeps what it missed

    def end(self) -> None:
        """Send nothing more."""
        self._sending.cancel()


class Gateway:
    """Accepts connections, tells them what happens, and breaks them when asked to."""

    def __init__(self, backend: Backend, token: str, changes: Changes) -> None:
        self.greetings: list[Greeting] = []
        """How each connection began, since the start or the last ``forget``."""
        self.identified: list[tuple[int, float]] = []
        """Which shard identified when, on a monotonic clock; kept by ``forget``."""
        self.refuses: int | None = None
        """The code with which connections are closed as soon as they say who they are."""
        self.deaf = False
        """Whether heartbeats stay without an answer."""
        self.heartbeat_seconds = _HEARTBEAT_SECONDS
        """How often the clients of later connections are asked to send a heartbeat."""
        self.address = ""
        self._backend = backend
        self._token = token
        self._changes = changes
        self._names = itertools.count()
        self._sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()
        backend.subscribers.append(self._tell_all)

    @property
    def connected(self) -> bool:
        """Whether a client is connected and receives what happens."""
        return any(session.socket is not None for session in self._sessions.values())

    def _tell_all(self, kind: str, payload: Mapping[str, Any]) -> None:
        guild_id = int(payload["id"] if kind.startswith("GUILD_") and "guild_id" not in payload else payload.get("guild_id") or 0)
        for session in self._sessions.values():
            needed = intents.required_intent(kind, payload)
            if session.hears_of(guild_id) and (needed is None or getattr(session.wanted, needed)):
                session.tell(kind, self._as_seen_by(session, kind, payload))

    def _as_seen_by(self, session: Session, kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        data: dict[str, Any] = copy.deepcopy(dict(payload))
        if not session.wanted.message_content and kind in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}:
            intents.censor_message(data, self._backend.bot_user.id, backend=self._backend)
        if kind == "GUILD_CREATE":
            intents.prune_guild_create(data, session.wanted, self._backend.bot_user.id)
        return data

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Handle one connection from its first frame to its end."""
        websocket = web.WebSocketResponse(max_msg_size=1 << 20)
        await websocket.prepare(request)
        socket, session = Socket(websocket, request), None
        self._sockets.add(socket)
        socket.send(json.dumps({"op": _HELLO, "d": {"heartbeat_interval": round(1000 * self.heartbeat_seconds)}}))
        try:
            async for message in websocket:
                if message.type is WSMsgType.TEXT:
                    session = await self._receive(socket, message.json()) or session
        finally:
            self._sockets.discard(socket)
            socket.end()
            if session is not None and session.socket is socket:
                session.socket = None
                if not socket.closed_here and websocket.close_code in _ENDED_BY_CLIENT:
                    self._sessions.pop(session.name, None)
            self._changes.notify()
        return websocket

    async def _receive(self, socket: Socket, frame: Mapping[str, Any]) -> Session | None:
        match frame["op"]:
            case op if op == _HEARTBEAT and not self.deaf:
                socket.send(json.dumps({"op": _ACK}))
            case op if op in {_IDENTIFY, _RESUME}:
                return await self._greeted(socket, Greeting.IDENTIFY if op == _IDENTIFY else Greeting.RESUME, frame["d"])
        return None

    async def _greeted(self, socket: Socket, greeting: Greeting, data: Mapping[str, Any]) -> Session | None:
        self.greetings.append(greeting)
        self._changes.notify()
        refused = _WRONG_TOKEN if data["token"] != self._token else self.refuses
        if refused is not None:
            await socket.websocket.close(code=refused)
            return None
        if greeting is Greeting.IDENTIFY:
            number, count = data.get("shard", (0, 1))
            return self._identified(socket, discord.Intents._from_value(data["intents"]), (number, count))
        session = self._sessions.get(data["session_id"])
        if session is None:
            socket.send(json.dumps({"op": _INVALID, "d": False}))
            return None
        session.resume(socket, data["seq"] or 0)
        return session

    def _identified(self, socket: Socket, wanted: discord.Intents, shard: tuple[int, int]) -> Session:
        session = Session(f"session-{next(self._names)}", wanted, shard)
        self.identified.append((shard[0], time.monotonic()))
        others = {name: one for name, one in self._sessions.items() if one.shard != shard}
        self._sessions = {**others, session.name: session}  # one bot, so that no older process hears what happens
        session.socket = socket
        self.say_ready(session)
        return session

    def say_ready(self, session: Session | None = None, *, outage: bool = False) -> None:
        """Tell a client, or the connected one, who it is and in which servers; with an outage nothing more of these."""
        for one in [session] if session is not None else self._sessions.values():
            one.tell(
                "READY",
                {
                    "v": 10,
                    "user": dict(serializers.user_payload(self._backend.bot_user)),
                    "session_id": one.name,
                    "resume_gateway_url": self.address,
                    "shard": list(one.shard),
                    "guilds": [{"id": str(guild), "unavailable": True} for guild in self._backend.guilds if one.hears_of(guild)],
                    "application": {"id": str(self._backend.application_id), "flags": 0},
                },
            )
            for guild in [] if outage else [guild for guild in self._backend.guilds.values() if one.hears_of(guild.id)]:
                payload = dict(serializers.guild_create_payload(self._backend, guild))
                one.tell("GUILD_CREATE", self._as_seen_by(one, "GUILD_CREATE", payload))

    def forget(self) -> None:
        """Count the greetings from here."""
        self.greetings.clear()

    def abort(self) -> None:
        """Let the connection break without a word."""
        for socket in self._sockets:
            if socket.transport is not None:
                socket.transport.abort()

    async def close(self, code: int) -> None:
        """Close the connection with a code."""
        for name, session in list(self._sessions.items()):
            if code in _ENDED_BY_DISCORD and session.socket is not None:
                del self._sessions[name]
        for socket in list(self._sockets):
            socket.closed_here = True
            await socket.websocket.close(code=code)

    def ask_to_reconnect(self) -> None:
        """Send op 7."""
        self.send_text(json.dumps({"op": _RECONNECT, "d": None}))

    def invalidate(self, *, resumable: bool) -> None:
        """Send op 9; where it is not resumable, the session is over."""
        if not resumable:
            self._sessions.clear()
        self.send_text(json.dumps({"op": _INVALID, "d": resumable}))

    def send_text(self, text: str) -> None:
        """Send a frame as it is, whether or not it makes sense."""
        for socket in self._sockets:
            socket.send(text)

    def event(self, kind: str, data: object) -> None:
        """Send an event as it is, whether or not it makes sense."""
        for session in self._sessions.values():
            session.tell(kind, data)
