"""A simulated Discord behind a real socket: simcord's model of it, with the wire that simcord leaves out.

It runs in the test's own event loop, so that a test sees and changes it directly, while the bot is a process elsewhere. Requests can be
refused, lost or held (``faults``); connections can be broken (``gateway``). As on Discord, a message that is sent twice with one nonce
is one message.

Three seconds for an answer are not enforced, since a busy machine must fail no test; whoever tests them asks for it (``expire``).
Tokens that begin with ``raw-`` are taken by a short way around the model, for interactions in numbers and for forged ones.
"""

from __future__ import annotations

import io
import itertools
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, assert_never

import discord
import simcord
from aiohttp import BodyPartReader, web
from simcord.backend import Backend, serializers
from simcord.backend.errors import BackendError
from simcord.backend.models import Message
from simcord.http import router
from simcord.http import routes as _registered  # noqa: F401 - importing it registers what is served

from tests.wire.changes import Changes
from tests.wire.faults import Exhausted, Fault, Held, Instead, Lost, Outcome, Page, Refused, Reset, Silent, Truncated
from tests.wire.gateway import Gateway

_API = "/api/v10"
_WITHOUT_TOKEN = ("/interactions/", "/webhooks/")
_LARGEST_REQUEST = 32 << 20
_NONCE_SECONDS = 5 * 60
"""For so long Discord takes a message with the nonce of another for that other one ("the past few minutes")."""
RAW = "raw-"
_EPOCH_MS = 1_420_070_400_000


class _World(simcord.Env):
    """An environment to which no bot is attached: the bot is elsewhere, and nobody waits for it here."""

    async def _settle_internal(self, *_: object, **__: object) -> None:
        return


@dataclass(slots=True)
class Request:
    """What the bot asked for, and what it was answered."""

    method: str
    path: str
    body: Mapping[str, Any]
    at: float
    """By ``time.monotonic()``, when it arrived."""
    status: int | None = None
    """None while it is not answered."""
    ended: bool = False
    """Whether nothing more follows on it, not even an answer."""


def _answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    # discord.py compares the content type for equality, so it must not name a charset
    return web.Response(body=json.dumps(value).encode(), status=status, headers={**(headers or {}), "Content-Type": "application/json"})


class Discord:
    """The simulated Discord: what is in it, what the bot asked of it, and what goes wrong with it."""

    def __init__(self, token: str) -> None:
        self.changes = Changes()
        self.env = _World(discord.Client(intents=discord.Intents.all()))
        self.backend: Backend = self.env.backend
        self.tick()
        self.gateway = Gateway(self.backend, token, self.changes)
        self.requests: list[Request] = []
        """Everything that was asked, since the start or the last ``forget``."""
        self.raw: dict[str, list[Request]] = defaultdict(list)
        """What was asked for each token of a raw interaction."""
        self.address = ""
        self._token = token
        self._faults: list[Fault] = []
        self._nonces: dict[tuple[int, str], tuple[float, Message]] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Discord]:
        """Serve on a free port of this computer."""
        app = web.Application(client_max_size=_LARGEST_REQUEST)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_route("*", _API + "/{tail:.*}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            self.address = f"http://{host}:{port}"
            self.gateway.address = f"ws://{host}:{port}/gateway"
            yield self
        finally:
            self.gateway.abort()
            await runner.cleanup()

    def tick(self) -> None:
        """Bring the simulated clock to now; it stands still otherwise, so that nothing expires while the machine is busy."""
        self.backend.advance_clock(max(0.0, time.time() - self.backend.clock.now().timestamp()))

    def expire(self, seconds: float) -> None:
        """Let time pass on Discord's side; what waits for longer than Discord allows is over."""
        self.backend.advance_clock(seconds)

    def forget(self) -> None:
        """Begin the lists of requests and greetings again."""
        self.requests.clear()
        self.raw.clear()
        self.gateway.forget()

    def asked(self, method: str, *parts: str) -> list[Request]:
        """The requests of a method whose path has all these parts."""
        return [one for one in self.requests if one.method == method and all(part in one.path for part in parts)]

    @contextmanager
    def failing(self, path: str, outcome: Outcome, *, method: str = "*", times: int = 1) -> Iterator[Fault]:
        """Let the next requests that fit have another outcome, within the block."""
        fault = Fault(path, outcome, method, times)
        self._faults.append(fault)
        try:
            yield fault
        finally:
            self._faults.remove(fault)
            if isinstance(outcome, Held):
                outcome.released.set()
            elif isinstance(outcome, Silent):
                outcome.over.set()

    @contextmanager
    def holding(self, path: str, *, method: str = "*", times: int = 1) -> Iterator[Holding]:
        """Hold the next requests that fit until they are released, at the latest at the end of the block."""
        held = Held()
        with self.failing(path, held, method=method, times=times) as fault:
            yield Holding(fault, held, self.changes)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path.split("?", 1)[0].removeprefix(_API)
        body, files = await self._read(request)
        seen = Request(request.method, path, body, time.monotonic())
        self.requests.append(seen)
        token = path.split("/")[3] if path.startswith(_WITHOUT_TOKEN) else ""
        if token.startswith(RAW):
            self.raw[token].append(seen)
        fault = next((one for one in self._faults if one.take(request.method, path)), None)
        self.changes.notify()
        try:
            response = await self._outcome(request, seen, files, None if fault is None else fault.outcome)
            seen.status = response.status
            return response
        finally:
            seen.ended = True
            self.changes.notify()

    async def _read(self, request: web.Request) -> tuple[Mapping[str, Any], list[discord.File]]:
        if request.content_type == "multipart/form-data":
            form, files = [], []
            async for part in await request.multipart():
                assert isinstance(part, BodyPartReader)
                data = bytes(await part.read(decode=True))
                if part.filename:
                    files.append(discord.File(io.BytesIO(data), part.filename))
                else:
                    form.append({"name": part.name, "value": data.decode()})
            body, files = router.parse_form(form, files)
            return body or {}, files
        body = await request.json() if request.can_read_body else {}
        return body if isinstance(body, dict) else {"": body}, []

    async def _outcome(self, request: web.Request, seen: Request, files: list[discord.File], outcome: Outcome | None) -> web.StreamResponse:
        match outcome:
            case Held():
                await outcome.released.wait()
            case Silent():
                await outcome.over.wait()
                return _instead(request, Reset())
            case Refused() | Page() | Reset() | Truncated():
                return _instead(request, outcome)
        answer = self._serve_from_model(request, seen, files)
        if isinstance(outcome, Exhausted):
            answer.headers.update({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": str(outcome.seconds)})
        return _instead(request, outcome.instead) if isinstance(outcome, Lost) else answer

    def _serve_from_model(self, request: web.Request, seen: Request, files: list[discord.File]) -> web.Response:
        path = seen.path
        if path.startswith(_WITHOUT_TOKEN):
            if path.split("/")[3].startswith(RAW):
                return self._serve_raw(request, path)
        elif request.headers.get("Authorization") != f"Bot {self._token}":
            return _answer({"message": "401: Unauthorized", "code": 0}, 401)
        if path.startswith("/gateway"):
            limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
            return _answer({"url": self.gateway.address, "shards": 1, "session_start_limit": limit})
        nonce = self._nonce(seen)
        earlier = self._nonces.get(nonce) if nonce else None
        if earlier is not None and earlier[0] > time.monotonic() - _NONCE_SECONDS:
            return _answer(dict(serializers.message_payload(self.backend, earlier[1])))
        try:
            got = self._dispatch(request, seen, files)
        except BackendError as error:
            return _answer(error.to_json(), error.status)
        if nonce:
            message = self.backend.get_message(nonce[0], int(got["id"]))
            self._nonces[nonce] = (time.monotonic(), message)
        return web.Response(status=204) if got is None else _answer(got)

    def _nonce(self, seen: Request) -> tuple[int, str] | None:
        """What makes two messages one: the channel and the nonce, where the sender wants it to count."""
        parts = seen.path.split("/")
        if seen.method != "POST" or parts[1] != "channels" or parts[3:] != ["messages"] or not seen.body.get("enforce_nonce"):
            return None
        return int(parts[2]), str(seen.body["nonce"])

    def _dispatch(self, request: web.Request, seen: Request, files: list[discord.File]) -> Any:
        whole = seen.body.get("", seen.body) if seen.body else None
        reason = request.headers.get("X-Audit-Log-Reason")
        return router.dispatch(self.backend, seen.method, seen.path, json=whole, params=dict(request.query), files=files, reason=reason)

    def _serve_raw(self, request: web.Request, path: str) -> web.Response:
        parts = path.split("/")
        if path.endswith("/callback"):
            if not request.query.get("with_response"):
                return web.Response(status=204)
            made = {"id": parts[2], "type": 2, "response_message_id": "1", "response_message_loading": True}
            return _answer({"interaction": made, "resource": None})
        author = dict(serializers.user_payload(self.backend.bot_user))
        empty: dict[str, object] = {name: [] for name in ("mentions", "mention_roles", "attachments", "embeds", "components")}
        message = {"id": str(snowflake()), "channel_id": "1", "author": author, "content": "", "timestamp": "2026-01-01T00:00:00+00:00"}
        rest = {"edited_timestamp": None, "tts": False, "mention_everyone": False, "pinned": False, "type": 0, "flags": 64}
        return _answer({**message, **rest, **empty, "webhook_id": parts[2]})


@dataclass(frozen=True, slots=True)
class Holding:
    """Requests that are held."""

    fault: Fault
    held: Held
    changes: Changes

    async def reached(self, times: int = 1) -> None:
        """Wait until so many requests are held."""
        await self.changes.until(lambda: self.fault.hits >= times, f"a request to {self.fault.path}")

    def release(self) -> None:
        """Serve them."""
        self.held.released.set()


def _instead(request: web.Request, outcome: Instead) -> web.Response:
    """Answer without having looked at what was asked."""
    match outcome:
        case Refused():
            return _answer({"code": outcome.code, "message": outcome.text, **outcome.extra}, outcome.status, outcome.headers)
        case Page():
            page = f"<html><h1>{outcome.status}</h1></html>"
            return web.Response(status=outcome.status, text=page, content_type="text/html", headers=outcome.headers)
        case Truncated():
            return web.Response(body=b'{"id": "12', headers={"Content-Type": "application/json"})
        case Reset():
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        case _:
            assert_never(outcome)


_numbers = itertools.count()


def snowflake(age_seconds: float = 0.0) -> int:
    """An id of its own, as Discord would give it now, or would have given it some seconds ago."""
    return (int((time.time() - age_seconds) * 1000) - _EPOCH_MS) << 22 | next(_numbers) % (1 << 22)
