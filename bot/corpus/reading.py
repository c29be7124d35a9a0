"""From a folder on disk to text: which files there are, and what their bytes say.

Accepts UTF-8 with or without a byte order mark, and UTF-16 where a byte order mark says so; CRLF and
lone CR become LF. Refuses, by name, what would have to be guessed, what is too large, and links that
lead out of the folder.
"""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass
from pathlib import Path

from bot.corpus.document import CATALOGUES
from bot.corpus.limits import Limits
from bot.corpus.problems import Problem, Severity
from bot.errors import KnowledgeError

MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})


@dataclass(frozen=True, slots=True)
class SourceText:
    """One file's text with LF line endings, and its path relative to the folder."""

    path: str
    text: str


def find_files(root: Path, limits: Limits, problems: list[Problem]) -> list[Path]:
    """Return the Markdown files below the folder, in the order of their paths.

    Hidden files and folders are passed over. Symbolic links are followed only where they stay inside.

    Raises:
        KnowledgeError: there is no such folder, or it cannot be listed.
    """
    if not root.is_dir():
        raise KnowledgeError(f"There is no knowledge folder at {root}. Set knowledge.path in the configuration or pass --knowledge PATH.")
    boundary = root.resolve()
    found: list[Path] = []

    def unreadable(error: OSError) -> None:
        place = Path(error.filename or root)
        problems.append(Problem(_relative(place, root), None, "cannot be listed.", "Check its permissions."))

    for folder, subfolders, names in os.walk(root, onerror=unreadable):
        subfolders[:] = sorted(
            name for name in subfolders if not name.startswith(".") and _stays_inside(Path(folder, name), boundary, root, problems)
        )
        for name in sorted(names):
            path = Path(folder, name)
            if name.startswith(".") or path.suffix.lower() not in MARKDOWN_SUFFIXES:
                continue
            if _stays_inside(path, boundary, root, problems):
                found.append(path)
    if len(found) > limits.files:
        raise KnowledgeError(
            f"{root} holds {len(found)} Markdown files, more than the {limits.files} allowed. "
            "Point knowledge.path at a smaller folder or raise knowledge.max_files."
        )
    return sorted(found, key=lambda path: path.relative_to(root).as_posix())


def knowledge_files(root: Path, limits: Limits, problems: list[Problem]) -> list[Path]:
    """Return every file below a folder on which its corpus depends, adding to ``problems`` what is refused.

    Raises:
        KnowledgeError: there is no such folder, or it cannot be listed.
    """
    return [*find_files(root, limits, problems), *catalogue_files(root, problems)]


def catalogue_files(root: Path, problems: list[Problem]) -> list[Path]:
    """Return the YAML files in the folder of catalogues, in the order of their names; none where there is no such folder."""
    folder = root / CATALOGUES
    if not folder.is_dir() or not _stays_inside(folder, root.resolve(), root, problems, folders=True):
        return []
    return [path for path in sorted(folder.glob("*.y*ml")) if _stays_inside(path, root.resolve(), root, problems)]


def read_text(path: Path, root: Path, limits: Limits, problems: list[Problem]) -> SourceText | None:
    """Return the file's text, or None after adding what is wrong with it to ``problems``."""
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
    """Return whether a file inside is listed under its own name, so that a link to it would be a second copy."""
    return path.suffix.lower() in MARKDOWN_SUFFIXES and not any(part.startswith(".") for part in path.parts)


def _relative(path: Path, root: Path) -> str:
    """Return a path as it is shown: below the folder, in characters that can be printed."""
    try:
        name = path.relative_to(root).as_posix()
    except ValueError:
        name = path.as_posix()
    return name.encode("utf-8", "replace").decode("utf-8")
