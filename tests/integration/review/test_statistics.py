"""The numbers: each question counted once, on the guild's own days, with rates that say what they are taken from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answering.outcome import OutcomeKind
from bot.bootstrap.stages import Review
from bot.cases.case import CaseState, Reason
from bot.charts import Picture
from bot.feedback.votes import Helpful, Votes
from bot.guilds.settings import DigestRhythm, Guilds
from bot.review.statistics import DayCount, Proportion, ReasonCount, Report, SectionScore, Statistics, WeekCount, report_chart
from bot.storage.database import Database
from bot.storage.tables import answers, cases, guild_settings
from tests.integration.making import ANA, BEN, CLEO, OPEN_WEIGHTS, ask, member, open_case, vote_down
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD, rows

HOUR = timedelta(hours=1)
PARIS = "Europe/Paris"
SPRING = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
"""On this day the clocks of Paris go from 2 to 3: the day has 23 hours."""
AUTUMN = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
"""On this day they go from 3 back to 2: the day has 25 hours."""


async def answered_at(database: Database, moments: list[datetime], kind: OutcomeKind = OutcomeKind.ANSWER, guild_id: int = GUILD) -> None:
    """Store answers that were given at some moments."""
    ((known,),) = rows(database.path, "SELECT count(*) FROM answers")
    assert isinstance(known, int)
    row = {"guild_id": guild_id, "channel_id": 1, "outcome": kind.value, "shown_digest": "d", "fingerprint": "f"}
    async with database.write() as connection:
        for number, moment in enumerate(moments, start=known):
            await connection.execute(answers.insert().values(answer_id=f"a{number:011}", asked_at=moment, **row))


async def in_zone(database: Database, zone: str) -> Statistics:
    guilds = Guilds(database)
    await guilds.change(GUILD, MODERATOR, lambda now: replace(now, time_zone=zone))
    return Statistics(database, guilds)


@pytest.mark.fault(60)
@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (SPRING + timedelta(days=7), 24)])
async def test_row_60_a_day_has_as_many_hours_as_the_clock_of_the_guild_says(database: Database, day: datetime, hours: int) -> None:
    statistics = await in_zone(database, PARIS)
    every_hour = [day.replace(hour=0) + number * HOUR for number in range(-48, 72)]
    await answered_at(database, every_hour)

    report = await statistics.of(GUILD, 3, now=day + timedelta(days=1))

    assert {one.date: one.answered for one in report.days} == {
        day.date() - timedelta(days=1): 24, day.date(): hours, day.date() + timedelta(days=1): 24,
    }  # fmt: skip
    assert report.answered == 48 + hours
    assert report.until - report.since == (48 + hours) * HOUR


@pytest.mark.fault(60)
@given(
    minutes=st.lists(st.integers(0, 60 * 24 * 12), max_size=40),
    zone=st.sampled_from(["UTC", PARIS, "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati"]),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_days_and_weeks_add_up_to_the_whole_in_every_zone(database: Database, minutes: list[int], zone: str) -> None:
    async with database.write() as connection:
        await connection.execute(answers.delete())
    statistics = await in_zone(database, zone)
    start = SPRING - timedelta(days=6)
    await answered_at(database, [start + timedelta(minutes=minute) for minute in minutes])

    report = await statistics.of(GUILD, 30, now=start + timedelta(days=13))

    assert report.answered == sum(day.answered for day in report.days) == sum(week.answered for week in report.weeks) == len(minutes)
    assert len(report.days) == 30
    assert all(week.monday.weekday() == 0 for week in report.weeks)


async def test_outcomes_are_counted_by_kind_and_small_talk_and_other_servers_are_not(database: Database, review: Review) -> None:
    now = datetime.now(UTC)
    for kind, number in ((OutcomeKind.ANSWER, 5), (OutcomeKind.SUGGESTIONS, 3), (OutcomeKind.ABSTENTION, 2), (OutcomeKind.SMALLTALK, 7)):
        await answered_at(database, [now] * number, kind)
    await answered_at(database, [now] * 4, guild_id=OTHER_GUILD)

    report = await review.statistics.of(GUILD, 1)

    assert (report.answered, report.suggested, report.declined) == (5, 3, 2)
    assert report.days == (DayCount(now.date(), 5, 3, 2),)
    assert report.days[0].questions == 10
    assert report.weeks == (WeekCount(now.date() - timedelta(days=now.weekday()), 5, 3, 2),)


async def test_votes_are_counted_by_verdict_reason_and_section(database: Database, review: Review, votes: Votes) -> None:
    first, second = await ask(database), await ask(database, "What is copyleft?")
    await votes.cast(first, GUILD, member(ANA), Helpful())
    for user_id, reason in ((BEN, Reason.WRONG), (CLEO, Reason.WRONG)):
        await vote_down(database, first, user_id, reason=reason)
    await vote_down(database, second, BEN, reason=Reason.UNCLEAR)

    report = await review.statistics.of(GUILD)

    assert report.helpful == Proportion(1, 4)
    assert report.reasons == (ReasonCount(Reason.WRONG, 2), ReasonCount(Reason.UNCLEAR, 1))
    assert report.worst == (SectionScore(OPEN_WEIGHTS, 1, 2), SectionScore("basics/licenses#copyleft", 0, 1))
    assert (await review.statistics.of(OTHER_GUILD)).helpful == Proportion(0, 0)


async def test_the_time_to_close_is_given_by_median_and_ninetieth_percentile(database: Database, review: Review) -> None:
    now = datetime.now(UTC)
    for hours in range(1, 11):
        await open_case(database, f"What are open weights number {hours}?")
        opened, closed = now - 30 * HOUR, now - (30 - hours) * HOUR
        async with database.write() as connection:
            changed = {"state": CaseState.RESOLVED.value, "opened_at": opened, "closed_at": closed}
            await connection.execute(sa.update(cases).where(cases.c.number == hours).values(changed))
    await open_case(database, "What is copyleft?")

    report = await review.statistics.of(GUILD, 7, now=now)

    assert [report.median_hours, report.p90_hours] == pytest.approx([5, 9])
    assert (report.opened, report.closed, report.waiting) == (11, 10, 1)


async def test_an_empty_period_has_zeros_and_no_times(review: Review) -> None:
    report = await review.statistics.of(GUILD, 7)

    assert (report.answered, report.closed, report.median_hours, report.p90_hours, report.worst) == (0, 0, None, None, ())
    assert report.helpful.interval == (0.0, 1.0)


@pytest.mark.parametrize(("days", "counted"), [(-5, 1), (0, 1), (1, 1), (366, 366), (10_000, 366)])
async def test_the_period_is_cut_to_what_is_possible(review: Review, days: int, counted: int) -> None:
    assert len((await review.statistics.of(GUILD, days)).days) == counted


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (450, 500, 0.8706, 0.9234)]
)
def test_the_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    """The values are those of statsmodels' proportion_confint(method="wilson")."""
    assert list(Proportion(hits, total).interval) == pytest.approx([low, high], abs=1e-4)


def some_report(days: int) -> Report:
    counted = tuple(DayCount(date(2026, 1, 1) + timedelta(days=number), number, 2, 1) for number in range(days))
    weeks = tuple(WeekCount(date(2025, 12, 29) + timedelta(days=7 * number), 10 + number, 3, 2) for number in range(days // 7))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    asked = sum(day.answered for day in counted)
    return Report(
        GUILD, "UTC", moment, moment, asked, 2 * days, days, counted, weeks, Proportion(1, 2), (), (), 0, 0, 0, None, None
    )  # fmt: skip


@pytest.mark.parametrize(("days", "said"), [(30, "per day"), (200, "per week from Monday")])
def test_the_chart_is_a_picture_whose_text_has_the_numbers(days: int, said: str) -> None:
    report = some_report(days)

    picture = report_chart(report)

    assert isinstance(picture, Picture)
    assert picture.png.startswith(b"\x89PNG")
    for part in (said, f"{report.answered} answered", f"{2 * days} suggested", f"{days} declined", "2026-01-01"):
        assert part in picture.alternative_text


def test_a_chart_of_nothing_is_drawn_too() -> None:
    empty = replace(some_report(1), answered=0, suggested=0, declined=0, days=(DayCount(date(2026, 1, 1), 0, 0, 0),))

    assert report_chart(empty).alternative_text.endswith("0 answered, 0 suggested, 0 declined.")


async def digest_at(database: Database, rhythm: DigestRhythm, hour: int, sent: datetime) -> None:
    """Set up a digest that was sent last at a moment."""
    await Guilds(database).change(
        GUILD, MODERATOR, lambda now: replace(now, digest=rhythm, digest_hour=hour, time_zone=PARIS, review_channel_id=5)
    )
    async with database.write() as connection:
        await connection.execute(sa.update(guild_settings).values(digest_sent_at=sent))


@pytest.mark.parametrize(
    ("rhythm", "minutes_before", "due"),
    [(DigestRhythm.DAILY, 1, False), (DigestRhythm.DAILY, 0, True), (DigestRhythm.WEEKLY, 0, False), (DigestRhythm.OFF, 0, False)],
)
async def test_a_daily_digest_is_due_at_the_guilds_hour(
    database: Database, review: Review, rhythm: DigestRhythm, minutes_before: int, due: bool
) -> None:
    tuesday_9_in_paris = datetime(2026, 6, 16, 7, 0, tzinfo=UTC)
    await digest_at(database, rhythm, 9, tuesday_9_in_paris - 20 * HOUR)

    now = tuesday_9_in_paris - timedelta(minutes=minutes_before)

    assert await review.digests.due(now=now) == ((GUILD,) if due else ())
    assert (await review.digests.take(GUILD, now=now) is not None) is due


async def test_a_weekly_digest_is_due_on_mondays_also_when_the_bot_was_away_then(database: Database, review: Review) -> None:
    monday_9_in_paris = datetime(2026, 6, 15, 7, 0, tzinfo=UTC)
    await digest_at(database, DigestRhythm.WEEKLY, 9, monday_9_in_paris - timedelta(days=7))

    assert await review.digests.due(now=monday_9_in_paris - HOUR) == ()
    assert await review.digests.due(now=monday_9_in_paris + timedelta(days=2)) == (GUILD,)


async def test_a_digest_goes_out_once_and_tells_of_the_days_before_today(database: Database, review: Review) -> None:
    now = datetime(2026, 6, 16, 7, 30, tzinfo=UTC)
    await digest_at(database, DigestRhythm.DAILY, 9, now - timedelta(days=1))
    await answered_at(database, [now - 24 * HOUR] * 3 + [now] * 5)
    await open_case(database)

    first, second = await review.digests.take(GUILD, now=now), await review.digests.take(GUILD, now=now)

    assert second is None
    assert first is not None
    assert (first.rhythm, first.report.answered, [day.date for day in first.report.days]) == (DigestRhythm.DAILY, 3, [date(2026, 6, 15)])
    assert first.report.waiting == 1
    assert first.oldest_waiting_at == (await review.queue.find(GUILD, 1)).opened_at
    assert await review.digests.due(now=now) == ()


async def test_turning_the_digest_on_does_not_send_one_at_once(database: Database, review: Review) -> None:
    await Guilds(database).change(GUILD, MODERATOR, lambda now: replace(now, digest=DigestRhythm.DAILY, review_channel_id=5))

    assert await review.digests.due() == ()


@pytest.mark.parametrize(
    ("hits", "total", "text"),
    [
        (0, 0, "no votes yet"),
        (0, 1, "0 of 1 vote, too few for a share"),
        (3, 4, "3 of 4 votes, too few for a share"),
        (5, 5, "100 % of 5 votes (95 % interval 57 % to 100 %)"),
    ],
)
def test_a_share_is_said_from_five_votes_on_with_its_number_and_its_interval(hits: int, total: int, text: str) -> None:
    assert Proportion(hits, total).described == text
