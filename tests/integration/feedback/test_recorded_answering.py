"""Answering with a memory: what is answered is logged once, follow-ups are understood, and a broken database costs no answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge
from bot.answering.outcome import Answer, DeliveryKey, SmallTalk
from bot.bootstrap.stages import Stages, open_stages
from bot.config import Config, KnowledgeConfig
from bot.errors import NotFound
from bot.feedback.question_log import Asker
from bot.feedback.votes import Helpful, VoteCount
from tests.integration.rows import CHANNEL, GUILD, MODERATOR, rows, second_program

ASKER = Asker(GUILD, CHANNEL, "asker")


def delivery(name: str) -> DeliveryKey:
    return DeliveryKey(b"key", name)


async def test_an_answer_is_given_logged_and_can_be_voted_on(stages: Stages) -> None:
    recorded = await stages.answering.ask("What are open weights?", ASKER, delivery("1"), (CHANNEL, 1))

    assert isinstance(recorded.outcome, Answer)
    assert (recorded.outcome.section.id, recorded.saved, recorded.votable) == ("basics/openness#open-weights", True, True)
    found = await stages.question_log.find(recorded.outcome.asked.answer_id, GUILD)
    assert (found.section_id, found.question, found.member_hash) == ("basics/openness#open-weights", "What are open weights?", "asker")


async def test_an_answer_is_not_votable_where_the_server_wants_no_controls(stages: Stages) -> None:
    await stages.guilds.change(GUILD, MODERATOR, lambda now: replace(now, vote_controls=False))

    recorded = await stages.answering.ask("What are open weights?", ASKER, delivery("1"), (CHANNEL, 1))

    assert (recorded.saved, recorded.votable) == (True, False)


async def test_the_same_small_talk_delivered_twice_is_one_row(stages: Stages) -> None:
    first = await stages.answering.ask("hello", ASKER, delivery("1"), (CHANNEL, 1))
    second = await stages.answering.ask("hello", ASKER, delivery("1"), (CHANNEL, 1))

    assert isinstance(first.outcome, SmallTalk)
    assert second == first
    assert rows(stages.database.path, "SELECT count(*) FROM answers") == [(1,)]


async def test_the_same_question_delivered_twice_is_one_row(stages: Stages) -> None:
    first = await stages.answering.ask("What are open weights?", ASKER, delivery("1"), (CHANNEL, 1))
    second = await stages.answering.ask("What are open weights?", ASKER, delivery("1"), (CHANNEL, 1))

    assert second.outcome == first.outcome
    assert rows(stages.database.path, "SELECT count(*) FROM answers") == [(1,)]


async def test_the_same_question_of_two_deliveries_is_two_rows(stages: Stages) -> None:
    for name in ("1", "2"):
        await stages.answering.ask("What are open weights?", ASKER, delivery(name), (CHANNEL, int(name)))

    assert rows(stages.database.path, "SELECT count(DISTINCT answer_id) FROM answers") == [(2,)]


async def test_a_follow_up_is_searched_with_the_subject_of_its_own_conversation_only(stages: Stages) -> None:
    await stages.answering.ask("What is copyleft?", ASKER, delivery("1"), (CHANNEL, 1))

    mine = await stages.answering.ask("who publishes it?", ASKER, delivery("2"), (CHANNEL, 1))
    theirs = await stages.answering.ask("who publishes it?", ASKER, delivery("3"), (CHANNEL, 2))

    assert mine.outcome.asked.searched == "who made copyleft"
    assert "copyleft" not in theirs.outcome.asked.searched
    found = await stages.question_log.find(mine.outcome.asked.answer_id, GUILD)
    assert (found.question, found.searched) == ("who publishes it?", "who made copyleft")


async def test_a_chosen_section_is_the_answer_and_is_logged(stages: Stages) -> None:
    section = stages.knowledge.engine.corpus.section("basics/licenses#copyleft")
    assert section is not None

    recorded = await stages.answering.choose(section, "license under weights", ASKER, delivery("1"), (CHANNEL, 1))

    assert isinstance(recorded.outcome, Answer)
    assert recorded.outcome.section == section
    found = await stages.question_log.find(recorded.outcome.asked.answer_id, GUILD)
    assert (found.section_id, found.question, found.hits[0].section_id) == (section.id, "license under weights", section.id)


async def test_the_message_of_an_answer_is_remembered(stages: Stages) -> None:
    recorded = await stages.answering.ask("What are open weights?", ASKER, delivery("1"), (CHANNEL, 1))

    await stages.answering.shown_in(recorded, GUILD, 55)

    assert rows(stages.database.path, "SELECT message_id FROM answers") == [(55,)]


@pytest.mark.usefixtures("short_wait")
async def test_a_locked_database_costs_the_vote_and_never_the_answer(
    migrated: Config, built: BuiltKnowledge, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_stages(migrated, built) as stages:
        with second_program(migrated.database.path) as other:
            other.execute("BEGIN IMMEDIATE")
            recorded = await stages.answering.ask("What are open weights?", ASKER, delivery("1"), (CHANNEL, 1))
            await stages.answering.shown_in(recorded, GUILD, 55)
        afterwards = await stages.answering.ask("What is copyleft?", ASKER, delivery("2"), (CHANNEL, 1))

        assert isinstance(recorded.outcome, Answer)
        assert (recorded.saved, recorded.votable) == (False, False)
        assert "could not be logged" in caplog.text
        assert "open weights" not in "".join(record.getMessage() for record in caplog.records)
        with pytest.raises(NotFound):
            await stages.votes.cast(recorded.outcome.asked.answer_id, GUILD, "ana", Helpful())
        assert afterwards.saved


@pytest.mark.usefixtures("short_wait")
async def test_a_message_that_cannot_be_noted_costs_nothing_else(
    migrated: Config, built: BuiltKnowledge, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_stages(migrated, built) as stages:
        recorded = await stages.answering.ask("What are open weights?", ASKER, delivery("1"), (CHANNEL, 1))
        with second_program(migrated.database.path) as other:
            other.execute("BEGIN IMMEDIATE")
            await stages.answering.shown_in(recorded, GUILD, 55)

        assert "could not be noted" in caplog.text
        assert await stages.votes.cast(recorded.outcome.asked.answer_id, GUILD, "ana", Helpful()) is False


async def test_feedback_on_a_section_that_is_gone_keeps_what_was_shown(migrated: Config, built: BuiltKnowledge, tmp_path: Path) -> None:
    async with open_stages(migrated, built) as stages:
        recorded = await stages.answering.ask("What are open weights?", ASKER, delivery("1"), (CHANNEL, 1))
        name = recorded.outcome.asked.answer_id
        given = await stages.question_log.find(name, GUILD)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "new.md").write_text("# Data\n\n## Data sheets\n\nA data sheet describes a data set.\n", encoding="utf-8")
    changed = migrated.model_copy(update={"knowledge": KnowledgeConfig(path=tmp_path / "other")})

    async with open_stages(changed) as stages:
        await stages.votes.cast(name, GUILD, "ana", Helpful())

        assert stages.knowledge.engine.corpus.section("basics/openness#open-weights") is None
        assert await stages.question_log.find(name, GUILD) == given
        assert (given.section_id, given.fingerprint) == ("basics/openness#open-weights", built.engine.fingerprint)
        assert await stages.votes.count(name, GUILD) == VoteCount(helpful=1, not_helpful=0)


async def test_a_server_with_a_threshold_of_its_own_is_answered_by_it_and_the_others_as_before(stages: Stages) -> None:
    question = "which permissive license has a patent grant"
    plain = await stages.answering.ask(question, ASKER, delivery("1"), (CHANNEL, 1))
    assert isinstance(plain.outcome, Answer)
    stricter = min(0.99, plain.outcome.confidence + 0.005)
    engine = stages.knowledge.engine_for(stricter)
    assert engine is stages.knowledge.engine_for(stricter)
    assert engine.fingerprint != stages.knowledge.engine.fingerprint
    await stages.guilds.change(GUILD, MODERATOR, lambda now: replace(now, answer_threshold=stricter))

    here = await stages.answering.ask("what may be sold by anyone under permissive terms?", ASKER, delivery("2"), (CHANNEL, 2))
    there = await stages.answering.ask(question, Asker(GUILD + 1, CHANNEL, "asker"), delivery("3"), (CHANNEL, 3))

    assert here.outcome.asked.fingerprint == engine.fingerprint
    assert there.outcome.asked.fingerprint == stages.knowledge.engine.fingerprint


async def test_what_nobody_asked_the_bot_is_answered_only_when_it_is_sure_and_else_not_even_logged(stages: Stages) -> None:
    path = stages.database.path

    unsure = await stages.answering.ask_if_sure("who won the football match?", ASKER, delivery("1"), 0.85)
    greeting = await stages.answering.ask_if_sure("hello", ASKER, delivery("2"), 0.85)
    logged = rows(path, "SELECT count(*) FROM answers")
    sure = await stages.answering.ask_if_sure("What are open weights?", ASKER, delivery("3"), 0.85)

    assert (unsure, greeting, logged) == (None, None, [(0,)])
    assert sure is not None
    assert isinstance(sure.outcome, Answer)
    assert rows(path, "SELECT count(*) FROM answers") == [(1,)]


THEIRS = "my neighbor Karl wants to know: what is copyleft?"


async def test_a_follow_up_holds_no_word_of_somebody_elses_message(stages: Stages) -> None:
    conversation = (1, 2)
    first = Asker(7, 1, "a" * 32, own_words=False)
    await stages.answering.ask(THEIRS, first, DeliveryKey(b"key", "1"), conversation)
    await stages.answering.ask("who made it?", Asker(7, 1, "a" * 32), DeliveryKey(b"key", "2"), conversation)

    stored = str(rows(stages.database.path, "SELECT * FROM answers"))

    assert "who made it?" in stored
    assert "karl" not in stored.lower()
    assert "neighbor" not in stored.lower()
