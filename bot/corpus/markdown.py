"""Markdown to blocks of plain, readable text.

CommonMark with tables and strikethrough, parsed by markdown-it-py. Marks are dropped and words kept:
a link becomes its text, an image its description, HTML what a browser would show. Code stays as it
is. Dividing blocks into sections and sentences is the next steps' work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.corpus.document import PassageKind

_SPACE = re.compile(r"\s+")
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


def parse_markdown(text: str, first_line: int = 0, nesting: int = 40) -> ParsedMarkdown:
    """Return the blocks of a Markdown text; ``first_line`` is the number of lines before it in its file."""
    parser = MarkdownIt("commonmark", {"maxNesting": 2 * nesting + 20}).enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    links = tuple(_links(tokens, first_line))
    return ParsedMarkdown(tuple(_Reader(tokens, first_line).blocks()), links)


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
        while self._position < len(self._tokens):
            token = self._tokens[self._position]
            line = (token.map[0] if token.map else 0) + self._first_line + 1
            if token.type == "heading_open":
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
                return _unless_blank(plain_html(token.content)), PassageKind.SENTENCE
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
                case "inline" | "html_block" | "fence" | "code_block":
                    text = plain_inline(token) if token.type == "inline" else plain_html(token.content)
                    if token.type in ("fence", "code_block"):
                        text = token.content.strip()
                    if text:
                        yield f"{_INDENT * (len(ordered) - 1)}{bullets[-1]}{text}"
                        bullets[-1] = _INDENT

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
                    labelled = (f"{head}: {cell}" if head else cell for head, cell in zip(header, cells, strict=False) if cell)
                    if row := " · ".join(labelled):
                        yield row
        if not bodies and any(header):
            yield " · ".join(cell for cell in header if cell)
