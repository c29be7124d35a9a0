"""How sure the bot is: a fitted probability, and the file that its numbers come from."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.confidence import FILE, Confidence, Features, confidence_json, load_confidence
from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge
from bot.errors import KnowledgeError

SHIPPED = load_confidence(Path("no-folder"))
NUMBERS = st.floats(-1e6, 1e6)
COUNT = len(Features.names())


HALF = {"score": {"mean": 0, "scale": 0, "weight": 1}}


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


def test_the_probability_is_that_of_a_logistic_regression() -> None:
    fitted = Confidence("x", 0.5, (1.0,) * COUNT, (2.0,) * COUNT, (1.0,) * COUNT, -0.5, (0.0,) * COUNT, 0.9, 0.8)

    assert fitted.probability(features(*[1.0] * COUNT)) == pytest.approx(1 / (1 + math.exp(-0.5)))
    assert fitted.probability(features(3.0, *[1.0] * (COUNT - 1))) == pytest.approx(1 / (1 + math.exp(-1.5)))


def test_that_one_of_three_answers_has_a_regression_of_its_own(engine: AnswerEngine) -> None:
    query = "the data of a spaceship"
    hits = engine.index.search(query, 10)
    explanation = engine.explain(query, hits[0].section_id)
    never = replace(engine.confidence, near_intercept=-60.0, near_weights=(0.0,) * COUNT)
    always = replace(engine.confidence, near_intercept=60.0, near_weights=(0.0,) * COUNT)

    assert (never.near(query, hits, explanation), always.near(query, hits, explanation)) == (0, 1)
    assert never.of(query, hits, explanation) == always.of(query, hits, explanation) == confidence(engine, query)
    assert engine.confidence.near(query, [], None) == 0


def test_a_calibration_of_version_0_1_is_read_with_its_one_regression_for_both(tmp_path: Path) -> None:
    content = json.loads(confidence_json(SHIPPED))
    del content["near_intercept"]
    for weight in content["weights"].values():
        del weight["near"]
    (tmp_path / FILE).write_text(json.dumps(content))

    old = load_confidence(tmp_path)

    assert (old.intercept, old.weights) == (SHIPPED.intercept, SHIPPED.weights)
    assert (old.near_intercept, old.near_weights) == (old.intercept, old.weights)


@given(st.lists(NUMBERS, min_size=COUNT, max_size=COUNT))
def test_any_ranking_has_a_probability(values: list[float]) -> None:
    assert 0 <= SHIPPED.probability(features(*values)) <= 1


@given(st.lists(st.sampled_from(["open", "what", "is", "xyzzy", "license", "wieghts", "?"]), max_size=8).map(" ".join))
def test_the_confidence_of_any_question_is_a_share(built: BuiltKnowledge, query: str) -> None:
    assert 0 <= confidence(built.engine, query) <= 1


def test_a_calibration_is_written_and_read_back(tmp_path: Path) -> None:
    own = replace(SHIPPED, fitted_for="mine", intercept=7.25)
    (tmp_path / FILE).write_text(confidence_json(own))

    assert load_confidence(tmp_path) == own


def test_a_folder_without_a_calibration_uses_the_shipped_one(tmp_path: Path) -> None:
    assert load_confidence(tmp_path) == SHIPPED


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("intercept", "high"),
        ("intercept", float("nan")),
        ("weights", {}),
        ("weights", HALF),
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
    assert len(SHIPPED.get_params()) == 4 + 4 * COUNT
    assert SHIPPED.get_params() != replace(SHIPPED, intercept=0.0).get_params()
    assert SHIPPED.get_params() != replace(SHIPPED, near_intercept=0.0).get_params()
    assert SHIPPED.get_params() != replace(SHIPPED, near_weights=(0.0,) * COUNT).get_params()
    assert SHIPPED.get_params() != replace(SHIPPED, structured=0.5).get_params()
    assert SHIPPED.get_params() != replace(SHIPPED, in_context=0.5).get_params()


def test_the_parameters_have_the_names_of_the_file() -> None:
    columns = {f"{name}.{column}" for name in Features.names() for column in ("mean", "scale", "weight", "near")}

    assert set(SHIPPED.get_params()) == {"intercept", "near_intercept", "structured", "in_context"} | columns
