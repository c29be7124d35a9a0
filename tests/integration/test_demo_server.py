"""The simulated server of the demo without its page: its clock, what it keeps, and what its guide says."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import stat
from contextlib import closing
from contextvars import Context
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge
from bot.config import Config
from bot.demo.page import DemoPage, local_time_zone
from bot.demo.world import KEPT_FILE, SUGGESTED, DemoServer, demo_server, refusal, suggested_question
from tests.browser.pictures import said
from tests.conftest import PATIENCE_SECONDS

QUESTION = "What are open weights?"
AS_ADMINISTRATOR = "Choose **administrator** under “Viewing as” to see what it does."


def shown(server: DemoServer, name: str) -> list[tuple[int, list[str]]]:
    """What somebody sees in the server, with the ids of the messages."""
    person = server.person(name)
    messages = server.env.backend.messages.get(server.channel.id, {})
    return [(message.id, said(message)) for message in messages.values() if message.visible_to(person.user.id)]


async def test_the_clock_follows_the_given_one_so_messages_have_their_times_and_what_is_old_expires(
    migrated: Config, built: BuiltKnowledge
) -> None:
    moment = datetime(2026, 12, 24, 18, tzinfo=UTC)
    async with demo_server(migrated, built, lambda: moment) as server:
        actor = server.person("member").actor
        await actor.slash(server.channel, "ask", question=QUESTION)
        with closing(sqlite3.connect(migrated.database.path)) as connection:
            connection.execute("UPDATE answers SET asked_at = 0")
            connection.commit()
            moment += timedelta(hours=2)
            await server.catch_up()
            assert connection.execute("SELECT count(*) FROM answers WHERE question IS NOT NULL").fetchone() == (0,)
        later = (await actor.slash(server.channel, "ask", question=QUESTION)).response

        assert later is not None
        message = server.env.backend.get_message(server.channel.id, later.id)
        assert datetime.fromisoformat(message.timestamp) == server.env.now() == moment


async def test_a_clock_that_was_set_back_changes_nothing(migrated: Config, built: BuiltKnowledge) -> None:
    moment = datetime(2026, 12, 24, 18, tzinfo=UTC)
    async with demo_server(migrated, built, lambda: moment) as server:
        moment -= timedelta(days=1)
        await server.catch_up()
        assert server.env.now() == moment + timedelta(days=1)


async def test_while_the_page_is_served_the_clock_goes_on_by_itself_and_what_the_bot_says_is_kept(
    migrated: Config, built: BuiltKnowledge
) -> None:
    looks = asyncio.Semaphore(0)

    def now() -> datetime:
        looks.release()
        return datetime.now(UTC)

    async with demo_server(migrated, built, now) as server, DemoPage(server, 0, "UTC") as page:
        opened = [page._open_page(person.user.id) for person in server.people]
        before, looks = server.env.now(), asyncio.Semaphore(0)
        server.env.backend.create_message(server.channel.id, server.guide.id, "said while nobody did anything")
        clock = asyncio.create_task(page.keep_time(), context=Context())
        async with asyncio.timeout(PATIENCE_SECONDS):
            for _ in range(2):  # the second look comes when all of the first turn is done
                await looks.acquire()
        clock.cancel()

        assert server.env.now() > before
        for shown_page in opened:
            assert "said while nobody did anything" in json.dumps(page._page_payload(page._get_page(shown_page.id)))
        assert "said while nobody did anything" in migrated.database.path.with_name(KEPT_FILE).read_text()


async def test_after_a_restart_everything_is_there_and_the_controls_work(migrated: Config, built: BuiltKnowledge) -> None:
    async with demo_server(migrated, built) as server:
        actor = server.person("member").actor
        answer = (await actor.slash(server.channel, "ask", question=QUESTION)).response
        assert answer is not None
        await actor.click(answer, label="⋯")
        await server.person("moderator").user.send_dm(QUESTION)
        before = {person.name: shown(server, person.name) for person in server.people}
        ids = server.ids
        direct = server.person("moderator").user.dm_channel.id
        direct_before = list(server.env.backend.messages[direct])

    assert len(before["member"]) == len(before["second-member"]) + 1 == 3
    assert stat.S_IMODE(migrated.database.path.with_name(KEPT_FILE).stat().st_mode) == 0o600

    async with demo_server(migrated, built) as server:
        assert server.ids == ids
        assert {person.name: shown(server, person.name) for person in server.people} == before
        assert list(server.env.backend.messages[direct]) == direct_before
        old = next(message for message in server.channel.history() if message.id == answer.id)
        result = await server.person("second-member").actor.click(old, label="⋯")
        assert result.response is not None
        assert "Why this answer?" in "\n".join(said(server.env.backend.get_message(server.channel.id, result.response.id)))


async def test_files_that_messages_show_are_kept(migrated: Config, built: BuiltKnowledge) -> None:
    async with demo_server(migrated, built) as server:
        attachments = server.env.backend.store_attachments(server.channel.id, [("chart.png", b"\x89PNG")])
        server.env.backend.create_message(server.channel.id, server.guide.id, "a chart", attachments=attachments)
    async with demo_server(migrated, built) as server:
        assert server.env.backend.cdn.get(attachments[0]["url"]) == b"\x89PNG"


@pytest.mark.parametrize("change", ["format", "ids", "broken", "not json", "nothing"])
async def test_a_file_that_does_not_fit_is_reported_and_the_channels_begin_with_the_welcome(
    migrated: Config, built: BuiltKnowledge, caplog: pytest.LogCaptureFixture, change: str
) -> None:
    kept = migrated.database.path.with_name(KEPT_FILE)
    async with demo_server(migrated, built) as server:
        await server.person("member").actor.send(server.channel, "hello")
    held = json.loads(kept.read_bytes())
    match change:
        case "format":
            held["format"] = 0
        case "ids":
            held["ids"][1] += 1
        case "broken":
            del held["messages"]
    kept.write_text({"not json": "{", "nothing": ""}.get(change, json.dumps(held)))
    with caplog.at_level(logging.WARNING):
        async with demo_server(migrated, built) as server:
            (welcome,) = shown(server, "member")

    assert welcome[1][-3:] == list(SUGGESTED)
    assert str(kept) in caplog.text


@pytest.mark.parametrize(
    ("viewer", "text", "why_not"),
    [
        ("member", "/settings", "You may not use `/settings`. Choose **administrator** under “Viewing as” to see what it does."),
        (
            "moderator",
            "/admin reload now",
            "You may not use `/admin reload`. Choose **administrator** under “Viewing as” to see what it does.",
        ),
        ("administrator", "/settings", "Choose `/settings` from the list that opens when you type `/`; sent as text, it is no command."),
        ("member", "/ask what is AI?", "Choose `/ask` from the list that opens when you type `/`; sent as text, it is no command."),
        ("moderator", "/review", "Choose `/review` from the list that opens when you type `/`; sent as text, it is no command."),
        ("member", "/review", "You may not use `/review`. Choose **moderator or administrator** under “Viewing as” to see what it does."),
        ("member", "/dance", "There is no command `/dance`. Type `/` to see those that you can use here."),
        ("member", "/ not a command", None),
        ("member", "1/2 of it", None),
        ("member", "@osai-faq-bot /ask", None),
    ],
)
async def test_why_a_command_that_was_sent_as_text_is_not_taken(
    migrated: Config, built: BuiltKnowledge, viewer: str, text: str, why_not: str | None
) -> None:
    async with demo_server(migrated, built) as server:
        assert server.why_not(text, server.person(viewer).user.id, server.channel.id) == why_not


async def test_a_command_of_the_server_says_in_direct_messages_where_it_works(migrated: Config, built: BuiltKnowledge) -> None:
    async with demo_server(migrated, built) as server:
        user = server.person("administrator").user
        assert (
            server.why_not("/settings", user.id, user.dm_channel.id)
            == "`/settings` works in the server only. Choose **#ask-the-bot** above."
        )


async def test_what_the_guide_says_to_somebody_nobody_else_sees(migrated: Config, built: BuiltKnowledge) -> None:
    async with demo_server(migrated, built) as server:
        server.say(server.channel.id, refusal("No."), to=server.person("member").user.id)
        seen = {person.name: ["No."] in [lines for _, lines in shown(server, person.name)] for person in server.people}

    assert seen == {"member": True, "second-member": False, "moderator": False, "administrator": False}


def test_only_buttons_of_the_guide_ask_its_questions() -> None:
    assert [suggested_question(f"demo:ask:{number}") for number in range(3)] == list(SUGGESTED)
    assert suggested_question("vote:up:abc") is None


def test_the_time_zone_is_read_from_the_computers_link(tmp_path: Path) -> None:
    zones = tmp_path / "zoneinfo" / "Europe"
    zones.mkdir(parents=True)
    (zones / "Berlin").touch()
    (zones / "Atlantis").touch()
    for name in ("Berlin", "Atlantis"):
        (tmp_path / name).symlink_to(zones / name)

    assert local_time_zone(tmp_path / "Berlin") == "Europe/Berlin"
    assert local_time_zone(tmp_path / "Atlantis") == "UTC"
    assert local_time_zone(tmp_path / "missing") == "UTC"
