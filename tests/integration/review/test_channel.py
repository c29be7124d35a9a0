"""What the review channel should show: which cards are out of date, and when to leave a channel or an administrator in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.bootstrap.stages import Review
from bot.cases.case import DismissReason, Place
from bot.guilds.settings import Guilds
from bot.privacy.member_data import MemberRecords
from bot.storage.database import Database
from tests.integration.making import ANA, BEN, done, moderator, open_case
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD

CARD = Place(5, 500)


@pytest.fixture
async def guilds(database: Database) -> Guilds:
    """Settings in which GUILD has a review channel."""
    guilds = Guilds(database)
    await guilds.change(GUILD, MODERATOR, lambda now: replace(now, review_channel_id=5))
    return guilds


async def outdated(review: Review) -> list[tuple[int, int]]:
    return [(case.guild_id, case.number) for case in await review.channel.outdated()]


@pytest.mark.usefixtures("guilds")
async def test_a_new_case_needs_a_card_where_there_is_a_review_channel_only(database: Database, review: Review) -> None:
    await open_case(database)
    await open_case(database, guild_id=OTHER_GUILD)

    assert await outdated(review) == [(GUILD, 1)]


async def test_cases_from_before_the_channel_was_chosen_are_not_poured_into_it_but_come_when_something_happens(
    database: Database, review: Review
) -> None:
    await open_case(database)
    await open_case(database, "What is copyleft?")
    await Guilds(database).change(GUILD, MODERATOR, lambda now: replace(now, review_channel_id=5))
    at_first = await outdated(review)

    await open_case(database, user_id=BEN)

    assert (at_first, await outdated(review)) == ([], [(GUILD, 1)])


@pytest.mark.usefixtures("guilds")
async def test_a_card_is_out_of_date_after_every_change_and_only_then(database: Database, review: Review) -> None:
    await open_case(database)
    for change in (
        review.decisions.claim(moderator(), 1),
        review.decisions.note(moderator(), 1, "look"),
        review.decisions.dismiss(moderator(), 1, DismissReason.SPAM),
    ):
        case = (await review.channel.outdated())[0]
        await review.channel.posted(GUILD, 1, CARD, case.version)
        assert await outdated(review) == []
        await change
    (case,) = await review.channel.outdated()
    assert (case.card, case.state.value) == (CARD, "dismissed")


@pytest.mark.usefixtures("guilds")
async def test_a_change_while_a_card_is_posted_is_not_overlooked(database: Database, review: Review) -> None:
    await open_case(database)
    (before,) = await review.channel.outdated()
    done(await review.decisions.claim(moderator(), 1))

    await review.channel.posted(GUILD, 1, CARD, before.version)

    assert await outdated(review) == [(GUILD, 1)]


@pytest.mark.fault(11)
@pytest.mark.usefixtures("guilds")
async def test_row_11_a_deleted_card_loses_no_case_and_comes_back_with_the_next_change(database: Database, review: Review) -> None:
    await open_case(database)
    (case,) = await review.channel.outdated()
    await review.channel.posted(GUILD, 1, CARD, case.version)

    await review.channel.lost(GUILD, 1, case.version)

    assert (await review.queue.find(GUILD, 1)).card is None
    assert await outdated(review) == []
    done(await review.decisions.claim(moderator(), 1))
    assert await outdated(review) == [(GUILD, 1)]


@pytest.mark.fault(28)
@pytest.mark.usefixtures("guilds")
async def test_row_28_a_deletion_makes_the_cards_of_its_cases_out_of_date(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await open_case(database)
    (case,) = await review.channel.outdated()
    await review.channel.posted(GUILD, 1, CARD, case.version)

    await members.delete(ANA)

    (case,) = await review.channel.outdated()
    assert (case.state.value, case.question) == ("withdrawn", None)


@pytest.mark.fault(12)
async def test_row_12_a_channel_that_refused_a_message_is_left_alone_for_an_hour(
    database: Database, review: Review, guilds: Guilds
) -> None:
    await open_case(database)
    now = datetime.now(UTC)

    await review.channel.pause(GUILD, now=now)

    assert await review.channel.outdated(now=now + timedelta(minutes=59)) == ()
    assert len(await review.channel.outdated(now=now + timedelta(minutes=61))) == 1


async def test_another_review_channel_is_not_left_alone_for_what_the_first_one_did(
    database: Database, review: Review, guilds: Guilds
) -> None:
    await review.channel.pause(GUILD)
    await guilds.change(GUILD, MODERATOR, lambda settings: replace(settings, review_channel_id=6))

    await open_case(database)

    assert await outdated(review) == [(GUILD, 1)]


@pytest.mark.fault(12)
@pytest.mark.usefixtures("guilds")
async def test_row_12_an_administrator_hears_of_trouble_once_a_day(review: Review) -> None:
    now = datetime.now(UTC)

    reply = [await review.channel.may_report_trouble(GUILD, now=now + timedelta(hours=hours)) for hours in (0, 0, 12, 23, 24, 25, 49)]

    assert reply == [True, False, False, False, True, False, True]
