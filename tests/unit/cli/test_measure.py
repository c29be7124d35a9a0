"""What ``evaluate`` prints for people, and the object that it prints for programs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.measure import calibration_files, evaluation_json, print_evaluation, print_evaluation_diff
from bot.evaluation.comparing import Change, Conditions, EvaluationDiff
from bot.evaluation.measuring import Evaluation, Judged, Verdict
from tests.conftest import REPOSITORY

EVALUATION = Evaluation(
    (
        Judged("what is it", "plain", Verdict.RIGHT, 1, "fruit/apples#red", 0.9, 1.0, "fruit"),
        Judged("wht is it", "typo", Verdict.WRONG, 2, "cars/fast#x", 0.7, 0.6, "cars"),
    ),
    (
        Judged("who won", "off-topic", Verdict.WRONG, None, "cars/fast#x", 0.8),
        Judged("hi", "small-talk", Verdict.DECLINED, None, None, None),
    ),
    (
        Judged("a > b", "followup", Verdict.WRONG, 3, "cars/fast#x", 0.8, 0.5, "fruit"),
        Judged("a > c", "fresh", Verdict.RIGHT, 1, "cars/fast#x", 0.8, 1.0, "cars"),
    ),
)
COMPARISON = EvaluationDiff("main", (Change("questions", "[bold]q", Verdict.RIGHT, Verdict.WRONG, "a#b", None),), 3, 2, 1)


def console() -> Console:
    return Console(file=io.StringIO(), width=80)


def text_of(shown: Console) -> str:
    assert isinstance(shown.file, io.StringIO)
    return shown.file.getvalue()


def row(text: str, name: str) -> list[str]:
    return next(line.split() for line in text.splitlines() if line.strip().startswith(name))


def test_people_see_each_style_area_and_kind_and_every_figure_with_its_interval() -> None:
    shown = console()
    print_evaluation(shown, EVALUATION, "fingerprint f00d")
    text = text_of(shown)

    assert row(text, "plain") == ["plain", "1", "100.0", "0.0", "0.0", "0.0", "0.0", "0.0", "100.0", "100.0"]
    assert row(text, "cars") == ["cars", "1", "0.0", "0.0", "100.0", "0.0", "0.0", "0.0", "0.0", "100.0"]
    assert row(text, "off-topic") == ["off-topic", "1", "100.0", "0.0", "0.0"]
    assert row(text, "followup") == ["followup", "1", "0.0", "0.0", "100.0", "0.0", "0.0", "0.0", "0.0", "100.0"]
    assert row(text, "questions right") == ["questions", "right", "0.500", "0.000", "to", "1.000"]
    assert row(text, "nDCG@10")[1] == "0.800"
    for name in ("MRR@10", "AUROC", "coverage at 95 %", "calibration error", "follow-ups right: fresh", "fingerprint f00d"):
        assert name in text
    assert "…" not in text


def test_areas_are_left_out_where_there_is_only_one_and_follow_ups_where_there_are_none() -> None:
    shown = console()
    print_evaluation(shown, Evaluation(EVALUATION.questions[:1], (), ()), "data set x")

    assert "by area" not in text_of(shown)
    assert "Follow-ups" not in text_of(shown)


def test_people_see_which_questions_changed_and_their_text_is_no_markup() -> None:
    shown = console()
    print_evaluation_diff(shown, COMPARISON)

    assert "[bold]q" in text_of(shown)
    assert "a#b -> nothing" in text_of(shown)
    assert "1 changed, 3 as before, 1 new, 2 no longer asked" in " ".join(text_of(shown).split())


def test_a_calibration_is_written_wherever_the_bot_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)

    assert calibration_files(Path("knowledge")) == (
        Path("knowledge/calibration.json"),
        REPOSITORY / "bot" / "answering" / "calibration.json",
    )
    assert calibration_files(tmp_path) == (tmp_path / "calibration.json",)


def test_programs_get_every_question_with_its_verdict_and_all_figures() -> None:
    value = json.loads(evaluation_json(EVALUATION, "f00d", Conditions("test", typos=True), COMPARISON))

    assert (value["fingerprint"], value["split"], value["typos"]) == ("f00d", "test", True)
    assert value["questions"]["items"][1] == {
        "question": "wht is it",
        "group": "typo",
        "area": "cars",
        "verdict": "wrong",
        "rank": 2,
        "ndcg": 0.6,
        "shown": "cars/fast#x",
        "confidence": 0.7,
    }
    assert (value["questions"]["right"], value["questions"]["wrong"]) == (1, 1)
    assert value["questions"]["by_area"]["fruit"]["right"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert value["declined"]["by_group"]["off-topic"]["wrong"]["value"] == 1.0
    assert value["figures"]["ndcg_at_10"]["value"] == 0.8
    assert value["figures"]["auroc"]["value"] == 1.0
    assert sum(one["count"] for one in value["reliability"]) == 3
    assert value["compared"]["changes"][0]["question"] == "[bold]q"
