"""The sources of a part of the knowledge."""

from __future__ import annotations

from bot.lookup.browsing import Scope, used_sources
from bot.lookup.directory import Directories, Missed
from tests.unit.lookup.catalogues import GLOSSARY_SOURCE, corpus


def test_sources_are_counted_by_the_sections_that_name_them() -> None:
    (use,) = used_sources(corpus().sections)

    assert (use.source, use.sections) == (GLOSSARY_SOURCE, 12)


def test_a_scope_is_an_area_an_article_or_a_section_by_name() -> None:
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
