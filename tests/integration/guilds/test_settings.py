"""Settings of servers: defaults, changes that last, and the clock that starts when the bot is removed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import PrivacyConfig
from bot.guilds.settings import DigestRhythm, Guilds, GuildSettings, SettingsRefused
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.privacy.retention import Retention
from bot.storage.database import Database
from bot.storage.dialect import Place
from bot.storage.tables import DIRECT_MESSAGES
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD, record, rows


async def test_a_server_that_has_decided_nothing_has_the_defaults_and_no_row(database: Database) -> None:
    assert await Guilds(database).settings(GUILD) == GuildSettings(GUILD, vote_controls=True)
    assert rows(database.path, "SELECT * FROM guild_settings") == []


async def test_a_decision_counts_at_once_and_after_a_restart_and_for_that_server_only(database: Database) -> None:
    guilds = Guilds(database)
    await guilds.settings(GUILD)

    changed = await guilds.change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=False))

    assert changed == await guilds.settings(GUILD) == await Guilds(database).settings(GUILD) == GuildSettings(GUILD, vote_controls=False)
    assert (await guilds.settings(OTHER_GUILD)).vote_controls


async def test_a_decision_can_be_taken_back(database: Database) -> None:
    guilds = Guilds(database)
    await guilds.change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=False))

    await guilds.change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=True))

    assert (await Guilds(database).settings(GUILD)).vote_controls
    assert rows(database.path, "SELECT count(*) FROM guild_settings") == [(1,)]


async def test_being_removed_starts_the_clock_and_coming_back_stops_it(database: Database) -> None:
    guilds = Guilds(database)
    before = datetime.now(UTC) - timedelta(seconds=1)

    await guilds.removed(GUILD)
    ((started,),) = rows(database.path, "SELECT removed_at FROM guild_settings")
    await guilds.joined(GUILD)

    assert isinstance(started, int)
    assert before.timestamp() * 1000 <= started <= datetime.now(UTC).timestamp() * 1000
    assert rows(database.path, "SELECT removed_at FROM guild_settings") == [(None,)]


async def test_coming_and_going_changes_no_decision(database: Database) -> None:
    guilds = Guilds(database)
    await guilds.change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=False))

    await guilds.removed(GUILD)
    await guilds.joined(GUILD)

    assert (await Guilds(database).settings(GUILD)).vote_controls is False


@pytest.mark.fault(31)
async def test_servers_that_went_and_came_back_while_nobody_looked_are_noted_and_the_others_left_alone(database: Database) -> None:
    guilds = Guilds(database)
    for number, guild in enumerate((GUILD, OTHER_GUILD, DIRECT_MESSAGES)):
        await record(database, f"answer00000{number}", guild_id=guild)
    await guilds.removed(303)
    await guilds.removed(404)
    ((before,),) = rows(database.path, "SELECT removed_at FROM guild_settings WHERE guild_id = 404")

    await guilds.reconcile(frozenset({OTHER_GUILD, 303, 505}))

    here, back, gone = rows(database.path, "SELECT guild_id, removed_at FROM guild_settings ORDER BY guild_id")
    assert here[0] == GUILD
    assert isinstance(here[1], int)
    assert (back, gone) == ((303, None), (404, before))


async def test_the_largest_id_of_a_server_is_stored(database: Database) -> None:
    await Guilds(database).change(2**63 - 1, MODERATOR, lambda now: replace(now, vote_controls=False))

    assert rows(database.path, "SELECT guild_id FROM guild_settings") == [(2**63 - 1,)]


async def test_a_server_that_returns_after_its_data_was_deleted_has_the_defaults(database: Database) -> None:
    guilds = Guilds(database)
    await guilds.change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=False))
    await guilds.removed(GUILD)
    await Retention(database, PrivacyConfig(), Tombstones(tombstone_file(database.path))).expire(datetime.now(UTC) + timedelta(days=31))

    await guilds.joined(GUILD)

    assert await guilds.settings(GUILD) == await Guilds(database).settings(GUILD) == GuildSettings(GUILD)


class SlowDatabase(Database):
    """A database whose reads end when the test lets them."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.reading = asyncio.Event()
        self.go_on = asyncio.Event()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection, and wait after its use."""
        async with super().read() as connection:
            yield connection
            self.reading.set()
            await self.go_on.wait()


@pytest.fixture
async def slow(database: Database) -> AsyncIterator[SlowDatabase]:
    """The same file, read slowly."""
    opened = SlowDatabase(database.place)
    yield opened
    await opened.close()


async def test_a_first_look_that_began_before_a_change_does_not_hide_it(slow: SlowDatabase) -> None:
    guilds = Guilds(slow)
    look = asyncio.create_task(guilds.settings(GUILD))
    await slow.reading.wait()
    await guilds.change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=False))
    slow.go_on.set()

    assert (await look).vote_controls is False
    assert (await guilds.settings(GUILD)).vote_controls is False


async def test_a_look_that_began_before_everything_was_dropped_is_not_held(database: Database, slow: SlowDatabase) -> None:
    guilds = Guilds(slow)
    look = asyncio.create_task(guilds.settings(GUILD))
    await slow.reading.wait()
    await Guilds(database).change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=False))
    guilds.forget_held()
    slow.go_on.set()
    await look

    assert (await guilds.settings(GUILD)).vote_controls is False


async def test_every_setting_lasts_over_a_restart(database: Database) -> None:
    wanted = GuildSettings(
        GUILD, False, frozenset({11, 12}), 13, DigestRhythm.WEEKLY, 23, "Asia/Kathmandu", frozenset({14}), frozenset({15, 2**63 - 1}), 0.9,
        0.75, 30,
    )  # fmt: skip

    changed = await Guilds(database).change(GUILD, MODERATOR, lambda _now: wanted)

    assert changed == await Guilds(database).settings(GUILD) == wanted
    assert await Guilds(database).settings(OTHER_GUILD) == GuildSettings(OTHER_GUILD)


async def test_each_changed_setting_is_in_the_audit_log_with_both_values(database: Database) -> None:
    guilds = Guilds(database)
    await guilds.change(GUILD, MODERATOR, lambda now: replace(now, digest=DigestRhythm.DAILY, moderator_roles=frozenset({12, 11})))
    await guilds.change(GUILD, MODERATOR, lambda now: replace(now, digest=DigestRhythm.DAILY, vote_controls=False, answer_threshold=0.8))

    assert rows(database.path, "SELECT actor_id, action, detail FROM audit ORDER BY id") == [
        (MODERATOR, "changed-setting", "moderator_roles: none → 11, 12"),
        (MODERATOR, "changed-setting", "digest: off → daily"),
        (MODERATOR, "changed-setting", "vote_controls: on → off"),
        (MODERATOR, "changed-setting", "answer_threshold: default → 0.8"),
    ]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"digest_hour": 24}, "digest hour: must be from 0 to 23"),
        ({"digest_hour": -1}, "digest hour"),
        ({"time_zone": "Mars/Olympus"}, "time zone: there is no such zone"),
        ({"time_zone": "../../etc/passwd"}, "time zone"),
        ({"answer_threshold": 0.1}, "answer threshold: must be from 30% to 99%"),
        ({"answer_threshold": float("nan")}, "answer threshold"),
        ({"forum_threshold": 0.4}, "forum threshold: must be from 50% to 99%"),
        ({"forum_threshold": 1.0}, "forum threshold"),
        ({"feedback_days": 0}, "retention: must be from 1 to 3650 days"),
        ({"moderator_roles": frozenset(range(1, 27))}, "moderator roles: at most 25"),
        ({"answer_channels": frozenset(range(1, 27))}, "answer channels: at most 25"),
        ({"forum_channels": frozenset(range(1, 27))}, "forum channels: at most 25"),
    ],
)
async def test_a_value_that_is_not_possible_is_named_and_changes_nothing(database: Database, wrong: dict[str, Any], message: str) -> None:
    guilds = Guilds(database)

    with pytest.raises(SettingsRefused, match=message):
        await guilds.change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=False, **wrong))

    assert await guilds.settings(GUILD) == GuildSettings(GUILD)
    assert rows(database.path, "SELECT 1 FROM guild_settings UNION ALL SELECT 1 FROM audit") == []


async def test_direct_messages_have_no_settings_to_change(database: Database) -> None:
    guilds = Guilds(database)

    with pytest.raises(SettingsRefused, match="Direct messages have no settings"):
        await guilds.change(DIRECT_MESSAGES, MODERATOR, lambda now: replace(now, vote_controls=False))

    assert await guilds.settings(DIRECT_MESSAGES) == GuildSettings(DIRECT_MESSAGES)
    assert rows(database.path, "SELECT 1 FROM guild_settings UNION ALL SELECT 1 FROM audit") == []


async def test_two_administrators_at_once_lose_nothing_of_each_others_change(database: Database) -> None:
    guilds = Guilds(database)

    def adding(role: int) -> Callable[[GuildSettings], GuildSettings]:
        return lambda now: replace(now, moderator_roles=now.moderator_roles | {role})

    await asyncio.gather(*(guilds.change(GUILD, MODERATOR, adding(role)) for role in range(1, 21)))

    assert (await guilds.settings(GUILD)).moderator_roles == frozenset(range(1, 21))
    assert (await Guilds(database).settings(GUILD)).moderator_roles == frozenset(range(1, 21))


@pytest.mark.parametrize(("chosen", "asked_in", "may"), [((), (7,), True), ((7,), (7,), True), ((7,), (8,), False), ((7,), (8, 7), True)])
def test_where_the_bot_may_answer(chosen: tuple[int, ...], asked_in: tuple[int, ...], may: bool) -> None:
    assert GuildSettings(GUILD, answer_channels=frozenset(chosen)).may_answer_in(*asked_in) is may


async def test_the_first_change_after_a_restart_leaves_the_other_settings_as_they_were(database: Database) -> None:
    await Guilds(database).change(GUILD, MODERATOR, lambda now: replace(now, time_zone="Asia/Tokyo", digest_hour=7))
    restarted = Guilds(database)

    changed = await restarted.change(GUILD, MODERATOR, lambda now: replace(now, digest_hour=8))

    assert changed == await restarted.settings(GUILD) == GuildSettings(GUILD, time_zone="Asia/Tokyo", digest_hour=8)
    assert rows(database.path, "SELECT detail FROM audit ORDER BY id DESC LIMIT 1") == [("digest_hour: 7 → 8",)]
