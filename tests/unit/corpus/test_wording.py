"""Faults in words of this program: none of a library's, whatever is wrong."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.corpus.wording import fault_of


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(BaseModel):
    name: str


class Record(BaseModel):
    """Every kind of field that the knowledge, the configuration and batches have."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[int, Field(ge=1, lt=10)] = 1
    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 1
    switch: bool = True
    day: date | None = None
    text: Annotated[str, Field(min_length=1, max_length=5)] = "a"
    color: Color = Color.RED
    form: Literal["a", "b"] = "a"
    place: Path = Path()
    keys: dict[str, int] = Field(default_factory=dict)
    inner: Inner | None = None
    words: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)] = ("a",)


def faults(**values: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Record.model_validate(values)
    return [fault_of(detail) for detail in caught.value.errors()]


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("number", "many", "must be a whole number, not 'many'"),
        ("number", 1.5, "must be a whole number, not 1.5"),
        ("number", 0, "must be at least 1, not 0"),
        ("number", 10, "must be below 10, not 10"),
        ("number", None, "must be a whole number, not nothing"),
        ("share", 0, "must be above 0, not 0"),
        ("share", float("inf"), "must be a number that is not infinite, not inf"),
        ("switch", "perhaps", "must be true or false, not 'perhaps'"),
        ("day", "28 November", "must be a date: YYYY-MM-DD, not '28 November'"),
        ("text", True, "must be text, not true"),
        ("text", "", "must not be empty"),
        ("text", "abcdef", "has more than 5 characters"),
        ("color", "green", "must be one of red, blue, not 'green'"),
        ("form", "c", "must be one of a, b, not 'c'"),
        ("place", [1], "must be a path, not a list"),
        ("keys", 5, "must hold keys with values, not 5"),
        ("inner", "x", "must hold keys with values, not 'x'"),
        ("inner", {}, "is missing"),
        ("words", "one", "must be a list, not 'one'"),
        ("words", [], "must have at least one entry"),
        ("words", ["a", "b", "c"], "must have at most 2 entries"),
        ("nonsense", 1, "there is no such key"),
    ],
)
def test_a_fault_says_what_must_stand_there_and_what_does(key: str, value: object, fault: str) -> None:
    assert faults(**{key: value}) == [fault]


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.integers())
    | st.dictionaries(st.text(), st.integers())
)


@given(st.dictionaries(st.sampled_from(sorted(Record.model_fields)), VALUES, min_size=1))
def test_no_fault_has_a_word_of_the_library(values: dict[str, object]) -> None:
    found = []
    try:
        Record.model_validate(values)
    except ValidationError as error:
        found = [fault_of(detail) for detail in error.errors()]

    assume(found)
    assert "" not in found
    assert [fault for fault in found if "Input" in fault or "pydantic" in fault] == []


def test_a_long_value_is_cut() -> None:
    (fault,) = faults(number="x" * 500)

    assert len(fault) < 100
