"""The blocks of an article become sections, and their text becomes passages: the units of search and of excerpts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.corpus.document import Passage, PassageKind, slugify, unique_slug
from bot.corpus.markdown import Heading, ParsedMarkdown, TextBlock
from bot.corpus.sentences import split_sentences


def to_passages(blocks: tuple[TextBlock, ...]) -> tuple[Passage, ...]:
    """Sentences of paragraphs, lines of everything else, each with the number of its block."""
    passages: list[Passage] = []
    for number, block in enumerate(blocks):
        for line in block.lines:
            pieces = split_sentences(line) if block.kind is PassageKind.SENTENCE else (line,)
            passages.extend(Passage(piece, block.kind, number) for piece in pieces)
    return tuple(passages)


LONGEST_SECTION = 400
"""Words; about what a reader takes in at once, and well under one Discord message."""


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
