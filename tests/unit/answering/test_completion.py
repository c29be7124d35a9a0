"""Questions to offer while somebody is typing one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.engine import AnswerEngine
from bot.exts.ask.commands import complete_question
from tests.unit.making import make_engine, make_section

LONG = "x" * 101


ENGINE = make_engine(
    [
        make_section("a-weights", "Open weights can be downloaded.", questions=("What are open weights?", "Are weights open?")),
        make_section("b-copyleft", "Copyleft is a promise.", questions=("What is copyleft?", LONG)),
        make_section("c-liberty", "Freedom, in French.", questions=("Qu'est-ce que la liberté?",)),
    ]
)


@pytest.mark.parametrize("typed", ["", "  ", "\u200b"])
def test_nothing_typed_offers_the_first_questions(typed: str) -> None:
    assert complete_question(typed, ENGINE, 2) == ["What are open weights?", "Are weights open?"]


def test_questions_that_begin_with_it_come_before_those_that_contain_it() -> None:
    engine = make_engine([make_section("a", "Text.", questions=("Why are weights open?", "Are weights open?"))])

    assert complete_question("ARE  weights", engine) == ["Are weights open?", "Why are weights open?"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("wich license has a patnet grant", "What is special about the Apache license?"),
        ("sharealike obligation", "What is copyleft?"),
        ("publish changes", "What is copyleft?"),
    ],
)
def test_for_what_is_typed_wrongly_or_in_raw_words_a_clean_question_is_offered(engine: AnswerEngine, typed: str, offered: str) -> None:
    assert complete_question(typed, engine)[0] == offered


@pytest.mark.parametrize(("typed", "offered"), [("copylefft", "What is copyleft?"), ("closed modell", "What is a closed model?")])
def test_a_title_typed_wrongly_offers_a_question_of_its_section(engine: AnswerEngine, typed: str, offered: str) -> None:
    assert offered in complete_question(typed, engine)


def test_case_and_accents_make_no_difference() -> None:
    assert complete_question("LIBERTE", ENGINE)[0] == "Qu'est-ce que la liberté?"


def test_what_resembles_nothing_is_offered_nothing() -> None:
    assert complete_question("zzzzqqqq 12345", ENGINE) == []


def test_a_question_too_long_for_a_choice_is_never_offered() -> None:
    assert LONG in ENGINE.corpus.questions
    assert LONG not in complete_question("xxx", ENGINE)
    for typed in ("", "copyleft promise"):
        offered = complete_question(typed, ENGINE)
        assert "What is copyleft?" in offered
        assert LONG not in offered


@given(st.text(st.characters(), max_size=200) | st.text("whatopenigs ?", max_size=30), st.integers(1, 25))
def test_choices_are_known_unique_and_bounded_whatever_is_typed(typed: str, limit: int) -> None:
    choices = complete_question(typed, ENGINE, limit)

    assert len(choices) <= limit
    assert len(set(choices)) == len(choices)
    assert set(choices) <= {*ENGINE.corpus.questions, *(section.title for section in ENGINE.corpus.sections)}
    assert all(len(choice) <= 100 for choice in choices)


def test_no_raw_phrasing_and_no_message_is_ever_offered() -> None:
    raw = ("waht are open wieghts", "open weights meaning", "Are they open???")
    engine = make_engine([make_section("a-weights", "Open weights can be downloaded.", questions=(*raw, "What are open weights?"))])

    offered = {choice for typed in ("", "open", "waht are open wieghts", "are they open") for choice in complete_question(typed, engine)}
    assert offered == {"What are open weights?", "a weights"}
