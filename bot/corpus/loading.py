"""The entrance: a folder of Markdown and YAML becomes a corpus, with all that is wrong with it in one list.

The blocks of an article become sections, and their text becomes passages: the units of search and of excerpts. An article with a fault is
left out of the corpus, but checked on: its sections take part in every check, so that one run finds all faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.corpus.catalogue.loading import collect, load_catalogues
from bot.corpus.document import Article, Corpus, Passage, PassageKind, Section, Source, section_key, slugify, unique_slug
from bot.corpus.files import Limits, SourceText, find_files, read_text, too_deep_markdown
from bot.corpus.front_matter import Head, SectionEntry, read_head
from bot.corpus.markdown import Heading, Link, ParsedMarkdown, TextBlock, parse_markdown
from bot.corpus.problems import Problem, faults, in_order
from bot.corpus.sentences import split_sentences
from bot.errors import KnowledgeError

TERMS_FILE = "terms.txt"
"""The list, in a knowledge folder, of words that its spelling check should accept."""
LONGEST_SECTION = 400
"""Words; about what a reader takes in at once, and well under one Discord message."""


@dataclass(frozen=True, slots=True)
class ArticleLinks:
    """The links of one article, for the linter."""

    path: str
    links: tuple[Link, ...]
    anchors: frozenset[str]
    """What links to the article may point at."""


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
    taken = {catalogue.article.slug: 1 for catalogue in catalogues}
    found = [article for path in files if (article := _load_file(path, root, limits, taken, problems)) is not None]
    checked = [section for one in found for section in one.sections] + [section for one in catalogues for section in one.sections]
    _refuse_shared_questions(checked, problems)
    _check_related(checked, {name for catalogue in catalogues for name in catalogue.ids}, problems)
    _check_former(checked, problems)
    usable, entries = [one for one in found if one.usable], [one for one in catalogues if one.usable]
    articles = (*(one.article for one in usable), *(one.article for one in entries))
    sections = [section for one in usable for section in one.sections] + [section for one in entries for section in one.sections]
    ordered = in_order(problems)
    if not sections:
        details = "".join(f"\n- {problem}" for problem in faults(ordered))
        raise KnowledgeError(f"There is nothing to answer from in {root}: no Markdown file there has readable text.{details}")
    corpus = Corpus(articles, tuple(sorted(_both_ways(sections), key=lambda section: section.id)), collect(entries))
    return LoadedCorpus(corpus, ordered, len(files) + len(entries), tuple(one.links for one in usable), _terms(root, limits))


def _terms(root: Path, limits: Limits) -> frozenset[str] | None:
    path = root / TERMS_FILE
    source = read_text(path, root, limits, []) if path.is_file() else None
    return None if source is None else frozenset(source.text.split())


@dataclass(frozen=True, slots=True)
class _LoadedArticle:
    article: Article
    sections: tuple[Section, ...]
    links: ArticleLinks
    usable: bool


def _load_file(path: Path, root: Path, limits: Limits, taken: dict[str, int], problems: list[Problem]) -> _LoadedArticle | None:
    source = read_text(path, root, limits, problems)
    return None if source is None else _load_article(source, limits, taken, problems)


def _load_article(source: SourceText, limits: Limits, taken: dict[str, int], problems: list[Problem]) -> _LoadedArticle | None:
    head = read_head(source.text, source.path, limits, problems)
    if head.draft:
        return None
    deep = too_deep_markdown(head.body, limits.nesting)
    if deep is not None:
        problems.append(Problem(source.path, head.body_line + deep, f"is nested deeper than {limits.nesting} levels.", "Make it flatter."))
        return None
    parsed = parse_markdown(head.body, head.body_line, limits.nesting)
    title = article_title(parsed, head.content.title, Path(source.path).name)
    drafts = divide(parsed, title)
    usable = _entries_fit(head, drafts, source.path, problems) and head.usable
    slug = _article_slug(source.path)
    slug = unique_slug(slug, taken) if usable else slug
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
    return _LoadedArticle(article, sections, ArticleLinks(source.path, parsed.links, parsed.anchors), usable)


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
        messages=tuple(entry.messages),
        sources=tuple(sources[name] for name in named if name in sources),
        path=path,
        line=draft.line,
        formerly=entry.formerly,
        checked=entry.checked,
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


def _check_related(sections: list[Section], others: set[str], problems: list[Problem]) -> None:
    """Name what a section refers to and what is nowhere, not even among the entries with faults (``others``)."""
    known = {section.id for section in sections} | others
    for section in sections:
        for missing in (name for name in (*section.related, *section.same_as) if name not in known):
            problems.append(
                Problem(section.path, section.line, f"{section.id} refers to {missing}, which is not there.", "Correct or remove it.")
            )


def _check_former(sections: list[Section], problems: list[Problem]) -> None:
    """A former id must lead to one section, and to none that has it today."""
    owners = {section.id: section for section in sections}
    for section in sections:
        for name in section.formerly:
            owner = owners.setdefault(name, section)
            if owner is not section:
                message = f"{section.id} says that it was {name} before, which leads to {owner.id} ({owner.path}:{owner.line})."
                problems.append(Problem(section.path, section.line, message, "Keep one of them."))


def _both_ways(sections: list[Section]) -> Iterator[Section]:
    """The sections with ``same_as`` complete: whatever is the same as one of several things is the same as all of them."""
    groups: dict[str, set[str]] = {}
    for section in sections:
        if section.same_as:
            names = {section.id, *section.same_as}
            group = names.union(*(groups.get(name, set()) for name in names))
            groups.update(dict.fromkeys(group, group))
    for section in sections:
        others = groups.get(section.id, set()) - {section.id}
        yield replace(section, same_as=tuple(sorted(others))) if others else section


def _refuse_shared_questions(sections: list[Section], problems: list[Problem]) -> None:
    """Name both places of a question that two sections claim; the bot could not know which is meant."""
    owners: dict[str, Section] = {}
    for section in sections:
        for question in (*section.questions, *section.messages):
            normal = " ".join(question.casefold().split()).rstrip("?!. ")
            owner = owners.setdefault(normal, section)
            if owner is not section:
                problems.append(
                    Problem(
                        section.path, section.line, f"{section.id} and {owner.id} ({owner.path}:{owner.line}) both claim the "
                        f"question {question!r}.", "Give it to one of them.",
                    )
                )  # fmt: skip


def to_passages(blocks: tuple[TextBlock, ...]) -> tuple[Passage, ...]:
    """Sentences of paragraphs, lines of everything else, each with the number of its block."""
    passages: list[Passage] = []
    for number, block in enumerate(blocks):
        for line in block.lines:
            pieces = split_sentences(line) if block.kind is PassageKind.SENTENCE else (line,)
            passages.extend(Passage(piece, block.kind, number) for piece in pieces)
    return tuple(passages)


@dataclass(frozen=True, slots=True)
class Draft:
    """A section before its front matter is known."""

    slug: str
    heading_path: tuple[str, ...]
    blocks: tuple[TextBlock, ...]
    line: int


def article_title(parsed: ParsedMarkdown, given: str | None, file_name: str) -> str:
    """From the front matter, else the first top-level heading, else the file's name."""
    if given:
        return given
    for block in parsed.blocks:
        if isinstance(block, Heading) and block.level == 1 and block.text:
            return block.text
    readable = file_name.rsplit(".", 1)[0].replace("-", " ").replace("_", " ").strip()
    return readable or file_name


def divide(parsed: ParsedMarkdown, title: str) -> tuple[Draft, ...]:
    """Only headings with text of their own become sections; their slugs are unique in the article."""
    taken: dict[str, int] = {}
    drafts: list[Draft] = []
    for draft in _drafts(parsed, title):
        if draft.blocks:
            for part in _parts(draft):
                drafts.append(replace(part, slug=unique_slug(part.slug, taken)))
    return tuple(drafts)


def _drafts(parsed: ParsedMarkdown, title: str) -> Iterator[Draft]:
    open_headings: list[Heading] = []
    blocks: list[TextBlock] = []
    line = 1
    for block in parsed.blocks:
        if isinstance(block, TextBlock):
            blocks.append(block)
            continue
        yield _draft(title, open_headings, blocks, line)
        blocks = []
        line = block.line
        while open_headings and open_headings[-1].level >= block.level:
            open_headings.pop()
        open_headings.append(block)
    yield _draft(title, open_headings, blocks, line)


def _draft(title: str, open_headings: list[Heading], blocks: list[TextBlock], line: int) -> Draft:
    names = [heading.text for heading in open_headings if heading.text]
    if names and names[0] == title:
        names = names[1:]
    path = (title, *names)
    slug = slugify(path[-1])
    if not open_headings and blocks:
        line = blocks[0].line
    return Draft(slug, path, tuple(blocks), line)


def _parts(draft: Draft) -> Iterator[Draft]:
    blocks = tuple(piece for block in draft.blocks for piece in _pieces(block))
    part: list[TextBlock] = []
    words = 0
    for block in blocks:
        size = sum(len(line.split()) for line in block.lines)
        if part and words + size > LONGEST_SECTION:
            yield replace(draft, blocks=tuple(part), line=part[0].line)
            part, words = [], 0
        part.append(block)
        words += size
    whole = len(part) == len(blocks)
    yield replace(draft, blocks=tuple(part), line=draft.line if whole else part[0].line)


def _pieces(block: TextBlock) -> Iterator[TextBlock]:
    """Divide a list or table that alone is longer than a section; a paragraph or code block stays whole."""
    lines: list[str] = []
    words = 0
    for line in block.lines:
        size = len(line.split())
        if lines and words + size > LONGEST_SECTION:
            yield replace(block, lines=tuple(lines))
            lines, words = [], 0
        lines.append(line)
        words += size
    yield replace(block, lines=tuple(lines))
