"""Messages whose words a section has, and which it does not answer all the same."""

from __future__ import annotations

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Abstention, AbstentionReason, Answer
from tests.unit.answering.outcomes import in_sight


@pytest.mark.parametrize("message", ["i have 8gb vram laptop what llm", "16gb ram no gpu what model", "RTX 4070 with 12 GB, which model"])
def test_what_asks_which_one_behind_a_story_is_not_asked_what_that_is(shipped: AnswerEngine, message: str) -> None:
    outcome = shipped.answer(message)

    assert isinstance(outcome, Answer)
    assert outcome.section.id == "how-it-works/choosing-a-model#choosing-a-model-for-my-hardware"


@pytest.mark.parametrize("person", ["Guido van Rossum", "linus torvalds", "yann lecun"])
def test_nobodys_age_is_in_what_merely_names_them(shipped: AnswerEngine, person: str) -> None:
    assert in_sight(shipped.answer(f"how old is {person}"))


def test_the_age_of_what_the_catalogues_have_is_its_date(shipped: AnswerEngine) -> None:
    outcome = shipped.answer("how old is Keras")

    assert isinstance(outcome, Answer)
    assert "March 27, 2015" in outcome.text


@pytest.mark.parametrize("message", ["how many parameters has claude 4", "phi-5 how many parameters", "bananas 4 how many parameters"])
def test_a_number_of_one_thing_is_not_answered_with_another_that_has_it(shipped: AnswerEngine, message: str) -> None:
    assert in_sight(shipped.answer(message))


@pytest.mark.parametrize(
    "message",
    [
        "ollama keeps crashing when i load a second model",
        "lm studio black window on start",
        "comfyui red nodes missing after install",
        "ollama does not see my gpu after driver update",
    ],
)
def test_what_is_wrong_with_a_program_is_not_answered_with_what_the_program_is(shipped: AnswerEngine, message: str) -> None:
    assert in_sight(shipped.answer(message))


def test_what_a_program_does_to_its_users_is_answered_where_a_section_says_it(shipped: AnswerEngine) -> None:
    outcome = shipped.answer("why does ollama forget what i said")

    assert isinstance(outcome, Answer)
    assert outcome.section.id == "how-it-works/running-models#ollama"


@pytest.mark.parametrize(
    ("message", "said"), [("what dataset was llama trained on", "Training data not released"), ("on what data was OLMo trained", "Dolma")]
)
def test_what_a_model_was_trained_on_is_asked_in_several_ways(shipped: AnswerEngine, message: str, said: str) -> None:
    outcome = shipped.answer(message)

    assert isinstance(outcome, Answer)
    assert said in outcome.text


@pytest.mark.parametrize("message", ["Open Source Definition", "what is Open Source Definition", "what's the Open Source Definition?"])
def test_a_title_that_ends_like_a_question_for_a_definition_leads_to_what_has_it(shipped: AnswerEngine, message: str) -> None:
    outcome = shipped.answer(message)

    assert isinstance(outcome, Answer)
    assert outcome.section.id == "catalogues/glossary#osd"


@pytest.mark.parametrize("message", ["how do I get started with Kaggle", "how to run T5", "how can I use AlexNet"])
def test_what_happened_is_not_how_to_do_it(shipped: AnswerEngine, message: str) -> None:
    outcome = shipped.answer(message)

    assert not (isinstance(outcome, Answer) and outcome.section.article == "catalogues/timeline")


@pytest.mark.parametrize(
    "message",
    ["when will llama 9 come out", "when is whisper v9 coming out", "when was DeepSeek R9 released", "when will PyTorch 9 be ready"],
)
def test_a_version_that_is_not_there_yet_has_no_date(shipped: AnswerEngine, message: str) -> None:
    outcome = shipped.answer(message)

    assert isinstance(outcome, Abstention)
    assert "I have no date for that version" in outcome.text


@pytest.mark.parametrize("message", ["MIT Apache", "GPL/AGPL"])
def test_two_licenses_are_not_the_license_of_one(shipped: AnswerEngine, message: str) -> None:
    outcome = shipped.answer(message)

    assert isinstance(outcome, Answer)
    assert outcome.section.article != "catalogues/licenses"


def test_whether_two_licenses_mix_is_not_how_they_differ(shipped: AnswerEngine) -> None:
    outcome = shipped.answer("can I mix MIT and GPL")

    assert isinstance(outcome, Answer)
    assert outcome.section.title == "License compatibility"


@pytest.mark.parametrize("message", ["c", "R", "x"])
def test_a_single_letter_is_searched_for_nothing(shipped: AnswerEngine, message: str) -> None:
    outcome = shipped.answer(message)

    assert isinstance(outcome, Abstention)
    assert outcome.reason is AbstentionReason.NO_WORDS
