"""What a process with some of the shards takes care of by itself: what belongs to its servers, all of it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.bootstrap.stages import Review, open_review
from bot.cases.case import Resolution
from bot.cluster.shards import Shards
from bot.guilds.settings import DigestRhythm, Guilds
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.storage.database import Database
from tests.integration.making import ANA, ask, done, moderator, open_case, vote_down
from tests.integration.rows import MODERATOR, review_of, rows, signals_of, small_knowledge

EVEN, ODD = (10 << 22) + 1, (11 << 22) + 1
"""Servers of which, of two shards, each belongs to another."""


def part(database: Database, *held: int) -> tuple[Guilds, Review]:
    """What a process with these of two shards has."""
    guilds = Guilds(database, shards=Shards(2, set(held), leads=False))
    return guilds, open_review(database, small_knowledge(), guilds, signals_of(), Tombstones(tombstone_file(database.path)), 3)


@pytest.fixture
async def two_servers(database: Database) -> Database:
    """Two servers with a review channel, a digest that is due, an open case, and a resolved one about which a member wants to hear."""
    review = review_of(database)
    for guild_id in (EVEN, ODD):
        await Guilds(database).change(guild_id, MODERATOR, lambda now: replace(now, review_channel_id=5, digest=DigestRhythm.DAILY))
        await vote_down(database, await ask(database, guild_id=guild_id), ANA, guild_id=guild_id, notify=True)
        done(await review.decisions.resolve(moderator(guild_id=guild_id), 1, Resolution.ANSWERED))
        await open_case(database, "What is copyleft?", guild_id=guild_id)
    return database


@pytest.mark.parametrize(("held", "mine"), [((0,), [EVEN]), ((1,), [ODD]), ((0, 1), [EVEN, ODD]), ((), [])])
async def test_cards_news_and_digests_are_those_of_its_servers(two_servers: Database, held: tuple[int, ...], mine: list[int]) -> None:
    _, review = part(two_servers, *held)
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    assert [case.guild_id for case in await review.channel.outdated()] == mine
    assert [(one.case.guild_id, one.user_id) for one in await review.notices.pending()] == [(guild_id, ANA) for guild_id in mine]
    assert list(await review.digests.due(now=tomorrow)) == mine
    assert list(await review.gaps.guilds_with_questions()) == []
    assert [one.guild_id for one in await review.phrasings.to_announce()] == []


async def test_a_shard_that_is_ready_says_nothing_of_the_servers_of_others(two_servers: Database) -> None:
    guilds, _ = part(two_servers, 0)

    await guilds.reconcile(frozenset(), 0)

    assert rows(two_servers.path, "SELECT guild_id FROM guild_settings WHERE removed_at IS NOT NULL") == [(EVEN,)]


async def test_settings_that_another_process_may_have_changed_unheard_are_read_again(two_servers: Database) -> None:
    here, elsewhere = Guilds(two_servers), Guilds(two_servers)
    assert (await here.settings(EVEN)).vote_controls
    await elsewhere.change(EVEN, MODERATOR, lambda now: replace(now, vote_controls=False))

    assert (await here.settings(EVEN)).vote_controls
    here.holding = False
    assert not (await here.settings(EVEN)).vote_controls
    here.holding = True
    here.forget_held()
    assert not (await here.settings(EVEN)).vote_controls
