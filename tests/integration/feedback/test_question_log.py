"""The log of answers: recorded once, found only from its own server, whatever the text and the id."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import ANSWER_ID_LENGTH, Answer, DeliveryKey
from bot.corpus.document import digest
from bot.errors import NotFound, NotSaved
from bot.feedback.question_log import Asker, QuestionLog
from bot.storage.database import Database
from tests.integration.rows import (
    CHANNEL,
    FORGED_IDS,
    GUILD,
    HOSTILE_TEXTS,
    OTHER_GUILD,
    as_stored,
    in_files,
    outcome,
    record,
    rows,
    second_program,
)

ASKER = Asker(GUILD, CHANNEL, "asker")
"""Ids that were never given out while answer000001 was."""


async def test_an_answer_is_found_as_it_was_given(database: Database, engine: AnswerEngine) -> None:
    given = engine.answer("What are open weights?", delivery=DeliveryKey(b"key", "interaction 1"))
    before = datetime.now(UTC).replace(microsecond=0)

    await QuestionLog(database).record(given, ASKER)

    found = await QuestionLog(database).find(given.asked.answer_id, GUILD)
    assert isinstance(given, Answer)
    assert (found.answer_id, found.guild_id, found.member_hash) == (given.asked.answer_id, GUILD, "asker")
    assert (found.question, found.searched) == ("What are open weights?", given.asked.searched)
    assert (found.outcome, found.section_id, found.confidence) == ("answer", given.section.id, given.confidence)
    assert (found.shown_digest, found.fingerprint) == (digest(given.text), engine.fingerprint)
    assert before <= found.asked_at <= datetime.now(UTC)
    assert found.hits == given.hits
    assert len(found.hits) > 1


async def test_an_outcome_without_hits_is_found_too(database: Database) -> None:
    await record(database, "answer000001")

    found = await QuestionLog(database).find("answer000001", GUILD)

    assert (found.outcome, found.section_id, found.confidence, found.hits) == ("smalltalk", None, None, ())


async def test_the_same_delivery_recorded_twice_is_one_row_and_the_first_one(database: Database, engine: AnswerEngine) -> None:
    given = engine.answer("What are open weights?", delivery=DeliveryKey(b"key", "interaction 1"))
    log = QuestionLog(database)
    await log.record(given, ASKER)

    await log.record(given, Asker(OTHER_GUILD, 8, "somebody else"))

    assert rows(database.path, "SELECT guild_id, member_hash FROM answers") == [(GUILD, "asker")]
    assert rows(database.path, "SELECT count(*) FROM hits") == [(len((await log.find(given.asked.answer_id, GUILD)).hits),)]


@pytest.mark.fault(25)
async def test_one_delivery_recorded_by_20_tasks_at_once_is_one_row(database: Database) -> None:
    await asyncio.gather(*(record(database, "answer000001") for _ in range(20)))

    assert rows(database.path, "SELECT count(*) FROM answers") == [(1,)]


async def test_50_answers_recorded_at_once_are_all_found(database: Database, engine: AnswerEngine) -> None:
    given = [engine.answer("What are open weights?", delivery=DeliveryKey(b"key", f"interaction {number}")) for number in range(50)]
    log = QuestionLog(database)

    await asyncio.gather(*(log.record(one, ASKER) for one in given))

    found = await asyncio.gather(*(log.find(one.asked.answer_id, GUILD) for one in given))
    assert {one.answer_id for one in found} == {one.asked.answer_id for one in given}
    assert len({one.row for one in found}) == 50
    assert all(one.hits == given[0].hits for one in found if isinstance(given[0], Answer))


async def test_an_answer_of_another_server_is_not_found(database: Database) -> None:
    await record(database, "answer000001", guild_id=GUILD)

    with pytest.raises(NotFound, match=f"no answer answer000001 in guild {OTHER_GUILD}"):
        await QuestionLog(database).find("answer000001", OTHER_GUILD)


@pytest.mark.parametrize("forged", FORGED_IDS, ids=lambda forged: repr(forged[:20]))
async def test_a_forged_id_is_not_found(database: Database, forged: str) -> None:
    await record(database, "answer000001")

    with pytest.raises(NotFound):
        await QuestionLog(database).find(forged, GUILD)


async def test_ids_of_answers_have_the_length_that_the_table_holds(engine: AnswerEngine) -> None:
    assert len(engine.answer("What are open weights?").asked.answer_id) == ANSWER_ID_LENGTH == 12


async def test_the_message_of_an_answer_is_remembered(database: Database) -> None:
    await record(database, "answer000001")
    await record(database, "answer000002")

    await QuestionLog(database).shown_in("answer000001", GUILD, 2**63 - 1)

    assert rows(database.path, "SELECT message_id FROM answers ORDER BY id") == [(2**63 - 1,), (None,)]


async def test_another_server_cannot_change_the_message_of_an_answer(database: Database) -> None:
    await record(database, "answer000001", guild_id=GUILD)

    await QuestionLog(database).shown_in("answer000001", OTHER_GUILD, 5)

    assert rows(database.path, "SELECT message_id FROM answers") == [(None,)]


@pytest.mark.fault(56)
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
async def test_questions_are_stored_byte_for_byte_and_nothing_in_them_is_executed(database: Database, text: str) -> None:
    await record(database, "answer000000", question="What is copyleft?")

    await QuestionLog(database).record(outcome("answer000001", text), ASKER)

    assert (await QuestionLog(database).find("answer000001", GUILD)).question == as_stored(database, text)
    stored = as_stored(database, text).encode()
    assert rows(database.path, "SELECT CAST(question AS BLOB) FROM answers ORDER BY id") == [(b"What is copyleft?",), (stored,)]


@pytest.mark.only_sqlite("a trigger in its words")
async def test_an_answer_is_never_recorded_in_part(database: Database, engine: AnswerEngine) -> None:
    given = engine.answer("What are open weights?", delivery=DeliveryKey(b"key", "interaction 1"))
    with second_program(database.path) as other:
        other.execute("CREATE TRIGGER no_hits BEFORE INSERT ON hits BEGIN SELECT RAISE(ABORT, 'no hits today'); END")

    with pytest.raises(NotSaved, match="no hits today"):
        await QuestionLog(database).record(given, ASKER)

    assert rows(database.path, "SELECT count(*) FROM answers") == [(0,)]


async def test_words_that_are_not_the_askers_own_are_not_stored(database: Database) -> None:
    someone_elses = Asker(GUILD, CHANNEL, "asker", own_words=False)

    await QuestionLog(database).record(outcome("answer000001", "what somebody else wrote"), someone_elses)

    found = await QuestionLog(database).find("answer000001", GUILD)
    assert (found.member_hash, found.question, found.searched) == ("asker", None, None)
    assert in_files(database.path, "somebody else") == []
