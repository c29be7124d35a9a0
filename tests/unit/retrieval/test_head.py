"""The linear head: fitted only where it pays, and right about which section a wording belongs to."""

from __future__ import annotations

import numpy as np
import pytest

from bot.corpus.document import Section
from bot.retrieval.fitting import head_pays
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.retrieval.corpora import named

ASKED = {
    "lost": ("my card is gone", "i lost it on a trip", "somebody stole my card", "card went missing", "cannot find my card", "card stolen"),
    "order": (
        "send me a new card",
        "i want another card",
        "get a second card",
        "request a card",
        "apply for a card",
        "order a card please",
    ),
    "limit": (
        "how much can i spend",
        "raise my card limit",
        "maximum for my card",
        "card spending cap",
        "limit of card",
        "daily card maximum",
    ),
}


def intents(names: tuple[str, ...], text: str = "About cards.") -> list[Section]:
    return [named(name, "Card", text, questions=ASKED[name]) for name in names]


@pytest.mark.parametrize(
    ("counts", "questions", "text", "pays"),
    [
        ([5, 5], 20, 10, True),
        ([5, 4], 20, 10, True),
        ([5, 4, 4], 20, 10, False),
        ([4, 4], 20, 10, False),
        ([5, 5], 19, 10, False),
        ([5], 20, 10, False),
        ([], 0, 0, False),
        ([9, 9, 0, 0], 100, 50, True),
        ([5, 5], 20, 0, True),
    ],
)
def test_the_head_pays_where_half_of_several_sections_have_questions_and_these_are_most_of_the_text(
    counts: list[int], questions: int, text: int, pays: bool
) -> None:
    assert head_pays(counts, questions, text) is pays


@pytest.mark.parametrize("names", [("lost", "order"), ("lost", "order", "limit")])
def test_a_corpus_of_questions_gets_one_separator_for_each_section(names: tuple[str, ...]) -> None:
    arrays = TfidfIndex().fit(intents(names)).arrays

    assert arrays.head_weights.shape == (len(names), len(arrays.ngrams))
    assert arrays.head_intercepts.shape == (len(names),)


def test_a_corpus_of_texts_gets_none_and_its_score_is_scaled_without_it() -> None:
    plain = TfidfIndex().fit(intents(("lost", "order"), "A long text about cards. " * 30))
    headed = TfidfIndex().fit(intents(("lost", "order")))

    assert len(plain.arrays.head_intercepts) == 0
    assert plain.explain("card", "article#lost").head_part == 0
    assert headed.scale == pytest.approx(plain.scale + plain.head_part)


@pytest.mark.parametrize("names", [("lost", "order"), ("lost", "order", "limit")])
def test_the_head_gives_each_question_to_its_own_section(names: tuple[str, ...]) -> None:
    index = TfidfIndex().fit(intents(names))

    for own in names:
        for question in ASKED[own]:
            parts = {name: index.explain(question, f"article#{name}").head_part for name in names}
            assert max(parts, key=parts.__getitem__) == own, question


def test_what_sets_questions_apart_ranks_the_section_first() -> None:
    index = TfidfIndex().fit(intents(("lost", "order", "limit")))

    for own, question in (("lost", "i think my card was stolen"), ("order", "request another card"), ("limit", "raise the card maximum")):
        assert index.search(question, 1)[0].section_id == f"article#{own}"


def test_the_part_lies_between_0_and_its_share_of_the_score() -> None:
    index = TfidfIndex().fit(intents(("lost", "order", "limit")))

    for question in ("my card is gone", "card", "zebra card", "limit"):
        for name in ASKED:
            assert 0 <= index.explain(question, f"article#{name}").head_part <= index.head_part / index.scale + 1e-9


def test_two_fits_give_the_same_head() -> None:
    first, second = (TfidfIndex().fit(intents(("lost", "order", "limit"))).arrays for _ in range(2))

    assert np.array_equal(first.head_weights, second.head_weights)
    assert np.array_equal(first.head_intercepts, second.head_intercepts)


def test_a_question_without_a_known_ngram_leaves_the_head_silent() -> None:
    index = TfidfIndex().fit(intents(("lost", "order")))

    assert index.search("zzz qqq", 3) == []
    assert index.explain("qqq", "article#lost").head_part == 0
