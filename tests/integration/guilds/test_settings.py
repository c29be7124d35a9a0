"""Settings of servers: defaults, changes that last, and the clock that starts when the bot is removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.config import PrivacyConfig
from bot.guilds.settings import Guilds, GuildSettings
from bot.privacy.retention import Retention
from bot.privacy.tombstones import Tombstones, tombstone_file
from bot.storage.database import Database
from bot.storage.tables import DIRECT_MESSAGES
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD, record, rows


async def test_a_server_that_has_decided_nothing_has_the_defaults_and_no_row(database: Database) -> None:
    assert await Guilds(database).settings(GUILD) == GuildSettings(GUILD, vote_controls=True)
    assert rows(database.path, "SELECT * FROM guild_settings") == []


async def test_a_decision_counts_at_once_and_after_a_restart_and_for_that_server_only(database: Database) -> None:
    guilds = Guilds(database)
    await guilds.settings(GUILD)

    told = await guilds.change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=False))

    assert told == await guilds.settings(GUILD) == await Guilds(database).settings(GUILD) == GuildSettings(GUILD, vote_controls=False)
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


async def test_servers_that_went_or_came_back_while_nobody_looked_are_noted_and_the_others_left_alone(database: Database) -> None:
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
