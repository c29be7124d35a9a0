"""The values a corpus is made of."""

from __future__ import annotations

import pickle

from bot.corpus.document import Passage, PassageKind, Source, join_passages
from tests.unit.making import make_corpus, make_section

CORPUS = make_corpus([make_section("b", "Beta.", questions=("What is b?",)), make_section("a", "Alpha.", questions=("What is a?",))])


def test_sentences_of_a_paragraph_are_joined_on_a_line() -> None:
    assert join_passages((Passage("One."), Passage("Two."))) == "One. Two."


def test_items_are_joined_on_lines_and_blocks_stand_apart() -> None:
    passages = (
        Passage("Three things:", block=0),
        Passage("• a", PassageKind.ITEM, 1),
        Passage("• b", PassageKind.ITEM, 1),
        Passage("pip install x", PassageKind.CODE, 2),
    )

    assert join_passages(passages) == "Three things:\n\n• a\n• b\n\npip install x"


def test_a_source_names_publisher_and_year_where_they_are_known() -> None:
    assert str(Source("T", "P", 2024)) == "T (P, 2024)"
    assert str(Source("T", year=2024)) == "T (2024)"
    assert str(Source("T")) == "T"


def test_a_section_is_found_by_its_id_and_by_its_key() -> None:
    section = CORPUS.section("article#a")

    assert section is not None
    assert CORPUS.section_of_key(section.key) is section


def test_a_section_that_is_not_there_is_none() -> None:
    assert CORPUS.section("article#zzz") is None
    assert CORPUS.section_of_key("zzzzzzzzzzzz") is None


def test_neighbours_are_the_other_sections_of_the_article() -> None:
    first, second = CORPUS.sections

    assert CORPUS.neighbours(first) == (second,)


def test_questions_come_in_the_order_of_the_sections() -> None:
    assert CORPUS.questions == ("What is a?", "What is b?")


def test_a_pickled_corpus_is_equal_and_can_still_look_up() -> None:
    copy = pickle.loads(pickle.dumps(CORPUS))

    assert copy == CORPUS
    assert copy.section("article#a") == CORPUS.section("article#a")
    assert copy.fingerprint == CORPUS.fingerprint


def test_every_shown_or_searched_part_changes_the_fingerprint() -> None:
    base = make_corpus([make_section("a", "Alpha.")])
    variants = [
        make_corpus([make_section("a", "Beta.")]),
        make_corpus([make_section("b", "Alpha.", title="a")]),
        make_corpus([make_section("a", "Alpha.", title="Other")]),
        make_corpus([make_section("a", "Alpha.", questions=("What is a?",))]),
    ]

    fingerprints = {corpus.fingerprint for corpus in (base, *variants)}

    assert len(fingerprints) == 1 + len(variants)
