"""What this process does when another one announces something, and a reload that all processes do together or none does.

A reload is two steps. Whoever asks for it announces that the knowledge is to be built; each process builds it beside what is in service
and reports what came of it. Only when all that run have built the same does a second announcement put it into service everywhere.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from typing import Protocol, assert_never

from bot.answering.knowledge import BuiltKnowledge, Knowledge, Reload
from bot.cluster.membership import Cluster
from bot.cluster.session import Announcement, Topic, announce
from bot.errors import KnowledgeError, StorageError
from bot.feedback.recording import Conversations
from bot.guilds.settings import Guilds
from bot.storage.database import Database, put_fact, recall_fact

_log = logging.getLogger(__name__)

_BUILD_SECONDS = 300.0
"""How long a reload waits for the slowest process."""
_HEAR_SECONDS = 30.0
_LOOK_SECONDS = 0.2
_FAILED = "!"
_SERVED = "knowledge-served"
"""The fact that names the knowledge that was last put into service by a reload of all."""


class Reloading(Protocol):
    """Builds the knowledge again and puts it into service."""

    async def reload(self) -> Reload:
        """Do it.

        Raises:
            KnowledgeError: it cannot be put into service; the old one goes on serving.
        """


class Following:
    """Follows what is announced to this process."""

    def __init__(self, cluster: Cluster, database: Database, knowledge: Knowledge, guilds: Guilds, conversations: Conversations) -> None:
        self.on_change: list[Callable[[Topic], None]] = []
        """Called after something was followed."""
        self._cluster, self._database = cluster, database
        self._knowledge, self._guilds, self._conversations = knowledge, guilds, conversations
        self._ready: tuple[str, BuiltKnowledge] | None = None
        self._asked_for: dict[str, asyncio.Future[Reload]] = {}
        """The reloads that were asked for here."""
        self._tasks: set[asyncio.Task[None]] = set()
        cluster.hears.append(self.follow)
        cluster.cut_off.append(self.cut_off)

    def cut_off(self, missing: bool) -> None:
        """Hold nothing while announcements may be missed, and afterwards nothing of before."""
        self._guilds.holding = not missing
        self._forget()
        if not missing:
            self._begin(self._catch_up())

    async def _catch_up(self) -> None:
        """Serve what the others do, where a reload of all took place while this process did not hear of it."""
        try:
            served = await recall_fact(self._database, _SERVED)
            if served is not None and served != self._knowledge.engine.fingerprint:
                _log.info("the knowledge was reloaded elsewhere meanwhile; it is read again")
                await self._knowledge.reload()
        except (KnowledgeError, StorageError):
            _log.exception("what the other processes serve could not be put into service here; reload the knowledge")

    def follow(self, announcement: Announcement) -> None:
        """Do what follows from an announcement, at once or in a task."""
        match announcement.topic:
            case Topic.SETTINGS:
                self._guilds.forget_held()
            case Topic.DELETED:
                self._forget()
            case Topic.BUILD:
                self._begin(self._build(announcement.text))
            case Topic.SERVE:
                self._serve(announcement.text)
            case Topic.DROP:
                self._ready = None if self._ready is not None and self._ready[0] == announcement.text else self._ready
            case _:
                assert_never(announcement.topic)
        for call in self.on_change:
            call(announcement.topic)

    def _forget(self) -> None:
        self._guilds.forget_held()
        self._knowledge.forget_words()
        self._conversations.forget_all()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work, name="knowledge reload")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _build(self, name: str) -> None:
        try:
            built = await self._knowledge.build()
        except Exception as error:  # noqa: BLE001 - whatever it is, the others wait to hear of it
            _log.warning("the knowledge could not be built for a reload of all", exc_info=not isinstance(error, KnowledgeError))
            said = f"{_FAILED}{error}"
        else:
            self._ready, said = (name, built), built.engine.fingerprint
        try:
            await self._cluster.report(f"{name} {said}")
        except StorageError:
            _log.exception("what was built could not be reported, so the reload fails")

    def _serve(self, name: str) -> None:
        if self._ready is None or self._ready[0] != name:
            self._begin(self._catch_up())  # it began while the others were building
            return
        done = self._knowledge.serve(self._ready[1])
        self._ready = None
        _log.info("knowledge reloaded with the other processes: %d sections, fingerprint %s", done.sections, done.after)
        if name in self._asked_for:
            self._asked_for[name].set_result(done)

    async def reload(self) -> Reload:
        """Let all processes that run build the knowledge, and put it into service in all of them, or in none.

        Raises:
            KnowledgeError: one of them could not build it, or not the same; the message says which.
            StorageError: the others are not reached.
        """
        name = secrets.token_hex(4)
        done: asyncio.Future[Reload] = asyncio.get_running_loop().create_future()
        self._asked_for[name] = done
        try:
            await self._announce(Topic.BUILD, name)
            refusal = await self._refusal(name)
            if refusal is not None:
                await self._announce(Topic.DROP, name)
                raise KnowledgeError(refusal)
            if self._ready is None or self._ready[0] != name:
                raise KnowledgeError("Nothing was reloaded: another reload has begun meanwhile. Try again.")
            await self._announce(Topic.SERVE, name, self._ready[1].engine.fingerprint)
            async with asyncio.timeout(_HEAR_SECONDS):
                return await done
        except TimeoutError:
            raise KnowledgeError("The knowledge was put into service, but this process has not heard so yet. See `bot status`.") from None
        finally:
            del self._asked_for[name]

    async def _announce(self, topic: Topic, name: str, served: str | None = None) -> None:
        """Let all know what to do about a reload, and remember what is served from then on for those who do not hear it."""
        async with self._database.write() as connection:
            await announce(connection, topic, name)
            if served is not None:
                await put_fact(connection, _SERVED, served)

    async def _refusal(self, name: str) -> str | None:
        """Why what the processes have built must not be served; None where all have built the same."""
        said: dict[int, str] = {}
        for _ in range(round(_BUILD_SECONDS / _LOOK_SECONDS)):
            reports = await self._cluster.reported()
            said = {number: text.partition(" ")[2] for number, text in reports.items() if text.startswith(f"{name} ")}
            failed = {number: text.removeprefix(_FAILED) for number, text in said.items() if text.startswith(_FAILED)}
            if failed:
                number, reason = next(iter(failed.items()))
                return f"Nothing was reloaded, in none of the processes. Number {number} could not build it: {reason}"
            if self._cluster.live <= set(said):
                if len(set(said.values())) == 1:
                    return None
                built = ", ".join(f"number {number}: {text}" for number, text in sorted(said.items()))
                return f"Nothing was reloaded: the processes do not have the same knowledge folder ({built}). Bring the folders up to date."
            await asyncio.sleep(_LOOK_SECONDS)
        missing = ", ".join(map(str, sorted(self._cluster.live - set(said))))
        return f"Nothing was reloaded: of the processes, number {missing} did not say within {_BUILD_SECONDS:.0f} seconds what it built."
