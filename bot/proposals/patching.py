"""The source text of a section, found in its file by lines, and a file with that text replaced and nothing else.

A file is never written again from what was read of it: comments, order, quotes and line ends of all other lines stay as they are, byte by
byte. What a section's text is: the lines below its heading, or the keys of its entry in a catalogue. The questions that a section of an
article lists are lines of the head, of which those that stay are not touched either. Nothing here writes to the knowledge folder.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from bot.corpus.document import CATALOGUES, Section
from bot.corpus.files import Limits, SourceText
from bot.corpus.front_matter import Head, read_head
from bot.corpus.markdown import Heading, parse_markdown
from bot.corpus.problems import Problem
from bot.corpus.yaml_reading import read_yaml
from bot.errors import InputError
from bot.texts import proposals as texts

_BOM = "\ufeff"
_ATX = re.compile(r" {0,3}#")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_COMMENT = re.compile(r"\s*(?:#.*)?$")


class NotPatched(InputError):
    """A correction cannot be made of a section; the message is a sentence for who wrote it."""


@dataclass(frozen=True, slots=True)
class Editable:
    """What can be edited of a section, as it stands in its file."""

    text: str
    """Lines below the heading, or keys of the entry without its indentation; LF between them."""
    questions: tuple[str, ...] | None
    """What the section lists; None where its file has no place for that, as a catalogue, whose keys are in the text."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a section's text and questions were when somebody began to write, and what they should be."""

    section_id: str
    before: Editable
    after: Editable


@dataclass(frozen=True, slots=True)
class _Lines:
    """A file as lines, with what ends them."""

    lines: list[str]
    """Without their ends."""
    bom: str
    end: str
    ends: bool
    """Whether the last line has an end."""

    @classmethod
    def of(cls, content: bytes, path: str) -> _Lines:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotPatched(texts.not_utf8(path)) from error
        bom = _BOM if text.startswith(_BOM) else ""
        text = text.removeprefix(_BOM)
        plain = text.replace("\r\n", "\n")
        if "\r" in plain or (text.count("\r\n") not in (0, text.count("\n"))):
            raise NotPatched(texts.mixed_line_ends(path))
        ends = plain.endswith("\n")
        return cls(plain.removesuffix("\n").split("\n"), bom, "\r\n" if "\r\n" in text else "\n", ends)

    def content(self, lines: Sequence[str]) -> bytes:
        return (self.bom + self.end.join(lines) + (self.end if self.ends else "")).encode("utf-8")


def editable(content: bytes, section: Section, limits: Limits) -> Editable:
    """What can be edited of a section.

    Raises:
        NotPatched: the section is not in this file as it stands, or its file can only be edited by hand.
    """
    file = _Lines.of(content, section.path)
    if _in_catalogue(section):
        start, end, indent = _entry_lines(file.lines, section, limits)
        return Editable("\n".join(_dedented(file.lines[start:end], indent)), None)
    head = _head(file.lines, section, limits)
    start, end = _body_lines(file.lines, head, section, limits)
    return Editable("\n".join(file.lines[start:end]), _listed(head, section))


def patched(content: bytes, section: Section, correction: Correction, limits: Limits) -> bytes:
    """The file with a correction in it, all other lines as they were.

    Raises:
        NotPatched: the section's text is another one by now, the correction changes nothing, or it cannot be made.
    """
    now = editable(content, section, limits)
    if correction.after in (now, correction.before):
        raise NotPatched(texts.CHANGES_NOTHING)
    if now != correction.before:
        raise NotPatched(texts.CHANGED_SINCE)
    file = _Lines.of(content, section.path)
    lines = list(file.lines)
    new = correction.after.text.replace("\r\n", "\n").strip("\n").split("\n")
    if _in_catalogue(section):
        start, end, indent = _entry_lines(lines, section, limits)
        lines[start:end] = _entry(lines[start:end], new, indent)
    else:
        head = _head(lines, section, limits)
        start, end = _body_lines(lines, head, section, limits)
        if correction.after.text != correction.before.text:
            lines[start:end] = new
        if correction.after.questions is not None and correction.after.questions != correction.before.questions:
            _list_questions(lines, head, section, correction.after.questions)  # stands above, so the lines below it were replaced first
    return file.content(lines)


def diff(before: bytes, after: bytes, path: str) -> str:
    """What differs between two states of a file, as ``git apply`` takes it.

    Args:
        before: the file.
        after: the file with a correction.
        path: relative to the folder in which the patch is applied, with forward slashes.
    """
    parts: list[str] = []
    old, new = (content.decode("utf-8").splitlines(keepends=True) for content in (before, after))
    for line in difflib.unified_diff(_by_lf(old), _by_lf(new), f"a/{path}", f"b/{path}"):
        parts.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return f"diff --git a/{path} b/{path}\n" + "".join(parts)


def _by_lf(lines: Sequence[str]) -> list[str]:
    """Lines as they end with LF; other characters that Python takes for a line's end are part of a line."""
    return "".join(lines).replace("\n", "\n\0").removesuffix("\0").split("\0")


def _in_catalogue(section: Section) -> bool:
    return section.area == CATALOGUES and section.path.startswith(f"{CATALOGUES}/")


def _head(lines: Sequence[str], section: Section, limits: Limits) -> Head:
    problems: list[Problem] = []
    return read_head(SourceText(section.path, "\n".join(lines)).text, section.path, limits, problems)


def _body_lines(lines: Sequence[str], head: Head, section: Section, limits: Limits) -> tuple[int, int]:
    """Where the lines below a section's heading begin and end, without the empty ones around them."""
    parsed = parse_markdown(head.body, head.body_line, limits.nesting)
    headings = [block for block in parsed.blocks if isinstance(block, Heading)]
    alone = len(section.heading_path) == 1  # what stands above every heading, or below the only one
    named = [block for block in headings if block.text == section.title and (not alone or block.line <= section.line)]
    own = min(named, key=lambda block: abs(block.line - section.line), default=None)
    if own is None and not alone:
        raise NotPatched(texts.MOVED)
    start = head.body_line if own is None else _below(lines, own.line - 1)
    end = next((block.line - 1 for block in headings if block.line > (0 if own is None else own.line)), len(lines))
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    if start == end:
        raise NotPatched(texts.MOVED)
    return start, end


def _below(lines: Sequence[str], heading: int) -> int:
    """The first line after a heading, of which the kind that is underlined has several."""
    if _ATX.match(lines[heading]):
        return heading + 1
    return next((place + 1 for place in range(heading + 1, len(lines)) if _UNDERLINE.match(lines[place])), heading + 1)


def _entry_lines(lines: Sequence[str], section: Section, limits: Limits) -> tuple[int, int, int]:
    """Where the keys of an entry begin and end, and the column in which they stand."""
    problems: list[Problem] = []
    document = read_yaml("\n".join(lines), section.path, limits, problems)
    found = None if document is None else _value(document.node, "entries")
    entries = found.value if isinstance(found, yaml.SequenceNode) and not found.flow_style else []
    for place, entry in enumerate(entries):
        name = _value(entry, "id")
        if not isinstance(name, yaml.ScalarNode) or name.value != _slug(section):
            continue
        within = isinstance(entry, yaml.MappingNode) and entry.flow_style  # its end is in its last line, and not in the line below it
        at_the_end = entry.end_mark.column > 0 and entry.end_mark.line == len(lines) - 1
        end = entry.end_mark.line + bool(within or at_the_end)
        end = end if within or place + 1 == len(entries) else entries[place + 1].start_mark.line
        while _COMMENT.fullmatch(lines[end - 1]):
            end -= 1
        return entry.start_mark.line, end, entry.start_mark.column
    raise NotPatched(texts.ENTRY_BY_HAND)


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def _dedented(lines: Sequence[str], indent: int) -> list[str]:
    """The first line has the dash of the list in place of its indentation."""
    return [line[indent:] if place == 0 or not line[:indent].strip() else line.lstrip() for place, line in enumerate(lines)]


def _entry(old: Sequence[str], new: Sequence[str], indent: int) -> list[str]:
    """The lines of an entry with new keys; what stays is left as it is, however far a comment is indented."""
    entry: list[str] = []
    same = difflib.SequenceMatcher(None, _dedented(old, indent), new, autojunk=False)
    for kind, start, end, first, last in same.get_opcodes():
        entry += old[start:end] if kind == "equal" else [" " * indent + line if line.strip() else "" for line in new[first:last]]
    return [entry[0] if entry[0].lstrip().startswith("- ") else " " * (indent - 2) + "- " + entry[0].lstrip(), *entry[1:]]


def _slug(section: Section) -> str:
    return section.id.split("#", 1)[1]


def _listed(head: Head, section: Section) -> tuple[str, ...] | None:
    entry = head.content.sections.get(_slug(section))
    document = head.document
    if entry is None or document is None or not isinstance(_value(_value(document.node, "sections"), _slug(section)), yaml.MappingNode):
        return None
    return entry.questions


def _list_questions(lines: list[str], head: Head, section: Section, wanted: Sequence[str]) -> None:
    """Take out the lines of questions that are wanted no more, and add those that are new below the last one."""
    document = head.document
    entry = None if document is None else _value(_value(document.node, "sections"), _slug(section))
    if document is None or not isinstance(entry, yaml.MappingNode) or entry.flow_style or not entry.value:
        raise NotPatched(texts.HEAD_BY_HAND)
    above = document.first_line - 1
    held = _value(entry, "questions")
    if held is None:
        first = entry.value[0][0].start_mark
        indent = " " * first.column
        added = [f"{indent}questions:", *(f"{indent}  - {_scalar(question)}" for question in wanted)]
        lines[first.line + above : first.line + above] = added
        return
    if not isinstance(held, yaml.SequenceNode) or held.flow_style or not held.value:
        raise NotPatched(texts.QUESTIONS_BY_HAND)
    _exchange(lines, held, above, wanted)


def _exchange(lines: list[str], held: yaml.SequenceNode, above: int, wanted: Sequence[str]) -> None:
    known = {str(item.value): item for item in held.value}
    if not any(question in known for question in wanted):
        raise NotPatched(texts.KEEP_A_QUESTION)
    spans = {text: (item.start_mark.line + above, _last_line(item) + above) for text, item in known.items()}
    dash = lines[held.value[0].start_mark.line + above][: held.value[0].start_mark.column]
    new = [f"{dash}{_scalar(question)}" for question in wanted if question not in known]
    last = max(end for text, (_, end) in spans.items() if text in wanted)
    lines[last + 1 : last + 1] = new
    gone = [span for text, span in spans.items() if text not in wanted]
    for start, end in sorted(gone, reverse=True):
        shift = len(new) if start > last else 0
        del lines[start + shift : end + shift + 1]


def _last_line(item: yaml.Node) -> int:
    """The last line of a scalar; a folded one ends at the beginning of the next line."""
    return max(item.start_mark.line, item.end_mark.line - (item.end_mark.column == 0))


def _scalar(text: str) -> str:
    """A line of text as an item of a YAML list, in quotes only where it needs them."""
    written: str = yaml.safe_dump([text], allow_unicode=True, width=float("inf"))
    return written.removeprefix("- ").rstrip("\n")
