"""Week by week: each question once, on the guild's own clock, with what was done about the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.answering.outcome import OutcomeKind
from bot.bootstrap.stages import Review
from bot.cases.case import Resolution
from bot.feedback.votes import Helpful
from bot.guilds.settings import Guilds
from bot.storage.database import Database
from bot.storage.tables import answers, judgements
from tests.integration.making import ANA, BEN, CLEO, UNKNOWN, ask, member, moderator, open_case
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD, rows, votes_of

SUNDAY = datetime(2026, 3, 29, 21, 30, tzinfo=UTC)
"""In Paris, where the clocks went forward that morning, it is 23:30."""


async def stored(database: Database, kind: OutcomeKind, moment: datetime, *, taken: bool = False, picked: bool = False) -> None:
    ((number,),) = rows(database.path, "SELECT count(*) FROM answers")
    row = {"guild_id": GUILD, "channel_id": 1, "outcome": kind.value, "shown_digest": "d", "fingerprint": "f", "picked": picked}
    async with database.write() as connection:
        statement = answers.insert().values(answer_id=f"a{number:011}", asked_at=moment, **row).returning(answers.c.id)
        answer = (await connection.execute(statement)).scalar_one()
        if taken:
            await connection.execute(
                judgements.insert().values(answer=answer, guild_id=GUILD, member_hash="m", section_id="s", judged_at=moment)
            )


@pytest.mark.parametrize(("zone", "monday"), [("UTC", date(2026, 3, 23)), ("Asia/Tokyo", date(2026, 3, 30))])
async def test_a_question_is_counted_once_in_the_week_of_the_guilds_own_clock(
    database: Database, review: Review, zone: str, monday: date
) -> None:
    await Guilds(database).change(GUILD, MODERATOR, lambda now: replace(now, time_zone=zone))
    await stored(database, OutcomeKind.ANSWER, SUNDAY)
    await stored(database, OutcomeKind.ANSWER, SUNDAY, picked=True)
    await stored(database, OutcomeKind.SUGGESTIONS, SUNDAY, taken=True)
    await stored(database, OutcomeKind.SUGGESTIONS, SUNDAY)
    await stored(database, OutcomeKind.ABSTENTION, SUNDAY)
    await stored(database, OutcomeKind.SMALLTALK, SUNDAY)

    report = await review.progress.of(GUILD, 28, now=SUNDAY + timedelta(days=7))

    (week,) = [week for week in report.weeks if week.happened]
    assert week.monday == monday
    assert (week.right_away, week.after_suggestions, week.not_taken, week.declined) == (1, 1, 1, 1)
    assert week.questions == 4  # the answer that a pick leads to is part of its question
    assert [one.monday.weekday() for one in report.weeks] == [0] * len(report.weeks)


async def test_what_was_done_is_counted_in_the_week_in_which_it_was(database: Database, review: Review) -> None:
    answer_id = await open_case(database)
    await votes_of(database).cast(answer_id, GUILD, member(BEN), Helpful())
    await review.decisions.resolve(moderator(), 1, Resolution.FIXED, why="by the next reload")
    declined = [await ask(database, UNKNOWN, user) for user in (ANA, BEN, CLEO)]
    await review.questions.ask_moderator(declined[0], GUILD, member(ANA))
    await review.gaps.refresh(GUILD)
    ((key,),) = rows(database.path, "SELECT key FROM gaps")
    await review.gaps.set_aside(moderator(), str(key))

    week = (await review.progress.of(GUILD, 7)).weeks[-1]

    assert (week.declined, week.asked_moderator) == (3, 1)
    assert (week.helpful.hits, week.helpful.total) == (1, 2)
    assert (week.gaps_opened, week.gaps_closed) == (1, 1)
    assert week.fixed == 1
    assert week.median_hours is not None
    assert not any(week.happened for week in (await review.progress.of(OTHER_GUILD, 7)).weeks)


async def test_a_gap_of_too_few_members_is_counted_nowhere(database: Database, review: Review) -> None:
    for user in (ANA, BEN, CLEO):
        await ask(database, UNKNOWN, user)
    await review.gaps.refresh(GUILD)
    async with database.write() as connection:
        await connection.execute(answers.update().where(answers.c.member_hash == member(ANA)).values(member_hash=None))

    assert (await review.progress.of(GUILD, 7)).weeks[-1].gaps_opened == 0
    moment = datetime.now(UTC)
    assert (await review.gaps.counts(GUILD, moment - timedelta(days=7), moment + timedelta(days=1))).opened == 0


async def test_picked_answers_say_nothing_about_the_confidence(database: Database, review: Review) -> None:
    answer_id = await open_case(database)
    async with database.write() as connection:
        await connection.execute(answers.update().where(answers.c.answer_id == answer_id).values(picked=True))

    report = await review.progress.of(GUILD, 7)

    assert report.kept == ()
    assert report.proposal is None
