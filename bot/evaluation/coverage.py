"""Which topics the knowledge base must cover, and which sections do: ``knowledge/coverage.yaml`` and the table made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.corpus.catalogue.entries import Line
from bot.corpus.document import Corpus
from bot.corpus.yaml_reading import Schema
from bot.errors import KnowledgeError
from bot.evaluation.golden import load_records

FILE = "coverage.yaml"
TABLE = Path("docs/coverage.md")
_HEAD = """# Coverage

What a community about open-source AI asks, and the sections that answer it. Generated from `knowledge/coverage.yaml` by
`python -m bot coverage`; a test fails when this page is stale, when an item has no section, or when a section it names is gone.
"""


class CoverageItem(Schema):
    """One topic, and the sections that answer it."""

    item: Line
    sections: Annotated[tuple[Line, ...], Field(min_length=1)]


class CoverageArea(Schema):
    """The topics of one area."""

    area: Line
    items: tuple[CoverageItem, ...]


class CoverageFile(Schema):
    """``knowledge/coverage.yaml``."""

    areas: tuple[CoverageArea, ...]


def load_coverage(folder: Path) -> CoverageFile:
    """Read what a knowledge folder must cover.

    Raises:
        KnowledgeError: there is no such file, or it has faults.
    """
    path = folder / FILE
    if not path.exists():
        raise KnowledgeError(f"{path} is missing; it lists what the knowledge base must cover.")
    return load_records(path, CoverageFile, {"areas": CoverageItem})


def unknown_sections(coverage: CoverageFile, corpus: Corpus) -> tuple[str, ...]:
    """Ids that the file names and the corpus does not have: a section was renamed or removed."""
    named = (name for area in coverage.areas for item in area.items for name in item.sections)
    return tuple(name for name in dict.fromkeys(named) if corpus.section(name) is None)


def coverage_table(coverage: CoverageFile) -> str:
    """The page ``docs/coverage.md`` as text; it is generated, so corrections belong into the coverage file."""
    parts = [_HEAD]
    for area in coverage.areas:
        rows = "\n".join(f"| {item.item.replace('|', '/')} | {', '.join(f'`{name}`' for name in item.sections)} |" for item in area.items)
        parts.append(f"## {area.area}\n\n| topic | sections |\n| --- | --- |\n{rows}\n")
    return "\n".join(parts)
