"""What tells a right first hit from a wrong one."""

from __future__ import annotations

import math

import pytest

from bot.answering.confidence import Features, measure
from bot.answering.engine import AnswerEngine
from bot.query.message import plain_words
from bot.retrieval.hit import Hit


def features(engine: AnswerEngine, query: str) -> Features:
    hits = engine.index.search(query, 10)
    return measure(query, hits, engine.index.explain(query, hits[0].section_id))


def test_score_and_length_are_those_of_hit_and_question(engine: AnswerEngine) -> None:
    query = "what are open weights"

    found = features(engine, query)

    assert found.score == pytest.approx(math.log(engine.index.search(query, 1)[0].score), abs=1e-5)
    assert found.length == pytest.approx(math.log(1 + len(plain_words(query))))


def test_a_question_whose_words_are_all_there_is_covered(engine: AnswerEngine) -> None:
    found = features(engine, "open weights")

    assert found.coverage == pytest.approx(1)
    assert found.unknown == 0


def test_unknown_words_lower_the_coverage_and_are_counted(engine: AnswerEngine) -> None:
    found = features(engine, "weights xyzzy qqq")

    assert found.coverage < 0.5
    assert found.unknown == pytest.approx(2 / 3)
    assert found.content == 1 < features(engine, "open weights").content


def test_fewer_than_ten_hits_leave_nothing_behind_the_first(engine: AnswerEngine) -> None:
    assert features(engine, "open weights").tenth == 0


def test_the_values_come_in_the_order_of_the_names(engine: AnswerEngine) -> None:
    found = features(engine, "open weights")

    assert dict(zip(Features.names(), found.values(), strict=True))["likeness"] == found.likeness
    assert all(math.isfinite(value) for value in found.values())


def test_the_rivals_are_reported_as_shares_of_the_first_score(engine: AnswerEngine) -> None:
    query = "open source license"
    scores = [hit.score for hit in engine.index.search(query, 10)]
    assert len(scores) >= 3

    found = features(engine, query)

    assert found.second == pytest.approx(scores[1] / scores[0])
    assert found.third == pytest.approx(scores[2] / scores[0])
    assert found.margin == pytest.approx(scores[0] - scores[1])


def test_function_words_are_no_content_words(engine: AnswerEngine) -> None:
    assert features(engine, "what are the open weights").content == features(engine, "open weights").content == 2


def test_what_a_ranking_owes_to_names_and_to_word_pairs_is_measured(engine: AnswerEngine) -> None:
    found, other = features(engine, "open weights"), features(engine, "which weights did anybody open for once")

    assert 0 < found.name < 1
    assert 0 <= other.phrase < found.phrase < 1


def test_words_beside_the_names_of_a_section_are_told_from_them(engine: AnswerEngine) -> None:
    named, held, missed = (features(engine, text) for text in ("what are open weights", "open weights parameters", "open weights mascot"))

    assert (named.asked, named.missing) == (1, 0), "nothing is asked but the thing itself"
    assert (held.asked, held.missing) == (1, 0)
    assert (missed.asked, missed.missing) == (0, 1), "nobody has written the word"


def test_there_are_fifteen_and_the_engine_names_them(engine: AnswerEngine) -> None:
    query = "what are open weights"

    measured = engine.measure(query, engine.index.search(query, 10))

    assert tuple(measured) == Features.names()
    assert len(measured) == 15
    assert tuple(measured.values()) == features(engine, query).values()


def test_without_a_hit_and_for_a_section_of_no_index_nothing_is_measured(engine: AnswerEngine) -> None:
    assert engine.measure("zzz", []) == {}
    assert engine.measure("open weights", [Hit("catalogues/timeline#from-2018-to-2018", 0.5)]) == {}
