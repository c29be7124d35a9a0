"""The counts behind every figure of quality: each verdict, each rate."""

from __future__ import annotations

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import AnswerSettings
from bot.evaluation.golden import DeclineKind, FollowUpStyle, Golden, GoldenDeclined, GoldenFollowUp, GoldenQuestion, Style
from bot.evaluation.measuring import Evaluation, Judged, Rate, Verdict, evaluate, mistype, rate, recall_at, reciprocal_rank
from tests.unit.making import make_engine, make_section, with_settings

APPLES, BANANAS = "article#apples", "article#bananas"
ENGINE = make_engine(
    [
        make_section("apples", "Apples are red fruit.", questions=("What is an apple?",)),
        make_section("bananas", "Bananas are yellow fruit.", questions=("Why are bananas bent?",)),
    ]
)
NEVER = 1.01
"""Above any confidence, which is rounded up to 1 where it is nearly that."""
SUGGESTING = with_settings(ENGINE, AnswerSettings(answer_threshold=NEVER, suggest_threshold=0.0))
DECLINING = with_settings(ENGINE, AnswerSettings(answer_threshold=NEVER, suggest_threshold=NEVER))


def asked(engine: AnswerEngine, question: str, *expected: str) -> Judged:
    golden = Golden((GoldenQuestion(question=question, style=Style.PLAIN, expect=expected),), (), ())
    return evaluate(engine, golden).questions[0]


def declined(engine: AnswerEngine, question: str) -> Judged:
    golden = Golden((), (GoldenDeclined(question=question, kind=DeclineKind.OFF_TOPIC),), ())
    return evaluate(engine, golden).declined[0]


def judged(*ranks: int | None) -> list[Judged]:
    return [Judged("q", "plain", Verdict.RIGHT if rank == 1 else Verdict.WRONG, rank, None, 0.5) for rank in ranks]


@pytest.mark.parametrize(
    ("engine", "expected", "verdict"),
    [
        (ENGINE, APPLES, Verdict.RIGHT),
        (ENGINE, BANANAS, Verdict.WRONG),
        (SUGGESTING, APPLES, Verdict.SUGGESTED),
        (SUGGESTING, "article#elsewhere", Verdict.MISSED),
        (DECLINING, APPLES, Verdict.DECLINED),
    ],
)
def test_a_question_is_judged_by_what_was_shown(engine: AnswerEngine, expected: str, verdict: Verdict) -> None:
    assert asked(engine, "what are red apples", expected).verdict is verdict


def test_the_rank_is_that_of_the_first_expected_section_whatever_was_shown() -> None:
    assert asked(ENGINE, "red apples fruit", APPLES).rank == 1
    assert asked(ENGINE, "red apples fruit", BANANAS).rank == 2
    assert asked(DECLINING, "red apples fruit", BANANAS, APPLES).rank == 1
    assert asked(ENGINE, "red apples fruit", "article#elsewhere").rank is None


@pytest.mark.parametrize(
    ("engine", "question", "verdict"),
    [
        (ENGINE, "red apples", Verdict.WRONG),
        (SUGGESTING, "red apples", Verdict.SUGGESTED),
        (DECLINING, "red apples", Verdict.DECLINED),
        (ENGINE, "thanks", Verdict.DECLINED),
        (ENGINE, "xyzzy qqqq", Verdict.DECLINED),
    ],
)
def test_what_must_be_declined_is_wrong_as_soon_as_a_section_is_shown(engine: AnswerEngine, question: str, verdict: Verdict) -> None:
    assert declined(engine, question).verdict is verdict


def test_a_follow_up_is_asked_in_the_light_of_its_earlier_turns() -> None:
    def last(*turns: str) -> Verdict:
        follow_up = GoldenFollowUp(turns=turns, style=FollowUpStyle.FOLLOW_UP, expect=(BANANAS,))
        return evaluate(ENGINE, Golden((), (), (follow_up,))).follow_ups[0].verdict

    assert last("why are bananas bent", "are they fruit?") is Verdict.RIGHT
    assert last("what is an apple", "are they fruit?") is Verdict.WRONG


def test_a_follow_up_to_which_there_is_nothing_is_right_where_it_is_declined() -> None:
    turns = ("why are bananas bent", "xyzzy qqqq plugh")
    golden = Golden((), (), (GoldenFollowUp(turns=turns, style=FollowUpStyle.FOLLOW_UP, expect=()),))

    assert evaluate(DECLINING, golden).follow_ups[0].verdict is Verdict.RIGHT
    answered = golden.follow_ups[0].model_copy(update={"turns": (turns[0], "what is an apple")})
    assert evaluate(ENGINE, Golden((), (), (answered,))).follow_ups[0].verdict is Verdict.WRONG


def test_mistyped_questions_are_asked_as_they_would_be_typed() -> None:
    golden = Golden((GoldenQuestion(question="what are yellow bananas", style=Style.PLAIN, expect=(BANANAS,)),), (), ())

    shown = evaluate(ENGINE, golden, mistyped=True).questions[0].question

    assert shown != "what are yellow bananas"


def test_only_the_last_turn_of_a_follow_up_is_mistyped() -> None:
    turns = ("why are bananas bent", "are they yellow fruit?")
    golden = Golden((), (), (GoldenFollowUp(turns=turns, style=FollowUpStyle.FOLLOW_UP, expect=(BANANAS,)),))

    first, last = evaluate(ENGINE, golden, mistyped=True).follow_ups[0].question.split(" > ")

    assert first == turns[0]
    assert last == mistype(turns[1]) != turns[1]


def test_small_talk_claims_no_confidence_and_everything_else_does() -> None:
    assert declined(ENGINE, "thanks").confidence is None
    assert declined(DECLINING, "red apples").confidence == asked(DECLINING, "red apples", APPLES).confidence
    assert declined(DECLINING, "red apples").confidence not in (None, 0)


def test_the_area_is_the_folder_of_the_first_expected_section() -> None:
    assert asked(ENGINE, "red apples", "fruit/apples#red", "cars/fast#x").area == "fruit"
    assert asked(ENGINE, "red apples", APPLES).area == ""


def test_ndcg_counts_every_expected_section() -> None:
    assert asked(ENGINE, "red apples fruit", APPLES).ndcg == 1
    assert asked(ENGINE, "red apples fruit", APPLES, "article#elsewhere").ndcg < 1
    assert declined(ENGINE, "red apples").ndcg == 0


def test_a_rate_is_a_share_of_all() -> None:
    found = rate(judged(1, 1, 1, 2), Verdict.RIGHT)

    assert (found.hits, found.total, found.share) == (3, 4, 0.75)
    assert Rate(0, 0).share == 0


def test_recall_counts_the_expected_among_the_first_k_and_the_reciprocal_rank_averages() -> None:
    found = judged(1, 3, None, 4)

    assert [recall_at(found, k).hits for k in (1, 3, 10)] == [1, 2, 3]
    assert reciprocal_rank(found) == pytest.approx((1 + 1 / 3 + 1 / 4) / 4)
    assert reciprocal_rank([]) == 0


def test_nothing_asked_is_nothing_judged() -> None:
    assert evaluate(ENGINE, Golden((), (), ())) == Evaluation((), (), ())
