"""Ids are made from the template that reads them, and every control of the bot reads back what it has written."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import NotFound
from bot.exts.kit.controls import Control, Form, case_number, encoded, place_of, snowflake
from bot.exts.registry import CONTROLS, FORMS
from bot.storage.paging import Position

POSITIONS = st.builds(Position, st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=2).map(tuple), st.booleans())


class Pair(Control, template="pair:(?P<left>[a-z]{1,3}|):(?P<whole>(?P<first>[0-9])(?P<second>[0-9]|-)):(?P<rest>.{0,9})"):
    """A control for the tests, with groups of all kinds."""


def read_back(kind: type[Control] | type[Form], custom_id: str) -> str:
    if issubclass(kind, Form):
        match = re.fullmatch(kind.template, custom_id)
        assert match is not None
        return str(kind.modal("title", (), **match.groupdict()).custom_id)
    match = kind.__discord_ui_compiled_template__.fullmatch(custom_id)
    assert match is not None
    return kind.id_of(**match.groupdict())


@pytest.mark.parametrize("kind", [Pair, *CONTROLS, *FORMS])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_id_filled_with_its_own_state_is_the_same_id(kind: type[Control] | type[Form], data: st.DataObject) -> None:
    template = kind.template if issubclass(kind, Form) else kind.__discord_ui_compiled_template__.pattern
    ids: st.SearchStrategy[str] = st.from_regex(re.compile(template, re.ASCII), fullmatch=True)
    custom_id = data.draw(ids.filter(lambda name: len(name) <= 100))

    assert read_back(kind, custom_id) == custom_id


@pytest.mark.parametrize("state", [{"left": "ABC"}, {"left": "a:b"}, {"whole": "1"}, {"rest": "0123456789"}])
def test_a_state_that_its_template_does_not_take_is_a_fault_of_the_program(state: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="does not take this state"):
        Pair.id_of(**({"left": "a", "whole": "1-", "rest": ""} | state))


@given(st.integers(0, 9999) | POSITIONS)
def test_a_place_in_a_list_comes_back_as_it_was(place: int | Position) -> None:
    assert place_of(encoded(place)) == place


@pytest.mark.fault(20)
@given(st.text(max_size=30))
def test_whatever_is_forged_and_no_number_is_not_found(text: str) -> None:
    for read in (case_number, snowflake):
        try:
            assert 0 <= read(text) < 2**63
        except NotFound:
            continue
