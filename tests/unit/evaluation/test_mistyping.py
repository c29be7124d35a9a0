"""Typing errors: always the same, in longer words only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.evaluation.measuring import mistype


@given(st.text(st.sampled_from("abcdefg "), max_size=60))
def test_errors_are_few_reproducible_and_leave_short_words_alone(text: str) -> None:
    typed = mistype(text)

    assert typed == mistype(text)
    assert len(typed.split()) == len(text.split())
    changed = [(before, after) for before, after in zip(text.split(), typed.split(), strict=True) if before != after]
    assert len(changed) <= 2
    assert all(len(before) >= 4 and OSA.distance(before, after) == 1 and before[0] == after[0] for before, after in changed)


def test_most_questions_get_an_error() -> None:
    questions = [f"what does the license number {number} demand from developers" for number in range(50)]

    assert sum(mistype(question) != question for question in questions) > 40
