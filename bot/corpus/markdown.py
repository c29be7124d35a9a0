"""Markdown to blocks of plain, readable text.

CommonMark with tables and strikethrough, parsed by markdown-it-py; ``dialects`` first takes away what others add to it. Marks are
dropped and words kept: a link becomes its text, an image its description, HTML what a browser would show. Code stays as it is. Dividing
blocks into sections and sentences is the next steps' work.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.corpus.dialects import explicit_anchors, to_commonmark
from bot.corpus.document import PassageKind, slugify

_SPACE = re.compile(r"\s+")
_SIGNS, _HYPHENS = re.compile(r"[^\w\s-]"), re.compile(r"-{2,}")
_TAG = re.compile(r"<[^<>]*>")
_INVISIBLE = frozenset({"script", "style", "head", "template", "svg"})
_BREAKING = frozenset({"br", "p", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "summary"})
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Link:
    """A link in an article, for the linter."""

    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, with its level from 1 to 6."""

    text: str
    level: int
    line: int


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph, a list, a table or a code block, as lines of one kind."""

    lines: tuple[str, ...]
    kind: PassageKind
    line: int


@dataclass(frozen=True, slots=True)
class ParsedMarkdown:
    """A file's blocks in order, and its links."""

    blocks: tuple[Heading | TextBlock, ...]
    links: tuple[Link, ...]
    anchors: frozenset[str] = frozenset()
    """What links to this file may point at: headings as the common site builders write them, and explicit names."""


def parse_markdown(text: str, first_line: int = 0, nesting: int = 40) -> ParsedMarkdown:
    """The blocks of a Markdown text; ``first_line`` is the number of lines before it in its file."""
    tokens = _parser(nesting).parse(to_commonmark(text))
    links = tuple(_links(tokens, first_line))
    blocks = tuple(_Reader(tokens, first_line).blocks())
    anchors = explicit_anchors(text) | heading_anchors([block.text for block in blocks if isinstance(block, Heading)])
    return ParsedMarkdown(blocks, links, anchors)


@lru_cache(1)
def _parser(nesting: int) -> MarkdownIt:
    """Made once for all files of a folder. The first text that it parses compiles its rules, which no second thread may see half done."""
    parser = MarkdownIt("commonmark", {"maxNesting": 2 * nesting + 20}).enable(["table", "strikethrough"])
    parser.parse("a")
    return parser


def heading_anchors(headings: Sequence[str]) -> frozenset[str]:
    """What site builders make of headings: signs become hyphens, or go; equal ones are numbered, from 1 (GitHub) or _1 (MkDocs) on."""
    found: set[str] = set()
    seen: Counter[str] = Counter()
    for heading in headings:
        folded = heading.casefold().strip()
        dropped = _SPACE.sub("-", _SIGNS.sub("", folded))
        for slug in dict.fromkeys([slugify(heading), dropped, _HYPHENS.sub("-", dropped).strip("-")]):
            number = seen[slug]
            found.update([slug] if not number else [f"{slug}-{number}", f"{slug}_{number}", f"{slug}-{number + 1}"])
            seen[slug] += 1
    return frozenset(found)


def plain_inline(token: Token | None) -> str:
    """The words of an inline token, on one line."""
    if token is None:
        return ""
    return _SPACE.sub(" ", "".join(_inline_parts(token.children or ()))).strip()


def plain_html(html: str) -> str:
    """What a browser would show of a piece of HTML, on one line."""
    reader = _HtmlText()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # the parser's way to refuse a marked section such as <![if]>
        return _SPACE.sub(" ", _TAG.sub(" ", html)).strip()
    return _SPACE.sub(" ", "".join(reader.parts)).strip()


class _HtmlText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _INVISIBLE:
            self._hidden += 1
        elif tag == "img" and not self._hidden:
            self.parts.append(dict(attrs).get("alt") or "")
        elif tag in _BREAKING:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _INVISIBLE:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BREAKING:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


class _HtmlTable(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.header: list[str] = []
        self._in_cell = self._heads = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
            self._heads = True
        elif tag in ("td", "th"):
            self._in_cell = True
            self._heads = self._heads and tag == "th"
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append("")
        elif tag == "img" and self._in_cell:
            self.rows[-1][-1] += dict(attrs).get("alt") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False
        elif tag == "tr" and self.rows and self._heads and not self.header:
            self.header = self.rows.pop()

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def html_table_rows(html: str) -> tuple[str, ...]:
    """Each row of a table in HTML as "heading: cell" pairs, as a table of Markdown is read; none where there is no table."""
    if "<table" not in html.lower():
        return ()
    reader = _HtmlTable()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:
        return ()
    heads = [_SPACE.sub(" ", head).strip() for head in reader.header]
    rows = ([_SPACE.sub(" ", cell).strip() for cell in row] for row in reader.rows)
    return tuple(filter(None, (_row(heads + [""] * (len(row) - len(heads)), row) for row in rows)))


def _row(heads: Sequence[str], cells: Sequence[str]) -> str:
    return " · ".join(f"{head}: {cell}" if head else cell for head, cell in zip(heads, cells, strict=False) if cell)


def _inline_parts(children: list[Token] | tuple[Token, ...]) -> Iterator[str]:
    hidden = ""
    for child in children:
        if child.type == "html_inline":
            tag = child.content.lower().strip("<>/ ").split()[0] if child.content.strip("<>/ ") else ""
            if tag in _INVISIBLE:
                hidden = "" if child.content.startswith("</") else tag
        if hidden:
            continue
        match child.type:
            case "text" | "code_inline" | "text_special":
                yield child.content
            case "softbreak" | "hardbreak":
                yield " "
            case "image":
                yield "".join(_inline_parts(child.children or ())) or child.content
            case "html_inline" if child.content.lower().startswith(("<br", "<p", "</p", "<img")):
                yield f" {plain_html(child.content)} "


def _links(tokens: list[Token], first_line: int) -> Iterator[Link]:
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                line = (token.map[0] if token.map else 0) + first_line + 1
                yield Link(str(child.attrs.get("href", "")), line)


def _unless_blank(text: str) -> tuple[str, ...]:
    return (text,) if text.strip() else ()


class _Reader:
    """One pass over the token stream, with the lists that are open as its only state."""

    def __init__(self, tokens: list[Token], first_line: int) -> None:
        self._tokens = tokens
        self._first_line = first_line
        self._position = 0

    def blocks(self) -> Iterator[Heading | TextBlock]:
        quoted = 0
        while self._position < len(self._tokens):
            token = self._tokens[self._position]
            line = (token.map[0] if token.map else 0) + self._first_line + 1
            quoted += (token.type == "blockquote_open") - (token.type == "blockquote_close")
            if token.type == "heading_open" and not quoted:  # one within a quotation is a line of it
                yield Heading(plain_inline(self._next()), int(token.tag[1:]), line)
            else:
                lines, kind = self._lines(token)
                if lines:
                    yield TextBlock(lines, kind, line)
            self._position += 1

    def _lines(self, token: Token) -> tuple[tuple[str, ...], PassageKind]:
        """The lines of the block that a token opens, none for a token that opens no text."""
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                return tuple(self._list_lines()), PassageKind.ITEM
            case "table_open":
                return tuple(self._table_rows()), PassageKind.ROW
            case "fence" | "code_block":
                return _unless_blank(token.content.rstrip("\n")), PassageKind.CODE
            case "inline":
                return _unless_blank(plain_inline(token)), PassageKind.SENTENCE
            case "html_block":
                rows = html_table_rows(token.content)
                return (rows, PassageKind.ROW) if rows else (_unless_blank(plain_html(token.content)), PassageKind.SENTENCE)
            case _:
                return (), PassageKind.SENTENCE

    def _next(self) -> Token | None:
        self._position += 1
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def _list_lines(self) -> Iterator[str]:
        """The lines of a list and of the lists in it; stops at its end."""
        bullets: list[str] = [""]
        ordered = [self._tokens[self._position].type == "ordered_list_open"]
        while ordered and (token := self._next()) is not None:
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    ordered.append(token.type == "ordered_list_open")
                    bullets.append("")
                case "bullet_list_close" | "ordered_list_close":
                    ordered.pop()
                    bullets.pop()
                case "list_item_open":
                    bullets[-1] = f"{token.info}. " if ordered[-1] else "• "
                case "inline" | "html_block" | "fence" | "code_block" | "table_open":
                    for text in filter(None, self._item_texts(token)):
                        yield f"{_INDENT * (len(ordered) - 1)}{bullets[-1]}{text}"
                        bullets[-1] = _INDENT

    def _item_texts(self, token: Token) -> Iterable[str]:
        match token.type:
            case "inline":
                return (plain_inline(token),)
            case "table_open":
                return self._table_rows()
            case "html_block":
                return html_table_rows(token.content) or (plain_html(token.content),)
            case _:
                return (token.content.strip(),)

    def _table_rows(self) -> Iterator[str]:
        """Each row of a table as "heading: cell" pairs; stops at its end."""
        header: list[str] = []
        cells: list[str] = []
        in_header = False
        bodies = 0
        while (token := self._next()) is not None and token.type != "table_close":
            match token.type:
                case "thead_open":
                    in_header = True
                case "thead_close":
                    in_header = False
                case "tr_open":
                    cells = []
                case "inline":
                    cells.append(plain_inline(token))
                case "tr_close" if in_header:
                    header = cells
                case "tr_close":
                    bodies += 1
                    if row := _row(header, cells):
                        yield row
        if not bodies and any(header):
            yield " · ".join(cell for cell in header if cell)
