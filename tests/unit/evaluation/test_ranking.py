"""The rules by which any engine is judged: thresholds, verdicts, the fit on dev."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bot.evaluation.measuring import Verdict, mistype
from bot.evaluation.ranking import IndexRanker, Labelled, Probability, Thresholds, fit_probability, judge_queries
from bot.retrieval.hit import Hit
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section

THRESHOLDS = Thresholds(answer=0.6, suggest=0.3, suggestions=2)
IDENTITY = Probability((0.0,), (1.0,), (1.0,), 0.0)
"""A feature of 0 is a probability of one half."""


class Scripted:
    """Finds what it was given, with one feature for each query."""

    def __init__(self, found: Mapping[str, tuple[str, float]]) -> None:
        self._found = found

    def search(self, query: str, k: int) -> Sequence[Hit]:
        names, _ = self._found.get(query, ("", 0.0))
        return [Hit(name, 1.0) for name in names[:k]]

    def measure(self, query: str, hits: Sequence[Hit]) -> tuple[float, ...]:
        assert hits
        return (self._found[query][1],)


def verdict(names: str, feature: float, *relevant: str) -> Verdict:
    evaluation = judge_queries(Scripted({"q": (names, feature)}), IDENTITY, [Labelled("1", "q", relevant)], THRESHOLDS)
    (item,) = evaluation.questions or evaluation.declined
    return item.verdict


@pytest.mark.parametrize(
    ("names", "feature", "relevant", "expected"),
    [
        ("ab", 2.0, "a", Verdict.RIGHT),
        ("ab", 2.0, "b", Verdict.WRONG),
        ("ab", 0.0, "b", Verdict.SUGGESTED),
        ("abc", 0.0, "c", Verdict.MISSED),
        ("ab", -2.0, "a", Verdict.DECLINED),
        ("", 2.0, "a", Verdict.DECLINED),
        ("ab", 2.0, "", Verdict.WRONG),
        ("ab", 0.0, "", Verdict.SUGGESTED),
        ("ab", -2.0, "", Verdict.DECLINED),
    ],
)
def test_a_query_is_judged_by_the_thresholds(names: str, feature: float, relevant: str, expected: Verdict) -> None:
    assert verdict(names, feature, *relevant) is expected


def test_a_judgement_has_rank_gain_confidence_and_what_was_shown() -> None:
    ranker = Scripted({"q": ("ab", 2.0), "x": ("ab", -2.0)})

    evaluation = judge_queries(ranker, IDENTITY, [Labelled("1", "q", ("b",)), Labelled("2", "x", ())], THRESHOLDS)

    (question,), (declined,) = evaluation.questions, evaluation.declined
    assert (question.id, question.rank, question.shown, question.confidence) == ("1", 2, "a", 0.8808)
    assert question.ndcg == pytest.approx(0.6309, abs=1e-4)
    assert (declined.id, declined.rank, declined.shown, declined.confidence) == ("2", None, None, 0.1192)


def test_the_fit_learns_from_dev_queries_plain_and_mistyped_what_a_right_hit_looks_like() -> None:
    texts = [f"question number{chr(97 + n)} about something" for n in range(20)]
    found = {form: ("a" if n % 2 else "b", float(n % 2)) for n, text in enumerate(texts) for form in (text, mistype(text))}

    fitted = fit_probability(Scripted(found), [Labelled(text, text, ("a",)) for text in texts])

    assert fitted is not None
    assert fitted.of((1.0,)) > 0.8
    assert fitted.of((0.0,)) < 0.2


def test_what_is_fitted_depends_on_mistyped_queries_too() -> None:
    texts = [f"question number{chr(97 + n)} about something" for n in range(20)]
    plain = dict.fromkeys(texts, ("a", 1.0))
    mistyped = {form: ("b", 0.0) for form in map(mistype, texts) if form not in plain}
    dev = [Labelled(text, text, ("a",)) for text in texts]

    assert fit_probability(Scripted(plain), dev) is None
    assert fit_probability(Scripted(plain | mistyped), dev) is not None


def test_one_kind_of_hit_alone_cannot_be_fitted_on() -> None:
    assert fit_probability(Scripted({"q": ("a", 1.0)}), [Labelled("1", "q", ("a",))]) is None
    assert fit_probability(Scripted({}), [Labelled("1", "q", ("a",))]) is None


def test_the_product_is_ranked_with_its_own_index_and_features() -> None:
    index = TfidfIndex().fit([make_section("apples", "Apples are red fruit."), make_section("cars", "Cars are fast.")])
    ranker = IndexRanker(index)

    hits = ranker.search("please tell me about https://example.org apples", 10)

    assert [hit.section_id for hit in hits][:1] == ["article#apples"]
    assert len(ranker.measure("apples", hits)) == len(ranker.measure("red fruit", hits)) > 1
