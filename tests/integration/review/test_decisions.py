"""What moderators decide: every step and every step that is not possible, races of two, and the same click delivered twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.bootstrap.stages import Review
from bot.cases.case import Actor, CaseState, Decided, DismissReason, Done, Refusal, Resolution
from bot.errors import InputError, NotFound
from bot.feedback.votes import Helpful
from bot.review.decisions import Claim, Decisions, Dismiss, Resolve
from bot.storage.audit import AuditAction
from bot.storage.database import Database
from bot.storage.opening import prepare_database
from tests.integration.making import ANA, BEN, OPEN_WEIGHTS, done, member, moderator, open_case, other_moderator, refused
from tests.integration.processes import PATIENCE, started
from tests.integration.rows import GUILD, HOSTILE_TEXTS, MODERATOR, OTHER_GUILD, OTHER_MODERATOR, as_stored, rows, small_knowledge, votes_of

Step = Callable[[Decisions, Actor, int], Awaitable[Decided]]
CLAIM: Step = lambda decisions, actor, number: decisions.claim(actor, number)  # noqa: E731
UNCLAIM: Step = lambda decisions, actor, number: decisions.unclaim(actor, number)  # noqa: E731
RESOLVE: Step = lambda decisions, actor, number: decisions.resolve(actor, number, Resolution.FIXED, "Thank you!", "by the next reload")  # noqa: E731
DISMISS: Step = lambda decisions, actor, number: decisions.dismiss(actor, number, DismissReason.SPAM, "An advertisement")  # noqa: E731
REOPEN: Step = lambda decisions, actor, number: decisions.reopen(actor, number)  # noqa: E731
APPROVE: Step = lambda decisions, actor, number: decisions.approve(actor, number)  # noqa: E731


async def in_state(database: Database, review: Review, state: str) -> None:
    """Open case 1 and lead it to a state, by the first moderator."""
    await open_case(database)
    for step in {
        "open": (), "claimed": (CLAIM,), "resolved": (RESOLVE,), "dismissed": (DISMISS,), "reopened": (RESOLVE, REOPEN), "withdrawn": (),
    }[state]:  # fmt: skip
        done(await step(review.decisions, moderator(), 1))
    if state == "withdrawn":
        (answer_id,) = rows(database.path, "SELECT answer_id FROM answers")[0]
        await votes_of(database).cast(str(answer_id), GUILD, member(ANA), Helpful())


POSSIBLE = {
    ("open", "claim"): "claimed", ("reopened", "claim"): "claimed", ("claimed", "unclaim"): "open",
    ("open", "resolve"): "resolved", ("claimed", "resolve"): "resolved", ("reopened", "resolve"): "resolved",
    ("open", "dismiss"): "dismissed", ("claimed", "dismiss"): "dismissed", ("reopened", "dismiss"): "dismissed",
    ("resolved", "reopen"): "reopened", ("dismissed", "reopen"): "reopened",
}  # fmt: skip
"""What the moderator who has a case can do, and where it leads; nothing else is possible."""
STEPS = {"claim": CLAIM, "unclaim": UNCLAIM, "resolve": RESOLVE, "dismiss": DISMISS, "reopen": REOPEN, "approve": APPROVE}


@pytest.mark.parametrize("state", [state.value for state in CaseState])
@pytest.mark.parametrize("step", STEPS)
async def test_every_step_from_every_state_leads_where_it_should_and_what_is_refused_changes_nothing(
    database: Database, review: Review, state: str, step: str
) -> None:
    await in_state(database, review, state)
    before = await review.queue.find(GUILD, 1)

    decided = await STEPS[step](review.decisions, moderator(), 1)

    after = await review.queue.find(GUILD, 1)
    if (state, step) in POSSIBLE:
        assert done(decided).state.value == after.state.value == POSSIBLE[state, step]
        assert after.version > before.version
    else:
        assert not isinstance(decided, Done)
        assert after == before == decided.case


@pytest.mark.parametrize(
    ("state", "step", "reason"),
    [
        ("claimed", CLAIM, Refusal.TAKEN),
        ("claimed", RESOLVE, Refusal.TAKEN),
        ("claimed", DISMISS, Refusal.TAKEN),
        ("claimed", UNCLAIM, Refusal.TAKEN),
        ("claimed", REOPEN, Refusal.NOT_CLOSED),
        ("resolved", CLAIM, Refusal.CLOSED),
        ("resolved", RESOLVE, Refusal.CLOSED),
        ("dismissed", DISMISS, Refusal.CLOSED),
        ("open", UNCLAIM, Refusal.NOT_CLAIMED),
        ("open", REOPEN, Refusal.NOT_CLOSED),
        ("open", APPROVE, Refusal.WRONG_KIND),
        ("withdrawn", CLAIM, Refusal.WITHDRAWN),
        ("withdrawn", RESOLVE, Refusal.WITHDRAWN),
        ("withdrawn", REOPEN, Refusal.WITHDRAWN),
    ],
)
async def test_whoever_comes_second_hears_why_and_who(database: Database, review: Review, state: str, step: Step, reason: Refusal) -> None:
    await in_state(database, review, state)

    decided = await step(review.decisions, other_moderator(), 1)

    assert refused(decided) == reason.value
    if reason in (Refusal.TAKEN, Refusal.CLOSED):
        assert decided.case.moderator_id == MODERATOR


async def test_a_closed_case_that_everybody_behind_it_took_back_is_not_opened_again(database: Database, review: Review) -> None:
    await in_state(database, review, "resolved")
    (answer_id,) = rows(database.path, "SELECT answer_id FROM answers")[0]
    await votes_of(database).cast(str(answer_id), GUILD, member(ANA), Helpful())

    assert refused(await review.decisions.reopen(moderator(), 1)) == Refusal.WITHDRAWN.value


@pytest.mark.parametrize(("state", "step"), [("claimed", CLAIM), ("resolved", RESOLVE), ("dismissed", DISMISS), ("reopened", REOPEN)])
async def test_a_double_click_is_distinguished_from_a_lost_race(database: Database, review: Review, state: str, step: Step) -> None:
    await in_state(database, review, state)

    assert refused(await step(review.decisions, moderator(), 1)) == Refusal.ALREADY.value


async def test_a_decision_is_stored_with_what_was_said(database: Database, review: Review) -> None:
    await open_case(database)

    case = done(await review.decisions.resolve(moderator(), 1, Resolution.NO_CHANGE, "It is right as it is."))

    assert (case.resolution, case.closing_text, case.moderator_id) == (Resolution.NO_CHANGE, "It is right as it is.", MODERATOR)
    assert case.closed_at is not None
    reopened = done(await review.decisions.reopen(other_moderator(), 1))
    assert (reopened.resolution, reopened.closing_text, reopened.moderator_id, reopened.closed_at) == (None, None, None, None)


async def test_a_claim_of_somebody_who_is_away_can_be_given_back_on_purpose(database: Database, review: Review) -> None:
    await in_state(database, review, "claimed")

    assert refused(await review.decisions.unclaim(other_moderator(), 1)) == Refusal.TAKEN.value
    assert done(await review.decisions.unclaim(other_moderator(), 1, of_others=True)).state is CaseState.OPEN


@pytest.mark.fault(25)
async def test_row_25_the_same_interaction_delivered_twice_acts_once(database: Database, review: Review) -> None:
    await open_case(database)
    resolving = moderator(interaction_id=777)
    first = done(await review.decisions.resolve(resolving, 1, Resolution.FIXED, "once", "by the next reload"))
    done(await review.decisions.reopen(moderator(), 1))

    again = done(await review.decisions.resolve(resolving, 1, Resolution.FIXED, "once", "by the next reload"))

    assert first.state is CaseState.RESOLVED
    assert again.state is CaseState.REOPENED
    assert rows(database.path, "SELECT action FROM audit ORDER BY id") == [("resolved",), ("reopened",)]


async def test_a_note_delivered_twice_is_one_note(database: Database, review: Review) -> None:
    await open_case(database)
    noting = moderator(interaction_id=778)

    for _ in range(2):
        await review.decisions.note(noting, 1, "  look at the source  ")

    (note,) = (await review.cards.show(GUILD, 1)).notes
    assert (note.moderator_id, note.text) == (MODERATOR, "look at the source")


async def test_a_note_makes_a_new_version_of_the_case_so_that_its_card_is_drawn_again(database: Database, review: Review) -> None:
    await open_case(database)
    ((before,),) = rows(database.path, "SELECT version FROM cases")

    await review.decisions.note(moderator(), 1, "look at the source")

    assert isinstance(before, int)
    assert rows(database.path, "SELECT version FROM cases") == [(before + 1,)]


@pytest.mark.fault(56)
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
async def test_row_56_what_moderators_write_is_stored_byte_for_byte(database: Database, review: Review, text: str) -> None:
    text = as_stored(database, text)
    await open_case(database)

    await review.decisions.note(moderator(), 1, text)
    await review.decisions.resolve(moderator(), 1, Resolution.FIXED, text, text)

    tables = {"case_notes": "text", "cases": "closing_text", "proofs": "why"}
    stored = [rows(database.path, f"SELECT CAST({column} AS BLOB) FROM {table}") for table, column in tables.items()]
    assert stored == [[(text.strip().encode(),)]] * 3


@pytest.mark.fault(20)
@pytest.mark.parametrize("number", [0, -1, 2, 2**31, 2**63 - 1, 2**200])
async def test_row_20_a_forged_number_is_not_found_and_touches_no_row(database: Database, review: Review, number: int) -> None:
    await open_case(database)
    before = rows(database.path, "SELECT * FROM cases")

    for step in STEPS.values():
        with pytest.raises(NotFound):
            await step(review.decisions, moderator(), number)
    with pytest.raises(NotFound):
        await review.decisions.note(moderator(), number, "note")
    with pytest.raises(NotFound):
        await review.cards.show(GUILD, number)

    assert rows(database.path, "SELECT * FROM cases") == before
    assert rows(database.path, "SELECT * FROM audit") == []


@pytest.mark.fault(21)
async def test_row_21_a_moderator_of_another_guild_reaches_nothing(database: Database, review: Review) -> None:
    answer_id = await open_case(database)
    stranger = moderator(guild_id=OTHER_GUILD)
    before = rows(database.path, "SELECT * FROM cases")

    for step in STEPS.values():
        with pytest.raises(NotFound):
            await step(review.decisions, stranger, 1)
    with pytest.raises(NotFound):
        await review.cards.open_for(stranger, answer_id)
    assert (await review.bulk.apply(stranger, [1], Claim()))[0].refusal is Refusal.NOT_FOUND
    with pytest.raises(NotFound):
        await review.cards.open_for(moderator(guild_id=OTHER_GUILD), answer_id)
    assert await review.queue.next(OTHER_GUILD, 0, MODERATOR) is None
    assert (await review.queue.search(OTHER_GUILD, "weights")).total == 0
    assert rows(database.path, "SELECT * FROM cases") == before


async def test_a_bulk_action_does_what_it_can_and_says_what_it_could_not(database: Database, review: Review) -> None:
    for question in ("What are open weights?", "What is copyleft?", "What does the MIT license allow?"):
        await open_case(database, question)
    done(await review.decisions.claim(other_moderator(), 2))

    results = await review.bulk.apply(moderator(), [3, 2, 99, 1, 3], Resolve(Resolution.FIXED, "done", "by the next reload"))

    assert [(one.number, one.refusal) for one in results] == [(3, None), (2, Refusal.TAKEN), (99, Refusal.NOT_FOUND), (1, None)]
    assert results[1].case is not None
    assert results[1].case.moderator_id == OTHER_MODERATOR
    assert [state for (state,) in rows(database.path, "SELECT state FROM cases ORDER BY number")] == ["resolved", "claimed", "resolved"]


async def test_a_bulk_action_delivered_twice_acts_once(database: Database, review: Review) -> None:
    await open_case(database)
    await open_case(database, "What is copyleft?")
    dismissing = moderator(interaction_id=779)

    for _ in range(2):
        results = await review.bulk.apply(dismissing, [1, 2], Dismiss(DismissReason.OFF_TOPIC))

    assert [one.refusal for one in results] == [None, None]
    assert rows(database.path, "SELECT count(*) FROM audit") == [(2,)]


async def test_too_many_cases_at_once_are_refused(review: Review) -> None:
    with pytest.raises(InputError, match="At most 25"):
        await review.bulk.apply(moderator(), range(1, 27), Claim())


@pytest.mark.fault(23)
async def test_row_23_of_two_moderators_who_click_together_exactly_one_wins(database: Database, review: Review) -> None:
    """80 races with random arrivals; benchmarks/review.py runs 10,000."""
    await open_case(database)
    chance = random.Random(23)
    for turn in range(80):
        step, back = chance.choice([(CLAIM, UNCLAIM), (RESOLVE, REOPEN), (DISMISS, REOPEN)])
        rivals = [who() for _ in range(chance.choice([1, 2])) for who in (moderator, other_moderator)]
        chance.shuffle(rivals)

        results = await asyncio.gather(*(_later(chance.randrange(3), step, review.decisions, rival) for rival in rivals))

        winners = [one for one in results if isinstance(one, Done)]
        assert len(winners) == 1, turn
        winner = winners[0].case.moderator_id
        assert all(one.case.moderator_id == winner for one in results)
        done(await back(review.decisions, moderator(winner or 0), 1))
    assert rows(database.path, "SELECT count(*) FROM audit") == [(160,)]


async def _later(turns: int, step: Step, decisions: Decisions, actor: Actor) -> Decided:
    for _ in range(turns):
        await asyncio.sleep(0)
    return await step(decisions, actor, 1)


async def test_every_step_is_in_the_audit_log_with_who_and_how(database: Database, review: Review) -> None:
    await open_case(database)
    for step in (CLAIM, UNCLAIM, RESOLVE, REOPEN, DISMISS):
        done(await step(review.decisions, moderator(), 1))

    log = await review.audit.page(GUILD)

    state = small_knowledge().engine.fingerprint
    fixed = f"fixed; answer {OPEN_WEIGHTS} → answer {OPEN_WEIGHTS}; {state} → {state}"
    assert [(entry.action, entry.case_number, entry.detail) for entry in reversed(log.items)] == [
        (AuditAction.CLAIMED, 1, None), (AuditAction.UNCLAIMED, 1, None), (AuditAction.RESOLVED, 1, fixed),
        (AuditAction.REOPENED, 1, None), (AuditAction.DISMISSED, 1, "spam"),
    ]  # fmt: skip
    assert {entry.actor_id for entry in log.items} == {MODERATOR}
    assert (await review.audit.page(OTHER_GUILD)).total == 0


async def test_the_case_of_a_refused_decision_is_not_in_the_audit_log(database: Database, review: Review) -> None:
    await in_state(database, review, "claimed")

    await CLAIM(review.decisions, other_moderator(), 1)

    assert rows(database.path, "SELECT action FROM audit") == [("claimed",)]


DECIDE_FOR_EVER = """
import asyncio, itertools, sys
from pathlib import Path
from bot.cases.case import Actor
from bot.review.decisions import Decisions
from bot.storage.database import Database
from bot.storage.opening import prepare_database

async def no_proof(*case):
    return None

async def main() -> None:
    path = Path(sys.argv[1])
    prepare_database(path, must_exist=True)
    decisions = Decisions(Database(path), no_proof)
    for number in itertools.count():
        note = f"{sys.argv[2]}-{number}"
        await decisions.note(Actor(101, 9001), 1, note)
        print(note, flush=True)

asyncio.run(main())
"""


@pytest.mark.fault(34)
async def test_row_34_5_times_kill_9_loses_nothing_that_a_moderator_was_shown_as_saved(path: Path) -> None:
    """benchmarks/review.py kills 1,000 times, beside a variant that acknowledges before the commit and must lose."""
    prepare_database(path, must_exist=False)
    database = Database(path)
    await open_case(database, user_id=BEN)
    await database.close()
    acknowledged: set[str] = set()

    for life in range(5):
        with started("-c", DECIDE_FOR_EVER, str(path), f"life{life}", cwd=path.parent) as child:
            assert child.stdout is not None
            seen = [child.stdout.readline() for _ in range(1 + 6 * life)]
            child.kill()
            rest = child.stdout.read()
            assert child.wait(PATIENCE) == -9
        lines = b"".join([*seen, rest]).decode().splitlines(keepends=True)
        acknowledged.update(line.rstrip("\n") for line in lines if line.endswith("\n"))

    prepare_database(path, must_exist=True)
    stored = {note for (note,) in rows(path, "SELECT text FROM case_notes")}
    assert len(acknowledged) >= sum(1 + 6 * life for life in range(5))
    assert acknowledged <= stored
    assert rows(path, "SELECT count(*) FROM audit") == [(len(stored),)]
