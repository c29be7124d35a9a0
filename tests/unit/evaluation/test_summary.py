"""The figures of a whole evaluation, counted by hand."""

from __future__ import annotations

import pytest

from bot.evaluation.measuring import Evaluation, Judged, Verdict
from bot.evaluation.summary import summarize


def judged(verdict: Verdict, rank: int | None, confidence: float | None, ndcg: float = 0.0) -> Judged:
    return Judged("q", "plain", verdict, rank, None, confidence, ndcg)


EVALUATION = Evaluation(
    (
        judged(Verdict.RIGHT, 1, 0.9, 1.0),
        judged(Verdict.WRONG, 3, 0.7, 0.5),
        judged(Verdict.SUGGESTED, 1, 0.5, 1.0),
        judged(Verdict.MISSED, None, 0.4),
    ),
    (judged(Verdict.DECLINED, None, 0.1), judged(Verdict.DECLINED, None, None), judged(Verdict.WRONG, None, 0.8)),
    (),
)


def test_outcomes_and_ranking_are_means_over_the_questions() -> None:
    summary = summarize(EVALUATION)
    questions, ranking = summary.questions, summary.ranking

    shares = [questions.right, questions.wrong, questions.suggested, questions.missed, questions.declined]
    assert [share.value for share in shares if share] == [0.25, 0.25, 0.25, 0.25, 0]
    figures = [ranking.recall_at_1, ranking.recall_at_3, ranking.reciprocal_rank, ranking.ndcg]
    assert [figure.value for figure in figures if figure] == pytest.approx([0.5, 0.75, (1 + 1 / 3 + 1) / 4, 0.625])
    assert summary.declined.wrong is not None
    assert summary.declined.wrong.value == pytest.approx(1 / 3)


def test_trust_is_about_the_first_section_of_everything_that_made_a_claim() -> None:
    trust = summarize(EVALUATION).trust

    assert trust.count == 6  # small talk claims nothing
    assert trust.auroc is not None
    assert trust.auroc.value == pytest.approx(6 / 8)  # right are 0.9 and 0.5; wrong 0.7, 0.4, 0.1, 0.8
    assert trust.coverage is not None
    assert trust.coverage.value == pytest.approx(1 / 6)
    assert sum(one.count for one in trust.bins) == 6


def test_what_was_not_asked_has_no_figure() -> None:
    summary = summarize(Evaluation((), (), ()))

    assert (summary.questions.count, summary.questions.right, summary.ranking.ndcg) == (0, None, None)
    assert (summary.trust.auroc, summary.trust.coverage, summary.trust.calibration_error, summary.trust.bins) == (None, None, None, ())
