"""A small corpus with catalogues, for the tests of what looks things up."""

from __future__ import annotations

from dataclasses import replace

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
    section_id_of,
)
from bot.corpus.document import Article, Corpus, Section, Source, section_key
from tests.unit.making import make_section

GLOSSARY_SOURCE = Source("Glossary", "Publisher", 2020, "https://x.org/g")


def event(name: str, date: str, text: str, *, who: str = "Somebody", kind: EventKind = EventKind.MODEL) -> TimelineEvent:
    return TimelineEvent(id=name, sources=("s",), date=PartialDate.parse(date), event=text, who=who, kind=kind)


def license_entry(name: str, label: str, **values: object) -> LicenseEntry:
    plain = LicenseEntry(
        id=name, sources=("s",), name=label, spdx=None, family=LicenseFamily.PERMISSIVE, summary=f"{label} is a license.",
        permissions=("use",), conditions=("notice",), limitations=(), patent_grant=None, osi_approved=True, url="https://x.org/l",
    )  # fmt: skip
    return replace(plain, **values)  # type: ignore[arg-type]


MIT = license_entry("mit", "MIT License", spdx="MIT")
APACHE = license_entry(
    "apache-2-0", "Apache License 2.0", spdx="Apache-2.0", patent_grant=True, permissions=("Use", "patent use"), used_by=("Tool",)
)
RAIL = license_entry("rail", "OpenRAIL-M", family=LicenseFamily.RESPONSIBLE_AI, osi_approved=False)
TOOL = ProjectEntry(
    id="tool", sources=("s",), name="Tool", aliases=("the tool",), kind=ProjectKind.TOOL, summary="It helps.", who="People",
    first_release=PartialDate(2020), license_code="MIT", url="https://x.org/t",
)  # fmt: skip
MODEL = replace(TOOL, id="model", name="Model", aliases=(), kind=ProjectKind.MODEL, license_code=None, license_weights="Apache-2.0")
LLM = GlossaryTerm(
    id="llm", sources=("s",), term="large language model", abbreviations=("LLM",), definition="A model of text.", see_also=("token",)
)
TOKEN = GlossaryTerm(id="token", sources=("s",), term="token", definition="A piece of text that a language model reads at once.")
EVENTS = (
    event("b", "2018-10", "BERT is published.", who="Google"),
    event("a", "2018", "GPT is published.", who="OpenAI"),
    event("c", "2020-05-28", "GPT-3 is published.", who="OpenAI"),
    event("d", "2022-08", "A license for models appears.", who="BigScience", kind=EventKind.LICENSE),
    event("e", "2026-01", "LLaMA 9 is published.", who="Meta"),
)
CATALOGUES = Catalogues(EVENTS, (MIT, APACHE, RAIL), (TOOL, MODEL), (LLM, TOKEN))


def section_of(entry: AnyEntry, title: str, text: str, related: tuple[str, ...] = ()) -> Section:
    section_id = section_id_of(entry)
    return replace(
        make_section("x", text, title=title), id=section_id, key=section_key(section_id), area="catalogues",
        article=section_id.split("#", maxsplit=1)[0], heading_path=("Catalogue", title), sources=(GLOSSARY_SOURCE,), related=related,
    )  # fmt: skip


def article_section(name: str, title: str, text: str, *, article: str, parents: tuple[str, ...] = ()) -> Section:
    section_id = f"{article}#{name}"
    return replace(
        make_section(name, text, title=title), id=section_id, key=section_key(section_id), area=article.split("/", maxsplit=1)[0],
        article=article, heading_path=("Guide", *parents, title),
    )  # fmt: skip


ARTICLE = (
    article_section("start", "Start", "A start is where everything begins, here and elsewhere.", article="basics/guide"),
    article_section("code", "Which license for my code?", "For code, take a short license.", article="basics/guide"),
    article_section("more", "More", "More about code is reply in this part of the guide.", article="basics/guide",
                    parents=("Which license for my code?",)),
)  # fmt: skip


def corpus() -> Corpus:
    """Return articles, and catalogues with a section for each entry."""
    entries = (
        *(section_of(item, f"{item.date}: {item.who}", f"{item.date}: {item.event}") for item in EVENTS),
        *(section_of(item, item.name, item.summary) for item in CATALOGUES.licenses),
        *(section_of(item, item.name, item.summary) for item in CATALOGUES.projects),
        section_of(LLM, "Large language model (LLM)", LLM.definition, (section_id_of(TOKEN),)),
        section_of(TOKEN, "Token", TOKEN.definition),
    )
    sections = (*ARTICLE, *entries)
    articles = tuple(
        Article(slug, slug.split("/", maxsplit=1)[0], sections_title, None, None, None, f"{slug}.md", ids, 10)
        for slug, sections_title, ids in _articles(sections)
    )
    return Corpus(articles, tuple(sorted(sections, key=lambda section: section.id)), CATALOGUES)


def _articles(sections: tuple[Section, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    slugs = dict.fromkeys(section.article for section in sections)
    return [(slug, slug.rsplit("/", 1)[1].capitalize(), tuple(s.id for s in sections if s.article == slug)) for slug in slugs]
