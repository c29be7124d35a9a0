"""Fixed is proved: what is kept of before and after, when a reason is needed, and that a case whose answer got worse opens again, once."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge, Knowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.bootstrap.stages import Review, open_review
from bot.cases.case import CaseState, Refusal, Resolution
from bot.corpus.files import Limits
from bot.errors import NotFound, StorageError
from bot.feedback.votes import Helpful
from bot.guilds.settings import Guilds
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.privacy.member_data import MemberRecords
from bot.review.decisions import Resolve
from bot.review.export import ExportFormat, export_lines
from bot.review.proof import Alike, Proof, Proofs, Seen, got_worse
from bot.review.queue import QueueFilter
from bot.storage.audit import BY_ITSELF, AuditAction
from bot.storage.database import Database
from bot.storage.tables import answers
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.making import ANA, BEN, COPYLEFT, UNKNOWN, ask, confirm, done, member, moderator, open_case, refused, vote_down
from tests.integration.rows import GUILD, OTHER_GUILD, in_files, rows, signals_of, votes_of

WHY = "the new text comes on Monday"
MIT = "basics/licenses#mit-license"
ALL = QueueFilter(states=frozenset())


def built_from(folder: Path) -> BuiltKnowledge:
    return build_knowledge(KnowledgeSource(folder, Limits(), AnswerSettings(), cached=False))


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> BuiltKnowledge:
    """The small knowledge base with another text about copyleft."""
    folder = tmp_path_factory.mktemp("edited")
    for path in SMALL_KNOWLEDGE.rglob("*.md"):
        target = folder / path.relative_to(SMALL_KNOWLEDGE)
        target.parent.mkdir(exist_ok=True)
        target.write_text(path.read_text().replace("Copyleft demands that changed", "Copyleft asks that all changed"))
    return built_from(folder)


@pytest.fixture(scope="module")
def original() -> BuiltKnowledge:
    return built_from(SMALL_KNOWLEDGE)


@pytest.fixture
def knowledge(original: BuiltKnowledge) -> Knowledge:
    """Knowledge of this test alone, that can be swapped as a reload does."""
    return Knowledge(original)


@pytest.fixture
def review(database: Database, knowledge: Knowledge) -> Review:
    return open_review(database, knowledge, Guilds(database), signals_of(), Tombstones(tombstone_file(database.path)), 3)


async def fixed_by_phrasing(database: Database, review: Review, *, notify: bool = False) -> str:
    """A question without an answer, sent to the moderators, for which one of them names a section; then it is resolved as fixed."""
    answer_id = await ask(database, UNKNOWN)
    await review.questions.ask_moderator(answer_id, GUILD, member(ANA), ANA if notify else None)
    await confirm(review.phrasings, moderator(), 1, COPYLEFT)
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, "Thank you for asking!", WHY))
    return answer_id


async def fixed_by_edit(database: Database, review: Review, knowledge: Knowledge, edited: BuiltKnowledge) -> None:
    """A vote against an answer, whose text is changed by a reload; then the case is resolved as fixed."""
    await open_case(database, "What is copyleft?")
    knowledge.engine = edited.engine
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED))


async def proof_of_case(review: Review) -> Proof:
    proof = (await review.cards.show(GUILD, 1)).proof
    assert proof is not None
    return proof


async def test_fixed_keeps_what_was_answered_before_and_after_with_both_states(database: Database, review: Review) -> None:
    await fixed_by_phrasing(database, review)

    proof = await proof_of_case(review)

    assert (proof.before.outcome, proof.before.section_id) == ("abstention", None)
    assert proof.after is not None
    assert (proof.after.outcome, proof.after.section_id, proof.changed, proof.why) == ("answer", COPYLEFT, True, None)
    assert proof.text is not None
    assert "Copyleft demands that changed versions" in proof.text
    assert proof.fingerprint_before != proof.fingerprint_after
    assert rows(database.path, "SELECT fingerprint_before, fingerprint_after FROM proofs") == [
        (proof.fingerprint_before, proof.fingerprint_after)
    ]


async def test_the_proof_is_in_the_audit_log_and_in_every_export(database: Database, review: Review) -> None:
    await fixed_by_phrasing(database, review)
    proof = await proof_of_case(review)

    entry = next(one for one in (await review.audit.page(GUILD)).items if one.action is AuditAction.RESOLVED)
    texts = {form: "".join(export_lines(database.place, GUILD, ALL, form)) for form in ExportFormat}

    states = f"{proof.fingerprint_before} → {proof.fingerprint_after}"
    assert entry.detail == f"fixed; abstention → answer {COPYLEFT}; {states}"
    row = json.loads(texts[ExportFormat.JSONL])
    assert (row["answer_before"], row["answer_after"], row["why_fixed"]) == ("abstention", f"answer {COPYLEFT}", None)
    assert (row["fingerprint_before"], row["fingerprint_after"]) == (proof.fingerprint_before, proof.fingerprint_after)
    (line,) = csv.DictReader(io.StringIO(texts[ExportFormat.CSV].removeprefix("\ufeff")))
    assert (line["answer_before"], line["answer_after"]) == ("abstention", f"answer {COPYLEFT}")
    assert f"fingerprint after: {proof.fingerprint_after}" in texts[ExportFormat.MARKDOWN]


async def test_fixed_with_the_same_answer_needs_a_reason_and_nothing_else_does(database: Database, review: Review) -> None:
    for question in ("What is copyleft?", "What are open weights?"):
        await open_case(database, question)

    assert refused(await review.decisions.resolve(moderator(), 1, Resolution.FIXED)) == Refusal.UNPROVEN.value
    assert refused(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, "fixed", "  ")) == Refusal.UNPROVEN.value
    assert rows(database.path, "SELECT state FROM cases WHERE number = 1") == [("open",)]
    assert rows(database.path, "SELECT count(*) FROM proofs") == rows(database.path, "SELECT count(*) FROM audit") == [(0,)]
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, why=WHY))
    done(await review.decisions.resolve(moderator(), 2, Resolution.NO_CHANGE))

    proof = await proof_of_case(review)
    assert (proof.changed, proof.why) == (False, WHY)
    assert (await review.cards.show(GUILD, 2)).proof is None


async def test_where_nothing_can_be_asked_any_more_a_reason_is_needed_too(database: Database, review: Review) -> None:
    await open_case(database)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE answers SET question = NULL, normalized_question = NULL, searched = NULL")

    assert refused(await review.decisions.resolve(moderator(), 1, Resolution.FIXED)) == Refusal.UNPROVEN.value
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, why=WHY))

    proof = await proof_of_case(review)
    assert (proof.after, proof.changed, proof.why) == (None, False, WHY)


async def test_a_case_in_other_hands_says_so_rather_than_that_it_lacks_a_reason(database: Database, review: Review) -> None:
    await open_case(database)
    done(await review.decisions.claim(moderator(9002), 1))

    assert refused(await review.decisions.resolve(moderator(), 1, Resolution.FIXED)) == Refusal.TAKEN.value


async def test_several_at_once_are_proved_one_by_one(database: Database, review: Review) -> None:
    await review.questions.ask_moderator(await ask(database, UNKNOWN), GUILD, member(ANA))
    await confirm(review.phrasings, moderator(), 1, COPYLEFT)
    await open_case(database)

    results = await review.bulk.apply(moderator(), [1, 2], Resolve(Resolution.FIXED))

    assert [one.refusal for one in results] == [None, Refusal.UNPROVEN]


async def test_other_questions_of_the_server_that_are_like_it_are_asked_beside_it(database: Database, review: Review) -> None:
    await fixed_by_phrasing(database, review)
    proofs, asked = Proofs(database, review.watch.engines), []
    for question, guild_id in (
        (UNKNOWN.upper(), GUILD),
        ("Who won that football match in Ulaanbaatar?", OTHER_GUILD),
        ("What does the MIT license allow?", GUILD),
        ("Who won the football match in Ulaanbaatar yesterday?", GUILD),
    ):
        await ask(database, question, BEN, guild_id)
        proof = await proofs.of(GUILD, 1, None)
        assert proof is not None
        asked.append(proof.alike.asked)

    alone = (await proof_of_case(review)).alike.asked
    assert asked == [alone, alone, alone, alone + 1]


async def test_of_questions_like_it_only_their_number_is_kept(database: Database, review: Review) -> None:
    await ask(database, "Who won the football match in Ulaanbaatar yesterday?", BEN)

    await fixed_by_phrasing(database, review)

    proof = await proof_of_case(review)
    assert 1 <= proof.alike.asked <= 6
    assert proof.alike.changed <= 1
    assert rows(database.path, "SELECT why FROM proofs") == [(None,)]
    assert "Ulaanbaatar" not in str(rows(database.path, "SELECT * FROM proofs"))


async def test_a_question_like_it_that_gets_another_answer_now_is_counted(
    database: Database, review: Review, knowledge: Knowledge, edited: BuiltKnowledge
) -> None:
    await ask(database, "what is copyleft, please", BEN)
    await fixed_by_edit(database, review, knowledge, edited)

    proof = await proof_of_case(review)

    assert proof.alike.changed == 1
    assert proof.alike.missed == 0


async def test_a_number_of_another_server_has_no_proof(database: Database, review: Review) -> None:
    await fixed_by_phrasing(database, review)

    with pytest.raises(NotFound):
        await review.decisions.resolve(moderator(guild_id=OTHER_GUILD), 1, Resolution.FIXED, why=WHY)
    with pytest.raises(NotFound):
        await review.cards.show(OTHER_GUILD, 1)


async def test_a_case_whose_old_answer_is_back_opens_again_by_itself_once(
    database: Database, review: Review, knowledge: Knowledge, edited: BuiltKnowledge, original: BuiltKnowledge
) -> None:
    await fixed_by_edit(database, review, knowledge, edited)
    assert await review.watch.look() == 0

    knowledge.engine = original.engine
    opened = await asyncio.gather(*(review.watch.look() for _ in range(3)))

    case = await review.queue.find(GUILD, 1)
    proof = await proof_of_case(review)
    assert sum(opened) == 1
    assert (case.state, case.moderator_id, case.resolution) == (CaseState.REOPENED, None, None)
    assert proof.worsened_at is not None
    entry = (await review.audit.page(GUILD)).items[0]
    assert (entry.action, entry.actor_id, entry.case_number) == (AuditAction.REOPENED_WORSE, BY_ITSELF, 1)
    assert entry.detail == f"answer {COPYLEFT} → answer {COPYLEFT}; {edited.engine.fingerprint} → {original.engine.fingerprint}"
    assert await review.watch.look() == 0


async def test_it_opens_again_once_for_each_time_that_it_is_fixed(
    database: Database, review: Review, knowledge: Knowledge, edited: BuiltKnowledge, original: BuiltKnowledge
) -> None:
    await fixed_by_edit(database, review, knowledge, edited)
    opened = []
    for _ in range(2):
        knowledge.engine = original.engine
        opened.append(await review.watch.look())
        knowledge.engine = edited.engine
        opened.append(await review.watch.look())
        done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED))

    assert opened == [1, 0, 1, 0]
    assert (await proof_of_case(review)).worsened_at is None


async def test_a_phrasing_that_is_taken_back_opens_the_case_that_it_fixed(database: Database, review: Review) -> None:
    await fixed_by_phrasing(database, review)

    ((phrasing,),) = rows(database.path, "SELECT id FROM phrasings")
    assert isinstance(phrasing, int)
    await review.phrasings.withdraw(moderator(), phrasing)

    assert await review.watch.look() == 1
    assert (await review.queue.find(GUILD, 1)).state is CaseState.REOPENED


async def test_nothing_is_proved_or_opened_while_the_phrasings_of_the_server_cannot_be_read(database: Database, review: Review) -> None:
    await fixed_by_phrasing(database, review)
    await open_case(database)
    before = rows(database.path, "SELECT * FROM proofs")

    async with database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE phrasings RENAME TO away")
    with pytest.raises(StorageError):
        await review.watch.look()
    with pytest.raises(StorageError):
        await review.decisions.resolve(moderator(), 2, Resolution.FIXED, why=WHY)
    (bulk,) = await review.bulk.apply(moderator(), [2], Resolve(Resolution.FIXED, why=WHY))
    async with database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE away RENAME TO phrasings")

    assert bulk.refusal is Refusal.NOT_SAVED
    assert rows(database.path, "SELECT state FROM cases ORDER BY number") == [("resolved",), ("open",)]
    assert rows(database.path, "SELECT * FROM proofs") == before
    assert await review.watch.look() == 0


async def test_a_case_that_is_about_another_follow_up_now_is_not_judged_by_it(
    database: Database, review: Review, knowledge: Knowledge, edited: BuiltKnowledge, original: BuiltKnowledge
) -> None:
    await fixed_by_edit(database, review, knowledge, edited)
    async with database.write() as connection:
        await connection.execute(sa.update(answers).values(context_id=MIT, shown_digest="another"))
    knowledge.engine = original.engine

    assert await review.watch.look() == 0
    assert rows(database.path, "SELECT checked FROM proofs") == [(original.engine.fingerprint,)]


async def test_each_state_is_put_to_a_case_once_also_after_a_restart(
    database: Database, review: Review, knowledge: Knowledge, edited: BuiltKnowledge, original: BuiltKnowledge
) -> None:
    await fixed_by_edit(database, review, knowledge, edited)
    better = AnswerEngine(
        edited.engine.corpus, edited.engine.index, replace(edited.engine.settings, suggestions=2), edited.engine.confidence
    )
    knowledge.engine = better
    await review.watch.look()
    assert rows(database.path, "SELECT checked FROM proofs") == [(better.fingerprint,)]

    again = Knowledge(original)  # a bot that is started on the old folder
    restarted = open_review(database, again, Guilds(database), signals_of(), Tombstones(tombstone_file(database.path)), 3)

    assert await restarted.watch.look() == 1


async def test_a_case_with_a_reason_one_that_was_taken_back_and_one_without_words_are_left_alone(
    database: Database, review: Review, knowledge: Knowledge, edited: BuiltKnowledge, original: BuiltKnowledge, members: MemberRecords
) -> None:
    await open_case(database)
    done(await review.decisions.resolve(moderator(), 1, Resolution.FIXED, why=WHY))
    taken_back = await open_case(database, "What is copyleft?", ANA)
    knowledge.engine = edited.engine
    done(await review.decisions.resolve(moderator(), 2, Resolution.FIXED))
    await votes_of(database).cast(taken_back, GUILD, member(ANA), Helpful())
    knowledge.engine = original.engine
    without = await ask(database, "copyleft: what is it?", BEN)
    await vote_down(database, without, BEN)
    knowledge.engine = edited.engine
    done(await review.decisions.resolve(moderator(), 3, Resolution.FIXED))
    await members.delete(BEN)
    knowledge.engine = original.engine

    assert await review.watch.look() == 0
    assert rows(database.path, "SELECT state FROM cases ORDER BY number") == [("resolved",)] * 3
    asked = 'SELECT cases.number FROM proofs JOIN cases ON cases.id = proofs."case" WHERE checked = ?'
    assert rows(database.path, asked, original.engine.fingerprint) == [(1,), (2,)]  # the last one has nothing to ask


async def test_no_word_of_a_member_is_left_when_they_delete_their_data_and_the_proof_stays(
    database: Database, review: Review, members: MemberRecords
) -> None:
    await fixed_by_phrasing(database, review)
    before = await proof_of_case(review)

    await members.delete(ANA)

    assert in_files(database.path, "Ulaanbaatar") == []
    assert await proof_of_case(review) == before


ANSWER, OTHER, EDITED = Seen("answer", "a#x", "1"), Seen("answer", "a#y", "2"), Seen("answer", "a#x", "3")
SUGGESTIONS, NONE = Seen("suggestions", None, "4"), Seen("abstention", None, "5")


@pytest.mark.parametrize(
    ("before", "after", "now", "worse"),
    [
        (ANSWER, EDITED, EDITED, False),
        (ANSWER, EDITED, ANSWER, True),
        (ANSWER, EDITED, Seen("answer", "a#x", "6"), False),
        (ANSWER, EDITED, OTHER, True),
        (NONE, ANSWER, SUGGESTIONS, True),
        (NONE, ANSWER, NONE, True),
        (NONE, SUGGESTIONS, ANSWER, False),
        (NONE, SUGGESTIONS, Seen("suggestions", None, "7"), False),
        (ANSWER, SUGGESTIONS, NONE, True),
        (ANSWER, NONE, OTHER, True),
        (ANSWER, NONE, SUGGESTIONS, False),
    ],
)
def test_worse_is_the_old_answer_or_another_section(original: BuiltKnowledge, before: Seen, after: Seen, now: Seen, worse: bool) -> None:
    proof = Proof(before, "one", after, "two", "the text", True, Alike(0, 0, 0), datetime.now(UTC))

    assert got_worse(proof, now, original.engine.corpus) is worse
