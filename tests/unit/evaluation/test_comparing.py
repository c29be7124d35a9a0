"""Two evaluations side by side: what changed, what is new, what cannot be compared."""

from __future__ import annotations

import json

import pytest

from bot.cli.measure import evaluation_json
from bot.errors import InputError
from bot.evaluation.comparing import Change, Conditions, compare_evaluations, read_earlier
from bot.evaluation.measuring import Evaluation, Judged, Verdict

WHOLE = Conditions(None, typos=False)


def judged(question: str, verdict: Verdict, shown: str | None = None, name: str | None = None) -> Judged:
    return Judged(question, "plain", verdict, None, shown, 0.5, id=name)


BEFORE = Evaluation(
    (judged("a", Verdict.RIGHT, "x"), judged("b", Verdict.WRONG, "y"), judged("gone", Verdict.RIGHT)), (judged("d", Verdict.DECLINED),), ()
)
AFTER = Evaluation(
    (judged("a", Verdict.SUGGESTED), judged("b", Verdict.WRONG, "z"), judged("new", Verdict.RIGHT)), (judged("d", Verdict.WRONG, "x"),), ()
)


def test_changed_verdicts_are_listed_and_the_rest_is_counted() -> None:
    earlier = read_earlier(evaluation_json(BEFORE, "f", WHOLE), "before.json", WHOLE)

    found = compare_evaluations(earlier, AFTER, "before.json")

    assert found.changes == (
        Change("questions", "a", Verdict.RIGHT, Verdict.SUGGESTED, "x", None),
        Change("declined", "d", Verdict.DECLINED, Verdict.WRONG, None, "x"),
    )
    assert (found.name, found.unchanged, found.only_before, found.only_after) == ("before.json", 1, 1, 1)


def test_an_evaluation_compared_with_itself_has_no_change() -> None:
    found = compare_evaluations(read_earlier(evaluation_json(BEFORE, "f", WHOLE), "same", WHOLE), BEFORE, "same")

    assert (found.changes, found.unchanged, found.only_before, found.only_after) == ((), 4, 0, 0)


def test_queries_of_a_data_set_are_reported_apart_by_their_ids() -> None:
    before = Evaluation((judged("same text", Verdict.RIGHT, name="1"), judged("same text", Verdict.WRONG, name="2")), (), ())
    after = Evaluation((judged("same text", Verdict.WRONG, name="2"), judged("same text", Verdict.WRONG, name="1")), (), ())

    found = compare_evaluations(read_earlier(evaluation_json(before, "f", WHOLE), "file", WHOLE), after, "file")

    assert [(change.before, change.after) for change in found.changes] == [(Verdict.RIGHT, Verdict.WRONG)]


def test_what_an_older_version_printed_can_be_read() -> None:
    item = {"question": "a", "group": "plain", "verdict": "wrong", "rank": 2, "shown": "x", "confidence": 0.7}
    text = json.dumps({"fingerprint": "f", "questions": {"n": 1, "items": [item]}, "declined": {"n": 0, "items": []}})

    found = compare_evaluations(read_earlier(text, "old", Conditions("test", typos=True)), BEFORE, "old")

    assert [change.before for change in found.changes] == [Verdict.WRONG]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"questions": {"items": [{"question": "a", "verdict": "great"}]}, "declined": {}}', "[" * 9999]
)
def test_another_file_is_refused_with_the_way_to_make_one(text: str) -> None:
    with pytest.raises(InputError, match=r"file\.json is not what `python -m bot evaluate --json` prints"):
        read_earlier(text, "file.json", WHOLE)


def test_evaluations_made_under_other_conditions_are_not_compared() -> None:
    text = evaluation_json(BEFORE, "f", Conditions("dev", typos=True))

    with pytest.raises(InputError, match="--split dev and --typos, and this one is made with both halves and no --typos"):
        read_earlier(text, "file.json", WHOLE)
