"""Bounds that hold before anything is parsed, so that no file can exhaust the process.

Measured with the parsers in use: a YAML scalar of 10 MB takes seconds, 3,000 nested brackets end in
a RecursionError, and an alias bomb grows without bound. Each check here is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

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
    """Return the first line, from 1, that nests deeper than allowed, or None.

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
    """Return line (from 1) and message of what makes YAML unfit to be composed, or None.

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
