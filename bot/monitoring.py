"""How programs learn how the bot is: ``/healthz``, ``/readyz`` and ``/metrics``, on a port of its own that is off by default.

``/healthz`` says that the process lives and its event loop turns; a supervisor restarts what does not answer it. ``/readyz`` says whether a
question would be answered and a vote saved now: Discord is connected and the database can be read. Nothing else is served, nothing can be
changed, and no answer has a text, a name or an id. There is no password, so it listens on this computer alone unless told otherwise.
"""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

import bot
from bot.bootstrap.stages import Stages
from bot.config import MonitoringConfig
from bot.errors import ConfigError, StorageError
from bot.observing import SILENT, Observer

if TYPE_CHECKING:
    from bot.metrics import Metrics, State

_log = logging.getLogger(__name__)

_DATABASE_SECONDS = 2.0
"""After which a database counts as one that does not answer; whoever probes seldom waits longer."""


class Connection(Protocol):
    """What is asked of the Discord client."""

    @property
    def connected(self) -> bool:
        """Whether the bot takes what happens on Discord."""

    @property
    def standing_by(self) -> bool:
        """Whether the bot waits, ready, for something to serve."""

    @property
    def latency(self) -> float:
        """Seconds that Discord took for the last heartbeat; not a number or infinite where there was none."""

    @property
    def servers(self) -> int:
        """How many servers the bot is in."""

    @property
    def under_way(self) -> int:
        """How much is worked on."""


def observer_for(config: MonitoringConfig) -> Observer:
    """What counts, where metrics are wanted; else what forgets.

    Raises:
        ConfigError: they are wanted, and the library for them is not installed.
    """
    if not config.metrics:
        return SILENT
    try:
        from bot.metrics import Metrics
    except ModuleNotFoundError as error:
        if error.name != "prometheus_client":
            raise
        raise ConfigError(
            (
                "monitoring.metrics: needs the package prometheus-client, which is not installed. Install it "
                "(pip install prometheus-client, or this program with its extra metrics), or set monitoring.metrics to false.",
            )
        ) from error
    return Metrics()


@contextlib.asynccontextmanager
async def monitored(config: MonitoringConfig, stages: Stages, connection: Connection) -> AsyncIterator[None]:
    """Answer probes within the block, where a port is set.

    Raises:
        ConfigError: the port cannot be listened on.
    """
    if config.port is None:
        yield
        return
    runner = web.AppRunner(_application(_Probes(stages, connection)), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, config.address, config.port).start()
        except OSError as error:
            raise ConfigError(
                (
                    f"monitoring.port: {config.address} port {config.port} cannot be listened on ({error.strerror or error}). "
                    "Another program may use it; choose another port, or leave it empty.",
                )
            ) from error
        host, port = runner.addresses[0][:2]
        pages = "/healthz, /readyz and /metrics" if config.metrics else "/healthz and /readyz"
        _log.info("monitoring: %s at http://%s", pages, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        yield
    finally:
        await runner.cleanup()


def _application(probes: _Probes) -> web.Application:
    app = web.Application(client_max_size=1024)
    app.router.add_get("/healthz", probes.alive)
    app.router.add_get("/readyz", probes.ready)
    app.router.add_get("/metrics", probes.metrics)
    return app


@dataclass(frozen=True, slots=True)
class _Probes:
    stages: Stages
    connection: Connection

    async def alive(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(self, _request: web.Request) -> web.Response:
        connected, database = self.connection.connected, await self.stages.database.answers(_DATABASE_SECONDS)
        ready = (connected or self.connection.standing_by) and database
        return web.json_response({"ready": ready, "discord": connected, "database": database}, status=200 if ready else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        counting = self._counting()
        if counting is None:
            return web.json_response({"error": "metrics are off; see monitoring.metrics"}, status=404)
        from bot.metrics import CONTENT_TYPE

        return web.Response(body=counting.page(await self._state()), headers={"Content-Type": CONTENT_TYPE})

    def _counting(self) -> Metrics | None:
        if self.stages.observer is SILENT:
            return None
        from bot.metrics import Metrics

        return self.stages.observer if isinstance(self.stages.observer, Metrics) else None

    async def _state(self) -> State:
        from bot.metrics import State

        active, oldest = await self._backlog()
        engine, latency = self.stages.knowledge.engine, self.connection.latency
        return State(
            version=bot.__version__,
            fingerprint=engine.fingerprint,
            connected=self.connection.connected,
            latency=latency if math.isfinite(latency) else None,
            servers=self.connection.servers,
            sections=len(engine.corpus.sections),
            under_way=self.connection.under_way,
            open_cases=active,
            oldest_case_seconds=oldest,
            held_settings=self.stages.guilds.held,
            held_engines=self.stages.knowledge.engines_held,
        )

    async def _backlog(self) -> tuple[int | None, float]:
        """How many cases are open, and the age of the oldest in seconds."""
        try:
            backlog = await self.stages.review.queue.backlog()
        except StorageError:
            return None, 0.0
        if backlog.oldest_at is None:
            return backlog.active, 0.0
        return backlog.active, max(0.0, (datetime.now(UTC) - backlog.oldest_at).total_seconds())
