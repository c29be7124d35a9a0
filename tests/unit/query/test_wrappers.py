"""Words around a question do not cost its answer."""

from __future__ import annotations

import pytest

from benchmarks.wrappers import HELD_OUT, SEEN, answered, keeping, plain_questions
from bot.answering.engine import AnswerEngine

_EVERY = 12
_ENOUGH = 0.94


@pytest.fixture(scope="module")
def plain(shipped: AnswerEngine) -> dict[str, str]:
    return answered(shipped, plain_questions(shipped)[::_EVERY])


@pytest.mark.parametrize("wrapper", SEEN + HELD_OUT)
def test_nearly_every_answer_is_kept_in_a_wrapper(shipped: AnswerEngine, plain: dict[str, str], wrapper: str) -> None:
    assert keeping(shipped, wrapper, plain).share >= _ENOUGH - 1 / len(plain)


def test_nearly_every_term_and_project_is_answered_by_its_name(shipped: AnswerEngine) -> None:
    asked = plain_questions(shipped)

    assert len(answered(shipped, asked[::2])) >= len(asked[::2]) - 1
