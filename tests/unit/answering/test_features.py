"""What tells a right first hit from a wrong one."""

from __future__ import annotations

import math

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.features import Features, measure
from bot.answering.question import plain_words


def features(engine: AnswerEngine, query: str) -> Features:
    hits = engine.index.search(query, 10)
    return measure(query, hits, engine.index.explain(query, hits[0].section_id))


def test_score_and_length_are_those_of_hit_and_question(engine: AnswerEngine) -> None:
    query = "what are open weights"

    found = features(engine, query)

    assert found.score == engine.index.search(query, 1)[0].score
    assert found.length == pytest.approx(math.log(1 + len(plain_words(query))))


def test_a_question_whose_words_are_all_there_is_covered(engine: AnswerEngine) -> None:
    found = features(engine, "open weights")

    assert found.coverage == pytest.approx(1)
    assert found.unknown == 0


def test_unknown_words_lower_the_coverage_and_are_counted(engine: AnswerEngine) -> None:
    found = features(engine, "weights xyzzy qqq")

    assert found.coverage < 0.5
    assert found.unknown == pytest.approx(2 / 3)
    assert found.information < features(engine, "open weights").information + 1


def test_fewer_than_ten_hits_leave_nothing_behind_the_first(engine: AnswerEngine) -> None:
    assert features(engine, "open weights").tenth == 0


def test_the_values_come_in_the_order_of_the_names(engine: AnswerEngine) -> None:
    found = features(engine, "open weights")

    assert dict(zip(Features.names(), found.values(), strict=True))["likeness"] == found.likeness
    assert all(math.isfinite(value) for value in found.values())
