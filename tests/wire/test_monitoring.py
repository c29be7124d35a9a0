"""What programs learn of the running bot: whether it is ready, its numbers, and log lines that belong together; by real sockets."""

from __future__ import annotations

import json
import re
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import yaml

from bot.errors import ExitCode
from tests.conftest import REPOSITORY
from tests.interactions.reading import controls, shown
from tests.wire.conftest import Wire
from tests.wire.faults import FOLLOWUP, MESSAGES, Refused, too_many
from tests.wire.process import TOKEN
from tests.wire.simulation import Discord

WATCHED = {"BOT_MONITORING_PORT": "0", "BOT_MONITORING_METRICS": "true", "BOT_LOG_FORMAT": "json", "BOT_LOG_LEVEL": "debug"}
SAMPLE = re.compile(r"^([a-zA-Z_:]+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


class Watched(Wire):
    """The bot with a port for those who watch it."""

    address = ""

    async def begin(self, changes: Mapping[str, str]) -> None:
        await self.bot.start(changes=changes)
        await self.bot.ready()
        (self.address,) = re.findall(r"monitoring: .* at (http://[\d.:]+)", self.bot.log)

    async def get(self, path: str) -> tuple[int, str]:
        """Ask the bot how it is."""
        async with aiohttp.ClientSession() as client, client.get(self.address + path) as response:
            return response.status, await response.text()

    async def numbers(self) -> dict[str, float]:
        """Every sample by its name and labels, as Prometheus reads it."""
        status, page = await self.get("/metrics")
        assert status == 200
        return {f"{name}{{{labels}}}" if labels else name: float(value) for name, labels, value in SAMPLE.findall(page)}

    def events(self, trace: str) -> list[str]:
        """What the log says with a trace, in order."""
        return [line["message"] for line in self.lines() if line.get("trace") == trace]

    def lines(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.bot.log.splitlines() if line.endswith("}")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    async with Discord(TOKEN).serving() as discord:
        watched = Watched(discord, tmp_path_factory.mktemp("watched"))
        try:
            yield watched
        finally:
            await watched.bot.kill()


@pytest_asyncio.fixture(loop_scope="module")
async def watched(served: Watched) -> Watched:
    if not served.bot.running:
        await served.begin(WATCHED)
    served.discord.forget()
    return served


async def test_a_connected_bot_with_a_database_is_alive_and_ready(watched: Watched) -> None:
    assert watched.address.startswith("http://127.0.0.1:")
    assert await watched.get("/healthz") == (200, '{"alive": true}')
    assert await watched.get("/readyz") == (200, '{"ready": true, "discord": true, "database": true}')
    assert (await watched.get("/"))[0] == 404


async def test_a_question_and_a_vote_are_counted_by_what_they_came_to(watched: Watched) -> None:
    before = await watched.numbers()
    voter = watched.another("voter")
    message = await watched.votable(voter)
    form = await watched.form(await watched.press(message, "Not helpful", by=voter))
    await watched.submit(form, {"reason": ["outdated"]}, by=voter)
    await watched.counts(message, "Not helpful · 1")
    after = await watched.numbers()

    def rise(name: str) -> float:
        return after[name] - before[name]

    assert rise('osai_faq_outcomes_total{outcome="answer"}') == 1
    assert rise('osai_faq_step_seconds_count{step="acknowledged"}') == 3
    assert rise('osai_faq_step_seconds_count{step="answered"}') >= 1
    assert rise("osai_faq_event_age_seconds_count") == 3
    assert rise('osai_faq_discord_requests_total{status="2xx"}') >= 3
    assert rise('osai_faq_database_seconds_count{access="write"}') >= 2
    assert rise("osai_faq_open_cases") == 1
    assert after["osai_faq_oldest_case_seconds"] > 0
    assert after["osai_faq_connected"] == after["osai_faq_servers"] == 1
    assert after['osai_faq_cache_entries{cache="settings"}'] >= 1
    assert after["process_resident_memory_bytes"] > 1e7


async def test_the_numbers_hold_no_text_and_no_id_and_do_not_become_more(watched: Watched) -> None:
    before = await watched.numbers()
    for number, question in enumerate(("what is copyleft?", "zzyzx unheard of", "hello", "what is open source?")):
        asked = await watched.ask(question, by=watched.another(f"xanthippe-{number}"))
        await watched.answered(asked)
    _, page = await watched.get("/metrics")

    assert set(await watched.numbers()) == set(before)
    assert not re.search(r"\d{15,}", re.sub(r" [0-9.e+]+$", "", page, flags=re.MULTILINE))
    assert not any(word in page for word in ("zzyzx", "copyleft", "xanthippe", "Wire"))


async def test_what_discord_refuses_is_counted(watched: Watched) -> None:
    before = await watched.numbers()
    with watched.discord.failing(MESSAGES, too_many(0.01), method="POST"), watched.discord.failing(FOLLOWUP, Refused(500), method="*"):
        await watched.replies(await watched.say(f"{watched.mention} what is copyleft?"))
        await watched.answered(await watched.ask())
    after = await watched.numbers()

    for name in ('discord_limits_total{scope="user"}', 'discord_requests_total{status="4xx"}', 'discord_requests_total{status="5xx"}'):
        assert after[f"osai_faq_{name}"] - before[f"osai_faq_{name}"] == 1, name


async def test_the_log_lines_of_a_question_have_one_trace_from_its_arrival_to_what_was_written(watched: Watched) -> None:
    watched.bot.log = ""
    for _ in range(2):
        await watched.answered(await watched.ask())

    def received() -> list[str]:  # what comes of an earlier test's interaction may still be written
        return [line["trace"] for line in watched.lines() if "trace" in line and "application_command received" in str(line)]

    def answered() -> bool:
        return all(any(message.startswith("answered within") for message in watched.events(trace)) for trace in received())

    await watched.discord.changes.until(lambda: len(received()) == 2 and answered(), "both are answered")
    assert len(set(received())) == 2
    for trace in received():
        said = [re.sub(r" within.*", "", message) for message in watched.events(trace)]
        assert said[:3] == ["application_command received", "acknowledged", "outcome answer"]
        assert {"saved", "answered"} <= set(said)
    assert "copyleft" not in watched.bot.log


async def test_the_reference_that_a_member_is_given_is_the_trace_in_the_log(watched: Watched) -> None:
    message = await watched.votable(watched.member)
    watched.bot.log = ""
    before = await watched.numbers()
    with closing(sqlite3.connect(watched.bot.database, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = await watched.answered(await watched.press(message, "Helpful"), "Reference")
        other.execute("ROLLBACK")
    (reference,) = re.findall(r"Reference: ([0-9a-f]{8})", shown(said))

    assert any(message.startswith(f"reference {reference}: NotSaved") for message in watched.events(reference))
    assert "component received" in watched.events(reference)
    after = await watched.numbers()
    assert after['osai_faq_failures_total{why="not saved"}'] == before['osai_faq_failures_total{why="not saved"}'] + 1
    assert after['osai_faq_database_failures_total{access="write"}'] > before['osai_faq_database_failures_total{access="write"}']
    assert "Helpful" in " ".join(controls(message))


async def test_a_database_that_is_not_where_it_should_be_makes_the_bot_alive_and_not_ready(watched: Watched) -> None:
    aside = watched.bot.database.rename(watched.bot.database.with_name("aside"))
    try:
        assert await watched.get("/readyz") == (503, '{"ready": false, "discord": true, "database": false}')
        assert (await watched.get("/healthz"))[0] == 200
    finally:
        aside.rename(watched.bot.database)
    assert (await watched.get("/readyz"))[0] == 200


async def test_a_lost_connection_and_a_stop_make_the_bot_not_ready(watched: Watched) -> None:
    watched.discord.gateway.refuses = 4000
    await watched.discord.gateway.close(1001)
    await watched.discord.changes.until(lambda: len(watched.discord.gateway.greetings) > 0, "another attempt")
    try:
        assert await watched.get("/readyz") == (503, '{"ready": false, "discord": false, "database": true}')
        assert (await watched.numbers())["osai_faq_connected"] == 0
    finally:
        watched.discord.gateway.refuses = None
    await watched.discord.changes.until(lambda: watched.discord.gateway.connected, "the connection is back")
    await watched.works()
    with watched.discord.holding(FOLLOWUP) as answer:
        await watched.ask()
        await answer.reached()
        watched.bot.signal(signal.SIGTERM)
        await watched.bot.logged("stopping when")
        assert (await watched.get("/healthz"))[0] == 200
        assert (await watched.get("/readyz"))[0] == 503
        answer.release()
    assert await watched.bot.ended() == ExitCode.OK


async def test_without_metrics_there_are_probes_and_no_numbers_and_by_default_neither(served: Watched) -> None:
    await served.bot.stop()
    await served.begin({"BOT_MONITORING_PORT": "0"})
    assert (await served.get("/healthz"))[0] == 200
    assert (await served.get("/metrics"))[0] == 404
    await served.bot.stop()
    await served.bot.start()
    await served.bot.ready()

    assert "monitoring" not in served.bot.log
    await served.bot.stop()


async def test_a_port_that_is_taken_is_named_and_no_restart_is_asked_for(served: Watched) -> None:
    await served.bot.stop()
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        await served.bot.start(changes={"BOT_MONITORING_PORT": str(port)})

        assert await served.bot.ended() == ExitCode.CONFIG
    assert f"monitoring.port: 127.0.0.1 port {port} cannot be listened on" in served.bot.log
    assert "Traceback" not in served.bot.log


async def test_metrics_without_the_library_are_refused_with_what_to_install(served: Watched, tmp_path: Path) -> None:
    await served.bot.stop()
    (tmp_path / "prometheus_client.py").write_text("raise ModuleNotFoundError(name='prometheus_client')\n")
    path = f"{tmp_path}:{REPOSITORY}"
    await served.bot.start(changes={**WATCHED, "PYTHONPATH": path})

    assert await served.bot.ended() == ExitCode.CONFIG
    assert "monitoring.metrics: needs the package prometheus-client" in served.bot.log
    assert "Traceback" not in served.bot.log


async def test_the_dashboard_the_alerts_and_the_page_name_numbers_that_there_are(watched: Watched) -> None:
    there = {re.sub(r"[{].*", "", name) for name in await watched.numbers()}
    page = (REPOSITORY / "docs" / "monitoring.md").read_text(encoding="utf-8")
    dashboard = json.loads((REPOSITORY / "docs" / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    (rules,) = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(groups:.*?)```", page, re.DOTALL))
    alerts = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    name = re.compile(r"\b(?:osai_faq|process)_[a-z_]+")
    shown = {found for text in (*asked, *alerts) for found in name.findall(text)}
    documented = {found for found in name.findall(page) if found not in shown}

    assert len(asked) > 10
    assert len(alerts) > 5
    assert shown - there == set()
    assert {found for found in documented if not any(one.startswith(found) for one in there)} == set()
    families = {re.sub(r"_(?:total|count|sum|bucket|created|info)$", "", one) for one in there if one.startswith("osai_faq")}
    assert {family for family in families if family not in page} == set()
