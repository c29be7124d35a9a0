"""A sentence from the section beside, where one article answers a question in two."""

from __future__ import annotations

import pytest

from bot.answering.excerpt import sentence_beside
from bot.corpus.document import Section
from bot.retrieval.hit import Hit
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section

COST = make_section("cost", "The Falcon license costs nothing. You may read it for free.", questions=("what does the falcon license cost",))
TERM = make_section("term", "It begins slowly. The Falcon license expires after seven years. Then all is open.")
OTHERS = (make_section("boats", "Boats float on water."), make_section("cars", "Cars have wheels."))
INDEX = TfidfIndex().fit([COST, TERM, *OTHERS])
BOTH = "what does the falcon license cost and when does it expire"


def beside(query: str, runner_up: Section | None = TERM, share: float = 0.9) -> str:
    hits = [Hit(COST.id, 0.5), Hit(TERM.id, 0.5 * share)]
    return sentence_beside(COST, runner_up, hits, INDEX.explain(query, COST.id), INDEX, query)


def test_the_sentence_that_has_what_the_first_section_lacks_is_added_under_its_own_title() -> None:
    assert beside(BOTH) == "term: The Falcon license expires after seven years."


def test_nothing_is_added_where_the_first_section_has_all_that_is_asked() -> None:
    assert beside("what does the falcon license cost") == ""


@pytest.mark.parametrize("share", [0.0, 0.5, 0.84])
def test_nothing_is_added_from_a_runner_up_that_is_far_behind(share: float) -> None:
    assert beside(BOTH, share=share) == ""


def test_nothing_is_added_from_another_article_nor_from_a_section_that_is_gone() -> None:
    from dataclasses import replace

    assert beside(BOTH, replace(TERM, article="other")) == ""
    assert beside(BOTH, None) == ""
