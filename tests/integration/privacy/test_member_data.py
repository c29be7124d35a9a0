"""A member's rows: shown to nobody else, and gone to the last byte at the member's word."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.cases.case import Reason
from bot.feedback.question_log import QuestionLog
from bot.feedback.votes import Helpful, NotHelpful
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.privacy.member_data import MemberData, MemberRecords, OwnJudgement, OwnVote
from bot.storage.database import Database
from bot.storage.hashing import MemberHasher
from bot.storage.tables import DIRECT_MESSAGES, answers
from tests.integration.rows import CHANNEL, GUILD, HOSTILE_TEXTS, OTHER_GUILD, as_stored, in_files, record, rows, votes_of

ANA, BEN = 1001, 1002
NOTHING = MemberData()


@pytest.fixture
def members(database: Database, hasher: MemberHasher) -> MemberRecords:
    """The records under test."""
    return MemberRecords(database, hasher, Tombstones(tombstone_file(database.path)))


async def both_ask_and_vote(database: Database, hasher: MemberHasher) -> None:
    """Ana asks in two servers, Ben in one; both vote and choose on Ana's answer."""
    ana, ben = hasher.hash(GUILD, ANA), hasher.hash(GUILD, BEN)
    await record(database, "answer000001", ana, question="What did Ana ask?")
    await record(database, "answer000002", hasher.hash(OTHER_GUILD, ANA), OTHER_GUILD, "What did Ana ask elsewhere?")
    await record(database, "answer000003", ben, question="What did Ben ask?")
    votes = votes_of(database)
    await votes.cast("answer000001", GUILD, ana, NotHelpful(Reason.WRONG, "comment of Ana", "correction of Ana"))
    await votes.cast("answer000001", GUILD, ben, NotHelpful(Reason.OUTDATED, "comment of Ben", "correction of Ben"))
    await votes.judge("answer000001", GUILD, ana, "section/of#ana")
    await votes.judge("answer000001", GUILD, ben, "section/of#ben")


async def test_a_member_without_rows_has_nothing(members: MemberRecords) -> None:
    assert await members.of(ANA) == NOTHING
    assert await members.delete(ANA) == 0


async def test_a_member_sees_own_rows_of_all_servers_and_nobody_elses(
    members: MemberRecords, database: Database, hasher: MemberHasher
) -> None:
    await both_ask_and_vote(database, hasher)

    data = await members.of(ANA)

    (first, second), (vote,), (judgement,) = data.questions, data.votes, data.judgements
    assert (first.answer_id, first.guild_id, first.channel_id, first.question) == ("answer000001", GUILD, CHANNEL, "What did Ana ask?")
    assert (first.searched, first.outcome, first.section_id, first.message_id) == ("What did Ana ask?", "smalltalk", None, None)
    assert (second.answer_id, second.guild_id, second.question) == ("answer000002", OTHER_GUILD, "What did Ana ask elsewhere?")
    assert vote == OwnVote("answer000001", GUILD, vote.voted_at, False, "wrong", "comment of Ana", "correction of Ana")
    assert judgement == OwnJudgement("answer000001", GUILD, judgement.judged_at, "section/of#ana")
    assert data.rows == 4
    assert "Ben" not in repr(data)
    assert "ben" not in repr(data)


async def test_rows_of_direct_messages_are_shown_and_deleted_too(members: MemberRecords, database: Database, hasher: MemberHasher) -> None:
    await record(database, "answer000001", hasher.hash(DIRECT_MESSAGES, ANA), DIRECT_MESSAGES, "asked in private")

    assert [question.question for question in (await members.of(ANA)).questions] == ["asked in private"]
    assert await members.delete(ANA) == 1
    assert await members.of(ANA) == NOTHING


async def test_a_member_who_has_only_voted_in_a_server_is_found_there(
    members: MemberRecords, database: Database, hasher: MemberHasher
) -> None:
    await record(database, "answer000001", hasher.hash(GUILD, BEN))
    await votes_of(database).cast("answer000001", GUILD, hasher.hash(GUILD, ANA), Helpful())

    data = await members.of(ANA)

    assert (data.questions, len(data.votes), data.votes[0].helpful) == ((), 1, True)
    assert await members.delete(ANA) == 1


async def test_deleting_takes_all_of_a_member_and_leaves_everything_of_the_others(
    members: MemberRecords, database: Database, hasher: MemberHasher
) -> None:
    await both_ask_and_vote(database, hasher)
    others = await members.of(BEN)

    deleted = await members.delete(ANA)

    assert deleted == 4
    assert await members.of(ANA) == NOTHING
    assert await members.of(BEN) == others
    assert others.rows == 3


async def test_deleting_leaves_the_count_of_answers_without_name_and_text(
    members: MemberRecords, database: Database, hasher: MemberHasher
) -> None:
    await both_ask_and_vote(database, hasher)

    await members.delete(ANA)

    query = "SELECT answer_id, member_hash, question, normalized_question, searched FROM answers WHERE member_hash IS NULL"
    assert rows(database.path, query) == [("answer000001", None, None, None, None), ("answer000002", None, None, None, None)]
    assert rows(database.path, "SELECT count(*) FROM answers") == [(3,)]


@pytest.mark.fault(30)
async def test_no_byte_of_a_deleted_member_remains_in_the_files(members: MemberRecords, database: Database, hasher: MemberHasher) -> None:
    await both_ask_and_vote(database, hasher)
    gone = ["What did Ana ask", "what did ana ask", "comment of Ana", "correction of Ana", "section/of#ana", hasher.hash(GUILD, ANA)]
    assert all(in_files(database.path, text) for text in gone)

    await members.delete(ANA)

    assert {text: in_files(database.path, text) for text in gone} == {text: [] for text in gone}
    assert in_files(database.path, "comment of Ben")


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
async def test_hostile_text_is_handed_out_as_it_was_typed_and_deleted_like_any_other(
    members: MemberRecords, database: Database, hasher: MemberHasher, text: str
) -> None:
    text = as_stored(database, text)
    ana = hasher.hash(GUILD, ANA)
    await record(database, "answer000001", ana, question=text)
    await votes_of(database).cast("answer000001", GUILD, ana, NotHelpful(Reason.WRONG, text, text))

    data = await members.of(ANA)
    await members.delete(ANA)

    assert (data.questions[0].question, data.votes[0].comment, data.votes[0].correction) == (text, text, text)
    assert in_files(database.path, text) == []


async def test_long_text_on_pages_of_its_own_is_overwritten_too(members: MemberRecords, database: Database, hasher: MemberHasher) -> None:
    ana = hasher.hash(GUILD, ANA)
    await record(database, "answer000001", ana, question="long story " * 5000)

    await members.delete(ANA)

    assert in_files(database.path, "long story") == []


async def test_no_byte_remains_of_a_comment_that_the_database_has_moved_about(
    members: MemberRecords, database: Database, hasher: MemberHasher
) -> None:
    await record(database, "answer000001")
    votes = votes_of(database)
    chance = random.Random(1)
    for member in range(20):
        vote = NotHelpful(Reason.WRONG, f"secret{member:03d} " + "x" * chance.randrange(900))
        await votes.cast("answer000001", GUILD, hasher.hash(GUILD, member), vote)
    for member in chance.sample(range(20), 20):
        vote = NotHelpful(Reason.WRONG, f"secret{member:03d} " + "y" * chance.randrange(900))
        await votes.cast("answer000001", GUILD, hasher.hash(GUILD, member), vote)

    remains = {}
    for member in range(20):
        await members.delete(member)
        remains[member] = in_files(database.path, f"secret{member:03d}")

    assert remains == {member: [] for member in range(20)}


async def test_a_vote_that_replaced_another_leaves_no_byte_of_it_after_the_deletion(
    members: MemberRecords, database: Database, hasher: MemberHasher
) -> None:
    ana = hasher.hash(GUILD, ANA)
    await record(database, "answer000001", ana)
    await votes_of(database).cast("answer000001", GUILD, ana, NotHelpful(Reason.WRONG, "first comment of Ana"))
    await votes_of(database).cast("answer000001", GUILD, ana, Helpful())

    await members.delete(ANA)

    assert in_files(database.path, "first comment of Ana") == []


async def test_a_member_of_600_servers_is_shown_and_deleted_whole(members: MemberRecords, database: Database, hasher: MemberHasher) -> None:
    async with database.write() as connection:
        for guild in range(1, 601):
            await connection.execute(
                sa.insert(answers).values(
                    answer_id=f"answer{guild:06d}", guild_id=guild, channel_id=7, member_hash=hasher.hash(guild, ANA), question="what?",
                    outcome="smalltalk", shown_digest="x", fingerprint="x", asked_at=datetime.now(UTC),
                )
            )  # fmt: skip

    assert {question.guild_id for question in (await members.of(ANA)).questions} == set(range(1, 601))
    assert await members.delete(ANA) == 600
    assert await members.of(ANA) == NOTHING


async def test_a_member_can_ask_again_after_the_deletion(members: MemberRecords, database: Database, hasher: MemberHasher) -> None:
    await both_ask_and_vote(database, hasher)
    await members.delete(ANA)

    await record(database, "answer000009", hasher.hash(GUILD, ANA), question="once more")

    assert [question.question for question in (await members.of(ANA)).questions] == ["once more"]
    assert (await QuestionLog(database).find("answer000001", GUILD)).member_hash is None
