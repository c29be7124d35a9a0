"""How sure the bot is: a fitted probability, and the file that its numbers come from."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.confidence import FILE, Features, Split, Trees, confidence_json, load_confidence
from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge
from bot.errors import KnowledgeError

SHIPPED = load_confidence(Path("no-folder"))
NUMBERS = st.floats(-1e6, 1e6)
COUNT = len(Features.names())


NEVER, ALWAYS = Trees(-60.0, ()), Trees(60.0, ())


def features(*values: float) -> Features:
    return Features(*values)


def confidence(engine: AnswerEngine, query: str) -> float:
    hits = engine.index.search(query, 10)
    return engine.confidence.of(query, hits, engine.explain(query, hits[0].section_id) if hits else None)


def test_no_hit_means_no_confidence(engine: AnswerEngine) -> None:
    assert engine.confidence.of("anything", [], None) == 0


def test_a_known_question_is_surer_than_one_with_foreign_words(engine: AnswerEngine) -> None:
    sure, unsure = (confidence(engine, query) for query in ("what are open weights", "weights of a spaceship engine in orbit"))

    assert sure > 0.9
    assert unsure < sure - 0.1


def test_each_tree_adds_the_number_that_the_features_lead_to() -> None:
    trees = Trees(0.5, (Split(0, 1.0, -1.0, Split(1, 2.0, 3.0, 4.0)), 0.25))

    assert trees.probability(features(*[1.0] * COUNT)) == pytest.approx(1 / (1 + math.exp(0.25)))
    assert trees.probability(features(1.5, *[1.0] * (COUNT - 1))) == pytest.approx(1 / (1 + math.exp(-3.75)))
    assert trees.probability(features(1.5, *[2.5] * (COUNT - 1))) == pytest.approx(1 / (1 + math.exp(-4.75)))


def test_that_one_of_three_answers_has_a_probability_of_its_own(engine: AnswerEngine) -> None:
    query = "the data of a spaceship"
    hits = engine.index.search(query, 10)
    explanation = engine.explain(query, hits[0].section_id)
    never, always = (replace(engine.confidence, near_answers=trees) for trees in (NEVER, ALWAYS))

    assert (never.near(query, hits, explanation), always.near(query, hits, explanation)) == (0, 1)
    assert never.of(query, hits, explanation) == always.of(query, hits, explanation) == confidence(engine, query)
    assert engine.confidence.near(query, [], None) == 0


@pytest.mark.parametrize("trees", [SHIPPED.first_answers, SHIPPED.near_answers])
@given(st.lists(st.floats(0, 12), min_size=COUNT, max_size=COUNT), st.floats(0, 12))
def test_more_of_what_speaks_for_an_answer_never_lowers_its_probability(trees: Trees, values: list[float], more: float) -> None:
    before = features(*values)

    for name in ("score", "margin", "content", "coverage", "likeness", "rest", "phrase"):
        assert trees.probability(replace(before, **{name: getattr(before, name) + more})) >= trees.probability(before)
    for name in ("second", "third", "tenth", "unknown"):
        assert trees.probability(replace(before, **{name: getattr(before, name) + more})) <= trees.probability(before)


@given(st.lists(NUMBERS, min_size=COUNT, max_size=COUNT))
def test_any_ranking_has_a_probability(values: list[float]) -> None:
    assert 0 <= SHIPPED.first_answers.probability(features(*values)) <= 1


@given(st.lists(st.sampled_from(["open", "what", "is", "xyzzy", "license", "wieghts", "?"]), max_size=8).map(" ".join))
def test_the_confidence_of_any_question_is_a_share(built: BuiltKnowledge, query: str) -> None:
    assert 0 <= confidence(built.engine, query) <= 1


def test_a_calibration_is_written_and_read_back(tmp_path: Path) -> None:
    own = replace(SHIPPED, fitted_for="mine", near_answers=Trees(7.25, (Split(3, 0.5, -1.0, 0.125), 1.0)))
    (tmp_path / FILE).write_text(confidence_json(own))

    assert load_confidence(tmp_path) == own


def test_a_folder_without_a_calibration_uses_the_shipped_one(tmp_path: Path) -> None:
    assert load_confidence(tmp_path) == SHIPPED


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("first", {"start": "high", "trees": []}),
        ("first", {"start": float("nan"), "trees": []}),
        ("near", {}),
        ("near", {"start": 0, "trees": [{"feature": "beauty", "border": 1, "low": 0, "high": 1}]}),
        ("near", {"start": 0, "trees": [{"feature": "score", "border": 1, "low": 0}]}),
        ("weights", {"score": {"mean": 0, "scale": 1, "weight": 1}}),
        ("structured", 1.5),
        ("structured", -0.1),
        ("more", 1),
    ],
)
def test_a_calibration_that_cannot_be_used_is_refused_by_name(tmp_path: Path, key: str, value: object) -> None:
    content = {**json.loads(confidence_json(SHIPPED)), key: value}
    (tmp_path / FILE).write_text(json.dumps(content))

    with pytest.raises(KnowledgeError, match=r"calibration\.json is no usable calibration"):
        load_confidence(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]"])
def test_a_calibration_that_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(KnowledgeError, match="no usable calibration"):
        load_confidence(tmp_path)


def test_every_number_is_part_of_the_parameters() -> None:
    others = (
        replace(SHIPPED, first_answers=NEVER),
        replace(SHIPPED, near_answers=NEVER),
        replace(SHIPPED, structured=0.5),
        replace(SHIPPED, in_context=0.5),
    )

    assert all(other.get_params() != SHIPPED.get_params() for other in others)
    assert SHIPPED.get_params() == replace(SHIPPED, fitted_for="another").get_params()
