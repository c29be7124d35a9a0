"""What is explained is what was computed: the same score by another path, whatever made it up."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.document import Section
from bot.retrieval.hit import Phrasing
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section
from tests.unit.retrieval.corpora import FITTING, QUERIES, corpora, named, texts

SAME = 2e-6
VERBS = ("block", "change", "lose", "order", "cancel", "find")
INTENTS = tuple(
    named(
        thing,
        thing,
        f"About {thing}.",
        questions=[f"how do i {verb} my {thing} {place}" for verb in VERBS for place in ("abroad", "online")],
    )
    for thing in ("card", "password", "account", "ticket")
)
WITH_HEAD = TfidfIndex().fit(INTENTS)
FAMILIAR = TfidfIndex().fit(
    [
        named("gpt-2", "GPT 2", "GPT 2 is a large language model.", aliases=["gpt two"], questions=["what is gpt 2"]),
        named("llm", "Large Language Model", "A model of text.", aliases=["LLM"], questions=["what is an llm"]),
        named("oss", "Open Source", "Code that anybody may use.", aliases=["OSS", "FOSS"]),
        *(named(f"other-{number}", f"Other {number}", "Models and licenses and weights of all kinds.") for number in range(10)),
    ]
)


def check(index: TfidfIndex, asked: str, most: int = 60) -> int:
    """Check that every hit is explained by summands that add up to it; return how many hits there are."""
    hits = index.search(asked, most)
    for hit in hits:
        explanation = index.explain(asked, hit.section_id)
        assert explanation.score == pytest.approx(hit.score, abs=SAME)
        assert explanation.sum == pytest.approx(explanation.score, abs=SAME)
        summands = (explanation.confirmed_part, explanation.phrase_part, explanation.name_part, explanation.question_part)
        assert all(value >= 0 for value in (*summands, explanation.letter_part, explanation.head_part))
        assert all(item.weight >= 0 for item in explanation.words)
        assert all(item.weight > 0 for item in explanation.synonyms)
    return len(hits)


@FITTING
@given(corpora(), QUERIES)
def test_every_hit_is_explained_by_its_very_score(sections: tuple[Section, ...], asked: str) -> None:
    check(TfidfIndex().fit(sections), asked)


@FITTING
@given(corpora(), QUERIES)
def test_sections_that_are_no_hits_are_explained_with_0(sections: tuple[Section, ...], asked: str) -> None:
    index = TfidfIndex().fit(sections)
    hits = {hit.section_id for hit in index.search(asked, 60)}

    assert {section.id for section in sections if index.explain(asked, section.id).score > 0} == hits


@FITTING
@given(corpora(), QUERIES, st.data())
def test_with_confirmed_phrasings_every_hit_is_explained_by_its_score(
    sections: tuple[Section, ...], asked: str, data: st.DataObject
) -> None:
    phrasings = data.draw(st.lists(st.builds(Phrasing, st.sampled_from([section.id for section in sections]), texts()), max_size=4))

    check(TfidfIndex().fit(sections).with_phrasings([*phrasings, Phrasing(sections[0].id, asked)]), asked)


@given(texts([*VERBS, "card", "cards", "pasword", "account", "how", "do", "i", "my", "xyzzy"]))
def test_with_a_head_every_hit_is_explained_by_its_score(asked: str) -> None:
    assert len(WITH_HEAD.arrays.head_intercepts) == len(INTENTS)

    check(WITH_HEAD, asked)
    check(WITH_HEAD.with_phrasings([Phrasing("article#card", "plastic money"), Phrasing("article#ticket", asked)]), asked)


@pytest.mark.parametrize("asked", ["gpt2", "opensource", "llms", "larg languag modle", "is foss gpt2", "opensource llm", "GPT two wieghts"])
def test_repairs_splits_and_synonyms_are_explained_by_the_score(asked: str) -> None:
    assert check(FAMILIAR, asked) > 0
    assert check(FAMILIAR.with_phrasings([Phrasing("article#other-3", "gpt2 for opensource")]), asked) > 0


def test_a_word_that_was_split_is_reported_with_both_of_its_halves() -> None:
    words = FAMILIAR.explain("gpt2", "article#gpt-2").words

    assert [(word.word, word.matched) for word in words] == [("gpt2", "gpt"), ("gpt2", "2")]
    assert all(word.weight > 0 for word in words)


def test_a_pickled_index_with_a_head_explains_the_same() -> None:
    copy = pickle.loads(pickle.dumps(WITH_HEAD))

    assert copy.explain("block my card", "article#card") == WITH_HEAD.explain("block my card", "article#card")


def test_the_rank_below_the_pool_is_that_of_the_first_stage_and_needs_no_explanation_of_its_own() -> None:
    index = TfidfIndex(pool=2).fit([make_section(f"s{number}", "Same words.", title="Same") for number in range(6)])

    assert [hit.section_id for hit in index.search("same words", 5)] == [f"article#s{number}" for number in range(5)]
    check(index, "same words", 6)


def test_a_section_whose_name_says_nothing_changes_no_other_section_s_score() -> None:
    index = TfidfIndex().fit([named("a", "apples", "apples."), named("b", "the", "apples."), named("c", "apples red", "apples.")])

    check(index, "apples")
