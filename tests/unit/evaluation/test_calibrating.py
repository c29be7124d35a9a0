"""The fit of the confidence: on the dev half only, and never on too little."""

from __future__ import annotations

import pytest

from bot.answering.outcome import Answer
from bot.bootstrap.knowledge import load_knowledge
from bot.config import Config
from bot.errors import KnowledgeError
from bot.evaluation.calibrating import calibrate
from bot.evaluation.golden import DeclineKind, Golden, GoldenDeclined, GoldenQuestion, Split, Style, split_of
from tests.unit.making import make_engine, make_section

FRUITS = [f"fruit{chr(97 + first)}{chr(97 + second)}x" for first in range(12) for second in range(12)]
ENGINE = make_engine([make_section(name, f"The {name} grows in gardens.", questions=(f"What is a {name}?",)) for name in FRUITS])
RIGHT = tuple(GoldenQuestion(question=f"tell me what {name} is", style=Style.PLAIN, expect=(f"article#{name}",)) for name in FRUITS)
WRONG = tuple(GoldenDeclined(question=f"gardens grow cars number {name}z", kind=DeclineKind.OFF_TOPIC) for name in FRUITS)


def test_the_fit_is_the_same_each_time_and_separates_what_is_right() -> None:
    fitted = calibrate(ENGINE, Golden(RIGHT, WRONG, ()))

    assert fitted == calibrate(ENGINE, Golden(RIGHT, WRONG, ()))
    assert fitted.fitted_for == ENGINE.corpus.fingerprint

    def sure(question: str) -> float:
        hits = ENGINE.index.search(question, 10)
        return fitted.of(question, hits, ENGINE.explain(question, hits[0].section_id))

    held_out = Golden(RIGHT, WRONG, ()).half(Split.TEST)
    assert min(sure(item.question) for item in held_out.questions) > 0.5 > max(sure(item.question) for item in held_out.declined)


def test_the_test_half_changes_nothing() -> None:
    dev = Golden(RIGHT, WRONG, ()).half(Split.DEV)
    assert any(split_of(item.question) is Split.TEST for item in RIGHT)

    assert calibrate(ENGINE, Golden(RIGHT, WRONG, ())) == calibrate(ENGINE, dev)


def test_too_few_labels_are_refused() -> None:
    with pytest.raises(KnowledgeError, match="too few golden questions"):
        calibrate(ENGINE, Golden(RIGHT[:10], WRONG, ()))


def test_what_is_asked_in_vain_of_one_entry_teaches_that_a_name_alone_is_no_answer() -> None:
    """The shipped fit has no golden message about most of its entries, and must not answer for their names alone."""
    shipped = load_knowledge(Config()).engine
    names = [section.title for section in shipped.corpus.sections if section.article == "catalogues/glossary"]

    answered = [name for name in names if isinstance(shipped.answer(f"{name} mascot"), Answer)]

    assert len(names) > 100
    assert len(answered) <= len(names) / 20
