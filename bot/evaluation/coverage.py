"""Which topics the knowledge base must cover, and which sections do: ``knowledge/coverage.yaml`` and the table made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from bot.corpus.document import Corpus
from bot.corpus.limits import Limits
from bot.corpus.problems import Problem
from bot.corpus.reading import read_text
from bot.corpus.schema import Line, Schema, schema_problems
from bot.corpus.yaml_document import read_yaml
from bot.errors import KnowledgeError

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
    problems: list[Problem] = []
    limits = Limits()
    path = folder / FILE
    if not path.exists():
        raise KnowledgeError(f"{path} is missing; it lists what the knowledge base must cover.")
    source = read_text(path, folder, limits, problems)
    document = None if source is None else read_yaml(source.text, FILE, limits, problems)
    if document is not None:
        try:
            return CoverageFile.model_validate(document.values)
        except ValidationError as error:
            problems.extend(schema_problems(error, document, FILE, {"": CoverageFile, "areas": CoverageItem}))
    raise KnowledgeError("The coverage file has faults:\n" + "\n".join(f"- {problem}" for problem in problems))


def unknown_sections(coverage: CoverageFile, corpus: Corpus) -> tuple[str, ...]:
    """Return the ids that the file names and the corpus does not have."""
    named = (name for area in coverage.areas for item in area.items for name in item.sections)
    return tuple(name for name in dict.fromkeys(named) if corpus.section(name) is None)


def coverage_table(coverage: CoverageFile) -> str:
    """Return the page ``docs/coverage.md``."""
    parts = [_HEAD]
    for area in coverage.areas:
        rows = "\n".join(f"| {item.item.replace('|', '/')} | {', '.join(f'`{name}`' for name in item.sections)} |" for item in area.items)
        parts.append(f"## {area.area}\n\n| topic | sections |\n| --- | --- |\n{rows}\n")
    return "\n".join(parts)
