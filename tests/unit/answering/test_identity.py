"""Answer ids: the same for the same delivery, another for any other."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.outcome import ANSWER_ID_LENGTH, ANSWER_ID_PATTERN, answer_id

TEXTS = st.text(st.characters(), max_size=40)


@given(st.binary(max_size=64), st.lists(TEXTS, max_size=5))
def test_every_id_has_the_documented_form_and_is_repeatable(key: bytes, parts: list[str]) -> None:
    name = answer_id(key, *parts)

    assert re.fullmatch(ANSWER_ID_PATTERN, name)
    assert len(name) == ANSWER_ID_LENGTH
    assert name == answer_id(key, *parts)


def test_key_and_every_part_change_the_id() -> None:
    names = {
        answer_id(b"", "a", "b"),
        answer_id(b"key", "a", "b"),
        answer_id(b"", "a", "c"),
        answer_id(b"", "ab"),
        answer_id(b"", "a", "b", ""),
    }

    assert len(names) == 5
