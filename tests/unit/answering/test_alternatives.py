"""What stands beside an answer: what came close, or what answers a second question; and how sure the bot then says it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge
from bot.answering.outcome import Abstention, AbstentionReason, Answer, AnswerSettings, Candidate, ConfidenceLevel, Suggestions
from bot.corpus.document import Section
from tests.unit.making import make_engine, make_section, with_settings
from tests.unit.retrieval.corpora import named

FILLERS = tuple(make_section(f"filler-{number}", f"Filler of kind {number + 40}.") for number in range(8))
WIDE_OPEN = AnswerSettings(answer_threshold=0.0, suggest_threshold=0.0)
NEVER_SURE = AnswerSettings(answer_threshold=1.0, suggest_threshold=0.0)
TWINS = (
    make_section("red-apples", "Apples are red and grow on trees.", title="Red apples"),
    make_section("green-apples", "Apples are green and grow on trees.", title="Green apples"),
    make_section("old-apples", "Apples are old and grow on trees.", title="Old apples"),
    make_section("new-apples", "Apples are new and grow on trees.", title="New apples"),
)


def answer(engine: AnswerEngine, question: str) -> Answer:
    outcome = engine.answer(question)
    assert isinstance(outcome, Answer)
    return outcome


def beside(outcome: Answer) -> list[str]:
    return [one.section.id.removeprefix("article#") for one in outcome.alternatives]


def test_what_came_close_stands_beside_the_answer_and_at_most_two_do() -> None:
    found = answer(make_engine([*TWINS, *FILLERS], WIDE_OPEN), "apples on trees")

    assert len(found.alternatives) == 2
    assert found.section.id not in [one.section.id for one in found.alternatives]
    assert [one.section.id for one in found.alternatives] == [hit.section_id for hit in found.hits[1:3]]


def test_what_did_not_come_close_does_not_stand_beside() -> None:
    found = answer(make_engine([*TWINS, *FILLERS], WIDE_OPEN), "red apples")

    assert found.hits[1].score < 0.9 * found.hits[0].score
    assert found.alternatives == ()


def test_an_alternative_is_read_as_it_stands_there() -> None:
    engine = make_engine([*TWINS, *FILLERS], WIDE_OPEN)
    found = answer(engine, "apples on trees")

    scores = {hit.section_id: hit.score for hit in found.hits}
    assert found.alternatives
    for one in found.alternatives:
        assert one.sentence == one.text == one.section.text
        assert one.score == scores[one.section.id]


def test_the_second_question_of_a_message_is_answered_beside_the_first() -> None:
    apples = make_section("apples", "Apples are red fruit that grow on trees.", questions=("which colour do apples have",))
    cars = make_section("cars", "Cars have wheels made of rubber.", questions=("what are wheels made of",))
    engine = make_engine([apples, cars, *FILLERS], WIDE_OPEN)

    found = answer(engine, "Which colour do red apples on trees have? And what are rubber wheels made of?")

    assert {found.section.id, *(one.section.id for one in found.alternatives)} == {apples.id, cars.id}


def test_a_second_question_with_the_same_answer_is_not_repeated_beside_it() -> None:
    apples = make_section("apples", "Apples are red fruit that grow on trees.")

    found = answer(make_engine([apples, *FILLERS], WIDE_OPEN), "Where do apples grow on trees? Which red fruit are apples?")

    assert (found.section.id, found.alternatives) == (apples.id, ())


@pytest.mark.parametrize("other", ["Apple tree", "apple TREE"])
def test_an_entry_and_the_article_about_the_same_thing_are_one(other: str) -> None:
    article = make_section("article", "An apple tree bears apples.", title="Apple tree")
    entry = replace(named("entry", other, "An apple tree bears apples."), area="catalogues", path="catalogues/glossary.yaml")
    made = make_engine([article, entry, *FILLERS], WIDE_OPEN)
    assert made.corpus.is_catalogue(entry)

    found = answer(made, "do apples come from an apple tree in autumn")

    assert {hit.section_id for hit in found.hits[:2]} == {article.id, entry.id}
    assert beside(found) == []
    unsure = with_settings(made, NEVER_SURE).answer("do apples come from an apple tree in autumn")
    assert isinstance(unsure, Suggestions)
    assert len([one for one in unsure.candidates if one.section.id in (article.id, entry.id)]) == 1


def test_two_articles_of_the_same_title_are_two() -> None:
    engine = make_engine([TWINS[0], replace(TWINS[1], heading_path=("Article", "Red apples")), *FILLERS], WIDE_OPEN)

    assert len(answer(engine, "apples on trees").alternatives) == 1


def test_an_answer_beside_which_something_stands_is_never_called_sure(engine: AnswerEngine) -> None:
    sure = answer(engine, "What are open weights?")
    other = engine.corpus.sections[0]
    candidate = Candidate(other, 0.5, other.passages[0].text, other.text)

    assert sure.level is ConfidenceLevel.HIGH
    assert replace(sure, alternatives=(candidate,)).level is ConfidenceLevel.MEDIUM
    assert replace(sure, alternatives=(candidate,), confidence=0.6).level is ConfidenceLevel.MEDIUM
    assert replace(sure, alternatives=(candidate,), confidence=0.1).level is ConfidenceLevel.LOW


QUESTIONS = st.lists(
    st.sampled_from("what is are open weights license patent mit copyleft install tools closed model ? and share data".split()), max_size=12
).map(" ".join)


@given(QUESTIONS)
def test_whatever_is_asked_alternatives_are_few_different_and_not_what_is_shown(built: BuiltKnowledge, question: str) -> None:
    outcome = with_settings(built.engine, WIDE_OPEN).answer(question)

    assume(isinstance(outcome, Answer))
    assert isinstance(outcome, Answer)
    shown: list[Section] = [outcome.section, *(one.section for one in outcome.alternatives)]
    assert len(shown) == len({section.id for section in shown}) <= 3


@given(QUESTIONS)
def test_whatever_is_asked_suggestions_are_at_most_three_and_two_more(built: BuiltKnowledge, question: str) -> None:
    outcome = with_settings(built.engine, NEVER_SURE).answer(question)

    assume(isinstance(outcome, Suggestions))
    assert isinstance(outcome, Suggestions)
    ids = [one.section.id for one in (*outcome.candidates, *outcome.more)]
    assert len(ids) == len(set(ids)) <= 5
    assert 1 <= len(outcome.candidates) <= 3
    assert len(outcome.candidates) == 3 or not outcome.more
    assert all(one.sentence and one.text for one in (*outcome.candidates, *outcome.more))


@pytest.mark.fault(58)
@pytest.mark.parametrize(
    ("message", "reason", "said"),
    [
        ("RuntimeError: CUDA out of memory. please help", AbstentionReason.LOG, "looks like an error message"),
        ("was ist der Unterschied zwischen MIT und Apache", AbstentionReason.OTHER_LANGUAGE, "I only know English"),
    ],
)
def test_logs_and_other_languages_are_declined_with_a_reason_of_their_own(
    engine: AnswerEngine, message: str, reason: AbstentionReason, said: str
) -> None:
    outcome = with_settings(engine, WIDE_OPEN).answer(message)

    assert isinstance(outcome, Abstention)
    assert (outcome.reason, outcome.confidence, outcome.hits) == (reason, 0.0, ())
    assert said in outcome.text
