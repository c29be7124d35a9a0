"""Areas, articles and sections as a tree, the sources of a part of it, and single facts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.catalogue.entries import section_id_of
from bot.corpus.document import Corpus, Passage, PassageKind
from bot.lookup.browsing import Scope, Tree, article_key, facts_of, next_fact, opening, used_sources
from bot.lookup.directory import Directories, Missed
from tests.unit.lookup.catalogues import ARTICLE, EVENTS, GLOSSARY_SOURCE, TOKEN, corpus


def test_areas_hold_articles_that_hold_sections_in_reading_order() -> None:
    tree = Tree(corpus())

    assert [area.title for area in tree.areas] == ["Basics", "Reference"]
    (guide,) = tree.areas[0].articles
    assert [section.title for section in tree.sections(guide)] == ["Start", "Which license for my code?", "More"]


def test_keys_lead_back_to_areas_and_articles() -> None:
    tree = Tree(corpus())

    for area in tree.areas:
        assert tree.area(area.key) == area
        for article in area.articles:
            assert tree.article(article_key(article)) == article
            assert tree.area_of(article) == area
    assert tree.area("aaaaaaaaaaaa") is None
    assert tree.article("aaaaaaaaaaaa") is None


def test_a_section_has_neighbours_and_a_parent() -> None:
    tree = Tree(corpus())
    start, code, more = ARTICLE

    first, middle, last = (tree.neighbours(section) for section in ARTICLE)
    assert (first.previous, first.following, first.parent) == (None, code, None)
    assert (middle.previous, middle.following, middle.parent) == (start, more, None)
    assert (last.previous, last.following, last.parent) == (code, None, code)


def test_articles_in_no_folder_are_general() -> None:
    article = replace(corpus().articles[0], area="")
    (area,) = Tree(Corpus((article,), ARTICLE)).areas

    assert (area.slug, area.title) == ("", "General")


def test_sources_are_counted_by_the_sections_that_name_them() -> None:
    (use,) = used_sources(corpus().sections)

    assert (use.source, use.sections) == (GLOSSARY_SOURCE, 12)


def test_areas_articles_and_sections_are_scopes_by_name() -> None:
    scopes = Directories(corpus()).scopes

    for name, sections in (("catalogues", 12), ("Licenses", 3), ("MIT License", 1), ("guide", 3)):
        scope = scopes.find(name)
        assert isinstance(scope, Scope)
        assert len(scope.sections) == sections
    assert isinstance(scopes.find("zebra"), Missed)


def test_sections_without_sources_have_none() -> None:
    scope = Directories(corpus()).scopes.find("guide")

    assert isinstance(scope, Scope)
    assert used_sources(scope.sections) == ()


def test_facts_are_openings_of_sections_and_what_is_pointed_at_ranks_higher() -> None:
    facts = {fact.section.id: fact for fact in facts_of(corpus(), "catalogues")}

    assert facts[section_id_of(TOKEN)].text == TOKEN.definition
    assert facts[section_id_of(TOKEN)].rank < facts[section_id_of(EVENTS[3])].rank


def test_what_a_word_means_is_reported_only_where_the_catalogues_are_asked_for() -> None:
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
def test_no_fact_is_reported_again_before_all_were_shown(place: str, rounds: int) -> None:
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
