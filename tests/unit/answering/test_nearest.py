"""What an abstention tells, and what it does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Abstention, AbstentionReason, Nearest, abstention_text, nearest, nearest_lines, unseen
from bot.retrieval.hit import Explanation, WordEvidence
from tests.unit.making import make_section

SECTION = make_section("open-weights", "Open weights.")
FIXED = {abstention_text(reason) for reason in AbstentionReason}


def abstention(engine: AnswerEngine, question: str) -> Abstention:
    outcome = engine.answer(question)
    assert isinstance(outcome, Abstention)
    return outcome


def test_content_words_that_a_section_has_and_lacks_are_named_and_others_are_not() -> None:
    words = (
        WordEvidence("what", None, 0.1),
        WordEvidence("weights", None, 0.2),
        WordEvidence("cake", None, 0.0),
        WordEvidence("is", None, 0.0),
    )

    found = nearest(SECTION, words)

    assert found == Nearest(SECTION, ("weights",), ("cake",))
    assert found.has_and_lacks == "has weights; lacks cake"


@pytest.mark.parametrize(
    ("matched", "missing", "said"),
    [(("a",), (), "has a"), ((), ("b", "c"), "lacks b, c"), ((), (), "has nothing that tells much")],
)
def test_what_a_section_has_is_said_in_words(matched: tuple[str, ...], missing: tuple[str, ...], said: str) -> None:
    assert Nearest(SECTION, matched, missing).has_and_lacks == said


def test_of_a_long_question_six_words_are_reported() -> None:
    words = tuple(WordEvidence(f"word{number}", None, 0.0) for number in range(20))

    assert len(nearest(SECTION, words).missing) == 6
    assert len(unseen(Explanation(SECTION.id, 0.3, words, tuple(word.word for word in words)))) == 6


def test_without_an_explanation_no_word_is_unseen() -> None:
    assert unseen(None) == ()


def test_the_lines_name_sections_and_words_that_were_never_seen() -> None:
    lines = nearest_lines([Nearest(SECTION, ("weights",), ("cake",))], ["cake"])

    assert lines[0] == "The nearest that I have:"
    assert "open weights" in lines[1]
    assert "lacks cake" in lines[1]
    assert lines[-1].endswith("never seen: cake.")
    assert nearest_lines([], []) == []


def test_a_word_in_another_sense_is_declined_with_what_was_near_and_what_is_missing(shipped: AnswerEngine) -> None:
    found = abstention(shipped, "the electrical transformer in my street hums")

    assert 1 <= len(found.nearest) <= shipped.settings.suggestions
    assert all(item.matched for item in found.nearest)
    assert "transformer" in {word for item in found.nearest for word in item.matched}
    assert "hums" in {word for item in found.nearest for word in item.missing}


def test_words_that_the_knowledge_has_never_seen_are_reported(shipped: AnswerEngine) -> None:
    assert abstention(shipped, "cooking spaghetti bolognese").unseen == ("spaghetti", "bolognese")


def test_a_question_of_unknown_words_only_has_nothing_near(shipped: AnswerEngine) -> None:
    found = abstention(shipped, "qwertz zxcv")

    assert (found.nearest, found.hits) == ((), ())


WORDS = (
    "spaghetti bolognese secret alice bob llama license weights qwertz hospital diagnosis berlin transformer cake 4711 address 🍝".split()
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
def test_the_text_of_an_abstention_has_no_word_of_the_question(shipped: AnswerEngine, words: list[str]) -> None:
    outcome = shipped.answer(" ".join(words))

    assume(isinstance(outcome, Abstention))
    assert not set(words) & set(re.findall(r"\w+", outcome.text.lower()))
    assert outcome.text in FIXED


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(about=st.sampled_from(WORDS), year=st.sampled_from(["1850", "2099", "2018"]))
def test_not_even_a_question_that_cannot_be_leaves_a_word_in_the_text(shipped: AnswerEngine, about: str, year: str) -> None:
    outcome = shipped.answer(f"what happened in {year} about {about}")

    assume(isinstance(outcome, Abstention))
    assert about not in outcome.text.lower()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(question=st.text(st.characters(), max_size=80))
def test_any_message_that_is_declined_gets_one_of_our_own_sentences(shipped: AnswerEngine, question: str) -> None:
    outcome = shipped.answer(question)

    assume(isinstance(outcome, Abstention))
    assert outcome.text in FIXED
