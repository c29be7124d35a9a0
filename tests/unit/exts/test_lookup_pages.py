"""Whatever the catalogues and articles hold, Discord takes every message that is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
import simcord.components
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts import Picture
from bot.corpus.catalogue.entries import (
    AnyEntry,
    Catalogues,
    EventKind,
    GlossaryTerm,
    LicenseEntry,
    LicenseFamily,
    PartialDate,
    ProjectEntry,
    ProjectKind,
    TimelineEvent,
)
from bot.corpus.document import Article, Corpus, Section, Source
from bot.exts.lookup.browse import area_page, areas_page, article_page
from bot.exts.lookup.commands import compared_page, named_page
from bot.exts.lookup.entries import comparison_page, entry_page, guide_page, guides_page, more_page
from bot.exts.lookup.page import LookupMessage, page_panel
from bot.exts.lookup.sources import list_page
from bot.exts.lookup.timeline import events_page
from bot.feedback.recording import Recorded
from bot.lookup.browsing import Scope
from bot.lookup.comparison import Work
from bot.lookup.directory import Directories
from bot.lookup.timeline import Chosen, select_events
from tests.interactions.reading import walk
from tests.unit.lookup.catalogues import article_section, section_of

COMPONENTS_V2 = 1 << 15
RECORDED = Recorded("a" * 12, saved=True, votable=True)

HOSTILE = st.sampled_from(
    ["*", "_" * 500, "**bold** " * 50, "[x](<https://evil.org>)", "@everyone", "`" * 300, "<@123>", "é" * 500, "\n\n\n", "# x", "||",
     "word " * 100, "😀" * 250, "\\" * 500, "-", "0", ")](", "\u200b", "a:b:c"],
)  # fmt: skip
LINES = st.one_of(st.text(min_size=1, max_size=60), HOSTILE).map(lambda text: text.strip()[:500] or "x")
PARAGRAPHS = st.one_of(LINES, st.builds(lambda text, times: (text * times)[:4000], LINES, st.integers(1, 40)))
NAMES = st.lists(LINES, max_size=30).map(tuple)
URLS = st.sampled_from(["https://x.org", "http://x.org/" + "y" * 487, "https://x.org/(a)<b>[c]"])
SOURCES = st.lists(st.builds(Source, LINES, st.none() | LINES, st.none() | st.integers(0, 9999), st.none() | URLS), max_size=40).map(tuple)
DATES = st.builds(PartialDate, st.integers(1, 9999), st.integers(0, 12), st.integers(0, 28)).map(
    lambda date: date if date.month else PartialDate(date.year)
)


def numbered(prefix: str, count: int) -> list[str]:
    return [f"{prefix}-{number}" for number in range(count)]


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogues:
    few = st.integers(0, 4)
    timeline = [
        TimelineEvent(id=name, sources=("s",), date=draw(DATES), event=draw(LINES), who=draw(LINES), kind=draw(st.sampled_from(EventKind)),
                      note=draw(st.none() | PARAGRAPHS))
        for name in numbered("event", draw(st.integers(0, 40)))
    ]  # fmt: skip
    licenses = [
        LicenseEntry(id=name, sources=("s",), name=draw(LINES), spdx=draw(st.none() | LINES), aliases=draw(NAMES),
                     family=draw(st.sampled_from(LicenseFamily)), summary=draw(PARAGRAPHS), permissions=draw(NAMES), conditions=draw(NAMES),
                     limitations=draw(NAMES), patent_grant=draw(st.sampled_from([None, True, False])), osi_approved=draw(st.booleans()),
                     used_by=draw(NAMES), url=draw(URLS))
        for name in numbered("license", draw(few) * draw(st.sampled_from([1, 9])))
    ]  # fmt: skip
    projects = [
        ProjectEntry(id=name, sources=("s",), name=draw(LINES), kind=draw(st.sampled_from(ProjectKind)), summary=draw(PARAGRAPHS),
                     who=draw(LINES), first_release=draw(DATES), license_code=draw(st.none() | LINES), url=draw(URLS))
        for name in numbered("project", draw(few))
    ]  # fmt: skip
    terms = numbered("term", draw(few))
    glossary = [
        GlossaryTerm(id=name, sources=("s",), term=draw(LINES), abbreviations=draw(NAMES), synonyms=draw(NAMES),
                     definition=draw(PARAGRAPHS), see_also=tuple(terms))
        for name in terms
    ]  # fmt: skip
    return Catalogues(tuple(timeline), tuple(licenses), tuple(projects), tuple(glossary))


@st.composite
def lookups(draw: st.DrawFn) -> Directories:
    """Catalogues and articles with anything in them."""
    records = draw(catalogues())
    entries: tuple[AnyEntry, ...] = (*records.timeline, *records.licenses, *records.projects, *records.glossary)
    sections = [replace(section_of(entry, draw(LINES), draw(PARAGRAPHS)), sources=draw(SOURCES)) for entry in entries]
    sections += [
        article_section(f"s{number}", draw(LINES), draw(PARAGRAPHS), article=f"{area}/article")
        for area, number in product(numbered("area", draw(st.integers(0, 2))), range(draw(st.integers(1, 30))))
    ]
    everything = [section.id for section in sections]
    sections = [replace(section, related=tuple(everything[:30])) for section in sections]
    articles = tuple(
        Article(slug, slug.split("/", maxsplit=1)[0], draw(LINES), draw(st.none() | PARAGRAPHS), None, None, "a.md", ids, 1)
        for slug, ids in _articles(sections)
    )
    return Directories(Corpus(articles, tuple(sorted(sections, key=lambda section: section.id)), records))


def _articles(sections: list[Section]) -> list[tuple[str, tuple[str, ...]]]:
    slugs = dict.fromkeys(section.article for section in sections)
    return [(slug, tuple(section.id for section in sections if section.article == slug)) for slug in slugs]


def pages_of(lookup: Directories, typed: str) -> Iterator[LookupMessage]:
    """Yield every kind of page that a corpus can give."""
    yield from (entry_page(section, lookup, whole=whole) for section in lookup.corpus.sections for whole in (False, True))
    yield from (more_page(section, lookup) for section in lookup.corpus.sections)
    yield from (comparison_page(left, right, lookup) for left, right in product(lookup.licenses.entries[:3], repeat=2))
    yield from (comparison_page(left, right, lookup) for left, right in product(lookup.projects.entries[:3], repeat=2))
    yield named_page(typed, "license", lookup.licenses, lookup)
    yield named_page(typed, "term", lookup.glossary, lookup)
    yield named_page(typed, "topic", lookup.topics, lookup)
    yield compared_page(typed, typed, "project", lookup.projects, lookup)
    yield from (guide_page(work, lookup) for work in Work)
    yield guides_page(lookup)
    yield areas_page(lookup)
    yield from (area_page(area) for area in lookup.tree.areas)
    yield from (article_page(article, lookup, number) for article in lookup.corpus.articles for number in (0, 1))
    chosen = select_events(lookup.corpus.catalogues.timeline, about="")
    if isinstance(chosen, Chosen):
        for number in range(4):
            yield events_page(replace(chosen, about="é:" * 20), number, lookup)
    for number in range(4):
        yield list_page(Scope("-", "x" * 500, lookup.corpus.sections), number)


def sent_components(page: LookupMessage) -> list[dict[str, object]]:
    """Return what would be sent of a page."""
    drawn = Picture(b"", "a" * 5000) if page.draw else None
    components = page_panel(page, RECORDED, drawn).to_components()  # type: ignore[no-untyped-call]
    assert isinstance(components, list)
    return components


def assert_accepted(sent: list[dict[str, object]]) -> None:
    """Assert what Discord demands of a message with components."""
    simcord.components.validate_message_state(sent, flags=COMPONENTS_V2, content=None, embeds=[])
    components = list(walk(sent))
    assert len(components) <= 40
    texts = [str(component["content"]) for component in components if "content" in component]
    assert sum(map(len, texts)) <= 4000
    assert all(text.strip() for text in texts)
    ids = [str(component["custom_id"]) for component in components if "custom_id" in component]
    assert len(ids) == len(set(ids))
    assert all(1 <= len(name) <= 100 for name in ids)
    for component in components:
        options = component.get("options", [])
        assert isinstance(options, list)
        assert len(options) <= 25
        assert all(1 <= len(option["label"]) <= 100 and len(option.get("description") or "") <= 100 for option in options)
        assert len({option["value"] for option in options}) == len(options)
        assert len(str(component.get("label", "x"))) in range(1, 81)


@pytest.mark.fault(14)
@settings(max_examples=25, deadline=None)  # each has more than a hundred messages
@given(lookups(), LINES)
def test_whatever_the_knowledge_holds_every_message_is_accepted(lookup: Directories, typed: str) -> None:
    for page in pages_of(lookup, typed):
        sent = sent_components(page)
        assert_accepted(sent)
        if page.asked:
            assert any("answer:helpful:" in str(component.get("custom_id")) for component in walk(sent))
