"""Events by time and subject."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.catalogue.entries import PartialDate
from bot.lookup.timeline import Chosen, Impossible, parse_moment, select_events, subjects_of, years_of
from tests.unit.lookup.catalogues import EVENTS


def ids(**asked: str) -> list[str]:
    chosen = select_events(EVENTS, **asked)
    assert isinstance(chosen, Chosen), chosen
    return [event.id for event in chosen.events]


def refusal(**asked: str) -> str:
    reply = select_events(EVENTS, **asked)
    assert isinstance(reply, Impossible), reply
    return reply.text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "abcde"),
        ({"year": "2018"}, "ab"),
        ({"year": "October 2018"}, "ab"),  # known to the year only: it may have been in October
        ({"year": "2018-11"}, "a"),
        ({"start": "2020"}, "cde"),
        ({"start": "2020-06"}, "de"),
        ({"end": "2020-05"}, "abc"),
        ({"start": "2018", "end": "2020"}, "abc"),
        ({"start": "2018", "about": "openai"}, "ac"),
        ({"about": "licences"}, "d"),
        ({"about": "published GPT"}, "ac"),
    ],
)
def test_events_are_chosen_by_time_and_subject_the_oldest_first(asked: dict[str, str], expected: str) -> None:
    assert ids(**asked) == list(expected)


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ({"year": "3000"}, "The timeline goes from 2018 to January 2026, so choose a year up to 2026."),
        ({"year": "1066"}, "choose a year from 2018 on"),
        ({"start": "2020", "end": "2018"}, "2020 is after 2018. Did you mean 2018 to 2020?"),
        ({"year": "soon"}, "A year works (2018)"),
        ({"start": "2018-13"}, "I can't read “2018-13” as a date"),
        ({"end": "0"}, "I can't read “0” as a date"),
        ({"year": "2018", "end": "2020"}, "Please give me either a year, or from and to."),
        ({"year": "2019"}, "There is something for 2018, 2020 and 2022."),
        ({"about": "zebras"}, "It has these kinds of events: model, license."),
        ({"year": "2018", "about": "meta"}, "There is something for 2026."),
    ],
)
def test_what_cannot_be_is_answered_with_what_is_possible(asked: dict[str, str], reply: str) -> None:
    assert reply in refusal(**asked)


def test_no_timeline_is_said_kindly() -> None:
    reply = select_events(())

    assert isinstance(reply, Impossible)
    assert reply.text == "My knowledge base has no timeline."


def test_a_choice_says_what_was_asked_and_how_many_there_are_in_each_year() -> None:
    chosen = select_events(EVENTS, start="2018", end="2020", about="openai")

    assert isinstance(chosen, Chosen)
    assert chosen.title == "Timeline 2018 to 2020, about openai"
    assert chosen.counts == {2018: 1, 2019: 0, 2020: 1}
    assert not chosen.is_long


def test_more_than_five_years_are_long() -> None:
    chosen = select_events(EVENTS)

    assert isinstance(chosen, Chosen)
    assert chosen.is_long


@pytest.mark.parametrize(
    ("text", "year", "month"),
    [
        ("2018", 2018, 0),
        (" 2018-03 ", 2018, 3),
        ("March 2018", 2018, 3),
        ("mar. 2018", 2018, 3),
        ("3/2018", 2018, 3),
        ("2018/3/14", 2018, 3),
    ],
)
def test_a_moment_is_read_in_the_usual_forms(text: str, year: int, month: int) -> None:
    assert parse_moment(text) == PartialDate(year, month)


@pytest.mark.parametrize("text", ["", "2018-00", "Smarch 2018", "20181", "٢٠١٨", "2018-", "-1", "0"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert parse_moment(text) is None


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=60))
def test_whatever_is_typed_without_events_there_is_a_sentence(year: str, start: str, end: str, about: str) -> None:
    reply = select_events(EVENTS, year=year, start=start, end=end, about=about)

    assert reply.events if isinstance(reply, Chosen) else reply.text.endswith(".") or reply.text.endswith("?")


def test_years_and_subjects_are_offered_with_the_newest_and_most_active_first() -> None:
    assert years_of(EVENTS) == {2026: 1, 2022: 1, 2020: 1, 2018: 2}
    assert subjects_of(EVENTS)[:3] == ("model", "license", "OpenAI")
