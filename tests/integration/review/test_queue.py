"""The queue: filters, pages, the next case, and a search that finds what is written and nothing that is gone."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.bootstrap.stages import Review
from bot.cases.case import ACTIVE, CaseKind, CaseState, DismissReason, Place, Reason, Resolution
from bot.errors import NotFound
from bot.review.queue import QueueFilter, StateCount
from bot.storage.database import Database
from tests.integration.making import (
    BEN,
    OPEN_WEIGHTS,
    UNKNOWN,
    ask,
    confirm,
    done,
    member,
    moderator,
    open_case,
    other_moderator,
    vote_down,
)
from tests.integration.postgres import fill
from tests.integration.rows import CHANNEL, GUILD, MODERATOR, OTHER_GUILD, review_of, small_knowledge

QUESTIONS = ("What are open weights?", "What is copyleft?", "What does the MIT license allow?", "What is a closed model?")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def with_four(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A closed database with four cases, made once and copied: open, claimed, resolved, dismissed."""
    path: Path = tmp_path_factory.mktemp("four") / "bot.sqlite3"
    shutil.copy2(empty_database, path)
    database = Database(path)
    decisions = review_of(database).decisions
    for question, reason in zip(QUESTIONS, (Reason.WRONG, Reason.UNCLEAR, Reason.WRONG, Reason.OFF_TOPIC), strict=True):
        await vote_down(database, await ask(database, question), reason=reason, comment=f"About {question} I say Größe")
    done(await decisions.claim(moderator(), 2))
    done(await decisions.resolve(moderator(), 3, Resolution.FIXED, why="by the next reload"))
    done(await decisions.dismiss(other_moderator(), 4, DismissReason.DUPLICATE))
    await database.close()
    return path


@pytest.fixture
def four(database: Database, review: Review, with_four: Path) -> Review:
    """The review of a database with those four cases; nothing has opened its file yet."""
    if isinstance(database.place, Path):
        shutil.copy2(with_four, database.path)
    else:
        fill(database.place, with_four)
    return review


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (QueueFilter(), [1, 2]),
        (QueueFilter(states=frozenset()), [4, 3, 2, 1]),
        (QueueFilter(states=frozenset({CaseState.CLAIMED})), [2]),
        (QueueFilter(states=frozenset({CaseState.RESOLVED, CaseState.DISMISSED})), [4, 3]),
        (QueueFilter(states=frozenset(), reason=Reason.WRONG), [3, 1]),
        (QueueFilter(states=frozenset(), section_ids=("before#it", OPEN_WEIGHTS)), [1]),
        (QueueFilter(states=frozenset(), area="basics"), [4, 3, 2, 1]),
        (QueueFilter(states=frozenset(), area="elsewhere"), []),
        (QueueFilter(states=frozenset(), moderator_id=MODERATOR), [3, 2]),
        (QueueFilter(kind=CaseKind.CORRECTION), []),
        (QueueFilter(kind=CaseKind.NOT_HELPFUL, states=ACTIVE), [1, 2]),
        (QueueFilter(since=datetime.now(UTC) - timedelta(days=1)), [1, 2]),
        (QueueFilter(since=datetime(2100, 1, 1, tzinfo=UTC)), []),
        (QueueFilter(states=frozenset(), text="COPYLEFT grosse"), [2]),
        (QueueFilter(states=frozenset(), text="COPYLEFT größe"), [2]),
        (QueueFilter(text="größe"), [1, 2]),
    ],
)
async def test_each_filter_lets_through_what_it_names(four: Review, filters: QueueFilter, numbers: list[int]) -> None:
    page = await four.queue.page(GUILD, filters)

    assert [case.number for case in page.cases] == numbers
    assert page.total == len(numbers)


async def test_a_page_tells_how_many_cases_there_are_in_each_state(four: Review) -> None:
    page = await four.queue.page(GUILD, QueueFilter(text="nothing like that"))

    assert (page.cases, page.total, page.pages) == ((), 0, 1)
    assert page.counts == tuple(
        StateCount(state, 1) for state in (CaseState.OPEN, CaseState.CLAIMED, CaseState.RESOLVED, CaseState.DISMISSED)
    )
    assert (await four.queue.page(OTHER_GUILD, QueueFilter())).counts == ()


@pytest.mark.parametrize("filters", [QueueFilter(), QueueFilter(text="weights"), QueueFilter(reason=Reason.WRONG)])
async def test_pages_put_together_are_the_whole_list_and_past_the_end_is_the_last(
    database: Database, review: Review, filters: QueueFilter
) -> None:
    for number in range(7):
        await open_case(database, f"What are open weights number {number}?")

    pages = [await review.queue.page(GUILD, filters, page, size=3) for page in (-1, 0, 1, 2, 99)]

    assert [[case.number for case in page.cases] for page in pages] == [[1, 2, 3], [1, 2, 3], [4, 5, 6], [7], [7]]
    assert [(page.page, page.pages, page.total) for page in pages] == [(0, 3, 7), (0, 3, 7), (1, 3, 7), (2, 3, 7), (2, 3, 7)]


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "'; DROP TABLE cases; --", "\0", "zzz", "a" * 5000])
async def test_a_search_for_what_nobody_wrote_finds_nothing(four: Review, text: str) -> None:
    assert (await four.queue.search(GUILD, text)).total == 0
    assert (await four.queue.page(GUILD, QueueFilter(states=frozenset()))).total == 4


async def test_a_search_finds_notes_closing_texts_and_sections(four: Review) -> None:
    await four.decisions.note(moderator(), 1, "ask the zoologist")
    done(await four.decisions.resolve(moderator(), 2, Resolution.FIXED, "the giraffe was right", "by the next reload"))

    found = {
        text: [case.number for case in (await four.queue.search(GUILD, text)).cases] for text in ("zoologist", "giraffe", OPEN_WEIGHTS)
    }

    assert found == {"zoologist": [1], "giraffe": [2], OPEN_WEIGHTS: [1]}


async def test_a_case_is_found_by_the_section_that_a_moderator_confirmed_its_area_and_its_title(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN, BEN), GUILD, member(BEN))
    ways = (
        QueueFilter(text="OPENNESS#open-weights"),
        QueueFilter(text="weights", titles=small_knowledge().engine.corpus),
        QueueFilter(section_ids=(OPEN_WEIGHTS,)),
        QueueFilter(area="basics", area_ids=(OPEN_WEIGHTS, "basics/licenses#copyleft")),
    )
    before = [(await review.queue.page(GUILD, way)).total for way in ways]

    await confirm(review.phrasings, moderator(), 1, OPEN_WEIGHTS)

    assert before == [0, 0, 0, 0]
    assert [(await review.queue.page(GUILD, way)).total for way in ways] == [1, 1, 1, 1]
    await review.questions.ask_moderator(await ask(database, UNKNOWN, BEN, OTHER_GUILD), OTHER_GUILD, member(BEN, OTHER_GUILD))
    assert [(await review.queue.page(OTHER_GUILD, way)).total for way in ways] == [0, 0, 0, 0]


async def test_next_goes_round_what_waits_and_what_is_mine(four: Review) -> None:
    async def after(number: int, moderator_id: int) -> int | None:
        case = await four.queue.next(GUILD, number, moderator_id)
        return None if case is None else case.number

    assert [await after(number, MODERATOR) for number in (0, 1, 2, 4)] == [1, 2, 1, 1]
    assert await after(1, 5) is None
    done(await four.decisions.reopen(moderator(), 4))
    assert await after(1, 5) == 4


async def test_the_case_and_the_answer_of_a_message_are_found_in_its_server_only(database: Database, review: Review) -> None:
    answer_id = await ask(database, message_id=4711)
    await vote_down(database, answer_id)

    card = await review.cards.open_for_message(moderator(), 4711)

    assert card.answer is not None
    assert (card.summary.number, card.answer.stored.answer_id) == (1, answer_id)
    assert card.answer.place == Place(CHANNEL, 4711)
    for actor, message_id in ((moderator(guild_id=OTHER_GUILD), 4711), (moderator(), 4712)):
        with pytest.raises(NotFound):
            await review.cards.open_for_message(actor, message_id)
    assert (await review.queue.page(GUILD, QueueFilter(states=frozenset()))).total == 1


async def test_the_kind_tells_questions_from_votes(database: Database, review: Review) -> None:
    await open_case(database)
    await review.questions.ask_moderator(await ask(database, UNKNOWN, BEN), GUILD, member(BEN))

    for kind, question in ((CaseKind.NOT_HELPFUL, "What are open weights?"), (CaseKind.DECLINED, UNKNOWN)):
        (case,) = (await review.queue.page(GUILD, QueueFilter(kind=kind))).cases
        assert case.question == question


@pytest.mark.fault(59)
async def test_row_59_a_clock_that_was_set_back_neither_changes_the_order_nor_makes_times_negative(
    database: Database, four: Review
) -> None:
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE cases SET opened_at = opened_at + 7200000 WHERE number IN (1, 3)")

    report = await four.statistics.of(GUILD, 2)

    assert [case.number for case in (await four.queue.page(GUILD, QueueFilter())).cases] == [1, 2]
    assert report.closed == 2
    assert report.median_hours == 0
