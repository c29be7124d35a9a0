"""simcord's page as a visitor of the demo sees it: two places to be in, no tools of developers, names instead of values.

simcord 3.2.1 shows one channel and is made for those who write bots. What is changed here uses its private parts, so the version is pinned:
a page can be in the server or in somebody's direct messages; what is new is published to all pages; choices are shown by their names, as
Discord does; commands that a visitor may not use are answered by the guide. ``page.css`` hides what is not for visitors, ``page.js`` adds
the tabs and follows what is said. What simcord does not let us change is listed in docs/demo.md.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from aiohttp import web
from simcord.backend.errors import SetupError
from simcord.builders import ChannelHandle, UserHandle
from simcord.enums import ComponentType
from simcord.preview import Preview
from simcord.preview._action_plans import _find_scoped_component
from simcord.preview._actions import _Action
from simcord.preview._pages import _Page
from simcord.preview._server import PreviewServer

from bot.demo.world import DemoServer, refusal, suggested_question
from bot.guilds.settings import is_time_zone

_FOLDER = Path(__file__).parent
_OWN_FILES = {"/demo.css": ("page.css", "text/css"), "/demo.js": ("page.js", "application/javascript")}
_HEAD = '<link rel="stylesheet" href="/demo.css">\n    <script type="module" src="/demo.js"></script>\n  </head>'
_TITLE = ("<title>SimCord Preview</title>", "<title>osai-faq-bot: demo</title>")
_DIRECT = "direct"
_SERVER = "server"
_TICK_SECONDS = 1.0
_log = logging.getLogger(__name__)


class DemoPage(Preview):
    """The page, with the server behind it."""

    _PAGE_LEASE_SECONDS = 7 * 24 * 3600.0  # browsers let pages in the background sleep; that is no reason to lose them

    def __init__(self, server: DemoServer, port: int, timezone: str) -> None:
        super().__init__(
            server.env,
            server.channel,
            tuple(person.actor for person in server.people),
            layout="channel",
            display="responsive",
            width=960,
            height=720,
            locale="en-US",
            timezone=timezone,
            presentation_time=None,
            assets=None,
            port=port,
        )
        self.world = server
        self._server = _PageServer(self, port)
        self._acting: _Page | None = None
        self._values: dict[tuple[str, str, str], str] = {}
        """What a name stands for that was offered for an option of a command."""

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self

    async def keep_time(self) -> None:
        """Let the clock run until cancelled, show what the bot does by itself, and keep what is shown."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            async with self.world.turn:
                await self.world.catch_up()
                if self.world.has_changed():
                    self._publish_message_pages(reason="refresh")
                    self.world.keep()

    async def _action(self, context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a visitor does: at the time that it is, in the place where the page is."""
        async with self.world.turn:
            page = self._get_page(context_id)
            await self.world.catch_up()
            self._acting = page
            self.channel = self._place(page.channel_id)
            try:
                result = await super()._action(context_id, self._with_values(body))
            finally:
                self._acting = None
            self._name_choices(result, body)
            if self.world.has_changed() and body.get("kind") in self._MUTATING_KINDS:
                for other in tuple(self._pages.values()):
                    if other is not page and other.id in self._pages:
                        self._publish(other)
                self.world.keep()
            return result

    def _prepare_action(self, page: _Page, kind: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - simcord's own kind of plan
        text = body.get("content")
        if kind == "send_message" and isinstance(text, str):
            why_not = self.world.why_not(text, page.viewer.id, page.channel_id)
            if why_not is not None:
                return self._explaining(page, why_not)
        if kind == "click":
            question = self._suggestion(page, body)
            if question is not None:
                return self._asking(page, question)
        return super()._prepare_action(page, kind, body)

    def _explaining(self, page: _Page, text: str) -> Any:  # noqa: ANN401
        async def explain(action: _Action, cursor: int) -> dict[str, Any]:
            said = self.world.say(page.channel_id, refusal(text), to=page.viewer.id)
            action.outcomes = [{"kind": "message", "messageId": str(said.id)}]
            result = self._finish_action(page, action, "settled", cursor)
            self._publish(page)
            return result

        return explain

    def _suggestion(self, page: _Page, body: Mapping[str, Any]) -> str | None:
        target = self._target_id(body.get("target_id"), page.viewer)
        if target is None:
            return None
        found = _find_scoped_component(self._target_message(page, target), body.get("control_key"), types=(int(ComponentType.BUTTON),))
        return suggested_question(str(found.get("custom_id", "")))

    def _asking(self, page: _Page, question: str) -> Any:  # noqa: ANN401
        """``/ask`` as the visitor would use it."""

        async def ask(action: _Action, cursor: int) -> dict[str, Any]:
            viewer = page.viewer
            asked = (
                viewer.slash("ask", question=question)
                if isinstance(viewer, UserHandle)
                else viewer.slash(self.channel, "ask", question=question)
            )
            return await self._run_interaction_action(page, action, cursor, asked)

        return ask

    def _viewer(self, viewer_id: Any) -> Any:  # noqa: ANN401
        """Who looks from now on, and where: ``direct`` and ``server`` lead there as the same person, a person stays where the page is."""
        page = self._acting
        if page is None:
            return super()._viewer(viewer_id)
        direct = viewer_id == _DIRECT or (viewer_id != _SERVER and page.channel_id != self.world.channel.id)
        wanted = page.viewer.id if viewer_id in {_DIRECT, _SERVER} else super()._viewer(viewer_id).id
        person = next(person for person in self.world.people if person.user.id == wanted)
        page.channel_id = person.user.dm_channel.id if direct else self.world.channel.id
        return person.user if direct else person.actor

    def _place(self, channel_id: int) -> ChannelHandle:
        direct = (person.user.dm_channel for person in self.world.people)
        return next(channel for channel in (self.world.channel, *direct) if channel.id == channel_id)

    def _open_page(self, viewer_id: Any = None, target_id: Any = None) -> _Page:  # noqa: ANN401
        """A page begins in the server, at what was said last."""
        self.channel = self.world.channel
        if self._python is None:
            raise SetupError("the page is not served")
        self._python.target_id = self._python.window_end_id = self._initial_target(self.viewers[0], self.channel.id)
        return super()._open_page(viewer_id, target_id)

    def _publish(self, page: _Page, **reason: Any) -> None:  # noqa: ANN401
        self._advance_presentation_time()
        super()._publish(page, **reason)

    def _name_choices(self, result: dict[str, Any], body: Mapping[str, Any]) -> None:
        """Offer names as values, since simcord puts the value into the field where Discord puts the name."""
        answer = result.get("result")
        if body.get("kind") != "autocomplete_command" or not isinstance(answer, dict):
            return
        for choice in answer.get("choices", []):
            if isinstance(choice["value"], str):
                self._values[str(body.get("command_id")), str(body.get("focused")), choice["name"]] = choice["value"]
                choice["value"] = choice["name"]

    def _with_values(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        options = body.get("options")
        if not isinstance(options, dict):
            return body
        command = str(body.get("command_id"))
        fixed = self._fixed_choices(command, body.get("path"))
        meant = {
            name: self._values.get((command, name, value), fixed.get((name, value), value)) if isinstance(value, str) else value
            for name, value in options.items()
        }
        return {**body, "options": meant}

    def _fixed_choices(self, command: str, path: object) -> dict[tuple[str, str], str]:
        """The values of choices that belong to the command itself, by option and name."""
        entries = self._acting.command_catalog.get("entries", []) if self._acting is not None else []
        return {
            (option["name"], choice["name"]): choice["value"]
            for entry in entries
            if entry["commandId"] == command and entry["path"] == path
            for option in entry["options"]
            for choice in option["choices"]
            if isinstance(choice["value"], str)
        }


class _PageServer(PreviewServer):
    """Serves simcord's files with ours beside them."""

    _STATIC_FILES: ClassVar[dict[str, str]] = {**PreviewServer._STATIC_FILES, **{route: name for route, (name, _) in _OWN_FILES.items()}}

    async def _static(self, request: web.Request) -> web.Response:
        if request.path in _OWN_FILES:
            if request.headers.get("Host", "") not in self._allowed_hosts():
                raise web.HTTPForbidden
            name, kind = _OWN_FILES[request.path]
            return web.Response(text=(_FOLDER / name).read_text("utf-8"), content_type=kind, headers=self._SECURITY_HEADERS)
        response: web.Response = await super()._static(request)
        if request.path == "/" and response.text is not None:
            response.text = response.text.replace("</head>", _HEAD, 1).replace(*_TITLE)
        return response

    async def _commands(self, request: web.Request) -> web.Response:
        response: web.Response = await super()._commands(request)
        if response.status != web.HTTPOk.status_code or response.text is None:
            return response
        catalog = json.loads(response.text)
        for entry in catalog["entries"]:
            for option in entry["options"]:
                option["choices"] = _by_name(option["choices"])
        return web.json_response(catalog, headers=self._SECURITY_HEADERS)


def _by_name(choices: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**choice, "value": choice["name"]} if isinstance(choice["value"], str) else choice for choice in choices]


def local_time_zone(link: Path = Path("/etc/localtime")) -> str:
    """The IANA name of this computer's time zone; UTC where it does not say so by a link into the zone database."""
    _, _, name = str(link.resolve()).rpartition("zoneinfo/")
    return name if is_time_zone(name) else "UTC"
