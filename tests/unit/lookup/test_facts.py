"""Single facts, and which is told next."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.catalogue.entries import section_id_of
from bot.corpus.document import Passage, PassageKind
from bot.lookup.browsing import facts_of, next_fact, opening
from tests.unit.lookup.catalogues import EVENTS, TOKEN, corpus


def test_facts_are_openings_of_sections_and_what_is_pointed_at_ranks_higher() -> None:
    facts = {fact.section.id: fact for fact in facts_of(corpus(), "catalogues")}

    assert facts[section_id_of(TOKEN)].text == TOKEN.definition
    assert facts[section_id_of(TOKEN)].rank < facts[section_id_of(EVENTS[3])].rank


def test_what_a_word_means_is_told_only_where_the_catalogues_are_asked_for() -> None:
    ids = {fact.section.id for fact in facts_of(corpus())}

    assert "basics/guide#start" in ids
    assert section_id_of(TOKEN) not in ids


def test_an_area_has_only_its_own_facts() -> None:
    assert {fact.section.area for fact in facts_of(corpus(), "basics")} == {"basics"}
    assert facts_of(corpus(), "nowhere") == ()


def test_an_opening_is_whole_sentences_of_the_first_paragraph_and_nothing_else() -> None:
    long = "This is a sentence of the first paragraph that says something."

    assert opening((Passage(long), Passage("And more."), Passage("Another paragraph.", block=1))) == f"{long} And more."
    assert opening((Passage(long), Passage("x" * 390 + "."))) == long
    assert opening((Passage("Short."),)) is None
    assert opening((Passage(long[:-1] + ":"),)) is None
    assert opening((Passage("• " + long, PassageKind.ITEM),)) is None
    assert opening(()) is None


@given(st.text(max_size=5), st.integers(1, 4))
def test_no_fact_is_told_again_before_all_were_told(place: str, rounds: int) -> None:
    facts = facts_of(corpus())
    shown: Counter[str] = Counter()
    for _ in range(rounds * len(facts)):
        fact = next_fact(facts, shown, place)
        assert fact is not None
        shown[fact.section.id] += 1

    assert set(shown.values()) == {rounds}
    assert len(shown) == len(facts)


def test_important_facts_come_first() -> None:
    facts = facts_of(corpus(), "catalogues")

    assert {fact.section.id for place in range(20) if (fact := next_fact(facts, {}, str(place)))} == {section_id_of(TOKEN)}


def test_two_places_do_not_go_in_step() -> None:
    assert len({next_fact(facts_of(corpus()), {}, str(place)) for place in range(20)}) > 1


def test_no_facts_are_no_error() -> None:
    assert next_fact((), {}, "x") is None
