"""What the bot does, counted for Prometheus: an observer whose numbers ``/metrics`` shows.

Imported only where metrics are wanted, since ``prometheus-client`` is the extra ``metrics``. Every label has a closed set of values, so the
number of series does not grow with servers, members or questions, and none of them says who asked what. The library's global registry is
not used: what is shown is what is defined here, and tests can open several.
"""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest

from bot.observing import Access, Failure, Observer, Step

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_NAMESPACE = "osai_faq"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
"""Discord waits three seconds for an acknowledgement, so that is a bound."""
_DATABASE_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_OUTCOMES = ("answer", "suggestions", "abstention", "smalltalk", "lookup")
_STATUSES = ("2xx", "3xx", "4xx", "5xx", "none")
_LIMITS = ("user", "shared", "global", "banned")
_CACHES = ("settings", "engines")


@dataclass(frozen=True, slots=True)
class State:
    """What holds at the moment; asked for when the numbers are read."""

    version: str
    fingerprint: str
    connected: bool
    latency: float | None
    """Seconds that Discord took for the last heartbeat; None where there was none."""
    servers: int
    sections: int
    under_way: int
    open_cases: int | None
    """None where the database cannot be read."""
    oldest_case_seconds: float
    """0 where no case is open."""
    held_settings: int
    held_engines: int


class Metrics(Observer):
    """Counts what it hears; ``page`` shows it."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(name, text, labels, namespace=_NAMESPACE, registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(name, text, labels, namespace=_NAMESPACE, registry=registry)

        def histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(name, text, labels, namespace=_NAMESPACE, registry=registry, buckets=buckets)

        self._outcomes = counter("outcomes", "What questions and lookups came to.", "outcome")
        self._failures = counter("failures", "How often somebody did not get what they asked for.", "why")
        self._steps = histogram("step_seconds", "Seconds from what somebody did to each step.", _SECONDS, "step")
        self._ages = histogram("event_age_seconds", "Seconds from Discord to the bot, by this computer's clock.", _SECONDS)
        self._requests = counter("discord_requests", "Requests to Discord's interface, by the status of the answer.", "status")
        self._limits = counter("discord_limits", "Requests that Discord refused for now, by whose limit that was.", "scope")
        self._accesses = histogram(
            "database_seconds", "Seconds of a read or write, waiting for its turn included.", _DATABASE_SECONDS, "access"
        )
        self._unsaved = counter("database_failures", "Reads and writes that failed.", "access")
        self._settings = counter("settings_reads", "Reads of a server's settings, by whether memory held them.", "held")
        self._build = Info("build", "The version, and the fingerprint of knowledge and settings.", namespace=_NAMESPACE, registry=registry)
        self._connected = gauge("connected", "1 while Discord is connected.")
        self._latency = gauge("gateway_latency_seconds", "Seconds that Discord took for the last heartbeat.")
        self._servers = gauge("servers", "Servers that the bot is in.")
        self._sections = gauge("sections", "Sections that can be answered from.")
        self._under_way = gauge("under_way", "Interactions and messages that are worked on.")
        self._open_cases = gauge("open_cases", "Cases in which there is something to do, of all servers.")
        self._oldest = gauge("oldest_case_seconds", "Age of the oldest of these cases; 0 where there is none.")
        self._held = gauge("cache_entries", "What memory holds for servers.", "cache")
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """Show every series from the start, so that the first failure counts as a rise."""
        families: tuple[tuple[Counter | Histogram, tuple[str, ...]], ...] = (
            (self._outcomes, _OUTCOMES),
            (self._failures, tuple(Failure)),
            (self._steps, tuple(Step)),
            (self._requests, _STATUSES),
            (self._limits, _LIMITS),
            (self._accesses, tuple(Access)),
            (self._unsaved, tuple(Access)),
            (self._settings, ("yes", "no")),
        )
        for family, values in families:
            for value in values:
                family.labels(value)

    def decided(self, outcome: str) -> None:
        """Count an outcome."""
        self._outcomes.labels(outcome).inc()

    def received(self, age: float) -> None:
        """Count an event in its histogram."""
        self._ages.observe(age)

    def took(self, step: Step, seconds: float) -> None:
        """Count a step in its histogram."""
        self._steps.labels(step).observe(seconds)

    def failed(self, why: Failure) -> None:
        """Count a failure."""
        self._failures.labels(why).inc()

    def requested(self, status: int | None, limit: str | None = None) -> None:
        """Count a request by the first digit of its status."""
        self._requests.labels("none" if status is None else f"{status // 100}xx").inc()
        if limit is not None:
            self._limits.labels(limit).inc()

    def accessed(self, access: Access, seconds: float, *, saved: bool = True) -> None:
        """Count an access in its histogram, and one that failed."""
        self._accesses.labels(access).observe(seconds)
        if not saved:
            self._unsaved.labels(access).inc()

    def looked_up_settings(self, *, held: bool) -> None:
        """Count a read of settings."""
        self._settings.labels("yes" if held else "no").inc()

    def page(self, state: State) -> bytes:
        """All numbers, in the text format of Prometheus."""
        self._build.info({"version": state.version, "fingerprint": state.fingerprint})
        self._connected.set(state.connected)
        self._latency.set(float("nan") if state.latency is None else state.latency)
        self._servers.set(state.servers)
        self._sections.set(state.sections)
        self._under_way.set(state.under_way)
        self._open_cases.set(float("nan") if state.open_cases is None else state.open_cases)
        self._oldest.set(state.oldest_case_seconds)
        for cache, number in zip(_CACHES, (state.held_settings, state.held_engines), strict=True):
            self._held.labels(cache).set(number)
        return generate_latest(self._registry)
