"""The entrance: a folder of Markdown and YAML becomes a corpus, with all that is wrong with it.

Front matter is ours (titles, sources, questions of sections) or that of other tools, of which only title and description are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from bot.corpus.catalogue.entries import Line
from bot.corpus.catalogue.loading import collect, load_catalogues
from bot.corpus.document import Article, Corpus, Section, Source, section_key, slugify, unique_slug
from bot.corpus.files import Limits, SourceText, find_files, read_text, too_deep_markdown
from bot.corpus.markdown import Link, parse_markdown
from bot.corpus.problems import Problem, faults, in_order
from bot.corpus.sections import Draft, article_title, divide, to_passages
from bot.corpus.yaml_reading import Schema, SourceEntry, YamlDocument, read_yaml, schema_problems
from bot.errors import KnowledgeError

_FENCE = "---"


def _day(value: object) -> object:
    """Refuse what pydantic would take for a day counted from 1970."""
    if isinstance(value, (int, float)):
        raise ValueError("must be a date: YYYY-MM-DD")  # noqa: TRY004 - pydantic reports ValueError only
    return value


class SectionEntry(Schema):
    """One entry of ``sections``, under the slug of its heading."""

    questions: tuple[Line, ...] = ()
    sources: tuple[Line, ...] = ()


class FrontMatter(Schema):
    """The head of an article that was written for this bot."""

    title: Line | None = None
    summary: Line | None = None
    updated: Annotated[date | None, BeforeValidator(_day)] = None
    license: Line | None = None
    sources: dict[str, SourceEntry] = Field(default_factory=dict)
    sections: dict[str, SectionEntry] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a file says, where its body starts, and where its keys stand."""

    content: FrontMatter
    body: str
    body_line: int = 0
    """Lines before the body."""
    document: YamlDocument | None = None

    def line_of(self, *path: str) -> int | None:
        """For later checks to point at; None where the file has no head."""
        return None if self.document is None else self.document.line_of(path)


def read_head(text: str, name: str, limits: Limits, problems: list[Problem]) -> Head | None:
    """Split a file into head and body; return None after adding the reason to ``problems``."""
    lines = text.split("\n")
    if not lines or lines[0].rstrip() != _FENCE:
        return Head(FrontMatter(), text)
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() in (_FENCE, "...")), None)
    if end is None or not any(":" in line for line in lines[1:end]):
        return Head(FrontMatter(), text)  # a rule at the top of the page, not a head
    head = "\n".join(lines[1:end])
    body = "\n".join(lines[end + 1 :])
    if len(head.encode("utf-8", "surrogatepass")) > limits.front_matter_bytes:
        problems.append(Problem(name, 1, f"has a head of more than {limits.front_matter_bytes:,} bytes.", "Divide the article."))
        return None
    document = read_yaml(head, name, limits, problems, first_line=2)
    content = None if document is None else _validate(document, name, problems)
    return None if content is None else Head(content, body, end + 1, document)


def _validate(document: YamlDocument, name: str, problems: list[Problem]) -> FrontMatter | None:
    values = document.values
    written_for_us = "sections" in values or isinstance(values.get("sources"), dict)
    try:
        return FrontMatter.model_validate(values if written_for_us else _familiar(values))
    except ValidationError as error:
        problems.extend(schema_problems(error, document, name, {"": FrontMatter, "sections": SectionEntry, "sources": SourceEntry}))
        return None


def _familiar(values: Mapping[object, object]) -> dict[object, object]:
    """Take from another tool's head what has the same meaning here, where it has the right form."""
    taken: dict[object, object] = {}
    for ours, theirs in (("title", "title"), ("summary", "summary"), ("summary", "description")):
        value = values.get(theirs)
        if isinstance(value, str) and value.strip():
            taken.setdefault(ours, value.strip()[:500])
    if type(values.get("updated")) is date:
        taken["updated"] = values["updated"]
    return taken


TERMS_FILE = "terms.txt"
"""The list, in a knowledge folder, of words that its spelling check should accept."""


@dataclass(frozen=True, slots=True)
class ArticleLinks:
    """The links of one article, for the linter."""

    path: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class LoadedCorpus:
    """A corpus, and what was wrong with the folder that it came from."""

    corpus: Corpus
    problems: tuple[Problem, ...]
    files: int
    links: tuple[ArticleLinks, ...] = ()
    terms: frozenset[str] | None = None
    """Words that are spelled right though no word list has them; None where the folder keeps no such list."""


def load_corpus(root: Path, limits: Limits | None = None) -> LoadedCorpus:
    """Read all articles below a folder.

    Raises:
        KnowledgeError: no folder, too many files, or nothing in it that could be answered from; the
            message lists every fault.
    """
    limits = limits or Limits()
    problems: list[Problem] = []
    files = find_files(root, limits, problems)
    catalogues = load_catalogues(root, limits, problems)
    taken = {catalogue.article.slug for catalogue in catalogues}
    articles: list[Article] = []
    sections: list[Section] = []
    links: list[ArticleLinks] = []
    for path in files:
        source = read_text(path, root, limits, problems)
        loaded = None if source is None else _load_article(source, limits, taken, problems)
        if loaded is None:
            continue
        article, its_sections, its_links = loaded
        articles.append(article)
        sections.extend(its_sections)
        links.append(its_links)
    for catalogue in catalogues:
        articles.append(catalogue.article)
        sections.extend(catalogue.sections)
    _refuse_shared_questions(sections, problems)
    _check_related(sections, problems)
    ordered = in_order(problems)
    if not sections:
        details = "".join(f"\n- {problem}" for problem in faults(ordered))
        raise KnowledgeError(f"There is nothing to answer from in {root}: no Markdown file there has readable text.{details}")
    corpus = Corpus(tuple(articles), tuple(sorted(sections, key=lambda section: section.id)), collect(catalogues))
    return LoadedCorpus(corpus, ordered, len(files) + len(catalogues), tuple(links), _terms(root, limits))


def _terms(root: Path, limits: Limits) -> frozenset[str] | None:
    path = root / TERMS_FILE
    source = read_text(path, root, limits, []) if path.is_file() else None
    return None if source is None else frozenset(source.text.split())


def _load_article(
    source: SourceText, limits: Limits, taken: set[str], problems: list[Problem]
) -> tuple[Article, tuple[Section, ...], ArticleLinks] | None:
    head = read_head(source.text, source.path, limits, problems)
    if head is None:
        return None
    deep = too_deep_markdown(head.body, limits.nesting)
    if deep is not None:
        problems.append(Problem(source.path, head.body_line + deep, f"is nested deeper than {limits.nesting} levels.", "Make it flatter."))
        return None
    parsed = parse_markdown(head.body, head.body_line, limits.nesting)
    title = article_title(parsed, head.content.title, Path(source.path).name)
    drafts = divide(parsed, title)
    if not _entries_fit(head, drafts, source.path, problems):
        return None
    slug = unique_slug(_article_slug(source.path), taken)
    area = slug.split("/", 1)[0] if "/" in slug else ""
    sources = {name: entry.source() for name, entry in head.content.sources.items()}
    sections = tuple(_section(draft, head, slug, area, sources, source.path) for draft in drafts)
    article = Article(
        slug=slug,
        area=area,
        title=title,
        summary=head.content.summary,
        updated=head.content.updated,
        license=head.content.license,
        path=source.path,
        sections=tuple(section.id for section in sections),
        words=sum(len(section.text.split()) for section in sections),
    )
    return article, sections, ArticleLinks(source.path, parsed.links)


def _section(
    draft: Draft, head: Head, article: str, area: str, sources: dict[str, Source], path: str
) -> Section:  # fmt: skip
    entry = head.content.sections.get(draft.slug, SectionEntry())
    named = entry.sources or list(sources)
    section_id = f"{article}#{draft.slug}"
    return Section(
        id=section_id,
        key=section_key(section_id),
        area=area,
        article=article,
        heading_path=draft.heading_path,
        passages=to_passages(draft.blocks),
        questions=tuple(entry.questions),
        sources=tuple(sources[name] for name in named),
        path=path,
        line=draft.line,
    )


def _article_slug(path: str) -> str:
    stem = path.rsplit(".", 1)[0]
    return "/".join(slugify(part) for part in stem.split("/"))


def _entries_fit(head: Head, drafts: tuple[Draft, ...], path: str, problems: list[Problem]) -> bool:
    """Check that front matter speaks of headings and sources that are there."""
    before = len(problems)
    slugs = {draft.slug for draft in drafts}
    for slug, entry in head.content.sections.items():
        if slug not in slugs:
            problems.append(
                Problem(
                    path, head.line_of("sections", slug), f"sections.{slug}: no heading of the article with text has this slug.",
                    f"Its headings are {', '.join(sorted(slugs)) or 'none'}.",
                )
            )  # fmt: skip
        for name in entry.sources:
            if name not in head.content.sources:
                problems.append(
                    Problem(
                        path, head.line_of("sections", slug, "sources"), f"sections.{slug}.sources: {name!r} is not defined.",
                        f"Define it under sources; there are {', '.join(head.content.sources) or 'none'}.",
                    )
                )  # fmt: skip
    return len(problems) == before


def _check_related(sections: list[Section], problems: list[Problem]) -> None:
    known = {section.id for section in sections}
    for section in sections:
        for missing in (name for name in section.related if name not in known):
            problems.append(
                Problem(section.path, section.line, f"{section.id} refers to {missing}, which is not there.", "Correct or remove it.")
            )


def _refuse_shared_questions(sections: list[Section], problems: list[Problem]) -> None:
    """Name both places of a question that two sections claim; the bot could not know which is meant."""
    owners: dict[str, Section] = {}
    for section in sections:
        for question in section.questions:
            normal = " ".join(question.casefold().split()).rstrip("?!. ")
            owner = owners.setdefault(normal, section)
            if owner is not section:
                problems.append(
                    Problem(
                        section.path, section.line, f"{section.id} and {owner.id} ({owner.path}:{owner.line}) both claim the "
                        f"question {question!r}.", "Give it to one of them.",
                    )
                )  # fmt: skip
