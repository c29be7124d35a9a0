"""A question to an outcome: which of the four, with which text, under which id."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.confidence import load_confidence
from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge
from bot.answering.outcome import (
    ANSWER_ID_PATTERN,
    Abstention,
    AbstentionReason,
    Answer,
    AnswerSettings,
    DeliveryKey,
    Outcome,
    SmallTalk,
    Suggestions,
)
from bot.answering.readings import turn_of
from bot.corpus.catalogue.entries import Catalogues, LicenseFamily
from bot.corpus.document import Section
from bot.query.follow_up import Turn
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.answering.excerpts import read_back
from tests.unit.lookup.catalogues import license_entry
from tests.unit.making import make_corpus, make_engine, make_section, with_settings

WEIGHTS = "basics/openness#open-weights"
COPYLEFT = "basics/licenses#copyleft"
LONGEST_TEXT = 1502
QUESTIONS = st.lists(
    st.sampled_from(
        "what is are open weights license patent mit gpl copyleft install tools data "
        "closed model definition share banana it that hi thanks and ?".split()
    ),
    max_size=10,
).map(" ".join)


def section(engine: AnswerEngine, section_id: str) -> Section:
    found = engine.corpus.section(section_id)
    assert found is not None
    return found


def answered(outcome: Outcome) -> Answer:
    assert isinstance(outcome, Answer)
    return outcome


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("What are open weights?", WEIGHTS),
        ("which permissive license has a patent grant", "basics/licenses#apache-license"),
        ("proprietary ai", "basics/openness#closed-models"),
        ("what is open source ai", "basics/openness#open-source-ai"),
        ("how do i install the tools", "basics/licenses#installing"),
    ],
)
def test_a_question_that_a_section_answers_is_answered_with_it(engine: AnswerEngine, question: str, section_id: str) -> None:
    answer = answered(engine.answer(question))

    assert answer.section.id == section_id
    assert answer.confidence >= engine.settings.answer_threshold
    assert answer.hits[0].section_id == section_id
    assert read_back(answer.text, answer.section.passages)


def test_a_question_that_is_only_partly_known_gets_suggestions(engine: AnswerEngine) -> None:
    outcome = engine.answer("weights and a license for the shop")

    assert isinstance(outcome, Suggestions)
    assert outcome.confidence < engine.settings.answer_threshold
    assert len(outcome.candidates) == 3
    assert [(one.section.id, one.score) for one in outcome.candidates] == [(hit.section_id, hit.score) for hit in outcome.hits[:3]]
    assert all(one.section.title in outcome.text for one in outcome.candidates)


def test_each_suggestion_can_be_read_without_a_click(engine: AnswerEngine) -> None:
    outcome = engine.answer("weights and a license for the shop")

    assert isinstance(outcome, Suggestions)
    for one in (*outcome.candidates, *outcome.more):
        assert one.sentence in [passage.text for passage in one.section.passages]
        assert read_back(one.text, one.section.passages)
    assert all(one.sentence in outcome.text for one in outcome.candidates)
    assert "Open weights means" in outcome.candidates[0].sentence


def test_two_more_suggestions_come_behind_a_click_and_are_no_repetition(engine: AnswerEngine) -> None:
    outcome = engine.answer("weights and a license for the shop")

    assert isinstance(outcome, Suggestions)
    assert len(outcome.more) == 2
    assert [one.section.id for one in (*outcome.candidates, *outcome.more)] == [hit.section_id for hit in outcome.hits[:5]]
    assert not any(one.section.title in outcome.text.splitlines() for one in outcome.more)


def test_a_question_about_something_else_is_declined(engine: AnswerEngine) -> None:
    outcome = engine.answer("who won the world cup in 1998")

    assert isinstance(outcome, Abstention)
    assert outcome.reason is AbstentionReason.NOTHING_CLOSE
    assert "I don't know" in outcome.text


@pytest.mark.fault(52)
@pytest.mark.parametrize("message", ["", "???", "🎉🎉", "https://example.org/open-weights", "<@123>", "\u200b"])
def test_a_message_without_words_is_declined_as_such(engine: AnswerEngine, message: str) -> None:
    outcome = engine.answer(message)

    assert isinstance(outcome, Abstention)
    assert outcome.reason is AbstentionReason.NO_WORDS


def test_small_talk_gets_a_word_and_no_section(engine: AnswerEngine) -> None:
    outcome = engine.answer("hello!")

    assert isinstance(outcome, SmallTalk)
    assert turn_of(outcome) is None


@pytest.mark.parametrize(("answer", "suggest", "kind"), [(0.0, 0.0, Answer), (0.99, 0.0, Suggestions), (0.99, 0.99, Abstention)])
def test_thresholds_decide_between_the_outcomes(engine: AnswerEngine, answer: float, suggest: float, kind: type[Outcome]) -> None:
    outcome = with_settings(engine, AnswerSettings(answer_threshold=answer, suggest_threshold=suggest)).answer("weights cake")

    assert isinstance(outcome, kind)


def test_the_number_of_suggestions_is_a_setting(engine: AnswerEngine) -> None:
    settings = AnswerSettings(answer_threshold=1.0, suggest_threshold=0.0, suggestions=1)

    outcome = with_settings(engine, settings).answer("license banana")

    assert isinstance(outcome, Suggestions)
    assert len(outcome.candidates) == 1


@given(QUESTIONS)
def test_the_same_question_gets_the_same_bytes(built: BuiltKnowledge, question: str) -> None:
    first, second = built.engine.answer(question), built.engine.answer(question)

    assert first == second
    assert repr(first) == repr(second)


def test_a_pickled_engine_gives_the_same_outcomes(engine: AnswerEngine) -> None:
    copy = pickle.loads(pickle.dumps(engine))

    assert copy.fingerprint == engine.fingerprint
    for question in ("what are open weights", "wich lisence has a patnet", "banana license", "hi", "world cup"):
        assert copy.answer(question) == engine.answer(question)


@given(QUESTIONS, st.binary(max_size=32), st.text(max_size=20))
def test_every_answer_id_has_the_documented_form(built: BuiltKnowledge, question: str, key: bytes, name: str) -> None:
    asked = built.engine.answer(question, delivery=DeliveryKey(key, name)).asked

    assert re.fullmatch(ANSWER_ID_PATTERN, asked.answer_id)
    assert asked.fingerprint == built.engine.fingerprint


def test_the_answer_id_depends_on_key_delivery_question_and_knowledge(engine: AnswerEngine) -> None:
    other = with_settings(engine, replace(engine.settings, suggestions=2))
    question = "what are open weights"
    outcomes = [
        engine.answer(question),
        engine.answer(question, delivery=DeliveryKey(b"key", "")),
        engine.answer(question, delivery=DeliveryKey(b"", "1")),
        engine.answer(question, delivery=DeliveryKey(b"key", "1")),
        engine.answer(question + " please"),
        other.answer(question),
    ]

    assert len({outcome.asked.answer_id for outcome in outcomes}) == len(outcomes)
    assert engine.answer(question, delivery=DeliveryKey(b"key", "1")).asked == outcomes[3].asked


def test_a_chosen_section_has_another_id_than_a_follow_up_to_it(engine: AnswerEngine) -> None:
    chosen = section(engine, COPYLEFT)

    follow_up = engine.answer("license", Turn("what is copyleft", chosen.id, chosen.title))
    choice = engine.present(chosen, "license", DeliveryKey())

    assert follow_up.asked.answer_id != choice.asked.answer_id


def test_settings_index_confidence_and_corpus_make_the_fingerprint(engine: AnswerEngine) -> None:
    smaller = make_corpus(engine.corpus.sections[:3])
    engines = [
        engine,
        with_settings(engine, replace(engine.settings, answer_threshold=0.77)),
        AnswerEngine(engine.corpus, TfidfIndex(title_weight=9).fit(engine.corpus.sections), engine.settings, engine.confidence),
        AnswerEngine(engine.corpus, engine.index, engine.settings, replace(engine.confidence, in_context=0.123)),
        AnswerEngine(smaller, TfidfIndex().fit(smaller.sections), engine.settings, engine.confidence),
    ]

    assert len({each.fingerprint for each in engines}) == len(engines)


@given(QUESTIONS, st.integers(200, 700))
def test_an_answer_is_whole_passages_and_within_its_length(built: BuiltKnowledge, question: str, limit: int) -> None:
    engine = with_settings(built.engine, AnswerSettings(excerpt_characters=limit, answer_threshold=0.0, suggest_threshold=0.0))

    outcome = engine.answer(question)

    assert 0 < len(outcome.text) <= LONGEST_TEXT
    if isinstance(outcome, Answer):
        others = [other for other in built.engine.corpus.sections if other.article == outcome.section.article]
        rest = outcome.text
        for passage in sorted((one for other in others for one in other.passages), key=lambda one: -len(one.text)):
            rest = rest.replace(passage.text, "")
        for other in others:
            rest = rest.replace(f"{other.title}:", "")
        cut = re.sub(r"… and \d+ more", "", rest).strip(" …\n")
        assert not cut or any(passage.text.startswith(cut) for passage in outcome.section.passages)


def test_code_in_an_answer_is_the_code_of_the_article(engine: AnswerEngine) -> None:
    assert "pip install example_tool  # takes *a minute*" in answered(engine.answer("command to set everything up")).text


def test_related_sections_are_others_and_few(engine: AnswerEngine) -> None:
    answer = answered(engine.answer("what are open weights"))

    assert answer.section not in answer.related
    assert 1 <= len(answer.related) <= 5
    assert len({related.id for related in answer.related}) == len(answer.related)


def test_a_follow_up_is_read_with_the_subject_of_the_answer_before(engine: AnswerEngine) -> None:
    first = answered(engine.answer("what is copyleft"))

    second = answered(engine.answer("which is the best known example of it?", turn_of(first)))

    assert second.section.id == COPYLEFT
    assert "copyleft" in second.asked.searched.casefold()
    assert second.asked.question == "which is the best known example of it?"


def test_a_question_that_stands_is_not_changed_by_the_answer_before(engine: AnswerEngine) -> None:
    turn = turn_of(engine.answer("what is copyleft"))

    with_turn, without = (answered(engine.answer("What are open weights?", previous)) for previous in (turn, None))

    assert (with_turn.section, with_turn.text, with_turn.asked.searched) == (without.section, without.text, without.asked.searched)


def test_a_question_that_may_lean_is_first_taken_by_itself(engine: AnswerEngine) -> None:
    turn = turn_of(engine.answer("what are open weights"))

    assert answered(engine.answer("so what is copyleft?", turn)).section.id == COPYLEFT


def test_a_turn_remembers_what_was_asked_and_answered(engine: AnswerEngine) -> None:
    turn = turn_of(engine.answer("what is copyleft"))

    assert turn is not None
    assert (turn.question, turn.section_id, turn.title, turn.chosen) == ("what is copyleft", COPYLEFT, "Copyleft", True)
    assert turn.seen
    assert turn_of(engine.answer("world cup")) is None


def test_a_chosen_section_is_presented_as_the_answer(engine: AnswerEngine) -> None:
    answer = engine.present(section(engine, COPYLEFT), "license", DeliveryKey(b"k", "1"))

    assert answer.section.id == COPYLEFT
    assert answer.hits[0].section_id == COPYLEFT
    assert COPYLEFT not in [hit.section_id for hit in answer.hits[1:]]
    assert 0 <= answer.confidence <= 1


def test_a_section_can_be_presented_for_a_question_it_shares_no_word_with(engine: AnswerEngine) -> None:
    answer = engine.present(section(engine, COPYLEFT), "zzz qqq", DeliveryKey())

    assert answer.text
    assert answer.confidence < engine.settings.suggest_threshold
    assert answer.hits[0].score == 0


def test_an_answer_is_explained_and_a_section_that_is_gone_is_not(engine: AnswerEngine) -> None:
    explanation = engine.explain("open weights", WEIGHTS)

    assert explanation is not None
    assert explanation.score == pytest.approx(answered(engine.answer("open weights")).hits[0].score, abs=1e-6)
    assert engine.explain("open weights", "basics/openness#gone") is None


@pytest.mark.fault(54)
@given(st.text(st.characters(), max_size=200))
def test_any_message_has_an_outcome_that_can_be_stored(built: BuiltKnowledge, message: str) -> None:
    outcome = built.engine.answer(message)

    outcome.asked.question.encode()
    outcome.asked.searched.encode()
    assert outcome.text.strip()


@pytest.mark.fault(53)
def test_a_hundred_thousand_characters_have_an_outcome(engine: AnswerEngine) -> None:
    assert isinstance(engine.answer("open weights " * 8000), Answer)


def test_the_opening_is_shown_where_all_of_a_long_section_says_the_same() -> None:
    text = " ".join(f"Penguins are birds, says sentence {number}." for number in range(60))
    sections = [make_section("penguins", text), make_section("cars", "Cars have wheels.")]
    engine = make_engine(sections)

    answer = answered(engine.answer("penguins"))

    assert answer.text.startswith("Penguins are birds, says sentence 0.")
    assert len(answer.text) <= 700


def test_a_section_without_the_year_that_is_asked_for_is_suggested_and_not_shown(engine: AnswerEngine) -> None:
    known = engine.answer("when was the apache license published, in 2004?")
    other = engine.answer("what happened to the apache license in 2019?")

    assert isinstance(known, Answer)
    assert isinstance(other, Suggestions)
    assert other.candidates[0].section == known.section


def test_a_section_without_the_version_that_is_asked_for_is_suggested_and_not_shown(engine: AnswerEngine) -> None:
    known = engine.answer("what is copyleft")
    other = engine.answer("what is copyleft v4")

    assert isinstance(known, Answer)
    assert isinstance(other, Suggestions)
    assert other.candidates[0].section == known.section


def test_a_section_that_was_picked_is_known_as_such(engine: AnswerEngine) -> None:
    assert engine.present(section(engine, COPYLEFT), "share alike", DeliveryKey(b"k", "1")).picked
    assert not answered(engine.answer("what is copyleft")).picked


def test_the_fingerprint_tells_catalogues_apart_that_read_the_same() -> None:
    section = make_section("mit", "A license.")
    entry = license_entry("mit", "MIT License")
    other = license_entry("mit", "MIT License", family=LicenseFamily.DATA)
    engines = [
        AnswerEngine(replace(make_corpus([section]), catalogues=Catalogues(licenses=(held,))), TfidfIndex().fit([section]),
                     AnswerSettings(), load_confidence(Path("no-folder")))
        for held in (entry, entry, other)
    ]  # fmt: skip

    assert engines[0].fingerprint == engines[1].fingerprint != engines[2].fingerprint


@pytest.mark.parametrize("message", ["what is copyleft? what are open weights?", "What are open weights? And what is copyleft?"])
def test_of_two_questions_that_sections_list_one_is_answered_and_the_other_is_in_sight(engine: AnswerEngine, message: str) -> None:
    found = answered(engine.answer(message))

    assert {found.section.title, *(other.section.title for other in found.alternatives)} == {"Copyleft", "Open weights"}
    assert engine.outcome_of(found.asked) == found
