"""What kind of fact a question asks for, and whether a text has one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.entities import FactKind, has_fact, wanted_fact


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was it released?", FactKind.DATE), ("in which year did it start", FactKind.DATE), ("how long ago was that", FactKind.DATE),
        ("the release date of Llama", FactKind.DATE), ("since when is it open", FactKind.DATE), ("how many parameters", FactKind.NUMBER),
        ("how big is the model", FactKind.NUMBER), ("how old is Unix", FactKind.NUMBER), ("price of training", FactKind.NUMBER),
        ("WHO made it", FactKind.MAKER), ("whose idea was it", FactKind.NAME), ("which company owns it", FactKind.NAME),
        ("what organisation is behind it", FactKind.NAME), ("who released it when", FactKind.DATE), ("authors of it", FactKind.MAKER),
        ("why is Llama not open", FactKind.REASON), ("how come they gave it up", FactKind.REASON),
        ("why do people criticize it", FactKind.OBJECTION), ("what are the drawbacks", FactKind.OBJECTION),
        ("where's the catch", FactKind.OBJECTION),
        ("which models use it", FactKind.EXAMPLES), ("can you give me an example", FactKind.EXAMPLES),
        ("how do i open a pull request", FactKind.STEPS), ("how to quantize", FactKind.STEPS),
        ("what is copyleft", None), ("whole models", None), ("whenever", None), ("", None), ("how does it work", None),
    ],
)  # fmt: skip
def test_a_question_asks_for_this_kind_of_fact(question: str, kind: FactKind | None) -> None:
    assert wanted_fact(question) is kind


@pytest.mark.parametrize(
    ("text", "kind", "has"),
    [
        ("It came out in 2018.", FactKind.DATE, True), ("It came out early.", FactKind.DATE, False),
        ("It has 70 parts.", FactKind.DATE, False),
        ("Of 12018 parts.", FactKind.DATE, False), ("It has 7 billion.", FactKind.NUMBER, True), ("It has many.", FactKind.NUMBER, False),
        ("It is by Google.", FactKind.NAME, True), ("Made by IBM.", FactKind.NAME, True), ("The first word only.", FactKind.NAME, False),
        ("", FactKind.NAME, False),
        ("It is slow, because it is large.", FactKind.REASON, True), ("In use since 2018.", FactKind.REASON, False),
        ("Critics doubt that.", FactKind.OBJECTION, True), ("It was praised.", FactKind.OBJECTION, False),
        ("It runs small models such as Phi.", FactKind.EXAMPLES, True), ("It runs small models.", FactKind.EXAMPLES, False),
    ],
)  # fmt: skip
def test_whether_a_text_has_the_fact_is_seen(text: str, kind: FactKind, has: bool) -> None:
    assert has_fact(text, kind) is has


@given(st.text(st.characters(), max_size=200), st.sampled_from(FactKind))
def test_whatever_else_a_text_says_a_fact_is_asked_for_and_seen(text: str, kind: FactKind) -> None:
    assert wanted_fact(f"when {text}") is FactKind.DATE
    assert has_fact(f"1. It was made by Ada in 2018, because of the risks; an example: {text}", kind)
    assert not has_fact("", kind)
