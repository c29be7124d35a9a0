"""Which files of a knowledge folder are read, in what encoding, and the bounds that hold before anything is parsed."""

from __future__ import annotations

import codecs
import os
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.corpus.document import CATALOGUES
from bot.corpus.problems import Problem, Severity
from bot.errors import KnowledgeError

SAFE_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where PyYAML was built with it: ten times as fast."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a knowledge folder may hold; operators set them under ``knowledge`` in the configuration."""

    file_bytes: int = 4 * 1024 * 1024
    files: int = 10_000
    front_matter_bytes: int = 128 * 1024
    nesting: int = 40
    """Levels of lists and quotations in Markdown, and of collections in YAML."""


_MARKERS = re.compile(r"(?:[ \t]*(?:>|[-+*](?=[ \t])|[0-9]{1,9}[.)](?=[ \t])))*")
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*)+|(?:\*[ \t]*)+)")
_BRACKETS = re.compile(r"(?:!?\[){64,}|(?:[*_~`]){512,}|<{256,}|\({256,}")


def too_deep_markdown(text: str, nesting: int) -> int | None:
    """The first line, from 1, that nests deeper than allowed; None where none does.

    Depth is the number of quotation and list markers that open a line, and for a list item half of its indentation;
    long runs of brackets or emphasis marks count as too deep as well.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        match = _MARKERS.match(line)
        prefix = match.group() if match else ""
        markers = 0 if _RULE.fullmatch(line) else sum(1 for character in prefix if character in ">-+*.)")
        indentation = len(prefix.expandtabs(4)) - len(prefix.expandtabs(4).lstrip()) if markers else 0
        if markers + indentation // 2 > nesting or _BRACKETS.search(line):
            return number
    return None


def yaml_structure_fault(text: str, nesting: int) -> tuple[int, str] | None:
    """Line (from 1) and message of what makes YAML unfit to be composed; None where it is fit.

    Walks the event stream, which needs neither recursion nor memory: refuses aliases and anchors,
    collections nested deeper than allowed, and keys given twice (YAML would silently keep the last).

    Raises:
        yaml.YAMLError: the text is not YAML at all.
    """
    depth = 0
    mappings: list[_Mapping | None] = []
    for event in yaml.parse(text, Loader=SAFE_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            return line, "anchors and aliases (& and *) are not allowed"
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            mappings.pop()
            _count_node(mappings, None)
            continue
        if isinstance(event, yaml.ScalarEvent) and not _count_node(mappings, event.value):
            return line, f"the key {event.value!r} is given twice"
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > nesting:
                return line, f"values are nested deeper than {nesting} levels"
            mappings.append(_Mapping(set()) if isinstance(event, yaml.MappingStartEvent) else None)
    return None


@dataclass(slots=True)
class _Mapping:
    """A mapping that is being read: the keys so far, and whether a key comes next."""

    keys: set[str]
    expects_key: bool = True


def _count_node(mappings: list[_Mapping | None], key: str | None) -> bool:
    """Take note of one finished node of the innermost mapping; return False for a repeated key."""
    innermost = mappings[-1] if mappings else None
    if innermost is None:
        return True
    fresh = True
    if innermost.expects_key and key is not None:
        fresh = key not in innermost.keys
        innermost.keys.add(key)
    innermost.expects_key = not innermost.expects_key
    return fresh


MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdx"})
_YAML_SUFFIXES = frozenset({".yaml", ".yml"})
_OTHER_SUFFIXES = frozenset({".rst", ".adoc", ".asciidoc", ".org", ".textile", ".rdoc", ".ipynb", ".html", ".htm", ".docx", ".odt", ".pdf"})
"""Of files that hold documentation, but not in Markdown; that they are passed over is said."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """One file's text with LF line endings, and its path relative to the folder."""

    path: str
    text: str


def find_files(root: Path, limits: Limits, problems: list[Problem]) -> list[Path]:
    """The Markdown files below the folder, in the order of their paths.

    Hidden files and folders are passed over, and so is documentation in another format, with a warning. Symbolic links are followed only
    where they stay inside.

    Raises:
        KnowledgeError: there is no such folder, or it cannot be listed.
    """
    if not root.is_dir():
        raise KnowledgeError(f"There is no knowledge folder at {root}. Set knowledge.path in the configuration or pass --knowledge PATH.")
    boundary = root.resolve()
    found: list[Path] = []
    others: dict[str, list[Path]] = {}

    def unreadable(error: OSError) -> None:
        place = Path(error.filename or root)
        problems.append(Problem(_relative(place, root), None, "cannot be listed.", "Check its permissions."))

    for folder, subfolders, names in os.walk(root, onerror=unreadable):
        subfolders[:] = sorted(
            name for name in subfolders if not name.startswith(".") and _stays_inside(Path(folder, name), boundary, root, problems)
        )
        for name in sorted(names):
            path = Path(folder, name)
            suffix = path.suffix.lower()
            if suffix in _OTHER_SUFFIXES and not name.startswith("."):
                others.setdefault(suffix, []).append(path)
            if name.startswith(".") or suffix not in MARKDOWN_SUFFIXES:
                continue
            if _stays_inside(path, boundary, root, problems):
                found.append(path)
    if len(found) > limits.files:
        raise KnowledgeError(
            f"{root} holds {len(found)} Markdown files, more than the {limits.files} allowed. "
            "Point knowledge.path at a smaller folder or raise knowledge.max_files."
        )
    problems.extend(_passed_over(suffix, paths, root) for suffix, paths in others.items())
    return sorted(found, key=lambda path: path.relative_to(root).as_posix())


def _passed_over(suffix: str, paths: list[Path], root: Path) -> Problem:
    count = f"1 {suffix} file is" if len(paths) == 1 else f"this and {len(paths) - 1} more {suffix} files are"
    message = f"{count} passed over, since only Markdown is read."
    return Problem(_relative(min(paths), root), None, message, "Convert what should be answered from.", Severity.WARNING)


def knowledge_files(root: Path, limits: Limits, problems: list[Problem]) -> list[Path]:
    """Every file on which the corpus of a folder depends; what is refused is added to ``problems``.

    Raises:
        KnowledgeError: there is no such folder, or it cannot be listed.
    """
    return [*find_files(root, limits, problems), *catalogue_files(root, problems)]


def catalogue_files(root: Path, problems: list[Problem]) -> list[Path]:
    """The YAML files in the folder of catalogues, in the order of their names; none where there is no such folder.

    Hidden files, such as those that editors keep beside an open one, are passed over.
    """
    folder = root / CATALOGUES
    if not folder.is_dir() or not _stays_inside(folder, root.resolve(), root, problems, folders=True):
        return []
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _YAML_SUFFIXES and not path.name.startswith("."))
    return [path for path in files if _stays_inside(path, root.resolve(), root, problems)]


def read_text(path: Path, root: Path, limits: Limits, problems: list[Problem]) -> SourceText | None:
    """UTF-8 or UTF-16 with LF line ends; None after adding what is wrong with it to ``problems``."""
    name = _relative(path, root)
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            problems.append(
                Problem(
                    name, None, f"is {size:,} bytes long, more than the {limits.file_bytes:,} allowed.",
                    "Divide it into several articles or raise knowledge.max_file_bytes.",
                )
            )  # fmt: skip
            return None
        raw = path.read_bytes()
    except OSError as error:
        problems.append(Problem(name, None, f"cannot be read ({error.strerror}).", "Check its permissions."))
        return None
    text = _decode(raw, name, problems)
    return None if text is None else SourceText(name, text)


def _decode(raw: bytes, name: str, problems: list[Problem]) -> str | None:
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = raw.decode("utf-16" if wide else "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        if wide:
            problems.append(Problem(name, None, f"is not UTF-16, though it begins so: byte {error.start}.", "Save the file as UTF-8."))
            return None
        line = raw[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
        problems.append(Problem(name, line, f"is not UTF-8: byte {error.start} is 0x{raw[error.start]:02x}.", "Save the file as UTF-8."))
        return None
    if wide:
        problems.append(Problem(name, None, "is saved as UTF-16.", "It was read; save it as UTF-8 all the same.", Severity.WARNING))
    position = text.find("\0")
    if position >= 0:
        line = text.count("\n", 0, position) + 1
        problems.append(
            Problem(name, line, f"holds a NUL character at position {position}.", "It is not a text file; remove or re-save it.")
        )
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _stays_inside(path: Path, boundary: Path, root: Path, problems: list[Problem], *, folders: bool = False) -> bool:
    if not path.is_symlink():
        return path.is_file() or path.is_dir()  # a pipe or device is neither, and reading it might never end
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: links that lead to each other, before Python 3.13
        problems.append(Problem(_relative(path, root), None, "is a link to nothing.", "Remove the link."))
        return False
    if target.is_relative_to(boundary) and not (target.is_dir() and boundary.is_relative_to(target)):
        return folders or (target.is_file() and not _found_anyway(target.relative_to(boundary)))
    problems.append(Problem(_relative(path, root), None, "is a link that leads out of the knowledge folder.", "Copy the file instead."))
    return False


def _found_anyway(path: Path) -> bool:
    """Whether a file inside is listed under its own name, so that a link to it would be a second copy."""
    return path.suffix.lower() in MARKDOWN_SUFFIXES and not any(part.startswith(".") for part in path.parts)


def _relative(path: Path, root: Path) -> str:
    """A path as it is shown: below the folder, in characters that can be printed."""
    try:
        name = path.relative_to(root).as_posix()
    except ValueError:
        name = path.as_posix()
    return name.encode("utf-8", "replace").decode("utf-8")
