"""Other dialects of Markdown to CommonMark: what site builders, notebooks of notes and documentation tools add to it.

Marks go and words stay: a callout keeps its title and text, a wiki link its text, a tab its label; what stands for generated or included
text, or for a picture, is dropped. Nothing within code is touched. Every line stays on its line, so that faults and sources still point at
the file. ``_contained`` takes notes and tabs apart, whose bodies are indented; ``_prose`` does the rest, in runs of text between code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})(?P<info>.*)$")
_LIST_ITEM = re.compile(r"\s*(?:[-+*]|[0-9]{1,9}[.)])\s")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")

_NOTE = re.compile(r"(?P<indent>\s*)(?:!{3}|\?{3}\+?)\s+[\w-]+(?:\s+[\w-]+)*(?:\s+\"(?P<title>.*)\")?\s*$")
"""Python-Markdown and Material for MkDocs: the body is indented by four."""
_TAB = re.compile(r"(?P<indent>\s*)={3}[!+]?\s+\"(?P<title>.*)\"\s*$")
_COLONS = re.compile(r"\s*:{3,}\s*(?P<name>\{?[\w.-]*\}?)(?:\[(?P<label>[^\]]*)\]|\{[^}]*\})*\s*(?P<title>[^{}:]*?)\s*:*$")
"""Docusaurus, VitePress, Pandoc and MyST: blocks between colons."""
_GENERATED = re.compile(r"\s*(?::::\s+[\w/]+(?:[.:][\w/]+)+|\[\[autodoc\]\].*)\s*$")
"""mkdocstrings and Hugging Face's doc-builder: documentation made from code, with options below it, indented."""
_SLASHES = re.compile(r"\s*/{3,}\s*(?:[\w-]+)?\s*(?:\|\s*(?P<title>.+?))?\s*$")
_CALLOUT = re.compile(r"(?P<quote>(?:\s*>)+\s*)\[![\w-]+\][-+]?\s*(?P<title>.*)$")
_PROSE_DIRECTIVES = frozenset(
    "note warning tip important caution attention hint danger error seealso admonition dropdown tab-item card grid-item-card topic sidebar "
    "versionadded versionchanged deprecated margin epigraph".split()
)
_DROPPED_DIRECTIVES = frozenset(
    "toctree include literalinclude image figure contents eval-rst bibliography tableofcontents automodule autoclass autofunction "
    "autosummary automethod raw".split()
)
_DIRECTIVE = re.compile(r"\{(?P<name>[\w:-]+)\}\s*(?P<title>.*)$")
_OPTION = re.compile(r"\s*:[\w-]+:")

_INCLUDE = re.compile(
    r"\s*(?:\{\*.*\*\}|;?-{1,2}8<-{1,2}.*|\{!.*!\}|<<<\s*@?[\w./\[{].*|@include\b.*|!{3}include\(.*\)!{3}|\[TOC\]|\[\[_?toc_?\]\]"
    r"|\[\[open-in-colab\]\]|\{:?\s*[.#:][^{}]*\}|\{:\s*[^{}]*\})\s*$",
    re.IGNORECASE,
)
"""Lines that stand for another file, a table of contents, or attributes of the block before."""
_IMPORT = re.compile(
    r"^(?:import[ \t]+(?:(?:[\w*$,][\w*$, \t]{0,200})?(?:\{[^{}'\"]{0,2000}\})?[ \t]*from[ \t]+)?['\"][^'\"\n]+['\"];?"
    r"|export\s+(?:default|const|let|function)\b[^\n]*(?:\n(?!\n)[^\n]*)*)[ \t]*$",
    re.MULTILINE,
)
_COMMENT = re.compile(r"\{/\*.*?\*/\}|%%.*?%%", re.DOTALL)
_ATTRIBUTE = r"\s+[\w:.-]+(?:=(?:\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{[^{}]*\})*\}))?|\s+\{\.{3}[\w.]+\}"
_COMPONENT = re.compile(rf"<(?:/\s*)?(?:[A-Z][\w.]*(?P<attributes>(?:{_ATTRIBUTE})*)\s*/?)?>")
"""A tag of a component (its name begins with a capital), or of a fragment."""
_LABEL = re.compile(r"\s(?:title|label|header|summary)=(?:\"([^\"]*)\"|'([^']*)')")
_SHORTCODE = re.compile(r"\{\{[<%].*?[%>]\}\}|\{%.*?%\}|\{\{[^{}\n]*\}\}", re.DOTALL)

_HEADING = re.compile(r"(?P<text> {0,3}#{1,6}\s.*?)\s*(?:\{:?\s*(?P<attributes>[#.:\w][^{}]*)\}|\[\[(?P<anchor>[\w-]+)\]\])\s*#*\s*$")
_EXPLICIT_ID = re.compile(r"#([^\s{}.]+)")
_FOOTNOTE = re.compile(r"(?P<indent> {0,3})\[\^[^\]\s]+\]:\s*")
_REFERENCE = re.compile(r"(?<!\\)\[\^[^\]\s]+\](?!\()")
_EMBED = re.compile(r"!\[\[[^\[\]\n]*\]\]")
_WIKI_LINK = re.compile(r"\[\[(?P<target>[^\[\]|\n]+)(?:\|(?P<text>[^\[\]\n]*))?\]\](?!\()")
_CODE_LINK = re.compile(r"\[`(?P<short>~)?(?P<name>[\w.]+)(?P<call>\(\))?`\](?![(\[])")
_HIGHLIGHT = re.compile(r"(?<![=\w])==(?=[^\s=])(.{1,300}?)(?<=[^\s=])==(?!=)")
_BLOCK_ID = re.compile(r"(?:(?<=\s)|^)\^[A-Za-z][\w-]*\s*$")
_EMOJI = re.compile(r"(?<![\w:/`]):[a-z][a-z0-9_+-]{1,40}:(?![\w:/`])")
_LINK_ATTRIBUTES = re.compile(r"(?<=\))\{:?\s*[\w.#:][^{}\n]*\}")
_HOLDER = "\ue000"
_HELD = re.compile(f"{_HOLDER}([0-9]+){_HOLDER}")
"""What stands for code while the text around it is cleaned: a number between two characters for private use, which no text has."""
_ANCHOR = re.compile(r"<(?:a|span|div|h[1-6]|p|section|dt|li)\b[^>]*?\s(?:name|id)=[\"']?([^\"'\s>]+)", re.IGNORECASE)


def to_commonmark(text: str) -> str:
    """The same text, line by line, without what CommonMark does not know."""
    lines = _contained(_without_unclosed_comment(text).split("\n"))
    return "\n".join(_runs(lines))


def explicit_anchors(text: str) -> frozenset[str]:
    """Names that links may point at beside the headings' own: of attributes, of ``<a name>``, of blocks."""
    found = set(_ANCHOR.findall(text))
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        if heading is not None:
            found.update(_EXPLICIT_ID.findall(heading["attributes"] or ""), filter(None, [heading["anchor"]]))
        block = _BLOCK_ID.search(line)
        if block is not None:
            found.add(block.group().strip())
    return frozenset(found)


def _label(title: str | None) -> str:
    """A title before the text that it stands over."""
    shown = (title or "").strip().strip("\"'").strip()
    return shown if not shown or shown[-1] in ".:!?" else f"{shown}:"


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _without_unclosed_comment(text: str) -> str:
    """A comment that is not closed hides the rest, as it does in a browser."""
    start = text.rfind("<!--")
    if start < 0 or "-->" in text[start:]:
        return text
    before = text[:start]
    if sum(1 for line in before.split("\n") if _FENCE.match(line)) % 2 or before.rpartition("\n")[2].count("`") % 2:
        return text  # within code
    return before + "\n" * text.count("\n", start)


@dataclass(slots=True)
class _Fence:
    """The code block that a reader of lines is in."""

    mark: str = ""

    def takes(self, line: str) -> bool:
        """Whether a line is code or one of its fences."""
        match = _FENCE.match(line)
        if self.mark:
            if match is not None and match["mark"].startswith(self.mark) and not match["info"].strip():
                self.mark = ""
            return True
        if match is not None and "`" not in match["info"]:
            self.mark = match["mark"]
        return bool(self.mark)


def _contained(lines: list[str]) -> Iterator[str]:
    """Take notes and tabs apart: their mark becomes its title, their body loses its indentation."""
    open_at: list[int] = []
    fence = _Fence()
    for raw in lines:
        line = raw
        if open_at:
            expanded = raw.expandtabs(4)
            while open_at and line.strip() and _indent(raw) < open_at[-1]:
                open_at.pop()
            line = expanded[4 * len(open_at) :] if expanded.strip() else ""
        if fence.takes(line):
            yield line
            continue
        header = _NOTE.match(line) or _TAB.match(line)
        if header is None:
            yield line
            continue
        open_at.append(_indent(line) + 4 * len(open_at) + 4)
        yield header["indent"] + _label(header["title"])


def _runs(lines: Iterator[str]) -> Iterator[str]:
    """Pass code on, and clean the text between."""
    run: list[str] = []
    fence = _Fence()
    directive: Callable[[str], str] | None = None
    for line in lines:
        was_open = bool(fence.mark)
        if not fence.takes(line):
            run.append(line)
        elif not was_open:
            yield from _prose(run)
            run = []
            directive, opening = _directive(line)
            yield opening
        elif directive is not None:
            yield directive(line) if fence.mark else ""  # the closing fence goes with the opening one
        else:
            yield line
    yield from _prose(run)


def _directive(opening: str) -> tuple[Callable[[str], str] | None, str]:
    """How the lines of a fence of MyST are changed, and what its first line becomes; None for ordinary code."""
    match = _FENCE.match(opening)
    named = None if match is None else _DIRECTIVE.match(match["info"].strip())
    name = "" if named is None else named["name"].rsplit(":", 1)[-1]
    if named is not None and name in _PROSE_DIRECTIVES:
        return (lambda line: "" if _OPTION.match(line) else "".join(_prose([line]))), _label(named["title"])
    if name in _DROPPED_DIRECTIVES:
        return (lambda _: ""), ""
    return None, opening


def _prose(lines: list[str]) -> Iterator[str]:
    """Clean a run of text that has no fenced code."""
    if not lines:
        return
    if any(_HOLDER in line for line in lines):
        yield from lines  # no text that a person wrote
        return
    held: list[str] = []
    text = _CODE_LINK.sub(_code_link, "\n".join(_outer(lines, held)))
    if "`" in text:
        text = _CODE_SPAN.sub(lambda span: _hold(span.group(), held), text)
    for pattern in (_COMMENT, _IMPORT, _SHORTCODE):
        text = pattern.sub(_only_line_breaks, text)
    text = _COMPONENT.sub(_component, text)
    cleaned = "\n".join("" if _INCLUDE.match(line) else _line(line) for line in text.split("\n"))
    yield _HELD.sub(lambda place: held[int(place[1])], cleaned)


def _hold(code: str, held: list[str]) -> str:
    """Put code aside, so that nothing within it is taken for a mark."""
    held.append(code)
    return f"{_HOLDER}{len(held) - 1}{_HOLDER}"


def _outer(lines: list[str], held: list[str]) -> Iterator[str]:
    """Put code that is marked by its indentation aside, and drop what stands for generated text, with its options."""
    in_list = in_code = generated = False
    blank = True
    for line in lines:
        deep = _indent(line) >= 4
        if not line.strip():
            blank, generated = True, False
            yield line
            continue
        if not (generated and deep):
            in_list = bool(_LIST_ITEM.match(line) and not (deep and not in_list)) or (in_list and _indent(line) > 0)
            in_code = deep and not in_list and (blank or in_code)
            generated = not in_code and _GENERATED.match(line) is not None
        blank = False
        yield _hold(line, held) if in_code else "" if generated else line


def _only_line_breaks(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def _component(match: re.Match[str]) -> str:
    label = _LABEL.search(match["attributes"] or "")
    return (_label(label[1] or label[2]) if label else "") + _only_line_breaks(match)


def _line(line: str) -> str:
    """Clean one line of text."""
    colons = _COLONS.match(line)
    if colons is not None:
        return _label(colons["label"] or colons["title"])
    slashes = _SLASHES.match(line)
    if slashes is not None:
        return _label(slashes["title"])
    callout = _CALLOUT.match(line)
    if callout is not None:
        line = callout["quote"] + _label(callout["title"])
    heading = _HEADING.match(line)
    if heading is not None:
        line = heading["text"]
    if "[^" in line:
        line = _FOOTNOTE.sub(lambda note: f"{note['indent']}- ", line, count=1)
    for sign, pattern, replacement in _WITHIN_A_LINE:
        if sign in line:
            line = pattern.sub(replacement, line)
    return line


def _wiki_link(match: re.Match[str]) -> str:
    if match["text"]:
        return match["text"]
    return " > ".join(part.strip() for part in match["target"].split("#") if part.strip() and not part.startswith("^"))


_WITHIN_A_LINE: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    ("![[", _EMBED, ""),
    ("[^", _REFERENCE, ""),
    ("[[", _WIKI_LINK, _wiki_link),
    ("==", _HIGHLIGHT, r"\1"),
    ("{", _LINK_ATTRIBUTES, ""),
    ("^", _BLOCK_ID, ""),
    (":", _EMOJI, ""),
)
"""In this order; each with a sign that it cannot be without, which is looked for far sooner than the pattern tries every place."""


def _code_link(match: re.Match[str]) -> str:
    name = match["name"].rsplit(".", 1)[-1] if match["short"] else match["name"]
    return f"`{name}{match['call'] or ''}`"
