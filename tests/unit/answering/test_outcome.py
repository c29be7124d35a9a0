"""What can be asked of every outcome."""

from __future__ import annotations

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import ConfidenceLevel, confidence_level, confidence_of, hits_of, section_of


@pytest.mark.parametrize(
    ("confidence", "level"),
    [
        (1.0, ConfidenceLevel.HIGH),
        (0.9, ConfidenceLevel.HIGH),
        (0.8999, ConfidenceLevel.MEDIUM),
        (0.5, ConfidenceLevel.MEDIUM),
        (0.4999, ConfidenceLevel.LOW),
        (0.0, ConfidenceLevel.LOW),
    ],
)
def test_confidence_in_words_follows_its_borders(confidence: float, level: ConfidenceLevel) -> None:
    assert confidence_level(confidence) is level


def test_what_a_form_or_a_list_chose_is_called_sure_by_the_share_that_was_measured_for_such_choices() -> None:
    assert confidence_level(0.86, by_form=True) is ConfidenceLevel.HIGH
    assert confidence_level(0.8499, by_form=True) is ConfidenceLevel.MEDIUM


def test_small_talk_has_no_hits_no_confidence_and_no_section(engine: AnswerEngine) -> None:
    outcome = engine.answer("hi")

    assert (hits_of(outcome), confidence_of(outcome), section_of(outcome)) == ((), None, None)


def test_an_answer_shows_the_section_of_its_best_hit(engine: AnswerEngine) -> None:
    outcome = engine.answer("what are open weights")

    section = section_of(outcome)

    assert section is not None
    assert hits_of(outcome)[0].section_id == section.id
    assert (confidence_of(outcome) or 0) >= engine.settings.answer_threshold


def test_an_abstention_has_confidence_and_hits_but_no_section(engine: AnswerEngine) -> None:
    outcome = engine.answer("who won the world cup")

    assert section_of(outcome) is None
    assert hits_of(outcome)
    confidence = confidence_of(outcome)
    assert confidence is not None
    assert confidence < engine.settings.suggest_threshold
