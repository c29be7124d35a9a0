"""Phrasings that moderators confirmed: further questions of a section, without a new fit."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.document import Section
from bot.retrieval.hit import Phrasing
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section
from tests.unit.retrieval.corpora import FITTING, QUERIES, corpora, texts

SECTIONS = (
    make_section("apples", "Apples are red fruit. They grow on trees.", questions=("What is an apple?",)),
    make_section("bananas", "Bananas are yellow fruit from the tropics.", questions=("Why are bananas bent?",)),
    make_section("cars", "Cars are machines with four wheels and an engine.", questions=("How fast is a car?",)),
    make_section("licenses", "A license says what one may do. The Apache license grants patents."),
)
INDEX = TfidfIndex().fit(SECTIONS)
QUESTION = "which vehicle takes me to grandmother's house"


def first(index: TfidfIndex, question: str) -> str:
    return index.search(question, 1)[0].section_id


def test_a_confirmed_phrasing_is_found_at_the_very_next_question_and_its_section_comes_first() -> None:
    assert INDEX.search(QUESTION, 3) == []

    taught = INDEX.with_phrasings([Phrasing("article#cars", QUESTION)])

    assert first(taught, QUESTION) == "article#cars"
    assert first(taught, "Which vehicle takes me to my grandmother?") == "article#cars"


def test_the_old_index_is_left_as_it_was() -> None:
    before = INDEX.search("red fruit", 5)

    taught = INDEX.with_phrasings([Phrasing("article#cars", "red fruit"), Phrasing("article#cars", QUESTION)])

    assert taught.search("red fruit", 5) != before
    assert INDEX.search("red fruit", 5) == before
    assert INDEX.search(QUESTION, 5) == []


def test_phrasings_take_the_place_of_earlier_ones() -> None:
    taught = INDEX.with_phrasings([Phrasing("article#cars", QUESTION)])

    assert taught.with_phrasings([]).search(QUESTION, 5) == []
    assert first(taught.with_phrasings([Phrasing("article#apples", QUESTION)]), QUESTION) == "article#apples"


def test_the_fitted_data_is_shared_and_not_copied() -> None:
    assert INDEX.with_phrasings([Phrasing("article#cars", QUESTION)]).arrays is INDEX.arrays


def test_a_phrasing_of_a_section_that_is_gone_is_ignored() -> None:
    taught = INDEX.with_phrasings([Phrasing("article#gone", QUESTION), Phrasing("article#cars", "how many wheels")])

    assert taught.search(QUESTION, 5) == []
    assert first(taught, "how many wheels") == "article#cars"


def test_the_explanation_tells_what_a_confirmed_phrasing_adds_but_not_its_words_which_may_be_a_member_s() -> None:
    taught = INDEX.with_phrasings([Phrasing("article#cars", QUESTION)])

    explanation = taught.explain(QUESTION, "article#cars")

    assert explanation.closest_question is None
    assert QUESTION not in str(explanation)
    assert explanation.confirmed_part == pytest.approx(1 / INDEX.scale, abs=1e-6)
    assert explanation.score == taught.search(QUESTION, 1)[0].score
    assert INDEX.explain(QUESTION, "article#cars").confirmed_part == 0


def test_a_listed_question_that_is_more_like_is_named_instead() -> None:
    taught = INDEX.with_phrasings([Phrasing("article#cars", "is a motor boat fast")])

    assert taught.explain("how fast is a car", "article#cars").closest_question == "How fast is a car?"


def test_a_phrasing_that_shares_only_function_words_changes_nothing() -> None:
    taught = INDEX.with_phrasings([Phrasing("article#cars", "what is the fastest one of them all")])

    assert taught.search("what is an apple", 5) == INDEX.search("what is an apple", 5)


def test_of_several_phrasings_of_a_section_the_closest_counts() -> None:
    one, both = (
        INDEX.with_phrasings([Phrasing("article#cars", text) for text in chosen])
        for chosen in ((QUESTION,), ("grandmother drives", QUESTION, "house wheels vehicle"))
    )

    assert both.search(QUESTION, 5) == one.search(QUESTION, 5)


def test_a_mistyped_question_finds_the_phrasing_too() -> None:
    taught = INDEX.with_phrasings([Phrasing("article#licenses", "may patents be granted with bananas")])

    assert first(taught, "may patnets be granted with bannanas") == "article#licenses"


def test_phrasings_survive_pickling() -> None:
    taught = INDEX.with_phrasings([Phrasing("article#cars", QUESTION)])

    assert pickle.loads(pickle.dumps(taught)).search(QUESTION, 5) == taught.search(QUESTION, 5)


@pytest.mark.parametrize("text", ["", "???", "🎉", "x" * 1000])
def test_a_phrasing_of_any_text_can_be_held(text: str) -> None:
    taught = INDEX.with_phrasings([Phrasing("article#cars", text)])

    assert taught.search("red fruit", 5) == INDEX.search("red fruit", 5)
    assert taught.search(text, 5) == taught.search(text, 5)


@FITTING
@given(corpora(), QUERIES, st.data())
def test_a_phrasing_never_lowers_the_score_of_its_section(sections: tuple[Section, ...], asked: str, data: st.DataObject) -> None:
    index = TfidfIndex().fit(sections)
    section = data.draw(st.sampled_from(sections))
    taught = index.with_phrasings([Phrasing(section.id, data.draw(texts()))])

    assert taught.explain(asked, section.id).score >= index.explain(asked, section.id).score - 2e-6


@FITTING
@given(corpora(fewest=2), QUERIES, st.data())
def test_a_confirmed_question_has_all_of_its_information_and_the_full_likeness(
    sections: tuple[Section, ...], asked: str, data: st.DataObject
) -> None:
    index = TfidfIndex().fit(sections)
    section = data.draw(st.sampled_from(sections))
    taught = index.with_phrasings([Phrasing(section.id, asked)])
    if not taught.reader.read(asked).terms:
        return

    explanation = taught.explain(asked, section.id)

    known = sum(word.weight for word in explanation.words) + sum(item.weight for item in explanation.synonyms)
    assert known + explanation.confirmed_part >= 1 / index.scale - 1e-6
    assert section.id in [hit.section_id for hit in taught.search(asked, len(sections))]


def test_the_section_comes_first_for_the_confirmed_question_though_others_share_its_words() -> None:
    asked = "does a license for red cars grant bananas"

    for section in SECTIONS:
        assert first(INDEX.with_phrasings([Phrasing(section.id, asked)]), asked) == section.id
