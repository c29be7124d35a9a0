"""Areas, articles and sections as a tree."""

from __future__ import annotations

from dataclasses import replace

from bot.corpus.document import Corpus
from bot.lookup.browsing import Tree, article_key
from tests.unit.lookup.catalogues import ARTICLE, corpus


def test_areas_hold_articles_that_hold_sections_in_reading_order() -> None:
    tree = Tree(corpus())

    assert [area.title for area in tree.areas] == ["Basics", "Catalogues"]
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
